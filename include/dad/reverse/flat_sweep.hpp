// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sweep written out as a list of multiply-adds, for recordings that are swept in many directions.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>

namespace dad::detail {

/// The numbers of eight directions in one slot of a sweep's memory.
struct alignas(64) eight_lanes {
  double at[8];
};

/// Slots with a number for each direction of a sweep, in packs of eight.
class lane_slots {
 public:
  /// So many slots for at least so many directions, at most sixteen; all zero.
  void restart(std::size_t slots, std::size_t directions) {
    packs_ = directions > 8 ? 2 : 1;
    memory_.assign(slots * packs_, eight_lanes{});
  }
  /// The numbers of a slot, as many as there are directions.
  [[nodiscard]] double* operator[](std::size_t slot) noexcept { return memory_[slot * packs_].at; }
  [[nodiscard]] std::size_t packs() const noexcept { return packs_; }
  [[nodiscard]] std::size_t byte_count() const noexcept { return memory_.capacity() * sizeof(eight_lanes); }

 private:
  list<eight_lanes> memory_;
  std::size_t packs_ = 1;
};

/// In order, slot `to` += coefficient * slot `from`, for all directions at once. An exactly zero number stays
/// zero, whatever the coefficient. Nothing goes from a slot to itself.
class flat_sweep {
  struct entry {
    std::uint32_t to, from;
    double coefficient;
  };

 public:
  void clear() noexcept {
    entries_.clear();
    is_finite_ = true;
  }
  void add(std::uint32_t to, std::uint32_t from, double coefficient) {
    entries_.push_back({to, from, coefficient});
    is_finite_ = is_finite_ && coefficient - coefficient == 0.0;
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::size_t byte_count() const noexcept { return entries_.capacity() * sizeof(entry); }

  /// From the first entry to the last.
  void run(lane_slots& slots) const { go<1>(slots); }
  /// From the last entry to the first.
  void run_backwards(lane_slots& slots) const { go<-1>(slots); }

 private:
  // What compilers compute with, in one register or several.
  typedef double numbers __attribute__((vector_size(64), may_alias));

  template <int Step>
  void go(lane_slots& slots) const {
    if (entries_.empty()) return;
    numbers* const memory = reinterpret_cast<numbers*>(slots[0]);
    if (is_finite_)
      slots.packs() == 1 ? go<Step, 1, false>(memory) : go<Step, 2, false>(memory);
    else
      slots.packs() == 1 ? go<Step, 1, true>(memory) : go<Step, 2, true>(memory);
  }
  // The slot that is being added to is in registers: memory would make each entry wait for the one before.
  template <int Step, std::size_t Packs, bool IsMasked>
  [[gnu::noinline]] void go(numbers* memory) const {
    const entry* e = Step > 0 ? entries_.begin() : entries_.end() - 1;
    std::uint32_t to = e->to;
    numbers sum[Packs];
    for (std::size_t p = 0; p < Packs; ++p) sum[p] = memory[to * Packs + p];
    for (std::size_t left = entries_.size(); left > 0; --left, e += Step) {
      if (e->to != to) {
        for (std::size_t p = 0; p < Packs; ++p) memory[to * Packs + p] = sum[p];
        to = e->to;
        for (std::size_t p = 0; p < Packs; ++p) sum[p] = memory[to * Packs + p];
      }
      for (std::size_t p = 0; p < Packs; ++p) {
        const numbers seed = memory[e->from * Packs + p];
        if constexpr (IsMasked)
          sum[p] += seed == 0.0 ? numbers{} : e->coefficient * seed;
        else
          sum[p] += e->coefficient * seed;
      }
    }
    for (std::size_t p = 0; p < Packs; ++p) memory[to * Packs + p] = sum[p];
  }

  list<entry> entries_;
  bool is_finite_ = true;
};

}  // namespace dad::detail
