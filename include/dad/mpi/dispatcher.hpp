// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What goes out from the root of a call: chunks to whoever has room for them, word of chunks that need not
// be begun, and the end of ranks that are lost.

#pragma once

#include <optional>
#include <vector>

#include <dad/mpi/collector.hpp>

namespace dad::mpi::detail {

class dispatcher {
 public:
  /// `letters` and `ranks` are null where there is no other rank.
  dispatcher(post* letters, lost_ranks* ranks, int own_rank, std::size_t size, std::uint32_t call,
             chunk_work& work, chunk_queue& queue, const root_settings& settings, collector& in)
      : letters_(letters),
        ranks_(ranks),
        own_(static_cast<std::size_t>(own_rank)),
        size_(size),
        call_(call),
        work_(work),
        queue_(queue),
        settings_(settings),
        in_(in) {}

  /// Calls fn(rank) for the other ranks that are there.
  template <class Fn>
  void for_each_worker(Fn&& fn) const {
    if (letters_ == nullptr) return;
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (rank != own_ && !is_lost(rank)) fn(static_cast<int>(rank));
  }

  /// To all of them.
  void tell_all(letter head, const bundle& b) {
    head.call = call_;
    for_each_worker([&](int rank) { letters_->send(rank, head, b); });
  }

  /// The next chunk of a rank, from wherever there is one.
  std::optional<index_range> next_of(std::size_t rank) {
    if (in_.has_failed()) return std::nullopt;
    if (auto chunk = queue_.next(rank)) return chunk;
    if (auto chunk = queue_.next_lost(rank)) return chunk;
    // In an even schedule chunks stay with their ranks, which may have the inputs, or get the results.
    const bool may_take = queue_.is_dynamic() && queue_.out_at(rank) == 0;
    const auto taken = may_take ? queue_.take_over(rank) : std::nullopt;
    if (!taken) return std::nullopt;
    if (taken->from != own_) to_drop_.push_back(*taken);
    return taken->range;
  }

  /// Chunks for all who have room for them.
  void feed() {
    if (letters_ == nullptr) return;
    send_drops();
    give_up_lost();
    for_each_worker([&](int rank) {
      const auto r = static_cast<std::size_t>(rank);
      while (!in_.has_failed() && queue_.out_at(r) < queue_.depth()) {
        const std::optional<index_range> chunk = next_of(r);
        if (!chunk) return;
        in_.note(own_, attempt([&] { send_chunk(rank, *chunk); }));
        if (in_.has_failed()) queue_.drop(r, *chunk);
      }
    });
  }

  /// Chunks of ranks that died go to others.
  void give_up_lost() {
    if (ranks_ == nullptr || letters_ == nullptr) return;
    for (const int rank :
         ranks_->newly_lost([&](int r) { return queue_.out_at(static_cast<std::size_t>(r)) > 0; })) {
      letters_->ignore(rank);
      in_.lose(rank);
    }
  }
  /// Of earlier calls.
  void leave_out_lost() {
    if (ranks_ == nullptr) return;
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (is_lost(rank)) in_.lose(static_cast<int>(rank));
  }

  [[nodiscard]] bool is_over() const {
    if (!in_.is_prepared()) return false;
    if (!in_.has_failed()) return queue_.is_complete();
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (queue_.out_at(rank) > 0) return false;
    return true;
  }

 private:
  [[nodiscard]] bool is_lost(std::size_t rank) const {
    return ranks_ != nullptr && ranks_->is_lost(static_cast<int>(rank));
  }
  // What others took over need not be begun. (Not where it is taken over: letters are one thread's.)
  void send_drops() {
    for (const chunk_queue::taken& t : to_drop_)
      if (!is_lost(t.from)) letters_->send(static_cast<int>(t.from), head_of(message::drop, t.range), {});
    to_drop_.clear();
  }
  void send_chunk(int rank, index_range chunk) {
    letter head = head_of(message::work, chunk);
    head.number = settings_.sends_inputs ? 1 : 0;
    if (queue_.out_at(static_cast<std::size_t>(rank)) == 1) ranks_->hear(rank);
    letters_->send(rank, head, settings_.sends_inputs ? work_.inputs_of(chunk) : bundle{});
  }
  [[nodiscard]] letter head_of(message kind, index_range chunk) const {
    letter head;
    head.kind = kind;
    head.call = call_;
    head.begin = chunk.begin;
    head.end = chunk.end;
    return head;
  }

  post* letters_;
  lost_ranks* ranks_;
  std::size_t own_;
  std::size_t size_;
  std::uint32_t call_;
  chunk_work& work_;
  chunk_queue& queue_;
  const root_settings& settings_;
  collector& in_;
  std::vector<chunk_queue::taken> to_drop_;
};

}  // namespace dad::mpi::detail
