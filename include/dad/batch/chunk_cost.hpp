// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What chunks cost, from those that were evaluated: so much for each chunk (f is recorded in it, code is
// written), and so much for each input.

#pragma once

#include <algorithm>
#include <cstddef>

namespace dad::detail {

/// A line through (inputs, seconds) by least squares, in which what came lately counts most. Inputs of uneven
/// cost make any line: where it begins is believed only if it is three of its standard errors above zero.
class chunk_cost {
 public:
  void add(std::size_t inputs, double seconds) {
    static constexpr double memory = 0.8;
    const auto n = static_cast<double>(inputs);
    for (double* sum : {&weight_, &n_, &t_, &nn_, &nt_, &tt_}) *sum *= memory;
    weight_ += 1.0;
    n_ += n;
    t_ += seconds;
    nn_ += n * n;
    nt_ += n * seconds;
    tt_ += seconds * seconds;
  }

  /// Seconds over inputs, whatever they were spent on; 0 where nothing is known.
  [[nodiscard]] double per_input() const noexcept { return n_ > 0.0 ? t_ / n_ : 0.0; }

  /// The inputs whose own cost is as much as that of a chunk: 0 where a chunk costs nothing by itself.
  [[nodiscard]] double inputs_worth_a_chunk() const noexcept {
    const double spread = weight_ * nn_ - n_ * n_;
    if (!(spread > 0.05 * n_ * n_)) return 0.0;
    const double slope = (weight_ * nt_ - n_ * t_) / spread;
    const double begin = (t_ - slope * n_) / weight_;
    const double rest = std::max(0.0, tt_ - begin * t_ - slope * nt_) / std::max(1.0, weight_ - 2.0);
    if (weight_ < 2.5 || !(begin > 0.0) || begin * begin < 9.0 * rest * nn_ / spread) return 0.0;
    const double each = std::clamp(slope, 0.02 * per_input(), per_input());
    return each > 0.0 ? std::max(0.0, (t_ - each * n_) / weight_ / each) : 0.0;
  }

 private:
  double weight_ = 0.0, n_ = 0.0, t_ = 0.0, nn_ = 0.0, nt_ = 0.0, tt_ = 0.0;
};

}  // namespace dad::detail
