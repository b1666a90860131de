// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The one include of a user program: the core, and with DAD_WITH_MPI (a target linked with dad::mpi) batches over ranks.

#pragma once

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>
