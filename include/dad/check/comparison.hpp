// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A derivative matrix against difference quotients, entry by entry and along random directions.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>

#include <dad/check/checked_function.hpp>
#include <dad/check/options.hpp>
#include <dad/check/quotients.hpp>
#include <dad/check/reason.hpp>
#include <dad/check/report.hpp>
#include <dad/check/sphere.hpp>
#include <dad/core/list.hpp>

namespace dad::detail {

template <class...>
class comparison_if_used {
 public:
  comparison_if_used(const checked_function& f, const check_options& o)
      : f_(f),
        o_(o),
        n_(f.point.size()),
        m_(f.output_count),
        moved_(f.point),
        origin_(m_),
        ahead_(m_),
        behind_(m_),
        forward_(m_),
        expected_(m_),
        leverage_(m_),
        denormal_(m_),
        direction_(n_),
        lines_(m_) {
    f_.values(f_.point.data(), origin_.data());
    for (std::size_t k = 0; k < f_.matrix.size(); ++k)
      largest_ = std::fmax(largest_, std::fabs(f_.matrix[k]));
  }

  [[nodiscard]] check_report run() {
    report_.modes = f_.replayed.empty() ? "reverse and forward" : "reverse, forward and replay";
    const std::size_t entries = n_ < o_.most_entries ? n_ : o_.most_entries;
    for (std::size_t k = 0; k < entries; ++k) {
      // More entries than are compared: one of each of as many equal parts.
      std::size_t i = k;
      if (entries < n_) {
        const std::size_t first = k * n_ / entries, count = (k + 1) * n_ / entries - first;
        i = first + mixed_bits(mixed_bits(o_.seed) + k) % count;
      }
      compare_entry(i);
    }
    for (std::size_t d = 0; d < o_.directions; ++d) compare_direction(d);
    f_.values(f_.point.data(), ahead_.data());
    if (std::memcmp(ahead_.data(), origin_.data(), m_ * sizeof(double)) != 0) {
      report_.cause = check_cause::state;
      report_.modes.clear();
    }
    report_.description = reason_of(report_.cause, closer_mode(), sides_.left, sides_.right);
    return report_;
  }

 private:
  static constexpr double tiny = std::numeric_limits<double>::denorm_min();

  struct finding {
    std::size_t i = 0, j = 0;  // i >= n: a direction
    double badness = -1;
    check_cause cause = check_cause::none;
  };

  void compare_entry(std::size_t i) {
    ++report_.entries;
    for (std::size_t j = 0; j < n_; ++j) direction_[j] = j == i ? 1 : 0;
    underflow_ = 8 * tiny;
    for (std::size_t j = 0; j < m_; ++j) {
      expected_[j] = f_.matrix[j * n_ + i];
      leverage_[j] = std::fabs(expected_[j] * f_.point[i]);
      denormal_[j] = tiny * (1 + std::fabs(expected_[j]));
    }
    f_.tangents(direction_.data(), forward_.data());
    const double size = std::fabs(f_.point[i]);
    walk(size == 0 ? 1 : size);
    list<increments> absolute;
    if (!all_known() && (size < 0.1 || size > 100)) {
      const list<increments> relative = lines_;
      walk(size == 0 ? 1e-6 : 1);
      absolute = lines_;
      lines_ = relative;
    }
    bool is_decided = true;
    for (std::size_t j = 0; j < m_; ++j) {
      estimated_quotient q = quotients(lines_[j]).best();
      smoothness shape = quotients(lines_[j]).shape();
      if (!absolute.empty() && shape != smoothness::jump && shape != smoothness::kink && !is_agreed(j, q)) {
        const estimated_quotient other = quotients(absolute[j]).best();
        const smoothness seen = quotients(absolute[j]).shape();
        // Where they contradict each other, larger steps have missed what smaller ones have seen.
        const bool is_contradiction = std::fabs(other.value - q.value) > 4 * (other.error + q.error);
        const bool is_edge = seen == smoothness::jump || seen == smoothness::kink;
        if (shape == smoothness::unresolved || (size > 1 && is_edge) ||
            (is_contradiction ? size > 1 : other.error < q.error)) {
          q = other;
          shape = size < 1 && is_edge ? smoothness::unresolved : seen;
        }
      }
      is_decided &= judge(i, j, q, shape);
    }
    if (!is_decided) ++report_.undecided;
  }

  void compare_direction(std::size_t number) {
    fill_sphere(o_.seed, number, direction_.data(), n_);
    underflow_ = 8 * tiny;
    for (std::size_t i = 0; i < n_; ++i) {
      if (f_.point[i] != 0) direction_[i] *= std::fabs(f_.point[i]);
      underflow_ += 8 * tiny * std::fabs(direction_[i]);
    }
    for (std::size_t j = 0; j < m_; ++j) {
      expected_[j] = leverage_[j] = 0;
      denormal_[j] = tiny;
      for (std::size_t i = 0; i < n_; ++i) {
        expected_[j] += f_.matrix[j * n_ + i] * direction_[i];
        leverage_[j] += std::fabs(f_.matrix[j * n_ + i] * f_.point[i]);
        denormal_[j] += tiny * std::fabs(f_.matrix[j * n_ + i]);
      }
    }
    walk(1, step_count);
    f_.tangents(direction_.data(), forward_.data());
    for (std::size_t j = 0; j < m_; ++j) {
      if (!std::isfinite(expected_[j])) continue;
      const quotients along(lines_[j]);
      const std::optional<double> slope = along.remainder_slope(expected_[j]);
      if (slope && (!report_.slope || *slope < *report_.slope)) report_.slope = slope;
      judge(n_ + number, j, along.best(), along.shape());
    }
  }

  // Increments over smaller and smaller steps, until all outputs agree with what is expected, or to the end.
  void walk(double size, std::size_t at_least = 4) {
    for (std::size_t j = 0; j < m_; ++j) {
      increments& line = lines_[j];
      line.count = 0;
      line.size = std::fabs(origin_[j]);
      // Rounded arguments move a value as well.
      line.rounding =
          4 * (std::numeric_limits<double>::epsilon() * (line.size + leverage_[j]) + denormal_[j]);
    }
    double h = o_.step * size;
    for (std::size_t k = 0; k < step_count; ++k, h /= step_ratio) {
      const double ahead_step = move(h, ahead_), behind_step = -move(-h, behind_);
      if (ahead_step == 0 && behind_step == 0) break;
      for (std::size_t j = 0; j < m_; ++j) {
        increments& line = lines_[j];
        line.ahead_step[k] = ahead_step;
        line.behind_step[k] = behind_step;
        line.ahead[k] = ahead_[j] - origin_[j];
        line.behind[k] = origin_[j] - behind_[j];
        ++line.count;
      }
      if (k + 1 >= at_least && all_agree()) break;
    }
    for (std::size_t i = 0; i < n_; ++i) moved_[i] = f_.point[i];
  }

  // y at x + h direction, and the step as it is after rounding.
  double move(double h, list<double>& y) {
    double step = h;
    for (std::size_t i = 0; i < n_; ++i) {
      if (direction_[i] == 0) continue;
      moved_[i] = f_.point[i] + h * direction_[i];
      if (direction_[i] == 1) step = moved_[i] - f_.point[i];
      if (!std::isfinite(moved_[i])) {
        for (double& yj : y) yj = std::numeric_limits<double>::quiet_NaN();
        return step;
      }
    }
    f_.values(moved_.data(), y.data());
    return step;
  }

  bool all_agree() const {
    for (std::size_t j = 0; j < m_; ++j) {
      const quotients q(lines_[j]);
      if (!q.sides_meet() || !is_agreed(j, q.best())) return false;
    }
    return true;
  }
  // No output is left that other steps could tell more about.
  bool all_known() const {
    for (std::size_t j = 0; j < m_; ++j) {
      const quotients q(lines_[j]);
      if (const smoothness shape = q.shape(); shape == smoothness::jump || shape == smoothness::kink)
        continue;
      if (!is_agreed(j, q.best())) return false;
    }
    return true;
  }
  bool is_agreed(std::size_t j, const estimated_quotient& q) const {
    const double room = o_.tolerance * std::fmax(std::fabs(expected_[j]), std::fabs(q.value));
    return q.error <= room && std::fabs(q.value - expected_[j]) <= room;
  }

  // Notes the worst; false where differences are too inaccurate to tell.
  bool judge(std::size_t i, std::size_t j, const estimated_quotient& q, smoothness shape) {
    const double g = expected_[j], forward = forward_[j];
    const double size = std::fmax(std::fabs(g), std::fabs(q.value));
    const double allowed = o_.tolerance * size + 4 * q.error + underflow_;
    const double apart = std::fabs(g - q.value);
    const double room =
        o_.tolerance * std::fmax(std::fabs(g), std::fabs(forward)) + 1e-12 * largest_ + underflow_;
    finding found{i, j, apart / allowed, check_cause::none};
    if (apart == 0) found.badness = 0;
    const bool has_replay = !f_.replayed.empty() && i < n_;
    const double replayed = has_replay ? f_.replayed[j * n_ + i] : g;
    if (!(std::fabs(g - forward) <= room))
      found.cause = check_cause::modes_disagree;
    else if (!(std::fabs(g - replayed) <= room))
      found.cause = check_cause::replay;
    else if (shape == smoothness::jump && !(apart <= allowed && q.error <= 1e-3 * size))
      found.cause = check_cause::discontinuity;
    else if (shape == smoothness::kink)
      found.cause = check_cause::kink;
    else if ((i < n_ || report_.entries < n_) && apart > allowed && shape == smoothness::smooth &&
             q.error <= 0.1 * apart)
      found.cause = f_.has_rule        ? check_cause::rule
                    : f_.reads_numbers ? check_cause::reads_value
                                       : check_cause::unknown;
    if (is_worse(found)) note(found, q, allowed, forward, has_replay ? &replayed : nullptr);
    return found.cause != check_cause::none || q.error <= 1e-3 * size || q.error <= 1e-6 * largest_;
  }

  // Than the worst so far. A direction counts only where no entry shows as much.
  bool is_worse(const finding& found) const {
    if (found.cause == check_cause::none)
      return worst_.cause == check_cause::none && found.i < n_ && !(found.badness <= worst_.badness);
    if (worst_.cause == check_cause::none || found.cause < worst_.cause) return true;
    return found.cause == worst_.cause && found.i < n_ && found.badness > worst_.badness;
  }

  void note(const finding& found, const estimated_quotient& q, double allowed, double forward,
            const double* replayed) {
    worst_ = found;
    report_.cause = found.cause;
    report_.entry = found.i < n_ ? found.i : found.i - n_;
    report_.place = found.i < n_ ? std::string() : joined({"along direction ", std::to_string(found.i - n_)});
    report_.output = found.j;
    report_.derivative = expected_[found.j];
    report_.difference = q.value;
    report_.difference_error = q.error;
    report_.tolerance = allowed;
    report_.forward = forward;
    report_.replayed = replayed == nullptr ? std::optional<double>() : *replayed;
    sides_ = quotients(lines_[found.j]).slopes();
  }

  [[nodiscard]] const char* closer_mode() const {
    const auto fits = [&](double derivative) {
      return std::fabs(derivative - report_.difference) <= report_.tolerance;
    };
    return fits(report_.forward) ? "forward" : fits(report_.derivative) ? "reverse" : "neither";
  }

  const checked_function& f_;
  const check_options& o_;
  std::size_t n_, m_;
  list<double> moved_, origin_, ahead_, behind_, forward_, expected_, leverage_, denormal_, direction_;
  list<increments> lines_;
  double largest_ = 0;    // of the matrix
  double underflow_ = 0;  // what is lost of a derivative where partials are denormal
  finding worst_;
  quotients::sides sides_{0, 0};
  check_report report_;
};
using comparison = comparison_if_used<>;

}  // namespace dad::detail
