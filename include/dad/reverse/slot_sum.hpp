// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sum that a sweep over slots is writing.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/core/vector_width.hpp>

namespace dad::detail {

/// What a sweep in many directions computes with.
typedef double slot_pack __attribute__((vector_size(8 * vector_width), may_alias));

/// An exactly zero number stays zero where IsMasked, whatever the coefficient.
template <bool IsMasked, class Numbers>
[[gnu::always_inline]] inline Numbers slot_product(double coefficient, const Numbers& x) noexcept {
  if constexpr (IsMasked)
    return x == 0.0 ? Numbers{} : coefficient * x;
  else
    return coefficient * x;
}

/// A sum in registers, as many as there are: in memory each term would wait for the one before. Written out
/// for every pack, as g++ leaves loops over them to -O3, and their numbers in memory.
template <class Numbers, std::size_t Packs, bool IsMasked, class = std::make_index_sequence<Packs>>
class sum_in_registers;
template <class Numbers, std::size_t Packs, bool IsMasked, std::size_t... P>
class sum_in_registers<Numbers, Packs, IsMasked, std::index_sequence<P...>> {
 public:
  void begin(Numbers* slot, bool is_fresh) noexcept {
    if (is_fresh) [[likely]]
      ((sum_[P] = Numbers{}), ...);
    else
      ((sum_[P] = slot[P]), ...);
  }
  void add(double coefficient, const Numbers* x) noexcept {
    ((sum_[P] += slot_product<IsMasked>(coefficient, x[P])), ...);
  }
  void end(Numbers* slot) noexcept { ((slot[P] = sum_[P]), ...); }

 private:
  Numbers sum_[Packs];
};

/// Where they would not suffice: terms are put down and added up strip by strip.
template <class Numbers, std::size_t Packs, bool IsMasked>
class sum_by_strips {
 public:
  void begin(Numbers* slot, bool is_fresh) noexcept {
    slot_ = slot;
    is_fresh_ = is_fresh;
  }
  void add(double coefficient, const Numbers* x) noexcept {
    terms_[count_++] = {coefficient, x};
    if (count_ == most) add_up();
  }
  void end(Numbers*) noexcept {
    if (count_ != 0) add_up();
  }

 private:
  static constexpr std::size_t most = 32, strip = 8;
  struct term {
    double coefficient;
    const Numbers* x;
  };

  void add_up() noexcept {
    for (std::size_t first = 0; first < Packs; first += strip) {
      sum_in_registers<Numbers, strip, IsMasked> sum;
      sum.begin(slot_ + first, is_fresh_);
      for (std::size_t t = 0; t < count_; ++t) sum.add(terms_[t].coefficient, terms_[t].x + first);
      sum.end(slot_ + first);
    }
    is_fresh_ = false;
    count_ = 0;
  }

  Numbers* slot_ = nullptr;
  bool is_fresh_ = false;
  std::size_t count_ = 0;
  term terms_[most];
};

}  // namespace dad::detail
