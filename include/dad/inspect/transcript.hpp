// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a function did at one point, operation by operation, with every number: what the reports and listings
// of the tape and of programs are made from.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <dad/core/concepts.hpp>
#include <dad/core/scope.hpp>
#include <dad/core/text.hpp>

namespace dad::detail {

/// Inputs and operations in order. T is the number below the level that is watched: double, or a dual.
template <class T>
struct transcript {
  static constexpr std::uint32_t constant = ~std::uint32_t{0};
  static constexpr std::uint32_t earlier = constant - 1;  // recorded before anyone watched

  struct operand {
    std::uint32_t step = constant;
    bool is_taken = true;        // the value depends on it: select does not take its other operand
    bool has_influence = false;  // the derivative does, by this partial
    bool is_known = true;        // its value is
    T value{};
    T partial{};
  };

  struct step {
    const char* name = nullptr;
    bool is_input = false;
    std::uint32_t number = 0;  // of inputs from 0, of operations from 1
    std::uint32_t index = 0;   // in the recording
    std::uint32_t scope = 0;
    std::size_t first_operand = 0;
    std::size_t operand_count = 0;
    T value{};
  };

  std::vector<step> steps;
  std::vector<operand> operands;
  scope_labels scopes;

  /// "x0" for an input, "%3" for an operation, the number itself for a constant.
  [[nodiscard]] std::string name_of(const operand& o) const;
  [[nodiscard]] std::string name_of(const step& s) const {
    return joined({s.is_input ? "x" : "%", std::to_string(s.number)});
  }
  /// "log(%2)"; of many operands the first.
  [[nodiscard]] std::string formula_of(const step& s) const {
    std::string text = s.name;
    if (s.operand_count == 0) return text;
    for (std::size_t i = 0; i < s.operand_count && i < most_shown; ++i)
      text += joined({i == 0 ? "(" : ", ", name_of(operands[s.first_operand + i])});
    if (s.operand_count > most_shown)
      text += joined({", ... ", std::to_string(s.operand_count), " operands"});
    return text += ')';
  }
  static constexpr std::size_t most_shown = 6;
};

/// A number in words: of a dual with its tangents.
template <number T>
std::string text_of(const T& x) {
  if constexpr (arithmetic<T>) {
    return number_text(static_cast<double>(x));
  } else if constexpr (requires { T::direction_count; }) {
    std::string text = joined({text_of(x.value()), T::direction_count == 1 ? " (tangent " : " (tangents "});
    for (std::size_t i = 0; i < T::direction_count; ++i)
      text += joined({i == 0 ? "" : ", ", text_of(x.tangent(i))});
    return text += ')';
  } else {
    return text_of(x.value());
  }
}

/// Neither NaN nor infinite, in any component.
template <number T>
bool is_all_finite(const T& x) {
  if constexpr (arithmetic<T>) {
    return std::isfinite(static_cast<double>(x));
  } else {
    bool is_finite = is_all_finite(x.value());
    if constexpr (requires { T::direction_count; })
      for (std::size_t i = 0; i < T::direction_count; ++i)
        is_finite = is_finite && is_all_finite(x.tangent(i));
    return is_finite;
  }
}

template <class T>
std::string transcript<T>::name_of(const operand& o) const {
  if (o.step == constant) return text_of(o.value);
  if (o.step == earlier) return "an earlier value";
  return name_of(steps[o.step]);
}

}  // namespace dad::detail
