// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What dad reads off the formulas of an operation's partials, held against the exact partials of all
// operations: no partial that is not zero is missed, and none is kept that is zero everywhere.

#include <dad/dad.hpp>

#include <cmath>
#include <string>

#include "core/close.hpp"
#include "op/domain.hpp"

namespace {

using dad::detail::dependence;

template <class Op>
dependence of() {
  (void)dad::detail::known_operation<Op>();
  return dad::detail::find_dependence<>(dad::detail::opcode_of<Op>, static_cast<std::size_t>(Op::arity));
}

bool is_number_but_zero(double x) { return std::isfinite(x) && x != 0; }

/// The partials that are not zero at one point at least.
template <class Op>
dependence by_numbers() {
  dependence d;
  constexpr auto n = static_cast<std::size_t>(Op::arity);
  for (const auto& trial : domain<Op>::trials())
    for (const auto& p : trial.points)
      for (std::size_t i = 0; i < n; ++i) {
        if (is_number_but_zero(p.first[i])) d.first |= static_cast<std::uint8_t>(1U << i);
        for (std::size_t j = 0; j < n; ++j)
          if (is_number_but_zero(p.second[p.second_index(i, j)]))
            d.second |= static_cast<std::uint16_t>(1U << (3 * i + j));
      }
  return d;
}

template <class Op>
void check_operation() {
  CAPTURE(std::string(Op::name));
  const dependence found = of<Op>(), exact = by_numbers<Op>();
  CHECK(static_cast<int>(found.first) == static_cast<int>(exact.first));
  CHECK(static_cast<int>(found.second) == static_cast<int>(exact.second));
}

template <class... Op>
void check_all(dad::op::type_list<Op...>) {
  (check_operation<Op>(), ...);
}

TEST_CASE("every operation depends on its operands as its exact partials say") { check_all(dad::op::all{}); }

TEST_CASE("linear in each operand, or in all of them") {
  using namespace dad::op;
  const auto bits = [](const dependence& d) { return std::pair(int{d.first}, int{d.second}); };
  CHECK(bits(of<add>()) == std::pair(0b11, 0));
  CHECK(bits(of<subtract>()) == std::pair(0b11, 0));
  CHECK(bits(of<negate>()) == std::pair(0b1, 0));
  CHECK(bits(of<multiply>()) == std::pair(0b11, 0b000'001'010));
  CHECK(bits(of<divide>()) == std::pair(0b11, 0b000'011'010));
  CHECK(bits(of<dad::op::fma>()) == std::pair(0b111, 0b000'001'010));
  CHECK(bits(of<square>()) == std::pair(0b1, 0b1));
  CHECK(bits(of<dad::op::floor>()) == std::pair(0, 0));
  // Choices are linear in what they choose from, and flat in what decides.
  CHECK(bits(of<dad::op::min>()) == std::pair(0b11, 0));
  CHECK(bits(of<choose>()) == std::pair(0b110, 0));
  CHECK(bits(of<less>()) == std::pair(0, 0));
}

}  // namespace
