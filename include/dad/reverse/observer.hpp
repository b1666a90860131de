// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Whoever watches a tape: it is told of every operation as the user's function does it.

#pragma once

#include <cstddef>
#include <cstdint>

namespace dad::detail {

/// An operand as it came: where the recording has it, 0 for a constant.
template <class T>
struct observed_operand {
  std::uint32_t index = 0;
  T value{};
};

/// Told of what a tape records. While a tape has an observer, every operation is a statement of its own and
/// takes the way out of line; a tape without one pays nothing.
template <class T>
class tape_observer {
 public:
  /// An input is about to become statement `index`.
  virtual void input(std::uint32_t index, const T& value) = 0;
  /// So is an operation, whose row is the newest when the next call comes.
  virtual void operation(std::uint32_t index, const char* name, const observed_operand<T>* operands,
                         std::size_t count, const T& value) = 0;
  /// A range function begins to write its row.
  virtual void range_begins() = 0;
  /// The newest statement is a part of its row, which the next part will refer to as its first argument.
  virtual void range_part(std::uint32_t index) = 0;
  /// The newest statement is its row, or the last part of it.
  virtual void range_ends(std::uint32_t index, const char* name, const T& value) = 0;
  /// Only the first so many statements are left.
  virtual void rewound(std::size_t statements) = 0;

  tape_observer(const tape_observer&) = delete;
  tape_observer& operator=(const tape_observer&) = delete;

 protected:
  tape_observer() = default;
  ~tape_observer() = default;
};

}  // namespace dad::detail
