// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs by the tape, by ADOL-C and by Sacado's Rad: the same derivatives.

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "reverse/folding/comparison.hpp"
#include "reverse/folding/peers/peer_runs.hpp"
#include "reverse/folding/runs.hpp"

namespace {

/// What a library says otherwise than the tape, where it took the same branches.
std::string fault_of(const test::random_program& p, test::outcome (*run)(const test::random_program&),
                     std::size_t& compared) {
  const test::outcome ours = test::run_folded(p), theirs = run(p), sizes = test::run_majorant(p);
  if (!theirs.exception.empty()) return theirs.exception;
  if (theirs.decisions != ours.decisions) return {};
  ++compared;
  std::vector<double> value_sizes;
  for (const double v : ours.values) value_sizes.push_back(1.0 + std::abs(v));
  std::string fault = test::different("value", theirs.values, ours.values, value_sizes, 1e-9);
  if (fault.empty()) {
    std::vector<double> gradient_sizes;
    for (const double g : sizes.gradients) gradient_sizes.push_back(1e-3 + g);
    fault = test::different("derivative", theirs.gradients, ours.gradients, gradient_sizes, 1e-9, true);
  }
  return fault;
}

void compare(test::outcome (*run)(const test::random_program&), std::uint64_t count) {
  std::size_t compared = 0;
  int faults = 0;
  for (std::uint64_t number = 0; number < count && faults < 5; ++number) {
    test::random_program p = test::make_program(number);
    p.is_common = true;
    p.is_singular = false;
    const std::string fault = fault_of(p, run, compared);
    if (fault.empty()) continue;
    ++faults;
    const auto least =
        test::shortest(p, [&](const test::random_program& q) { return !fault_of(q, run, compared).empty(); });
    FAIL_CHECK("program " << number << ": " << fault << "; shortened: " << fault_of(least, run, compared)
                          << "; it is" << test::run_folded(least, true).trace);
  }
  CHECK(compared > count - count / 100);
}

#ifdef DAD_TEST_WITH_ADOLC
TEST_CASE("random programs by ADOL-C") { compare(test::run_adolc, 10'000); }
#endif
#ifdef DAD_TEST_WITH_SACADO
TEST_CASE("random programs by Sacado") { compare(test::run_sacado, 100'000); }
#endif

}  // namespace
