// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The end of a recording swept on its own, for its Jacobian.

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <dad/rule/recording_access.hpp>

namespace dad::detail {

/// What was recorded behind a place, as a function of the values up to it. Costs what the region holds,
/// however long the recording: of the adjoints up to the place, those of the region's arguments alone are
/// used. What earlier sweeps left there is set aside, and back again at the end.
template <class T>
class recorded_region {
  using place = typename tape<T>::place;

 public:
  /// Throws tape_error if `from` is no place of this recording any more.
  recorded_region(tape<T>& t, const place& from)
      : recorded_region(t, from, recording_access::adjoints_up_to(t, from)) {
    recording_access::for_each_argument_behind(t, from, [&](std::uint32_t index) {
      if (is_zero(adjoints_[index])) return;
      set_aside_.emplace_back(index, adjoints_[index]);
      adjoints_[index] = T(0);
    });
    recording_access::for_each_argument_behind(t, from, [&](std::uint32_t index) {
      if (!is_zero(adjoints_[index])) return;
      arguments_.push_back(index);
      adjoints_[index] = T(1);  // has been met
    });
    for (const std::uint32_t index : arguments_) adjoints_[index] = T(0);
  }
  recorded_region(const recorded_region&) = delete;
  recorded_region& operator=(const recorded_region&) = delete;
  ~recorded_region() {
    for (const std::uint32_t index : arguments_) adjoints_[index] = T(0);
    for (const auto& [index, adjoint] : set_aside_) adjoints_[index] = adjoint;
    recording_access::forget_adjoints_behind(tape_, from_);
  }

  /// The values up to the place that the region uses, each once.
  [[nodiscard]] const std::vector<std::uint32_t>& arguments() const noexcept { return arguments_; }

  /// dy / d(argument) for each of them, where y was recorded in the region.
  std::vector<T> row_of(const var<T>& y) {
    recording_access::adjoints_up_to(tape_, from_)[y.index()] = T(1);
    recording_access::sweep_behind(tape_, from_);
    std::vector<T> row;
    row.reserve(arguments_.size());
    for (const std::uint32_t index : arguments_) row.push_back(std::exchange(adjoints_[index], T(0)));
    return row;
  }

 private:
  recorded_region(tape<T>& t, const place& from, T* adjoints) : tape_(t), from_(from), adjoints_(adjoints) {}

  tape<T>& tape_;
  const place from_;
  T* const adjoints_;
  std::vector<std::uint32_t> arguments_;
  std::vector<std::pair<std::uint32_t, T>> set_aside_;
};

}  // namespace dad::detail
