// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a recording tells about each of its operations, to whoever asks.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dad {

/// An operand or a result: its value, and its place in the recording (0 for a passive one).
template <class T>
struct observed_value {
  T value;
  std::uint32_t index;
};

/// Sees every operation of an observed tape with at least one active operand, as it is recorded.
///
/// A recording has no room for names and values, and asking for an observer in each operation would cost each
/// of them. So there is one question, which an operation asks anyway: has the tape room, and does it own the
/// operands? An observed tape never says yes. The operation then goes through one function out of line, which
/// makes room, calls the observer, and records without folding: every operation is a statement of its own,
/// with the index that the observer was told. tape.observe(&o) begins this, tape.observe(nullptr) ends it.
template <class T>
class tape_observer {
 public:
  virtual ~tape_observer() = default;

  /// Called when the value is known, just before the operation is recorded as statement result.index.
  /// `name` lives for ever; `operands` and what they show only during the call.
  virtual void operation(const char* name, std::span<const observed_value<T>> operands,
                         const observed_value<T>& result) = 0;
};

}  // namespace dad
