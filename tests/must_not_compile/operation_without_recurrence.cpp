// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An operation brings its recurrence, or says that it is made of straight pieces.

// expected: dad: this operation has no recurrence: give it a member taylor

#include <dad/taylor/series.hpp>

namespace dad::op {
#ifdef MUST_NOT_COMPILE
struct brand_new : operation<1, false> {
#else
struct brand_new : straight_operation<1, false> {
#endif
  static constexpr const char* name = "brand_new";
  static constexpr auto value(auto x) { return x; }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&) {
    return plus_one{};
  }
};
}  // namespace dad::op

int main() {
  const dad::series<double, 3> x(0.5, 1.0);
  return dad::series<double, 3>::apply(dad::op::brand_new{}, x) < 1 ? 0 : 1;
}
