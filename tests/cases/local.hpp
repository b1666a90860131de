// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches of this process, as the tables of cases call them.

#pragma once

#include <dad/dad.hpp>

struct local_batches {
  [[nodiscard]] static bool has_results() { return true; }
  [[nodiscard]] static auto jvp(const auto& f, const auto& inputs, const auto& directions) {
    return dad::batch_jvp(f, inputs, directions);
  }
  [[nodiscard]] static auto vjp(const auto& f, const auto& inputs, const auto& seeds) {
    return dad::batch_vjp(f, inputs, seeds);
  }
};
