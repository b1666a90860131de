// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of consecutive inputs of a batch: replayed in lanes, and one after the other on the tape where
// a function cannot be replayed.

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/evaluate_item.hpp>
#include <dad/batch/failures.hpp>
#include <dad/batch/groups.hpp>
#include <dad/batch/input_watch.hpp>
#include <dad/batch/items.hpp>
#include <dad/batch/partition.hpp>
#include <dad/batch/replay.hpp>
#include <dad/batch/timed_parts.hpp>
#include <dad/batch/traced_call.hpp>

namespace dad::detail {

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

/// Results of `count` items into a storage: run_part(part, rows) writes those of consecutive items.
template <class Value, class RunPart>
void run_in_parts(std::size_t count, batch_storage<Value>& out, const progress& tell, RunPart&& run_part) {
  result_rows rows(count, out.values, out.payload);
  out.errors.clear();
  for_each_part(count, 1, tell, [&](index_range part) { run_part(part, rows); });
  rows.finish(out.value_offsets, out.payload_offsets, out.even);
  out.count = count;
}

/// A batch as replay sees it, and the way of its results into a storage.
template <class Kind, class F, class Items, class Seeds, class Value>
class batch_evaluation final : public recorded_batch {
  using X = item_t<Items>;
  static constexpr bool has_objects = !flat_output<Value>;

 public:
  /// Errors, and the watch where there is one, get the index first_index + i.
  batch_evaluation(Kind kind, const F& f, const Items& items, const Seeds& seeds, batch_storage<Value>& out,
                   std::size_t first_index, const call_state& call)
      : kind_(kind),
        f_(f),
        items_(items),
        seeds_(seeds),
        out_(out),
        first_index_(first_index),
        watch_(call.watch),
        reads_numbers_(call.reads_numbers),
        call_(has_trivial_key<X> && !has_objects ? call.number : 0) {}

  void run(int rank, std::size_t threads, const progress& tell) {
    run_in_parts(items_.size(), out_, tell,
                 [&](index_range part, result_rows& rows) { run_part(part, rows, rank, threads); });
  }

  /// These of the items alone, into rows that are for all of them; further errors follow those in the
  /// storage.
  void run_part(index_range part, result_rows& rows, int rank, std::size_t threads) {
    const lease<kept_paths<path, batch_evaluation>> paths;
    replay r(*this, derivative_of<Kind>(), rows, *paths, threads, has_objects);
    if constexpr (has_objects) out_.objects.resize(items_.size());
    list<std::size_t> on_tape;
    if (has_trivial_key<X> && reads_numbers_ != nullptr && *reads_numbers_) {
      for (std::size_t i = part.begin; i < part.end; ++i) on_tape.push_back(i);
    } else {
      for (const index_group& group : groups_of_one_key(items_, part, on_tape)) {
        r.run(group.indices(), call_ != 0 ? paths->first_of(call_) : nullptr);
        if (r.is_impure()) break;
      }
      if (call_ != 0) paths->note_first(call_, r.first_path());
      if (reads_numbers_ != nullptr) *reads_numbers_ = r.leaves_all_to_tape();
    }
    finish_objects(r, rows);
    if (r.is_impure())
      on_tape = start_again(part, r);
    else
      on_tape.append(r.left_to_tape());
    evaluate_on_tape(on_tape, rows, r.failures(), r.is_impure() ? 1 : threads);
    r.failures().for_each(part.end, [&](std::size_t i, const std::string& text) {
      store_failed(out_, rows, i, {first_index_ + i, rank, text}, failed_payload_size<Kind>(items_[i]));
    });
    out_.path_count = r.leaves_all_to_tape() ? 0 : r.path_count();
    if (r.is_impure()) paths->clear();
    paths->tidy();
  }

  void record(std::size_t index, recording& into) override {
    const watched_call watched(watch_, 0, first_index_ + index);
    record_safely(into, [&] {
      const auto y = traced_call(
          f_, items_[index], [](const auto& leaf) { return static_cast<double>(leaf); }, into);
      if constexpr (has_objects) last_result_ = in_plain_numbers(y);
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
  // For an impure f: the inputs without a recording that gave their result. What is known of them is not
  // true.
  [[nodiscard]] list<std::size_t> start_again(index_range part, replay& r) const {
    list<char> is_done(part.end, 0);
    for (const std::size_t i : r.recorded_inputs()) is_done[i] = 1;
    for (const std::size_t i : r.left_to_tape()) is_done[i] = 0;
    r.failures().keep(is_done);
    list<std::size_t> rest;
    for (std::size_t i = part.begin; i < part.end; ++i)
      if (is_done[i] == 0) rest.push_back(i);
    return rest;
  }

  // Values that their reals alone do not give back: those of the path's recorded result, with other reals.
  void finish_objects(const replay& r, result_rows& rows) {
    if constexpr (has_objects) {
      for (const auto& [index, way] : r.paths_of_inputs()) {
        const double* next = rows.value(index);
        if (way < prototypes_.size())
          out_.objects[index] = transform<same>(prototypes_[way], [&](const auto&) { return *next++; });
      }
    }
  }

  // What the drivers made of an input, or what f threw.
  struct tape_result {
    batch_storage<Value> reals;
    std::string error;
  };

  // In order, so that a function that counts its calls counts as if there were no replay.
  [[gnu::cold]] void evaluate_on_tape(const list<std::size_t>& indices, result_rows& rows,
                                      failed_inputs& failures, std::size_t threads) {
    std::vector<tape_result> results(indices.size());
    in_parallel(threads, threads == 1 ? 1 : indices.size(), [&](std::size_t thread, std::size_t part) {
      const std::size_t end = threads == 1 ? indices.size() : part + 1;
      for (std::size_t k = threads == 1 ? 0 : part; k < end; ++k) {
        const watched_call watched(watch_, thread, first_index_ + indices[k]);
        evaluate_on_tape(indices[k], results[k]);
      }
    });
    for (std::size_t k = 0; k < indices.size(); ++k) {
      tape_result& one = results[k];
      if (one.reals.count == 0) {
        failures.add(index_list(indices[k]), std::move(one.error));
        continue;
      }
      rows.write(indices[k], one.reals.values, one.reals.payload);
      if constexpr (has_objects) out_.objects[indices[k]] = std::move(one.reals.objects[0]);
    }
  }
  [[gnu::cold, gnu::noinline]] void evaluate_on_tape(std::size_t index, tape_result& result) const {
    catch_any(
        [&] {
          evaluate_item(kind_, f_, items_[index], seeds_, index, result.reals);
          result.reals.close_item();
        },
        [&](const char* text) {
          result.error = text;
          result.reals.clear();
        });
  }

  Kind kind_;
  const F& f_;
  const Items& items_;
  const Seeds& seeds_;
  batch_storage<Value>& out_;
  std::size_t first_index_;
  input_watch* watch_;
  bool* reads_numbers_;
  std::uint64_t call_;  // whose parts begin where the first of them did; 0: each for itself
  Value last_result_{};
  std::vector<Value> prototypes_;
};

template <class Items>
consteval bool check_batch() {
  using X = item_t<Items>;
  check_point<X>();
  static_assert(std::is_same_v<base_t<X>, double>,
                "dad: a batch is evaluated in double; inside another derivative, and for long double, use "
                "gradient or jvp per input");
  return true;
}

/// Results of all items into a storage, whose memory is kept. An exception of f becomes an error with index
/// first_index + i; results do not depend on the number of threads. The call's watch, where it has one, knows
/// as many threads.
template <class Kind, class F, class Items, class Seeds, class Value>
void evaluate_into(batch_storage<Value>& out, Kind kind, const F& f, const Items& items, const Seeds& seeds,
                   std::size_t first_index, int rank, std::size_t threads = 1, const call_state& call = {},
                   const progress& tell = {}) {
  static_assert(check_batch<Items>());
  batch_evaluation<Kind, F, Items, Seeds, Value>(kind, f, items, seeds, out, first_index, call)
      .run(rank, threads, tell);
}

/// The same for a part of the items, into rows for all of them.
template <class Kind, class F, class Items, class Seeds, class Value>
void evaluate_part(batch_storage<Value>& out, result_rows& rows, Kind kind, const F& f, const Items& items,
                   const Seeds& seeds, index_range part, std::size_t first_index, int rank,
                   std::size_t threads = 1, const call_state& call = {}) {
  static_assert(check_batch<Items>());
  batch_evaluation<Kind, F, Items, Seeds, Value>(kind, f, items, seeds, out, first_index, call)
      .run_part(part, rows, rank, threads);
}

}  // namespace dad::detail
