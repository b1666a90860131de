// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which inputs are evaluated next, by whom: the schedules, without any communication. A rank asks for a
// chunk, and says when it is done; chunks of ranks that were lost, and those that wait behind another chunk
// while others have nothing to do, are given out again.

#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <dad/batch/partition.hpp>

namespace dad::detail {

/// even: every rank has a share; dynamic: whoever is free gets the next chunk; automatic: dynamic at first,
/// until it is known what an input costs.
enum class chunk_policy { even, dynamic, automatic };

/// How the inputs of a call become chunks.
struct chunk_plan {
  std::size_t count = 0;
  std::size_t grain = 1;  ///< chunks begin at multiples of it
  std::size_t ranks = 1;
  chunk_policy policy = chunk_policy::even;
  std::size_t chunk = 0;                 ///< inputs per chunk; 0: by time, or where the policy is even:
  std::size_t piece = 0;                 ///< inputs per chunk of an even share; 0: all of it
  bool is_timed = false;                 ///< chunks by time where the policy is even, too
  double seconds = 0.02;                 ///< of a chunk, where its size goes by time
  double seconds_per_input = 0.0;        ///< as far as known before; 0: not
  std::vector<index_range> shares = {};  ///< of each rank, where the policy is even
  std::span<const double> costs = {};    ///< of each input in any unit, where they are known: longest first
};

class chunk_queue {
 public:
  explicit chunk_queue(chunk_plan plan) : plan_(std::move(plan)), limit_(plan_.count), left_(plan_.count) {
    if (plan_.policy == chunk_policy::even) {
      for (const index_range& share : plan_.shares) per_rank_.push_back({share});
    } else {
      todo_.push_back({0, plan_.count});
      decide();
    }
  }

  /// These inputs need no evaluation; before the first chunk was given out.
  void mark_done(index_range done) {
    left_ -= done.size();
    for_each_list([&](std::vector<index_range>& list) {
      std::vector<index_range> rest;
      for (const index_range r : list) {
        if (done.end <= r.begin || r.end <= done.begin) {
          rest.push_back(r);
          continue;
        }
        if (r.begin < done.begin) rest.push_back({r.begin, done.begin});
        if (done.end < r.end) rest.push_back({done.end, r.end});
      }
      list = std::move(rest);
    });
  }

  /// Inputs from this one on need no evaluation any more, where they were not given out.
  void skip_from(std::size_t index) { limit_ = std::min(limit_, index); }

  /// The next chunk of a rank; none if there is nothing for it, now at least.
  std::optional<index_range> next(std::size_t rank) {
    decide();
    if (!plan_.costs.empty() && is_dynamic() && !is_cut_) cut_by_cost();
    std::vector<index_range>& list = per_rank_.empty() ? todo_ : per_rank_[rank];
    while (!list.empty() && (list[first_of(list)].begin >= limit_ || list[first_of(list)].size() == 0))
      remove_first(list);
    if (list.empty()) return std::nullopt;
    index_range& first = list[first_of(list)];
    index_range chunk = first;
    if (!is_cut_) chunk.end = std::min(chunk.end, end_of(chunk.begin));
    if (chunk.end == first.end)
      remove_first(list);
    else
      first.begin = chunk.end;
    out_.push_back({chunk, rank});
    return chunk;
  }

  /// A chunk that waits at another rank behind one under way, for a rank that has nothing else to do.
  struct taken {
    index_range range;
    std::size_t from;
  };
  std::optional<taken> take_over(std::size_t rank) {
    for (std::size_t i = out_.size(); i-- > 0;) {
      const lease l = out_[i];
      if (l.rank == rank || l.is_claimed || l.was_taken || !is_behind_another(i)) continue;
      out_[i].was_taken = true;
      out_.push_back({l.range, rank});
      return taken{l.range, l.rank};
    }
    return std::nullopt;
  }

  /// The results of a chunk are there: whether they are the first, and wanted.
  bool claim(std::size_t rank, index_range range) {
    const std::size_t mine = find(rank, range);
    if (mine == none || out_[mine].is_claimed) return false;
    for (lease& l : out_)
      if (l.range == range) l.is_claimed = true;
    return true;
  }
  /// A rank is through with a chunk, which it claimed or need not have.
  void finish(std::size_t rank, index_range range, bool was_first, double seconds) {
    const std::size_t mine = find(rank, range);
    if (mine != none) out_.erase(out_.begin() + static_cast<std::ptrdiff_t>(mine));
    if (!was_first) return;
    left_ -= range.size();
    inputs_done_ += range.size();
    chunks_done_ += 1;
    // What chunks were worked off lately counts most: the first are short, and f is recorded in each.
    static constexpr double memory = 0.8;
    recent_inputs_ = memory * recent_inputs_ + static_cast<double>(range.size());
    recent_seconds_ = memory * recent_seconds_ + seconds;
    largest_ = std::max(largest_, range.size());
  }
  /// A rank gave back a chunk that it had not begun.
  void drop(std::size_t rank, index_range range) {
    const std::size_t mine = find(rank, range);
    if (mine == none) return;
    const lease l = out_[mine];
    out_.erase(out_.begin() + static_cast<std::ptrdiff_t>(mine));
    if (!l.is_claimed && !is_out(range)) give_back(rank, range);
  }

  /// A rank will not answer any more: what it had goes to others. Gives the chunks that it was the second
  /// rank to be lost with.
  std::vector<index_range> lose(std::size_t rank) {
    std::vector<index_range> fatal;
    bool is_first = true;  // the one that it was at; the others wait behind it
    for (std::size_t i = 0; i < out_.size();) {
      const lease l = out_[i];
      if (l.rank != rank) {
        ++i;
        continue;
      }
      out_.erase(out_.begin() + static_cast<std::ptrdiff_t>(i));
      const bool was_at_it = std::exchange(is_first, false);
      if (l.is_claimed && is_out(l.range)) continue;
      if (was_at_it && std::ranges::find(killers_, l.range) != killers_.end()) {
        fatal.push_back(l.range);
        left_ -= l.range.size();
        continue;
      }
      if (was_at_it) killers_.push_back(l.range);
      if (!is_out(l.range)) lost_.push_back(l.range);
    }
    if (!per_rank_.empty()) {
      auto& own = per_rank_[rank];
      lost_.insert(lost_.end(), own.begin(), own.end());
      own.clear();
    }
    return fatal;
  }
  /// Chunks of lost ranks, whole as they were, for whoever is free.
  std::optional<index_range> next_lost(std::size_t rank) {
    while (!lost_.empty()) {
      const index_range range = lost_.back();
      lost_.pop_back();
      if (range.begin >= limit_) continue;
      out_.push_back({range, rank});
      return range;
    }
    return std::nullopt;
  }

  /// Nothing is left to be given out, and nothing is out.
  [[nodiscard]] bool is_complete() const { return out_.empty() && !has_more(); }
  [[nodiscard]] bool has_more() const {
    const auto has = [&](const std::vector<index_range>& list) {
      return std::ranges::any_of(list, [&](index_range r) { return r.begin < limit_ && r.size() > 0; });
    };
    return has(todo_) || has(lost_) || std::ranges::any_of(per_rank_, has);
  }
  /// The chunks that a rank has.
  [[nodiscard]] std::size_t out_at(std::size_t rank) const {
    return static_cast<std::size_t>(std::ranges::count(out_, rank, &lease::rank));
  }
  /// So many that each rank has one ahead while it evaluates another, and yet none is held where others could
  /// begin it.
  [[nodiscard]] std::size_t depth() const {
    if (!is_dynamic()) return plan_.is_timed && plan_.chunk == 0 ? 2 : ~std::size_t{0};
    if (inputs_done_ == 0 || is_cut_) return 1;
    return left_ > 4 * plan_.ranks * size_by_time() ? 2 : 1;
  }

  [[nodiscard]] bool is_dynamic() const noexcept { return plan_.policy != chunk_policy::even; }
  /// Inputs that have no results yet.
  [[nodiscard]] std::size_t left() const noexcept { return left_; }
  [[nodiscard]] std::size_t count() const noexcept { return plan_.count; }
  /// Of the chunks so far; 0 where nothing is known.
  [[nodiscard]] double seconds_per_input() const noexcept {
    return inputs_done_ == 0 ? plan_.seconds_per_input : recent_seconds_ / recent_inputs_;
  }

 private:
  struct lease {
    index_range range;
    std::size_t rank;
    bool is_claimed = false;
    bool was_taken = false;  // another rank has it as well
  };
  static constexpr std::size_t none = ~std::size_t{0};

  template <class Fn>
  void for_each_list(Fn&& fn) {
    fn(todo_);
    for (std::vector<index_range>& list : per_rank_) fn(list);
  }

  // Lists that were cut by cost are worked off from the back.
  [[nodiscard]] std::size_t first_of(const std::vector<index_range>& list) const {
    return is_cut_ ? list.size() - 1 : 0;
  }
  void remove_first(std::vector<index_range>& list) const {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(first_of(list)));
  }

  [[nodiscard]] std::size_t find(std::size_t rank, index_range range) const {
    for (std::size_t i = 0; i < out_.size(); ++i)
      if (out_[i].rank == rank && out_[i].range == range) return i;
    return none;
  }
  [[nodiscard]] bool is_out(index_range range) const {
    return std::ranges::any_of(out_, [&](const lease& l) { return l.range == range; });
  }
  [[nodiscard]] bool is_behind_another(std::size_t i) const {
    for (std::size_t k = 0; k < i; ++k)
      if (out_[k].rank == out_[i].rank) return true;
    return false;
  }
  void give_back(std::size_t rank, index_range range) {
    auto& list = per_rank_.empty() || is_cut_ ? todo_ : per_rank_[rank];
    list.insert(list.begin() + (is_cut_ ? static_cast<std::ptrdiff_t>(list.size()) : 0), range);
  }

  [[nodiscard]] std::size_t size_by_time() const {
    const double each = seconds_per_input();
    if (each <= 0.0) return inputs_done_ == 0 ? 1 : 8 * largest_;
    const double size = std::min(plan_.seconds / each, static_cast<double>(plan_.count) + 1.0);
    const std::size_t limit = inputs_done_ == 0 ? plan_.count : 8 * largest_;
    return std::clamp<std::size_t>(static_cast<std::size_t>(size), 1, std::max<std::size_t>(1, limit));
  }
  // Chunks become smaller towards the end, so that all ranks end together.
  [[nodiscard]] std::size_t size() const {
    if (plan_.chunk != 0) return plan_.chunk;
    if (!is_dynamic()) return plan_.is_timed ? size_by_time() : plan_.piece != 0 ? plan_.piece : plan_.count;
    return std::min(size_by_time(), std::max<std::size_t>(1, left_ / (4 * plan_.ranks)));
  }
  [[nodiscard]] std::size_t end_of(std::size_t begin) const {
    const std::size_t grains = std::max<std::size_t>(1, size() / plan_.grain);
    return grains >= plan_.count ? plan_.count : (begin / plan_.grain + grains) * plan_.grain;
  }

  // What automatic chooses: to spread what is left evenly pays where all of it is soon done, or where inputs
  // cost so little that their way is the larger part.
  void decide() {
    static constexpr double short_call = 5e-3, cheap_input = 1e-6;
    if (plan_.policy != chunk_policy::automatic || !plan_.costs.empty()) return;
    const double each = seconds_per_input();
    if (each <= 0.0) return;
    const double rest = each * static_cast<double>(left_) / static_cast<double>(plan_.ranks);
    if (rest > short_call && (each > cheap_input || inputs_done_ == 0)) {
      if (chunks_done_ >= 4 * plan_.ranks) plan_.policy = chunk_policy::dynamic;
      return;
    }
    plan_.policy = chunk_policy::even;
    share_out();
  }
  void share_out() {
    std::size_t total = 0;
    for (const index_range r : todo_) total += r.size();
    per_rank_.assign(plan_.ranks, {});
    const std::size_t share = total / plan_.ranks + 1;
    std::size_t rank = 0;
    std::size_t has = 0;
    for (index_range r : todo_)
      while (r.begin < r.end) {
        const std::size_t end = (r.begin + share - has + plan_.grain - 1) / plan_.grain * plan_.grain;
        const index_range part = {r.begin, rank + 1 == plan_.ranks ? r.end : std::min(r.end, end)};
        per_rank_[rank].push_back(part);
        has += part.size();
        r.begin = part.end;
        if (has >= share && rank + 1 < plan_.ranks) ++rank, has = 0;
      }
    todo_.clear();
  }

  // Pieces of consecutive inputs that cost about as much as each other; an input that costs more is alone.
  void cut_by_cost() {
    double total = 0.0;
    for (const double c : plan_.costs) total += c;
    const double most = total / (16.0 * static_cast<double>(plan_.ranks));
    std::vector<std::pair<double, index_range>> pieces;
    for (const index_range r : todo_)
      for (std::size_t begin = r.begin; begin < r.end;) {
        std::size_t end = begin;
        double cost = 0.0;
        while (end < r.end && (end == begin || plan_.chunk == 0 || end - begin < plan_.chunk)) {
          const std::size_t next = std::min(r.end, (end / plan_.grain + 1) * plan_.grain);
          double more = 0.0;
          for (std::size_t i = end; i < next; ++i) more += plan_.costs[i];
          if (end > begin && cost + more > most) break;
          cost += more;
          end = next;
        }
        pieces.push_back({cost, {begin, end}});
        begin = end;
      }
    std::ranges::stable_sort(pieces, {}, &std::pair<double, index_range>::first);
    todo_.clear();
    for (const auto& [cost, range] : pieces) todo_.push_back(range);
    is_cut_ = true;
  }

  chunk_plan plan_;
  std::size_t limit_;
  std::size_t left_;
  std::vector<index_range> todo_;                   // for all ranks
  std::vector<std::vector<index_range>> per_rank_;  // for each, where the policy is even
  std::vector<index_range> lost_;
  std::vector<index_range> killers_;
  std::vector<lease> out_;
  std::size_t inputs_done_ = 0;
  std::size_t chunks_done_ = 0;
  std::size_t largest_ = 0;
  double recent_inputs_ = 0.0;
  double recent_seconds_ = 0.0;
  bool is_cut_ = false;
};

}  // namespace dad::detail
