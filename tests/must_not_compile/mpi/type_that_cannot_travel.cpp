// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An input that goes to other ranks must serialize.

// expected: dad: this type cannot be sent to other ranks: give it a member

#include <dad/dad.hpp>
#include <vector>

struct reading {
  double time = 0.0, level = 0.0;
#ifndef MUST_NOT_COMPILE
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& time& level;
  }
#endif
};

double fit(const std::vector<reading>& readings) {
  const auto loss = [](const auto& rate, const reading& r) { return square(rate * r.time - r.level); };
  return dad::mpi::batch_sum(loss, 2.0, readings).value;
}
