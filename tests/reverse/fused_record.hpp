// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An operation recorded as a statement of fused_var.

#pragma once

#include <dad/fused.hpp>

#include "op/against_oracle.hpp"

namespace test {

/// Records the expression that f returns, over T.
template <class T, std::size_t N, class F, class Seeded, class Take>
void record_fused(const F& f, const operands<N>&, Seeded&& seeded, Take&& take) {
  dad::tape<T> tape;
  const auto guard = tape.activate();
  std::array<dad::fused_var<T>, N> active;
  for (std::size_t i = 0; i < N; ++i) {
    active[i] = seeded(i);
    tape.input(active[i]);
  }
  const auto r = call_with(f, active);
  if (r.is_active()) tape.backward(r);
  take(r, active);
}

}  // namespace test
