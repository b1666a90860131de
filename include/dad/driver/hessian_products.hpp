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
      for (std::size_t k = 0; k < recording.input_count(); ++k)
        if (sweeps_.is_nonlinear(k)) nonlinear_.push_back(static_cast<std::uint32_t>(k));
    }
    return y.value().value();
  }

  [[nodiscard]] std::size_t input_count() const noexcept {
    return is_deferred_ ? gradient_.size() : sweeps_.input_count();
  }
  [[nodiscard]] double gradient(std::size_t k) const {
    return is_deferred_ ? gradient_[k].value() : sweeps_.gradient(k);
  }

  /// Row r of the products is that of the Hessian with direction r, whose component k is direction(r, k). A
  /// direction by itself is swept in single numbers, unless there are to be more lanes: then a product has
  /// the same bits whatever it is asked for with.
  template <class Direction>
  void multiply(matrix& products, Direction&& direction, std::size_t least_lanes = 1) {
    const lease<lane_slots> lanes;
    multiply(*lanes, products, direction, least_lanes);
  }
  template <class Direction>
  void multiply(lane_slots& lanes, matrix& products, Direction&& direction, std::size_t least_lanes = 1) {
    if (is_deferred_) return sweep_gradient(products, direction);
    const std::size_t n = input_count();
    for (std::size_t first = 0, count = 0; first < products.rows(); first += count) {
      count = std::min(products.rows() - first, lane_slots::most_directions);
      sweeps_.begin_sweep(lanes, std::max(count, least_lanes));
      for (std::size_t k = 0; k < n; ++k) {
        if (!sweeps_.is_nonlinear(k)) continue;
        double* const seed = sweeps_.seed(lanes, k);
        for (std::size_t r = 0; r < count; ++r) seed[r] = direction(first + r, k);
      }
      sweeps_.sweep(lanes);
      for (std::size_t k = 0; k < n; ++k) {
        const double* const product = sweeps_.product(lanes, k);
        for (std::size_t r = 0; r < count; ++r) products(first + r, k) = product[r];
      }
    }
  }

  /// The Hessian, exactly symmetric, into a matrix of zeros. Inputs that only enter linearly cost nothing.
  void write_hessian(matrix& hessian) {
    for (std::size_t b = 0; b < block_count(); ++b)
      compute_block(
          b, [&](std::size_t i, std::size_t j, double entry) { hessian(i, j) = hessian(j, i) = entry; });
  }

  /// The same in blocks, each a sweep, that can be computed apart: take(row, column, entry) for the entries
  /// of a block, which are in the lower triangle.
  [[nodiscard]] std::size_t block_count() const noexcept {
    return (line_count() + lines_of_a_block() - 1) / lines_of_a_block();
  }
  template <class Take>
  void compute_block(std::size_t block, Take&& take) {
    const lease<lane_slots> lanes;
    compute_block(block, *lanes, take);
  }
  template <class Take>
  void compute_block(std::size_t block, lane_slots& lanes, Take&& take);
  /// How many there are.
  [[nodiscard]] std::size_t entry_count(std::size_t block) const noexcept {
    const std::size_t first = block * lines_of_a_block();
    const std::size_t count = std::min(line_count() - first, lines_of_a_block());
    return count * (count + 1) / 2 + count * (is_deferred_ ? first : line_count() - first - count);
  }
  /// take(row, column, line) in the same order: line is that of the block in which the entry is found.
  template <class Take>
  void for_each_entry(std::size_t block, Take&& take) const;

  /// For a lease: gives back what deferred steps hold.
  [[nodiscard]] bool has_deferred() const noexcept { return is_deferred_; }
  void clear() {
    is_deferred_ = false;
    gradient_.clear();
    nonlinear_.clear();
    inner_.clear();
  }
  [[nodiscard]] std::size_t byte_count() const noexcept { return inner_.byte_count() + sweeps_.byte_count(); }

 private:
  // The rows, or where f is swept the columns that are not zero, and how many of them a sweep takes.
  [[nodiscard]] std::size_t line_count() const noexcept {
    return is_deferred_ ? gradient_.size() : nonlinear_.size();
  }
  [[nodiscard]] std::size_t lines_of_a_block() const noexcept {
    return is_deferred_ ? 8 : lane_slots::most_directions;
  }

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
  list<std::uint32_t> nonlinear_;  // inputs
  tape<double> inner_;
  std::vector<var<double>> gradient_;  // on the inner tape, where parts are deferred
};
using hessian_products = hessian_products_if_used<>;

template <class... Lazy>
template <class Take>
void hessian_products_if_used<Lazy...>::for_each_entry(std::size_t block, Take&& take) const {
  const std::size_t first = block * lines_of_a_block();
  const std::size_t count = std::min(line_count() - first, lines_of_a_block());
  if (is_deferred_) {
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k <= first + i; ++k) take(first + i, k, i);
    return;
  }
  const std::uint32_t* const column = &nonlinear_[first];
  // In tiles: so both an entry and its mirror image are written next to others.
  static constexpr std::size_t tile = 16;
  for (std::size_t begin = first; begin < nonlinear_.size(); begin += tile)
    for (std::size_t c = 0; c < count; ++c)
      for (std::size_t at = std::max(begin, first + c); at < std::min(begin + tile, nonlinear_.size()); ++at)
        take(nonlinear_[at], column[c], c);
}

template <class... Lazy>
template <class Take>
void hessian_products_if_used<Lazy...>::compute_block(std::size_t block, lane_slots& lanes, Take&& take) {
  const std::size_t first = block * lines_of_a_block();
  const std::size_t count = std::min(line_count() - first, lines_of_a_block());
  if (is_deferred_) {
    const auto begin = gradient_.begin() + static_cast<std::ptrdiff_t>(first);
    inner_.backward_all(std::vector<var<double>>(begin, begin + static_cast<std::ptrdiff_t>(count)),
                        [&](std::size_t i, auto adjoints) {
                          for (std::size_t k = 0; k <= first + i; ++k) take(first + i, k, adjoints[k + 1]);
                        });
    return;
  }
  // One sweep for all of it has few zeros to leave out.
  block_count() == 1 ? sweeps_.begin_sweep(lanes, count) : sweeps_.begin_unit_sweep(lanes, count);
  for (std::size_t c = 0; c < count; ++c) sweeps_.set_unit(lanes, nonlinear_[first + c], c);
  sweeps_.sweep(lanes);
  for_each_entry(block, [&](std::size_t row, std::size_t column, std::size_t c) {
    take(row, column, sweeps_.product(lanes, row)[c]);
  });
}

}  // namespace dad::detail
