// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is likely wrong, in words.

#pragma once

#include <string>

#include <dad/check/report.hpp>
#include <dad/core/text.hpp>

namespace dad::detail {

/// Of the modes the one that differences fit, and the slopes to both sides, where the cause is about these.
template <class...>
[[gnu::cold]] std::string reason_of(check_cause cause, const char* fitting_mode, double left, double right) {
  static constexpr const char* contradiction = "forward and reverse agree, differences do not: ";
  switch (cause) {
    case check_cause::state:
      return "f depends on a state: two calls of it at the same point differ";
    case check_cause::modes_disagree:
      return joined(
          {"forward and reverse disagree, as where jvp and vjp of a rule do not fit each other; "
           "differences fit ",
           fitting_mode});
    case check_cause::replay:
      return "the recorded program has another derivative than the tape";
    case check_cause::discontinuity:
      return "f jumps here or is noise: its differences do not go to 0";
    case check_cause::kink:
      return joined({"f is not differentiable here: one-sided differences differ, ", short_number(left),
                     " to the left and ", short_number(right), " to the right"});
    case check_cause::rule:
      return joined({contradiction, "a rule in f has a derivative that is not that of its value"});
    case check_cause::reads_value:
      return joined(
          {contradiction,
           "f reads a number out of its scalars (value(), a cast to double), and what it makes of it "
           "is not differentiated"});
    case check_cause::unknown:
      return joined({contradiction, "f is not what dad differentiated, for no reason that shows"});
    default:
      return {};
  }
}

}  // namespace dad::detail
