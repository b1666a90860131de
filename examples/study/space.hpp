// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is searched: hyperparameters, each with the values that it may take.

#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../support/csv.hpp"

namespace study {

enum class kind { categorical, integer, discrete_uniform, uniform, log_uniform };

inline const char* name_of(kind k) {
  static constexpr const char* names[] = {"categorical", "integer", "discrete_uniform", "uniform",
                                          "log_uniform"};
  return names[static_cast<std::size_t>(k)];
}

/// One hyperparameter. A value is a number; that of a categorical one is the index of its choice. `grid` has
/// the values that a grid search takes.
struct parameter {
  std::string name;
  kind what;
  double low, high, step;  // step is 0 where any number between is a value
  std::vector<std::string> choices;
  std::vector<double> grid;
};

using space = std::vector<parameter>;
using values = std::vector<double>;  // one for each parameter, in the order of the space

namespace detail {

inline parameter checked(parameter p) {
  const bool is_range = std::isfinite(p.low) && std::isfinite(p.high) && p.low <= p.high;
  if (!is_range || (p.what == kind::log_uniform && !(p.low > 0)) ||
      (p.what == kind::discrete_uniform && !(p.step > 0))) {
    throw std::invalid_argument(std::string(name_of(p.what)) + " " + p.name + ": from " +
                                support::to_text(p.low) + " to " + support::to_text(p.high) +
                                ", expected numbers of which the first is the smaller" +
                                (p.what == kind::log_uniform ? " and greater than 0" : "") +
                                (p.what == kind::discrete_uniform ? ", and a step greater than 0" : ""));
  }
  if (p.step > 0) p.high = p.low + p.step * std::floor((p.high - p.low) / p.step + 1e-9);
  return p;
}

}  // namespace detail

/// One of the words.
inline parameter categorical(std::string name, std::vector<std::string> choices) {
  if (choices.empty()) throw std::invalid_argument("categorical " + name + " has no choices");
  const double last = static_cast<double>(choices.size() - 1);
  return {std::move(name), kind::categorical, 0, last, 1, std::move(choices), {}};
}
/// A whole number, both ends included.
inline parameter integer(std::string name, int low, int high) {
  return detail::checked(
      {std::move(name), kind::integer, static_cast<double>(low), static_cast<double>(high), 1, {}, {}});
}
/// low, low + step, low + 2 step, ... up to high.
inline parameter discrete_uniform(std::string name, double low, double high, double step) {
  return detail::checked({std::move(name), kind::discrete_uniform, low, high, step, {}, {}});
}
/// Any number between.
inline parameter uniform(std::string name, double low, double high) {
  return detail::checked({std::move(name), kind::uniform, low, high, 0, {}, {}});
}
/// Any number between; its logarithm is uniform.
inline parameter log_uniform(std::string name, double low, double high) {
  return detail::checked({std::move(name), kind::log_uniform, low, high, 0, {}, {}});
}

/// The line on which samplers draw: logarithms for log_uniform; where there are steps, half a step is added
/// at both ends, so that all values are as wide.
inline double to_line(const parameter& p, double value) {
  return p.what == kind::log_uniform ? std::log(value) : value;
}
inline std::pair<double, double> ends(const parameter& p) {
  return {to_line(p, p.low) - p.step / 2, to_line(p, p.high) + p.step / 2};
}
inline double from_line(const parameter& p, double x) {
  if (p.what == kind::log_uniform) return std::clamp(std::exp(x), p.low, p.high);
  if (p.step == 0) return std::clamp(x, p.low, p.high);
  const double count = std::round((p.high - p.low) / p.step);
  return p.low + p.step * std::clamp(std::round((x - p.low) / p.step), 0.0, count);
}

inline std::string text_of(const parameter& p, double value) {
  if (p.what == kind::categorical) return p.choices.at(static_cast<std::size_t>(value));
  return support::to_text(value);
}

/// The inverse of text_of. Throws std::invalid_argument naming the parameter.
inline double value_of(const parameter& p, std::string_view text) {
  if (p.what == kind::categorical) {
    const auto found = std::find(p.choices.begin(), p.choices.end(), text);
    if (found != p.choices.end()) return static_cast<double>(found - p.choices.begin());
    std::string expected;
    for (const auto& choice : p.choices) (expected += expected.empty() ? "" : ", ") += choice;
    throw std::invalid_argument(p.name + " is \"" + std::string(text) + "\", expected one of " + expected);
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  const bool is_whole = p.what != kind::integer || value == std::floor(value);
  if (code != std::errc() || stop != end || !is_whole) {
    throw std::invalid_argument(p.name + " is \"" + std::string(text) + "\", expected " +
                                (p.what == kind::integer ? "a whole number" : "a number"));
  }
  return value;
}

/// "layers=1 units=32 ..."
inline std::string text_of(const space& s, const values& v) {
  std::string text;
  for (std::size_t i = 0; i < s.size(); ++i) {
    text += (i == 0 ? "" : " ") + s[i].name + "=" + text_of(s[i], v[i]);
  }
  return text;
}

/// The index of the parameter of this name; throws std::invalid_argument.
inline std::size_t index_of(const space& s, std::string_view name) {
  std::string expected;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i].name == name) return i;
    (expected += i == 0 ? "" : ", ") += s[i].name;
  }
  throw std::invalid_argument("\"" + std::string(name) + "\" is no parameter, expected one of " + expected);
}

}  // namespace study
