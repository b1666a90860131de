# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# What dad's own tests, benches and examples share; nothing here reaches a user of dad.

# Warnings for our programs and, through them, for our headers. Errors with CMAKE_COMPILE_WARNING_AS_ERROR (preset ci).
add_library(dad_warnings INTERFACE)
target_compile_options(dad_warnings INTERFACE
  $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion>)

# Sets `uses_mpi` to whether a source speaks of dad::mpi, which decides what it links and how it is run.
function(dad_uses_mpi source uses_mpi)
  file(STRINGS "${source}" lines REGEX "dad::mpi|dad/mpi|mpi\\.h" LIMIT_COUNT 1)
  if(lines)
    set(${uses_mpi} TRUE PARENT_SCOPE)
  else()
    set(${uses_mpi} FALSE PARENT_SCOPE)
  endif()
endfunction()

# Flags of a compiler that is called directly for a program over ranks. As system headers, but after the system's own:
# /usr/include may be among them and has its place.
set(dad_mpi_include_flags "")
if(TARGET dad_mpi)
  foreach(library MPI::MPI_CXX Boost::mpi Boost::serialization)
    set(folders "$<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>")
    list(APPEND dad_mpi_include_flags "$<$<BOOL:${folders}>:-idirafter$<JOIN:${folders},$<SEMICOLON>-idirafter>>")
  endforeach()
endif()

# What mpirun needs to start more ranks than there are cores, and as root in a container; ranks that wait yield their
# core to the others. scripts/mpi-environment sets the same for a shell.
set(DAD_MPI_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_hwloc_base_binding_policy=none
  OMPI_MCA_mpi_yield_when_idle=1)

# Sets `command` to the words before a program's name that start it at `ranks` ranks.
function(dad_mpi_launcher ranks command)
  set(${command} ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} ${MPIEXEC_PREFLAGS} PARENT_SCOPE)
endfunction()

# dad_share_code(kind "flags" programs...): with DAD_SHARED_CODE, what all these programs would compile again each is compiled
# once: a precompiled <dad/dad.hpp> for each kind, with its flags, and dad's machinery, which the tests have.
function(dad_share_code kind flags)
  if(NOT DAD_SHARED_CODE OR NOT TARGET dad_test_engine)
    return()
  endif()
  foreach(program IN LISTS ARGN)
    get_target_property(type ${program} TYPE)
    get_target_property(libraries ${program} LINK_LIBRARIES)
    if(NOT type STREQUAL "EXECUTABLE" OR "dad_test_options" IN_LIST libraries)
      continue()
    endif()
    set(library dad)
    if("dad_mpi" IN_LIST libraries OR "dad::mpi" IN_LIST libraries)
      set(library dad_mpi)
    endif()
    target_compile_definitions(${program} PRIVATE DAD_SEPARATE_ENGINE)
    target_link_libraries(${program} PRIVATE ${library}_test_engine)
    set(carrier ${library}_${kind}_headers)
    if(NOT TARGET ${carrier})
      add_library(${carrier} OBJECT "${PROJECT_SOURCE_DIR}/cmake/headers.cpp")
      target_link_libraries(${carrier} PRIVATE ${library} dad_warnings)
      target_compile_options(${carrier} PRIVATE ${flags})
      target_compile_definitions(${carrier} PRIVATE DAD_SEPARATE_ENGINE)
      target_precompile_headers(${carrier} PRIVATE <dad/dad.hpp>)
    endif()
    target_precompile_headers(${program} REUSE_FROM ${carrier})
  endforeach()
endfunction()
