# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# Finds what dad::mpi needs: MPI (Open MPI 4.1 or newer, where it is Open MPI), Boost.MPI and Boost.Serialization 1.74 or
# newer. One file for the build and for find_package(dad COMPONENTS mpi), so that both ask for the same.

# Sets `missing` to what was not found, in words; empty when all is there.
function(dad_find_mpi missing)
  set(lacking "")

  # dad speaks MPI's C interface; without this the C++ bindings that MPI dropped would be linked.
  set(MPI_CXX_SKIP_MPICXX TRUE)
  find_package(MPI 3.1 QUIET COMPONENTS CXX)
  if(NOT MPI_CXX_FOUND)
    list(APPEND lacking "MPI 3.1 or newer for C++ (Debian: libopenmpi-dev, openmpi-bin)")
  else()
    foreach(folder IN LISTS MPI_CXX_INCLUDE_DIRS)
      if(EXISTS "${folder}/mpi.h")
        file(STRINGS "${folder}/mpi.h" lines REGEX "define OMPI_(MAJOR|MINOR)_VERSION")
        if("${lines}" MATCHES "MAJOR_VERSION +([0-9]+).*MINOR_VERSION +([0-9]+)")
          set(open_mpi "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}")
          if(open_mpi VERSION_LESS 4.1)
            list(APPEND lacking "Open MPI 4.1 or newer (found ${open_mpi} in ${folder})")
          endif()
        endif()
        break()
      endif()
    endforeach()
  endif()

  find_package(Boost 1.74 QUIET COMPONENTS mpi serialization)
  if(NOT TARGET Boost::mpi)
    list(APPEND lacking "Boost.MPI 1.74 or newer (Debian: libboost-mpi-dev)")
  endif()
  if(NOT TARGET Boost::serialization)
    list(APPEND lacking "Boost.Serialization 1.74 or newer (Debian: libboost-serialization-dev)")
  endif()

  list(JOIN lacking ", " lacking)
  set(${missing} "${lacking}" PARENT_SCOPE)
endfunction()
