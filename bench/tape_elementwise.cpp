// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What gradients cost element by element, against the function with its loops in plain double.

#include <benchmark/benchmark.h>

#include <string>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "functions/elementwise.hpp"
#include "in_turns.hpp"
#include "tape_runs.hpp"

namespace {

template <class F, class R>
void add_elementwise(const std::string& name, int turns, const F& f, const R& elementwise) {
  bench::add_ranges<false>(name, turns, f, elementwise, "elementwise");
}

// The Hessian's diagonal, of duals on the tape.
template <class E>
void add_kmeans(const std::string& name, const bench::kmeans& f, const E& elementwise) {
  bench::add((name + "/elementwise").c_str(), 5, [f, elementwise](benchmark::State& state) {
    bench::kmeans_diagonal<dad::var>(state, f, elementwise);
  });
}

}  // namespace

int main(int argc, char** argv) {
  add_elementwise("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000}, bench::gmm_elementwise<2>{{2, 5, 1000}});
  add_elementwise("gmm/d10_k25_n1000", 5, bench::gmm{10, 25, 1000},
                  bench::gmm_elementwise<10>{{10, 25, 1000}});
  add_elementwise("lstm/l2_c1024", 10, bench::lstm{2, 14, 1024}, bench::lstm_elementwise{{2, 14, 1024}});
  add_elementwise("lstm/l4_c1024", 10, bench::lstm{4, 14, 1024}, bench::lstm_elementwise{{4, 14, 1024}});
  add_elementwise("lstm/l2_c4096", 5, bench::lstm{2, 14, 4096}, bench::lstm_elementwise{{2, 14, 4096}});
  add_elementwise("llsq/m16_n1000", 20, bench::llsq{16, 1000}, bench::llsq_elementwise<16>{{16, 1000}});
  add_elementwise("ode/n20_s50", 20, bench::ode{20, 50}, bench::ode_elementwise{{20, 50}});
  add_elementwise("ode/n100_s100", 10, bench::ode{100, 100}, bench::ode_elementwise{{100, 100}});
  add_elementwise("ode/n500_s100", 5, bench::ode{500, 100}, bench::ode_elementwise{{500, 100}});
  add_kmeans("kmeans/d3_k10_n1000", {3, 10, 1000}, bench::kmeans_elementwise<3>{{3, 10, 1000}});
  add_kmeans("kmeans/d10_k20_n10000", {10, 20, 10000}, bench::kmeans_elementwise<10>{{10, 20, 10000}});

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
