# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# Runs a program and fails unless its standard output equals a file.
# cmake -D EXPECTED=file -P compare_output.cmake -- COMMAND...

cmake_minimum_required(VERSION 3.23)

set(command "")
set(in_command FALSE)
foreach(index RANGE 1 ${CMAKE_ARGC})
  if(in_command AND NOT "${CMAKE_ARGV${index}}" STREQUAL "")
    list(APPEND command "${CMAKE_ARGV${index}}")
  elseif("${CMAKE_ARGV${index}}" STREQUAL "--")
    set(in_command TRUE)
  endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "ended with ${result}:\n${output}${errors}")
endif()
file(READ "${EXPECTED}" expected)
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "printed:\n${output}\nexpected (${EXPECTED}):\n${expected}")
endif()
