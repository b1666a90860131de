# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# find_package(dad): from the build tree always, from an install tree where DAD_INSTALL is on.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(dad_package_folder "${CMAKE_INSTALL_DATADIR}/cmake/dad")

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/dadConfig.cmake.in" "${PROJECT_BINARY_DIR}/dadConfig.cmake"
  INSTALL_DESTINATION "${dad_package_folder}"
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Minor versions may change interfaces before 1.0; headers fit every word size.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dadConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
set(dad_package_files dadFindMpi.cmake dadFindSleef.cmake dadCompileOnce.cmake dadMachinery.cpp)
list(TRANSFORM dad_package_files PREPEND "${PROJECT_SOURCE_DIR}/cmake/")
foreach(file IN LISTS dad_package_files)
  get_filename_component(name "${file}" NAME)
  configure_file("${file}" "${PROJECT_BINARY_DIR}/${name}" COPYONLY)
endforeach()
include(${CMAKE_CURRENT_LIST_DIR}/dadCompileOnce.cmake)  # for a project that adds dad as a subdirectory

# One set of targets per component, so that a core without MPI names no MPI target.
export(TARGETS dad NAMESPACE dad:: FILE "${PROJECT_BINARY_DIR}/dadTargets.cmake")
if(DAD_HAS_MPI)
  export(TARGETS dad_mpi NAMESPACE dad:: FILE "${PROJECT_BINARY_DIR}/dadMpiTargets.cmake")
else()
  file(REMOVE "${PROJECT_BINARY_DIR}/dadMpiTargets.cmake")  # of an earlier configuration of this folder
endif()

if(DAD_INSTALL)
  install(TARGETS dad EXPORT dadTargets FILE_SET HEADERS)
  install(EXPORT dadTargets NAMESPACE dad:: DESTINATION "${dad_package_folder}")
  if(DAD_HAS_MPI)
    install(TARGETS dad_mpi EXPORT dadMpiTargets FILE_SET HEADERS)
    install(EXPORT dadMpiTargets NAMESPACE dad:: DESTINATION "${dad_package_folder}")
  endif()
  install(
    FILES
      "${PROJECT_BINARY_DIR}/dadConfig.cmake" "${PROJECT_BINARY_DIR}/dadConfigVersion.cmake"
      ${dad_package_files}
    DESTINATION "${dad_package_folder}")
  install(FILES "${PROJECT_SOURCE_DIR}/share/gdb/dad_printers.py" DESTINATION "${CMAKE_INSTALL_DATADIR}/dad/gdb")
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/dad")
endif()
