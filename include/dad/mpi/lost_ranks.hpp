// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ranks that died while the job went on (mpirun --enable-recovery).

#pragma once

#include <vector>

#include <dad/mpi/communicator.hpp>

namespace dad::mpi::detail {

class lost_ranks {
 public:
  [[nodiscard]] bool is_lost(int rank) const { return lost_[static_cast<std::size_t>(rank)]; }
  /// Those that died since it was asked last.
  [[nodiscard]] std::vector<int> newly_lost() { return {}; }
  explicit lost_ranks(const channel& over) : lost_(static_cast<std::size_t>(over.size), false) {}

 private:
  std::vector<bool> lost_;
};

}  // namespace dad::mpi::detail
