// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Tangents up a recording, written out.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>
#include <dad/reverse/flat_sweep.hpp>
#include <dad/reverse/rows.hpp>

namespace dad::detail {

/// From the tangents of inputs those of the values that were asked for, and of what is on the way to them. A
/// value has its slot from the row that makes it to its last use. A template without parameters: compiled
/// where it is used.
template <class...>
class flat_tangents_if_used {
 public:
  /// For a recording of so many values, of which the first are the inputs.
  void restart(std::size_t values, std::size_t inputs) {
    slots_.assign(values + 1, 0);
    inputs_ = inputs;
  }
  /// Asks for a value, and gives its slot, which nothing else ever has.
  std::uint32_t keep(std::uint32_t value, slot_numbers& numbers) noexcept {
    if (slots_[value] == 0) slots_[value] = numbers.take_new();
    return slots_[value];
  }
  /// 0 for a value that nothing needs.
  [[nodiscard]] std::uint32_t slot(std::size_t value) const noexcept { return slots_[value]; }

  /// When all are asked for. Goes through the rows backwards: before a value is made, its slot is free again.
  void write(const rows<double>& recorded, slot_numbers& numbers) {
    sweep_.restart(recorded.words.size());  // a row has as many words as arguments, and one
    recorded.for_each_backwards([&](std::uint32_t value, bool is_increment, auto&& arguments) {
      const std::uint32_t own = slots_[value];
      if (own == 0 || value <= inputs_) return;
      const std::uint32_t to = is_increment ? own : own | flat_sweep::fresh;
      bool is_empty = !is_increment;
      arguments([&](std::uint32_t index, double partial, bool is_negative) {
        std::uint32_t& from = slots_[index];
        if (from == 0) from = numbers.take();
        sweep_.add(to, from, is_negative ? -partial : partial);
        is_empty = false;
      });
      if (is_empty) sweep_.add(to, 0, 0.0);
      if (!is_increment) numbers.give_back(own);
    });
  }

  /// Before each run: the inputs' tangents, all zero.
  void clear_seeds(lane_slots& lanes) const noexcept {
    for (std::size_t k = 1; k <= inputs_; ++k)
      for (std::size_t lane = 0; lane < lanes.width(); ++lane) lanes[slots_[k]][lane] = 0.0;
  }
  void run(lane_slots& lanes) const { sweep_.run_backwards(lanes); }

  [[nodiscard]] std::size_t operation_count() const noexcept { return sweep_.size(); }
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return slots_.capacity() * sizeof(std::uint32_t) + sweep_.byte_count();
  }

 private:
  list<std::uint32_t> slots_;
  flat_sweep sweep_;  // written from its end
  std::size_t inputs_ = 0;
};
using flat_tangents = flat_tangents_if_used<>;

}  // namespace dad::detail
