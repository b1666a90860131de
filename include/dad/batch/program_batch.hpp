// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recorded program over a batch: the recordings are those that the program has, and f is not called.

#pragma once

#include <cstddef>
#include <string>

#include <dad/batch/failures.hpp>
#include <dad/batch/items.hpp>
#include <dad/batch/program_errors.hpp>
#include <dad/batch/replay.hpp>
#include <dad/batch/result_rows.hpp>
#include <dad/batch/storage.hpp>
#include <dad/batch/timed_parts.hpp>
#include <dad/reverse/lease.hpp>

namespace dad::detail {

/// recording_of(i) is the program's recording for input i of `items`; it throws where there is none.
template <class RecordingOf, class Items, class Value>
class program_batch final : public recorded_batch {
 public:
  program_batch(const RecordingOf& recording_of, std::size_t real_count, const Items& items,
                batch_storage<Value>& out)
      : recording_of_(recording_of), real_count_(real_count), items_(items), out_(out) {}

  void run(std::size_t threads, const progress& tell) {
    const lease<kept_paths<path, kept_gradients>> paths;
    result_rows rows(items_.size(), out_.values, out_.payload);
    replay r(*this, derivative_kind::gradient, rows, *paths, threads, false);
    for_each_part(items_.size(), 1, tell, [&](index_range part) {
      r.run(index_list(part.begin, part.size()));
      if (r.is_impure()) throw_impure();
    });
    r.failures().for_each(items_.size(), [&](std::size_t i, const std::string& text) {
      store_failed(out_, rows, i, {i, 0, text}, real_count_);
    });
    rows.finish(out_.value_offsets, out_.payload_offsets, out_.even);
    out_.count = items_.size();
    paths->tidy();
  }

  // An input without a path fails alone: its neighbours may have one.
  void record(std::size_t index, recording& into) override {
    catch_any([&] { into = recording_of_(index); },
              [&](const char* text) {
                into = {};
                into.has_failed = into.has_escaped = true;
                into.error = text;
              });
  }
  void point_rows(const std::size_t* indices, std::size_t count, const double** rows,
                  double* scratch) const override {
    rows_of(items_, indices, count, rows, scratch);
  }

 private:
  struct kept_gradients {};  // of all programs of a thread; they are found by their recordings

  const RecordingOf& recording_of_;
  std::size_t real_count_;
  const Items& items_;
  batch_storage<Value>& out_;
};

}  // namespace dad::detail
