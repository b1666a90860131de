# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# Finds SLEEF, the vector functions of dad's lanes, as the target dad::sleef. One file for the build and for
# find_package(dad), so that both ask for the same. The library is enough: dad declares what it calls.

# Sets `missing` to what was not found, in words; empty when it is there.
function(dad_find_sleef missing)
  set(${missing} "" PARENT_SCOPE)
  if(TARGET dad::sleef)
    return()
  endif()
  find_library(DAD_SLEEF_LIBRARY sleef DOC "SLEEF 3.5 or newer, the vector functions of dad's lanes")
  mark_as_advanced(DAD_SLEEF_LIBRARY)
  if(NOT DAD_SLEEF_LIBRARY)
    set(${missing} "SLEEF 3.5 or newer (Debian: libsleef-dev)" PARENT_SCOPE)
    return()
  endif()
  add_library(dad::sleef UNKNOWN IMPORTED GLOBAL)
  set_target_properties(dad::sleef PROPERTIES IMPORTED_LOCATION "${DAD_SLEEF_LIBRARY}")
endfunction()
