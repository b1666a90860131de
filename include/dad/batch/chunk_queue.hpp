// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which inputs are evaluated next, by whom: the schedules, without any communication. A rank asks for a
// chunk, and says when it is done; chunks of ranks that were lost, and those that wait behind another chunk
// while others have nothing to do, are given out again.

#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <dad/batch/chunk_cuts.hpp>
#include <dad/batch/chunk_pace.hpp>

namespace dad::detail {

class chunk_queue {
 public:
  explicit chunk_queue(chunk_plan plan)
      : pace_(std::move(plan)),
        limit_(count()),
        left_(count()),
        out_(pace_.plan().ranks),
        is_lost_(out_.size(), 0),
        live_(out_.size()) {
    if (pace_.is_dynamic()) {
      if (count() > 0) todo_.push_back({0, count()});
      pace_.decide(left_, live_);
      return;
    }
    per_rank_.resize(out_.size());
    for (std::size_t rank = 0; rank < pace_.plan().shares.size(); ++rank)
      if (pace_.plan().shares[rank].size() > 0) per_rank_[rank].push_back(pace_.plan().shares[rank]);
  }

  /// These inputs need no evaluation; before the first chunk was given out.
  void mark_done(index_range done) {
    if (done.size() == 0) return;
    left_ -= remove_range(done, todo_);
    for (range_list& list : per_rank_) left_ -= remove_range(done, list);
  }

  /// Inputs from this one on need no evaluation any more, where they were not given out.
  void skip_from(std::size_t index) { limit_ = std::min(limit_, index); }

  /// The next chunk of a rank; none if there is nothing for it, now at least.
  std::optional<index_range> next(std::size_t rank) {
    pace_.decide(left_, live_);
    if (!pace_.plan().costs.empty() && is_dynamic() && !is_cut_) {
      todo_ = cut_by_cost(todo_, pace_.plan(), live_);
      is_cut_ = true;
    }
    if (!is_dynamic() && per_rank_.empty()) per_rank_ = share_out(todo_, pace_.plan(), is_lost_, busy());
    range_list& list = per_rank_.empty() ? todo_ : per_rank_[rank];
    while (!list.empty() && list.back().begin >= limit_) list.pop_back();
    if (list.empty()) return std::nullopt;
    index_range& first = list.back();
    index_range chunk = first;
    if (!is_cut_) chunk.end = std::min(chunk.end, end_of(chunk.begin));
    if (chunk.end == first.end)
      list.pop_back();
    else
      first.begin = chunk.end;
    give(rank, chunk, false);
    return chunk;
  }

  /// A chunk that waits at another rank behind one under way, for a rank that has nothing else to do.
  struct taken {
    index_range range;
    std::size_t from;
  };
  std::optional<taken> take_over(std::size_t rank) {
    if (!is_dynamic()) return std::nullopt;
    // Who began longest ago is the least likely to be through soon, where costs differ much.
    lease* best = nullptr;
    std::size_t from = 0;
    std::size_t oldest = none;
    for (std::size_t other = 0; other < out_.size(); ++other) {
      lease* const last = last_waiting(other);
      if (other == rank || last == nullptr || out_[other].front().number >= oldest) continue;
      best = last;
      from = other;
      oldest = out_[other].front().number;
    }
    if (best == nullptr) return std::nullopt;
    best->has_copy = true;
    const index_range range = best->range;
    give(rank, range, true);
    return taken{range, from};
  }

  /// The results of a chunk are there: whether they are the first, and wanted.
  bool claim(std::size_t rank, index_range range) {
    lease* const mine = find(rank, range);
    if (mine == nullptr || mine->results != whose::nobodys) return false;
    for_each_copy(*mine, [](lease& copy) { copy.results = whose::others; });
    mine->results = whose::its_own;
    return true;
  }
  /// A rank is through with a chunk, which it claimed or need not have.
  /// `paths` that its inputs took through f, if they were replayed; 0 if not.
  void finish(std::size_t rank, index_range range, bool was_first, double seconds, std::size_t paths = 0) {
    const std::optional<lease> mine = remove_lease(rank, range);
    if (!mine) return;
    if (!was_first) {
      // Refused for a rank that was lost before all its results were there.
      if (mine->results == whose::nobodys && !is_out(*mine)) lost_.push_back(range);
      return;
    }
    left_ -= range.size();
    pace_.add(range.size(), seconds, paths);
  }
  /// A rank gave back a chunk that it had not begun.
  void drop(std::size_t rank, index_range range) {
    const std::optional<lease> mine = remove_lease(rank, range);
    // Whole as it was: who took it over may have been lost with it.
    if (mine && mine->results == whose::nobodys && !is_out(*mine)) lost_.push_back(range);
  }

  /// A rank will not answer any more: what it had goes to others. Gives the chunks that it was the second
  /// rank to be lost with.
  std::vector<index_range> lose(std::size_t rank) {
    std::vector<index_range> fatal;
    if (std::exchange(is_lost_[rank], 1) == 0) live_ -= 1;
    bool is_first = true;  // the one that it was at; the others wait behind it
    while (!out_[rank].empty()) {
      const lease l = out_[rank].front();
      remove_lease(rank, l.range);
      if (l.results == whose::its_own) {
        for_each_copy(l, [](lease& copy) { copy.results = whose::nobodys; });
        if (!is_out(l)) lost_.push_back(l.range);
        continue;
      }
      const bool was_at_it = std::exchange(is_first, false);
      if (l.results == whose::others) continue;
      const bool is_second = was_at_it && std::ranges::find(killers_, l.range) != killers_.end();
      if (is_second) {
        for_each_copy(l, [](lease& copy) { copy.results = whose::others; });
        fatal.push_back(l.range);
        left_ -= l.range.size();
        continue;
      }
      if (was_at_it) killers_.push_back(l.range);
      if (!is_out(l)) lost_.push_back(l.range);
    }
    if (!per_rank_.empty()) {
      range_list& own = per_rank_[rank];
      lost_.insert(lost_.end(), own.begin(), own.end());
      own.clear();
    }
    return fatal;
  }
  /// Chunks of lost ranks, whole as they were, for whoever is free.
  std::optional<index_range> next_lost(std::size_t rank) {
    // All of them may come at once, and are for all.
    if (out_at(rank) >= 2) return std::nullopt;
    while (!lost_.empty()) {
      const index_range range = lost_.back();
      lost_.pop_back();
      if (range.begin >= limit_) continue;
      give(rank, range, false);
      return range;
    }
    return std::nullopt;
  }

  /// Nothing is left to be given out, and nothing is out.
  [[nodiscard]] bool is_complete() const { return out_count_ == 0 && !has_more(); }
  [[nodiscard]] bool has_more() const {
    const auto has = [&](const range_list& list) {
      return std::ranges::any_of(list, [&](index_range r) { return r.begin < limit_; });
    };
    return has(todo_) || has(lost_) || std::ranges::any_of(per_rank_, has);
  }
  /// The chunks that a rank has.
  [[nodiscard]] std::size_t out_at(std::size_t rank) const { return out_[rank].size(); }
  /// The chunks that a rank is to have.
  [[nodiscard]] std::size_t depth() const { return is_cut_ ? 1 : pace_.depth(left_, live_); }

  [[nodiscard]] bool is_dynamic() const noexcept { return pace_.is_dynamic(); }
  /// Inputs that have no results yet.
  [[nodiscard]] std::size_t left() const noexcept { return left_; }
  [[nodiscard]] std::size_t count() const noexcept { return pace_.plan().count; }
  /// For the next call of the same function.
  [[nodiscard]] known_cost cost() const noexcept { return {pace_.seconds_per_input(), pace_.is_alike()}; }

 private:
  // The results of a chunk that will be placed: nobody's have come, this rank's, or another's (or never).
  enum class whose : char { nobodys, its_own, others };
  struct lease {
    index_range range;
    std::size_t number;     // in the order in which chunks were given out
    bool has_copy = false;  // another rank has it, or had it, as well
    whose results = whose::nobodys;
  };
  static constexpr std::size_t none = ~std::size_t{0};

  void give(std::size_t rank, index_range range, bool is_copy) {
    out_[rank].push_back({range, given_++, is_copy});
    out_count_ += 1;
  }
  [[nodiscard]] lease* find(std::size_t rank, index_range range) {
    for (lease& l : out_[rank])
      if (l.range == range) return &l;
    return nullptr;
  }
  std::optional<lease> remove_lease(std::size_t rank, index_range range) {
    std::deque<lease>& leases = out_[rank];
    const auto at = std::ranges::find(leases, range, &lease::range);
    if (at == leases.end()) return std::nullopt;
    const lease found = *at;
    leases.erase(at);
    out_count_ -= 1;
    return found;
  }
  // The other ranks' leases of the same chunk.
  template <class Fn>
  void for_each_copy(const lease& of, Fn&& fn) {
    if (!of.has_copy) return;
    for (std::deque<lease>& leases : out_)
      for (lease& l : leases)
        if (l.range == of.range && l.number != of.number) fn(l);
  }
  // Whether another rank has the chunk of a lease.
  [[nodiscard]] bool is_out(const lease& l) {
    bool is_there = false;
    for_each_copy(l, [&](lease&) { is_there = true; });
    return is_there;
  }
  // The last chunk of a rank that it has not begun, and that no other has; null if there is none.
  [[nodiscard]] lease* last_waiting(std::size_t rank) {
    std::deque<lease>& leases = out_[rank];
    const auto at = std::ranges::find_if(leases, [](const lease& l) { return l.results != whose::its_own; });
    for (auto l = leases.end(); at != leases.end() && --l != at;)
      if (l->results == whose::nobodys && !l->has_copy && l->range.begin < limit_) return &*l;
    return nullptr;
  }

  // The inputs that each rank has to do yet: half of the chunk that it is at, and those that wait behind it.
  [[nodiscard]] std::vector<std::size_t> busy() const {
    std::vector<std::size_t> inputs(out_.size(), 0);
    for (std::size_t rank = 0; rank < out_.size(); ++rank)
      for (const lease& l : out_[rank])
        inputs[rank] += &l == &out_[rank].front() ? l.range.size() / 2 : l.range.size();
    return inputs;
  }
  [[nodiscard]] std::size_t end_of(std::size_t begin) const {
    const std::size_t grain = pace_.plan().grain;
    const std::size_t grains = std::max<std::size_t>(1, pace_.size(left_, live_) / grain);
    return grains >= count() ? count() : (begin / grain + grains) * grain;
  }

  chunk_pace pace_;
  std::size_t limit_;
  std::size_t left_;
  range_list todo_;                   // for all ranks
  std::vector<range_list> per_rank_;  // for each, where the policy is even
  range_list lost_;
  std::vector<index_range> killers_;
  std::vector<std::deque<lease>> out_;  // of each rank, in the order in which it got them
  std::size_t out_count_ = 0;
  std::size_t given_ = 0;
  std::vector<char> is_lost_;
  std::size_t live_;  // ranks that are not lost
  bool is_cut_ = false;
};

}  // namespace dad::detail
