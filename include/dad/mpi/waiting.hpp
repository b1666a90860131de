// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a rank waits: it asks again at once while an answer may be microseconds away, then lets others have the
// core, then sleeps longer and longer.

#pragma once

#include <sched.h>

#include <ctime>

namespace dad::mpi::detail {

class patience {
 public:
  /// The longest sleep, in seconds: how late an answer may be seen; and how often to ask before the first.
  explicit patience(double longest = 1e-3, int yields = 400) : longest_(longest), yields_(yields) {}

  /// Something came: the next wait is short again.
  void renew() noexcept { count_ = 0; }

  /// It has been a while: time to look whether all is well. True at every 64th sleep.
  [[nodiscard]] bool is_long() const noexcept {
    const int sleeps = count_ - (yields_ > 0 ? spins + yields_ : 0);
    return sleeps > 0 && sleeps % 64 == 0;
  }

  /// Waits a little before the next look.
  void wait() noexcept {
    ++count_;
    if (count_ < spins && yields_ > 0) return;
    if (count_ < spins + yields_) {
      sched_yield();
      return;
    }
    // 20 us at first (the system adds some 50), twice as long after every 8 looks.
    const int doublings = (count_ - (yields_ > 0 ? spins + yields_ : 0)) / 8;
    double seconds = doublings > 16 ? longest_ : 20e-6 * static_cast<double>(1 << doublings);
    if (seconds > longest_) seconds = longest_;
    const std::timespec pause = {0, static_cast<long>(seconds * 1e9)};
    nanosleep(&pause, nullptr);
  }

 private:
  static constexpr int spins = 200;
  double longest_;
  int yields_;
  int count_ = 0;
};

}  // namespace dad::mpi::detail
