// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ranks that died while the job went on (mpirun --enable-recovery), as the root of a call finds them.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/batch/statistics.hpp>
#include <dad/mpi/transport.hpp>

namespace dad::mpi::detail {

using dad::detail::seconds_now;

class lost_ranks {
 public:
  /// `lease`: seconds after which a rank that owes an answer is given up; 0: never.
  lost_ranks(channel& over, double lease)
      : over_(over), lease_(lease), heard_(static_cast<std::size_t>(over.size), seconds_now()) {}

  [[nodiscard]] bool is_lost(int rank) const { return !over_.is_alive(rank); }
  /// A rank said something, or was given something to do when it had nothing.
  void hear(int rank) { heard_[static_cast<std::size_t>(rank)] = seconds_now(); }

  [[nodiscard]] std::vector<int> alive() const { return over_.alive; }
  /// Tells all that live who that is.
  void tell(const std::vector<int>& alive) const {
    for (const int rank : alive)
      if (rank != over_.rank) send(over_, bytes_of(alive), rank);
  }

  /// Those that are lost since it was asked last; owes(rank) says whether a rank is to answer.
  template <class Owes>
  [[nodiscard]] std::vector<int> newly_lost(Owes&& owes) {
    std::vector<int> lost;
    if (over_.processes.empty()) return lost;
    const double now = seconds_now();
    if (now < next_look_) return lost;
    next_look_ = now + 0.02;
    const std::uint64_t here = over_.processes[static_cast<std::size_t>(over_.rank)].machine;
    for (const int rank : over_.alive) {
      const auto r = static_cast<std::size_t>(rank);
      if (rank == over_.rank) continue;
      const bool is_late = lease_ > 0.0 && owes(rank) && now - heard_[r] > lease_;
      if (is_late || has_ended(over_.processes[r], here)) lost.push_back(rank);
    }
    for (const int rank : lost) over_.lose(rank);
    return lost;
  }

 private:
  channel& over_;
  double lease_;
  double next_look_ = 0.0;
  std::vector<double> heard_;
};

}  // namespace dad::mpi::detail
