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

/// Sums over neighbours in SIMD, which compilers without leave to reorder additions do not make of a loop.
struct neighbour_sums {
  static constexpr std::uint32_t width = 8;
  typedef double numbers __attribute__((vector_size(8 * width), aligned(8), may_alias));

  static const numbers& at(const double* x) { return *reinterpret_cast<const numbers*>(x); }
  static numbers product(const numbers& partial, const numbers& adjoint) {
    return adjoint == 0.0 ? numbers{} : partial * adjoint;
  }
  static double product(double partial, double adjoint) { return adjoint == 0.0 ? 0.0 : partial * adjoint; }

  /// target[i] += partial[i] adjoint[i]; Step is 0 for one partial for all i.
  template <int Step>
  static void add(double* target, const double* partial, const double* adjoint, std::uint32_t count) {
    std::uint32_t i = 0;
    for (; i + width <= count; i += width) {
      const numbers p = Step == 0 ? *partial - numbers{} : at(partial + i);
      *reinterpret_cast<numbers*>(target + i) += product(p, at(adjoint + i));
    }
    for (; i < count; ++i) target[i] += product(partial[Step == 0 ? 0 : i], adjoint[i]);
  }
  /// The sum of the products.
  template <int Step>
  static double sum(const double* partial, const double* adjoint, std::uint32_t count) {
    numbers lanes{};
    std::uint32_t i = 0;
    for (; i + width <= count; i += width) {
      const numbers p = Step == 0 ? *partial - numbers{} : at(partial + i);
      lanes += product(p, at(adjoint + i));
    }
    double total = 0.0;
    for (std::uint32_t lane = 0; lane < width; ++lane) total += lanes[lane];
    for (; i < count; ++i) total += product(partial[Step == 0 ? 0 : i], adjoint[i]);
    return total;
  }
};

/// target[i * step] += partial[i] adjoint[i]; Step is 0 for one partial for all i.
template <int Step, class T>
void add_elementwise(T* target, std::uint32_t step, const T* partial, const T* adjoint, std::uint32_t count) {
  if constexpr (std::is_same_v<T, double>) {
    if (step == 1) return neighbour_sums::add<Step>(target, partial, adjoint, count);
    if (step == 0) {
      *target += neighbour_sums::sum<Step>(partial, adjoint, count);
      return;
    }
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const T from = adjoint[i];
    if (!is_zero(from))
      add_nonzero_product(target[static_cast<std::int32_t>(i * step)], partial[Step == 0 ? 0 : i], from);
  }
}

/// Of an elementwise row whose first partial is at `partial`.
template <class T>
[[gnu::noinline]] void propagate_elementwise(const elementwise_row& row, const T* partial, T* adjoints) {
  const T* const from = adjoints + row.first_result();
  for (std::uint32_t k = 0; k < row.operands(); ++k) {
    const value_range to = row.range(k);
    T* const target = adjoints + to.first;
    if (row.has_one_partial(k)) {
      add_elementwise<0>(target, to.step, partial, from, row.size());
      partial += 1;
    } else {
      add_elementwise<1>(target, to.step, partial, from, row.size());
      partial += row.size();
    }
  }
}

}  // namespace dad::detail
