// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Letters between the root of a call and the other ranks: a head that says what comes, and blocks of bytes.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace dad::mpi::detail {

/// From the root: prepare, work, drop, finish. To it: prepared, done, dropped, edges.
enum class message : std::uint32_t { prepare, work, drop, finish, prepared, done, dropped, edges };

inline constexpr std::size_t block_count = 7;

/// The head of a letter. What the blocks are is up to whom they belong to.
struct letter {
  message kind = message::work;
  std::uint32_t failure = 0;  // a failure_kind
  std::uint64_t begin = 0;    // of the chunk
  std::uint64_t end = 0;
  std::array<std::uint64_t, block_count> bytes = {};  // of the blocks
  std::array<std::uint64_t, 2> row_lengths = {};
  std::uint64_t number = 0;  // a fingerprint, or the first failing index
  std::uint32_t paths = 0;
  std::uint32_t call = 0;  // of which call of the channel
  double from = 0.0, until = 0.0;

  [[nodiscard]] std::uint64_t total() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t b : bytes) sum += b;
    return sum;
  }
};

/// Blocks on their way, and what they lie in.
struct bundle {
  std::array<std::span<const std::byte>, block_count> blocks = {};
  std::array<std::uint64_t, 2> row_lengths = {};
  std::shared_ptr<const void> owner = nullptr;
};
using rooms = std::array<std::span<std::byte>, block_count>;

/// Who gets letters.
class recipient {
 public:
  recipient() = default;
  recipient(const recipient&) = delete;
  recipient& operator=(const recipient&) = delete;

  /// Held, where another thread looks at the same, while room is made and small letters are copied there.
  virtual void lock() {}
  virtual void unlock() {}

  /// Room for the blocks of a letter, of the sizes that it says.
  virtual rooms room(int from, const letter& head) = 0;
  /// All blocks of the letter are there; letters of one rank come in order.
  virtual void arrived(int from, const letter& head) = 0;

 protected:
  ~recipient() = default;
};

}  // namespace dad::mpi::detail
