// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where the reals and the data of an input lie in its memory, so that further ones are read without a walk.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>  // declares std::min as well, at a fraction of the cost of <algorithm>

#include <dad/core/list.hpp>
#include <dad/structure/key.hpp>

namespace dad::detail {

/// X is a row of doubles in memory.
template <class X>
inline constexpr bool is_contiguous = std::is_same_v<X, double> ||
                                      (is_container<X> && contiguous_range_of<X, double>);

/// Never null.
template <class X>
const double* contiguous_reals(const X& x) {
  static constexpr double none = 0;
  if constexpr (std::is_same_v<X, double>)
    return &x;
  else
    return x.size() == 0 ? &none : std::span<const double>(x).data();
}

/// Where the reals and the data are in objects of one size, counted from their beginning.
template <class...>
class offsets_if_used {
 public:
  /// The reals are doubles one after the other.
  [[nodiscard]] bool is_row() const noexcept { return is_row_ && !reals_.empty(); }
  [[nodiscard]] std::size_t row_offset() const noexcept { return reals_.front().offset; }

  /// An object of Size bytes holds the data that was noted.
  template <std::size_t Size>
  [[nodiscard]] bool same_data(const unsigned char* object) const noexcept {
    word difference = 0;
    for (const data_word& data : data_) {
      word found = 0;
      std::memcpy(&found, object + data.offset, std::min(Size, sizeof(word)));
      difference |= (found ^ data.value) & data.mask;
    }
    return difference == 0;
  }
  void read(const unsigned char* object, double* out) const {
    if (are_doubles_)
      for (const real_place& real : reals_) std::memcpy(out++, object + real.offset, sizeof(double));
    else
      for (const real_place& real : reals_) *out++ = real.load(object + real.offset);
  }

  template <class R>
  void note_real(std::size_t offset) {
    are_doubles_ = are_doubles_ && std::is_same_v<R, double>;
    is_row_ = are_doubles_ && (reals_.empty() || (is_row_ && offset == reals_.back().offset + sizeof(R)));
    reals_.push_back({offset, &load<R>});
  }
  /// One byte of data of an object of `size` bytes.
  void note_byte(std::size_t offset, unsigned char byte, std::size_t size) {
    // The last word may overlap the one before it, so that none reaches over the end.
    const std::size_t last = size - std::min(size, sizeof(word));
    const std::size_t begin = std::min(offset / sizeof(word) * sizeof(word), last);
    if (data_.empty() || data_.back().offset != begin) data_.push_back({begin, 0, 0});
    reinterpret_cast<unsigned char*>(&data_.back().value)[offset - begin] = byte;
    reinterpret_cast<unsigned char*>(&data_.back().mask)[offset - begin] = 0xff;
  }

 private:
  using word = std::uint64_t;
  struct real_place {
    std::size_t offset;
    double (*load)(const unsigned char* from);
  };
  struct data_word {  // the bytes of it under the mask are data
    std::size_t offset;
    word value, mask;
  };

  template <class R>
  static double load(const unsigned char* from) {
    R r;
    std::memcpy(&r, from, sizeof(R));
    return static_cast<double>(r);
  }

  list<real_place> reals_;
  list<data_word> data_;
  bool are_doubles_ = true;
  bool is_row_ = true;
};
using offsets = offsets_if_used<>;

/// Hands to a key_writer what it is handed, and notes where in an object it is.
template <class...>
class offset_writer_if_used {
 public:
  offset_writer_if_used(const void* object, std::size_t size, offsets& to, key_writer& key)
      : begin_(reinterpret_cast<std::uintptr_t>(object)), size_(size), to_(to), key_(key) {}

  /// Everything so far is inside the object.
  [[nodiscard]] bool all_inside() const noexcept { return all_inside_; }

  template <class R>
  void real(const R& r) {
    key_.real(r);
    if constexpr (scalar<R>)
      all_inside_ = false;
    else if (const std::size_t offset = offset_of(&r, sizeof(R)); all_inside_)
      to_.note_real<R>(offset);
  }
  void bytes(const void* from, std::size_t count) {
    key_.bytes(from, count);
    const std::size_t offset = offset_of(from, count);
    for (std::size_t i = 0; all_inside_ && i < count; ++i)
      to_.note_byte(offset + i, static_cast<const unsigned char*>(from)[i], size_);
  }
  void size(std::size_t count) {
    key_.size(count);
    all_inside_ = false;
  }
  void tag(key_tag t) { key_.tag(t); }
  void no_key() {
    key_.no_key();
    all_inside_ = false;
  }
  template <bool HasReals, class X>
  void structure(const X& x) {
    visit_struct<HasReals>(x, *this);
  }

 private:
  std::size_t offset_of(const void* part, std::size_t count) {
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(part) - begin_;
    all_inside_ = all_inside_ && offset <= size_ && count <= size_ - offset;
    return offset;
  }

  std::uintptr_t begin_;
  std::size_t size_;
  offsets& to_;
  key_writer& key_;
  bool all_inside_ = true;
};
using offset_writer = offset_writer_if_used<>;

/// The key of the first of many X, and where the reals and the data of an X lie inside it, learnt by one
/// walk. What serialize visits may depend on data that it visits, but not on a real.
template <class X>
class layout {
 public:
  explicit layout(const X& first) {
    key_writer writer(key_);
    // Nothing is inside of no bytes.
    offset_writer sink(&first, is_its_bytes ? sizeof(X) : 0, offsets_, writer);
    visit_parts<is_all_int<X>>(first, sink);
    has_key_ = writer.has_key();
    real_count_ = writer.real_count();
    is_fixed_ = sink.all_inside();
  }

  /// As by append_key.
  [[nodiscard]] bool has_key() const noexcept { return has_key_; }
  [[nodiscard]] const std::vector<unsigned char>& key() const noexcept { return key_; }
  [[nodiscard]] std::size_t real_count() const noexcept { return real_count_; }

  /// All reals and data of the first lie inside it. Otherwise the rest is not to be called.
  [[nodiscard]] bool is_fixed() const noexcept { return is_fixed_; }
  /// x has the key of the first.
  [[nodiscard]] bool fits(const X& x) const noexcept {
    return offsets_.template same_data<sizeof(X)>(bytes(x));
  }
  /// The reals of an x that fits.
  void read(const X& x, double* out) const { offsets_.read(bytes(x), out); }
  /// The same, where they are if they are doubles in a row, otherwise read to scratch.
  const double* reals(const X& x, double* scratch) const {
    if (offsets_.is_row()) return reinterpret_cast<const double*>(bytes(x) + offsets_.row_offset());
    read(x, scratch);
    return scratch;
  }

 private:
  // So that no pointer decides where a part is: an X that can be copied as bytes does not point into itself.
  static constexpr bool is_its_bytes = std::is_trivially_copy_constructible_v<X>;

  static const unsigned char* bytes(const X& x) noexcept {
    return reinterpret_cast<const unsigned char*>(&x);
  }

  std::vector<unsigned char> key_;
  offsets offsets_;
  std::size_t real_count_ = 0;
  bool has_key_ = false;
  bool is_fixed_ = false;
};

}  // namespace dad::detail
