// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// f recorded once at a point, and products of its Hessian there with many directions.

#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include <dad/core/list.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/recorded.hpp>
#include <dad/reverse/second_order.hpp>

namespace dad::detail {

/// The rows of V are directions: it is a matrix, and the point is none of its kind.
template <class X, class V>
inline constexpr bool are_directions = is_matrix<V> && !std::is_same_v<X, V>;

/// Throws shape_error unless each has as many components as expected.
template <class V>
void check_directions(const V& v, std::size_t expected) {
  if (v.rows() > 0 && v.cols() != expected)
    raise<shape_error>("dad: directions V of hvp have %zu columns, expected %zu", std::size_t(v.cols()),
                       expected);
}

/// The way of a point in double: f is called once, on a tape over a tape, and every direction after that is a
/// lane of a sweep. Where part of f is left to the sweep (rules and checkpoints), the gradient is recorded
/// instead, and every product is a sweep over that.
template <class... Lazy>
class hessian_products_if_used {
 public:
  /// Calls f. Gives its value.
  template <class F, class X>
  double record(const F& f, const X& x) {
    const lease<tape<var<double>>> outer;
    clear();
    const auto active = inner_.activate();
    const auto seeded = [this](double value, std::size_t) {
      var<double> u(value);
      inner_.input(u);
      return u;
    };
    recorded<F, X, var<double>> recording(*outer, f, x, seeded);
    using S = var<var<double>>;
    using Y = typename decltype(recording)::result_type;
    check_scalar_result<Y>();
    static_assert(
        std::is_same_v<Y, S> || arithmetic<Y>,
        "dad: a second derivative inside another derivative needs a point of the outer scalar type");
    const S y(recording.result());
    is_deferred_ = outer->has_deferred() || inner_.has_deferred();
    if (is_deferred_) {
      const auto row = recording.sweep(y);
      gradient_.assign(row.begin(), row.end());
    } else {
      sweeps_.write(*outer, inner_, y.index(), recording.input_count());
    }
    return y.value().value();
  }

  [[nodiscard]] std::size_t input_count() const noexcept {
    return is_deferred_ ? gradient_.size() : sweeps_.input_count();
  }
  [[nodiscard]] double gradient(std::size_t k) const {
    return is_deferred_ ? gradient_[k].value() : sweeps_.gradient(k);
  }

  /// Row r of the products is that of the Hessian with direction r, whose component k is direction(r, k).
  template <class Direction>
  void multiply(matrix& products, Direction&& direction) {
    if (is_deferred_) return sweep_gradient(products, direction);
    const std::size_t n = input_count();
    const lease<lane_slots> lanes;
    for (std::size_t first = 0, count = 0; first < products.rows(); first += count) {
      count = std::min(products.rows() - first, lane_slots::most_directions);
      sweeps_.begin_sweep(*lanes, count);
      for (std::size_t k = 0; k < n; ++k) {
        if (!sweeps_.is_nonlinear(k)) continue;
        double* const seed = sweeps_.seed(*lanes, k);
        for (std::size_t r = 0; r < count; ++r) seed[r] = direction(first + r, k);
      }
      sweeps_.sweep(*lanes);
      for (std::size_t k = 0; k < n; ++k) {
        const double* const product = sweeps_.product(*lanes, k);
        for (std::size_t r = 0; r < count; ++r) products(first + r, k) = product[r];
      }
    }
  }

  /// The Hessian, exactly symmetric, into a matrix of zeros. Inputs that only enter linearly cost nothing.
  void write_hessian(matrix& hessian);

  /// For a lease: gives back what deferred steps hold.
  [[nodiscard]] bool has_deferred() const noexcept { return is_deferred_; }
  void clear() {
    is_deferred_ = false;
    gradient_.clear();
    inner_.clear();
  }
  [[nodiscard]] std::size_t byte_count() const noexcept { return inner_.byte_count() + sweeps_.byte_count(); }

 private:
  template <class Direction>
  void sweep_gradient(matrix& products, Direction&& direction) {
    bool any_active = false;
    for (const var<double>& g : gradient_) any_active = any_active || g.is_active();
    std::vector<double> seeds(any_active ? gradient_.size() : 0);
    for (std::size_t r = 0; any_active && r < products.rows(); ++r) {
      for (std::size_t k = 0; k < seeds.size(); ++k) seeds[k] = direction(r, k);
      inner_.backward(gradient_, seeds);
      for (std::size_t k = 0; k < seeds.size(); ++k) products(r, k) = inner_.adjoints()[k + 1];
    }
  }

  bool is_deferred_ = false;
  second_order_if_used<Lazy...> sweeps_;
  tape<double> inner_;
  std::vector<var<double>> gradient_;  // on the inner tape, where parts are deferred
};
using hessian_products = hessian_products_if_used<>;

template <class... Lazy>
void hessian_products_if_used<Lazy...>::write_hessian(matrix& hessian) {
  const std::size_t n = input_count();
  if (is_deferred_) {
    inner_.backward_all(gradient_, [&](std::size_t i, auto adjoints) {
      for (std::size_t k = 0; k <= i; ++k) hessian(i, k) = hessian(k, i) = adjoints[k + 1];
    });
    return;
  }
  list<std::uint32_t> columns;
  for (std::size_t k = 0; k < n; ++k)
    if (sweeps_.is_nonlinear(k)) columns.push_back(static_cast<std::uint32_t>(k));
  const lease<lane_slots> lanes;
  for (std::size_t first = 0, count = 0; first < columns.size(); first += count) {
    count = std::min(columns.size() - first, lane_slots::most_directions);
    const std::uint32_t* const column = &columns[first];
    sweeps_.begin_sweep(*lanes, count);
    for (std::size_t c = 0; c < count; ++c) sweeps_.seed(*lanes, column[c])[c] = 1.0;
    sweeps_.sweep(*lanes);
    for (std::size_t at = first; at < columns.size(); ++at) {
      const std::size_t row = columns[at];
      const double* const product = sweeps_.product(*lanes, row);
      for (std::size_t c = 0; c < count && column[c] <= row; ++c)
        hessian(row, column[c]) = hessian(column[c], row) = product[c];
    }
  }
}

}  // namespace dad::detail
