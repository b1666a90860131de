// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sweep written out as a list of multiply-adds, for recordings that are swept in many directions.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include <dad/core/list.hpp>
#include <dad/core/prefetch.hpp>
#include <dad/core/vector_width.hpp>
#include <dad/reverse/lane_slots.hpp>
#include <dad/reverse/slot_sum.hpp>
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
    parts_.clear();
    reaches_.clear();
    if (entries_.capacity() <= most_entries) entries_.reserve(most_entries + most_entries / 16 + 1);
    is_finite_ = true;
  }
  /// To `to | fresh` where this is the first that is written there.
  void add(std::uint32_t to, std::uint32_t from, double coefficient) noexcept {
    new (entries_.cursor++) entry{to, from, coefficient};
    prefetch_to_write(entries_.cursor, 1024);
    is_finite_ &= coefficient - coefficient == 0.0;
  }
  /// In a sweep that is written from its end: the newest entry is the first to write to this slot. False if
  /// it writes elsewhere.
  bool begins(std::uint32_t slot) noexcept {
    if (entries_.cursor == entries_.begin() || entries_.cursor[-1].to != slot) return false;
    entries_.cursor[-1].to |= fresh;
    return true;
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// Only then may zeros be left out.
  [[nodiscard]] bool is_finite() const noexcept { return is_finite_; }
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return entries_.bytes() + reaches_.capacity() + parts_.capacity() * sizeof(part);
  }

  /// Runs that leave zeros out, and more, have numbers from 1 to most_runs: this is that of a block of
  /// directions. Where blocks are more, neighbours share one.
  static constexpr std::size_t most_runs = 64;
  [[nodiscard]] static constexpr std::uint8_t number_of(std::size_t block, std::size_t blocks) noexcept {
    return static_cast<std::uint8_t>(1 + (blocks <= most_runs ? block : block * most_runs / blocks));
  }
  /// Its bit.
  [[nodiscard]] static constexpr std::uint64_t bit_of(std::uint8_t number) noexcept {
    return std::uint64_t{1} << (number - 1);
  }
  /// For runs forwards of which only some results are wanted. reaches[slot] is the number of the last run
  /// that wants the result there, and 0 where there is none; an entry reaches as far as the furthest of the
  /// results that it has part in, and later runs leave it out. What is in `reaches` is lost.
  void find_reaches(list<std::uint8_t>& reaches);
  [[nodiscard]] bool has_reaches() const noexcept { return !reaches_.empty(); }
  /// For runs in one direction, backwards where Step is -1. runs[slot] has the bits of the runs that find
  /// more than zeros there; others leave out stretches of entries that meet none. What is in `runs` is lost.
  /// Gives the entries that are left, of all numbers together.
  template <int Step>
  std::size_t find_parts(list<std::uint64_t>& runs);

  /// From the first entry to the last.
  void run(lane_slots& slots, std::uint8_t number = 0) const { go_through<1>(slots, number); }
  /// From the last entry to the first.
  void run_backwards(lane_slots& slots, std::uint8_t number = 0) const { go_through<-1>(slots, number); }

 private:
  // What becomes of an exactly zero number: it is multiplied, which where a coefficient is not finite would
  // not give zero; or it is left out, alone or with all others of its slot.
  enum class zeros { multiplied, masked, left_out };
  using numbers = slot_pack;
  // Most processors have 16 registers.
  template <class Numbers, std::size_t Packs, zeros Zeros>
  using slot_sum = std::conditional_t<(Packs <= 12), sum_in_registers<Numbers, Packs, Zeros == zeros::masked>,
                                      sum_by_strips<Numbers, Packs, Zeros == zeros::masked>>;

  template <int Step>
  void go_through(lane_slots& slots, std::uint8_t number) const {
    if (parts_.empty() || number == 0 || !slots.leaves_zeros_out())
      return go<Step>(slots, 0, size(), has_reaches() ? number : 0);
    for (std::size_t p = 0; p + 1 < parts_.size(); ++p) {
      const std::size_t first = p;
      while ((parts_[p].runs & bit_of(number)) != 0) ++p;
      if (p > first) go<Step>(slots, parts_[first].begin, parts_[p].begin);
    }
  }
  // Entries first to last of those in this direction.
  template <int Step>
  void go(lane_slots& slots, std::size_t first, std::size_t last, std::uint8_t number = 0) const {
    if (first == last) return;
    const range r = {first, last, number};
    if (slots.width() == 1)
      is_finite_ ? go_one_by_one<Step, zeros::multiplied>(slots[0], r)
                 : go_one_by_one<Step, zeros::masked>(slots[0], r);
    else if (slots.width() == 8)
      go_in_packs<Step, 8 / vector_width>(slots, r);
    else if (slots.width() == 16)
      go_in_packs<Step, 16 / vector_width>(slots, r);
    else if (slots.width() == 32)
      go_in_packs<Step, 32 / vector_width>(slots, r);
    else
      go_in_packs<Step, 48 / vector_width>(slots, r);
  }
  struct range {
    std::size_t first, last;
    std::uint8_t number;
  };
  // Of entries that are in a cache, asking for memory ahead would take some per cent of the time.
  template <int Step, zeros Zeros>
  void go_one_by_one(double* memory, const range& r) const {
    static constexpr std::size_t many = std::size_t{1} << 15;
    size() > many ? go<Step, 1, Zeros>(memory, r) : go<Step, 1, Zeros, false>(memory, r);
  }
  template <int Step, std::size_t Packs>
  void go_in_packs(lane_slots& slots, const range& r) const {
    numbers* const packs = reinterpret_cast<numbers*>(slots[0]);
    if (slots.leaves_zeros_out())
      go<Step, Packs, zeros::left_out>(packs, r, slots.is_there());
    else if (is_finite_)
      go<Step, Packs, zeros::multiplied>(packs, r);
    else
      go<Step, Packs, zeros::masked>(packs, r);
  }

  template <int Step, std::size_t Packs, zeros Zeros, bool AsksAhead = true, class Numbers>
  [[gnu::noinline]] void go(Numbers* memory, const range& r,
                            [[maybe_unused]] bool* is_there = nullptr) const {
    constexpr bool leaves_out = Zeros == zeros::left_out;
    const auto begin = static_cast<std::ptrdiff_t>(r.first);
    const entry* e = Step > 0 ? entries_.begin() + begin : entries_.cursor - 1 - begin;
    std::uint32_t to = 0;
    bool is_any = !leaves_out;  // in the sum
    slot_sum<Numbers, Packs, Zeros> sum;
    sum.begin(memory, false);
    const auto end_sum = [&] {
      if constexpr (leaves_out) is_there[to] = is_any;
      if (is_any) sum.end(memory + to * Packs);
    };
    for (std::size_t left = r.last - r.first; left > 0; --left, e += Step) {
      if constexpr (leaves_out && Step > 0)
        if (r.number != 0) {
          const std::size_t here = r.last - left, idle = next_reaching(r.number, here) - here;
          if (idle >= left) break;
          left -= idle;
          e += idle;
        }
      if constexpr (AsksAhead) prefetch(e, Step * 1024);
      if (e->to != to) {
        end_sum();
        to = e->to & ~fresh;
        bool is_fresh = e->to != to;
        if constexpr (leaves_out) is_any = !(is_fresh = is_fresh || !is_there[to]);
        sum.begin(memory + to * Packs, is_fresh);
      }
      if constexpr (leaves_out) {
        if (!is_there[e->from]) continue;
        is_any = true;
      }
      sum.add(e->coefficient, memory + e->from * Packs);
    }
    end_sum();
  }

  // The next entry from number `here` on that reaches so far. Eight at a time: behind the last are eight that
  // reach everything.
  using eight = std::uint64_t;
  [[gnu::always_inline]] std::size_t next_reaching(std::uint8_t least, std::size_t here) const noexcept {
    static constexpr eight ones = 0x0101010101010101, high = ones * 128;
    const std::uint8_t* r = reaches_.data() + here;
    if (*r >= least) return here;
    for (;; r += sizeof(eight)) {
      eight reaches;
      __builtin_memcpy(&reaches, r, sizeof reaches);
      // In every byte 128 + reach - least, of which nothing goes to the next.
      if (((reaches + ones * (128u - least)) & high) != 0) break;
    }
    while (*r < least) ++r;
    return static_cast<std::size_t>(r - reaches_.data());
  }

  // Stretches of so many entries, and the runs that have part in each, a bit for each number. The last is
  // empty.
  static constexpr std::size_t stretch = 64;
  struct part {
    std::size_t begin;
    std::uint64_t runs;
  };

  stream<entry> entries_;
  list<std::uint8_t> reaches_;  // of the entries, where they were looked for
  list<part> parts_;            // in the order of runs, where they were looked for
  bool is_finite_ = true;
};
using flat_sweep = flat_sweep_if_used<>;

template <class... Lazy>
void flat_sweep_if_used<Lazy...>::find_reaches(list<std::uint8_t>& reaches) {
  reaches_.resize(size() + sizeof(eight), most_runs);
  const entry* const first = entries_.begin();
  for (std::size_t i = size(); i-- > 0;) {
    const entry& e = first[i];
    prefetch(&e, -1024);
    std::uint8_t& to = reaches[e.to & ~fresh];
    reaches_[i] = to;
    if (reaches[e.from] < to) reaches[e.from] = to;
    if ((e.to & fresh) != 0) to = 0;  // before the first of a sum, what is in its slot is another's
  }
}

template <class... Lazy>
template <int Step>
std::size_t flat_sweep_if_used<Lazy...>::find_parts(list<std::uint64_t>& runs) {
  std::size_t left = 0;
  part now = {0, 0};
  const auto end_part = [&](std::size_t end) {
    left += (end - now.begin) * static_cast<std::size_t>(std::popcount(now.runs));
    parts_.push_back(now);
    now = {end, 0};
  };
  const entry* e = Step > 0 ? entries_.begin() : entries_.cursor - 1;
  for (std::size_t i = 0; i < size(); ++i, e += Step) {
    prefetch(e, Step * 1024);
    if (i - now.begin == stretch) end_part(i);
    std::uint64_t& to = runs[e->to & ~fresh];
    // The first of a sum has part in the runs that find another's numbers in its slot: it forgets them.
    if ((e->to & fresh) != 0) now.runs |= std::exchange(to, 0);
    now.runs |= runs[e->from];
    to |= runs[e->from];
  }
  end_part(size());
  end_part(size());
  return left;
}

}  // namespace dad::detail
