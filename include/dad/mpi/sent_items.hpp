// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs and seeds on their way to the rank that evaluates them, a chunk at a time.

#pragma once

#include <cstdint>
#include <memory>

#include <dad/batch/kind.hpp>
#include <dad/mpi/chunk_work.hpp>
#include <dad/mpi/parcel.hpp>

namespace dad::mpi::detail {

using dad::detail::no_seeds;

/// The items that this rank has, by their index in the whole batch.
template <class Items>
class sent_items {
  static_assert(require_travels<item_t<Items>>());

 public:
  sent_items(const Items& items, std::size_t first) : items_(items), first_(first) {}

  [[nodiscard]] Items part(index_range r) const { return slice(items_, r.begin - first_, r.end - first_); }
  [[nodiscard]] bool has(std::size_t index) const {
    return first_ <= index && index - first_ < items_.size();
  }
  [[nodiscard]] decltype(auto) at(std::size_t index) const { return items_[index - first_]; }

  [[nodiscard]] parcel<Items> pack(index_range r) {
    return {items_, r.begin - first_, r.end - first_, row_length()};
  }
  [[nodiscard]] std::uint64_t row_length() {
    if (!is_measured_) row_length_ = row_length_of(items_);
    is_measured_ = true;
    return row_length_;
  }

 private:
  Items items_;
  std::size_t first_;
  std::uint64_t row_length_ = 0;  // of all items, once asked for
  bool is_measured_ = false;
};

template <>
class sent_items<no_seeds> {
 public:
  sent_items(const no_seeds&, std::size_t) {}
  [[nodiscard]] static no_seeds part(index_range) { return {}; }
};

/// Items and their seeds as blocks of bytes: of each the bytes, then the lengths of ragged rows.
template <class Items, class Seeds>
bundle pack_together(sent_items<Items>& items, sent_items<Seeds>& seeds, index_range r) {
  struct packed {
    parcel<Items> items;
    parcel<Seeds> seeds;
  };
  auto p = std::make_shared<packed>(packed{items.pack(r), seeds.pack(r)});
  bundle b;
  b.blocks[0] = p->items.bytes();
  b.blocks[1] = p->items.lengths();
  b.blocks[2] = p->seeds.bytes();
  b.blocks[3] = p->seeds.lengths();
  b.row_lengths = {items.row_length(), seeds.row_length()};
  b.owner = std::move(p);
  return b;
}
template <class Items>
bundle pack_together(sent_items<Items>& items, sent_items<no_seeds>&, index_range r) {
  auto p = std::make_shared<parcel<Items>>(items.pack(r));
  bundle b;
  b.blocks[0] = p->bytes();
  b.blocks[1] = p->lengths();
  b.row_lengths[0] = items.row_length();
  b.owner = std::move(p);
  return b;
}

/// The other end.
template <class Items, class Seeds>
struct items_in : blocks_in {
  static constexpr bool has_seeds = !std::is_same_v<Seeds, no_seeds>;

  explicit items_in(const letter& head) : items_in(head, head.end - head.begin, head.end - head.begin) {}
  items_in(const letter& head, std::size_t count, [[maybe_unused]] std::size_t seed_count) {
    inputs_.allocate(count, head.row_lengths[0], head.bytes[0]);
    to_fill[0] = inputs_.bytes();
    to_fill[1] = inputs_.lengths();
    if constexpr (has_seeds) {
      seeds_.allocate(seed_count, head.row_lengths[1], head.bytes[2]);
      to_fill[2] = seeds_.bytes();
      to_fill[3] = seeds_.lengths();
    }
  }
  /// Makes the items, once the bytes are there. Throws what their serialize throws.
  void unpack() {
    inputs_.unpack();
    if constexpr (has_seeds) seeds_.unpack();
  }
  [[nodiscard]] Items items() const { return inputs_.part(); }
  [[nodiscard]] Seeds seeds() const {
    if constexpr (has_seeds)
      return seeds_.part();
    else
      return {};
  }

 private:
  struct none {};
  arrival<Items> inputs_;
  std::conditional_t<has_seeds, arrival<Seeds>, none> seeds_;
};

}  // namespace dad::mpi::detail
