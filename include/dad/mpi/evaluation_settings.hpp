// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a rank evaluates its chunks of a call.

#pragma once

#include <cstddef>

#include <dad/batch/input_watch.hpp>

namespace dad::mpi::detail {

struct evaluation_settings {
  int rank = 0;
  std::size_t threads = 1;
  dad::detail::call_state call = {};
};

}  // namespace dad::mpi::detail
