// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of consecutive inputs of a batch: replayed in lanes, and one after the other on the tape where
// a function cannot be replayed.

#pragma once

#include <cstddef>
#include <exception>
#include <span>
#include <utility>

#include <dad/batch/groups.hpp>
#include <dad/batch/kind.hpp>
#include <dad/batch/replay.hpp>
#include <dad/batch/storage.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

namespace dad::detail {

/// A batch's inputs (or seeds) as items in a row: a span over a contiguous range, or the rows of a matrix.
template <class Inputs>
auto items_of(const Inputs& inputs) {
  if constexpr (requires { basic_matrix_view<const double>(inputs); })
    return basic_matrix_view<const double>(inputs);
  else if constexpr (requires { std::span(inputs); })
    return std::span<const std::remove_cvref_t<decltype(std::span(inputs)[0])>>(inputs);
  else
    static_assert(!std::is_same_v<Inputs, Inputs>,
                  "dad: the inputs of a batch are a contiguous range (vector, array, span) or a matrix_view");
}
inline no_seeds items_of(no_seeds) { return {}; }

template <class Items>
using item_t = std::remove_cvref_t<decltype(std::declval<const Items&>()[0])>;

/// What f returns at an input of type X, in plain numbers.
template <class F, class X>
using batch_value_t = decltype(plain_result<var<base_t<X>>>(
    call(std::declval<const F&>(), std::declval<const rebind_t<X, var<base_t<X>>>&>())));

/// Appends a plain result of f to a storage.
template <class Value>
void store_value(batch_storage<Value>& out, const Value& value) {
  for_each_real(value, [&](double leaf) { out.values.push_back(leaf); });
  if constexpr (!flat_output<Value>) out.objects.push_back(value);
}

template <class Value, class Reals>
void store_payload(batch_storage<Value>& out, const Reals& reals) {
  for_each_real(reals, [&](double leaf) { out.payload.push_back(leaf); });
}
template <class Value>
void store_payload(batch_storage<Value>& out, const matrix& m) {
  out.payload.insert(out.payload.end(), m.data(), m.data() + m.size());
}

// One input of each kind: its value and payload, appended to the storage.
template <class F, class X, class Value>
void evaluate_item(gradients, const F& f, const X& x, no_seeds, std::size_t, batch_storage<Value>& out) {
  const lease<tape<double>> t;
  with_gradient(*t, f, x, [&](const auto& value, const auto& row) {
    store_value<Value>(out, value);
    out.payload.insert(out.payload.end(), row.begin(), row.end());
  });
}
template <class F, class X, class Seeds, class Value>
void evaluate_item(tangents, const F& f, const X& x, const Seeds& seeds, std::size_t i,
                   batch_storage<Value>& out) {
  const auto r = jvp(f, x, seeds[i]);
  store_value<Value>(out, r.value);
  store_payload(out, r.tangent);
}
template <class F, class X, class Seeds, class Value>
void evaluate_item(adjoints, const F& f, const X& x, const Seeds& seeds, std::size_t i,
                   batch_storage<Value>& out) {
  const auto r = vjp(f, x, seeds[i]);
  store_value<Value>(out, r.value);
  store_payload(out, r.adjoint);
}
template <class F, class X, class Value>
void evaluate_item(jacobians, const F& f, const X& x, no_seeds, std::size_t, batch_storage<Value>& out) {
  const auto r = value_and_jacobian(f, x);
  store_value<Value>(out, r.value);
  store_payload(out, r.jacobian);
}
template <class F, class X, class Value>
void evaluate_item(hessians, const F& f, const X& x, no_seeds, std::size_t, batch_storage<Value>& out) {
  const auto r = value_and_hessian(f, x);
  store_value<Value>(out, r.value);
  store_payload(out, r.hessian);
}
template <class F, class X, class Seeds, class Value>
void evaluate_item(products, const F& f, const X& x, const Seeds& seeds, std::size_t i,
                   batch_storage<Value>& out) {
  const auto r = value_and_hvp(f, x, seeds[i]);
  store_value<Value>(out, r.value);
  store_payload(out, r.product);
}

/// How many reals the payload of a failed input has, where that is known without f's result.
template <class Kind, class X>
std::size_t failed_payload_size(const X& x) {
  const std::size_t n = real_count(x);
  if constexpr (std::is_same_v<Kind, hessians>)
    return n * n;
  else if constexpr (std::is_same_v<Kind, tangents> || std::is_same_v<Kind, jacobians>)
    return 0;
  else
    return n;
}

/// Runs `evaluation`; the text of what it throws, of any type, goes to `failed`.
template <class Evaluation, class Failed>
void catch_any(Evaluation&& evaluation, Failed&& failed) {
  try {
    evaluation();
  } catch (const std::exception& e) {
    failed(e.what());
  } catch (...) {
    failed("unknown exception");
  }
}

template <class Kind>
constexpr derivative_kind derivative_of() {
  if constexpr (std::is_same_v<Kind, gradients>)
    return derivative_kind::gradient;
  else if constexpr (std::is_same_v<Kind, tangents>)
    return derivative_kind::tangent;
  else if constexpr (std::is_same_v<Kind, adjoints>)
    return derivative_kind::adjoint;
  else if constexpr (std::is_same_v<Kind, jacobians>)
    return derivative_kind::jacobian;
  else if constexpr (std::is_same_v<Kind, hessians>)
    return derivative_kind::hessian;
  else
    return derivative_kind::product;
}

/// The reals of one input: where they are in it, or copied to scratch.
template <class X>
const double* row_of(const X& x, double* scratch) {
  if constexpr (std::is_same_v<X, double>) {
    return &x;
  } else if constexpr (is_contiguous<X>) {
    return contiguous_reals(x);
  } else {
    copy_reals(x, scratch);
    return scratch;
  }
}

template <class Items>
void rows_of(const Items& items, const std::size_t* indices, std::size_t count, const double** rows,
             double* scratch) {
  for (std::size_t k = 0; k < count; ++k) {
    const auto& x = items[indices[k]];
    rows[k] = row_of(x, scratch);
    if (rows[k] == scratch) scratch += real_count(x);
  }
}

/// A batch as replay sees it, and the way of its results into a storage.
template <class Kind, class F, class Items, class Seeds, class Value>
class batch_evaluation final : public recorded_batch {
  using X = item_t<Items>;
  static constexpr bool has_objects = !flat_output<Value>;

 public:
  batch_evaluation(Kind kind, const F& f, const Items& items, const Seeds& seeds, batch_storage<Value>& out)
      : kind_(kind), f_(f), items_(items), seeds_(seeds), out_(out) {}

  /// Errors get the index first_index + i.
  void run(std::size_t first_index, int rank, std::size_t threads) {
    const lease<kept_paths> paths;
    result_rows rows(items_.size(), out_.values, out_.payload);
    replay r(*this, derivative_of<Kind>(), rows, *paths, threads, has_objects);
    if constexpr (has_objects) out_.objects.resize(items_.size());
    std::vector<std::size_t> on_tape;
    for (const index_group& group : groups_of_one_key(items_, on_tape)) {
      r.run(group.indices());
      if (r.is_impure()) break;
    }
    finish_objects(r, rows);
    if (r.is_impure())
      on_tape = all_but(r.recorded_inputs());
    else
      on_tape.insert(on_tape.end(), r.left_to_tape().begin(), r.left_to_tape().end());
    evaluate_on_tape(on_tape, rows, r.failures(), r.is_impure() ? 1 : threads);
    note_failures(r.failures(), rows, first_index, rank);
    rows.finish(out_.value_offsets, out_.payload_offsets, out_.even);
    out_.count = items_.size();
    if (r.is_impure()) paths->clear();
    paths->tidy();
  }

  void record(std::size_t index, recording& into) override {
    recorder r(into);
    const listening on(r);
    const auto run = [&] {
      const auto point = transform<traced>(
          items_[index], [&](const auto& leaf) { return r.input(static_cast<double>(leaf)); });
      const auto y = call(f_, point);
      check_result<F, std::remove_cvref_t<decltype(y)>>();
      for_each_real(y, [&](const auto& leaf) { r.output(traced(leaf)); });
      using Y = std::remove_cvref_t<decltype(y)>;
      if constexpr (!has_trivial_key<Y>) append_key(into.result_key, y);
      if constexpr (has_objects)
        last_result_ =
            transform<double>(y, [](const auto& leaf) { return static_cast<double>(plain_value(leaf)); });
    };
    catch_any(run, [&](const char* text) {
      into.has_failed = true;
      into.error = text;
      into.outputs.clear();
    });
  }

  void keep_result(std::size_t path_number) override {
    if constexpr (has_objects) {
      if (prototypes_.size() <= path_number) prototypes_.resize(path_number + 1);
      prototypes_[path_number] = last_result_;
    }
  }

  void point_rows(const std::size_t* indices, std::size_t count, const double** rows,
                  double* scratch) const override {
    rows_of(items_, indices, count, rows, scratch);
  }

  bool has_seed(std::size_t index, std::size_t size) const override {
    if constexpr (std::is_same_v<Seeds, no_seeds>)
      return size == 0;
    else
      return real_count(seeds_[index]) == size;
  }

  void seed_rows(const std::size_t* indices, std::size_t count, const double** rows,
                 double* scratch) const override {
    if constexpr (!std::is_same_v<Seeds, no_seeds>) rows_of(seeds_, indices, count, rows, scratch);
  }

 private:
  // Of this kind of call of this function type; whether it is the same function, recordings tell.
  struct kept_paths : path_store<path> {
    struct sizes {
      std::size_t bytes;
    };
    [[nodiscard]] sizes statistics() const { return {0}; }
  };

  [[nodiscard]] std::vector<std::size_t> all_but(const std::vector<std::size_t>& some) const {
    std::vector<bool> is_one_of_them(items_.size(), false);
    for (const std::size_t i : some) is_one_of_them[i] = true;
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (!is_one_of_them[i]) rest.push_back(i);
    return rest;
  }

  // Values that their reals alone do not give back: those of the path's recorded result, with other reals.
  void finish_objects(const replay& r, result_rows& rows) {
    if constexpr (has_objects) {
      for (const auto& [index, path] : r.paths_of_inputs()) {
        const double* next = rows.value(index);
        if (path < prototypes_.size())
          out_.objects[index] = transform<same>(prototypes_[path], [&](const auto&) { return *next++; });
      }
    }
  }

  // In order, so that a function that counts its calls counts as if there were no replay.
  void evaluate_on_tape(const std::vector<std::size_t>& indices, result_rows& rows, failed_inputs& failures,
                        std::size_t threads) {
    std::vector<batch_storage<Value>> results(indices.size());
    std::vector<std::string> errors(indices.size());
    in_parallel(threads, threads == 1 ? 1 : indices.size(), [&](std::size_t, std::size_t part) {
      const std::size_t end = threads == 1 ? indices.size() : part + 1;
      for (std::size_t k = threads == 1 ? 0 : part; k < end; ++k) {
        const auto& x = items_[indices[k]];
        catch_any(
            [&] { evaluate_item(kind_, f_, x, seeds_, indices[k], results[k]), results[k].close_item(); },
            [&](const char* text) { errors[k] = text, results[k].clear(); });
      }
    });
    for (std::size_t k = 0; k < indices.size(); ++k) {
      batch_storage<Value>& one = results[k];
      if (one.count == 0) {
        failures.inputs.emplace_back(indices[k], failures.add_text(std::move(errors[k])));
        continue;
      }
      rows.set_sizes(indices[k], one.values.size(), one.payload.size());
      std::copy(one.values.begin(), one.values.end(), rows.value(indices[k]));
      std::copy(one.payload.begin(), one.payload.end(), rows.payload(indices[k]));
      if constexpr (has_objects) out_.objects[indices[k]] = std::move(one.objects[0]);
    }
  }

  void note_failures(const failed_inputs& failures, result_rows& rows, std::size_t first_index, int rank) {
    out_.errors.clear();
    if (failures.inputs.empty()) return;
    static constexpr std::size_t none = ~std::size_t{0};
    std::vector<std::size_t> text_of(items_.size(), none);
    for (const auto& [index, text] : failures.inputs) text_of[index] = text;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (text_of[i] == none) continue;
      out_.errors.emplace_back(first_index + i, rank, failures.texts[text_of[i]]);
      batch_storage<Value> failed;
      failed.close_failed(out_.errors.back(), failed_payload_size<Kind>(items_[i]));
      rows.set_sizes(i, failed.values.size(), failed.payload.size());
      std::copy(failed.values.begin(), failed.values.end(), rows.value(i));
      std::copy(failed.payload.begin(), failed.payload.end(), rows.payload(i));
      if constexpr (has_objects) out_.objects[i] = std::move(failed.objects[0]);
    }
  }

  Kind kind_;
  const F& f_;
  const Items& items_;
  const Seeds& seeds_;
  batch_storage<Value>& out_;
  Value last_result_{};
  std::vector<Value> prototypes_;
};

/// Results of all items into a storage, whose memory is kept. An exception of f becomes an error with index
/// first_index + i; results do not depend on the number of threads.
template <class Kind, class F, class Items, class Seeds, class Value>
void evaluate_into(batch_storage<Value>& out, Kind kind, const F& f, const Items& items, const Seeds& seeds,
                   std::size_t first_index, int rank, std::size_t threads = 1) {
  using X = item_t<Items>;
  check_point<X>();
  static_assert(
      std::is_same_v<base_t<X>, double>,
      "dad: a batch is evaluated in plain numbers; inside another derivative use gradient or jvp per input");
  batch_evaluation<Kind, F, Items, Seeds, Value>(kind, f, items, seeds, out).run(first_index, rank, threads);
}

}  // namespace dad::detail
