// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows of numbers, one for each input of a batch, on their way from all ranks into one flat array at the
// root.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dad/batch/partition.hpp>
#include <dad/mpi/parcel.hpp>

namespace dad::mpi::detail {

using dad::detail::index_range;

/// The size of a rank's share of the rows.
struct table_size {
  std::uint64_t numbers = 0;
  std::uint64_t row_length = 0;  // ragged if the rows differ
};

/// The values or the payload of a batch on their way to the root.
class gathered_table {
 public:
  gathered_table(std::vector<double>& numbers, std::vector<std::size_t>& offsets)
      : numbers_(&numbers), offsets_(&offsets) {}

  [[nodiscard]] table_size size() const { return {numbers_->size(), row_length()}; }

  void send(transfer& messages, int root, tag kind, tag ends) const {
    messages.send(bytes_of(*numbers_), root, kind);
    if (row_length() == ragged) messages.send(bytes_of(*offsets_).subspan(sizeof(std::size_t)), root, ends);
  }

  /// At the root: room for all shares, whose sizes `sizes(rank)` knows.
  template <class Sizes>
  void make_room(transfer& messages, const std::vector<index_range>& ranges, int root, const Sizes& sizes,
                 tag kind, tag ends) {
    std::size_t total = 0;
    for (std::size_t rank = 0; rank < ranges.size(); ++rank) total += sizes(rank).numbers;
    numbers_->resize(total);
    offsets_->resize(ranges.back().end + 1);
    std::size_t base = 0;
    for (std::size_t rank = 0; rank < ranges.size(); ++rank) {
      const table_size size = sizes(rank);
      const auto [begin, end] = ranges[rank];
      if (static_cast<int>(rank) != root) {
        const int from = static_cast<int>(rank);
        messages.receive(std::as_writable_bytes(std::span(*numbers_).subspan(base, size.numbers)), from,
                         kind);
        if (size.row_length == ragged)
          messages.receive(std::as_writable_bytes(std::span(*offsets_).subspan(begin + 1, end - begin)), from,
                           ends);
      }
      base += size.numbers;
    }
  }

  /// At the root, after the transfer: its own share put in place, and all offsets counted from the front.
  template <class Sizes>
  void assemble(const gathered_table& own, const std::vector<index_range>& ranges, int root,
                const Sizes& sizes) {
    std::size_t base = 0;
    (*offsets_)[0] = 0;
    for (std::size_t rank = 0; rank < ranges.size(); ++rank) {
      const table_size size = sizes(rank);
      const auto [begin, end] = ranges[rank];
      if (static_cast<int>(rank) == root) {
        std::ranges::copy(*own.numbers_, numbers_->begin() + static_cast<std::ptrdiff_t>(base));
        for (std::size_t i = begin; i < end; ++i) (*offsets_)[i + 1] = base + (*own.offsets_)[i - begin + 1];
      } else {
        for (std::size_t i = begin; i < end; ++i)
          (*offsets_)[i + 1] =
              base + (size.row_length == ragged ? (*offsets_)[i + 1] : (i - begin + 1) * size.row_length);
      }
      base += size.numbers;
    }
  }

 private:
  [[nodiscard]] std::uint64_t row_length() const {
    const std::vector<std::size_t>& offsets = *offsets_;
    if (offsets.size() < 2) return 0;
    for (std::size_t i = 0; i < offsets.size(); ++i)
      if (offsets[i] != i * offsets[1]) return ragged;
    return offsets[1];
  }

  std::vector<double>* numbers_;
  std::vector<std::size_t>* offsets_;
};

}  // namespace dad::mpi::detail
