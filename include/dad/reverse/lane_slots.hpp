// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Slots for the numbers of a sweep in many directions, and who has which.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>

namespace dad::detail {

/// Slots with a number for each direction of a sweep: one, or up to 8, 16, 32 or 48. Slot 0 is zero. In the
/// others there is nothing but what is written; or, where zeros are left out, zeros that are not there.
class lane_slots {
 public:
  static constexpr std::size_t most_directions = 48;

  void restart(std::size_t slots, std::size_t directions, bool leaves_zeros_out = false) {
    width_ = directions == 1 ? 1 : directions <= 8 ? 8 : directions <= 16 ? 16 : directions <= 32 ? 32 : 48;
    const std::size_t wanted = slots * width_ + line;
    if (memory_.size() < wanted) memory_.resize(wanted);
    const std::size_t beyond = reinterpret_cast<std::uintptr_t>(memory_.data()) / sizeof(double) % line;
    begin_ = memory_.data() + (line - beyond) % line;
    clear(0);
    is_there_.assign(leaves_zeros_out ? slots : 0, false);
  }
  /// The numbers of a slot.
  [[nodiscard]] double* operator[](std::size_t slot) noexcept { return begin_ + slot * width_; }
  /// As many as there are directions, or some more.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t byte_count() const noexcept { return memory_.capacity() * sizeof(double); }

  /// Slots that are all zero are not read, nor what they are multiplied with.
  [[nodiscard]] bool leaves_zeros_out() const noexcept { return !is_there_.empty(); }
  /// For each slot whether there are numbers in it, where zeros are left out.
  [[nodiscard]] bool* is_there() noexcept { return is_there_.data(); }
  /// Numbers to read.
  [[nodiscard]] const double* read(std::size_t slot) noexcept {
    return (*this)[leaves_zeros_out() && !is_there_[slot] ? 0 : slot];
  }
  /// 1 in a direction, in a slot of zeros or of other units.
  void set_unit(std::size_t slot, std::size_t direction) noexcept {
    if (leaves_zeros_out() && !is_there_[slot]) {
      clear(slot);
      is_there_[slot] = true;
    }
    (*this)[slot][direction] = 1.0;
  }
  void clear(std::size_t slot) noexcept {
    for (std::size_t lane = 0; lane < width_; ++lane) (*this)[slot][lane] = 0.0;
  }

 private:
  static constexpr std::size_t line = 8;  // doubles, to which slots are aligned

  list<double> memory_;
  list<bool> is_there_;
  double* begin_ = nullptr;
  std::size_t width_ = 1;
};

/// Numbers of slots, each given out again when it is given back.
class slot_numbers {
 public:
  void clear() noexcept {
    free_.clear();
    count_ = 1;
  }
  [[nodiscard]] std::uint32_t take() {
    if (free_.empty()) return take_new();
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  /// One that nobody had.
  [[nodiscard]] std::uint32_t take_new() noexcept { return count_++; }
  void give_back(std::uint32_t slot) { free_.push_back(slot); }
  /// Those that were ever given out, and slot 0.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::size_t byte_count() const noexcept { return free_.capacity() * sizeof(std::uint32_t); }

 private:
  list<std::uint32_t> free_;
  std::uint32_t count_ = 1;
};

}  // namespace dad::detail
