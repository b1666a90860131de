// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation of N operands behind one type, so that a batch compiles once for all of them.

#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

#include "op/domain.hpp"

namespace test {

/// fn(Op{}) for every operation of N operands, in the order of dad::op::all.
template <std::size_t N, class Fn>
void for_each_of_arity(Fn&& fn) {
  [&]<class... Op>(dad::op::type_list<Op...>) {
    const auto call = [&]<class One>(One op) {
      if constexpr (One::arity == static_cast<int>(N)) fn(op);
    };
    (call(Op{}), ...);
  }(dad::op::all{});
}

/// The point of a function of N operands: a number, or an array of them.
template <std::size_t N>
using point = std::conditional_t<N == 1, double, std::array<double, N>>;

/// The operation with a number among those of N operands, as a function of one point. parameter: the exponent
/// of ldexp, the order of polygamma.
template <std::size_t N>
struct numbered_operation {
  std::size_t number;
  int parameter = 0;

  template <class X>
  auto operator()(const X& x) const {
    if constexpr (N == 1)
      return call(x);
    else
      return std::apply([this](const auto&... operand) { return call(operand...); }, x);
  }

  template <class... A>
  auto call(const A&... operand) const {
    dad::promote_t<A...> y(0);
    std::size_t k = 0;
    for_each_of_arity<N>([&]<class Op>(Op op) {
      if (k++ != number) return;
      if constexpr (requires { op.exponent; }) op.exponent = parameter;
      if constexpr (requires { op.order; }) op.order = parameter;
      y = domain<Op>::call(op, operand...);
    });
    return y;
  }
};

template <class Op>
int parameter_of(const Op& op) {
  if constexpr (requires { op.exponent; })
    return op.exponent;
  else if constexpr (requires { op.order; })
    return op.order;
  else
    return 0;
}

/// fn(function, trial) for every operation of N operands, with each of its parameters.
template <std::size_t N, class Fn>
void for_each_numbered(Fn&& fn) {
  std::size_t k = 0;
  for_each_of_arity<N>([&]<class Op>(Op) {
    for (const auto& t : domain<Op>::trials()) fn(numbered_operation<N>{k, parameter_of(t.op)}, t);
    ++k;
  });
}

template <std::size_t N>
point<N> point_of(const double (&x)[N]) {
  if constexpr (N == 1) {
    return x[0];
  } else {
    point<N> p;
    for (std::size_t i = 0; i < N; ++i) p[i] = x[i];
    return p;
  }
}

/// The unit direction along axis i.
template <std::size_t N>
point<N> axis(std::size_t i) {
  double x[N] = {};
  x[i] = 1;
  return point_of(x);
}

/// Entry i of a gradient or product.
template <std::size_t N, class Row>
double entry(const Row& row, std::size_t i) {
  if constexpr (N == 1)
    return row;
  else
    return row[i];
}

}  // namespace test
