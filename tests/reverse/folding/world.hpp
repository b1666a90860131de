// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the statements of a random program work on: variables of every place where a number can live.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "reverse/folding/program.hpp"

namespace test {

template <class S>
struct point {
  S x{}, y{};
};

/// How numbers of type S become inputs and are observed: see forward_machine.hpp and tape_machine.hpp.
template <class S>
class machine;

template <class S>
class world {
 public:
  world(const random_program& p, machine<S>& m, outcome& r, bool is_traced)
      : program(p), engine(m), result(r), is_traced_(is_traced) {
    dice d(p.start);
    variables.resize(initial_inputs + 1 + d(3));
    elements.resize(2 + d(4));
    for_each([&](S& x) { x = number(d.split()); });
    for (std::size_t i = 0; i < initial_inputs; ++i) {
      S& x = i == 2 ? elements[0] : i == 3 ? points[0].x : variables[i];
      engine.input(x);
    }
  }

  /// One of all variables.
  S& pick(dice d) {
    std::size_t i = d(variables.size() + elements.size() + 2 * points.size());
    if (i < variables.size()) return variables[i];
    i -= variables.size();
    if (i < elements.size()) return elements[i];
    i -= elements.size();
    return i % 2 == 0 ? points[i / 2].x : points[i / 2].y;
  }

  /// A constant, now and then 0, 1 or -1.
  double number(dice d) const {
    if (program.is_integral) return static_cast<double>(d(7)) - 3.0;
    if (d(8) == 0) return static_cast<double>(d(3)) - 1.0;
    return static_cast<double>(d.next() >> 11) * 0x1p-52 * 1.5 - 1.5;
  }

  template <class F>
  void for_each(const F& f) {
    for (S& x : variables) f(x);
    for (S& x : elements) f(x);
    for (point<S>& p : points) f(p.x), f(p.y);
  }

  /// Keeps variables of moderate size. Only reads them where they are.
  void tame() {
    for_each([&](S& x) {
      const double value = engine.plain(x);
      if (!std::isfinite(value))
        x = 1.0;
      else if (program.is_integral && std::abs(value) > 4.0)
        x -= 4.0 * std::trunc(value / 4.0);
      else if (!program.is_integral && std::abs(value) > 2.0)
        x *= std::ldexp(1.0, -std::ilogb(value));
    });
    while (elements.size() > 9) elements.pop_back();
  }

  /// Every branch on values goes through here, so that runs that took another one are told apart.
  bool decide(bool taken) {
    result.decisions = (result.decisions ^ (taken ? 2u : 1u)) * 0x100000001b3u;
    return taken;
  }

  void note(const char* what) {
    if (is_traced_) result.trace += std::string(" ") + what;
  }

  const random_program& program;
  machine<S>& engine;
  outcome& result;
  std::vector<S> variables;
  std::vector<S> elements;
  std::array<point<S>, 2> points;
  int depth_of_rewinds = 0;  // adjoints are being gathered: nothing may be swept or become an input

 private:
  bool is_traced_;
};

}  // namespace test
