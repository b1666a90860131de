// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The root of a call: gives out chunks, evaluates some itself, and brings all results together. Where chunks
// are given out on demand it has two threads, one that evaluates and one that answers; the one that answers
// is the calling thread unless MPI takes calls of all threads.

#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dad/batch/chunk_queue.hpp>
#include <dad/batch/options.hpp>
#include <dad/batch/statistics.hpp>
#include <dad/mpi/call.hpp>
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
  index_range own_inputs = {};  ///< that the root has
};

class root final : recipient {
 public:
  /// `letters` and `ranks` are null where there is no other rank.
  root(post* letters, lost_ranks* ranks, int own_rank, std::size_t size, std::uint32_t call, chunk_work& work,
       chunk_queue& queue, const root_settings& settings, batch_statistics& statistics)
      : letters_(letters),
        ranks_(ranks),
        own_(static_cast<std::size_t>(own_rank)),
        size_(size),
        call_(call),
        work_(work),
        queue_(queue),
        settings_(settings),
        statistics_(statistics),
        opened_(seconds_now()),
        coming_(size),
        has_prepared_(size, 0) {}

  /// To the end of the call; throws on all ranks or none. `before` says how the root fared so far.
  void run(const failure& before) {
    or_end_job(static_cast<int>(own_), [&] {
      note(own_, before ? before : attempt([&] { work_.start(); }));
      if (letters_ != nullptr) for_each_worker([&](int rank) { letters_->listen(rank); });
      if (!failed_) open();
      if (!failed_ && settings_.book != nullptr) note(own_, attempt([&] { resume(); }));
      if (!failed_) leave_out_lost();
      if (!failed_) evaluate_all();
      conclude();
    });
    if (failed_) throw_failure(failed_.kind, failed_.text);
  }

  /// The errors of inputs, as far as they are known at the root, are in the work; the first of them.
  [[nodiscard]] std::uint64_t first_error() const noexcept { return first_error_; }

 private:
  template <class Fn>
  void for_each_worker(Fn&& fn) const {
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (rank != own_ && !is_lost(rank)) fn(static_cast<int>(rank));
  }
  [[nodiscard]] bool is_lost(std::size_t rank) const {
    return ranks_ != nullptr && ranks_->is_lost(static_cast<int>(rank));
  }

  // What f is prepared with, and whether it is the same f everywhere.
  void open() {
    bundle b;
    note(own_, attempt([&] {
           if (settings_.prepares || settings_.verifies) b = work_.preparation(settings_.verifies);
         }));
    if (failed_ || (!settings_.prepares && !settings_.verifies)) return;
    letter head;
    head.kind = message::prepare;
    head.call = call_;
    head.number = settings_.verifies ? 1 : 0;
    if (letters_ != nullptr)
      for_each_worker([&](int rank) {
        letters_->send(rank, head, b);
        ++unprepared_;
      });
    if (!settings_.verifies) return;
    first_results_.assign(size_, 0);
    note(own_, attempt([&] { first_results_[own_] = work_.first_result(nullptr); }));
    patience p;
    while (unprepared_ > 0) look(p);
    compare_first_results();
  }

  // What the journal has need not be evaluated.
  void resume() {
    require_same_results(*settings_.book, work_, settings_.own_inputs);
    const resumed found =
        place_found(*settings_.book, work_, [&](index_range done) { queue_.mark_done(done); });
    statistics_.resumed = found.inputs;
    note_error(found.first_error);
  }

  void compare_first_results() {
    if (failed_) return;
    std::vector<int> others;
    for_each_worker([&](int rank) {
      if (first_results_[static_cast<std::size_t>(rank)] != first_results_[own_]) others.push_back(rank);
    });
    if (others.empty()) return;
    failed_ = {failure_kind::mpi, "ranks disagree on f: for the first input, " + name_ranks(others) +
                                      (others.size() == 1 ? " computes" : " compute") +
                                      " another result than root " + std::to_string(own_) +
                                      "; data captured by f probably differs between ranks"};
  }

  void evaluate_all() {
    report_progress();
    if (letters_ == nullptr || !queue_.is_dynamic()) {
      evaluate_and_serve();
    } else if (thread_level() >= MPI_THREAD_MULTIPLE) {
      std::thread service([&] { alone([&] { serve([] {}); }); });
      alone([&] { evaluate_on_demand([&] { report_progress(); }); });
      service.join();
    } else {
      std::thread evaluation([&] {
        dad::detail::start_of_thread();
        is_inside() = true;
        alone([&] { evaluate_on_demand([] {}); });
      });
      alone([&] { serve([&] { report_progress(); }); });
      evaluation.join();
    }
    report_progress();
  }

  // Where chunks belong to ranks one thread does: it answers between its own chunks.
  void evaluate_and_serve() {
    patience p;
    if (letters_ != nullptr) feed();
    while (!is_over()) {
      const std::optional<index_range> chunk = next_of(own_);
      if (chunk) evaluate(*chunk, settings_.is_in_place);
      bool has_come = false;
      if (letters_ != nullptr) {
        has_come = letters_->poll(*this);
        feed();
      }
      report_progress();
      if (chunk || has_come)
        p.renew();
      else
        p.wait();
    }
  }

  // The thread that evaluates.
  template <class Between>
  void evaluate_on_demand(Between&& between) {
    std::unique_lock lock(mutex_);
    while (!is_over()) {
      const std::optional<index_range> chunk = next_of(own_);
      lock.unlock();
      if (chunk) evaluate(*chunk, false);
      between();
      lock.lock();
      if (!chunk && !is_over()) changed_.wait_for(lock, std::chrono::milliseconds(20));
    }
  }

  // The thread that answers.
  template <class Between>
  void serve(Between&& between) {
    patience p(1e-3, 0);
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        const bool has_come = letters_->poll(*this);
        feed();
        if (is_over()) break;
        if (has_come) {
          p.renew();
          changed_.notify_one();
        }
      }
      between();
      p.wait();
    }
    changed_.notify_one();
  }

  void evaluate(index_range chunk, bool in_place) {
    chunk_result result;
    batch_statistics::chunk c = {static_cast<int>(own_), chunk.begin, chunk.end, seconds_now() - opened_,
                                 0.0};
    const failure f =
        attempt([&] { result = in_place ? work_.evaluate_in_place(chunk) : work_.evaluate(chunk, nullptr); });
    c.until = seconds_now() - opened_;
    const std::lock_guard lock(mutex_);
    note(own_, f);
    const bool is_first = queue_.claim(own_, chunk);
    if (is_first && !f)
      note(own_, attempt([&] {
             letter head;
             head.begin = chunk.begin;
             head.end = chunk.end;
             if (!in_place) place_copy(work_, head, result.blocks);
             keep(head, result.blocks, result.first_error);
             statistics_.add(c, result.paths);
             note_error(result.first_error);
           }));
    queue_.finish(own_, chunk, is_first, c.until - c.from);
  }

  // A finished chunk to the journal.
  void keep(const letter& head, const bundle& b, std::uint64_t first_error) {
    if (settings_.book != nullptr)
      settings_.book->append({head.begin, head.end}, journal_payload(b, first_error));
  }

  // The next chunk of a rank, from wherever there is one.
  std::optional<index_range> next_of(std::size_t rank) {
    if (failed_) return std::nullopt;
    if (auto chunk = queue_.next(rank)) return chunk;
    if (auto chunk = queue_.next_lost(rank)) return chunk;
    // In an even schedule chunks stay with their ranks, which may have the inputs, or get the results.
    const bool may_take = queue_.is_dynamic() && queue_.out_at(rank) == 0;
    const auto taken = may_take ? queue_.take_over(rank) : std::nullopt;
    if (!taken) return std::nullopt;
    if (taken->from != own_) to_drop_.push_back(*taken);
    return taken->range;
  }
  // What others took over need not be begun. (Here, where letters may be sent.)
  void send_drops() {
    for (const chunk_queue::taken& t : to_drop_) {
      if (is_lost(t.from)) continue;
      letter head;
      head.kind = message::drop;
      head.call = call_;
      head.begin = t.range.begin;
      head.end = t.range.end;
      letters_->send(static_cast<int>(t.from), head, {});
    }
    to_drop_.clear();
  }

  // Chunks for all who have room for them.
  void feed() {
    if (letters_ == nullptr) return;
    send_drops();
    give_up_lost();
    for_each_worker([&](int rank) {
      const auto r = static_cast<std::size_t>(rank);
      while (!failed_ && queue_.out_at(r) < queue_.depth()) {
        const std::optional<index_range> chunk = next_of(r);
        if (!chunk) return;
        note(own_, attempt([&] { send_chunk(rank, *chunk); }));
        if (failed_) queue_.drop(r, *chunk);
      }
    });
  }
  void send_chunk(int rank, index_range chunk) {
    letter head;
    head.kind = message::work;
    head.call = call_;
    head.begin = chunk.begin;
    head.end = chunk.end;
    head.number = settings_.sends_inputs ? 1 : 0;
    if (queue_.out_at(static_cast<std::size_t>(rank)) == 1) ranks_->hear(rank);
    letters_->send(rank, head, settings_.sends_inputs ? work_.inputs_of(chunk) : bundle{});
  }

  void look(patience& p) {
    give_up_lost();
    if (letters_->poll(*this))
      p.renew();
    else
      p.wait();
  }

  [[nodiscard]] bool is_over() const {
    if (unprepared_ > 0) return false;
    if (!failed_) return queue_.is_complete();
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (queue_.out_at(rank) > 0) return false;
    return true;
  }

  // A letter's results: room where they belong, if they are the first of their chunk.
  struct expected {
    std::unique_ptr<blocks_in> blocks;
    bool is_wanted = false;
  };
  rooms room(int from, const letter& head) override {
    expected e;
    if (head.failure != 0) {
      e.blocks = std::make_unique<text_in>(head);
    } else if (head.kind == message::done) {
      e.is_wanted = queue_.claim(static_cast<std::size_t>(from), {head.begin, head.end});
      const failure f = attempt([&] { e.blocks = work_.result_room(head, e.is_wanted && !failed_); });
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
        forget_unprepared(rank);
        if (settings_.verifies) first_results_[rank] = head.number;
        break;
      case message::dropped:
        queue_.drop(rank, chunk);
        break;
      default:
        statistics_.ranks[rank].bytes_sent += head.total();
        if (e.is_wanted && head.failure == 0 && !failed_)
          note(own_, attempt([&] {
                 keep(head, work_.place(head, *e.blocks), head.number);
                 statistics_.add({from, chunk.begin, chunk.end, head.from, head.until}, head.paths);
                 note_error(head.number);
               }));
        queue_.finish(rank, chunk, e.is_wanted, head.until - head.from);
    }
  }

  void forget_unprepared(std::size_t rank) {
    if (has_prepared_[rank] != 0) return;
    has_prepared_[rank] = 1;
    --unprepared_;
  }

  void note_error(std::uint64_t index) {
    if (index < first_error_) first_error_ = index;
    if (settings_.raises && first_error_ != no_error) queue_.skip_from(first_error_);
  }

  // Of several failures that of the lowest rank counts.
  void note(std::size_t rank, failure f) {
    if (!f || (failed_ && failed_rank_ <= rank)) return;
    f.text = text_for_others(static_cast<int>(rank), f);
    failed_ = std::move(f);
    failed_rank_ = rank;
    queue_.skip_from(0);
  }
  // What a thread does: there is no way on without it.
  template <class Work>
  void alone(Work&& work) const {
    or_end_job(static_cast<int>(own_), std::forward<Work>(work));
  }

  // Chunks of ranks that died go to others.
  void give_up_lost() {
    if (ranks_ == nullptr || letters_ == nullptr) return;
    for (const int rank :
         ranks_->newly_lost([&](int r) { return queue_.out_at(static_cast<std::size_t>(r)) > 0; })) {
      const auto r = static_cast<std::size_t>(rank);
      letters_->ignore(rank);
      coming_[r].clear();
      if ((settings_.prepares || settings_.verifies) && has_prepared_[r] == 0) forget_unprepared(r);
      const std::vector<index_range> fatal = queue_.lose(r);
      for (const index_range chunk : fatal)
        give_up(chunk, rank,
                "two ranks died with this chunk of inputs, " + std::to_string(chunk.begin) + " to " +
                    std::to_string(chunk.end - 1));
      give_up_bound(rank);
    }
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
  // Of earlier calls.
  void leave_out_lost() {
    if (ranks_ == nullptr) return;
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (is_lost(rank)) {
        (void)queue_.lose(rank);
        give_up_bound(static_cast<int>(rank));
      }
  }

  void report_progress() {
    if (settings_.progress == nullptr) return;
    std::size_t done = 0;
    {
      const std::lock_guard lock(mutex_);
      done = queue_.count() - queue_.left();
      if (done == reported_ || failed_) return;
      reported_ = done;
    }
    const failure f = attempt([&] { (*settings_.progress)(done, queue_.count()); });
    const std::lock_guard lock(mutex_);
    note(own_, f);
  }

  // The end, for all ranks the same.
  void conclude() {
    bundle b;
    if (!failed_)
      note(own_, attempt([&] {
             if (settings_.book != nullptr) settings_.book->sync();
             work_.complete();
             if (first_error_ == no_error || !settings_.raises) b = work_.conclusion();
           }));
    if (!failed_ && settings_.raises && first_error_ != no_error)
      failed_ = {failure_kind::input, pack_error(work_.error_at(first_error_))};
    statistics_.seconds = seconds_now() - opened_;
    if (letters_ != nullptr) {
      letter head;
      head.kind = message::finish;
      head.call = call_;
      head.failure = static_cast<std::uint32_t>(failed_.kind);
      if (failed_) b = text_bundle(failed_.text);
      const std::vector<int> alive = ranks_->alive();
      if (alive.size() < size_) head.paths = static_cast<std::uint32_t>(alive.size());
      for_each_worker([&](int rank) { letters_->send(rank, head, b); });
      patience p;
      while (!letters_->has_sent_all()) look(p);
      if (head.paths > 0) ranks_->tell(alive);
      statistics_.ranks[own_].bytes_sent += letters_->take_bytes_sent();
    }
  }

  post* letters_;
  lost_ranks* ranks_;
  std::size_t own_;
  std::size_t size_;
  std::uint32_t call_;
  chunk_work& work_;
  chunk_queue& queue_;
  const root_settings& settings_;
  batch_statistics& statistics_;
  double opened_;
  std::vector<std::deque<expected>> coming_;
  std::vector<char> has_prepared_;
  std::vector<std::uint64_t> first_results_;
  std::size_t unprepared_ = 0;
  std::size_t reported_ = ~std::size_t{0};
  std::uint64_t first_error_ = no_error;
  std::vector<chunk_queue::taken> to_drop_;
  failure failed_;
  std::size_t failed_rank_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace dad::mpi::detail
