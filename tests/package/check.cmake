# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# One case of the package tests: configures, builds and runs consumer/, or expects a message.
# cmake -D CASE=... -D DAD_SOURCE=... -D PREFIX=... -D GENERATOR=... -D COMPILER=... -D CXX_FLAGS=... -D WORK=... -P check.cmake

cmake_minimum_required(VERSION 3.23)

file(REMOVE_RECURSE "${WORK}")
set(common -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
set(consumer "${CMAKE_CURRENT_LIST_DIR}/consumer")
set(no_mpi -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON)
set(no_boost -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON)
set(no_sleef -DDAD_SLEEF_LIBRARY=OFF)

# Runs a command, which must succeed.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${output}")
  endif()
endfunction()

# Runs a command, which must fail and say what matches `expected`.
function(refused expected)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(result EQUAL 0)
    message(FATAL_ERROR "it was not refused:\n${output}")
  endif()
  string(REGEX REPLACE "[ \n]+" " " output "${output}")  # CMake breaks lines where it likes
  if(NOT output MATCHES "${expected}")
    message(FATAL_ERROR "expected '${expected}' in:\n${output}")
  endif()
endfunction()

set(configure ${CMAKE_COMMAND} ${common} -S "${consumer}" -B "${WORK}")
set(installed ${configure} "-DCMAKE_PREFIX_PATH=${PREFIX}")

# Builds the consumer with `configuration`, its whole configure command, and runs it.
function(build_and_run configuration)
  run(${${configuration}} ${ARGN})
  run(${CMAKE_COMMAND} --build "${WORK}")
  run("${WORK}/consumer")
endfunction()

if(CASE STREQUAL "installed")
  build_and_run(installed)
  if(NOT EXISTS "${PREFIX}/share/dad/gdb/dad_printers.py")
    message(FATAL_ERROR "the printers for gdb were not installed")
  endif()
elseif(CASE STREQUAL "installed_mpi")
  build_and_run(installed -DCOMPONENT=mpi)
elseif(CASE STREQUAL "compiled_once")
  build_and_run(installed -DCOMPILED_ONCE=ON)
  run("${WORK}/other")
elseif(CASE STREQUAL "compiled_once_unknown")
  refused("dad_compile_once got \"nobody\", expected a target that was added before"
    ${installed} -DCOMPILED_ONCE=ON -DMORE_PROGRAMS=nobody)
elseif(CASE STREQUAL "subdirectory")
  build_and_run(configure "-DDAD_SUBDIRECTORY=${DAD_SOURCE}")
elseif(CASE STREQUAL "subdirectory_mpi")
  build_and_run(configure "-DDAD_SUBDIRECTORY=${DAD_SOURCE}" -DCOMPONENT=mpi -DCOMPILED_ONCE=ON)
  run("${WORK}/other")
elseif(CASE STREQUAL "unknown_component")
  refused("dad has no component \"gpu\"; it has: mpi" ${installed} -DCOMPONENT=gpu)
elseif(CASE STREQUAL "optional_unknown_component")
  build_and_run(installed -DOPTIONAL_COMPONENT=gpu)
elseif(CASE STREQUAL "mpi_missing_later")
  refused("component \"mpi\" is unavailable; not found: MPI 3.1" ${installed} -DCOMPONENT=mpi ${no_mpi})
elseif(CASE STREQUAL "boost_missing_later")
  refused("component \"mpi\" is unavailable; not found: Boost.MPI 1.74" ${installed} -DCOMPONENT=mpi ${no_boost})
elseif(CASE STREQUAL "other_version")
  refused("version \"99.0\"" ${installed} -DVERSION=99.0)
elseif(CASE STREQUAL "configured_without_mpi")
  # The build tree is a package too; its core works and its mpi says why it is not there.
  set(tree "${WORK}-dad")
  run(${CMAKE_COMMAND} ${common} -S "${DAD_SOURCE}" -B "${tree}"
    -DDAD_MPI=OFF -DDAD_TESTS=OFF -DDAD_BENCH=OFF -DDAD_EXAMPLES=OFF)
  refused("unavailable: the dad in .* was configured with DAD_MPI=OFF" ${configure} "-Ddad_DIR=${tree}" -DCOMPONENT=mpi)
  file(REMOVE_RECURSE "${WORK}")
  build_and_run(configure "-Ddad_DIR=${tree}")
elseif(CASE STREQUAL "configured_without_sleef")
  set(tree "${WORK}-dad")
  run(${CMAKE_COMMAND} ${common} -S "${DAD_SOURCE}" -B "${tree}"
    -DDAD_SLEEF=OFF -DDAD_MPI=OFF -DDAD_TESTS=OFF -DDAD_BENCH=OFF -DDAD_EXAMPLES=OFF)
  build_and_run(configure "-Ddad_DIR=${tree}" ${no_sleef})
elseif(CASE STREQUAL "bare_machine")
  # With neither MPI, Boost nor SLEEF everything that needs them is left out, and the rest configures, tests included.
  run(${CMAKE_COMMAND} ${common} -S "${DAD_SOURCE}" -B "${WORK}" ${no_mpi} ${no_boost} ${no_sleef})
elseif(CASE STREQUAL "mpi_demanded_but_missing")
  refused("DAD_MPI=ON, but not found: MPI 3.1" ${CMAKE_COMMAND} ${common} -S "${DAD_SOURCE}" -B "${WORK}" -DDAD_MPI=ON ${no_mpi})
elseif(CASE STREQUAL "sleef_missing_later")
  refused("was configured with SLEEF; not found: SLEEF 3.5" ${installed} ${no_sleef})
elseif(CASE STREQUAL "sleef_demanded_but_missing")
  refused("DAD_SLEEF=ON, but not found: SLEEF 3.5"
    ${CMAKE_COMMAND} ${common} -S "${DAD_SOURCE}" -B "${WORK}" -DDAD_SLEEF=ON ${no_sleef})
else()
  message(FATAL_ERROR "no case ${CASE}")
endif()
