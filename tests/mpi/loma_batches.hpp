// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches over ranks, as the tables of cases call them.

#pragma once

#include "cases/loma.hpp"
#include "mpi/ranks.hpp"

struct batches_over_ranks {
  [[nodiscard]] static bool has_results() { return ranks::rank() == 0; }
  [[nodiscard]] static auto jvp(const auto& f, const auto& inputs, const auto& directions) {
    return dad::mpi::batch_jvp(f, inputs, directions);
  }
  [[nodiscard]] static auto vjp(const auto& f, const auto& inputs, const auto& seeds) {
    return dad::mpi::batch_vjp(f, inputs, seeds);
  }
};

void check_loma_forward();
void check_loma_reverse();
