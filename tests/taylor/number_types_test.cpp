// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Series of float and of long double: every operation agrees with series of double.

#include <dad/taylor/series.hpp>

#include <type_traits>
#include <vector>

#include "core/close.hpp"
#include "op/domain.hpp"

namespace {

template <class T, class Op>
std::vector<double> coefficients(const Op& op) {
  using S = dad::series<T, 4>;
  const T at = std::is_same_v<Op, dad::op::acosh> ? T(1.625) : T(0.375);
  const S x(at, T(1), T(-0.5)), y(T(0.25) + at, T(2)), z(T(2), T(0), T(1));
  const S result = [&] {
    if constexpr (Op::arity == 1)
      return S(domain<Op>::call(op, x));
    else if constexpr (Op::arity == 2)
      return S(domain<Op>::call(op, x, y));
    else
      return S(domain<Op>::call(op, x, y, z));
  }();
  std::vector<double> row;
  for (const T& c : result.coefficients()) row.push_back(static_cast<double>(c));
  return row;
}

template <class T, class... Op>
void hold(double tolerance, dad::op::type_list<Op...>) {
  const auto hold_one = [&]<class One>(const One& op) {
    INFO(One::name);
    CHECK_ROW(coefficients<T>(op), coefficients<double>(op), tolerance, tolerance);
  };
  (hold_one(Op{}), ...);
}

TEST_CASE("series of float") { hold<float>(3e-5, dad::op::all{}); }
TEST_CASE("series of long double") { hold<long double>(1e-13, dad::op::all{}); }

}  // namespace
