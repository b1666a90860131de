// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One gradient by other libraries' tapes, against dad's warm tape and against the function in plain double,
// all in turns. Of the libraries, those that the build has found.

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "agreement.hpp"
#include "functions/det.hpp"
#include "functions/gmm.hpp"
#include "functions/llsq.hpp"
#include "functions/lse.hpp"
#include "functions/lstm.hpp"
#include "functions/ode.hpp"
#include "in_turns.hpp"
#ifdef BENCH_WITH_SACADO_RAD
#include "peers/sacado_rad.hpp"
#endif
#ifdef BENCH_WITH_ADOLC
#include "peers/adolc_tape.hpp"
#endif

namespace {

// x_dad says how many times longer the peer takes than dad.
template <class Peer, class F>
void against_tape(benchmark::State& state, const F& f) {
  const auto x = f.point();
  auto gradient = x, by_peer = x;
  dad::tape<> tape;
  Peer peer(f);
  const std::array value{dad::gradient_into(tape, f, x, gradient)};
  bench::check_agreement(Peer::name, std::array{peer(x, by_peer)}, value);
  bench::check_agreement_in_sum(Peer::name, by_peer, gradient, 1e-9);
  const auto [plain, by_dad, least] = bench::least_in_turns(
      state, [&] { benchmark::DoNotOptimize(f(x)); },
      [&] { benchmark::DoNotOptimize(dad::gradient_into(tape, f, x, gradient)); },
      [&] { benchmark::DoNotOptimize(peer(x, by_peer)); });
  state.counters["plain_ns"] = 1e9 * plain;
  state.counters["dad_x_plain"] = by_dad / plain;
  state.counters["x_plain"] = least / plain;
  state.counters["x_dad"] = least / by_dad;
}

template <class Peer, class F>
void add_peer(const std::string& name, int turns, const F& f) {
  bench::add((name + "/" + Peer::name).c_str(), turns,
             [f](benchmark::State& state) { against_tape<Peer>(state, f); });
}

template <class F>
void add_peers(const std::string& name, int turns, const F& f) {
#ifdef BENCH_WITH_ADOLC
  add_peer<bench::adolc_trace<F>>(name, turns, f);
  add_peer<bench::adolc_replay<F>>(name, turns, f);
#endif
#ifdef BENCH_WITH_SACADO_RAD
  add_peer<bench::sacado_rad<F>>(name, turns, f);
#endif
  (void)name, (void)turns, (void)f;
}

}  // namespace

int main(int argc, char** argv) {
  add_peers("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000});
  add_peers("gmm/d10_k25_n1000", 4, bench::gmm{10, 25, 1000});
  add_peers("lstm/l2_c1024", 10, bench::lstm{2, 14, 1024});
  add_peers("llsq/m16_n1000", 20, bench::llsq{16, 1000});
  add_peers("llsq/m128_n1000", 10, bench::llsq{128, 1000});
  add_peers("lse/1000", 40, bench::lse{1000});
  add_peers("lse/10000", 20, bench::lse{10000});
  add_peers("det/5", 40, bench::det{5});
  add_peers("det/8", 10, bench::det{8});
  add_peers("ode/n20_s50", 20, bench::ode{20, 50});
  add_peers("ode/n100_s100", 10, bench::ode{100, 100});

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
