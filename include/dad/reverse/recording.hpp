// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which recording a value belongs to: numbers that tell a var of a cleared or rewound recording from a live
// one.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>

namespace dad::detail {

/// A number that no other recording of this process has now; 0 is for passive values.
inline std::uint32_t next_recording() noexcept {
  // The builtin of both compilers: <atomic> would be a tenth of the compile time of a first program.
  static constinit std::uint32_t count = 0;
  for (;;)
    if (const std::uint32_t number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED); number + 1 > 1)
      return number;  // neither 0 nor that of spent_id
}

/// The stretches of a recording, each with its own number: a new one begins where a recording was rewound,
/// and where its position was taken or it was swept. Rows of an older stretch never change.
class segments {
 public:
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] std::uint32_t newest() const noexcept { return newest_; }

  /// The oldest stretch holds values 1 to oldest_end().
  [[nodiscard]] std::uint32_t oldest() const noexcept { return oldest_; }
  [[nodiscard]] std::uint32_t oldest_end() const noexcept { return oldest_end_; }

  /// The number of the stretch that holds value index; that of the recording itself for the place before the
  /// first value.
  [[nodiscard]] std::uint32_t recording_at(std::size_t index) const noexcept {
    std::size_t low = 0,
                high = list_.size();  // the starts before low are less than index, those from high on not
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (list_[middle].start < index)
        low = middle + 1;
      else
        high = middle;
    }
    return low > 0 ? list_[low - 1].number : start_;
  }

  /// A value with this index and number is of this recording and was not rewound. The first and the newest
  /// stretch are answered without a search: inputs before a loop that rewinds, and the terms inside it.
  [[nodiscard]] bool owns(std::size_t index, std::uint32_t number) const noexcept {
    return number == newest_ || (number == oldest_ && index <= oldest_end_) || recording_at(index) == number;
  }

  void restart() {
    list_.clear();
    open(0);
    start_ = newest_;
  }

  [[nodiscard]] std::size_t bytes() const noexcept { return list_.capacity() * sizeof(segment); }

  /// Everything after value `last` is gone; what comes now is a stretch of its own.
  void cut(std::size_t last) {
    while (!list_.empty() && list_.back().start >= last) list_.pop_back();
    open(last);
  }

  /// Whether the newest stretch has values where there are so many in all.
  [[nodiscard]] bool has_begun(std::size_t last) const noexcept {
    return !list_.empty() && list_.back().start < last;
  }

 private:
  struct segment {
    std::size_t start;  // its values come after this one
    std::uint32_t number;
  };

  [[gnu::noinline]] void open(std::size_t start) {
    newest_ = next_recording();
    list_.push_back({start, newest_});
    oldest_ = list_.front().number;
    oldest_end_ = list_.size() > 1 ? static_cast<std::uint32_t>(list_[1].start) : ~std::uint32_t{0};
  }

  list<segment> list_;
  std::uint32_t start_ =
      0;  // of the place before all values: the first stretch's, also where that was rewound
  std::uint32_t newest_ = 0;
  std::uint32_t oldest_ = 0;
  std::uint32_t oldest_end_ = 0;
};

}  // namespace dad::detail
