// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How the adjoints of the results of an elementwise row go to its operands.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <dad/core/prefetch.hpp>
#include <dad/core/vector_width.hpp>
#include <dad/op/operation.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/propagation.hpp>

namespace dad::detail {

/// Multiply-adds of neighbours in SIMD, which compilers without leave to reorder additions do not make of a
/// loop that adds up. What is left is done in half the width, so that memory is read as it was written.
template <std::uint32_t Width = vector_width>
struct neighbour_sums {
  typedef double numbers __attribute__((vector_size(8 * Width)));
  using narrower = neighbour_sums<Width / 2>;

  // By reference: not every target returns such vectors.
  static void load(numbers& y, const double* x) { __builtin_memcpy(&y, x, sizeof y); }
  /// Partials from i on, or one for all, times adjoints.
  template <int Step>
  static void multiply(numbers& y, const double* partial, std::uint32_t i, const double* adjoint) {
    numbers seed;
    load(seed, adjoint + i);
    if constexpr (Step == 0)
      y = *partial - numbers{};
    else
      load(y, partial + i);
    y = seed == 0.0 ? numbers{} : y * seed;
  }

  /// target[i] += partial[i] adjoint[i] from i on; Step is 0 for one partial for all i.
  template <int Step>
  static void add(double* target, const double* partial, const double* adjoint, std::uint32_t i,
                  std::uint32_t count) {
    for (; i + Width <= count; i += Width) {
      numbers sum, products;
      load(sum, target + i);
      multiply<Step>(products, partial, i, adjoint);
      sum += products;
      __builtin_memcpy(target + i, &sum, sizeof sum);
    }
    narrower::template add<Step>(target, partial, adjoint, i, count);
  }
  /// The sum of the products.
  template <int Step>
  static double sum(const double* partial, const double* adjoint, std::uint32_t i, std::uint32_t count) {
    numbers lanes{}, products;
    for (; i + Width <= count; i += Width) {
      multiply<Step>(products, partial, i, adjoint);
      lanes += products;
    }
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

/// The same for duals: numbers of one kind side by side, so that compilers make vectors of them.
template <class T>
concept dual_of_doubles = requires {
  T::direction_count;
  requires std::is_same_v<typename T::value_type, double>;
};
template <dual_of_doubles T>
class dual_products {
  static constexpr std::size_t width = vector_width, directions = T::direction_count;
  typedef double numbers __attribute__((vector_size(8 * width)));

  // Number c of each of the duals: 0 is the value, others are tangents. Step is 0 for one dual for all.
  template <int Step>
  static void load(numbers& y, const T* x, std::size_t c) {
    load<Step>(y, x, c, std::make_index_sequence<width>());
  }
  template <int Step, std::size_t... I>
  static void load(numbers& y, const T* x, std::size_t c, std::index_sequence<I...>) {
    static_assert(sizeof(T) == (1 + directions) * sizeof(double));
    const double* const first = reinterpret_cast<const double*>(x);
    const double* const number = c == 0 ? &x->value() : &x->tangent(c - 1);
    if constexpr (Step == 0) {
      y = *number - numbers{};
    } else if constexpr (directions == 1) {
      numbers low, high;
      __builtin_memcpy(&low, first, sizeof low);
      __builtin_memcpy(&high, first + width, sizeof high);
      y = number == first ? __builtin_shufflevector(low, high, (2 * I)...)
                          : __builtin_shufflevector(low, high, (2 * I + 1)...);
    } else {
      y = numbers{number[I * (1 + directions)]...};
    }
  }
  void add_product(std::size_t to, const numbers& partial, const numbers& adjoint) {
    sums_[to] += adjoint == 0.0 ? numbers{} : partial * adjoint;
  }

 public:
  static constexpr std::uint32_t count = width;

  /// Adds partial[i] adjoint[i] for `count` of them.
  template <int Step>
  void add(const T* partial, const T* adjoint) {
    numbers p, a, part;
    load<Step>(p, partial, 0);
    load<1>(a, adjoint, 0);
    add_product(0, p, a);
    for (std::size_t c = 1; c <= directions; ++c) {
      load<1>(part, adjoint, c);
      add_product(c, p, part);
      load<Step>(part, partial, c);
      sums_[c] += part == 0.0 ? numbers{} : a == 0.0 ? numbers{} : part * a;
    }
  }
  void add_to(T* targets) const {
    for (std::size_t lane = 0; lane < width; ++lane) add_to(targets[lane], lane);
  }
  void add_all_to(T& target) const {
    for (std::size_t lane = 0; lane < width; ++lane) add_to(target, lane);
  }

 private:
  void add_to(T& target, std::size_t lane) const {
    target.value() += sums_[0][lane];
    for (std::size_t k = 0; k < directions; ++k) target.tangent(k) += sums_[1 + k][lane];
  }

  numbers sums_[1 + directions] = {};
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
  std::uint32_t i = 0;
  if constexpr (dual_of_doubles<T>) {
    using some_products = dual_products<T>;
    if (to.step == 1) {
      for (; i + some_products::count <= count; i += some_products::count) {
        some_products some;
        some.template add<Step>(partial + Step * i, adjoint + i);
        some.add_to(adjoints + to[i]);
      }
    } else if (to.step == 0) {
      some_products all;
      for (; i + some_products::count <= count; i += some_products::count)
        all.template add<Step>(partial + Step * i, adjoint + i);
      all.add_all_to(adjoints[to.first]);
    }
  }
  for (; i < count; ++i) {
    const T from = adjoint[i];
    if (!is_zero(from)) add_nonzero_product(adjoints[to[i]], partial[Step == 0 ? 0 : i], from);
  }
}

/// An elementwise row whose partials end at `partial`; gives where they begin.
template <class T>
[[gnu::noinline]] const T* sweep_elementwise(std::uint32_t row, const std::uint32_t* words, const T* partial,
                                             T* adjoints) {
  const elementwise_row results(row, words);
  const T* const first = partial - results.partial_count();
  const T* const from = adjoints + results.first_result();
  partial = first;
  for (std::uint32_t k = 0; k < results.operands(); ++k) {
    prefetch(partial, -4096);
    prefetch(partial, -4096 + 64);
    if (results.has_one_partial(k))
      add_elementwise<0>(adjoints, results.range(k), partial, from, results.size());
    else
      add_elementwise<1>(adjoints, results.range(k), partial, from, results.size());
    partial += results.partials_of(k);
  }
  return first;
}

}  // namespace dad::detail
