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
#include <dad/driver/symmetric_block.hpp>
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

  /// The Hessian, exactly symmetric. Inputs that only enter linearly cost nothing.
  [[nodiscard]] matrix hessian() {
    matrix whole = room();
    const lease<lane_slots> lanes;
    for (std::size_t b = 0; b < block_count(); ++b) write_block(b, *lanes, whole);
    return whole;
  }

  /// The same in blocks, each a sweep, that can be computed apart: a matrix, in which what no block writes is
  /// zero, and how many there are.
  [[nodiscard]] matrix room() const {
    const std::size_t n = input_count();
    return line_count() == n ? matrix(unwritten{}, n, n) : matrix(n, n);
  }
  [[nodiscard]] std::size_t block_count() const noexcept {
    return (line_count() + lines_of_a_block() - 1) / lines_of_a_block();
  }
  void write_block(std::size_t block, lane_slots& lanes, matrix& hessian);
  /// Its numbers one after the other: how many, to compute them, and to bring them to their place.
  [[nodiscard]] std::size_t number_count(std::size_t block) const noexcept;
  void compute_block(std::size_t block, lane_slots& lanes, double* numbers);
  void place_block(std::size_t block, const double* numbers, matrix& hessian) const;

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
  struct range {
    std::size_t first, count;
  };
  // The later its lines, the less a block costs, as fewer rows are wanted. Blocks
  // next to each other have lines far apart, in the order of van der Corput, that of numbers whose bits are
  // reversed: equal shares cost about the same.
  [[nodiscard]] range lines_of(std::size_t block) const noexcept {
    const std::size_t count = block_count();
    std::size_t half = 1, place = 0;
    while (2 * half < count) half *= 2;
    while (block > 0) {
      std::size_t bit = half;
      for (; (place & bit) != 0; bit /= 2) place -= bit;
      place += bit;
      if (place < count) --block;
    }
    const std::size_t first = place * lines_of_a_block();
    return {first, std::min(line_count() - first, lines_of_a_block())};
  }
  // Where f is swept: the columns of a block from the diagonal down; and a sweep, which gives their rows.
  [[nodiscard]] symmetric_block columns_of(std::size_t block) const noexcept {
    const auto [first, count] = lines_of(block);
    return {{nonlinear_.data(), nonlinear_.size()}, first, count};
  }
  auto sweep_block(std::size_t block, lane_slots& lanes);
  // The number of a line's sweep, and the last that wants its row: rows above its columns' diagonal a block
  // does not. Where blocks are many, neighbours share a number.
  [[nodiscard]] std::uint8_t sweep_of(std::size_t line) const noexcept {
    return flat_sweep::number_of(line / lines_of_a_block(), block_count());
  }
  void find_parts();
  // Where the gradient is: rows up to the diagonal.
  void sweep_gradient_rows(std::size_t block, double* numbers);

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
auto hessian_products_if_used<Lazy...>::sweep_block(std::size_t block, lane_slots& lanes) {
  const auto [first, count] = lines_of(block);
  if (block_count() == 1) {  // few zeros to leave out, and all rows
    sweeps_.begin_sweep(lanes, count);
  } else {
    find_parts();
    sweeps_.begin_unit_sweep(lanes, count);
  }
  for (std::size_t c = 0; c < count; ++c) sweeps_.set_unit(lanes, nonlinear_[first + c], c);
  sweeps_.sweep(lanes, sweep_of(first));
  return [this, &lanes](std::size_t i) { return sweeps_.product(lanes, nonlinear_[i]); };
}
template <class... Lazy>
void hessian_products_if_used<Lazy...>::find_parts() {
  static constexpr std::size_t worthwhile = 4;  // blocks: it costs as much as a third of a sweep
  if (sweeps_.has_parts() || block_count() < worthwhile) return;
  list<std::uint8_t> numbers(input_count(), 0);
  for (std::size_t i = 0; i < line_count(); ++i) numbers[nonlinear_[i]] = sweep_of(i);
  sweeps_.find_parts({numbers.data(), numbers.size()});
}
template <class... Lazy>
void hessian_products_if_used<Lazy...>::sweep_gradient_rows(std::size_t block, double* numbers) {
  const auto [first, count] = lines_of(block);
  const auto begin = gradient_.begin() + static_cast<std::ptrdiff_t>(first);
  const std::size_t from = first;
  inner_.backward_all(std::vector<var<double>>(begin, begin + static_cast<std::ptrdiff_t>(count)),
                      [&](std::size_t i, auto adjoints) {
                        for (std::size_t k = 0; k <= from + i; ++k) *numbers++ = adjoints[k + 1];
                      });
}

template <class... Lazy>
std::size_t hessian_products_if_used<Lazy...>::number_count(std::size_t block) const noexcept {
  if (!is_deferred_) return columns_of(block).size();
  const auto [first, count] = lines_of(block);
  return count * first + count * (count + 1) / 2;
}
template <class... Lazy>
void hessian_products_if_used<Lazy...>::write_block(std::size_t block, lane_slots& lanes, matrix& hessian) {
  if (!is_deferred_) return columns_of(block).place_rows(hessian, sweep_block(block, lanes));
  list<double> numbers;
  compute_block(block, lanes, numbers.extend(number_count(block)));
  place_block(block, numbers.data(), hessian);
}
template <class... Lazy>
void hessian_products_if_used<Lazy...>::compute_block(std::size_t block, lane_slots& lanes, double* numbers) {
  is_deferred_ ? sweep_gradient_rows(block, numbers)
               : columns_of(block).copy(numbers, sweep_block(block, lanes));
}
template <class... Lazy>
void hessian_products_if_used<Lazy...>::place_block(std::size_t block, const double* numbers,
                                                    matrix& hessian) const {
  if (!is_deferred_) return columns_of(block).place(hessian, numbers);
  const auto [first, count] = lines_of(block);
  for (std::size_t i = first; i < first + count; ++i)
    for (std::size_t k = 0; k <= i; ++k) hessian(i, k) = hessian(k, i) = *numbers++;
}

}  // namespace dad::detail
