// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which recording a value belongs to: numbers that tell a var of a cleared or rewound recording from a live
// one.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dad::detail {

/// A number that no other recording of this process has now; 0 is for passive values.
inline std::uint32_t next_recording() noexcept {
  // The builtin of both compilers: <atomic> would be a tenth of the compile time of a first program.
  static constinit std::uint32_t count = 0;
  for (;;)
    if (const std::uint32_t number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED); number != 0)
      return number;
}

/// The stretches of a recording between its rewinds, each with its own number.
class segments {
 public:
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] std::uint32_t newest() const noexcept { return newest_; }

  /// The oldest stretch holds statements 1 to oldest_end().
  [[nodiscard]] std::uint32_t oldest() const noexcept { return oldest_; }
  [[nodiscard]] std::uint32_t oldest_end() const noexcept { return oldest_end_; }

  /// The number of the stretch that holds statement index; 0 for an empty recording's start.
  [[nodiscard]] std::uint32_t recording_at(std::size_t index) const noexcept {
    for (std::size_t i = list_.size(); i > 0; --i)
      if (list_[i - 1].start < index) return list_[i - 1].number;
    return 0;
  }

  /// A value with this index and number is of this recording and was not rewound. The first and the newest
  /// stretch are answered without a search: inputs before a loop that rewinds, and the terms inside it.
  [[nodiscard]] bool owns(std::size_t index, std::uint32_t number) const noexcept {
    return number == newest_ || (number == oldest_ && index <= oldest_end_) || recording_at(index) == number;
  }

  void restart() {
    list_.clear();
    open(0);
  }

  /// Everything after statement `last` is gone; what comes now is a stretch of its own.
  void cut(std::size_t last) {
    while (!list_.empty() && list_.back().start >= last) list_.pop_back();
    open(last);
  }

 private:
  struct segment {
    std::size_t start;  // its statements come after this one
    std::uint32_t number;
  };

  void open(std::size_t start) {
    newest_ = next_recording();
    list_.push_back({start, newest_});
    oldest_ = list_.front().number;
    oldest_end_ = list_.size() > 1 ? static_cast<std::uint32_t>(list_[1].start) : ~std::uint32_t{0};
  }

  std::vector<segment> list_;
  std::uint32_t newest_ = 0;
  std::uint32_t oldest_ = 0;
  std::uint32_t oldest_end_ = 0;
};

}  // namespace dad::detail
