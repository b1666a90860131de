# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# Examples of several files, in folders of their own.

# dad_application(name SOURCES files... NEEDS targets...): the program. Where it needs a target that is not there, says so and
# returns from the folder's CMakeLists.txt.
macro(dad_application name)
  cmake_parse_arguments(application "" "" "SOURCES;NEEDS" ${ARGN})
  foreach(needed IN LISTS application_NEEDS)
    if(NOT TARGET ${needed} AND NOT needed MATCHES "^dad::")
      string(REGEX REPLACE ".*::" "" package "${needed}")
      find_package(${package} QUIET)
    endif()
    if(NOT TARGET ${needed})
      message(STATUS "dad: without example ${name}, which needs ${needed}")
      return()
    endif()
  endforeach()
  add_executable(${name} ${application_SOURCES})
  if(NOT "dad::mpi" IN_LIST application_NEEDS)
    target_link_libraries(${name} PRIVATE dad)
  endif()
  target_link_libraries(${name} PRIVATE ${application_NEEDS} dad_warnings)
  if(NOT DAD_TESTS)
    return()
  endif()
endmacro()

# dad_run_test(program name [RANKS n] [ARGUMENTS arguments...]): a test of that name runs test/run_test.py with these arguments and
# then the program as it is started, over so many ranks where they are given. It fails as the script does; 77 is skipped.
function(dad_run_test program name)
  cmake_parse_arguments(PARSE_ARGV 2 given "" "RANKS" "ARGUMENTS")
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(launcher "")
  if(given_RANKS)
    dad_mpi_launcher(${given_RANKS} launcher)
  else()
    set(given_RANKS 1)
  endif()
  add_test(NAME ${name}
    COMMAND Python3::Interpreter -B "${CMAKE_CURRENT_SOURCE_DIR}/test/run_test.py" ${given_ARGUMENTS}
      ${launcher} $<TARGET_FILE:${program}>)
  set_tests_properties(${name} PROPERTIES LABELS "example;${program}" TIMEOUT 120 PROCESSORS ${given_RANKS}
    SKIP_RETURN_CODE 77 ENVIRONMENT "${DAD_MPI_ENVIRONMENT}")
endfunction()

# The same for several cases of a program, named case/ranks; the case is the script's first argument.
function(dad_run_cases program)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "" "CASES;ARGUMENTS")
  foreach(name IN LISTS given_CASES)
    get_filename_component(case "${name}" DIRECTORY)
    get_filename_component(ranks "${name}" NAME)
    dad_run_test(${program} ${program}/${name} RANKS ${ranks} ARGUMENTS ${case} ${given_ARGUMENTS})
  endforeach()
endfunction()
