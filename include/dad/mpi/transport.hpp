// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Moving memory between ranks by point-to-point messages: 64-bit sizes, in pieces that MPI's int counts can
// express; records and broadcasts along a tree of ranks. Who waits leaves the core to others.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/mpi/communicator.hpp>
#include <dad/mpi/waiting.hpp>

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

/// What a message is: part of a step that all ranks take, the letter of a chunk, or a piece of its blocks.
/// Messages of one kind between two ranks keep their order.
enum class tag : int { step, letter, block };

/// Starts sending a block, or receiving one into its place: a request for each piece.
DAD_ENGINE void start_send(const channel& over, std::span<const std::byte> block, int to, tag kind,
                           std::vector<MPI_Request>& requests);
DAD_ENGINE void start_receive(const channel& over, std::span<std::byte> block, int from, tag kind,
                              std::vector<MPI_Request>& requests);
/// Whether all of these have ended; those that have are removed.
DAD_ENGINE bool have_ended(std::vector<MPI_Request>& requests);
/// Returns when they have. Ends the job if a rank has died.
DAD_ENGINE void wait_for(const channel& over, std::vector<MPI_Request>& requests);

DAD_ENGINE void send(const channel& over, std::span<const std::byte> block, int to, tag kind = tag::step);
DAD_ENGINE void receive(const channel& over, std::span<std::byte> block, int from, tag kind = tag::step);

/// The root's bytes on every rank; all blocks have the same size.
DAD_ENGINE void broadcast(const channel& over, std::span<std::byte> block, int root);
/// One small value of the root's on every rank.
template <class T>
requires std::is_trivially_copyable_v<T>
void broadcast(const channel& over, T& value, int root) {
  broadcast(over, std::as_writable_bytes(std::span<T, 1>(&value, 1)), root);
}

/// One small record of every rank on every rank (of a rank that died: that of the first that lives), one
/// after the other; valid until the next exchange over this channel.
DAD_ENGINE const std::byte* exchange_bytes(channel& over, std::span<const std::byte> mine);
template <class Record>
requires std::is_trivially_copyable_v<Record> std::span<const Record> exchange(channel& over,
                                                                               const Record& mine) {
  static_assert(sizeof(Record) <= record_capacity);
  const std::byte* const all = exchange_bytes(over, std::as_bytes(std::span(&mine, 1)));
  return {reinterpret_cast<const Record*>(all), static_cast<std::size_t>(over.size)};
}

/// The living ranks of a channel as a binomial tree whose root is any of them.
class rank_tree {
 public:
  rank_tree(const channel& over, int root)
      : alive_(over.alive),
        size_(static_cast<int>(alive_.size())),
        root_(place_of(root)),
        place_((place_of(over.rank) - root_ + size_) % size_) {}

  [[nodiscard]] bool is_root() const noexcept { return place_ == 0; }
  [[nodiscard]] int parent() const noexcept { return rank_of(place_ & (place_ - 1)); }
  /// fn(child, number of ranks below it, itself included), those with most ranks below last.
  template <class Fn>
  void for_each_child(Fn&& fn) const {
    for (int step = 1; place_ + step < size_ && (place_ & step) == 0; step *= 2)
      fn(place_ + step, std::min(step, size_ - place_ - step));
  }
  [[nodiscard]] int place() const noexcept { return place_; }
  [[nodiscard]] int rank_of(int place) const noexcept {
    return alive_[static_cast<std::size_t>((place + root_) % size_)];
  }

 private:
  [[nodiscard]] int place_of(int rank) const noexcept {
    return static_cast<int>(std::ranges::lower_bound(alive_, rank) - alive_.begin());
  }

  const std::vector<int>& alive_;
  int size_;
  int root_;
  int place_;  // the root is at 0
};

#if DAD_DEFINES_ENGINE

/// Calls fn(offset, length) for each piece of a block of bytes, in order; not at all for an empty one.
template <class Fn>
void for_each_piece(std::size_t bytes, Fn&& fn) {
  for (std::size_t offset = 0; offset < bytes; offset += piece_limit)
    fn(offset, static_cast<int>(std::min(piece_limit, bytes - offset)));
}

DAD_ENGINE void start_send(const channel& over, std::span<const std::byte> block, int to, tag kind,
                           std::vector<MPI_Request>& requests) {
  for_each_piece(block.size(), [&](std::size_t offset, int count) {
    requests.push_back(MPI_REQUEST_NULL);
    call("MPI_Isend", MPI_Isend(block.data() + offset, count, MPI_BYTE, to, static_cast<int>(kind), over.comm,
                                &requests.back()));
  });
}
DAD_ENGINE void start_receive(const channel& over, std::span<std::byte> block, int from, tag kind,
                              std::vector<MPI_Request>& requests) {
  for_each_piece(block.size(), [&](std::size_t offset, int count) {
    requests.push_back(MPI_REQUEST_NULL);
    call("MPI_Irecv", MPI_Irecv(block.data() + offset, count, MPI_BYTE, from, static_cast<int>(kind),
                                over.comm, &requests.back()));
  });
}

DAD_ENGINE bool have_ended(std::vector<MPI_Request>& requests) {
  while (!requests.empty()) {
    int is_done = 0;
    call("MPI_Test", MPI_Test(&requests.back(), &is_done, MPI_STATUS_IGNORE));
    if (is_done == 0) return false;
    requests.pop_back();
  }
  return true;
}

/// Ends the job if a rank has died that a step of all ranks would wait for.
DAD_ENGINE void require_all_alive(const channel& over) {
  if (over.processes.empty()) return;
  const std::uint64_t here = over.processes[static_cast<std::size_t>(over.rank)].machine;
  for (const int rank : over.alive)
    if (has_ended(over.processes[static_cast<std::size_t>(rank)], here))
      end_job("rank " + std::to_string(rank) + " died while rank " + std::to_string(over.rank) +
              " waited for it");
}

DAD_ENGINE void wait_for(const channel& over, std::vector<MPI_Request>& requests) {
  patience p;
  while (!have_ended(requests)) {
    p.wait();
    if (p.is_long()) require_all_alive(over);
  }
}

DAD_ENGINE void send(const channel& over, std::span<const std::byte> block, int to, tag kind) {
  std::vector<MPI_Request> requests;
  start_send(over, block, to, kind, requests);
  wait_for(over, requests);
}
DAD_ENGINE void receive(const channel& over, std::span<std::byte> block, int from, tag kind) {
  std::vector<MPI_Request> requests;
  start_receive(over, block, from, kind, requests);
  wait_for(over, requests);
}

DAD_ENGINE void broadcast(const channel& over, std::span<std::byte> block, int root) {
  const rank_tree tree(over, root);
  if (!tree.is_root()) receive(over, block, tree.parent());
  std::vector<int> children;
  tree.for_each_child([&](int place, int) { children.push_back(tree.rank_of(place)); });
  std::vector<MPI_Request> requests;
  for (auto child = children.rbegin(); child != children.rend(); ++child)
    start_send(over, block, *child, tag::step, requests);
  wait_for(over, requests);
}

DAD_ENGINE const std::byte* exchange_bytes(channel& over, std::span<const std::byte> mine) {
  const std::size_t size = mine.size();
  std::byte* const all = over.records.data();
  const auto records = [&](int first, int count) {
    return std::span(all + static_cast<std::size_t>(first) * size, static_cast<std::size_t>(count) * size);
  };
  const auto copy = [&](int to, const std::byte* from) { std::memmove(records(to, 1).data(), from, size); };
  // Up the tree, in which the ranks below one are those that follow it; then down, to everyone.
  const int first = over.alive.front();
  const rank_tree tree(over, first);
  copy(tree.place(), mine.data());
  int count = 1;
  tree.for_each_child([&](int child, int below) {
    receive(over, records(child, below), tree.rank_of(child));
    count += below;
  });
  if (!tree.is_root()) send(over, records(tree.place(), count), tree.parent());
  const auto living = static_cast<int>(over.alive.size());
  broadcast(over, records(0, living), first);
  if (living < over.size) {
    int place = living;
    for (int rank = over.size; rank-- > 0;) copy(rank, records(over.is_alive(rank) ? --place : 0, 1).data());
  }
  return all;
}

#endif

}  // namespace dad::mpi::detail
