// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How the adjoints of the results of an elementwise row go to its operands.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/op/operation.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/propagation.hpp>

namespace dad::detail {

/// Multiply-adds of neighbours in SIMD, which compilers without leave to reorder additions do not make of a
/// loop that adds up. What is left is done in half the width, so that memory is read as it was written.
template <std::uint32_t Width = 8>
struct neighbour_sums {
  typedef double numbers __attribute__((vector_size(8 * Width)));
  using narrower = neighbour_sums<Width / 2>;

  static numbers at(const double* x) {
    numbers y;
    __builtin_memcpy(&y, x, sizeof y);
    return y;
  }
  /// Partials from x on, or x's for all.
  template <int Step>
  static numbers product(const double* partial, std::uint32_t i, const double* adjoint) {
    const numbers p = Step == 0 ? *partial - numbers{} : at(partial + i), seed = at(adjoint + i);
    return seed == 0.0 ? numbers{} : p * seed;
  }

  /// target[i] += partial[i] adjoint[i] from i on; Step is 0 for one partial for all i.
  template <int Step>
  static void add(double* target, const double* partial, const double* adjoint, std::uint32_t i,
                  std::uint32_t count) {
    for (; i + Width <= count; i += Width) {
      const numbers sum = at(target + i) + product<Step>(partial, i, adjoint);
      __builtin_memcpy(target + i, &sum, sizeof sum);
    }
    narrower::template add<Step>(target, partial, adjoint, i, count);
  }
  /// The sum of the products.
  template <int Step>
  static double sum(const double* partial, const double* adjoint, std::uint32_t i, std::uint32_t count) {
    numbers lanes{};
    for (; i + Width <= count; i += Width) lanes += product<Step>(partial, i, adjoint);
    double total = narrower::template sum<Step>(partial, adjoint, i, count);
    double sums[Width];
    __builtin_memcpy(sums, &lanes, sizeof sums);
    for (const double lane : sums) total += lane;
    return total;
  }
};
template <>
struct neighbour_sums<1> {
  template <int Step>
  static double product(const double* partial, std::uint32_t i, const double* adjoint) {
    return adjoint[i] == 0.0 ? 0.0 : partial[Step == 0 ? 0 : i] * adjoint[i];
  }
  template <int Step>
  static void add(double* target, const double* partial, const double* adjoint, std::uint32_t i,
                  std::uint32_t count) {
    if (i < count) target[i] += product<Step>(partial, i, adjoint);
  }
  template <int Step>
  static double sum(const double* partial, const double* adjoint, std::uint32_t i, std::uint32_t count) {
    return i < count ? product<Step>(partial, i, adjoint) : 0.0;
  }
};

/// adjoints[to[i]] += partial[i] adjoint[i]; Step is 0 for one partial for all i.
template <int Step, class T>
void add_elementwise(T* adjoints, value_range to, const T* partial, const T* adjoint, std::uint32_t count) {
  if constexpr (std::is_same_v<T, double>) {
    using sums = neighbour_sums<>;
    if (to.step == 1) return sums::add<Step>(adjoints + to.first, partial, adjoint, 0, count);
    if (to.step == 0) {
      adjoints[to.first] += sums::sum<Step>(partial, adjoint, 0, count);
      return;
    }
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const T from = adjoint[i];
    if (!is_zero(from)) add_nonzero_product(adjoints[to[i]], partial[Step == 0 ? 0 : i], from);
  }
}

/// Of an elementwise row whose first partial is at `partial`.
template <class T>
[[gnu::noinline]] void propagate_elementwise(const elementwise_row& row, const T* partial, T* adjoints) {
  const T* const from = adjoints + row.first_result();
  for (std::uint32_t k = 0; k < row.operands(); ++k) {
    if (row.has_one_partial(k))
      add_elementwise<0>(adjoints, row.range(k), partial, from, row.size());
    else
      add_elementwise<1>(adjoints, row.range(k), partial, from, row.size());
    partial += row.partials_of(k);
  }
}

}  // namespace dad::detail
