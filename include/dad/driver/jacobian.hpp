// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Dense Jacobians: forward by blocks of columns, in reverse by rows, or whichever costs less.

#pragma once

#include <cstddef>
#include <optional>

#include <dad/core/matrix.hpp>
#include <dad/driver/jacobian_sweeps.hpp>
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
  if (!jacobian) jacobian.emplace(unwritten{}, real_count(y), columns);
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

/// Both ways go through one recording, of plain numbers and without parts that are left to its sweeps.
template <class T>
bool can_choose(const tape<T>& t) noexcept {
  return std::is_same_v<T, double> && !t.has_deferred();
}

template <class Recorded, class T, class Way>
auto recorded_jacobian(Recorded& recording, tape<T>& t, const std::vector<var<T>>& ys, Way&& way) {
  basic_matrix<T> jacobian(unwritten{}, ys.size(), recording.input_count());
  if constexpr (std::is_same_v<T, double>) {
    if (can_choose(t)) {
      jacobian_sweeps sweeps(t, ys, recording.input_count());
      sweeps.write(jacobian, way(sweeps.counts()));
    } else {
      jacobian_sweeps(t, ys, recording.input_count()).write(jacobian, jacobian_way::reverse_by_rows);
    }
  } else {
    for (std::size_t i = 0; i < ys.size(); ++i) {
      const auto row = recording.sweep(ys[i]);
      std::copy(row.begin(), row.end(), jacobian.row(i).begin());
    }
  }
  auto value = plain_result<typename Recorded::S>(recording.result());
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

/// The same by one recording, and sweeps for up to 32 outputs each.
template <class F, class X>
auto value_and_jacobian(const F& f, const X& x, reverse_mode) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  const detail::lease<tape<B>> t;
  detail::recorded<F, X, B> recording(*t, f, x, detail::unseeded{});
  return detail::recorded_jacobian(
      recording, *t, recording.outputs(),
      [](const detail::jacobian_counts& counts) { return counts.reverse_way(); });
}

/// The same by whatever is fewer operations. Up to eight inputs: forward, in one call of f. Otherwise f is
/// called once, recorded, and the recording says: tangents go up it for 32 inputs at once, or adjoints
/// down it for 32 outputs, or for eight where these share little of the recording
/// (detail::jacobian_counts has the numbers). Inside another derivative, or where a rule or a checkpoint
/// leaves part of f to the sweeps: in reverse if there are fewer outputs than inputs, else forward.
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
      const auto ys = recording.outputs();
      if (detail::can_choose(*t) || ys.size() < inputs)
        return detail::recorded_jacobian(
            recording, *t, ys, [](const detail::jacobian_counts& counts) { return counts.best_way(); });
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
