// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Programs made of random statements, with repeated and unused ones, constants of every kind, branches and
// choices: whatever is done to a recorded program, batches agree with the drivers in value, gradient and
// Hessian, and an input's bits do not depend on its neighbours.

#include "replay/against_single.hpp"

#include <random>

#include "replay/points.hpp"
#include "replay/same_bits.hpp"

namespace {

/// One statement: registers[target] = operation(registers[a], registers[b], constant).
struct step {
  int operation;
  std::size_t target, a, b;
  double constant;
};

/// A program over a vector of registers, which start as the inputs. Every operation keeps registers of
/// moderate size, so that derivatives are neither huge nor lost.
struct program {
  std::vector<step> steps;

  template <class Registers>
  auto operator()(Registers r) const {
    using T = typename Registers::value_type;
    for (const step& s : steps) {
      const T a = r[s.a], b = r[s.b];
      r[s.target] = bounded(statement(s, a, b, r));
    }
    T sum = 0;
    for (const T& x : r) sum += x;
    return sum;
  }

 private:
  template <class T>
  static T bounded(const T& y) {
    return y / sqrt(1 + 0.25 * y * y);
  }

  template <class T>
  static T statement(const step& s, const T& a, const T& b, const std::vector<T>& r) {
    using std::max, std::min;
    const double c = s.constant;
    switch (s.operation) {
      case 0:
        return a + b;
      case 1:
        return a - b * c;
      case 2:
        return sin(a) * b;
      case 3:
        return a / (1 + b * b);
      case 4:
        return exp(-a * a) * c + c * 0;
      case 5:
        return log1p(a * a) * b;
      case 6:
        return a > b ? T(a * c) : T(sin(b));
      case 7:
        return pow(1 + a * a, 0.25 * c);
      case 8:
        return hypot(a, b) + hypot(a, 1.0);
      case 9:
        return fma(a, c, b) + fma(a, b, 1.0);
      case 10:
        return dad::select(a < c, a * b, b - c);
      case 11:
        return max(a, b) * min(a, T(c)) + abs(b);
      case 12:
        return dad::dot(r, r) * 0.1 - dad::dot(std::vector{a, b, T(c)}, std::vector{b, T(2), a});
      case 13:
        return dad::log_sum_exp(std::vector{a, b, T(0)}) + dad::norm(std::vector{a, T(1.5)});
      case 14:
        return a * 1 + 0 * b - -a + (b - 0.0) / 1;
      case 15:
        return (a + 1 + b + c) * (a + b) - (a + b) * (a - b);  // what occurs several times
      case 16:
        return floor(4 * a) * b + static_cast<int>(2 * b) * a;
      case 17:
        return T(c);
      case 18:
        return -(-a) * atan2(b, 2 + a * a);
      case 19:
        return pow(1.5 + a * a * 0.1, b);
      case 20: {
        T sum = a;
        for (int k = 0; k < 3 && sum < 1; ++k) sum += 0.5 + 0.1 * b;
        return sum;
      }
      default: {
        T sum = 0;
        for (std::size_t k = 0; k < r.size(); ++k) sum += r[k] * (k % 2 == 0 ? c : -1.0);
        return sum * square(a);
      }
    }
  }
};

program random_program(std::mt19937& engine, std::size_t registers, std::size_t length) {
  std::uniform_int_distribution<int> operation(0, 21);
  std::uniform_int_distribution<std::size_t> index(0, registers - 1);
  std::uniform_real_distribution<double> constant(-1.5, 1.5);
  const double special[] = {0.0, -0.0, 1.0, -1.0, 2.0, 0.5};
  program p;
  for (std::size_t i = 0; i < length; ++i) {
    const double c = i % 3 == 0 ? special[engine() % 6] : constant(engine);
    p.steps.push_back({operation(engine), index(engine), index(engine), index(engine), c});
  }
  return p;
}

std::vector<std::vector<double>> inputs_of(std::size_t count, std::size_t size, std::size_t trial) {
  std::vector<std::vector<double>> x(count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < size; ++k) x[i].push_back(test::spread(i + 97 * trial, k, -1, 1));
  return x;
}

TEST_CASE("gradients of random programs") {
  std::mt19937 engine(20240501);
  for (std::size_t trial = 0; trial < 200; ++trial) {
    CAPTURE(trial);
    const std::size_t registers = 1 + trial % 7;
    const program p = random_program(engine, registers, 3 + trial % 50);
    test::check_eval(p, inputs_of(1 + trial * 13 % 90, registers, trial), 1e-11);
  }
}

TEST_CASE("Hessians of random programs, and products with them") {
  std::mt19937 engine(7);
  for (std::size_t trial = 0; trial < 60; ++trial) {
    CAPTURE(trial);
    const std::size_t registers = 1 + trial % 5;
    const program p = random_program(engine, registers, 3 + trial % 20);
    const auto x = inputs_of(1 + trial * 13 % 70, registers, trial);
    test::check_hessian(p, x, 1e-10);
    test::check_hvp(p, x, inputs_of(x.size(), registers, trial + 1), 1e-10);
  }
}

TEST_CASE("random programs give the same bits in every company") {
  std::mt19937 engine(11);
  for (std::size_t trial = 0; trial < 40; ++trial) {
    CAPTURE(trial);
    const std::size_t registers = 1 + trial % 6;
    const program p = random_program(engine, registers, 3 + trial);
    auto x = inputs_of(80, registers, trial);
    const auto whole = dad::batch_eval(p, x);
    const auto h = dad::batch_hessian(p, x);
    std::reverse(x.begin(), x.end());
    const auto check_row = [&](const auto& r, const auto& all, std::size_t at, std::size_t i,
                               std::size_t size) {
      REQUIRE(test::same_bits(r.values().subspan(at, 1), all.values().subspan(i, 1)));
      REQUIRE(
          test::same_bits(r.gradients().subspan(at * size, size), all.gradients().subspan(i * size, size)));
    };
    const auto reversed = dad::batch_eval(p, x);
    for (std::size_t i = 0; i < 80; ++i) check_row(reversed, whole, i, 79 - i, registers);
    for (const std::size_t i : {0u, 41u, 79u}) {
      check_row(dad::batch_eval(p, std::vector(1, x[i])), whole, 0, 79 - i, registers);
      check_row(dad::batch_hessian(p, std::vector(1, x[i])), h, 0, 79 - i, registers * registers);
    }
  }
}

}  // namespace
