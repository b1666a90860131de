// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Probes are functions of their numbers, and look random.

#include <dad/driver/probes.hpp>

#include <cmath>
#include <cstdint>

#include "core/close.hpp"

namespace {

TEST_CASE("the stream is SplitMix64") {
  // The outputs of Vigna's reference program splitmix64.c for the state 1234567, and the first for 0.
  const std::uint64_t expected[] = {6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                    4593380528125082431U, 16408922859458223821U};
  for (std::uint64_t i = 0; i < 5; ++i) CHECK(dad::detail::splitmix64(1234567, i) == expected[i]);
  CHECK(dad::detail::splitmix64(0, 0) == 0xe220a8397b1dcdafU);
}

TEST_CASE("signs are the bits of the stream, one after the other") {
  const std::uint64_t start = dad::detail::probe_stream(9, 4);
  for (std::size_t k = 0; k < 200; ++k) {
    const bool bit = (dad::detail::splitmix64(start, k / 64) >> (k % 64)) % 2 == 1;
    CHECK(dad::detail::probe_sign(9, 4, k) == (bit ? 1.0 : -1.0));
  }
}

TEST_CASE("a probe is the same wherever it is made") {
  const auto all = dad::detail::rademacher_probes(7, 0, 20, 100);
  for (const std::size_t first : {0u, 1u, 8u, 19u}) {
    const auto one = dad::detail::rademacher_probes(7, first, 1, 100);
    for (std::size_t k = 0; k < 100; ++k) {
      CHECK(one(0, k) == all(first, k));
      CHECK(one(0, k) == dad::detail::probe_sign(7, first, k));
    }
  }
  // An entry does not depend on how many there are.
  CHECK(dad::detail::rademacher_probes(7, 3, 1, 70)(0, 69) == all(3, 69));
}

TEST_CASE("probes are signs, balanced, and unrelated to each other and to those of other seeds") {
  constexpr std::size_t n = 4000, count = 30;
  const double bound = 5 * std::sqrt(static_cast<double>(n));
  dad::matrix rows(2 * count, n);
  for (std::size_t i = 0; i < 2 * count; ++i)
    for (std::size_t k = 0; k < n; ++k) rows(i, k) = dad::detail::probe_sign(i < count ? 1 : 2, i % count, k);
  for (std::size_t i = 0; i < 2 * count; ++i) {
    double sum = 0, neighbours = 0;
    for (std::size_t k = 0; k < n; ++k) {
      REQUIRE(std::abs(rows(i, k)) == 1.0);
      sum += rows(i, k);
      neighbours += rows(i, k) * rows(i, (k + 1) % n);
    }
    CHECK(std::abs(sum) < bound);
    CHECK(std::abs(neighbours) < bound);
    for (std::size_t j = 0; j < i; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < n; ++k) product += rows(i, k) * rows(j, k);
      CHECK(std::abs(product) < bound);
    }
  }
}

TEST_CASE("uniform entries fill [-1, 1)") {
  double sum = 0, squares = 0;
  constexpr std::size_t n = 100'000;
  for (std::size_t k = 0; k < n; ++k) {
    const double u = dad::detail::probe_uniform(3, 4, k);
    REQUIRE(u >= -1.0);
    REQUIRE(u < 1.0);
    sum += u;
    squares += u * u;
  }
  CHECK(std::abs(sum / n) < 0.01);
  CHECK(squares / n == close_to(1.0 / 3, 0.01));
}

}  // namespace
