// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Tangents up a recording, in which what is only a term of one sum goes straight into it: against duals.

#include <dad/forward/dual.hpp>
#include <dad/reverse/flat_tangents.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

#include <array>
#include <cstddef>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/close.hpp"

namespace {

constexpr std::size_t inputs = 4;
using tangent = dad::dual<double, inputs>;

/// The tangents of outputs by all inputs, one direction for each.
struct tangents {
  std::vector<std::array<double, inputs>> of_outputs;
  std::size_t operations = 0;
};

/// f(x) appends its outputs; all of them are asked for.
template <class F>
tangents through_the_recording(const F& f, const std::vector<double>& x) {
  dad::tape<> tape;
  const auto active = tape.activate();
  std::vector<dad::var<>> u(x.begin(), x.end()), y;
  for (dad::var<>& v : u) tape.input(v);
  f(u, y);
  dad::detail::flat_tangents up;
  dad::detail::slot_numbers numbers;
  up.restart(tape.newest_index(), inputs);
  std::vector<std::size_t> slots;
  for (const dad::var<>& v : y) slots.push_back(up.keep(v.index(), numbers));
  up.write(tape.rows(), numbers);
  dad::detail::lane_slots lanes;
  lanes.restart(numbers.count(), inputs);
  for (std::size_t slot = 1; slot < numbers.count(); ++slot)  // what an earlier sweep left there
    for (std::size_t lane = 0; lane < lanes.width(); ++lane) lanes[slot][lane] = 1e9;
  up.clear_seeds(lanes);
  for (std::size_t k = 0; k < inputs; ++k)
    if (up.slot(k + 1) != 0) lanes[up.slot(k + 1)][k] = 1.0;
  up.run(lanes);
  tangents t;
  t.operations = up.operation_count();
  for (const std::size_t slot : slots) {
    std::array<double, inputs>& row = t.of_outputs.emplace_back();
    for (std::size_t k = 0; k < inputs; ++k) row[k] = lanes[slot][k];
  }
  return t;
}

template <class F>
void require_the_tangents_of_duals(const F& f, const std::vector<double>& x) {
  const tangents found = through_the_recording(f, x);
  std::vector<tangent> u, y;
  for (std::size_t k = 0; k < inputs; ++k) {
    u.emplace_back(x[k]);
    u.back().tangent(k) = 1.0;
  }
  f(u, y);
  REQUIRE(found.of_outputs.size() == y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    std::array<double, inputs> expected;
    for (std::size_t k = 0; k < inputs; ++k) expected[k] = y[i].tangent(k);
    CAPTURE(i);
    CHECK_ROW(found.of_outputs[i], expected, 1e-12, 1e-12);
  }
}

/// Sums, differences and products of what there is, some of it used often, some once, some never.
struct random_program {
  unsigned seed;

  template <class T>
  void operator()(const std::vector<T>& x, std::vector<T>& outputs) const {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
    std::vector<T> pool = x;
    for (int step = 0; step < 60; ++step) {
      const T a = pool[below(pool.size())], b = pool[below(pool.size())];
      const std::size_t at = below(pool.size());
      switch (below(9)) {
        case 0:
          pool.push_back(a + b);
          break;
        case 1:
          pool.push_back(a - b);
          break;
        case 2:
          pool.push_back(0.5 * a * sin(b));
          break;
        case 3:
          pool.push_back(-a);
          break;
        case 4:
          pool[at] += a;
          break;
        case 5:
          pool[at] -= tanh(a) * b;
          break;
        case 6:
          pool.push_back(3.0 - a);
          break;
        case 7: {
          T sum = a;
          for (std::size_t i = 0; i < 5; ++i) sum = sum + cos(pool[below(pool.size())]) * b;
          pool.push_back(sum);
          break;
        }
        default:
          pool[at] = tanh(pool[at]);
          break;
      }
    }
    for (int i = 0; i < 5; ++i) {
      T y = pool[below(pool.size())] + 0.0;
      y += 0.25 * pool.back();
      outputs.push_back(std::move(y));
    }
  }
};

}  // namespace

TEST_CASE("tangents up random recordings are those of duals") {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    require_the_tangents_of_duals(random_program{seed}, {0.3, -0.7, 1.1, 0.2});
  }
}

TEST_CASE("a term that is used again, subtracted or added twice is a value of its own") {
  require_the_tangents_of_duals(
      [](const auto& x, auto& y) {
        using T = std::remove_cvref_t<decltype(x[0])>;
        const T once = x[0] * x[1], twice = x[1] * x[2], minus = x[2] * x[3];
        const T sum = x[3] + once;
        const T other = sum - minus;
        y.push_back(other + twice);
        y.push_back(twice * twice - twice);
        y.push_back(minus - minus - minus);
        y.push_back(-(-minus));
        y.push_back(twice + twice);
      },
      {0.3, -0.7, 1.1, 0.2});
}

TEST_CASE("a value that depends on nothing has no tangents, nor what is made of it alone") {
  const auto f = [](const std::vector<dad::var<>>&, std::vector<dad::var<>>& y) {
    dad::var<> later = 3.0;
    dad::detail::active_tape<double>->input(later);
    y.push_back(later);
    y.push_back(sin(later) - later);
  };
  for (const auto& row : through_the_recording(f, {0.3, -0.7, 1.1, 0.2}).of_outputs)
    CHECK(row == std::array<double, inputs>{});
}

TEST_CASE("a sum of products takes one multiply-add for each factor, however it is written") {
  const std::vector<double> x = {2.0, 3.0, 5.0, 7.0};
  const tangents chain = through_the_recording(
      [](const auto& u, auto& y) {
        const auto a = u[0] * u[1], b = u[1] * u[2], c = u[2] * u[3];
        const auto two = a + b;
        y.push_back(two + c);
      },
      x);
  CHECK(chain.operations == 6);
  CHECK(chain.of_outputs[0] == std::array{3.0, 2.0 + 5.0, 3.0 + 7.0, 5.0});
}
