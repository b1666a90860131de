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

#include <dad/batch/chunk_cost.hpp>
#include <dad/batch/partition.hpp>
#include <dad/core/list_view.hpp>

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
  double seconds = 0.02;                 ///< of a chunk at most, where its size goes by time
  double seconds_per_input = 0.0;        ///< as far as known before; 0: not
  std::vector<index_range> shares = {};  ///< of each rank, where the policy is even
  list_view<const double> costs = {};    ///< of each input in any unit, where they are known: longest first
};

class chunk_queue {
 public:
  explicit chunk_queue(chunk_plan plan)
      : plan_(std::move(plan)),
        limit_(plan_.count),
        left_(plan_.count),
        out_(plan_.ranks),
        is_lost_(plan_.ranks, 0),
        live_(plan_.ranks) {
    if (plan_.policy == chunk_policy::even) {
      per_rank_.resize(plan_.ranks);
      for (std::size_t rank = 0; rank < plan_.shares.size(); ++rank)
        if (plan_.shares[rank].size() > 0) per_rank_[rank].push_back(plan_.shares[rank]);
    } else {
      if (plan_.count > 0) todo_.push_back({0, plan_.count});
      decide();
    }
  }

  /// These inputs need no evaluation; before the first chunk was given out.
  void mark_done(index_range done) {
    if (done.size() == 0) return;
    remove(done, todo_);
    for (range_list& list : per_rank_) remove(done, list);
  }

  /// Inputs from this one on need no evaluation any more, where they were not given out.
  void skip_from(std::size_t index) { limit_ = std::min(limit_, index); }

  /// The next chunk of a rank; none if there is nothing for it, now at least.
  std::optional<index_range> next(std::size_t rank) {
    decide();
    if (!plan_.costs.empty() && is_dynamic() && !is_cut_) cut_by_cost();
    if (!is_dynamic() && per_rank_.empty()) share_out();
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
    inputs_done_ += range.size();
    chunks_done_ += 1;
    cost_.add(range.size(), seconds);
    if (paths == 1)
      alike_ += range.size() - 1;
    else
      has_different_ = true;
    largest_ = std::max(largest_, range.size());
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
  /// So many that each rank has one ahead while it evaluates another, and yet none is held where others could
  /// begin it.
  [[nodiscard]] std::size_t depth() const {
    if (!is_dynamic()) return plan_.is_timed && plan_.chunk == 0 ? 2 : 64;
    if (inputs_done_ == 0 || is_cut_) return 1;
    return left_ > 4 * live_ * size() ? 2 : 1;
  }

  [[nodiscard]] bool is_dynamic() const noexcept { return plan_.policy != chunk_policy::even; }
  /// Inputs that have no results yet.
  [[nodiscard]] std::size_t left() const noexcept { return left_; }
  [[nodiscard]] std::size_t count() const noexcept { return plan_.count; }
  /// Of the chunks so far; 0 where nothing is known.
  [[nodiscard]] double seconds_per_input() const noexcept {
    return inputs_done_ == 0 ? plan_.seconds_per_input : cost_.per_input();
  }

 private:
  // In descending order: the next is the last.
  using range_list = std::vector<index_range>;
  // The results of a chunk that will be placed: nobody's have come, this rank's, or another's (or never).
  enum class whose : char { nobodys, its_own, others };
  struct lease {
    index_range range;
    std::size_t number;     // in the order in which chunks were given out
    bool has_copy = false;  // another rank has it, or had it, as well
    whose results = whose::nobodys;
  };
  static constexpr std::size_t none = ~std::size_t{0};

  void remove(index_range done, range_list& list) {
    auto at = std::ranges::partition_point(list, [&](index_range r) { return r.begin >= done.end; });
    while (at != list.end() && at->end > done.begin) {
      const index_range r = *at;
      at = list.erase(at);
      if (r.begin < done.begin) at = list.insert(at, {r.begin, done.begin});
      if (done.end < r.end) at = list.insert(at, {done.end, r.end}) + 1;
      left_ -= std::min(r.end, done.end) - std::max(r.begin, done.begin);
      if (r.begin < done.begin) return;
    }
  }

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

  // What chunks by time grow by at most, from one to the next.
  static constexpr std::size_t growth = 8;
  [[nodiscard]] std::size_t size_for(double seconds) const {
    const double each = seconds_per_input();
    const std::size_t limit = inputs_done_ == 0 ? plan_.count : growth * largest_;
    if (!(each > 0.0)) return inputs_done_ == 0 ? 1 : limit;
    const double size = std::min(seconds / each, static_cast<double>(plan_.count) + 1.0);
    return std::clamp<std::size_t>(static_cast<std::size_t>(size), 1, std::max<std::size_t>(1, limit));
  }
  [[nodiscard]] std::size_t size_by_time() const { return size_for(plan_.seconds); }
  // The first chunks are of different sizes, to tell what a chunk costs from what its inputs do.
  [[nodiscard]] std::size_t worth_a_chunk() const {
    if (inputs_done_ == 0) return 0;
    if (chunks_done_ < 2 * live_) return std::min<std::size_t>(2 * largest_, 4);
    return static_cast<std::size_t>(std::min(cost_.inputs_worth_a_chunk(), static_cast<double>(plan_.count)));
  }
  [[nodiscard]] std::size_t size() const {
    if (plan_.chunk != 0) return plan_.chunk;
    if (!is_dynamic()) return plan_.is_timed ? size_by_time() : plan_.piece != 0 ? plan_.piece : plan_.count;
    // Chunks become smaller towards the end, so that all ranks end together; but not so small that their way
    // is the larger part.
    static constexpr double shortest = 2e-4;
    const std::size_t shrinking =
        std::max(left_ / (8 * live_), std::min(left_ / (4 * live_), size_for(shortest)));
    // And not so small that what a chunk costs by itself is more than its inputs.
    const std::size_t worth = std::min(left_ / (2 * live_), std::min(growth * largest_, worth_a_chunk()));
    return std::max(worth, std::min(size_by_time(), std::max<std::size_t>(1, shrinking)));
  }
  [[nodiscard]] std::size_t end_of(std::size_t begin) const {
    const std::size_t grains = std::max<std::size_t>(1, size() / plan_.grain);
    return grains >= plan_.count ? plan_.count : (begin / plan_.grain + grains) * plan_.grain;
  }

  // What automatic chooses: to spread what is left evenly pays where all of it is soon done, or where inputs
  // cost so little that their way is the larger part. What earlier calls cost may be wrong for this one: it
  // is believed where to measure again would take longer than what can be won.
  void decide() {
    static constexpr double short_call = 5e-3, very_short_call = 5e-4, cheap_input = 1e-6;
    if (plan_.policy != chunk_policy::automatic || !plan_.costs.empty()) return;
    const double each = seconds_per_input();
    const bool is_guess = inputs_done_ == 0;
    if (!(each > 0.0) || (!is_guess && chunks_done_ < live_)) return;
    const double rest = each * static_cast<double>(left_) / static_cast<double>(live_);
    // A chunk by itself costs as much as a quarter of what each rank has left: there is nothing to balance.
    const bool is_worth_one =
        !is_guess && chunks_done_ >= 2 * live_ &&
        4.0 * cost_.inputs_worth_a_chunk() > static_cast<double>(left_) / static_cast<double>(live_);
    // Inputs that are replayed along one path cost the same.
    const bool is_alike = !is_guess && !has_different_ && alike_ >= 16;
    const bool is_cheap = each <= cheap_input || is_worth_one || is_alike;
    const bool is_even =
        is_guess ? rest <= (is_cheap ? short_call : very_short_call) : rest <= short_call || is_cheap;
    if (is_even)
      plan_.policy = chunk_policy::even;
    else if (chunks_done_ >= 4 * live_)
      plan_.policy = chunk_policy::dynamic;
  }
  void share_out() {
    std::size_t left = 0;
    for (const index_range r : todo_) left += r.size();
    per_rank_.assign(plan_.ranks, {});
    std::size_t ranks = live_;
    for (std::size_t rank = 0; rank < plan_.ranks; ++rank) {
      if (is_lost_[rank] != 0) continue;
      std::size_t share = (left + ranks - 1) / ranks;
      while (!todo_.empty() && share > 0) {
        index_range& first = todo_.back();
        const std::size_t end = (first.begin + share + plan_.grain - 1) / plan_.grain * plan_.grain;
        const index_range part = {first.begin, std::min(first.end, end)};
        per_rank_[rank].push_back(part);
        share -= std::min(share, part.size());
        left -= part.size();
        first.begin = part.end;
        if (first.size() == 0) todo_.pop_back();
      }
      std::ranges::reverse(per_rank_[rank]);
      ranks -= 1;
    }
  }

  // Pieces of consecutive inputs that cost about as much as each other; an input that costs more is alone.
  void cut_by_cost() {
    const double largest = std::ranges::max(plan_.costs);
    const auto cost_of = [&](std::size_t i) { return largest > 0.0 ? plan_.costs[i] / largest : 0.0; };
    double total = 0.0;
    for (std::size_t i = 0; i < plan_.costs.size(); ++i) total += cost_of(i);
    const double most = total / (16.0 * static_cast<double>(live_));
    // What is said to cost nothing costs something.
    const std::size_t most_inputs = std::min(plan_.chunk != 0 ? plan_.chunk : plan_.count,
                                             std::max<std::size_t>(1, plan_.count / (4 * live_)));
    std::vector<std::pair<double, index_range>> pieces;
    for (const index_range r : todo_)
      for (std::size_t begin = r.begin; begin < r.end;) {
        std::size_t end = begin;
        double cost = 0.0;
        while (end < r.end) {
          const std::size_t next = std::min(r.end, (end / plan_.grain + 1) * plan_.grain);
          double more = 0.0;
          for (std::size_t i = end; i < next; ++i) more += cost_of(i);
          if (end > begin && (cost + more > most || next - begin > most_inputs)) break;
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
  range_list todo_;                   // for all ranks
  std::vector<range_list> per_rank_;  // for each, where the policy is even
  range_list lost_;
  std::vector<index_range> killers_;
  std::vector<std::deque<lease>> out_;  // of each rank, in the order in which it got them
  std::size_t out_count_ = 0;
  std::size_t given_ = 0;
  std::vector<char> is_lost_;
  std::size_t live_;  // ranks that are not lost
  std::size_t inputs_done_ = 0;
  std::size_t chunks_done_ = 0;
  std::size_t alike_ = 0;       // inputs that took the path of another in their chunk
  bool has_different_ = false;  // others were not replayed, or not along one path
  std::size_t largest_ = 0;
  chunk_cost cost_;
  bool is_cut_ = false;
};

}  // namespace dad::detail
