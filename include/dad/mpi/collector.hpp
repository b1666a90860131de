// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What comes to the root of a call: answers of the other ranks and its own results, on their way to their
// place and the journal, and the first thing that went wrong.

#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/chunk_queue.hpp>
#include <dad/batch/options.hpp>
#include <dad/batch/statistics.hpp>
#include <dad/mpi/agreement.hpp>
#include <dad/mpi/chunk_work.hpp>
#include <dad/mpi/journaled_chunk.hpp>
#include <dad/mpi/lost_ranks.hpp>
#include <dad/mpi/worker.hpp>

namespace dad::mpi::detail {

using dad::detail::chunk_queue;

/// How the root runs a call.
struct root_settings {
  bool verifies = false;     ///< all ranks evaluate the first input, and compare
  bool prepares = false;     ///< ranks need something before their first chunk
  bool sends_inputs = true;  ///< the others have not got theirs
  bool raises = true;        ///< an input's error ends the call
  bool is_bound = false;     ///< chunks belong to ranks: they have the inputs, or get the results
  bool is_in_place = true;   ///< results of chunks go straight to their place
  const dad::progress* progress = nullptr;
  journal* book = nullptr;
  index_range own_inputs = {};    ///< that the root has
  double expected_seconds = 0.0;  ///< of the call, as far as earlier ones tell; 0: not known
};

class collector final : public recipient {
 public:
  /// `ranks` is null where there is no other rank.
  collector(lost_ranks* ranks, int own_rank, std::size_t size, chunk_work& work, chunk_queue& queue,
            const root_settings& settings, batch_statistics& statistics)
      : ranks_(ranks),
        own_(static_cast<std::size_t>(own_rank)),
        work_(work),
        queue_(queue),
        settings_(settings),
        statistics_(statistics),
        coming_(size),
        is_awaited_(size, 0),
        differs_(size, 0) {}

  rooms room(int from, const letter& head) override {
    expected e;
    if (head.failure != 0) {
      e.blocks = std::make_unique<text_in>(head);
    } else if (head.kind == message::done) {
      e.is_wanted = queue_.claim(static_cast<std::size_t>(from), {head.begin, head.end});
      const bool is_placed = e.is_wanted && !failed_ && differs_[static_cast<std::size_t>(from)] == 0;
      const failure f = attempt([&] { e.blocks = work_.result_room(head, is_placed); });
      // Without memory there is no way on, and no way to tell who waits.
      if (f) end_job("no room for " + std::to_string(head.total()) + " bytes of results: " + f.text);
    } else {
      e.blocks = std::make_unique<blocks_in>();
    }
    coming_[static_cast<std::size_t>(from)].push_back(std::move(e));
    return coming_[static_cast<std::size_t>(from)].back().blocks->to_fill;
  }

  void arrived(int from, const letter& head) override {
    const auto rank = static_cast<std::size_t>(from);
    const expected e = std::move(coming_[rank].front());
    coming_[rank].pop_front();
    ranks_->hear(from);
    const index_range chunk = {head.begin, head.end};
    if (head.failure != 0)
      note(rank, {static_cast<failure_kind>(head.failure), static_cast<const text_in&>(*e.blocks).text});
    switch (head.kind) {
      case message::prepared:
        differs_[rank] = settings_.verifies && head.failure == 0 && head.number != own_first_result_;
        forget_unprepared(rank);
        break;
      case message::dropped:
        queue_.drop(rank, chunk);
        break;
      default:
        statistics_.ranks[rank].bytes_sent += head.total();
        if (e.is_wanted && head.failure == 0 && !failed_ && differs_[rank] == 0)
          note(own_, attempt([&] {
                 keep(head, work_.place(head, *e.blocks), head.number);
                 statistics_.add({from, chunk.begin, chunk.end, head.from, head.until}, head.paths);
                 note_error(head.number);
               }));
        queue_.finish(rank, chunk, e.is_wanted, head.until - head.from, head.paths);
    }
  }

  /// The root is about to write results to their place: not where another rank's are there already.
  bool claim_own(index_range chunk) {
    if (queue_.claim(own_, chunk)) return true;
    queue_.finish(own_, chunk, false, 0.0);
    return false;
  }
  /// The root's own chunk is done: `copies` says whether its results have to be brought to their place; if
  /// not, it was claimed.
  void add_own(const batch_statistics::chunk& c, const chunk_result& result, const failure& f, bool copies) {
    note(own_, f);
    const index_range chunk = {c.begin, c.end};
    const bool is_first = !copies || queue_.claim(own_, chunk);
    if (is_first && !f)
      note(own_, attempt([&] {
             letter head;
             head.begin = chunk.begin;
             head.end = chunk.end;
             if (copies) place_copy(work_, head, result.blocks);
             keep(head, result.blocks, result.first_error);
             statistics_.add(c, result.paths);
             note_error(result.first_error);
           }));
    queue_.finish(own_, chunk, is_first, c.until - c.from, result.paths);
  }

  /// What the journal has need not be evaluated.
  void resume() {
    require_same_results(*settings_.book, work_, settings_.own_inputs);
    const resumed found =
        place_found(*settings_.book, work_, [&](index_range done) { queue_.mark_done(done); });
    statistics_.resumed = found.inputs;
    note_error(found.first_error);
  }

  /// A rank is to say that it is prepared, and what it computes for the first input.
  void expect_prepared(int rank) {
    is_awaited_[static_cast<std::size_t>(rank)] = 1;
    ++unprepared_;
  }
  [[nodiscard]] bool is_prepared() const noexcept { return unprepared_ == 0; }
  /// Before any other rank's. The call fails once all are there, unless they compute what the root does;
  /// until then the results of those that do not are left where they are.
  void add_own_first_result(std::uint64_t result) { own_first_result_ = result; }

  /// A rank is lost: nothing more comes from it, and what two ranks were lost with will not come at all.
  void lose(int rank) {
    const auto r = static_cast<std::size_t>(rank);
    coming_[r].clear();
    forget_unprepared(r);
    for (const index_range chunk : queue_.lose(r))
      give_up(chunk, rank,
              "two ranks died with this chunk of inputs, " + std::to_string(chunk.begin) + " to " +
                  std::to_string(chunk.end - 1));
    give_up_bound(rank);
  }

  /// Something went wrong at a rank; of several failures that of the lowest rank counts.
  void note(std::size_t rank, failure f) {
    if (!f || (failed_ && failed_rank_ <= rank)) return;
    f.text = text_for_others(static_cast<int>(rank), f);
    failed_ = std::move(f);
    failed_rank_ = rank;
    queue_.skip_from(0);
  }

  [[nodiscard]] bool has_failed() const noexcept { return static_cast<bool>(failed_); }
  /// What all ranks are to throw, once all results are there; none if there is nothing.
  [[nodiscard]] const failure& verdict() {
    if (!failed_ && raises_error()) failed_ = {failure_kind::input, pack_error(work_.error_at(first_error_))};
    return failed_;
  }
  [[nodiscard]] bool raises_error() const noexcept { return settings_.raises && first_error_ != no_error; }

 private:
  // A letter's results: room where they belong, if they are the first of their chunk.
  struct expected {
    std::unique_ptr<blocks_in> blocks;
    bool is_wanted = false;
  };
  void forget_unprepared(std::size_t rank) {
    if (is_awaited_[rank] == 0) return;
    is_awaited_[rank] = 0;
    if (--unprepared_ == 0) compare_first_results();
  }
  void compare_first_results() {
    std::vector<int> others;
    for (std::size_t rank = 0; rank < differs_.size(); ++rank)
      if (differs_[rank] != 0) others.push_back(static_cast<int>(rank));
    if (others.empty() || failed_) return;
    note(own_, {failure_kind::mpi, "ranks disagree on f: for the first input, " + name_ranks(others) +
                                       (others.size() == 1 ? " computes" : " compute") +
                                       " another result than root " + std::to_string(own_) +
                                       "; data captured by f probably differs between ranks"});
  }

  void note_error(std::uint64_t index) {
    if (index < first_error_) first_error_ = index;
    if (raises_error()) queue_.skip_from(first_error_);
  }

  // A finished chunk to the journal.
  void keep(const letter& head, const bundle& b, std::uint64_t first_error) {
    if (settings_.book != nullptr)
      settings_.book->append({head.begin, head.end}, journal_payload(b, first_error));
  }

  void give_up(index_range chunk, int rank, const std::string& text) {
    note(own_, attempt([&] {
           work_.give_up(chunk, rank, text);
           note_error(chunk.begin);
         }));
  }
  // Inputs that a lost rank alone had, or results that it alone would have got.
  void give_up_bound(int rank) {
    if (!settings_.is_bound) return;
    while (const std::optional<index_range> chunk = queue_.next_lost(own_)) {
      give_up(*chunk, rank, "rank " + std::to_string(rank) + " died, and these inputs were its own");
      const bool is_first = queue_.claim(own_, *chunk);
      queue_.finish(own_, *chunk, is_first, 0.0);
    }
  }
  lost_ranks* ranks_;
  std::size_t own_;
  chunk_work& work_;
  chunk_queue& queue_;
  const root_settings& settings_;
  batch_statistics& statistics_;
  std::vector<std::deque<expected>> coming_;
  std::vector<char> is_awaited_;
  std::uint64_t own_first_result_ = 0;
  std::vector<char> differs_;  // ranks whose first result is not the root's
  std::size_t unprepared_ = 0;
  std::uint64_t first_error_ = no_error;
  failure failed_;
  std::size_t failed_rank_ = 0;
};

}  // namespace dad::mpi::detail
