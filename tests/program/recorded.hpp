// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function recorded once: what most tests of program/ start from.

#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include <dad/program/recording.hpp>

#include "catch.hpp"
#include "program/bits.hpp"

namespace test {

/// f, a function of a vector of scalars that returns a scalar or a vector of them, recorded at x.
template <class F>
dad::detail::recording record(const F& f, const std::vector<double>& x) {
  dad::detail::recording r;
  dad::detail::recorder recorder(r);
  const dad::detail::listening on(recorder);
  std::vector<dad::traced> point;
  for (const double value : x) point.push_back(recorder.input(value));
  const auto y = f(static_cast<const std::vector<dad::traced>&>(point));
  if constexpr (std::is_convertible_v<decltype(y), dad::traced>)
    recorder.output(y);
  else
    for (const dad::traced& part : y) recorder.output(part);
  return r;
}

/// The operations of a graph in order, by name, without inputs and constants.
inline std::vector<std::string> operations_of(const dad::detail::graph& g) {
  std::vector<std::string> names;
  for (const dad::detail::node& n : g.nodes)
    if (n.code >= dad::detail::opcode::chain) names.emplace_back(dad::detail::name_of(n.code));
  return names;
}

}  // namespace test
