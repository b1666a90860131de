// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sweep written out as a list of multiply-adds, for recordings that are swept in many directions.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include <dad/core/list.hpp>
#include <dad/core/prefetch.hpp>
#include <dad/reverse/stream.hpp>

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
  /// Zero but for one direction.
  void set_unit(std::size_t slot, std::size_t direction) noexcept {
    clear(slot);
    (*this)[slot][direction] = 1.0;
    if (leaves_zeros_out()) is_there_[slot] = true;
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

/// In order, slot `to` = or += coefficient * slot `from`, for all directions at once. An exactly zero number
/// stays zero, whatever the coefficient. Bits do not depend on whether zeros are left out. Nothing goes from
/// a slot to itself. A template without parameters: compiled where it is used.
template <class...>
class flat_sweep_if_used {
  struct entry {
    std::uint32_t to, from;  // to: the slot, and in its highest bit whether what was there is forgotten
    double coefficient;
  };

 public:
  static constexpr std::uint32_t fresh = std::uint32_t{1} << 31;

  /// Forgets all entries, and makes room for so many.
  void restart(std::size_t most_entries) {
    entries_.resize_down(0);
    if (entries_.capacity() <= most_entries) entries_.reserve(most_entries + most_entries / 16 + 1);
    is_finite_ = true;
  }
  /// To `to | fresh` where this is the first that is written there; terms of one sum that follow each other
  /// may all say so.
  void add(std::uint32_t to, std::uint32_t from, double coefficient) noexcept {
    new (entries_.cursor++) entry{to, from, coefficient};
    prefetch_to_write(entries_.cursor, 1024);
    is_finite_ &= coefficient - coefficient == 0.0;
  }
  /// In a sweep that is written from its end: the newest entries are the first to write to this slot. False
  /// if the newest writes elsewhere.
  bool begins(std::uint32_t slot) noexcept {
    entry* e = entries_.cursor;
    for (; e != entries_.begin() && e[-1].to == slot; --e) e[-1].to |= fresh;
    return e != entries_.cursor;
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// Only then may zeros be left out.
  [[nodiscard]] bool is_finite() const noexcept { return is_finite_; }
  [[nodiscard]] std::size_t byte_count() const noexcept { return entries_.bytes(); }

  /// From the first entry to the last.
  void run(lane_slots& slots) const { go<1>(slots); }
  /// From the last entry to the first.
  void run_backwards(lane_slots& slots) const { go<-1>(slots); }

 private:
  // What becomes of an exactly zero number: it is multiplied, which where a coefficient is not finite would
  // not give zero; or it is left out, alone or with all others of its slot.
  enum class zeros { multiplied, masked, left_out };
  // What compilers compute with, in one register or several.
  typedef double numbers __attribute__((vector_size(64), may_alias));

  template <int Step>
  void go(lane_slots& slots) const {
    if (size() == 0) return;
    if (slots.width() == 1)
      is_finite_ ? go_one_by_one<Step, zeros::multiplied>(slots[0])
                 : go_one_by_one<Step, zeros::masked>(slots[0]);
    else if (slots.width() == 8)
      go_in_packs<Step, 1>(slots);
    else if (slots.width() == 16)
      go_in_packs<Step, 2>(slots);
    else if (slots.width() == 32)
      go_in_packs<Step, 4>(slots);
    else
      go_in_packs<Step, 6>(slots);
  }
  // Of entries that are in a cache, asking for memory ahead would take some per cent of the time.
  template <int Step, zeros Zeros>
  void go_one_by_one(double* memory) const {
    static constexpr std::size_t many = std::size_t{1} << 15;
    size() > many ? go<Step, 1, Zeros>(memory) : go<Step, 1, Zeros, false>(memory);
  }
  template <int Step, std::size_t Packs>
  void go_in_packs(lane_slots& slots) const {
    numbers* const packs = reinterpret_cast<numbers*>(slots[0]);
    if (slots.leaves_zeros_out())
      go<Step, Packs, zeros::left_out>(packs, slots.is_there());
    else if (is_finite_)
      go<Step, Packs, zeros::multiplied>(packs);
    else
      go<Step, Packs, zeros::masked>(packs);
  }

  // The slot that is being written is in registers: memory would make each entry wait for the one before.
  template <int Step, std::size_t Packs, zeros Zeros, bool AsksAhead = true, class Numbers>
  [[gnu::noinline]] void go(Numbers* memory, [[maybe_unused]] bool* is_there = nullptr) const {
    constexpr bool leaves_out = Zeros == zeros::left_out;
    const entry* e = Step > 0 ? entries_.begin() : entries_.cursor - 1;
    std::uint32_t to = 0;
    bool is_any = !leaves_out;  // in the sum
    Numbers sum[Packs];
    for (std::size_t p = 0; p < Packs; ++p) sum[p] = memory[p];
    const auto end_sum = [&] {
      const std::size_t slot = to & ~fresh;
      if constexpr (leaves_out) is_there[slot] = is_any;
      if (is_any)
        for (std::size_t p = 0; p < Packs; ++p) memory[slot * Packs + p] = sum[p];
    };
    for (std::size_t left = size(); left > 0; --left, e += Step) {
      if constexpr (AsksAhead) prefetch(e, Step * 1024);
      if (e->to != to) {
        end_sum();
        to = e->to;
        bool is_fresh = (to & fresh) != 0;
        if constexpr (leaves_out) is_any = !(is_fresh = is_fresh || !is_there[to]);
        if (is_fresh) [[likely]]
          for (std::size_t p = 0; p < Packs; ++p) sum[p] = Numbers{};
        else
          for (std::size_t p = 0; p < Packs; ++p) sum[p] = memory[to * Packs + p];
      }
      if constexpr (leaves_out) {
        if (!is_there[e->from]) continue;
        is_any = true;
      }
      for (std::size_t p = 0; p < Packs; ++p) {
        const Numbers seed = memory[e->from * Packs + p];
        if constexpr (Zeros == zeros::masked)
          sum[p] += seed == 0.0 ? Numbers{} : e->coefficient * seed;
        else
          sum[p] += e->coefficient * seed;
      }
    }
    end_sum();
  }

  stream<entry> entries_;
  bool is_finite_ = true;
};
using flat_sweep = flat_sweep_if_used<>;

}  // namespace dad::detail
