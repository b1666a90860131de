// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Moving memory between ranks: 64-bit sizes, in pieces that MPI's int counts can express, straight from and
// to the memory where the data lives.

#pragma once

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <span>
#include <type_traits>
#include <vector>

#include <dad/mpi/communicator.hpp>

namespace dad::mpi::detail {

/// Bytes per message, 64 MiB: far below MPI's int counts, large enough to cost nothing. Tests make it small.
inline std::size_t piece_limit = std::size_t{64} << 20;

/// The bytes of contiguous elements.
template <std::ranges::contiguous_range Range>
requires std::is_trivially_copyable_v<std::ranges::range_value_t<Range>> std::span<const std::byte> bytes_of(
    const Range& elements) {
  return std::as_bytes(std::span(elements));
}
template <std::ranges::contiguous_range Range>
requires std::is_trivially_copyable_v<std::ranges::range_value_t<Range>> std::span<std::byte>
writable_bytes_of(Range&& elements) {
  return std::as_writable_bytes(std::span(elements));
}

/// Calls fn(offset, length) for each piece of a block of bytes, in order; not at all for an empty one.
template <class Fn>
void for_each_piece(std::size_t bytes, Fn&& fn) {
  for (std::size_t offset = 0; offset < bytes; offset += piece_limit)
    fn(offset, static_cast<int>(std::min(piece_limit, bytes - offset)));
}

/// What a message carries; a call uses each at most once per pair of ranks, and pieces of one kind keep their
/// order.
enum class tag : int {
  inputs,
  lengths,
  seeds,
  seed_lengths,
  values,
  value_ends,
  payload,
  payload_ends,
  objects,
  errors
};

/// Sends and receives that belong together. All memory is allocated while they are listed, so that ranks can
/// agree that nothing failed before any of them starts; the blocks must live until run() returns.
class transfer {
 public:
  explicit transfer(const channel& over) : channel_(&over) {}
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;

  ~transfer() {
    for (std::size_t i = 0; i < started_; ++i)  // only left over after a failed MPI call
      if (requests_[i] != MPI_REQUEST_NULL) {
        MPI_Cancel(&requests_[i]);
        MPI_Request_free(&requests_[i]);
      }
  }

  void send(std::span<const std::byte> block, int to, tag kind) {
    for_each_piece(block.size(), [&](std::size_t offset, int count) {
      sends_.push_back(
          {const_cast<std::byte*>(block.data()) + offset, count, to, kind});  // NOLINT: MPI reads only
    });
    requests_.resize(sends_.size() + receives_.size(), MPI_REQUEST_NULL);
  }

  void receive(std::span<std::byte> block, int from, tag kind) {
    for_each_piece(block.size(), [&](std::size_t offset, int count) {
      receives_.push_back({block.data() + offset, count, from, kind});
    });
    requests_.resize(sends_.size() + receives_.size(), MPI_REQUEST_NULL);
  }

  /// Starts everything and waits for its end.
  void run() {
    for (const piece& p : receives_)
      call("MPI_Irecv", MPI_Irecv(p.data, p.count, MPI_BYTE, p.peer, static_cast<int>(p.kind), channel_->comm,
                                  &requests_[started_++]));
    for (const piece& p : sends_)
      call("MPI_Isend", MPI_Isend(p.data, p.count, MPI_BYTE, p.peer, static_cast<int>(p.kind), channel_->comm,
                                  &requests_[started_++]));
    // MPI_Waitall counts in int as well.
    for (std::size_t first = 0; first < requests_.size(); first += waited_at_once) {
      const auto count = std::min(waited_at_once, requests_.size() - first);
      call("MPI_Waitall",
           MPI_Waitall(static_cast<int>(count), requests_.data() + first, MPI_STATUSES_IGNORE));
    }
    started_ = 0;
  }

 private:
  struct piece {
    std::byte* data;
    int count;
    int peer;
    tag kind;
  };
  static constexpr std::size_t waited_at_once = 1u << 20;

  const channel* channel_;
  std::vector<piece> sends_, receives_;
  std::vector<MPI_Request> requests_;
  std::size_t started_ = 0;
};

/// The root's bytes on every rank; all blocks have the same size.
inline void broadcast(const channel& over, std::span<std::byte> block, int root) {
  for_each_piece(block.size(), [&](std::size_t offset, int count) {
    call("MPI_Bcast", MPI_Bcast(block.data() + offset, count, MPI_BYTE, root, over.comm));
  });
}

/// The root's side of the same, which only reads.
inline void broadcast_from_here(const channel& over, std::span<const std::byte> block) {
  broadcast(over, {const_cast<std::byte*>(block.data()), block.size()}, over.rank);  // NOLINT: MPI reads only
}

/// One small value of the root's on every rank.
template <class T>
requires std::is_trivially_copyable_v<T>
void broadcast(const channel& over, T& value, int root) {
  broadcast(over, std::as_writable_bytes(std::span<T, 1>(&value, 1)), root);
}

/// One small record of every rank on every rank; valid until the next exchange over this channel.
template <class Record>
requires std::is_trivially_copyable_v<Record> std::span<const Record> exchange(channel& over,
                                                                               const Record& mine) {
  static_assert(sizeof(Record) <= record_capacity);
  auto* const all = reinterpret_cast<Record*>(over.records.data());
  call("MPI_Allgather", MPI_Allgather(&mine, static_cast<int>(sizeof(Record)), MPI_BYTE, all,
                                      static_cast<int>(sizeof(Record)), MPI_BYTE, over.comm));
  return {all, static_cast<std::size_t>(over.size)};
}

}  // namespace dad::mpi::detail
