// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ranks in simulated time that work off a chunk queue, driven as the root of a call drives it: letters take
// time and keep their order between two ranks, ranks differ in speed, and any but the root may die.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <random>
#include <utility>
#include <vector>

#include <dad/batch/chunk_queue.hpp>

namespace simulation {

using dad::detail::chunk_plan;
using dad::detail::chunk_queue;
using dad::detail::index_range;

/// What happens in a run. Rank 0 is the root, and evaluates as well.
struct scenario {
  chunk_plan plan;
  std::vector<double> seconds = {};       ///< that f takes for each input
  std::vector<double> slowness = {};      ///< of each rank: seconds are multiplied by it; empty: all 1
  double latency = 1e-4;                  ///< of a letter
  double longest_delay = 0.0;             ///< of a letter beyond it, at random
  double longest_transfer = 0.0;          ///< of a letter's blocks, behind its head, at random
  std::vector<index_range> done = {};     ///< before the call
  std::vector<std::size_t> failing = {};  ///< inputs at which the call ends: no more are wanted from there on
  struct death {
    double at;
    std::size_t rank;
  };
  std::vector<death> deaths = {};
  std::vector<char> is_deadly = {};  ///< inputs that no rank but the root survives; empty: none
  double notice = 0.0;               ///< how long after a death the root hears of it
  std::size_t paths = 0;             ///< that the inputs of each chunk take; 0: they are not replayed
  std::uint64_t seed = 1;
};

/// What came of it.
struct outcome {
  bool is_complete = false;
  double makespan = 0.0;         ///< until the queue said that all is complete
  std::vector<int> placed = {};  ///< how often the results of each input were placed
  std::vector<int> given_up = {};
  std::vector<int> evaluated = {};
  std::vector<int> deaths_at = {};  ///< ranks that died while they evaluated an input
  std::vector<std::pair<std::size_t, index_range>> given =
      {};  ///< chunks, in the order in which ranks got them
  std::vector<index_range> fatal = {};
  std::size_t limit = 0;  ///< from here on no results were wanted
  std::size_t left = 0;
  std::size_t most_ahead = 0;  ///< chunks at one rank
  std::size_t died = 0;
  bool is_dynamic = false;  ///< at the end
};

class run {
 public:
  explicit run(const scenario& s) : s_(s), queue_(s.plan), chance_(s.seed) {
    const std::size_t n = s.plan.count;
    workers_.resize(s.plan.ranks);
    r_.placed.assign(n, 0);
    r_.given_up.assign(n, 0);
    r_.evaluated.assign(n, 0);
    r_.deaths_at.assign(n, 0);
    r_.limit = n;
  }

  outcome operator()() {
    for (const index_range done : s_.done) queue_.mark_done(done);
    for (const scenario::death& d : s_.deaths) at(d.at, event::dies, d.rank);
    is_threaded_ = queue_.is_dynamic();
    feed();
    go_on_at_root();
    check_end();
    while (!r_.is_complete && !events_.empty()) {
      const event e = events_.top();
      events_.pop();
      now_ = e.time;
      happen(e);
      check_end();
    }
    r_.left = queue_.left();
    r_.is_dynamic = queue_.is_dynamic();
    return r_;
  }

 private:
  enum class reply { done, dropped };
  struct event {
    enum what { work, drop, evaluated, head, blocks, dies, noticed, looks } kind;
    double time;
    std::size_t order;
    std::size_t rank;
    index_range chunk;
    reply answer;
    double took;
    std::size_t life;  // of the evaluation, which a death ends
    friend bool operator<(const event& a, const event& b) {
      return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
  };
  struct task {
    index_range chunk;
    bool is_dropped = false;
  };
  struct worker {
    std::deque<task> waiting = {};
    std::optional<index_range> at = {};
    bool is_dead = false;
    bool is_lost = false;          // as far as the root knows
    std::deque<bool> coming = {};  // letters whose heads are there: whether their results are wanted
    double last_to = 0.0;
    double last_from = 0.0;
    double last_blocks = 0.0;
  };

  void at(double time, event::what kind, std::size_t rank, index_range chunk = {}, reply answer = {},
          double took = 0.0) {
    events_.push({kind, time, order_++, rank, chunk, answer, took, 0});
  }
  double random(double most) {
    return most == 0.0 ? 0.0 : std::uniform_real_distribution<>(0.0, most)(chance_);
  }
  double seconds_of(std::size_t rank, index_range chunk) const {
    double sum = 0.0;
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) sum += s_.seconds[i];
    return sum * (s_.slowness.empty() ? 1.0 : s_.slowness[rank]);
  }

  // The root, as dad::mpi::detail::root does it.
  std::optional<index_range> next_of(std::size_t rank) {
    std::optional<index_range> chunk = queue_.next(rank);
    if (!chunk) chunk = queue_.next_lost(rank);
    if (!chunk && queue_.out_at(rank) == 0)
      if (const auto taken = queue_.take_over(rank)) {
        if (taken->from != 0) to_drop_.push_back(*taken);
        chunk = taken->range;
      }
    if (chunk) r_.given.push_back({rank, *chunk});
    r_.most_ahead = std::max(r_.most_ahead, queue_.out_at(rank));
    return chunk;
  }
  void send(event::what kind, std::size_t rank, index_range chunk) {
    worker& w = workers_[rank];
    w.last_to = std::max(w.last_to, now_ + s_.latency + random(s_.longest_delay));
    at(w.last_to, kind, rank, chunk);
  }
  void feed() {
    for (const auto& t : to_drop_) send(event::drop, t.from, t.range);
    to_drop_.clear();
    for (std::size_t rank = 1; rank < workers_.size(); ++rank)
      while (!workers_[rank].is_lost && queue_.out_at(rank) < queue_.depth()) {
        const auto chunk = next_of(rank);
        if (!chunk) break;
        send(event::work, rank, *chunk);
      }
    if (!to_drop_.empty()) at(now_ + s_.latency, event::looks, 0);
  }
  void go_on_at_root() {
    if (workers_[0].at) return;
    const auto chunk = next_of(0);
    if (!chunk) return;
    workers_[0].at = chunk;
    const double took = seconds_of(0, *chunk);
    at(now_ + took, event::evaluated, 0, *chunk, {}, took);
    if (!to_drop_.empty()) at(now_, event::looks, 0);
  }
  void look() {
    if (workers_[0].at && !is_threaded_) return;
    if (is_threaded_ || !workers_[0].at) feed();
    go_on_at_root();
  }
  void place(index_range chunk) {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
      r_.placed[i] += 1;
      if (std::ranges::find(s_.failing, i) != s_.failing.end()) stop_at(i);
    }
  }
  void stop_at(std::size_t index) {
    r_.limit = std::min(r_.limit, index);
    queue_.skip_from(index);
  }

  void happen(const event& e) {
    worker& w = workers_[e.rank];
    // Without threads the root sees what comes between its own chunks.
    const bool is_for_root = e.kind == event::head || e.kind == event::blocks || e.kind == event::noticed;
    if (is_for_root && !is_threaded_ && workers_[0].at) {
      event later = e;
      later.time = busy_until();
      later.order = order_++;
      events_.push(later);
      return;
    }
    switch (e.kind) {
      case event::work:
        if (w.is_dead) return;
        w.waiting.push_back({e.chunk});
        go_on(e.rank);
        return;
      case event::drop:
        for (task& t : w.waiting)
          if (t.chunk.begin == e.chunk.begin) t.is_dropped = true;
        return;
      case event::evaluated:
        if (w.is_dead) return;
        for (std::size_t i = e.chunk.begin; i < e.chunk.end; ++i) r_.evaluated[i] += 1;
        w.at.reset();
        if (e.rank != 0) {
          answer(e.rank, reply::done, e.chunk, e.took);
          go_on(e.rank);
          return;
        }
        {
          const bool is_first = queue_.claim(0, e.chunk);
          if (is_first) place(e.chunk);
          queue_.finish(0, e.chunk, is_first, e.took, s_.paths);
        }
        if (is_threaded_)
          look();
        else {
          go_on_at_root();
          if (!workers_[0].at) look();
        }
        return;
      case event::head:
        if (w.is_lost) return;
        w.coming.push_back(e.answer == reply::done && queue_.claim(e.rank, e.chunk));
        w.last_blocks = std::max(w.last_blocks, now_ + random(s_.longest_transfer));
        at(w.last_blocks, event::blocks, e.rank, e.chunk, e.answer, e.took);
        return;
      case event::blocks: {
        if (w.is_lost) return;
        const bool is_wanted = w.coming.front();
        w.coming.pop_front();
        if (e.answer == reply::dropped) {
          queue_.drop(e.rank, e.chunk);
        } else {
          if (is_wanted) place(e.chunk);
          queue_.finish(e.rank, e.chunk, is_wanted, e.took, s_.paths);
        }
        look();
        return;
      }
      case event::dies:
        die(e.rank);
        return;
      case event::noticed:
        w.is_lost = true;
        w.coming.clear();
        for (const index_range chunk : queue_.lose(e.rank)) {
          r_.fatal.push_back(chunk);
          for (std::size_t i = chunk.begin; i < chunk.end; ++i) r_.given_up[i] += 1;
        }
        look();
        return;
      case event::looks:
        look();
        return;
    }
  }
  double busy_until() const {
    std::size_t rank = 0;
    auto copy = events_;
    for (; !copy.empty(); copy.pop())
      if (copy.top().kind == event::evaluated && copy.top().rank == rank) return copy.top().time;
    return now_;
  }

  // The others.
  void go_on(std::size_t rank) {
    worker& w = workers_[rank];
    while (!w.at && !w.waiting.empty()) {
      const task t = w.waiting.front();
      w.waiting.pop_front();
      if (t.is_dropped) {
        answer(rank, reply::dropped, t.chunk, 0.0);
        continue;
      }
      w.at = t.chunk;
      double took = 0.0;
      for (std::size_t i = t.chunk.begin; i < t.chunk.end; ++i) {
        if (!s_.is_deadly.empty() && s_.is_deadly[i] != 0) {
          at(now_ + took, event::dies, rank);
          return;
        }
        took += seconds_of(rank, {i, i + 1});
      }
      at(now_ + took, event::evaluated, rank, t.chunk, {}, took);
    }
  }
  void answer(std::size_t rank, reply r, index_range chunk, double took) {
    worker& w = workers_[rank];
    w.last_from = std::max(w.last_from, now_ + s_.latency + random(s_.longest_delay));
    at(w.last_from, event::head, rank, chunk, r, took);
  }
  void die(std::size_t rank) {
    worker& w = workers_[rank];
    if (w.is_dead || rank == 0) return;
    w.is_dead = true;
    r_.died += 1;
    if (w.at)
      for (std::size_t i = w.at->begin; i < w.at->end; ++i) r_.deaths_at[i] += 1;
    at(now_ + s_.notice, event::noticed, rank);
  }
  void check_end() {
    if (!queue_.is_complete()) return;
    r_.is_complete = true;
    r_.makespan = now_;
  }

  const scenario& s_;
  chunk_queue queue_;
  std::mt19937_64 chance_;
  std::priority_queue<event> events_;
  std::size_t order_ = 0;
  double now_ = 0.0;
  bool is_threaded_ = false;
  std::vector<worker> workers_;
  std::vector<chunk_queue::taken> to_drop_;
  outcome r_;
};

}  // namespace simulation
