// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What rules, checkpoints, loops and regions cost: a gradient with them against the same on a plain tape and
// against the function in plain double, all in turns, and the memory of both recordings.

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dad/dad.hpp>

#include "agreement.hpp"
#include "functions/numbers.hpp"
#include "in_turns.hpp"

namespace {

using std::vector;

/// `with` and `plain` are the same function of a vector; the second is on the tape as it is written.
template <class Plain, class With>
void against_tape(benchmark::State& state, const vector<double>& x, const Plain& plain, const With& with) {
  auto gradient = x, by_tape = x;
  dad::tape<> tape, shorter;
  const std::array value{dad::gradient_into(tape, plain, x, by_tape)};
  bench::check_agreement("value", std::array{dad::gradient_into(shorter, with, x, gradient)}, value);
  bench::check_agreement_in_sum("gradient", gradient, by_tape, 1e-9);
  const auto [least_plain, least_tape, least] = bench::least_in_turns(
      state, [&] { benchmark::DoNotOptimize(plain(x)); },
      [&] { benchmark::DoNotOptimize(dad::gradient_into(tape, plain, x, by_tape)); },
      [&] { benchmark::DoNotOptimize(dad::gradient_into(shorter, with, x, gradient)); });
  state.counters["plain_ns"] = 1e9 * least_plain;
  state.counters["tape_x_plain"] = least_tape / least_plain;
  state.counters["x_plain"] = least / least_plain;
  state.counters["x_tape"] = least / least_tape;
  state.counters["tape_bytes"] = static_cast<double>(tape.statistics().bytes);
  state.counters["bytes"] = static_cast<double>(shorter.statistics().bytes);
}

template <class Plain, class With>
void add_pair(const std::string& name, int turns, const vector<double>& x, const Plain& plain,
              const With& with) {
  bench::add(name.c_str(), turns, [=](benchmark::State& state) { against_tape(state, x, plain, with); });
}

// A function of one number, called often: as operations, by a jvp, and by differences.
void add_scalar_rules() {
  const auto bump = [](const auto& x) {
    using std::exp;
    return exp(-x * x) * (1 + x * (2 + x));
  };
  const auto slope = [](const auto& x, const auto& dx) {
    using std::exp;
    return exp(-x * x) * (2 + 2 * x - 2 * x * (1 + x * (2 + x))) * dx;
  };
  const auto sum_of = [](const auto& g) {
    return [g](const auto& x) {
      auto sum = 0 * x[0];
      for (const auto& xi : x) sum += g(xi);
      return sum;
    };
  };
  const auto x = bench::uniform_vector(31, 10000, -1.0, 1.0);
  add_pair("rule/number_10000", 20, x, sum_of(bump), sum_of(dad::rule(bump, slope, dad::derived)));
  add_pair("rule/differences_10000", 20, x, sum_of(bump), sum_of(dad::rule(bump, dad::finite_differences{})));
}

// A function of a vector whose adjoint by hand is cheaper than its recording: a discrete Laplacian, 20 times.
void add_vector_rule() {
  const auto smoothed = [](const auto& x) {
    auto y = x;
    for (std::size_t i = 1; i + 1 < x.size(); ++i) y[i] = x[i] + 0.25 * (x[i - 1] - 2 * x[i] + x[i + 1]);
    return y;
  };
  const auto transposed = [](const auto&, const auto& w) {
    auto a = w;
    for (std::size_t i = 1; i + 1 < w.size(); ++i) a[i] -= 0.5 * w[i];
    for (std::size_t i = 1; i + 1 < w.size(); ++i) {
      a[i - 1] += 0.25 * w[i];
      a[i + 1] += 0.25 * w[i];
    }
    return a;
  };
  const auto many = [](const auto& g) {
    return [g](const auto& x) {
      auto y = x;
      for (int i = 0; i < 20; ++i) y = g(y);
      auto sum = 0 * y[0];
      for (const auto& yi : y) sum += yi * yi;
      return sum;
    };
  };
  add_pair("rule/vector_1000x20", 20, bench::uniform_vector(32, 1000, -1.0, 1.0), many(smoothed),
           many(dad::rule(smoothed, dad::derived, transposed)));
}

// 64 layers of 16 samples and 8 neurons, stored every k-th.
template <std::size_t Every>
struct deep_network {
  static constexpr std::size_t layers = 64, samples = 16, width = 8;

  template <class X>
  auto operator()(const X& weights) const {
    using T = typename X::value_type;
    vector<T> x(samples * width);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::cos(static_cast<double>(i));
    const auto block = [](auto y, const auto& w) {
      using std::tanh;
      for (std::size_t from = 0; from < w.size(); from += width * width) {
        auto next = y;
        for (std::size_t i = 0; i < samples; ++i)
          for (std::size_t j = 0; j < width; ++j) {
            auto sum = y[i * width] * w[from + j * width];
            for (std::size_t k = 1; k < width; ++k) sum += y[i * width + k] * w[from + j * width + k];
            next[i * width + j] = tanh(sum);
          }
        y = next;
      }
      return y;
    };
    constexpr std::size_t step = (Every == 0 ? layers : Every) * width * width;
    for (std::size_t from = 0; from < weights.size(); from += step) {
      const auto first = weights.begin() + static_cast<std::ptrdiff_t>(from);
      const vector<T> part(first, first + static_cast<std::ptrdiff_t>(step));
      if constexpr (Every == 0)
        x = block(x, part);
      else
        x = dad::checkpoint(block)(x, part);
    }
    return x[0] * x[1];
  }
};

template <std::size_t Every>
void add_network() {
  using network = deep_network<0>;
  const auto x = bench::uniform_vector(33, network::layers * network::width * network::width, -0.5, 0.5);
  add_pair("checkpoint/every_" + std::to_string(Every), 20, x, network{}, deep_network<Every>{});
}

// Heat in a rod of 21 cells, 2000 steps.
void add_loop(std::size_t snapshots) {
  static constexpr std::size_t steps = 2000, cells = 21;
  constexpr auto step = [](const auto& u, const auto& k) {
    auto next = u;
    for (std::size_t i = 1; i + 1 < u.size(); ++i) next[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1]);
    return std::tuple(next, k);
  };
  const auto start = [](const auto& x) {
    vector<std::decay_t<decltype(x[0])>> u(cells, 0.0);
    u[cells / 2] = x[1];
    return std::tuple(u, x[0]);
  };
  const auto plain = [=](const auto& x) {
    auto state = start(x);
    for (std::size_t i = 0; i < steps; ++i) state = step(std::get<0>(state), std::get<1>(state));
    return std::get<0>(state)[cells / 4];
  };
  const auto looped = [=](const auto& x) {
    return std::get<0>(dad::checkpoint_loop(step, start(x), steps, {.snapshots = snapshots}))[cells / 4];
  };
  add_pair("checkpoint_loop/states_" + std::to_string(snapshots), 10, {0.05, 1.0}, plain, looped);
}

// 1000 regions of 2 inputs, one output and some hundred operations.
void add_regions() {
  const auto energy = [](const auto& x, bool is_region) {
    using T = std::decay_t<decltype(x[0])>;
    T total = 0.0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      T term = 0.0;
      const auto record = [&] {
        using std::exp, std::sin;
        for (int k = 1; k < 20; ++k) term += sin(x[i] * k) * exp(-x[i + 1] * k);
      };
      if (is_region) {
        const dad::preaccumulation region(term);
        record();
      } else {
        record();
      }
      total += term;
    }
    return total;
  };
  const auto plain = [=](const auto& x) { return energy(x, false); };
  const auto regions = [=](const auto& x) { return energy(x, true); };
  add_pair("preaccumulation/1000", 20, bench::uniform_vector(34, 1001, 0.5, 1.0), plain, regions);
}

}  // namespace

int main(int argc, char** argv) {
  add_scalar_rules();
  add_vector_rule();
  add_network<1>();
  add_network<4>();
  add_network<8>();
  for (const std::size_t snapshots : {4u, 16u, 64u, 2000u}) add_loop(snapshots);
  add_regions();

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
