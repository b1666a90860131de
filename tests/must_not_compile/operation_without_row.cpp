// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation is tested: one without a row in the table of the operator tests does not compile.
// expected: this operation has no row in tests/op/domain\.hpp

#include "../op/domain.hpp"

namespace dad::op {
struct brand_new : operation<1, false> {
  static constexpr const char* name = "brand_new";
  static constexpr auto value(auto x) { return x; }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&) {
    return plus_one{};
  }
};
}  // namespace dad::op

int main() {
#ifdef MUST_NOT_COMPILE
  using operations = dad::op::type_list<dad::op::cos, dad::op::brand_new>;
#else
  using operations = dad::op::type_list<dad::op::cos>;
#endif
  for_each_operation<room::trigonometric>(operations{}, [](auto) {});
}
