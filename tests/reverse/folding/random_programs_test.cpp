// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs give the same derivatives by a tape that folds temporaries, by one that never does, by an
// observed one, and forward. With DAD_RANDOM_PROGRAMS=first:count in the environment, others than the usual
// ones are run.

#include <cstdlib>
#include <iostream>
#include <utility>

#include "catch.hpp"
#include "reverse/folding/comparison.hpp"
#include "reverse/folding/runs.hpp"

namespace {

using test::outcome;
using test::random_program;

constexpr double tolerance = 1e-13;  // hundreds of roundings

// Sanitizers are for the tapes, and slow: the others, which they make slow too, are asked seldom.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
#else
constexpr bool is_sanitized = false;
#endif

double largest(const std::vector<double>& row) {
  double size = 1.0;
  for (const double a : row)
    if (std::isfinite(a)) size = std::max(size, std::abs(a));
  return size;
}

/// What of two runs on tapes differs. How exact derivatives are is asked only where they are not the same.
std::string different_tapes(const outcome& folded, const outcome& plain, const random_program& p) {
  std::string fault = test::different_bits("value", folded.values, plain.values);
  if (!fault.empty()) return fault;
  const bool is_exact = folded.is_exact && plain.is_exact;
  fault = test::different_bits("derivative", folded.gradients, plain.gradients);
  if (!fault.empty() && !is_exact)
    fault = test::different("derivative", folded.gradients, plain.gradients, test::run_majorant(p).gradients,
                            tolerance);
  if (!fault.empty()) return fault;
  fault = test::different_bits("adjoint", folded.adjoints, plain.adjoints);
  if (!fault.empty() && !is_exact)
    fault = test::different("adjoint", folded.adjoints, plain.adjoints,
                            std::vector<double>(plain.adjoints.size(), largest(plain.adjoints)), 1e-8);
  return fault;
}

std::string different_forward(const outcome& folded, const random_program& p) {
  const outcome forward = test::run_forward(p);
  std::string fault = forward.exception;
  if (fault.empty()) fault = test::different_bits("value", folded.values, forward.values);
  if (!fault.empty()) return fault;
  if (test::different_bits("", folded.gradients, forward.gradients).empty()) return fault;
  const bool is_exact = folded.is_exact && forward.is_exact;  // then only the signs of zeros differ
  const std::vector<double> sizes =
      is_exact ? std::vector<double>(forward.gradients.size(), 1.0) : test::run_majorant(p).gradients;
  return test::different("derivative", folded.gradients, forward.gradients, sizes, is_exact ? 0.0 : tolerance,
                         p.is_singular);
}

std::string fault_of(const random_program& p, bool also_forward = true, outcome* folded_outcome = nullptr) {
  const outcome folded = test::run_folded(p), plain = test::run_never_folded(p);
  if (folded_outcome != nullptr) *folded_outcome = folded;
  if (!folded.exception.empty()) return "folded: " + folded.exception;
  if (!plain.exception.empty()) return "never folded: " + plain.exception;
  for (const outcome* o : {&folded, &plain})
    if (o->refused < o->refusals) return "something was not refused, or another tape was wrong";
  std::string fault = different_tapes(folded, plain, p);
  if (!fault.empty()) return "folded: " + fault;
  if (also_forward) fault = different_forward(folded, p);
  return fault.empty() ? fault : "forward: " + fault;
}

/// Seconds are not known with their rounding errors: they agree where cancellation is not extreme.
std::string different_seconds(const char* what, const outcome& x, const outcome& y, double size) {
  const bool is_exact = x.is_exact && y.is_exact;
  const std::vector<double> sizes(y.seconds.size(), std::max(size, largest(y.seconds)));
  return test::different(what, x.seconds, y.seconds, sizes, is_exact ? 0.0 : 1e-8);
}

/// Second derivatives: duals on a tape, a tape of duals, reverse over reverse, and forward over forward.
std::string second_fault_of(const random_program& p) {
  const outcome forward = test::run_forward_second(p), sizes = test::run_majorant(p);
  const double size = largest(sizes.gradients);
  const outcome over_forward = test::run_folded_over_forward(p), twice = test::run_folded_twice(p),
                over_folded = test::run_forward_over_folded(p);
  for (const outcome* o : {&forward, &over_forward, &twice, &over_folded})
    if (!o->exception.empty()) return o->exception;
  std::string fault = different_seconds("tape of duals", over_forward, forward, size * size);
  if (fault.empty()) fault = different_seconds("duals on a tape", over_folded, forward, size * size);
  if (fault.empty())
    fault = test::different_bits("duals on a tape: value", over_folded.values, forward.values);
  if (fault.empty())
    fault = test::different("duals on a tape: derivative", over_folded.gradients, forward.gradients,
                            sizes.gradients, tolerance);
  if (!fault.empty()) return fault;
  // A program inside has finished before: it is the last sum that is compared.
  outcome along;
  along.seconds = {0.0};
  for (const double s : forward.seconds) along.seconds[0] += s;
  outcome total;
  total.seconds = {0.0};
  for (const double s : twice.seconds) total.seconds[0] += s;
  along.is_exact = forward.is_exact, total.is_exact = twice.is_exact;
  return different_seconds("folded twice", total, along, size * size);
}

std::pair<std::uint64_t, std::uint64_t> chosen_programs() {
  std::pair<std::uint64_t, std::uint64_t> programs{0, 100'000};
  if (const char* text = std::getenv("DAD_RANDOM_PROGRAMS")) {
    char* end = nullptr;
    programs.first = std::strtoull(text, &end, 10);
    programs.second = *end == ':' ? std::strtoull(end + 1, nullptr, 10) : 1;
  }
  return programs;
}

TEST_CASE("random programs") {
  const auto [first, count] = chosen_programs();
  std::size_t exact = 0, integral = 0, singular = 0, faults = 0, statements = 0;
  for (std::uint64_t number = first; number < first + count && faults < 5; ++number) {
    const random_program p = test::make_program(number);
    outcome folded;
    const std::string fault = fault_of(p, !is_sanitized || number % 16 == 0, &folded);
    statements += folded.statements;
    exact += folded.is_exact ? 1 : 0;
    integral += p.is_integral ? 1 : 0;
    singular += p.is_singular ? 1 : 0;
    if (fault.empty()) continue;
    ++faults;
    const random_program least =
        test::shortest(p, [](const random_program& q) { return !fault_of(q).empty(); });
    FAIL_CHECK("program " << number << ": " << fault << "; shortened: " << fault_of(least) << "; it is"
                          << test::run_never_folded(least, true).trace);
  }
  std::cout << count << " programs, " << integral << " of integers, " << exact << " exact, " << singular
            << " singular; " << statements << " statements on the tape that folds\n";
  if (count >= 1000) {
    CHECK(exact > count / 3);  // where every bit must agree
    CHECK(singular > count / 40);
  }
}

/// Recorded by assignments, by fused_var.
TEST_CASE("random programs, fused") {
  auto [first, count] = chosen_programs();
  if (first == 0) count /= is_sanitized ? 20 : 5;
  int faults = 0;
  for (std::uint64_t number = first; number < first + count && faults < 5; ++number) {
    const random_program p = test::make_program(number);
    const auto fault_by_assignments = [](const random_program& q) -> std::string {
      const outcome fused = test::run_fused(q), plain = test::run_never_folded(q);
      if (!fused.exception.empty()) return fused.exception;
      if (fused.refused < fused.refusals) return "something was not refused, or another tape was wrong";
      return different_tapes(fused, plain, q);
    };
    const std::string fault = fault_by_assignments(p);
    if (fault.empty()) continue;
    ++faults;
    const random_program least =
        test::shortest(p, [&](const random_program& q) { return !fault_by_assignments(q).empty(); });
    FAIL_CHECK("program " << number << ": " << fault << "; shortened: " << fault_by_assignments(least)
                          << "; it is" << test::run_never_folded(least, true).trace);
  }
  CHECK(faults == 0);
}

/// Every bit is the same wherever the memory of a recording grows.
TEST_CASE("random programs, after other operations") {
  auto [first, count] = chosen_programs();
  if (first == 0) count /= is_sanitized ? 200 : 20;
  int faults = 0;
  for (std::uint64_t number = first; number < first + count && faults < 5; ++number) {
    const random_program p = test::make_program(number, 20);
    const auto after = [&](std::size_t operations) {
      test::operations_before = operations;
      std::vector<outcome> by_every_tape = {test::run_folded(p), test::run_fused(p),
                                            test::run_folded_over_forward(p), test::run_folded_twice(p)};
      test::operations_before = 0;
      return by_every_tape;
    };
    const std::vector<outcome> expected = after(0);
    test::dice d(number);
    for (int k = 0; k < 4; ++k) {
      const std::size_t operations = d(600);
      const std::vector<outcome> grown = after(operations);
      for (std::size_t i = 0; i < grown.size(); ++i) {
        std::string fault = test::different_bits("value", grown[i].values, expected[i].values);
        if (fault.empty())
          fault = test::different_bits("derivative", grown[i].gradients, expected[i].gradients);
        if (fault.empty())
          fault = test::different_bits("second derivative", grown[i].seconds, expected[i].seconds);
        if (fault.empty()) continue;
        ++faults;
        FAIL_CHECK("program " << number << " after " << operations << " operations, tape " << i << ": "
                              << fault << "; it is" << test::run_folded(p, true).trace);
      }
    }
  }
}

/// Fourth-order central differences, where no kink is near and cancellation leaves digits.
TEST_CASE("random programs, differences") {
  const auto [first, count] = chosen_programs();
  std::size_t compared = 0;
  for (std::uint64_t number = first;
       number < first + std::min<std::uint64_t>(count, is_sanitized ? 100 : 1500); ++number) {
    const random_program p = test::make_program(number, 6);
    if (p.is_singular) continue;
    const outcome folded = test::run_folded(p), sizes = test::run_majorant(p);
    if (!folded.exception.empty()) continue;
    const std::vector<double> here = test::run_plain(p, test::most_inputs, 0.0).values;
    for (std::size_t input = 0; input < test::most_inputs; ++input) {
      constexpr double h = 0x1p-10;  // of integers, whatever they grow to inside, it loses no bit
      bool is_smooth = true;
      const auto at = [&](double shift) {
        outcome moved = test::run_plain(p, input, shift);
        is_smooth = is_smooth && moved.decisions == folded.decisions;
        return moved.values;
      };
      const auto left = at(-h), right = at(h), far_left = at(-2 * h), far_right = at(2 * h);
      if (!is_smooth) continue;
      for (std::size_t i = 0; i < left.size(); ++i) {
        const double narrow = (right[i] - left[i]) / (2 * h), wide = (far_right[i] - far_left[i]) / (4 * h);
        const double bend = right[i] + left[i] - 2 * here[i],
                     far_bend = far_right[i] + far_left[i] - 2 * here[i];
        const std::size_t k = i * test::most_inputs + input;
        const double size = 1.0 + sizes.gradients[k];
        if (size > 500.0) continue;                    // tame() takes away multiples of 4
        if (std::abs(here[i]) > 1e5 * size) continue;  // a difference is rounded away
        if (std::abs(narrow - wide) > 1e-5 * size) continue;
        if (std::abs(far_bend - 4 * bend) > 1e-8 * size) continue;  // a kink here bends half as much
        ++compared;
        const double expected = (4 * narrow - wide) / 3;
        if (std::abs(folded.gradients[k] - expected) <= 1e-6 * size) continue;
        FAIL_CHECK("program " << number << ": derivative " << k << " is " << folded.gradients[k]
                              << ", expected " << expected << "; it is" << test::run_folded(p, true).trace);
      }
    }
  }
  INFO(compared);
  if (first == 0 && !is_sanitized) CHECK(compared > 10000);
}

/// Nothing is folded on an observed tape, and its observer is told of everything in order.
std::string observed_fault_of(const random_program& p) {
  const outcome observed = test::run_observed(p), plain = test::run_never_folded(p);
  if (!observed.exception.empty()) return observed.exception;
  if (observed.refused < observed.refusals) return "the observer was told something else, or a misuse passed";
  return different_tapes(observed, plain, p);
}

TEST_CASE("random programs, observed") {
  auto [first, count] = chosen_programs();
  if (first == 0) count /= is_sanitized ? 100 : 10;
  int faults = 0;
  for (std::uint64_t number = first; number < first + count && faults < 5; ++number) {
    const random_program p = test::make_program(number);
    const std::string fault = observed_fault_of(p);
    if (fault.empty()) continue;
    ++faults;
    const random_program least =
        test::shortest(p, [](const random_program& q) { return !observed_fault_of(q).empty(); });
    FAIL_CHECK("program " << number << ": " << fault << "; shortened: " << observed_fault_of(least)
                          << "; it is" << test::run_never_folded(least, true).trace);
  }
}

TEST_CASE("random programs, second derivatives") {
  auto [first, count] = chosen_programs();
  if (first == 0) count /= is_sanitized ? 200 : 10;
  int faults = 0;
  for (std::uint64_t number = first; number < first + count && faults < 5; ++number) {
    const random_program p = test::make_program(number, 6);
    if (p.is_singular) continue;
    const std::string fault = second_fault_of(p);
    if (fault.empty()) continue;
    ++faults;
    const random_program least =
        test::shortest(p, [](const random_program& q) { return !second_fault_of(q).empty(); });
    FAIL_CHECK("program " << number << ": " << fault << "; shortened: " << second_fault_of(least) << "; it is"
                          << test::run_never_folded(least, true).trace);
  }
}

}  // namespace
