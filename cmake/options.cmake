# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# What a builder may choose. A project that adds dad as a subdirectory gets the targets and nothing else.

option(DAD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(DAD_BENCH "Build the benchmarks (needs Google Benchmark)" ${PROJECT_IS_TOP_LEVEL})
option(DAD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(DAD_INSTALL "Install the headers and the CMake package" ${PROJECT_IS_TOP_LEVEL})

set(DAD_MPI AUTO CACHE STRING "dad::mpi: ON needs MPI and Boost, AUTO takes them where they are found, OFF leaves them alone")
set_property(CACHE DAD_MPI PROPERTY STRINGS AUTO ON OFF)

set(DAD_SLEEF AUTO CACHE STRING
  "SLEEF's vector functions in batches: ON needs them, AUTO takes them where they are found, OFF leaves them alone")
set_property(CACHE DAD_SLEEF PROPERTY STRINGS AUTO ON OFF)

set(DAD_TEST_FLAGS "$<$<CONFIG:Release>:-O1>" CACHE STRING
  "Compile options for the tests, after those of the build type: tests are compiled more often than they run")
set(DAD_BENCH_FLAGS "" CACHE STRING "Compile options of benchmarks; where nothing is measured, -O0 saves time")
set(DAD_EXAMPLE_FLAGS "" CACHE STRING "Compile options of examples, after those of the build type")
option(DAD_SHARED_CODE
  "Examples and benches read dad's headers once and share its compiled machinery with the tests: built sooner, and slower" OFF)
mark_as_advanced(DAD_TEST_FLAGS DAD_BENCH_FLAGS DAD_EXAMPLE_FLAGS DAD_SHARED_CODE)

# A plain `cmake -B build` should be fast code, as whoever measures it expects.
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()
