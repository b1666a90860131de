// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What gradients cost by functions of whole ranges, and element by element, against the function with its
// loops in plain double. A program beside `tape`: compilers put less in line in one that has all.

#include <benchmark/benchmark.h>

#include <string>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "functions/by_ranges.hpp"
#include "functions/elementwise.hpp"
#include "in_turns.hpp"
#include "tape_runs.hpp"

namespace {

// The same function by functions of whole ranges, held against its loops in plain double. By assignments
// where there is something to assign.
template <bool IsFused = true, class F, class R>
void add_ranges(const std::string& name, int turns, const F& f, const R& by_ranges,
                const std::string& way = "ranges") {
  bench::add((name + "/" + way).c_str(), turns, [=](benchmark::State& state) {
    bench::check_by_hand(name + " by " + way, by_ranges);
    if constexpr (IsFused)
      bench::tape_gradient(state, f, dad::fused(by_ranges));
    else
      bench::tape_gradient(state, f, by_ranges);
  });
}
// Likewise, element by element.
template <class F, class R>
void add_elementwise(const std::string& name, int turns, const F& f, const R& elementwise) {
  add_ranges<false>(name, turns, f, elementwise, "elementwise");
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
  add_ranges("network/337", 40, bench::network{}, bench::network_by_ranges{});
  add_elementwise("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000}, bench::gmm_elementwise{{2, 5, 1000}});
  add_ranges("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000}, bench::gmm_by_ranges{{2, 5, 1000}});
  add_ranges("gmm/d10_k25_n1000", 5, bench::gmm{10, 25, 1000}, bench::gmm_by_ranges{{10, 25, 1000}});
  add_ranges("gmm/d32_k50_n1000", 3, bench::gmm{32, 50, 1000}, bench::gmm_by_ranges{{32, 50, 1000}});
  add_elementwise("lstm/l2_c1024", 10, bench::lstm{2, 14, 1024}, bench::lstm_elementwise{{2, 14, 1024}});
  add_elementwise("lstm/l4_c1024", 10, bench::lstm{4, 14, 1024}, bench::lstm_elementwise{{4, 14, 1024}});
  add_elementwise("lstm/l2_c4096", 5, bench::lstm{2, 14, 4096}, bench::lstm_elementwise{{2, 14, 4096}});
  add_ranges("llsq/m16_n1000", 20, bench::llsq{16, 1000}, bench::llsq_by_ranges{{16, 1000}});
  add_ranges("llsq/m128_n1000", 10, bench::llsq{128, 1000}, bench::llsq_by_ranges{{128, 1000}});
  add_ranges("llsq/m128_n4000", 5, bench::llsq{128, 4000}, bench::llsq_by_ranges{{128, 4000}});
  add_ranges<false>("lse/1000", 40, bench::lse{1000}, bench::lse_by_ranges{{1000}});
  add_ranges<false>("lse/10000", 20, bench::lse{10000}, bench::lse_by_ranges{{10000}});
  add_ranges<false>("lse/1000000", 5, bench::lse{1000000}, bench::lse_by_ranges{{1000000}});
  add_ranges("det/5", 40, bench::det{5}, bench::det_by_ranges{{5}});
  add_ranges("det/8", 10, bench::det{8}, bench::det_by_ranges{{8}});
  add_ranges("det/10", 3, bench::det{10}, bench::det_by_ranges{{10}});
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
