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
/// value has its slot from the first of its terms to its last use. What is only a term of one sum has none:
/// its own terms go into that sum. A template without parameters: compiled where it is used.
template <class...>
class flat_tangents_if_used {
  // Of a value: its slot, and how many terms it still waits for. Without a slot: 0, or the only value that it
  // is a term of, with `minus` if it is subtracted.
  struct node {
    std::uint32_t slot, rest;
  };
  static constexpr std::uint32_t minus = std::uint32_t{1} << 31;

 public:
  /// For a recording of so many values, of which the first are the inputs.
  void restart(std::size_t values, std::size_t inputs) {
    nodes_.assign(values + 1, node{0, 0});
    inputs_ = inputs;
  }
  /// Asks for a value, and gives its slot, which nothing else ever has.
  std::uint32_t keep(std::uint32_t value, slot_numbers& numbers) noexcept {
    if (nodes_[value].slot == 0) nodes_[value] = {numbers.take_new(), 1};
    return nodes_[value].slot;
  }
  /// 0 for a value that has none.
  [[nodiscard]] std::uint32_t slot(std::size_t value) const noexcept { return nodes_[value].slot; }

  /// When all are asked for. Goes through the rows backwards: before a value is made, its slot is free again.
  void write(const rows<double>& recorded, slot_numbers& numbers) {
    sweep_.restart(recorded.most_arguments());
    recorded.for_each_backwards([&](std::uint32_t value, bool is_increment, auto&& arguments) {
      const node own = nodes_[value];
      if (value <= inputs_ || (own.slot | own.rest) == 0) return;
      const std::uint32_t to = own.slot != 0 ? value : own.rest & ~minus;
      const bool is_subtracted = own.slot == 0 && (own.rest & minus) != 0;
      arguments([&](std::uint32_t index, double partial, bool is_negative) {
        add_term(to, index, is_negative != is_subtracted ? -partial : partial, numbers);
      });
      if (!is_increment) end_term(to, numbers);
    });
  }

  /// Before each run: the inputs' tangents, all zero.
  void clear_seeds(lane_slots& lanes) const noexcept {
    for (std::size_t k = 1; k <= inputs_; ++k) lanes.clear(slot(k));
  }
  void run(lane_slots& lanes, std::uint8_t number = 0) const { sweep_.run_backwards(lanes, number); }
  /// Before runs with numbers: runs[slot] for the slots of the inputs, see flat_sweep.
  std::size_t find_parts(list<std::uint64_t>& runs) { return sweep_.template find_parts<-1>(runs); }

  [[nodiscard]] bool is_finite() const noexcept { return sweep_.is_finite(); }
  [[nodiscard]] std::size_t operation_count() const noexcept { return sweep_.size(); }
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return nodes_.capacity() * sizeof(node) + sweep_.byte_count();
  }

 private:
  void add_term(std::uint32_t to, std::uint32_t index, double coefficient, slot_numbers& numbers) {
    node& from = nodes_[index];
    if ((from.slot | from.rest) == 0 && index > inputs_ && (coefficient == 1.0 || coefficient == -1.0)) {
      from.rest = coefficient < 0.0 ? to | minus : to;
      ++nodes_[to].rest;
      return;
    }
    if (from.slot == 0) {
      const std::uint32_t other = from.rest;
      from = {numbers.take(), 1};
      if (other != 0) {  // is a term of two: becomes a value of its own
        sweep_.add(slot(other & ~minus), from.slot, (other & minus) != 0 ? -1.0 : 1.0);
        end_term(other & ~minus, numbers);
      }
    }
    sweep_.add(slot(to), from.slot, coefficient);
  }
  // The newest entry was the last of one of the terms: if none is left, nothing is in the slot before it.
  void end_term(std::uint32_t to, slot_numbers& numbers) {
    node& n = nodes_[to];
    if (--n.rest != 0) return;
    if (!sweep_.begins(n.slot)) sweep_.add(n.slot | flat_sweep::fresh, 0, 0.0);
    numbers.give_back(n.slot);
  }

  list<node> nodes_;
  flat_sweep sweep_;  // written from its end
  std::size_t inputs_ = 0;
};
using flat_tangents = flat_tangents_if_used<>;

}  // namespace dad::detail
