// ranks: 1 2 3 7
// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Both tables of loma over ranks: all functions in one program, all of them again and again in the same
// process.

#include "cases/loma.hpp"
#include "mpi/ranks.hpp"

namespace {

struct batches_over_ranks {
  [[nodiscard]] static bool has_results() { return ranks::rank() == 0; }
  [[nodiscard]] static auto jvp(const auto& f, const auto& inputs, const auto& directions) {
    return dad::mpi::batch_jvp(f, inputs, directions);
  }
  [[nodiscard]] static auto vjp(const auto& f, const auto& inputs, const auto& seeds) {
    return dad::mpi::batch_vjp(f, inputs, seeds);
  }
};

}  // namespace

TEST_CASE("the cases of loma over ranks, three times in one process") {
  for (int repeat = 0; repeat < 3; ++repeat) {
    loma::check_forward(batches_over_ranks{});
    loma::check_reverse(batches_over_ranks{});
  }
}
