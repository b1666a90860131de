// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Values and gradients of many inputs by other libraries, one input after the other as they do it, against
// dad::batch_eval_into and against the function in plain double, all in turns. Of the libraries, those that
// the build has found.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "agreement.hpp"
#include "functions/black_scholes.hpp"
#include "functions/network.hpp"
#include "functions/points.hpp"
#include "functions/rosenbrock.hpp"
#include "in_turns.hpp"
#ifdef BENCH_WITH_CERES
#include "peers/ceres.hpp"
#endif
#ifdef BENCH_WITH_SACADO
#include "peers/sacado.hpp"
#endif
#ifdef BENCH_WITH_ADOLC
#include "peers/adolc.hpp"
#endif

namespace {

using benchmark::State;

// A peer's way to the gradient of f is made anew for each use: it may hold much memory, or the library's
// state.
template <class Peer, class F>
auto make_peer(const F& f) {
  return std::make_unique<Peer>(f);
}

template <class Peer, class F>
void check_peer(const F& f) {
  const auto gradient_of = make_peer<Peer>(f);
  for (const auto& x : bench::points(f, 20)) {
    auto got = x, expected = x;
    const std::array value{(*gradient_of)(x, got)};
    bench::check_agreement(Peer::name, value, std::array{f.by_hand(x, expected)});
    bench::check_agreement(Peer::name, got, expected);
  }
}

// x_dad says how many times longer the peer takes than dad.
template <class Peer, class F>
void against_dad(State& state, const F& f, std::size_t count) {
  const auto gradient_of = make_peer<Peer>(f);
  const auto inputs = bench::points(f, count);
  auto gradients = inputs;
  std::vector<double> values(count), plain_values(count);
  const auto plain = [&] {
    for (std::size_t i = 0; i < count; ++i) plain_values[i] = f(inputs[i]);
    benchmark::DoNotOptimize(plain_values.data());
  };
  decltype(dad::batch_eval(f, inputs)) r;
  const auto batch = [&] {
    dad::batch_eval_into(r, f, inputs);
    benchmark::DoNotOptimize(r.gradients().data());
  };
  const auto peer = [&] {
    for (std::size_t i = 0; i < count; ++i) values[i] = (*gradient_of)(inputs[i], gradients[i]);
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(gradients.data());
  };
  const auto [least_plain, least_batch, least] = bench::least_in_turns(state, plain, batch, peer);
  const double n = static_cast<double>(count);
  state.counters["plain_ns"] = 1e9 * least_plain / n;
  state.counters["dad_ns"] = 1e9 * least_batch / n;
  state.counters["ns"] = 1e9 * least / n;
  state.counters["x_plain"] = least / least_plain;
  state.counters["x_dad"] = least / least_batch;
}

template <class Peer, class F>
void add_peer(const std::string& name, const F& f, std::size_t count, int turns) {
  bench::add((name + "/inputs" + std::to_string(count) + "/" + Peer::name).c_str(), turns, [=](State& state) {
    check_peer<Peer>(f);
    against_dad<Peer>(state, f, count);
  });
}

template <class F>
void add_peers(const std::string& name, const F& f, std::size_t count, int turns) {
  [[maybe_unused]] constexpr std::size_t inputs = std::tuple_size_v<typename F::point_type>;
#ifdef BENCH_WITH_CERES
  add_peer<bench::ceres_gradient<F, inputs>>(name, f, count, turns);
#endif
#ifdef BENCH_WITH_SACADO
  add_peer<bench::sacado_gradient<F, inputs>>(name, f, count, turns);
#endif
#ifdef BENCH_WITH_ADOLC
  add_peer<bench::adolc_gradient<F, inputs>>(name, f, count, turns);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  add_peers("rosenbrock/10", bench::rosenbrock<10>{}, 100000, 10);
  add_peers("black_scholes/5", bench::black_scholes{}, 100000, 10);
  add_peers("network/337", bench::network{}, 5000, 5);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
