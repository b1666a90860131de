// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Difference quotients along one line: central where f is finite on both sides, with steps from large to
// small, extrapolated to step zero, and with an estimate of their own error.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include <dad/core/list.hpp>

namespace dad::detail {

inline constexpr std::size_t step_count = 16;
inline constexpr double step_ratio = 4;

/// Of one output along a line: its increments over the steps, outwards and back. What is not finite is NaN.
struct increments {
  std::array<double, step_count> ahead_step, behind_step;  // both positive
  std::array<double, step_count> ahead, behind;            // y(x + h) - y(x), y(x) - y(x - h)
  double size = 0;                                         // of y: what its rounding is relative to
  double rounding = 0;  // the error of an increment, that of rounded arguments included
  std::size_t count = 0;
};

enum class smoothness { smooth, kink, jump, unresolved };

struct estimated_quotient {
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::infinity();
  friend bool operator<(const estimated_quotient& a, const estimated_quotient& b) {
    return a.error < b.error;
  }
};

/// What increments tell. The steps must go down.
template <class...>
class quotients_if_used {
 public:
  explicit quotients_if_used(const increments& by) : by_(by) {
    std::size_t both = 0, ahead = 0, behind = 0;
    for (std::size_t k = 0; k < by.count; ++k) {
      both += has(k, side::both);
      ahead += has(k, side::ahead);
      behind += has(k, side::behind);
    }
    side_ = both >= 3 || both >= ahead + behind - both ? side::both
            : ahead >= behind                          ? side::ahead
                                                       : side::behind;
  }

  /// The extrapolated quotient with the smallest estimated error, of those that smaller steps do not refute.
  /// Method: Ridders, Advances in Engineering Software 4 (1982); the error is at least that of rounding.
  [[nodiscard]] estimated_quotient best() const {
    estimated_quotient found;
    std::array<double, depth> row{}, above{};
    std::size_t length = 0;  // of the row above
    for (std::size_t k = 0; k < by_.count; ++k) {
      if (!has(k, side_)) {
        length = 0;
        continue;
      }
      row[0] = plain(k);
      // Central quotients have errors in even powers of the step, one-sided ones in all.
      const double base = side_ == side::both ? step_ratio * step_ratio : step_ratio;
      double power = 1;
      for (std::size_t p = 0; p < length && p + 1 < depth; ++p) {
        power *= base;
        row[p + 1] = (power * row[p] - above[p]) / (power - 1);
        const double error =
            std::fmax(std::fabs(row[p + 1] - row[p]), std::fabs(row[p + 1] - above[p])) + 2 * noise(k);
        if (error < found.error && !is_refuted(row[p + 1], error, k)) found = {row[p + 1], error};
      }
      length = length + 1 < depth ? length + 1 : depth - 1;
      above = row;
    }
    return found;
  }

  /// How y goes at the point, seen over the finest steps at which it is more than rounding: increments to one
  /// side that stay the same are a jump; one-sided slopes that stay apart, by a power of the step, a kink or
  /// a cusp. Where increments do not become smaller at all, the steps were too large for y.
  [[nodiscard]] smoothness shape() const {
    if (side_ == side::both) {
      const bool ahead = is_step(by_.ahead), behind = is_step(by_.behind);
      if (ahead || behind) {
        const double out = by_.ahead[by_.count - 1], back = by_.behind[by_.count - 1];
        const double small = 0.1 * std::fmax(std::fabs(out), std::fabs(back));
        // The point itself may be far out, near a pole.
        if (ahead && behind && out * back < 0) return smoothness::unresolved;
        if ((ahead || std::fabs(out) < small) && (behind || std::fabs(back) < small)) return smoothness::jump;
      }
      if (is_bent()) return smoothness::kink;
    }
    return is_shrinking() && !is_diverging() ? smoothness::smooth : smoothness::unresolved;
  }

  /// The one-sided slopes, extrapolated, meet: steps so far give no sign of a kink.
  [[nodiscard]] bool sides_meet() const {
    const std::size_t k = by_.count - 1;
    if (by_.count < 4 || !has(k, side::both) || !has(k - 1, side::both)) return false;
    const double limit = std::fabs(step_ratio * bend(k) - bend(k - 1)) / (step_ratio - 1);
    const double size =
        std::fabs(by_.ahead[k]) / by_.ahead_step[k] + std::fabs(by_.behind[k]) / by_.behind_step[k];
    return limit <= 1e-4 * size + 25 * rounding(k);
  }

  /// The slopes to both sides over the finest step at which they are more than rounding.
  struct sides {
    double left, right;
  };
  [[nodiscard]] sides slopes() const {
    for (std::size_t k = by_.count; k-- > 0;)
      if (has(k, side::both) && std::fabs(bend(k)) > 50 * rounding(k))
        return {by_.behind[k] / by_.behind_step[k], by_.ahead[k] / by_.ahead_step[k]};
    return {0, 0};
  }

  /// The slope of log |y(x + h) - y(x) - h expected| against log h over the finest steps at which it is more
  /// than rounding: 2 where `expected` is the derivative, or more. None where it is rounding everywhere.
  [[nodiscard]] std::optional<double> remainder_slope(double expected) const {
    double sum_t = 0, sum_r = 0, sum_tt = 0, sum_tr = 0;
    int count = 0;
    for (std::size_t k = by_.count; k-- > 0 && count < 4;) {
      const double remainder = std::fabs(by_.ahead[k] - by_.ahead_step[k] * expected);
      if (!std::isfinite(remainder) || remainder <= 25 * by_.rounding) {
        if (count != 0) break;
        continue;
      }
      const double t = std::log(by_.ahead_step[k]), r = std::log(remainder);
      sum_t += t, sum_r += r, sum_tt += t * t, sum_tr += t * r;
      ++count;
    }
    if (count < 2) return std::nullopt;
    return (count * sum_tr - sum_t * sum_r) / (count * sum_tt - sum_t * sum_t);
  }

 private:
  enum class side { both, ahead, behind };
  static constexpr std::size_t depth = 6;

  bool has(std::size_t k, side s) const {
    const bool ahead = by_.ahead_step[k] > 0 && std::isfinite(by_.ahead[k]);
    const bool behind = by_.behind_step[k] > 0 && std::isfinite(by_.behind[k]);
    return s == side::both ? ahead && behind : s == side::ahead ? ahead : behind;
  }
  double plain(std::size_t k) const {
    if (side_ == side::ahead) return by_.ahead[k] / by_.ahead_step[k];
    if (side_ == side::behind) return by_.behind[k] / by_.behind_step[k];
    return (by_.ahead[k] / 2 + by_.behind[k] / 2) / (by_.ahead_step[k] / 2 + by_.behind_step[k] / 2);
  }
  double step(std::size_t k) const { return side_ == side::behind ? by_.behind_step[k] : by_.ahead_step[k]; }
  // What rounding does to a quotient: of values here and there, and of the arguments there.
  double noise(std::size_t k) const { return by_.rounding / step(k) + rounding_there(k); }
  double rounding(std::size_t k) const {
    return 4 *
               (std::numeric_limits<double>::epsilon() * by_.size +
                std::numeric_limits<double>::denorm_min()) /
               step(k) +
           rounding_there(k);
  }
  double rounding_there(std::size_t k) const {
    const double ahead = has(k, side::ahead) ? std::fabs(by_.ahead[k]) : 0;
    const double behind = has(k, side::behind) ? std::fabs(by_.behind[k]) : 0;
    return 4 * std::numeric_limits<double>::epsilon() * std::fmax(ahead, behind) / step(k);
  }
  double bend(std::size_t k) const {
    return by_.ahead[k] / by_.ahead_step[k] - by_.behind[k] / by_.behind_step[k];
  }

  // Quotients over three smaller steps agree with each other and not with this one, or those over the three
  // smallest go away from it.
  bool is_refuted(double value, double error, std::size_t from) const {
    for (std::size_t k = from + 1; k + 2 < by_.count; ++k) {
      if (!has(k, side_) || !has(k + 1, side_) || !has(k + 2, side_)) continue;
      const double apart = plain(k + 2) - value, before = plain(k + 1) - value, first = plain(k) - value;
      const double size = std::fabs(apart);
      if (size > 50 * noise(k + 2) + 10 * error && std::fabs(first - before) < 0.2 * size &&
          std::fabs(before - apart) < 0.2 * size)
        return true;
      if (k + 3 == by_.count && size > 10 * (error + noise(k + 2)) && before / apart > 0 &&
          before / apart < 1 && first / before > 0 && first / before < 1)
        return true;
    }
    return false;
  }

  // The last three quotients grow: a singularity is nearer than the steps.
  bool is_diverging() const {
    if (by_.count < 3) return false;
    const std::size_t k = by_.count - 1;
    return has(k, side_) && has(k - 1, side_) && has(k - 2, side_) && std::fabs(plain(k)) > 50 * noise(k) &&
           std::fabs(plain(k)) > 1.5 * std::fabs(plain(k - 1)) &&
           std::fabs(plain(k - 1)) > 1.5 * std::fabs(plain(k - 2));
  }

  // The same increment over the four finest steps.
  bool is_step(const std::array<double, step_count>& by) const {
    if (by_.count < 4) return false;
    const double last = by[by_.count - 1];
    for (std::size_t k = by_.count - 4; k < by_.count; ++k)
      if (!has(k, side::both) || !(std::fabs(by[k] - last) <= 0.1 * std::fabs(last))) return false;
    return std::fabs(last) > 50 * step(by_.count - 1) * rounding(by_.count - 1);
  }

  // The finest four bends in a row that are more than rounding go with a power of the step below 1.
  bool is_bent() const {
    std::array<double, 4> bends{};
    std::size_t found = 0;
    for (std::size_t k = by_.count; k-- > 0 && found < bends.size();) {
      const bool is_seen = has(k, side::both) && std::fabs(bend(k)) > 50 * rounding(k);
      if (!is_seen && found != 0) return false;
      if (is_seen) bends[found++] = bend(k);
    }
    if (found < bends.size()) return false;
    const double first = bends[2] / bends[3], second = bends[1] / bends[2], third = bends[0] / bends[1];
    const sides at = slopes();
    return std::fabs(second - first) < 0.2 * first && std::fabs(third - second) < 0.2 * second &&
           third > 0.7 && third < 2.2 &&
           std::fabs(bends[0]) > 1e-3 * (std::fabs(at.left) + std::fabs(at.right));
  }

  // The increments over the last three steps are smaller than those over the three before, or rounding.
  bool is_shrinking() const {
    double last = 0, before = 0;
    std::size_t found = 0;
    for (std::size_t k = by_.count; k-- > 0 && found < 6;) {
      if (!has(k, side_)) continue;
      const double size = std::fmax(side_ == side::behind ? 0 : std::fabs(by_.ahead[k]),
                                    side_ == side::ahead ? 0 : std::fabs(by_.behind[k]));
      double& part = found < 3 ? last : before;
      part = std::fmax(part, size);
      ++found;
    }
    return found <= 3 || last <= 200 * std::numeric_limits<double>::epsilon() * by_.size ||
           last < 0.3 * before;
  }

  const increments& by_;
  side side_;
};
using quotients = quotients_if_used<>;

}  // namespace dad::detail
