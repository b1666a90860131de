// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch as replay sees it.

#pragma once

#include <cstddef>

#include <dad/program/recording.hpp>

namespace dad::detail {

/// What a walk has to know of a batch: its function and its inputs. Calls for rows come from several threads.
class recorded_batch {
 public:
  recorded_batch() = default;
  recorded_batch(const recorded_batch&) = delete;
  recorded_batch& operator=(const recorded_batch&) = delete;

  /// Records f at an input; what f throws is in the recording.
  virtual void record(std::size_t index, recording& into) = 0;
  /// The result that was recorded last is like those of all inputs of this path of the call.
  virtual void keep_result(std::size_t /*path_number*/) {}
  /// The reals of the points of so many inputs, for which `scratch` has room.
  virtual void point_rows(const std::size_t* indices, std::size_t count, const double** rows,
                          double* scratch) const = 0;
  /// The direction or seed of an input has so many reals.
  [[nodiscard]] virtual bool has_seed(std::size_t /*index*/, std::size_t size) const { return size == 0; }
  /// The reals of directions or seeds.
  virtual void seed_rows(const std::size_t* /*indices*/, std::size_t /*count*/, const double** /*rows*/,
                         double* /*scratch*/) const {}

 protected:
  ~recorded_batch() = default;
};

}  // namespace dad::detail
