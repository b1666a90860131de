// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs that are still to be given out, and how they are cut: into equal shares, or into pieces of about
// the same cost.

#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <dad/batch/chunk_plan.hpp>

namespace dad::detail {

/// In descending order: the next is the last.
using range_list = std::vector<index_range>;

/// Takes inputs out of a list; gives how many of them it had.
inline std::size_t remove_range(index_range done, range_list& list) {
  std::size_t removed = 0;
  auto at = std::ranges::partition_point(list, [&](index_range r) { return r.begin >= done.end; });
  while (at != list.end() && at->end > done.begin) {
    const index_range r = *at;
    at = list.erase(at);
    if (r.begin < done.begin) at = list.insert(at, {r.begin, done.begin});
    if (done.end < r.end) at = list.insert(at, {done.end, r.end}) + 1;
    removed += std::min(r.end, done.end) - std::max(r.begin, done.begin);
    if (r.begin < done.begin) break;
  }
  return removed;
}

/// Shares of consecutive inputs for the ranks that are there, so that all have the same with what they have
/// still to do (`busy`, in inputs); `todo` is empty afterwards.
inline std::vector<range_list> share_out(range_list& todo, const chunk_plan& plan,
                                         const std::vector<char>& is_lost, std::vector<std::size_t> busy) {
  std::size_t left = 0, in_all = 0, ranks = 0;
  for (const index_range r : todo) left += r.size();
  in_all = left;
  for (std::size_t rank = 0; rank < plan.ranks; ++rank) {
    if (is_lost[rank] != 0) busy[rank] = 0;
    ranks += is_lost[rank] == 0 ? 1 : 0;
    in_all += busy[rank];
  }
  std::vector<range_list> shares(plan.ranks);
  for (std::size_t rank = 0; rank < plan.ranks; ++rank) {
    if (is_lost[rank] != 0) continue;
    const std::size_t all_of_it = (in_all + ranks - 1) / ranks;
    std::size_t share = ranks == 1 ? left : std::min(left, all_of_it - std::min(all_of_it, busy[rank]));
    in_all -= busy[rank];
    while (!todo.empty() && share > 0) {
      index_range& first = todo.back();
      const std::size_t end = (first.begin + share + plan.grain - 1) / plan.grain * plan.grain;
      const index_range part = {first.begin, std::min(first.end, end)};
      shares[rank].push_back(part);
      share -= std::min(share, part.size());
      left -= part.size();
      in_all -= part.size();
      first.begin = part.end;
      if (first.size() == 0) todo.pop_back();
    }
    std::ranges::reverse(shares[rank]);
    ranks -= 1;
  }
  return shares;
}

/// Pieces of consecutive inputs that cost about as much as each other, the most expensive one last (it is the
/// next); an input that costs more is alone.
inline range_list cut_by_cost(const range_list& todo, const chunk_plan& plan, std::size_t ranks) {
  const double largest = std::ranges::max(plan.costs);
  const auto cost_of = [&](std::size_t i) { return largest > 0.0 ? plan.costs[i] / largest : 0.0; };
  double total = 0.0;
  for (std::size_t i = 0; i < plan.costs.size(); ++i) total += cost_of(i);
  const double most = total / (16.0 * static_cast<double>(ranks));
  // What is said to cost nothing costs something.
  const std::size_t most_inputs =
      std::min(plan.chunk != 0 ? plan.chunk : plan.count, std::max<std::size_t>(1, plan.count / (4 * ranks)));
  std::vector<std::pair<double, index_range>> pieces;
  for (const index_range r : todo)
    for (std::size_t begin = r.begin; begin < r.end;) {
      std::size_t end = begin;
      double cost = 0.0;
      while (end < r.end) {
        const std::size_t next = std::min(r.end, (end / plan.grain + 1) * plan.grain);
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
  range_list cut;
  for (const auto& [cost, range] : pieces) cut.push_back(range);
  return cut;
}

}  // namespace dad::detail
