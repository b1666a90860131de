// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The derivatives at one point: forward in each input, one sweep back, and the graph as a text.

#pragma once

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/csv.hpp"
#include "functions.hpp"
#include "nodes.hpp"

namespace graph {

/// "w1 = 3, w2 = 2"
inline std::string text_of(const function& f, const place& at) {
  const auto [first, second] = f.inputs();
  return first + " = " + support::to_text(at[0]) + ", " + second + " = " + support::to_text(at[1]);
}

struct swept_function {
  dad::var<> value;
  place gradient;
};

/// Records both inputs and the value, and sweeps back from it.
inline swept_function swept(dad::tape<>& tape, const function& f, const place& at) {
  const auto active = tape.activate();
  std::array<dad::var<>, 2> x = {at[0], at[1]};
  for (dad::var<>& input : x) tape.input(input);
  const dad::var<> y = f(x);
  tape.backward(y);
  return {y, {tape.adjoint(x[0]), tape.adjoint(x[1])}};
}

/// Throws std::runtime_error where f has no derivative, or where an operation makes a NaN or an infinity.
inline void require_derivative(const function& f, const place& at) {
  dad::tape<> tape;
  const dad::observation seen(tape);
  try {
    if (const auto found = seen.find_nonfinite(swept(tape, f, at).value))
      throw std::domain_error(found.text());
  } catch (const std::domain_error& error) {
    throw std::runtime_error("at " + text_of(f, at) + ": " + error.what());
  }
}

inline std::vector<node> nodes_of(const function& f, const place& at) {
  dad::tape<> tape;
  note_taker notes(tape);
  swept(tape, f, at);
  return notes.nodes();
}

/// As comments in front of the graph: graph | dot -Tsvg
inline void print_derivatives(const function& f, const place& at) {
  dad::tape<> tape;
  const dad::observation seen(tape);
  const place in_reverse = swept(tape, f, at).gradient, by_hand = f.gradient_by_hand(at);
  for (std::size_t i = 0; i < 2; ++i) {
    place direction{};
    direction[i] = 1;
    std::printf("// d%s/d%s: forward %.9f, in reverse %.9f, by hand %.9f\n", f.name().c_str(),
                f.inputs()[i].c_str(), dad::jvp(f, at, direction).tangent, in_reverse[i], by_hand[i]);
  }
  std::printf("%s", seen.dot().c_str());
}

}  // namespace graph
