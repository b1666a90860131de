// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Adjoints down a recording, written out.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>
#include <dad/reverse/flat_sweep.hpp>
#include <dad/reverse/rows.hpp>

namespace dad::detail {

/// From the adjoints of some values, the seeds, those of the inputs. A value has its slot from the first row
/// that uses it, going backwards, to the row that makes it. A template without parameters: compiled where it
/// is used.
template <class...>
class flat_adjoints_if_used {
 public:
  /// For a recording of so many values, of which the first are the inputs.
  void restart(std::size_t values, std::size_t inputs) {
    slots_.assign(values + 1, 0);
    seeds_.clear();
    inputs_ = inputs;
  }
  /// Makes a value a seed.
  void keep(std::uint32_t value, slot_numbers& numbers) {
    if (slots_[value] != 0) return;
    slots_[value] = numbers.take_new();
    seeds_.push_back(slots_[value]);
  }
  /// 0 for a value that no seed depends on.
  [[nodiscard]] std::uint32_t slot(std::size_t value) const noexcept { return slots_[value]; }

  /// When all are seeds that will be.
  void write(const rows<double>& recorded, slot_numbers& numbers) {
    sweep_.restart(recorded.most_arguments());
    recorded.for_each_backwards([&](std::uint32_t value, bool is_increment, auto&& arguments) {
      const std::uint32_t from = slots_[value];
      if (from == 0 || value <= inputs_) return;
      arguments([&](std::uint32_t index, double partial, bool is_negative) {
        std::uint32_t to = slots_[index];
        if (to == 0) to = (slots_[index] = numbers.take()) | flat_sweep::fresh;
        sweep_.add(to, from, is_negative ? -partial : partial);
      });
      if (!is_increment) numbers.give_back(from);
    });
  }

  /// Before each run: all seeds zero.
  void clear_seeds(lane_slots& lanes) const noexcept {
    for (const std::uint32_t slot : seeds_) lanes.clear(slot);
  }
  void run(lane_slots& lanes, std::uint8_t number = 0) const { sweep_.run(lanes, number); }
  /// Before runs with numbers: runs[slot] for the slots of the seeds, see flat_sweep.
  std::size_t find_parts(list<std::uint64_t>& runs) { return sweep_.template find_parts<1>(runs); }

  [[nodiscard]] bool is_finite() const noexcept { return sweep_.is_finite(); }
  [[nodiscard]] std::size_t operation_count() const noexcept { return sweep_.size(); }
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return (slots_.capacity() + seeds_.capacity()) * sizeof(std::uint32_t) + sweep_.byte_count();
  }

 private:
  list<std::uint32_t> slots_, seeds_;
  flat_sweep sweep_;
  std::size_t inputs_ = 0;
};
using flat_adjoints = flat_adjoints_if_used<>;

}  // namespace dad::detail
