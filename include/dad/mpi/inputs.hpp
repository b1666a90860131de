// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs on their way from the root: a share to each rank, or one value to all of them.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <dad/batch/kind.hpp>
#include <dad/batch/partition.hpp>
#include <dad/mpi/failure.hpp>
#include <dad/mpi/parcel.hpp>

namespace dad::mpi::detail {

using dad::detail::index_range;
using dad::detail::no_seeds;

/// The shares of one range (inputs or seeds) of a call. The steps in order: pack (root), allocate (all), the
/// transfer, unpack (all), part. Each may throw; nothing is on its way then.
template <class Range>
class scattered {
  static_assert(require_travels<item_t<Range>>());

 public:
  scattered(const Range& range, bool is_root) : range_(range), is_root_(is_root) {}

  void pack(const std::vector<index_range>& shares, int root) {
    row_length_ = row_length_of(range_);
    parcels_.resize(shares.size());
    for (std::size_t rank = 0; rank < shares.size(); ++rank)
      if (static_cast<int>(rank) != root)
        parcels_[rank] = parcel<Range>(range_, shares[rank].begin, shares[rank].end, row_length_);
  }

  [[nodiscard]] static constexpr bool is_size_known(std::uint64_t row_length) {
    return arrival<Range>::is_size_known(row_length);
  }

  /// Of the root's range, after pack.
  [[nodiscard]] std::uint64_t row_length() const noexcept { return row_length_; }
  [[nodiscard]] std::uint64_t size_for(std::size_t rank) const { return parcels_[rank].bytes().size(); }

  void allocate(transfer& messages, index_range mine, std::uint64_t row_length, std::uint64_t size, int root,
                tag kind, tag lengths_kind) {
    mine_ = mine;
    if (is_root_) {
      for (std::size_t rank = 0; rank < parcels_.size(); ++rank) {
        messages.send(parcels_[rank].lengths(), static_cast<int>(rank), lengths_kind);
        messages.send(parcels_[rank].bytes(), static_cast<int>(rank), kind);
      }
    } else {
      arrival_.allocate(mine.end - mine.begin, row_length, size);
      messages.receive(arrival_.lengths(), root, lengths_kind);
      messages.receive(arrival_.bytes(), root, kind);
    }
  }

  void unpack() {
    if (!is_root_) arrival_.unpack();
    parcels_ = {};
  }

  /// This rank's share, ready to be evaluated.
  [[nodiscard]] Range part() const {
    return is_root_ ? slice(range_, mine_.begin, mine_.end) : arrival_.part();
  }

 private:
  Range range_;
  bool is_root_;
  index_range mine_ = {0, 0};
  std::uint64_t row_length_ = ragged;
  std::vector<parcel<Range>> parcels_;  // at the root
  arrival<Range> arrival_;              // elsewhere
};

/// Calls without seeds.
template <>
class scattered<no_seeds> {
 public:
  scattered(const no_seeds&, bool) {}
  void pack(const std::vector<index_range>&, int) {}
  [[nodiscard]] static constexpr bool is_size_known(std::uint64_t) { return true; }
  [[nodiscard]] std::uint64_t row_length() const noexcept { return 0; }
  [[nodiscard]] std::uint64_t size_for(std::size_t) const { return 0; }
  void allocate(transfer&, index_range, std::uint64_t, std::uint64_t, int, tag, tag) {}
  void unpack() {}
  [[nodiscard]] no_seeds part() const { return {}; }
};

/// The first item of the root's range on every rank. Collective; throws on all ranks or none.
template <class Range>
class broadcasted {
  static_assert(require_travels<item_t<Range>>());

 public:
  broadcasted(channel& over, const Range& range, int root) : range_(range), is_root_(over.rank == root) {
    struct header {
      std::uint64_t row_length;
      std::uint64_t size;
    };
    header head = {ragged, 0};
    parcel<Range> packed;
    const failure at_root = attempt([&] {
      if (!is_root_) return;
      if constexpr (number_row<item_t<Range>>) head.row_length = range[0].size();
      packed = parcel<Range>(range, 0, 1, head.row_length);
      head.size = packed.bytes().size();
    });
    settle_at(over, root, at_root);
    broadcast(over, head, root);
    settle(over, attempt([&] {
             if (!is_root_) arrival_.allocate(1, head.row_length, head.size);
           }));
    if (is_root_)
      broadcast_from_here(over, packed.bytes());
    else
      broadcast(over, arrival_.bytes(), root);
    const failure unpacking = attempt([&] {
      if (!is_root_) arrival_.unpack();
    });
    if constexpr (!fixed_size<item_t<Range>>) settle(over, unpacking);
  }

  /// A range of that one item.
  [[nodiscard]] Range part() const { return is_root_ ? slice(range_, 0, 1) : arrival_.part(); }

 private:
  Range range_;
  bool is_root_;
  arrival<Range> arrival_;
};

template <>
class broadcasted<no_seeds> {
 public:
  broadcasted(channel&, const no_seeds&, int) {}
  [[nodiscard]] no_seeds part() const { return {}; }
};

/// Tells each rank the sizes of what it will receive, which the root knows.
template <std::size_t N>
std::array<std::uint64_t, N> scatter_sizes(channel& over, int root,
                                           const std::vector<std::array<std::uint64_t, N>>& at_root) {
  std::array<std::uint64_t, N> mine = {};
  constexpr int bytes = static_cast<int>(sizeof mine);
  call("MPI_Scatter",
       MPI_Scatter(at_root.data(), bytes, MPI_BYTE, mine.data(), bytes, MPI_BYTE, root, over.comm));
  return mine;
}

}  // namespace dad::mpi::detail
