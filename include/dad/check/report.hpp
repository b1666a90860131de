// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a check found, in numbers and in words.

#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>

#include <dad/core/text.hpp>

namespace dad {

/// What is likely wrong, the strongest evidence first.
enum class check_cause {
  none,            ///< everything fits
  state,           ///< two calls of f at the same point differ
  not_finite,      ///< a value or a derivative is NaN or infinite
  modes_disagree,  ///< forward and reverse differ, as with a rule whose jvp and vjp do not fit each other
  replay,          ///< the recorded program differs from the tape
  discontinuity,   ///< f jumps at the point
  kink,            ///< the one-sided slopes differ
  rule,            ///< a rule in f has a derivative that its value has not
  reads_value,     ///< f reads a number out of its scalars, so part of it is not differentiated
  unknown          ///< differences contradict, for no reason that shows
};

/// The result of a check. The entry named is the one that fits worst, failed or not. Of a Jacobian (and of a
/// Hessian, that of the gradient) it is the derivative of `output` by `entry`.
struct check_report {
  check_cause cause = check_cause::none;
  std::size_t entry = 0;            ///< among the reals of x, in order
  std::size_t output = 0;           ///< among the reals of the result
  std::string place;                ///< of the entry in the structure of x: "x[3]"
  double derivative = 0;            ///< what dad gives, in reverse
  double difference = 0;            ///< the difference quotient
  double difference_error = 0;      ///< its own estimate of its error
  double tolerance = 0;             ///< how far they may be apart, that estimate included
  double forward = 0;               ///< the same entry in forward mode
  std::optional<double> replayed;   ///< and in replay, if f can be recorded
  std::optional<double> slope;      ///< the lowest of log |Taylor remainder| against log step; none where
                                    ///< the remainder is rounding alone, as of a linear f
  std::size_t entries = 0;          ///< how many were compared one by one
  std::size_t undecided = 0;        ///< of them, those whose differences are too inaccurate to tell
  std::optional<std::size_t> item;  ///< of a batch: the input's index
  std::optional<int> rank;          ///< over ranks: which one evaluated it
  std::string modes;                ///< "reverse, forward, replay": what was compared with differences, if
                                    ///< it came to that
  std::string description;          ///< what is wrong, in words; empty where nothing is

  [[nodiscard]] bool passed() const noexcept { return cause == check_cause::none; }
  [[nodiscard]] explicit operator bool() const noexcept { return passed(); }

  /// All of that for people to read, in a few lines.
  template <class... Lazy>
  [[nodiscard, gnu::cold]] std::string text() const;
};

namespace detail {

[[gnu::cold, gnu::noinline]] inline std::string short_number(double x) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g", x);
  return text;
}

}  // namespace detail

template <class... Lazy>
std::string check_report::text() const {
  using namespace detail;
  const check_report& r = *this;
  std::string text;
  if (r.item) text += joined({"item ", std::to_string(*r.item), r.rank ? "" : ": "});
  if (r.rank) text += joined({r.item ? " on rank " : "rank ", std::to_string(*r.rank), ": "});
  if (r.passed())
    text += joined({std::to_string(r.entries), r.entries == 1 ? " entry agrees" : " entries agree",
                    " with differences"});
  else
    text += r.description;
  if (!r.modes.empty()) {
    text += joined({"\n  ", r.passed() ? "worst: " : "", r.place, ", entry ", std::to_string(r.entry)});
    if (r.output != 0) text += joined({" of output ", std::to_string(r.output)});
    text += joined({": derivative ", number_text(r.derivative), ", differences ", number_text(r.difference),
                    " +- ", short_number(r.difference_error), ", allowed ", short_number(r.tolerance),
                    "\n  forward ", number_text(r.forward)});
    if (r.replayed) text += joined({", replay ", number_text(*r.replayed)});
    text += joined({"; compared ", r.modes, "\n  Taylor slope "});
    text += r.slope ? short_number(*r.slope) : "none: no remainder above rounding";
    if (r.undecided != 0)
      text += joined({"\n  undecided: ", std::to_string(r.undecided), " of ", std::to_string(r.entries)});
  }
  return text;
}

}  // namespace dad
