// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Consecutive items of a range as one block of bytes, and the items again where the block arrives.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <dad/mpi/transport.hpp>
#include <dad/mpi/travel.hpp>

namespace dad::mpi::detail {

/// The length of a range's rows where they do not all have one; also of items that are no rows.
inline constexpr std::uint64_t ragged = ~std::uint64_t{0};

/// The length that all rows of a range have.
template <class Range>
std::uint64_t row_length_of(const Range& range) {
  if constexpr (!number_row<item_t<Range>>)
    return ragged;
  else {
    const std::size_t count = range.size();
    if (count == 0) return 0;
    const std::uint64_t length = range[0].size();
    for (std::size_t i = 1; i < count; ++i)
      if (range[i].size() != length) return ragged;
    return length;
  }
}

/// Items begin to end of a range, ready to be sent: the bytes lie in the range itself where they are
/// contiguous there, so it has to outlive the parcel.
template <class Range>
class parcel {
 public:
  parcel() = default;

  parcel(const Range& range, std::size_t begin, std::size_t end, std::uint64_t row_length) {
    if (begin == end) return;
    if constexpr (fixed_size<item_t<Range>>)
      bytes_ = bytes_of(slice(range, begin, end));
    else if constexpr (number_row<item_t<Range>>)
      pack_rows(range, begin, end, row_length);
    else
      pack_objects(range, begin, end);
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return packed_.empty() ? bytes_ : packed_; }
  /// The lengths of ragged rows; empty otherwise.
  [[nodiscard]] std::span<const std::byte> lengths() const { return bytes_of(lengths_); }

 private:
  void pack_rows(const Range& range, std::size_t begin, std::size_t end, std::uint64_t row_length) {
    std::size_t total = 0;
    bool is_contiguous = true;
    const auto* const first = range[begin].data();
    for (std::size_t i = begin; i < end; ++i) {
      const auto& row = range[i];
      if (row_length == ragged) lengths_.push_back(row.size());
      is_contiguous = is_contiguous && (row.empty() || row.data() == first + total);
      total += row.size();
    }
    if (is_contiguous) {
      bytes_ = std::as_bytes(std::span(first, total));
      return;
    }
    packed_.reserve(total * sizeof *first);
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = bytes_of(range[i]);
      packed_.insert(packed_.end(), row.begin(), row.end());
    }
  }

  void pack_objects(const Range& range, std::size_t begin, std::size_t end) {
    packer archive(packed_);
    for (std::size_t i = begin; i < end; ++i) archive << range[i];
  }

  std::vector<std::uint64_t> lengths_;
  std::vector<std::byte> packed_;
  std::span<const std::byte> bytes_;
};

template <class Item>
struct number_in {
  using type = std::byte;
};
template <number_row Item>
struct number_in<Item> {
  using type = std::remove_cv_t<typename Item::value_type>;
};

/// The other end of a parcel: memory for its bytes, then the items.
template <class Range>
class arrival {
  using item = item_t<Range>;
  using number = typename number_in<item>::type;
  static constexpr bool is_matrix = std::same_as<Range, matrix_view>;
  static constexpr bool is_view = std::ranges::view<item>;

 public:
  /// Whether a receiver can tell the size of a parcel from the number of its items and the row length.
  [[nodiscard]] static constexpr bool is_size_known(std::uint64_t row_length) {
    return fixed_size<item> || row_length != ragged;
  }

  /// Makes room for count items; size counts only where it is not known.
  void allocate(std::size_t count, std::uint64_t row_length, std::uint64_t size) {
    count_ = count;
    row_length_ = row_length;
    if constexpr (fixed_size<item>) {
      items_.resize(count);
    } else if constexpr (number_row<item>) {
      if (row_length == ragged) lengths_.resize(count);
      numbers_.resize(row_length == ragged ? size / sizeof(number) : count * row_length);
    } else {
      packed_.resize(size);
    }
  }

  [[nodiscard]] std::span<std::byte> bytes() {
    if constexpr (fixed_size<item>)
      return writable_bytes_of(items_);
    else if constexpr (number_row<item>)
      return writable_bytes_of(numbers_);
    else
      return packed_;
  }
  [[nodiscard]] std::span<std::byte> lengths() { return writable_bytes_of(lengths_); }

  /// Makes the items, after bytes and lengths are filled.
  void unpack() {
    if constexpr (number_row<item>) {
      if constexpr (!is_matrix) unpack_rows();
    } else if constexpr (!fixed_size<item>) {
      items_.resize(count_);
      unpacker archive(packed_);
      for (item& x : items_) archive >> x;
      packed_ = {};
    }
  }

  [[nodiscard]] Range part() const {
    if constexpr (is_matrix)
      return {numbers_.data(), count_, count_ == 0 ? 0 : row_length_};
    else
      return items_;
  }

 private:
  void unpack_rows() {
    items_.reserve(count_);
    number* next = numbers_.data();
    for (std::size_t i = 0; i < count_; ++i) {
      const std::size_t length = row_length_ == ragged ? lengths_[i] : row_length_;
      if constexpr (is_view)
        items_.emplace_back(next, length);
      else
        items_.emplace_back(next, next + length);
      next += length;
    }
    if constexpr (!is_view) numbers_ = {};
  }

  std::size_t count_ = 0;
  std::uint64_t row_length_ = ragged;
  std::vector<item> items_;             // unless the range is a matrix
  std::vector<number> numbers_;         // of rows
  std::vector<std::uint64_t> lengths_;  // of ragged rows
  std::vector<std::byte> packed_;       // objects
};

}  // namespace dad::mpi::detail
