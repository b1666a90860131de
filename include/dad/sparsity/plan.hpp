// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the plans of Jacobians and Hessians have in common: the compressed form, the branches at which the
// pattern was found, and the points at which they are evaluated.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <dad/driver/recorded.hpp>
#include <dad/sparsity/compression.hpp>
#include <dad/sparsity/recorded_call.hpp>

namespace dad::detail {

/// Memory of its own for each copy of what holds it.
template <class Object>
class own_memory {
 public:
  own_memory() = default;
  own_memory(const own_memory&) {}
  own_memory& operator=(const own_memory&) { return *this; }
  ~own_memory() = default;
  [[nodiscard]] Object& operator*() noexcept { return object_; }

 private:
  Object object_;
};

/// Numbers of [-1, 1) that are the same in every run.
class directions {
 public:
  double next() noexcept {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(static_cast<std::int64_t>(state_) >> 11) * 0x1p-52;
  }

 private:
  std::uint64_t state_ = 42;
};

template <class...>
class plan_base_if_used {
 public:
  explicit plan_base_if_used(const char* subject) : subject_(subject) {}

  [[nodiscard]] const compression& compressed() const noexcept { return compression_; }
  void set(compression c, branches b) {
    compression_ = std::move(c);
    branches_ = std::move(b);
  }
  void set(compression c) { set(std::move(c), branches()); }

  [[nodiscard]] const char* subject() const noexcept { return subject_; }
  [[nodiscard]] bool has_branches() const noexcept { return branches_.size() != 0; }

  /// Throws shape_error for a point of another size than that of the plan.
  template <class X>
  void check_size(const X& x) const {
    if (const std::size_t count = real_count(x); count != compression_.pattern().cols())
      raise<shape_error>("dad: the point of a %s plan has %zu entries, expected %zu", subject_, count,
                         compression_.pattern().cols());
  }

  /// The first branch of the plan that is another at x, counted from 1; 0 if all are the plan's.
  template <class X>
  [[nodiscard]] std::size_t first_left(const X& x) {
    check_size(x);
    return has_branches() ? branches_.first_left(row(x)) : 0;
  }

  /// The reals of a point, one behind the other.
  template <class X>
  [[nodiscard]] const double* row(const X& x) {
    row_.clear();
    for_each_real(x, [&](const auto& leaf) { row_.push_back(static_cast<double>(leaf)); });
    return row_.data();
  }

  [[noreturn]] void throw_left(std::size_t branch) const {
    raise<tape_error>(
        "dad: a %s plan got a point that takes another branch than the one where its pattern was found "
        "(branch "
        "%zu of %zu); make the plan anew at this point, let it do so with sparse_options{.replans = true}, "
        "or "
        "give it a pattern that holds on all branches",
        subject_, branch, branches_.size());
  }

  [[noreturn]] void throw_changed(const char* option) const {
    raise<tape_error>(
        "dad: f is not what it was when its %s plan was made: it gives another value at the same point; make "
        "the "
        "plan anew when data that f captures changes, or with sparse_options{.%s = false}, which calls f at "
        "each "
        "point",
        subject_, option);
  }

  /// Rows [first, first + count) are among those of the seeds, and fill an array of so many reals.
  void check_rows(std::size_t first, std::size_t count, std::size_t size) const {
    const std::size_t seeds = compression_.seed_count();
    if (first > seeds || count > seeds - first)
      raise<shape_error>("dad: a %s plan got seeds %zu to %zu, expected some of its %zu seeds", subject_,
                         first, first + count, seeds);
    if (size != count * compression_.row_size())
      raise<shape_error>("dad: the rows of a %s plan have %zu entries, expected %zu rows of %zu", subject_,
                         size, count, compression_.row_size());
  }

  /// Compares a product with the matrix, row by row, with that of the entries in the pattern.
  void check_product(const sparse_matrix& m, const double* direction, const double* product) const {
    for (std::size_t i = 0; i < m.rows(); ++i) {
      double sum = 0, size = 0;
      for (std::size_t k = m.row_offsets()[i]; k < m.row_offsets()[i + 1]; ++k) {
        const double share = m.values()[k] * direction[m.columns()[k]];
        sum += share;
        size += share < 0 ? -share : share;
      }
      size += product[i] < 0 ? -product[i] : product[i];
      const double difference = sum < product[i] ? product[i] - sum : sum - product[i];
      if (difference > 1e-9 * size)
        raise<shape_error>(
            "dad: the pattern of a %s does not hold at this point: row %zu times a random direction is %g, "
            "by the "
            "entries of the pattern %g; an entry that is not zero is missing",
            subject_, i, product[i], sum);
    }
  }

 private:
  const char* subject_;
  compression compression_;
  branches branches_;
  list<double> row_;
};
using plan_base = plan_base_if_used<>;

/// A point at which f is called again before a program takes its place: f in the same arithmetic gives the
/// same bits, unless it has changed.
template <class X>
class witness {
 public:
  using point_type = gradient_t<X>;

  void forget() { point_.reset(); }
  /// value(x) is what f gives at x.
  template <class Value>
  void meet(const X& x, Value&& value) {
    point_.emplace(transform<same>(x, [](const auto& leaf) { return leaf; }));
    read(value(*point_), met_);
  }
  template <class Value>
  [[nodiscard]] bool has_changed(Value&& value) {
    if (!point_) return false;
    read(value(*point_), now_);
    return !list<double>::same_bits(met_, now_);
  }

 private:
  template <class Y>
  static void read(const Y& y, list<double>& into) {
    into.clear();
    for_each_real(y, [&](const auto& leaf) { into.push_back(static_cast<double>(plain_value(leaf))); });
  }

  std::optional<point_type> point_;
  list<double> met_;
  list<double> now_;
};

/// Throws shape_error unless a pattern that the user gave has these columns.
template <class...>
void check_given_pattern(const sparse_pattern& pattern, std::size_t rows, std::size_t cols,
                         const char* subject) {
  if (pattern.rows() != rows || pattern.cols() != cols)
    raise<shape_error>("dad: the pattern of a %s is %zu x %zu, expected %zu x %zu", subject, pattern.rows(),
                       pattern.cols(), rows, cols);
}

}  // namespace dad::detail
