// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Jacobians: by tangents in one direction for each colour of columns, by adjoints of one seed for each
// colour of rows, or some entries by these and the others by those; eight at once.

#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dad/sparsity/compressed_jacobian.hpp>
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
    const std::size_t n = jacobian.cols(), lanes = decltype(evaluation_)::lanes;
    detail::directions random;
    std::vector<double> direction(n * lanes), product(jacobian.rows() * lanes);
    for (double& v : direction) v = random.next();
    (void)evaluation_.tangents_into({product.data(), jacobian.rows(), lanes}, f_, x, pattern(),
                                    [&](std::size_t k, std::size_t l) { return direction[l * n + k]; });
    for (std::size_t l = 0; l < lanes; ++l)
      base_.check_product(jacobian, direction.data() + l * n, product.data() + l * jacobian.rows());
  }

 private:
  auto value_at(const auto& x) { return evaluation_.value_at(f_, x); }
  auto evaluate(const X& x, std::size_t first, std::size_t count, double* rows) {
    return evaluation_.seeds_into(rows, f_, x, base_.compressed(), first, count);
  }

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

  F f_;
  sparse_options options_;
  detail::plan_base base_{"sparse Jacobian"};
  detail::eliminated_jacobian program_;
  detail::witness<X> witness_;
  detail::list<double> rows_;
  detail::compressed_jacobian<F, X> evaluation_;
};

/// Finds the pattern of the Jacobian of f at x, or takes the one that is given, and colours its columns, its
/// rows or both: whichever is the fewest operations, or what sparse_options::by says.
///
///   auto plan = dad::sparse_jacobian_plan(f, x);
///   auto by_rows = dad::sparse_jacobian_plan(f, x, {.by = dad::compressed_by::adjoints});
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
