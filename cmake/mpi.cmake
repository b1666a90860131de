# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

# Decides whether dad::mpi is built: sets DAD_HAS_MPI, and DAD_MPI_MISSING to the reason where it is not.

set(DAD_HAS_MPI FALSE)
set(DAD_MPI_MISSING "")
string(TOUPPER "${DAD_MPI}" dad_mpi_wanted)

if(dad_mpi_wanted STREQUAL "AUTO" OR dad_mpi_wanted)
  include(${CMAKE_CURRENT_LIST_DIR}/dadFindMpi.cmake)
  dad_find_mpi(DAD_MPI_MISSING)
  if(DAD_MPI_MISSING STREQUAL "")
    set(DAD_HAS_MPI TRUE)
  elseif(NOT dad_mpi_wanted STREQUAL "AUTO")
    message(FATAL_ERROR "dad: DAD_MPI=${DAD_MPI}, but not found: ${DAD_MPI_MISSING}. DAD_MPI=OFF builds the core alone.")
  else()
    message(STATUS "dad: without dad::mpi; not found: ${DAD_MPI_MISSING}")
  endif()
  if(DAD_MPI_MISSING)
    set(DAD_MPI_MISSING "was configured where this was not found: ${DAD_MPI_MISSING}")
  endif()
else()
  set(DAD_MPI_MISSING "was configured with DAD_MPI=${DAD_MPI}")
endif()
