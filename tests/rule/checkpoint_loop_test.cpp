// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Loops in the memory of a few states: derivatives against closed forms and the plain tape, steps against the
// optimum.

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>
#include <dad/rule/revolve.hpp>

#include "catch.hpp"

namespace {

using std::vector;

std::size_t binomial(std::size_t n, std::size_t k) {
  std::size_t c = k > n ? 0 : 1;
  for (std::size_t i = 1; i <= k && k <= n; ++i) c = c * (n - k + i) / i;
  return c;
}

// Griewank and Walther's formula for the fewest forward steps.
std::size_t fewest_steps(std::size_t l, std::size_t s) {
  std::size_t r = 0;
  while (binomial(s + r, s) < l) ++r;
  return r * l - binomial(s + r, s + 1);
}

// How often a step is called with constants and with recorded numbers.
struct calls {
  std::size_t plain = 0, recorded = 0;
  template <class S>
  void note(const S& x) {
    if constexpr (requires { x.is_active(); }) ++(x.is_active() ? recorded : plain);
  }
};

// x -> x / (1 + h x), so x_n = x_0 / (1 + n h x_0).
const auto decay = [](const auto& x, const auto& h) { return std::tuple(x / (1 + h * x), h); };

// A step of the heat equation on a rod with cold ends.
const auto diffused = [](const auto& u, const auto& k) {
  auto next = u;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const auto left = i == 0 ? 0 * u[0] : u[i - 1], right = i + 1 == u.size() ? 0 * u[0] : u[i + 1];
    next[i] = u[i] + k * (left - 2 * u[i] + right);
  }
  return next;
};

}  // namespace

TEST_CASE("the schedule takes the fewest steps, by the formula and by search") {
  constexpr std::size_t most = 150;
  vector<vector<std::size_t>> best(9, vector<std::size_t>(most + 1, 0));
  for (std::size_t s = 1; s <= 8; ++s)
    for (std::size_t l = 2; l <= most; ++l) {
      std::size_t fewest = l * (l - 1) / 2;
      for (std::size_t m = 1; s > 1 && m < l; ++m)
        fewest = std::min(fewest, m + best[s][m] + best[s - 1][l - m]);
      best[s][l] = fewest;
      REQUIRE(fewest == fewest_steps(l, s));
      if (s == 1) continue;
      const std::size_t m = dad::detail::next_snapshot(l, s);
      REQUIRE(m >= 1);
      REQUIRE(m < l);
      REQUIRE(m + best[s][m] + best[s - 1][l - m] == fewest);
    }
}

TEST_CASE("a loop is reversed in the fewest steps, again in every sweep") {
  for (const std::size_t snapshots : vector<std::size_t>{1, 2, 3, 5, 8, 20})
    for (const std::size_t count :
         vector<std::size_t>{1, 2, 3, 4, 5, 8, 13, 19, 20, 21, 40, 57, 100, 165, 166}) {
      calls made;
      const auto step = [&made](const auto& x, const auto& h) {
        made.note(x);
        return decay(x, h);
      };
      dad::tape<> t;
      const auto guard = t.activate();
      dad::var<> x = 2.0, h = 0.01;
      t.input(x), t.input(h);
      const auto z =
          std::get<0>(dad::checkpoint_loop(step, std::tuple(x, h), count, {.snapshots = snapshots}));
      const double n = static_cast<double>(count), growth = 1 + n * 0.02;
      for (std::size_t sweep = 1; sweep <= 3; ++sweep) {
        t.backward(z);
        CAPTURE(snapshots, count, sweep);
        REQUIRE(made.recorded == sweep * count);
        // One step more than the formula's: the last one's result is wanted before the sweep.
        REQUIRE(made.plain == sweep * fewest_steps(count, snapshots) + 1);
        REQUIRE(z.value() == Approx(2 / growth));
        REQUIRE(x.adjoint() == Approx(1 / (growth * growth)));
        REQUIRE(h.adjoint() == Approx(-n * 4 / (growth * growth)));
      }
    }
}

TEST_CASE("the heat equation as on the plain tape, and as its slowest mode has it") {
  const std::size_t cells = 9, count = 60;
  const double pi = 3.141592653589793;
  vector<double> mode(cells);
  for (std::size_t i = 0; i < cells; ++i) mode[i] = std::sin(pi * static_cast<double>(i + 1) / 10);
  const auto plain = [&](const auto& u, const auto& k) {
    auto v = u;
    for (std::size_t n = 0; n < count; ++n) v = diffused(v, k);
    return v;
  };
  const auto checked = [&](const auto& u, const auto& k) {
    const auto step = [](const auto& v, const auto& c) { return std::tuple(diffused(v, c), c); };
    return std::get<0>(dad::checkpoint_loop(step, std::tuple(u, k), count, {.snapshots = 4}));
  };
  const auto point = std::tuple(mode, 0.2);
  const auto expected = dad::value_and_jacobian(plain, point, dad::reverse);
  const auto got = dad::value_and_jacobian(checked, point, dad::reverse);
  CHECK(got.value == expected.value);
  for (std::size_t i = 0; i < expected.jacobian.size(); ++i)
    REQUIRE(got.jacobian.data()[i] == Approx(expected.jacobian.data()[i]).margin(1e-15));
  // The mode decays by 1 - 4 k sin^2(pi / 20) in each step.
  const double rate = 4 * std::pow(std::sin(pi / 20), 2), factor = 1 - 0.2 * rate;
  for (std::size_t i = 0; i < cells; ++i) {
    CHECK(got.value[i] == Approx(mode[i] * std::pow(factor, 60)));
    CHECK(got.jacobian(i, cells) == Approx(-60 * rate * std::pow(factor, 59) * mode[i]));
  }
  // Forward, and a Hessian by forward over reverse.
  const auto middle = [&](const auto& k) {
    return checked(vector<std::decay_t<decltype(k)>>(mode.begin(), mode.end()), k)[4];
  };
  CHECK(dad::derivative(middle, 0.2) == Approx(-60 * rate * std::pow(factor, 59)));
  CHECK(dad::hessian(middle, 0.2)(0, 0) == Approx(60 * 59 * rate * rate * std::pow(factor, 58)));
  const auto slope = [&](const auto& k) { return dad::gradient(middle, k); };
  CHECK(dad::gradient(slope, 0.2) == Approx(60 * 59 * rate * rate * std::pow(factor, 58)));
}

namespace {
// Counts its copies in plain numbers: those are what a loop keeps.
template <class T>
struct counted_state {
  T x{}, h{};
  int steps = 0;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& x& h& steps;
  }
  static inline int alive = 0, most = 0;
  counted_state() { most = std::max(most, ++alive); }
  counted_state(const counted_state& s) : x(s.x), h(s.h), steps(s.steps) { most = std::max(most, ++alive); }
  counted_state& operator=(const counted_state&) = default;
  ~counted_state() { --alive; }
};
}  // namespace

TEST_CASE("a million steps in the memory of eight states") {
  const auto step = [](const auto& s) { return std::array{s[0] / (1 + s[1] * s[0]), s[1]}; };
  const std::size_t count = 1000000;
  dad::tape<> t;
  const auto guard = t.activate();
  std::array<dad::var<>, 2> start{2.0, 1e-6};
  t.input(start);
  const auto end = dad::checkpoint_loop(step, start, count, {.snapshots = 8});
  t.backward(end[0]);
  CHECK(t.statistics().statements == 4);
  CHECK(t.statistics().bytes < 100000);
  CHECK(end[0].value() == Approx(2.0 / 3));
  CHECK(start[0].adjoint() == Approx(1.0 / 9));
  CHECK(start[1].adjoint() == Approx(-4e6 / 9));
}

TEST_CASE("no more states are kept than asked for") {
  using state = counted_state<double>;
  const auto step = [](const auto& s, std::size_t i) {
    auto next = s;
    next.x = s.x / (1 + s.h * s.x);
    REQUIRE(s.steps == static_cast<int>(i));
    ++next.steps;
    return next;
  };
  const auto f = [&](const auto& s) { return dad::checkpoint_loop(step, s, 200, {.snapshots = 5}).x; };
  state start;
  start.x = 2, start.h = 0.01;
  const int before = state::alive;
  state::most = 0;
  const auto gradient = dad::gradient(f, start);
  CHECK(gradient.x == Approx(1.0 / 25));
  CHECK(gradient.h == Approx(-200 * 4.0 / 25));
  // Beside the snapshots: the state at hand, and copies on the way into and out of serialize.
  CHECK(state::most - before <= 5 + 5);
  CHECK(state::alive == before + 1);
}

TEST_CASE("states of every structure, and no steps at all") {
  const auto half = [](const auto& x) { return x / 2; };
  CHECK(dad::gradient([&](const auto& x) { return dad::checkpoint_loop(half, x, 10); }, 3.0) == 1.0 / 1024);
  CHECK(dad::gradient([&](const auto& x) { return dad::checkpoint_loop(half, x, 0); }, 3.0) == 1);
  CHECK(dad::checkpoint_loop(half, 3, 1) == 1.5);
  CHECK(dad::derivative([&](const auto& x) { return dad::checkpoint_loop(half, x * x, 1); }, 3.0) == 3);
  const auto r = dad::batch_eval([&](const auto& x) { return dad::checkpoint_loop(half, x * x, 2); },
                                 vector{1.0, 2.0, 3.0});
  CHECK(r[2].gradient == 1.5);
  // A passive state is an ordinary loop; a passive part of a state is a constant.
  const auto passive = dad::checkpoint_loop(half, dad::var<>(4.0), 2);
  CHECK(passive.value() == 1);
  CHECK_FALSE(passive.is_active());
  const auto f = [](const auto& x) {
    using T = std::decay_t<decltype(x)>;
    return std::get<0>(dad::checkpoint_loop(decay, std::tuple(x, T(0.01)), 100));
  };
  CHECK(dad::gradient(f, 2.0) == Approx(1.0 / 9));
  // Checkpoints inside steps, and a loop inside a checkpoint.
  const auto inner = dad::checkpoint([](const auto& x) { return sin(x); });
  const auto nested = dad::checkpoint([&](const auto& x) { return dad::checkpoint_loop(inner, x, 3); });
  CHECK(dad::gradient(nested, 0.5) ==
        Approx(std::cos(std::sin(std::sin(0.5))) * std::cos(std::sin(0.5)) * std::cos(0.5)));
}

TEST_CASE("loops that cannot be reversed are refused") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0, c = 3.0;
  t.input(x), t.input(c);
  const auto half = [](const auto& u) { return u / 2; };
  CHECK_THROWS_WITH(dad::checkpoint_loop(half, x, 3, {.snapshots = 0}),
                    "dad: checkpoint_loop got 0 snapshots, expected at least 1: the first state");
  CHECK_THROWS_WITH(dad::checkpoint_loop([&](const auto& u) { return c * u; }, x, 3),
                    contains("dad: checkpoint_loop got a function that uses a var which it captured"));
  const auto growing = [](auto u) {
    u.push_back(u[0]);
    return u;
  };
  CHECK_THROWS_WITH(
      dad::checkpoint_loop(growing, vector{x}, 3),
      "dad: step of checkpoint_loop returned a state of 2 numbers, expected 1 as in the first state");
  const auto y = x * x;
  t.backward(y);
  CHECK(x.adjoint() == 4);
}
