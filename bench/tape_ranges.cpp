// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What gradients cost by functions of whole ranges, against the function with its loops in plain double. A
// program beside `tape`: compilers put less in line in one that has all.

#include <benchmark/benchmark.h>

#include <string>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "functions/by_ranges.hpp"
#include "in_turns.hpp"
#include "tape_runs.hpp"

using bench::add_ranges;

int main(int argc, char** argv) {
  add_ranges("network/337", 40, bench::network{}, bench::network_by_ranges{});
  add_ranges("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000}, bench::gmm_by_ranges{{2, 5, 1000}});
  add_ranges("gmm/d10_k25_n1000", 5, bench::gmm{10, 25, 1000}, bench::gmm_by_ranges{{10, 25, 1000}});
  add_ranges("gmm/d32_k50_n1000", 3, bench::gmm{32, 50, 1000}, bench::gmm_by_ranges{{32, 50, 1000}});
  add_ranges("llsq/m16_n1000", 20, bench::llsq{16, 1000}, bench::llsq_by_ranges{{16, 1000}});
  add_ranges("llsq/m128_n1000", 10, bench::llsq{128, 1000}, bench::llsq_by_ranges{{128, 1000}});
  add_ranges("llsq/m128_n4000", 5, bench::llsq{128, 4000}, bench::llsq_by_ranges{{128, 4000}});
  add_ranges<false>("lse/1000", 40, bench::lse{1000}, bench::lse_by_ranges{{1000}});
  add_ranges<false>("lse/10000", 20, bench::lse{10000}, bench::lse_by_ranges{{10000}});
  add_ranges<false>("lse/1000000", 5, bench::lse{1000000}, bench::lse_by_ranges{{1000000}});
  add_ranges("det/5", 40, bench::det{5}, bench::det_by_ranges{{5}});
  add_ranges("det/8", 10, bench::det{8}, bench::det_by_ranges{{8}});
  add_ranges("det/10", 3, bench::det{10}, bench::det_by_ranges{{10}});

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
