// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches over ranks, and derivatives of one function: everything in dad::mpi. Needs Open MPI and Boost (MPI,
// Serialization).

#pragma once

#include <dad/mpi/batch.hpp>
#include <dad/mpi/batch_executor.hpp>
#include <dad/mpi/batch_sum.hpp>
#include <dad/mpi/check.hpp>
#include <dad/mpi/environment.hpp>
#include <dad/mpi/find_nonfinite.hpp>
#include <dad/mpi/hessian.hpp>
#include <dad/mpi/hessian_eigenvalues.hpp>
#include <dad/mpi/hessian_trace.hpp>
#include <dad/mpi/jacobian.hpp>
#include <dad/mpi/options.hpp>
#include <dad/mpi/sparse.hpp>
