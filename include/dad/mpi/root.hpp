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

#include <dad/mpi/call.hpp>
#include <dad/mpi/collector.hpp>

namespace dad::mpi::detail {

class root {
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
        in_(ranks, own_rank, size, work, queue, settings, statistics) {}

  /// To the end of the call; throws on all ranks or none. `before` says how the root fared so far.
  void run(const failure& before) {
    or_end_job(static_cast<int>(own_), [&] {
      in_.note(own_, before ? before : attempt([&] { work_.start(); }));
      if (letters_ != nullptr) for_each_worker([&](int rank) { letters_->listen(rank); });
      if (!in_.has_failed()) open();
      if (!in_.has_failed() && settings_.book != nullptr) in_.note(own_, attempt([&] { in_.resume(); }));
      if (!in_.has_failed()) leave_out_lost();
      if (!in_.has_failed()) evaluate_all();
      conclude();
    });
    if (const failure& f = in_.verdict()) throw_failure(f.kind, f.text);
  }

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
    if (!settings_.prepares && !settings_.verifies) return;
    bundle b;
    in_.note(own_, attempt([&] { b = work_.preparation(settings_.verifies); }));
    if (in_.has_failed()) return;
    letter head;
    head.kind = message::prepare;
    head.call = call_;
    head.number = settings_.verifies ? 1 : 0;
    if (letters_ != nullptr)
      for_each_worker([&](int rank) {
        letters_->send(rank, head, b);
        in_.expect_prepared(rank);
      });
    if (!settings_.verifies) return;
    in_.note(own_, attempt([&] { in_.add_own_first_result(work_.first_result(nullptr)); }));
    patience p;
    while (!in_.is_prepared()) look(p);
    std::vector<int> workers;
    for_each_worker([&](int rank) { workers.push_back(rank); });
    in_.compare_first_results(workers);
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
        has_come = letters_->poll(in_);
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
        const bool has_come = letters_->poll(in_);
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
    in_.add_own(c, result, f, !in_place);
  }

  // The next chunk of a rank, from wherever there is one.
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
      while (!in_.has_failed() && queue_.out_at(r) < queue_.depth()) {
        const std::optional<index_range> chunk = next_of(r);
        if (!chunk) return;
        in_.note(own_, attempt([&] { send_chunk(rank, *chunk); }));
        if (in_.has_failed()) queue_.drop(r, *chunk);
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
    if (letters_->poll(in_))
      p.renew();
    else
      p.wait();
  }

  [[nodiscard]] bool is_over() const {
    if (!in_.is_prepared()) return false;
    if (!in_.has_failed()) return queue_.is_complete();
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (queue_.out_at(rank) > 0) return false;
    return true;
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
      letters_->ignore(rank);
      in_.lose(rank);
    }
  }
  // Of earlier calls.
  void leave_out_lost() {
    if (ranks_ == nullptr) return;
    for (std::size_t rank = 0; rank < size_; ++rank)
      if (is_lost(rank)) in_.lose(static_cast<int>(rank));
  }

  void report_progress() {
    if (settings_.progress == nullptr) return;
    std::size_t done = 0;
    {
      const std::lock_guard lock(mutex_);
      done = queue_.count() - queue_.left();
      if (done == reported_ || in_.has_failed()) return;
      reported_ = done;
    }
    const failure f = attempt([&] { (*settings_.progress)(done, queue_.count()); });
    const std::lock_guard lock(mutex_);
    in_.note(own_, f);
  }

  // The end, for all ranks the same.
  void conclude() {
    bundle b;
    if (!in_.has_failed())
      in_.note(own_, attempt([&] {
                 if (settings_.book != nullptr) settings_.book->sync();
                 if (in_.raises_error()) return;  // what comes after it need not be there
                 work_.complete();
                 b = work_.conclusion();
               }));
    const failure& verdict = in_.verdict();
    statistics_.seconds = seconds_now() - opened_;
    if (letters_ != nullptr) {
      letter head;
      head.kind = message::finish;
      head.call = call_;
      head.failure = static_cast<std::uint32_t>(verdict.kind);
      if (verdict) b = text_bundle(verdict.text);
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
  collector in_;
  std::size_t reported_ = ~std::size_t{0};
  std::vector<chunk_queue::taken> to_drop_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace dad::mpi::detail
