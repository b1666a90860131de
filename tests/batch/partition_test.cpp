// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Even shares: in order, without gaps, as equal as their grain allows.

#include <algorithm>
#include <cstddef>

#include "catch.hpp"

#include <dad/batch/partition.hpp>

using dad::detail::even_share;
using dad::detail::index_range;

TEST_CASE("shares cover the inputs once, in order, and differ by at most a grain") {
  for (const std::size_t count : {0u, 1u, 2u, 6u, 7u, 8u, 99u, 1000u})
    for (const std::size_t grain : {1u, 4u, 64u})
      for (int ranks = 1; ranks <= 9; ++ranks) {
        std::size_t next = 0, smallest = count, largest = 0;
        for (int rank = 0; rank < ranks; ++rank) {
          const index_range share = even_share(count, grain, ranks, rank);
          REQUIRE(share.begin == next);
          REQUIRE(share.begin <= share.end);
          REQUIRE((share.begin % grain == 0 || share.size() == 0));
          next = share.end;
          smallest = std::min(smallest, share.size());
          largest = std::max(largest, share.size());
        }
        REQUIRE(next == count);
        REQUIRE(largest - smallest <= 2 * grain - 1);
      }
}

TEST_CASE("fewer inputs than ranks: the last get none") {
  CHECK(even_share(2, 1, 4, 0) == index_range{0, 1});
  CHECK(even_share(2, 1, 4, 1) == index_range{1, 2});
  CHECK(even_share(2, 1, 4, 3).size() == 0);
}

TEST_CASE("64-bit counts") {
  const std::size_t huge = std::size_t{1} << 40;
  CHECK(even_share(huge, 1 << 20, 2, 1) == index_range{huge / 2, huge});
}
