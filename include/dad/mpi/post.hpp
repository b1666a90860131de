// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The way of letters: small ones travel in one message; large blocks go straight from where they lie to where
// they belong.

#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/mpi/letter.hpp>
#include <dad/mpi/transport.hpp>

namespace dad::mpi::detail {

/// One rank's letters. One thread at a time.
class post {
 public:
  explicit post(const channel& over)
      : over_(&over),
        pages_(static_cast<std::size_t>(over.size)),
        listening_(pages_.size(), MPI_REQUEST_NULL),
        coming_(pages_.size()) {}
  post(const post&) = delete;
  post& operator=(const post&) = delete;
  ~post() {
    for (int rank = 0; rank < over_->size; ++rank) ignore(rank);
    for (sent& s : sent_)
      for (MPI_Request& r : s.requests) MPI_Request_free(&r);
  }

  /// Letters from this rank are wanted, in this call and later ones.
  void listen(int from) {
    const auto i = static_cast<std::size_t>(from);
    if (listening_[i] != MPI_REQUEST_NULL) return;
    if (pages_[i] == nullptr) pages_[i] = std::make_unique<page>();
    call("MPI_Irecv", MPI_Irecv(pages_[i].get(), static_cast<int>(sizeof(page)), MPI_BYTE, from,
                                static_cast<int>(tag::letter), over_->comm, &listening_[i]));
  }
  /// A rank is lost: nothing comes from it any more.
  void ignore(int from) {
    const auto i = static_cast<std::size_t>(from);
    if (listening_[i] != MPI_REQUEST_NULL) {
      MPI_Cancel(&listening_[i]);
      MPI_Request_free(&listening_[i]);
    }
    for (arriving& a : coming_[i])
      for (MPI_Request& r : a.requests) {
        MPI_Cancel(&r);
        MPI_Request_free(&r);
      }
    coming_[i].clear();
    // What was on its way to it stays where it is: MPI may still read it.
    for (auto s = sent_.begin(); s != sent_.end();)
      if (s->to == from) {
        for (MPI_Request& r : s->requests) MPI_Request_free(&r);
        abandoned_.push_back(std::move(*s));
        s = sent_.erase(s);
      } else {
        ++s;
      }
  }

  /// Sends a letter; its blocks must stay as they are while `b.owner` is held.
  void send(int to, letter head, const bundle& b) {
    for (std::size_t i = 0; i < block_count; ++i) head.bytes[i] = b.blocks[i].size();
    head.row_lengths = b.row_lengths;
    sent s;
    s.to = to;
    s.text = std::make_unique<page>();
    s.text->head = head;
    const std::uint64_t total = head.total();
    std::size_t size = sizeof(letter);
    if (total <= page::capacity)
      for (const auto& block : b.blocks) {
        if (block.empty()) continue;
        std::memcpy(s.text->bytes.data() + (size - sizeof(letter)), block.data(), block.size());
        size += block.size();
      }
    s.requests.push_back(MPI_REQUEST_NULL);
    call("MPI_Isend", MPI_Isend(s.text.get(), static_cast<int>(size), MPI_BYTE, to,
                                static_cast<int>(tag::letter), over_->comm, &s.requests.back()));
    if (total > page::capacity) {
      for (const auto& block : b.blocks) start_send(*over_, block, to, tag::block, s.requests);
      s.owner = b.owner;
    }
    bytes_sent_ += total;
    if (!have_ended(s.requests)) sent_.push_back(std::move(s));
  }

  /// Brings what has come to its recipient: whether anything has.
  bool poll(recipient& to) {
    bool has_come = false;
    for (int rank = 0; rank < over_->size; ++rank) {
      const auto i = static_cast<std::size_t>(rank);
      if (listening_[i] != MPI_REQUEST_NULL) {
        int is_here = 0;
        call("MPI_Test", MPI_Test(&listening_[i], &is_here, MPI_STATUS_IGNORE));
        if (is_here != 0) {
          has_come = true;
          open(rank, to);
        }
      }
      auto& coming = coming_[i];
      while (!coming.empty() && have_ended(coming.front().requests)) {
        has_come = true;
        const letter head = coming.front().head;
        coming.pop_front();
        const std::lock_guard lock(to);
        to.arrived(rank, head);
      }
    }
    while (!sent_.empty() && have_ended(sent_.front().requests)) {
      has_come = true;
      sent_.pop_front();
    }
    return has_come;
  }

  [[nodiscard]] bool has_sent_all() const noexcept { return sent_.empty(); }
  /// Bytes of blocks since it was asked last.
  std::uint64_t take_bytes_sent() noexcept { return std::exchange(bytes_sent_, 0); }

 private:
  // Small enough for MPI to send at once, without asking the receiver.
  struct page {
    static constexpr std::size_t capacity = 2048 - sizeof(letter);
    letter head;
    std::array<std::byte, capacity> bytes;
  };
  struct sent {
    int to = 0;
    std::vector<MPI_Request> requests = {};
    std::unique_ptr<page> text = nullptr;
    std::shared_ptr<const void> owner = nullptr;
  };
  struct arriving {
    letter head;
    std::vector<MPI_Request> requests;
  };

  static void fill(const rooms& blocks, const std::byte* next) {
    for (const auto& block : blocks) {
      if (block.empty()) continue;
      std::memcpy(block.data(), next, block.size());
      next += block.size();
    }
  }

  void open(int from, recipient& to) {
    const auto i = static_cast<std::size_t>(from);
    const page& p = *pages_[i];
    arriving a{p.head, {}};
    const bool is_small = a.head.total() <= page::capacity;
    const rooms to_fill = [&] {
      const std::lock_guard lock(to);
      const rooms found = to.room(from, a.head);
      for (std::size_t k = 0; k < block_count; ++k)
        if (found[k].size() != a.head.bytes[k])
          throw error("block " + std::to_string(k) + " of a letter from rank " + std::to_string(from) +
                      " has " + std::to_string(a.head.bytes[k]) + " bytes, expected " +
                      std::to_string(found[k].size()));
      if (is_small) fill(found, p.bytes.data());
      return found;
    }();
    if (!is_small)
      for (const auto& block : to_fill) start_receive(*over_, block, from, tag::block, a.requests);
    coming_[i].push_back(std::move(a));
    listen(from);
  }

  const channel* over_;
  std::vector<std::unique_ptr<page>> pages_;
  std::vector<MPI_Request> listening_;
  std::vector<std::deque<arriving>> coming_;
  std::deque<sent> sent_;
  std::deque<sent> abandoned_;
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace dad::mpi::detail
