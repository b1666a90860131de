// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A term of batch_sum is a function of what is shared and of an item.

// expected: dad: f of batch_sum cannot be called as f.shared, item.

#include <dad/dad.hpp>
#include <vector>

double slope(const std::vector<double>& items) {
#ifdef MUST_NOT_COMPILE
  return dad::batch_sum([](const auto& w) { return w; }, 1.0, items).gradient;
#else
  return dad::batch_sum([](const auto& w, const auto& x) { return w * x; }, 1.0, items).gradient;
#endif
}
