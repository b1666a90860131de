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
