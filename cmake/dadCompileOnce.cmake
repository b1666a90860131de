# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# dad_compile_once(program [more programs...]): what the sources of these programs would each compile again of dad is compiled
# once: <dad/dad.hpp> is read once (precompiled), and dad's machinery is an object of its own, with the
# libraries and flags of the first program, which all of them must have. For targets that are there already, and have sources of C++ alone.
#
#   find_package(dad REQUIRED COMPONENTS mpi)
#   add_executable(app main.cpp model.cpp)
#   target_link_libraries(app PRIVATE dad::mpi)
#   dad_compile_once(app)
function(dad_compile_once program)
  foreach(target IN LISTS ARGV)
    if(NOT TARGET ${target})
      message(FATAL_ERROR "dad_compile_once got \"${target}\", expected a target that was added before")
    endif()
  endforeach()
  set(machinery ${program}_dad_machinery)
  add_library(${machinery} OBJECT "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/dadMachinery.cpp")
  foreach(property IN ITEMS COMPILE_DEFINITIONS COMPILE_OPTIONS COMPILE_FEATURES INCLUDE_DIRECTORIES)
    set_property(TARGET ${machinery} APPEND PROPERTY ${property} "$<TARGET_PROPERTY:${program},${property}>")
  endforeach()
  target_link_libraries(${machinery} PRIVATE "$<TARGET_PROPERTY:${program},LINK_LIBRARIES>")

  foreach(target IN LISTS ARGV)
    target_compile_definitions(${target} PRIVATE DAD_SEPARATE_ENGINE)
    target_sources(${target} PRIVATE "$<TARGET_OBJECTS:${machinery}>")
    if(target STREQUAL program)
      target_precompile_headers(${target} PRIVATE <dad/dad.hpp>)
    else()
      target_precompile_headers(${target} REUSE_FROM ${program})
    endif()
  endforeach()
endfunction()
