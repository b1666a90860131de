// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The root of a call, from its opening to its end: it evaluates chunks itself, answers the other ranks, and
// tells all of them how the call ended. Where chunks are given out on demand it has two threads, one that
// evaluates and one that answers; the one that answers is the calling thread unless MPI takes calls of all
// threads.

#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <dad/mpi/call.hpp>
#include <dad/mpi/dispatcher.hpp>

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
        work_(work),
        queue_(queue),
        settings_(settings),
        statistics_(statistics),
        opened_(seconds_now()),
        in_(ranks, own_rank, size, work, queue, settings, statistics),
        out_(letters, ranks, own_rank, size, call, work, queue, settings, in_) {}

  /// To the end of the call; throws on all ranks or none. `before` says how the root fared so far.
  void run(const failure& before) {
    or_end_job(static_cast<int>(own_), [&] {
      in_.note(own_, before ? before : attempt([&] { work_.start(); }));
      out_.for_each_worker([&](int rank) { letters_->listen(rank); });
      if (!in_.has_failed()) open();
      if (!in_.has_failed() && settings_.book != nullptr) in_.note(own_, attempt([&] { in_.resume(); }));
      if (!in_.has_failed()) out_.leave_out_lost();
      if (!in_.has_failed()) evaluate_all();
      conclude();
    });
    if (const failure& f = in_.verdict()) throw_failure(f.kind, f.text);
  }

 private:
  // What f is prepared with, and whether it is the same f everywhere.
  void open() {
    if (!settings_.prepares && !settings_.verifies) return;
    bundle b;
    in_.note(own_, attempt([&] { b = work_.preparation(settings_.verifies); }));
    if (in_.has_failed()) return;
    letter head;
    head.kind = message::prepare;
    head.number = settings_.verifies ? 1 : 0;
    out_.tell_all(head, b);
    out_.for_each_worker([&](int rank) { in_.expect_prepared(rank); });
    if (!settings_.verifies) return;
    in_.note(own_, attempt([&] { in_.add_own_first_result(work_.first_result(nullptr)); }));
    // A short call does not wait for the slowest to say what it computes: it fails at its end as well.
    static constexpr double short_call = 1.0;  // seconds
    if (settings_.expected_seconds <= 0.0 || settings_.expected_seconds > short_call) await_prepared();
  }
  void await_prepared() {
    patience p;
    while (!in_.is_prepared()) look(p);
  }

  void evaluate_all() {
    report_progress();
    out_.feed();  // a thread that is yet to start may be late
    evaluate_and_serve();
    if (!out_.is_over()) evaluate_and_serve_in_two_threads();
    report_progress();
  }

  // One thread is enough where chunks belong to ranks, and better where all is over before a second one has
  // begun: it answers between its own chunks.
  [[nodiscard]] bool is_enough_for_one_thread() const {
    static constexpr double short_call = 5e-4;  // seconds
    return letters_ == nullptr || !queue_.is_dynamic() ||
           (settings_.expected_seconds > 0.0 && settings_.expected_seconds <= short_call &&
            seconds_now() - opened_ <= 2.0 * short_call);
  }
  void evaluate_and_serve() {
    if (!is_enough_for_one_thread()) return;
    patience p;
    while (!out_.is_over() && is_enough_for_one_thread()) {
      const std::optional<index_range> chunk = out_.next_of(own_);
      if (chunk) evaluate(*chunk, settings_.is_in_place && (!queue_.is_dynamic() || work_.places_apart()));
      bool has_come = false;
      if (letters_ != nullptr) {
        has_come = letters_->poll(in_);
        out_.feed();
      }
      report_progress();
      if (chunk || has_come)
        p.renew();
      else
        p.wait();
    }
  }

  void evaluate_and_serve_in_two_threads() {
    if (thread_level() >= MPI_THREAD_MULTIPLE) {
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
  }

  // The thread that evaluates.
  template <class Between>
  void evaluate_on_demand(Between&& between) {
    std::unique_lock lock(mutex_);
    while (!out_.is_over()) {
      const std::optional<index_range> chunk = out_.next_of(own_);
      lock.unlock();
      if (chunk) evaluate(*chunk, settings_.is_in_place && work_.places_apart());
      between();
      lock.lock();
      if (chunk || out_.is_over()) continue;
      is_idle_ = true;
      changed_.wait_for(lock, std::chrono::milliseconds(20));
      is_idle_ = false;
    }
  }

  // What comes, while another thread evaluates. The lock is not held where MPI looks for letters: there it
  // may yield the processor, and whoever evaluates would wait for its return.
  struct locked final : recipient {
    explicit locked(root& r) : of(r) {}
    void lock() override { of.mutex_.lock(); }
    void unlock() override { of.mutex_.unlock(); }
    rooms room(int from, const letter& head) override { return of.in_.room(from, head); }
    void arrived(int from, const letter& head) override { of.in_.arrived(from, head); }
    root& of;
  };

  // The thread that answers.
  template <class Between>
  void serve(Between&& between) {
    // While the other thread evaluates, the core is its; while it has nothing to do, the end of the call
    // waits for what comes.
    patience beside(1e-3, 0), eager;
    locked in(*this);
    for (bool is_alone = false;;) {
      const bool has_come = letters_->poll(in);
      {
        const std::lock_guard lock(mutex_);
        out_.feed();
        if (out_.is_over()) break;
        if (has_come) changed_.notify_one();
        if (has_come || is_idle_ != is_alone) {
          beside.renew();
          eager.renew();
        }
        is_alone = is_idle_;
      }
      between();
      (is_alone ? eager : beside).wait();
    }
    changed_.notify_one();
  }

  void evaluate(index_range chunk, bool in_place) {
    if (in_place) {
      const std::lock_guard lock(mutex_);
      if (!in_.claim_own(chunk)) return;
    }
    chunk_result result;
    batch_statistics::chunk c = {static_cast<int>(own_), chunk.begin, chunk.end, seconds_now() - opened_,
                                 0.0};
    const failure f =
        attempt([&] { result = in_place ? work_.evaluate_in_place(chunk) : work_.evaluate(chunk, nullptr); });
    c.until = seconds_now() - opened_;
    const std::lock_guard lock(mutex_);
    in_.add_own(c, result, f, !in_place);
  }

  void look(patience& p) {
    out_.give_up_lost();
    if (letters_->poll(in_))
      p.renew();
    else
      p.wait();
  }

  // What a thread does: there is no way on without it.
  template <class Work>
  void alone(Work&& work) const {
    or_end_job(static_cast<int>(own_), std::forward<Work>(work));
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
    await_prepared();
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
    if (letters_ == nullptr) return;
    letter head;
    head.kind = message::finish;
    head.failure = static_cast<std::uint32_t>(verdict.kind);
    if (verdict) b = text_bundle(verdict.text);
    const std::vector<int> alive = ranks_->alive();
    if (alive.size() < size_) head.paths = static_cast<std::uint32_t>(alive.size());
    out_.tell_all(head, b);
    patience p;
    while (!letters_->has_sent_all()) look(p);
    if (head.paths > 0) ranks_->tell(alive);
    statistics_.ranks[own_].bytes_sent += letters_->take_bytes_sent();
  }

  post* letters_;
  lost_ranks* ranks_;
  std::size_t own_;
  std::size_t size_;
  chunk_work& work_;
  chunk_queue& queue_;
  const root_settings& settings_;
  batch_statistics& statistics_;
  double opened_;
  collector in_;
  dispatcher out_;
  std::size_t reported_ = ~std::size_t{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_idle_ = false;  // the thread that evaluates has nothing to evaluate
};

}  // namespace dad::mpi::detail
