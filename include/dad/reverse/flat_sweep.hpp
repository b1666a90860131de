// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sweep written out as a list of multiply-adds, for recordings that are swept in many directions.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include <dad/core/list.hpp>
#include <dad/core/prefetch.hpp>
#include <dad/reverse/lane_slots.hpp>
#include <dad/reverse/stream.hpp>

namespace dad::detail {

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
    reaches_.clear();
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
  [[nodiscard]] std::size_t byte_count() const noexcept { return entries_.bytes() + reaches_.capacity(); }

  static constexpr std::uint8_t most_reach = 127;
  /// For runs of which only some results are wanted. reaches[slot] is from 1 to most_reach where a result is,
  /// and 0 elsewhere; an entry reaches as far as the furthest of the results that it has part in. What is in
  /// `reaches` is lost.
  void find_reaches(list<std::uint8_t>& reaches);
  [[nodiscard]] bool has_reaches() const noexcept { return !reaches_.empty(); }

  /// From the first entry to the last. Where zeros are left out, so are entries that reach less than this.
  void run(lane_slots& slots, std::uint8_t least_reach = 0) const {
    go<1>(slots, has_reaches() ? least_reach : 0);
  }
  /// From the last entry to the first.
  void run_backwards(lane_slots& slots) const { go<-1>(slots); }

 private:
  // What becomes of an exactly zero number: it is multiplied, which where a coefficient is not finite would
  // not give zero; or it is left out, alone or with all others of its slot.
  enum class zeros { multiplied, masked, left_out };
  // What compilers compute with, in one register or several.
  typedef double numbers __attribute__((vector_size(64), may_alias));

  template <int Step>
  void go(lane_slots& slots, std::uint8_t least_reach = 0) const {
    if (size() == 0) return;
    if (slots.width() == 1)
      is_finite_ ? go_one_by_one<Step, zeros::multiplied>(slots[0])
                 : go_one_by_one<Step, zeros::masked>(slots[0]);
    else if (slots.width() == 8)
      go_in_packs<Step, 1>(slots, least_reach);
    else if (slots.width() == 16)
      go_in_packs<Step, 2>(slots, least_reach);
    else if (slots.width() == 32)
      go_in_packs<Step, 4>(slots, least_reach);
    else
      go_in_packs<Step, 6>(slots, least_reach);
  }
  // Of entries that are in a cache, asking for memory ahead would take some per cent of the time.
  template <int Step, zeros Zeros>
  void go_one_by_one(double* memory) const {
    static constexpr std::size_t many = std::size_t{1} << 15;
    size() > many ? go<Step, 1, Zeros>(memory) : go<Step, 1, Zeros, false>(memory);
  }
  template <int Step, std::size_t Packs>
  void go_in_packs(lane_slots& slots, std::uint8_t least_reach) const {
    numbers* const packs = reinterpret_cast<numbers*>(slots[0]);
    if (slots.leaves_zeros_out())
      go<Step, Packs, zeros::left_out>(packs, slots.is_there(), least_reach);
    else if (is_finite_)
      go<Step, Packs, zeros::multiplied>(packs);
    else
      go<Step, Packs, zeros::masked>(packs);
  }

  // The slot that is being written is in registers: memory would make each entry wait for the one before.
  template <int Step, std::size_t Packs, zeros Zeros, bool AsksAhead = true, class Numbers>
  [[gnu::noinline]] void go(Numbers* memory, [[maybe_unused]] bool* is_there = nullptr,
                            [[maybe_unused]] std::uint8_t least_reach = 0) const {
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
      if constexpr (leaves_out && Step > 0)
        if (least_reach != 0) {
          const std::size_t idle = idle_entries(size() - left, least_reach);
          if (idle >= left) break;
          left -= idle;
          e += idle;
        }
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

  // How many entries, from number `first` on, reach less than that. Eight at a time: behind the last are
  // eight that reach everything.
  using eight = std::uint64_t;
  [[gnu::always_inline]] std::size_t idle_entries(std::size_t first, std::uint8_t least) const noexcept {
    static constexpr eight ones = 0x0101010101010101, high = ones * 128;
    const std::uint8_t* const begin = reaches_.data() + first;
    const std::uint8_t* r = begin;
    if (*r >= least) return 0;
    for (;; r += sizeof(eight)) {
      eight reaches;
      __builtin_memcpy(&reaches, r, sizeof reaches);
      // In every byte 128 + reach - least, of which nothing goes to the next.
      if (((reaches + ones * (128u - least)) & high) != 0) break;
    }
    while (*r < least) ++r;
    return static_cast<std::size_t>(r - begin);
  }

  stream<entry> entries_;
  list<std::uint8_t> reaches_;  // of the entries, where they were looked for
  bool is_finite_ = true;
};
using flat_sweep = flat_sweep_if_used<>;

template <class... Lazy>
void flat_sweep_if_used<Lazy...>::find_reaches(list<std::uint8_t>& reaches) {
  reaches_.resize(size() + sizeof(eight), most_reach);
  const entry* const first = entries_.begin();
  for (std::size_t i = size(); i-- > 0;) {
    const entry& e = first[i];
    prefetch(&e, -1024);
    std::uint8_t& to = reaches[e.to & ~fresh];
    reaches_[i] = to;
    if (reaches[e.from] < to) reaches[e.from] = to;
    // Before the first of a sum, what is in its slot is another's.
    if ((e.to & fresh) != 0 && (i == 0 || first[i - 1].to != e.to)) to = 0;
  }
}

}  // namespace dad::detail
