// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives by one recording on the tape and one reverse sweep: gradients, and adjoints for a seed.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/driver/forward.hpp>
#include <dad/driver/recorded.hpp>

namespace dad {

namespace detail {

// The adjoints of the inputs for a result that outer levels surround: one sweep per component of those
// levels.
template <class Recorded, class L>
auto gradient_row(Recorded& recording, const L& y) {
  using S = typename Recorded::S;
  using T = typename S::value_type;
  if constexpr (is_at_level<S, L>()) {
    const auto row = recording.sweep(y);
    return std::vector<T>(row.begin(), row.end());
  } else if constexpr (contains_level<S, L>()) {
    const auto values = gradient_row(recording, y.value());
    using G = decltype(map_components(y, always<typename decltype(values)::value_type>()));
    std::vector<G> rows(values.begin(), values.end());
    if constexpr (power_series<L>) {
      for (std::size_t i = 1; i <= L::order; ++i) {
        const auto coefficients = gradient_row(recording, y.coefficient(i));
        for (std::size_t k = 0; k < rows.size(); ++k) rows[k].coefficient(i) = coefficients[k];
      }
    } else {
      for (std::size_t i = 0; i < L::direction_count; ++i) {
        const auto tangents = gradient_row(recording, y.tangent(i));
        for (std::size_t k = 0; k < rows.size(); ++k) rows[k].tangent(i) = tangents[k];
      }
    }
    return rows;
  } else {
    return std::vector<T>(recording.input_count(), T(0));
  }
}

// Records f at x, and hands its value and the row of its gradient to `use`.
template <class F, class X, class Use>
auto with_gradient(tape<base_t<X>>& t, const F& f, const X& x, Use&& use) {
  check_point<X>();
  recorded<F, X, base_t<X>> recording(t, f, x, unseeded{});
  using S = typename decltype(recording)::S;
  using Y = typename decltype(recording)::result_type;
  check_scalar_result<Y>();
  if constexpr (std::is_same_v<Y, S>)
    return use(recording.result().value(), recording.sweep(recording.result()));
  else
    return use(plain_result<S>(recording.result()), gradient_row(recording, recording.result()));
}

// Writes a row into the caller's memory: a range of as many numbers, one number, or a gradient's whole
// structure.
template <class X, class Row, class Out>
void write_row(const X& x, const Row& row, Out&& out) {
  if constexpr (requires { out[0] = row[0], out.size(); }) {
    if (out.size() != row.size())
      raise<shape_error>("dad: out of gradient_into has %zu entries, expected %zu", std::size_t(out.size()),
                         std::size_t(row.size()));
    for (std::size_t k = 0; k < row.size(); ++k)
      out[k] = static_cast<std::remove_cvref_t<decltype(out[k])>>(row[k]);
  } else {
    out = structured_like<std::remove_cvref_t<decltype(row[0])>>(x, row);
  }
}

}  // namespace detail

/// The value of f, which returns a scalar, at x, and its gradient, which has the structure of x. For loops:
/// the recording is made on t, which is cleared first, active meanwhile, and keeps its memory.
template <class F, class X>
auto value_and_gradient(tape<detail::base_t<X>>& t, const F& f, const X& x) {
  return detail::with_gradient(t, f, x, [&](const auto& value, const auto& row) {
    auto gradient = detail::structured_like<std::remove_cvref_t<decltype(row[0])>>(x, row);
    return value_gradient<std::remove_cvref_t<decltype(value)>, decltype(gradient)>{value,
                                                                                    std::move(gradient)};
  });
}

/// The same on a tape that dad keeps in each thread.
///
///   auto [value, gradient] = dad::value_and_gradient(f, std::vector{1.0, 2.0});
template <class F, class X>
auto value_and_gradient(const F& f, const X& x) {
  detail::check_point<X>();
  if constexpr (number<X>) {
    auto [value, tangent] = jvp(f, x, 1.0);  // one variable: forward needs no tape
    detail::check_scalar_result<decltype(value)>();
    using G = std::conditional_t<std::is_same_v<decltype(tangent), double>, promoted_t<X>, decltype(tangent)>;
    return value_gradient<decltype(value), G>{value, static_cast<G>(tangent)};
  } else {
    const detail::lease<tape<detail::base_t<X>>> t;
    return value_and_gradient(*t, f, x);
  }
}

/// The gradient of f, which returns a scalar, at x; it has the structure of x.
template <class F, class X>
auto gradient(const F& f, const X& x) {
  return value_and_gradient(f, x).gradient;
}
template <class F, class X>
auto gradient(tape<detail::base_t<X>>& t, const F& f, const X& x) {
  return value_and_gradient(t, f, x).gradient;
}

/// Writes the gradient of f at x into the caller's memory and returns f's value. Shapes: out is a range with
/// as many entries as x has reals, in order, or has the structure of x. Throws shape_error for a range of
/// another size. Allocates nothing for points that are vectors of numbers once the memory of an earlier call
/// is there.
///
///   double value = dad::gradient_into(f, x, out);
template <class F, class X, class Out>
auto gradient_into(tape<detail::base_t<X>>& t, const F& f, const X& x, Out&& out) {
  return detail::with_gradient(t, f, x, [&](const auto& value, const auto& row) {
    detail::write_row(x, row, out);
    return value;
  });
}
template <class F, class X, class Out>
auto gradient_into(const F& f, const X& x, Out&& out) {
  const detail::lease<tape<detail::base_t<X>>> t;
  return gradient_into(*t, f, x, out);
}

/// The value of f at x and the adjoint of x for the seed w: w^T J. Shapes: w as f's result (the same number
/// of reals), the adjoint as x. Throws shape_error for a w of another size.
///
///   auto [y, a] = dad::vjp(f, x, w);
template <class F, class X, class W>
auto vjp(const F& f, const X& x, const W& w) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  const detail::lease<tape<B>> t;
  detail::recorded<F, X, B> recording(*t, f, x, detail::unseeded{});
  const auto ys = recording.outputs();
  const auto row = recording.sweep(ys, detail::reals_of<B>(w, ys.size(), "seed w of vjp"));
  auto value = detail::plain_result<typename decltype(recording)::S>(recording.result());
  auto adjoint = detail::structured_like<B>(x, row);
  return value_adjoint<decltype(value), decltype(adjoint)>{std::move(value), std::move(adjoint)};
}

}  // namespace dad
