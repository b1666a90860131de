// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function that the user has recorded: called again, for one input or many, without f being called.

#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/batch/batch.hpp>
#include <dad/batch/known_path.hpp>
#include <dad/batch/program_batch.hpp>
#include <dad/batch/program_errors.hpp>
#include <dad/batch/traced_call.hpp>
#include <dad/inspect/evaluated.hpp>
#include <dad/program/dot.hpp>
#include <dad/program/listing.hpp>
#include <dad/program/statistics.hpp>

namespace dad {

/// What a program does with an input that takes other branches than those recorded: record calls f for it and
/// knows its path from then on; raise throws tape_error, and never calls f again.
enum class on_new_path { record, raise };

struct record_options {
  dad::on_new_path on_new_path = dad::on_new_path::record;
};

namespace detail {

/// A row of numbers, of which nothing but their count is data.
template <class X>
inline constexpr bool is_flat = range_of_numbers<X>&& differentiable<X> &&
                                (shape_of<X> == shape::sequence || shape_of<X> == shape::array ||
                                 shape_of<X> == shape::span);

}  // namespace detail

/// A function f that was recorded at an input of type X; made by dad::record. Inputs have the structure of
/// that one: the same sizes, ints, strings. Throws shape_error otherwise. Results have the bits of the batch
/// calls. To be used by one thread at a time; a copy is independent of it.
template <class F, class X>
class program {
 public:
  /// Points are kept and rebuilt as their gradients are: spans as vectors, ints as doubles.
  using point_type = detail::gradient_t<X>;
  using value_type = detail::batch_value_t<F, point_type>;

  program(F f, const X& x, record_options o)
      : f_(std::move(f)), prototype_(plain_copy(x)), reader_(prototype_), options_(o) {
    if (!reader_.has_key())
      throw shape_error(
          "dad: the input of record holds data of a type that dad cannot compare, expected numbers, strings, "
          "containers of them, or structs that serialize");
    scratch_.resize(reader_.real_count());
    learn(row_of_input(prototype_, "the input of record"));
  }

  /// The value of f at x.
  template <class Y = point_type>
  value_type operator()(const Y& x) {
    return run(detail::derivative_kind::none, x);
  }

  /// The same and the gradient, which has the structure of the recorded input; f returns a scalar.
  template <class Y = point_type>
  auto value_and_gradient(const Y& x) {
    detail::check_scalar_result<value_type>();
    value_type value = run(detail::derivative_kind::gradient, x);
    return value_gradient<value_type, point_type>{
        std::move(value), detail::structured_like<double>(prototype_, result_.payload)};
  }
  template <class Y = point_type>
  point_type gradient(const Y& x) {
    return value_and_gradient(x).gradient;
  }

  /// The same and the Jacobian, outputs x inputs.
  template <class Y = point_type>
  auto value_and_jacobian(const Y& x) {
    value_type value = run(detail::derivative_kind::jacobian, x);
    return value_jacobian<value_type, matrix>{std::move(value),
                                              detail::matrix_of(result_.value.size(), result_.payload)};
  }
  template <class Y = point_type>
  matrix jacobian(const Y& x) {
    return value_and_jacobian(x).jacobian;
  }

  /// The same and the Hessian, n x n; f returns a scalar.
  template <class Y = point_type>
  auto value_and_hessian(const Y& x) {
    detail::check_scalar_result<value_type>();
    value_type value = run(detail::derivative_kind::hessian, x);
    return value_hessian<value_type, matrix>{std::move(value),
                                             detail::matrix_of(reader_.real_count(), result_.payload)};
  }
  template <class Y = point_type>
  matrix hessian(const Y& x) {
    return value_and_hessian(x).hessian;
  }

  /// batch_eval of f, which returns a scalar: the value and gradient at each input. An input that leaves the
  /// recorded paths, where that is not allowed, is one that failed.
  template <class Inputs>
  auto batch(const Inputs& inputs, const options& o = {}) {
    detail::check_scalar_result<value_type>();
    const auto items = detail::items_of(inputs);
    using Item = detail::item_t<decltype(items)>;
    for (std::size_t i = 0; i < items.size(); ++i) (void)row_of_input(items[i], "input ", i);
    batch_result<detail::gradients, Item, value_type> r;
    const auto recording_of = [&](std::size_t i) -> const detail::recording& {
      return paths_[path_at(row_of_input(items[i], "input ", i))].recorded();
    };
    detail::program_batch(recording_of, reader_.real_count(), items, r.storage())
        .run(detail::thread_count(o.threads), o.progress);
    if (o.on_error == on_error::raise && r.has_errors()) throw batch_error(r.errors().front());
    r.prototypes() = detail::prototypes_of<detail::gradients>(items);
    return r;
  }

  [[nodiscard]] program_statistics statistics() const {
    const auto kind =
        number<value_type> ? detail::derivative_kind::gradient : detail::derivative_kind::jacobian;
    const detail::known_path& first = paths_.front();
    program_statistics s = detail::statistics_of(first.recorded());
    s.paths = paths_.size();
    s.value = detail::statistics_of(first.value_code().main());
    s.derivative = detail::statistics_of(detail::derivative_code(first.recorded(), kind).main());
    return s;
  }

  /// What was recorded first, for Graphviz: p.dot() | dot -Tsvg.
  [[nodiscard]] std::string dot() const { return detail::dot_writer(paths_.front().recorded()).write(); }

  /// The same as a text: a line for each operation, as %3 = multiply(x0, %2), in loss/layer 2. The numbers
  /// are those of find_nonfinite.
  [[nodiscard]] std::string listing() const {
    return detail::listing_writer(paths_.front().recorded()).write();
  }

  /// The first operation that makes a NaN or an infinity at x, in the values or in the adjoints, see
  /// dad::find_nonfinite. What the library's own functions consist of here are operations of their own.
  template <class Y = point_type>
  [[nodiscard]] nonfinite_report find_nonfinite(const Y& x) {
    const double* row = row_of_input(x, "the input of find_nonfinite");
    return detail::evaluated<double>(paths_[path_at(row)].recorded(), row).find_nonfinite();
  }

 private:
  static_assert(std::is_same_v<detail::base_t<X>, double>,
                "dad: a program is recorded in plain numbers; inside another derivative use gradient or jvp");
  static constexpr bool has_objects = !detail::flat_output<value_type>;

  static point_type plain_copy(const X& x) {
    return detail::transform<detail::same>(x, [](const auto& leaf) { return leaf; });
  }

  // The reals of an input of the recorded structure: where they are in it, or in scratch_.
  template <class Y, class... Number>
  const double* row_of_input(const Y& x, const char* subject, Number... number_of_input) {
    const double* row = nullptr;
    if constexpr (std::is_same_v<Y, point_type>) {
      row = reader_.row(x, scratch_.data());
    } else {
      static_assert((number<Y> && number<point_type>) || (detail::is_flat<Y> && detail::is_flat<point_type>),
                    "dad: this program was recorded for another type of input");
      if (detail::real_count(x) == reader_.real_count()) row = detail::row_of(x, scratch_.data());
    }
    if (row == nullptr)
      detail::throw_other_structure(x, reader_.real_count(),
                                    (std::string(subject) + ... + std::to_string(number_of_input)));
    return row;
  }

  template <class Y>
  value_type run(detail::derivative_kind kind, const Y& x) {
    const double* row = row_of_input(x, "the input of a program");
    const std::size_t path = path_at(row);
    paths_[path].run(kind, row, desk_, result_);
    if constexpr (has_objects) {
      const double* next = result_.value.data();
      return detail::transform<detail::same>(results_[path], [&](const auto&) { return *next++; });
    } else {
      return detail::from_reals<value_type>(result_.value);
    }
  }

  // The number of the path of an input; of a new one, where that is allowed. The path used last is the
  // likeliest.
  std::size_t path_at(const double* row) {
    if (paths_[latest_].has(row, desk_)) return latest_;
    for (std::size_t i = 0; i < paths_.size(); ++i)
      if (i != latest_ && paths_[i].has(row, desk_)) return latest_ = i;
    if (options_.on_new_path == on_new_path::raise)
      throw tape_error(
          "dad: a program got an input that takes other branches than those recorded, expected a recorded "
          "path; record it with on_new_path::record, or f at that input");
    learn(row);
    return latest_;
  }

  // Records f at a row of reals, twice: a function that is not the same the second time has no program.
  void learn(const double* row) {
    detail::recording first;
    detail::recording second;
    const auto y = trace(row, first);
    if (!first.is_replayable()) detail::throw_not_replayable(first);
    (void)trace(row, second);
    if (!second.is_same_as(first)) detail::throw_impure();
    if (paths_.size() >= detail::most_kept_paths ||
        node_count_ + first.operations.size() > detail::most_kept_nodes)
      forget();
    node_count_ += first.operations.size();
    paths_.push_back(detail::known_path(std::move(first)));
    latest_ = paths_.size() - 1;
    if constexpr (has_objects) results_.push_back(detail::in_plain_numbers(y));
  }
  auto trace(const double* row, detail::recording& into) const {
    return detail::traced_call(
        f_, prototype_, [&](const auto&) { return *row++; }, into);
  }
  // All but the path that was recorded first.
  void forget() {
    if (paths_.empty()) return;
    paths_.erase(paths_.begin() + 1, paths_.end());
    if constexpr (has_objects) results_.erase(results_.begin() + 1, results_.end());
    node_count_ = paths_.front().recorded().operations.size();
    latest_ = 0;
  }

  F f_;
  point_type prototype_;
  detail::input_reader<point_type> reader_;
  record_options options_;
  std::vector<detail::known_path> paths_;
  std::vector<value_type> results_;  // of each path, where reals alone do not give them back
  std::size_t node_count_ = 0;
  std::size_t latest_ = 0;
  detail::desk desk_;
  detail::one_result result_;
  std::vector<double> scratch_;
};

/// The same as a function of the program.
template <class F, class X, class Y>
[[nodiscard]] nonfinite_report find_nonfinite(program<F, X>& p, const Y& x) {
  return p.find_nonfinite(x);
}

/// Records f at x: a program that gives values and derivatives of f at other inputs of the same structure,
/// without calling f again as long as they take branches that it knows. f is called twice. Throws tape_error
/// where f cannot be replayed (it reads numbers out of its scalars, is not pure, or too long), and what f
/// throws.
///
///   auto p = dad::record(f, x);
///   auto [value, gradient] = p.value_and_gradient(x2);
///   auto strict = dad::record(f, x, {.on_new_path = dad::on_new_path::raise});
template <class F, class X>
program<F, X> record(const F& f, const X& x, const record_options& o = {}) {
  detail::check_point<X>();
  return program<F, X>(f, x, o);
}

}  // namespace dad
