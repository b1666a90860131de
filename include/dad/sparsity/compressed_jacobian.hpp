// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The rows of a compressed Jacobian at a point: tangents along the columns of a colour, and adjoints of the
// rows of one.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/driver/jacobian.hpp>
#include <dad/sparsity/plan.hpp>

namespace dad::detail {

/// So many rows, one every so many numbers.
struct compressed_part {
  double* rows;
  std::size_t stride;
  std::size_t count;

  [[nodiscard]] compressed_part from(std::size_t first) const noexcept {
    return {rows + first * stride, stride, count - first};
  }
  [[nodiscard]] compressed_part first(std::size_t most) const noexcept {
    return {rows, stride, std::min(count, most)};
  }
  /// Zeros behind the first `size` numbers of each.
  void fill_up(std::size_t size) const {
    for (std::size_t k = 0; k < count; ++k)
      for (std::size_t i = size; i < stride; ++i) rows[k * stride + i] = 0.0;
  }
};

/// The memory of evaluations of f, each of which gives the value of f.
template <class F, class X>
class compressed_jacobian {
 public:
  static constexpr std::size_t lanes = jacobian_block;

  /// In duals, as f need not compile for plain numbers.
  template <class Point>
  auto value_at(const F& f, const Point& x) {
    const auto y =
        call(f, (*values_).fill(x, [](const auto& leaf) { return one_lane(static_cast<double>(leaf)); }));
    return plain_result<one_lane>(y);
  }

  /// The rows of seeds [first, first + count): some tangents and then some adjoints; the value is that of the
  /// first.
  auto seeds_into(double* rows, const F& f, const X& x, const compression& c, std::size_t first,
                  std::size_t count) {
    const compressed_part all{rows, c.row_size(), count};
    const std::size_t tangents = c.columns().count;
    const std::size_t pushed = first >= tangents ? 0 : std::min(count, tangents - first);
    if (pushed == 0 && c.rows().count > 0) return adjoints_into(all, f, x, c, first - tangents);
    auto value = passes_into(all.first(pushed), f, x, c, first);
    if (pushed < count) (void)adjoints_into(all.from(pushed), f, x, c, 0);
    return value;
  }

  /// The tangents along up to `lanes` directions, whose reals are tangent(k, l).
  template <class Tangent>
  auto tangents_into(const compressed_part& out, const F& f, const X& x, const sparse_pattern& pattern,
                     Tangent&& tangent) {
    std::size_t k = 0;
    const auto y = call(f, (*duals_).fill(x, [&](const auto& leaf) {
      S s(static_cast<double>(leaf));
      for (std::size_t l = 0; l < out.count; ++l) s.tangent(l) = tangent(k, l);
      ++k;
      return s;
    }));
    check_result<F, std::remove_cvref_t<decltype(y)>>();
    check_outputs(real_count(y), pattern);
    std::size_t i = 0;
    for_each_real(y, [&](const auto& leaf) {
      for (std::size_t l = 0; l < out.count; ++l)
        out.rows[l * out.stride + i] = static_cast<double>(tangent_at<S>(leaf, l));
      ++i;
    });
    out.fill_up(i);
    return plain_result<S>(y);
  }

 private:
  using S = dual<double, lanes, level<F>>;
  using V = var<double>;
  using one_lane = dual<double, 1, level<F>>;

  static void check_outputs(std::size_t count, const sparse_pattern& pattern) {
    if (count != pattern.rows())
      raise<shape_error>(
          "dad: f has %zu outputs, expected %zu, one for each row of the pattern of a sparse Jacobian", count,
          pattern.rows());
  }

  // At least one evaluation, for the value.
  auto passes_into(const compressed_part& out, const F& f, const X& x, const compression& c,
                   std::size_t first) {
    const std::size_t* const colours = c.columns().colours.data();
    for (std::size_t done = 0;; done += lanes) {
      auto value = tangents_into(
          out.from(done).first(lanes), f, x, c.pattern(),
          [&](std::size_t k, std::size_t l) { return colours[k] == first + done + l ? 1.0 : 0.0; });
      if (out.count - done <= lanes) return value;
    }
  }

  // Of the sum of the outputs of each colour.
  auto adjoints_into(const compressed_part& out, const F& f, const X& x, const compression& c,
                     std::size_t first) {
    recorded<F, X, double> recording(*tape_, f, x, unseeded{});
    check_outputs(real_count(recording.result()), c.pattern());
    (*sums_).assign(out.count, V(0.0));
    const std::size_t* colour = c.rows().colours.data();
    for_each_real(recording.result(), [&](const auto& leaf) {
      const std::size_t k = *colour++;
      if (k != colouring::none && k >= first && k - first < out.count) (*sums_)[k - first] += V(leaf);
    });
    const std::size_t size = c.pattern().cols();
    (*tape_).backward_all(*sums_, [&](std::size_t k, const auto& adjoints) {
      for (std::size_t j = 0; j < size; ++j) out.rows[k * out.stride + j] = adjoints[j + 1];
    });
    out.fill_up(size);
    return plain_result<V>(recording.result());
  }

  own_memory<point_memory<rebind_t<X, one_lane>>> values_;
  own_memory<point_memory<rebind_t<X, S>>> duals_;
  own_memory<tape<double>> tape_;
  own_memory<std::vector<V>> sums_;
};

}  // namespace dad::detail
