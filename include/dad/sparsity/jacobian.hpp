// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Jacobians: by tangents in one direction for each colour of columns, by adjoints of one seed for each
// colour of rows, or some entries by these and the others by those; eight at once.

#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dad/driver/jacobian.hpp>
#include <dad/sparsity/elimination.hpp>
#include <dad/sparsity/plan.hpp>
#include <dad/sparsity/recorded_pattern.hpp>

namespace dad {

/// The places where the Jacobian of f may differ from zero on the branches that f takes at x. Shapes: outputs
/// x inputs. Throws tape_error where f reads a number out of its scalars.
template <class F, class X>
sparse_pattern jacobian_pattern(const F& f, const X& x) {
  detail::check_point<X>();
  detail::recording r;
  (void)detail::record_for_pattern(f, x, "sparse Jacobian", r);
  return detail::jacobian_pattern_of<>(r);
}

/// The Jacobian of f at many points: its pattern and colours are found once. Shapes: outputs x inputs, both
/// counted in the order of their reals. To be used by one thread at a time; a copy is independent of it.
///
/// Where f is short, a program stands for it at other points: f is pure, and is called for its value, and
/// again at x, where another value than at first is an error.
///
/// The parts of an evaluation can be used on their own, by others who share the work: row k of the compressed
/// Jacobian is its product with seed k, and depends on x and k alone.
///
///   auto plan = dad::sparse_jacobian_plan(f, x);
///   dad::sparse_matrix J = plan(x2);
///   plan.into(J, x3);                                // allocates nothing of its own
///   plan.compressed_into(rows, x, first, count);     // some seeds here, others elsewhere
///   J = plan.recover(all_rows);
template <class F, class X>
class jacobian_plan {
  static_assert(
      std::is_same_v<detail::base_t<X>, double>,
      "dad: a sparse Jacobian is of a point of plain numbers; inside another derivative use jacobian");

 public:
  /// Finds the pattern at x. Throws tape_error where f reads a number out of its scalars.
  jacobian_plan(F f, const X& x, const sparse_options& o) : f_(std::move(f)), options_(o) { find(x); }
  /// With a pattern that holds everywhere. Throws shape_error unless it has a column for each real of x.
  jacobian_plan(F f, const X& x, sparse_pattern pattern, const sparse_options& o)
      : f_(std::move(f)), options_(o) {
    detail::check_given_pattern(pattern, pattern.rows(), detail::real_count(x), base_.subject());
    base_.set(detail::compression::general(std::move(pattern), o.order, o.by));
  }

  [[nodiscard]] const sparse_pattern& pattern() const noexcept { return base_.compressed().pattern(); }
  [[nodiscard]] std::size_t colour_count() const noexcept { return base_.compressed().seed_count(); }
  /// The colours of columns, each of which is a direction of tangents, and of rows, each of which is a seed
  /// of adjoints.
  [[nodiscard]] std::size_t tangent_count() const noexcept { return column_colours().count; }
  [[nodiscard]] std::size_t adjoint_count() const noexcept { return row_colours().count; }
  /// Of each column, and of each row; `none` where it has no entries, or others have them. No colours at all
  /// where the other side has all.
  [[nodiscard]] const colouring& column_colours() const noexcept { return base_.compressed().columns(); }
  [[nodiscard]] const colouring& row_colours() const noexcept { return base_.compressed().rows(); }
  /// All entries are found by adjoints.
  [[nodiscard]] bool by_rows() const noexcept { return tangent_count() == 0 && adjoint_count() > 0; }
  /// The colour of each row where by_rows(), otherwise of each column.
  [[nodiscard]] const colouring& colours() const noexcept {
    return by_rows() ? row_colours() : column_colours();
  }

  /// The Jacobian at x. Throws shape_error for a point of another size and where f has another number of
  /// outputs than the pattern has rows, tape_error for a point that takes another branch.
  sparse_matrix operator()(const X& x) {
    sparse_matrix jacobian;
    into(jacobian, x);
    return jacobian;
  }
  auto value_and_jacobian(const X& x) {
    sparse_matrix jacobian;
    auto value = into(jacobian, x);
    return value_jacobian<decltype(value), sparse_matrix>{std::move(value), std::move(jacobian)};
  }
  /// The same into a matrix of an earlier call; returns the value of f.
  auto into(sparse_matrix& jacobian, const X& x) {
    if (const std::size_t branch = base_.first_left(x)) options_.replans ? find(x) : base_.throw_left(branch);
    if (witness_.has_changed([this](const auto& at) { return this->value_at(at); }))
      options_.replans ? find(x) : base_.throw_changed("eliminates");
    if (!program_.empty()) {
      if (!(jacobian.pattern() == pattern())) jacobian = sparse_matrix(pattern());
      program_.evaluate(base_.row(x), jacobian);
      return value_at(x);
    }
    rows_.resize(base_.compressed().size());
    auto value = evaluate(x, 0, colour_count(), rows_.data());
    base_.compressed().recover(rows_, jacobian);
    return value;
  }

  /// The multiplications that the entries take beside those of f itself, where f is so short that its
  /// Jacobian is a program in which operations are eliminated one by one; 0 where it is not.
  [[nodiscard]] std::size_t multiplication_count() const noexcept { return program_.multiplication_count(); }

  /// Whether f takes the plan's branches at x.
  [[nodiscard]] bool holds_at(const X& x) { return base_.first_left(x) == 0; }

  /// The rows of the compressed Jacobian, one for each seed, those of tangents first, and their entries: as
  /// many as the longest needs.
  [[nodiscard]] std::size_t seed_count() const noexcept { return colour_count(); }
  [[nodiscard]] std::size_t row_size() const noexcept { return base_.compressed().row_size(); }
  /// Rows [first, first + count) at x, one behind the other; returns the value of f. Up to eight seeds share
  /// an evaluation. Throws as operator(), and never makes the plan anew.
  auto compressed_into(std::span<double> rows, const X& x, std::size_t first, std::size_t count) {
    base_.check_rows(first, count, rows.size());
    if (const std::size_t branch = base_.first_left(x)) base_.throw_left(branch);
    return evaluate(x, first, count, rows.data());
  }
  /// The Jacobian from all rows of the compressed one, one behind the other.
  [[nodiscard]] sparse_matrix recover(std::span<const double> compressed) const {
    sparse_matrix jacobian;
    recover_into(jacobian, compressed);
    return jacobian;
  }
  void recover_into(sparse_matrix& jacobian, std::span<const double> compressed) const {
    base_.compressed().recover(compressed, jacobian);
  }

  /// Compares the Jacobian's products with random directions at x, by its entries in the pattern and without
  /// a pattern. Throws shape_error if an entry that is not zero is missing in the pattern.
  void check(const X& x) {
    const sparse_matrix jacobian = (*this)(x);
    const std::size_t n = jacobian.cols();
    detail::directions random;
    std::vector<double> direction(n * lanes), product(jacobian.rows() * lanes);
    for (double& v : direction) v = random.next();
    (void)push(x, [&](std::size_t k, std::size_t l) { return direction[l * n + k]; },
               {product.data(), jacobian.rows(), lanes});
    for (std::size_t l = 0; l < lanes; ++l)
      base_.check_product(jacobian, direction.data() + l * n, product.data() + l * jacobian.rows());
  }

 private:
  static constexpr std::size_t lanes = detail::jacobian_block;
  using S = dual<double, lanes, detail::level<F>>;
  using V = var<double>;
  using one_lane = dual<double, 1, detail::level<F>>;

  void find(const X& x) {
    detail::recording r;
    (void)detail::record_for_pattern(f_, x, base_.subject(), r);
    base_.set(detail::compression::general(detail::jacobian_pattern_of<>(r), options_.order, options_.by),
              detail::branches(r));
    program_ =
        options_.eliminates ? detail::eliminated_jacobian(r, pattern()) : detail::eliminated_jacobian();
    witness_.forget();
    if (!program_.empty()) witness_.meet(x, [this](const auto& at) { return this->value_at(at); });
  }

  // In duals, as f need not compile for plain numbers.
  template <class Point>
  auto value_at(const Point& x) {
    const auto y = detail::call(
        f_, (*values_).fill(x, [](const auto& leaf) { return one_lane(static_cast<double>(leaf)); }));
    return detail::plain_result<one_lane>(y);
  }

  void check_outputs(std::size_t count) const {
    if (count != pattern().rows())
      detail::raise<shape_error>(
          "dad: f has %zu outputs, expected %zu, one for each row of the pattern of a %s", count,
          pattern().rows(), base_.subject());
  }

  // Some tangents and then some adjoints; the value is that of the first.
  auto evaluate(const X& x, std::size_t first, std::size_t count, double* rows) {
    const std::size_t tangents = tangent_count(), size = row_size();
    const std::size_t pushed = first >= tangents ? 0 : std::min(count, tangents - first);
    const compressed_part swept_rows{rows + pushed * size, size, count - pushed};
    if (pushed == 0 && adjoint_count() > 0) return sweep(x, first - tangents, swept_rows);
    auto value = push_seeds(x, first, {rows, size, pushed});
    if (pushed < count) (void)sweep(x, 0, swept_rows);
    return value;
  }

  /// Rows of the compressed Jacobian, so many, one every so many numbers.
  struct compressed_part {
    double* rows;
    std::size_t stride;
    std::size_t count;

    // The first `size` numbers of a row are written.
    void fill_up(std::size_t size) const {
      for (std::size_t k = 0; k < count; ++k)
        std::fill(rows + k * stride + size, rows + (k + 1) * stride, 0.0);
    }
  };

  // At least one evaluation, for the value.
  auto push_seeds(const X& x, std::size_t first, const compressed_part& out) {
    const std::size_t* const colours = column_colours().colours.data();
    for (std::size_t done = 0;; done += lanes) {
      const std::size_t left = out.count - done;
      auto value =
          push(x, [&](std::size_t k, std::size_t l) { return colours[k] == first + done + l ? 1.0 : 0.0; },
               {out.rows + done * out.stride, out.stride, std::min(left, lanes)});
      if (left <= lanes) return value;
    }
  }

  // The tangents along up to `lanes` directions, whose reals are tangent(k, l).
  template <class Tangent>
  auto push(const X& x, Tangent&& tangent, const compressed_part& out) {
    std::size_t k = 0;
    const auto y = detail::call(f_, (*duals_).fill(x, [&](const auto& leaf) {
      S s(static_cast<double>(leaf));
      for (std::size_t l = 0; l < out.count; ++l) s.tangent(l) = tangent(k, l);
      ++k;
      return s;
    }));
    detail::check_result<F, std::remove_cvref_t<decltype(y)>>();
    const std::size_t size = detail::real_count(y);
    check_outputs(size);
    std::size_t i = 0;
    detail::for_each_real(y, [&](const auto& leaf) {
      for (std::size_t l = 0; l < out.count; ++l)
        out.rows[l * out.stride + i] = static_cast<double>(detail::tangent_at<S>(leaf, l));
      ++i;
    });
    out.fill_up(size);
    return detail::plain_result<S>(y);
  }

  // The adjoints of the sum of the outputs of each colour.
  auto sweep(const X& x, std::size_t first, const compressed_part& out) {
    detail::recorded<F, X, double> recording(*tape_, f_, x, detail::unseeded{});
    check_outputs(detail::real_count(recording.result()));
    (*sums_).assign(out.count, V(0.0));
    const std::size_t* colour = row_colours().colours.data();
    detail::for_each_real(recording.result(), [&](const auto& leaf) {
      const std::size_t k = *colour++;
      if (k != colouring::none && k >= first && k - first < out.count) (*sums_)[k - first] += V(leaf);
    });
    const std::size_t size = pattern().cols();
    (*tape_).backward_all(*sums_, [&](std::size_t k, const auto& adjoints) {
      for (std::size_t j = 0; j < size; ++j) out.rows[k * out.stride + j] = adjoints[j + 1];
    });
    out.fill_up(size);
    return detail::plain_result<V>(recording.result());
  }

  F f_;
  sparse_options options_;
  detail::plan_base base_{"sparse Jacobian"};
  detail::eliminated_jacobian program_;
  detail::witness<X> witness_;
  detail::list<double> rows_;
  detail::own_memory<detail::point_memory<rebind_t<X, one_lane>>> values_;
  detail::own_memory<detail::point_memory<rebind_t<X, S>>> duals_;
  detail::own_memory<tape<double>> tape_;
  detail::own_memory<std::vector<V>> sums_;
};

/// Finds the pattern of the Jacobian of f at x, or takes the one that is given, and colours its columns or
/// rows.
///
///   auto plan = dad::sparse_jacobian_plan(f, x);
template <class F, class X>
jacobian_plan<F, X> sparse_jacobian_plan(const F& f, const X& x, const sparse_options& o = {}) {
  detail::check_point<X>();
  return {f, x, o};
}
template <class F, class X>
jacobian_plan<F, X> sparse_jacobian_plan(const F& f, const X& x, sparse_pattern pattern,
                                         const sparse_options& o = {}) {
  detail::check_point<X>();
  return {f, x, std::move(pattern), o};
}

/// The value of f at x, and its Jacobian as a sparse matrix. Shapes: outputs x inputs. Throws tape_error
/// where f reads a number out of its scalars: give the pattern.
template <class F, class X, class... Pattern>
auto value_and_sparse_jacobian(const F& f, const X& x, const Pattern&... pattern) {
  return sparse_jacobian_plan(f, x, pattern...).value_and_jacobian(x);
}

/// The Jacobian alone, its pattern found or given.
///
///   dad::sparse_matrix J = dad::sparse_jacobian(f, x);
template <class F, class X, class... Pattern>
sparse_matrix sparse_jacobian(const F& f, const X& x, const Pattern&... pattern) {
  return value_and_sparse_jacobian(f, x, pattern...).jacobian;
}

}  // namespace dad
