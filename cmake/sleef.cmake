# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# Decides whether lanes call SLEEF's vector functions: sets DAD_HAS_SLEEF. Without it <cmath> is called lane by lane.

set(DAD_HAS_SLEEF FALSE)
string(TOUPPER "${DAD_SLEEF}" dad_sleef_wanted)

if(dad_sleef_wanted STREQUAL "AUTO" OR dad_sleef_wanted)
  include(${CMAKE_CURRENT_LIST_DIR}/dadFindSleef.cmake)
  dad_find_sleef(dad_sleef_missing)
  if(dad_sleef_missing STREQUAL "")
    # Its names for the instruction sets of x86 are what lanes/sleef.hpp calls; other processors have other names.
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_LIBRARIES "${DAD_SLEEF_LIBRARY}")
    check_cxx_source_compiles("
      extern \"C\" void Sleef_expd2_u10sse2();
      extern \"C\" void Sleef_expd4_u10avx2();
      extern \"C\" void Sleef_expd8_u10avx512f();
      int main() { Sleef_expd2_u10sse2(); Sleef_expd4_u10avx2(); Sleef_expd8_u10avx512f(); }" DAD_SLEEF_HAS_X86)
    unset(CMAKE_REQUIRED_LIBRARIES)
    if(DAD_SLEEF_HAS_X86)
      set(DAD_HAS_SLEEF TRUE)
    else()
      set(dad_sleef_missing "SLEEF's functions for SSE2, AVX2 and AVX-512 (in ${DAD_SLEEF_LIBRARY})")
    endif()
  endif()
  if(NOT DAD_HAS_SLEEF)
    if(NOT dad_sleef_wanted STREQUAL "AUTO")
      message(FATAL_ERROR
        "dad: DAD_SLEEF=${DAD_SLEEF}, but not found: ${dad_sleef_missing}. DAD_SLEEF=OFF does without.")
    endif()
    message(STATUS "dad: batches without vector functions; not found: ${dad_sleef_missing}")
  endif()
endif()
