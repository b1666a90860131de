// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The one include of a user program: the core, and in a target linked with dad::mpi also batches over ranks.

#pragma once

#include <dad/batch/batch.hpp>
#include <dad/batch/find_nonfinite.hpp>
#include <dad/batch/program.hpp>
#include <dad/check/check.hpp>
#include <dad/core/error.hpp>
#include <dad/core/matrix.hpp>
#include <dad/core/scope.hpp>
#include <dad/driver/compiled_once.hpp>
#include <dad/driver/forward.hpp>
#include <dad/driver/gauss_newton.hpp>
#include <dad/driver/hessian.hpp>
#include <dad/driver/hessian_eigenvalues.hpp>
#include <dad/driver/hessian_trace.hpp>
#include <dad/driver/hvp_at.hpp>
#include <dad/driver/jacobian.hpp>
#include <dad/driver/reverse.hpp>
#include <dad/driver/taylor.hpp>
#include <dad/forward/dual.hpp>
#include <dad/inspect/find_nonfinite.hpp>
#include <dad/inspect/observation.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>
#include <dad/rule/checkpoint.hpp>
#include <dad/rule/checkpoint_loop.hpp>
#include <dad/rule/elementwise.hpp>
#include <dad/rule/implicit.hpp>
#include <dad/rule/preaccumulation.hpp>
#include <dad/rule/rule.hpp>
#include <dad/sparsity/hessian.hpp>
#include <dad/sparsity/jacobian.hpp>
#include <dad/taylor/series.hpp>

#ifdef DAD_WITH_MPI
#include <dad/mpi.hpp>
#endif
