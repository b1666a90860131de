// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Hessians: by products with one direction for each colour, forward over reverse, several at once.

#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dad/driver/hessian.hpp>
#include <dad/sparsity/plan.hpp>
#include <dad/sparsity/recorded_pattern.hpp>
#include <dad/sparsity/summed_hessian.hpp>

namespace dad {

namespace detail {

/// Records f, which returns a scalar, at x.
template <class F, class X>
void record_for_hessian(const F& f, const X& x, recording& into) {
  using Y = decltype(record_for_pattern(f, x, "sparse Hessian", into));
  static_assert(number<Y>,
                "dad: a Hessian is of an f that returns a scalar; use sparse_jacobian for other results");
  if constexpr (number<Y>) (void)record_for_pattern(f, x, "sparse Hessian", into);
}

}  // namespace detail

/// The places where the Hessian of f, which returns a scalar, may differ from zero on the branches that f
/// takes at x. Throws tape_error where f reads a number out of its scalars.
template <class F, class X>
sparse_pattern hessian_pattern(const F& f, const X& x) {
  detail::check_point<X>();
  detail::recording r;
  detail::record_for_hessian(f, x, r);
  return detail::interactions(r).pattern();
}

/// The Hessian of f, which returns a scalar, at many points: its pattern and colours are found once. Shapes:
/// n x n for the n reals of a point in order. To be used by one thread at a time; a copy is independent of
/// it.
///
/// Where f is a sum of many terms of few forms, their programs stand for it at other points: f is pure, and
/// is called for its value, and again at x, where another value than at first is an error.
///
/// The parts of an evaluation can be used on their own, by others who share the work: row k of the compressed
/// Hessian is its product with seed k, and depends on x and k alone.
///
///   auto plan = dad::sparse_hessian_plan(f, x);
///   dad::sparse_matrix H = plan(x2);
///   plan.into(H, x3);                                // allocates nothing of its own
///   plan.compressed_into(rows, x, first, count);     // some seeds here, others elsewhere
///   H = plan.recover(all_rows);
template <class F, class X>
class hessian_plan {
  static_assert(
      std::is_same_v<detail::base_t<X>, double>,
      "dad: a sparse Hessian is of a point of plain numbers; inside another derivative use hessian");

 public:
  /// Finds the pattern at x. Throws tape_error where f reads a number out of its scalars.
  hessian_plan(F f, const X& x, const sparse_options& o) : f_(std::move(f)), options_(o) { find(x); }
  /// With a pattern that holds everywhere. Throws shape_error unless it is symmetric and has a row for each
  /// real of x.
  hessian_plan(F f, const X& x, sparse_pattern pattern, const sparse_options& o)
      : f_(std::move(f)), options_(o) {
    const std::size_t n = detail::real_count(x);
    detail::check_given_pattern(pattern, n, n, base_.subject());
    base_.set(detail::compression::symmetric(std::move(pattern), o.order));
  }

  [[nodiscard]] const sparse_pattern& pattern() const noexcept { return base_.compressed().pattern(); }
  [[nodiscard]] std::size_t colour_count() const noexcept { return base_.compressed().columns().count; }
  /// The colour of each column.
  [[nodiscard]] const colouring& colours() const noexcept { return base_.compressed().columns(); }

  /// The Hessian at x. Throws shape_error for a point of another size, tape_error for one that takes another
  /// branch.
  sparse_matrix operator()(const X& x) { return value_and_hessian(x).hessian; }
  value_hessian<double, sparse_matrix> value_and_hessian(const X& x) {
    value_hessian<double, sparse_matrix> result{0, sparse_matrix()};
    result.value = into(result.hessian, x);
    return result;
  }
  /// The same into a matrix of an earlier call; returns the value of f.
  double into(sparse_matrix& hessian, const X& x) {
    if (const std::size_t branch = base_.first_left(x)) options_.replans ? find(x) : base_.throw_left(branch);
    if (witness_.has_changed([this](const auto& at) { return this->value_at(at); }))
      options_.replans ? find(x) : base_.throw_changed("splits_sums");
    if (!sum_.empty()) {
      if (!(hessian.pattern() == pattern())) hessian = sparse_matrix(pattern());
      sum_.evaluate(base_.row(x), hessian);
      return value_at(x);
    }
    rows_.resize(base_.compressed().size());
    const double value = evaluate(x, 0, colour_count(), rows_.data());
    base_.compressed().recover(rows_, hessian);
    return value;
  }

  /// The forms of the terms of f, where it is a sum of many terms of few forms: then each form's Hessian is a
  /// program that is replayed over its terms, and the colours are for those who ask for compressed rows. 0
  /// where it is not.
  [[nodiscard]] std::size_t form_count() const noexcept { return sum_.form_count(); }

  /// Whether f takes the plan's branches at x.
  [[nodiscard]] bool holds_at(const X& x) { return base_.first_left(x) == 0; }

  /// The rows of the compressed Hessian, one for each seed, and their entries.
  [[nodiscard]] std::size_t seed_count() const noexcept { return colour_count(); }
  [[nodiscard]] std::size_t row_size() const noexcept { return base_.compressed().row_size(); }
  /// Rows [first, first + count) at x, one behind the other; returns the value of f. Up to
  /// eight seeds share an evaluation, four of a plan that has no more. Throws as operator(), and never makes
  /// the plan anew.
  double compressed_into(std::span<double> rows, const X& x, std::size_t first, std::size_t count) {
    base_.check_rows(first, count, rows.size());
    if (const std::size_t branch = base_.first_left(x)) base_.throw_left(branch);
    return evaluate(x, first, count, rows.data());
  }
  /// The Hessian from all rows of the compressed one, one behind the other.
  [[nodiscard]] sparse_matrix recover(std::span<const double> compressed) const {
    sparse_matrix hessian;
    recover_into(hessian, compressed);
    return hessian;
  }
  void recover_into(sparse_matrix& hessian, std::span<const double> compressed) const {
    base_.compressed().recover(compressed, hessian);
  }

  /// Compares the Hessian's products with random directions at x, by its entries in the pattern and without
  /// a pattern. Throws shape_error if an entry that is not zero is missing in the pattern.
  void check(const X& x) {
    const sparse_matrix hessian = (*this)(x);
    const std::size_t n = hessian.rows();
    detail::directions random;
    std::vector<double> direction(n * few), product(n);
    for (double& v : direction) v = random.next();
    with_products(
        few_, x, [&](std::size_t k, std::size_t l) { return direction[l * n + k]; },
        [&](double, const auto& row) {
          for (std::size_t l = 0; l < few; ++l) {
            for (std::size_t k = 0; k < n; ++k) product[k] = row[k].tangent(l);
            base_.check_product(hessian, direction.data() + l * n, product.data());
          }
        });
  }

 private:
  template <std::size_t N>
  using lanes = dual<double, N, detail::level<F>>;
  // How many directions share an evaluation is a matter of the plan, not of the seeds asked for, so that the
  // same bits come out wherever a row is computed.
  static constexpr std::size_t few = 4, many = 8;

  void find(const X& x) {
    detail::recording r;
    detail::record_for_hessian(f_, x, r);
    base_.set(detail::compression::symmetric(detail::interactions(r).pattern(), options_.order),
              detail::branches(r));
    sum_ = options_.splits_sums ? detail::summed_hessian(r, pattern()) : detail::summed_hessian();
    witness_.forget();
    if (!sum_.empty()) witness_.meet(x, [this](const auto& at) { return this->value_at(at); });
  }

  // In duals, as f need not compile for plain numbers.
  template <class Point>
  double value_at(const Point& x) {
    return static_cast<double>(dad::value(detail::call(
        f_, (*values_).fill(x, [](const auto& leaf) { return lanes<1>(static_cast<double>(leaf)); }))));
  }

  // use(value, row) with row[k].tangent(l) the product with a direction, whose reals are tangent(k, l).
  template <std::size_t N, class Tangent, class Use>
  void with_products(detail::own_memory<tape<lanes<N>>>& t, const X& x, Tangent&& tangent, Use&& use) {
    const auto seeded = [&](double value, std::size_t k) {
      lanes<N> s(value);
      for (std::size_t l = 0; l < N; ++l) s.tangent(l) = tangent(k, l);
      return s;
    };
    detail::with_dual_gradient(*t, f_, x, seeded, use);
  }

  double evaluate(const X& x, std::size_t first, std::size_t count, double* rows) {
    if (seed_count() <= few) return evaluate_in<few>(few_, x, first, count, rows);
    return evaluate_in<many>(many_, x, first, count, rows);
  }
  // At least one evaluation, for the value.
  template <std::size_t N>
  double evaluate_in(detail::own_memory<tape<lanes<N>>>& t, const X& x, std::size_t first, std::size_t count,
                     double* rows) {
    const std::size_t* const colours = base_.compressed().columns().colours.data();
    const std::size_t n = row_size();
    double value = 0;
    std::size_t done = 0;
    do {
      with_products(
          t, x, [&](std::size_t k, std::size_t l) { return colours[k] == first + done + l ? 1.0 : 0.0; },
          [&](double y, const auto& row) {
            value = y;
            for (std::size_t l = 0; l < N && done + l < count; ++l)
              for (std::size_t k = 0; k < n; ++k) rows[(done + l) * n + k] = row[k].tangent(l);
          });
      done += N;
    } while (done < count);
    return value;
  }

  F f_;
  sparse_options options_;
  detail::plan_base base_{"sparse Hessian"};
  detail::summed_hessian sum_;
  detail::witness<X> witness_;
  detail::list<double> rows_;
  detail::own_memory<detail::point_memory<rebind_t<X, lanes<1>>>> values_;
  detail::own_memory<tape<lanes<few>>> few_;
  detail::own_memory<tape<lanes<many>>> many_;
};

/// Finds the pattern of the Hessian of f, which returns a scalar, at x, or takes the one that is given, and
/// colours it.
///
///   auto plan = dad::sparse_hessian_plan(f, x);
template <class F, class X>
hessian_plan<F, X> sparse_hessian_plan(const F& f, const X& x, const sparse_options& o = {}) {
  detail::check_point<X>();
  return {f, x, o};
}
template <class F, class X>
hessian_plan<F, X> sparse_hessian_plan(const F& f, const X& x, sparse_pattern pattern,
                                       const sparse_options& o = {}) {
  detail::check_point<X>();
  return {f, x, std::move(pattern), o};
}

/// The value of f, which returns a scalar, at x, and its Hessian as a sparse matrix. Shapes: n x n for the n
/// reals of x in order; exactly symmetric. Throws tape_error where f reads a number out of its scalars: give
/// the pattern.
template <class F, class X, class... Pattern>
auto value_and_sparse_hessian(const F& f, const X& x, const Pattern&... pattern) {
  return sparse_hessian_plan(f, x, pattern...).value_and_hessian(x);
}

/// The Hessian alone, its pattern found or given.
///
///   dad::sparse_matrix H = dad::sparse_hessian(f, x);
template <class F, class X, class... Pattern>
sparse_matrix sparse_hessian(const F& f, const X& x, const Pattern&... pattern) {
  return value_and_sparse_hessian(f, x, pattern...).hessian;
}

}  // namespace dad
