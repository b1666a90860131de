// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Dense Jacobians, forward by blocks of columns or in reverse by rows.

#pragma once

#include <cstddef>
#include <optional>

#include <dad/core/matrix.hpp>
#include <dad/driver/reverse.hpp>

namespace dad {

/// Ways to take a Jacobian: columns by tangents, or rows by adjoints.
struct forward_mode {};
struct reverse_mode {};
inline constexpr forward_mode forward{};
inline constexpr reverse_mode reverse{};

namespace detail {

/// The directions of one forward pass: as many as fill a cache line of tangents.
inline constexpr std::size_t jacobian_block = 8;

// Columns [first, first + block) of the Jacobian into J, which is made on the first pass; returns f's value.
template <std::size_t Block, class F, class X, class J>
auto jacobian_columns(const F& f, const X& x, std::size_t columns, std::size_t first,
                      std::optional<J>& jacobian) {
  using B = base_t<X>;
  using S = dual<B, Block, level<F>>;
  std::size_t k = 0;
  const auto y = call(f, transform<S>(x, [&](const auto& leaf) {
                        S s(static_cast<B>(leaf));
                        if (k >= first && k < first + Block) s.tangent(k - first) = B(1);
                        ++k;
                        return s;
                      }));
  check_result<F, std::remove_cvref_t<decltype(y)>>();
  if (!jacobian) jacobian.emplace(real_count(y), columns);
  const std::size_t count = std::min(Block, columns - first);
  std::size_t row = 0;
  for_each_real(y, [&](const auto& leaf) {
    for (std::size_t j = 0; j < count; ++j)
      (*jacobian)(row, first + j) = static_cast<typename J::value_type>(tangent_at<S>(leaf, j));
    ++row;
  });
  return plain_result<S>(y);
}

template <std::size_t Block, class F, class X>
auto forward_jacobian(const F& f, const X& x) {
  using S = dual<base_t<X>, Block, level<F>>;
  using Y = std::remove_cvref_t<decltype(call(f, std::declval<const rebind_t<X, S>&>()))>;
  using J = basic_matrix<value_base_t<S, Y>>;
  const std::size_t columns = real_count(x);
  std::optional<J> jacobian;
  auto value = jacobian_columns<Block>(f, x, columns, 0, jacobian);
  for (std::size_t first = Block; first < columns; first += Block)
    (void)jacobian_columns<Block>(f, x, columns, first, jacobian);
  return value_jacobian<decltype(value), J>{std::move(value), std::move(*jacobian)};
}

template <class Recorded>
auto reverse_jacobian(Recorded& recording) {
  using S = typename Recorded::S;
  const auto ys = recording.outputs();
  basic_matrix<typename S::value_type> jacobian(ys.size(), recording.input_count());
  if constexpr (std::floating_point<typename S::value_type>) {
    recording.sweep_all(ys, [&](std::size_t i, const auto& adjoints) {
      for (std::size_t k = 0; k < recording.input_count(); ++k) jacobian(i, k) = adjoints[k + 1];
    });
  } else {
    for (std::size_t i = 0; i < ys.size(); ++i) {
      const auto row = recording.sweep(ys[i]);
      std::copy(row.begin(), row.end(), jacobian.row(i).begin());
    }
  }
  auto value = plain_result<S>(recording.result());
  return value_jacobian<decltype(value), decltype(jacobian)>{std::move(value), std::move(jacobian)};
}

}  // namespace detail

/// The value of f at x and its Jacobian by forward differentiation. Shapes: J(i, j) = dy_i / dx_j, outputs x
/// inputs, both counted in the order of their reals.
template <class F, class X>
auto value_and_jacobian(const F& f, const X& x, forward_mode) {
  detail::check_point<X>();
  if constexpr (number<X>)
    return detail::forward_jacobian<1>(f, x);
  else
    return detail::forward_jacobian<detail::jacobian_block>(f, x);
}

/// The same by one recording and one sweep for every eight outputs.
template <class F, class X>
auto value_and_jacobian(const F& f, const X& x, reverse_mode) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  const detail::lease<tape<B>> t;
  detail::recorded<F, X, B> recording(*t, f, x, detail::unseeded{});
  return detail::reverse_jacobian(recording);
}

/// The same by whichever has fewer directions: forward where there are no more inputs than outputs, or than
/// one pass takes; in reverse otherwise.
///
///   auto [y, J] = dad::value_and_jacobian(f, x);
template <class F, class X>
auto value_and_jacobian(const F& f, const X& x) {
  detail::check_point<X>();
  if constexpr (number<X>) {
    return value_and_jacobian(f, x, forward);
  } else {
    using B = detail::base_t<X>;
    const std::size_t inputs = detail::real_count(x);
    if (inputs > detail::jacobian_block) {
      const detail::lease<tape<B>> t;
      detail::recorded<F, X, B> recording(*t, f, x, detail::unseeded{});
      if (recording.outputs().size() < inputs) return detail::reverse_jacobian(recording);
    }
    return value_and_jacobian(f, x, forward);
  }
}

template <class F, class X, class Mode>
auto jacobian(const F& f, const X& x, Mode mode) {
  return value_and_jacobian(f, x, mode).jacobian;
}
template <class F, class X>
auto jacobian(const F& f, const X& x) {
  return value_and_jacobian(f, x).jacobian;
}

}  // namespace dad
