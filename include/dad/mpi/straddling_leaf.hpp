// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sum over inputs that every rank has its own of: leaves of the summation tree that begin at one rank and
// end at another are brought to the rank where they begin, and nothing else moves.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <vector>

#include <dad/mpi/failure.hpp>
#include <dad/mpi/opened_call.hpp>
#include <dad/mpi/parcel.hpp>

namespace dad::mpi::detail {

/// The leaf that begins in a rank's inputs and ends in those of others.
template <class Items>
class straddling_leaf {
  static constexpr bool is_matrix = std::same_as<Items, matrix_view>;

 public:
  straddling_leaf() = default;

  /// Collective; throws on all ranks or none.
  straddling_leaf(channel& over, const Items& own, const std::vector<index_range>& ranges, std::size_t leaf) {
    const auto rank = static_cast<std::size_t>(over.rank);
    const index_range here = ranges[rank];
    const index_range mine = whole_leaves(ranges, rank, leaf);
    // What others begin is sent to them, and what ends elsewhere is received: (range, rank) in order.
    std::vector<std::pair<index_range, int>> to_send, to_receive;
    for (std::size_t r = 0; r < ranges.size(); ++r) {
      if (r == rank) continue;
      const index_range theirs = whole_leaves(ranges, r, leaf);
      if (const index_range part = common(here, theirs); part.size() > 0)
        to_send.push_back({part, static_cast<int>(r)});
      if (const index_range part = common(ranges[r], mine); part.size() > 0)
        to_receive.push_back({part, static_cast<int>(r)});
    }
    if (!to_receive.empty()) range_ = {(here.end - 1) / leaf * leaf, mine.end};
    const std::size_t own_tail = (range_.size() == 0 ? here.end : range_.begin) - here.begin;

    std::vector<parcel<Items>> parcels(to_send.size());
    std::vector<letter> heads(to_send.size());
    const failure packing = attempt([&] {
      for (std::size_t k = 0; k < to_send.size(); ++k) {
        const auto [begin, end] = to_send[k].first;
        const Items part = slice(own, begin - here.begin, end - here.begin);
        heads[k].row_lengths[0] = row_length_of(part);
        parcels[k] = {part, 0, part.size(), heads[k].row_lengths[0]};
        heads[k].bytes[0] = parcels[k].bytes().size();
        heads[k].bytes[1] = parcels[k].lengths().size();
      }
    });
    settle(over, packing);
    std::vector<MPI_Request> requests;
    for (std::size_t k = 0; k < to_send.size(); ++k) {
      const int to = to_send[k].second;
      start_send(over, std::as_bytes(std::span(&heads[k], 1)), to, tag::step, requests);
      start_send(over, parcels[k].lengths(), to, tag::step, requests);
      start_send(over, parcels[k].bytes(), to, tag::step, requests);
    }
    for (const auto& [part, from] : to_receive) {
      letter head;
      receive(over, std::as_writable_bytes(std::span(&head, 1)), from);
      arrival<Items>& in = arrivals_.emplace_back();
      in.allocate(part.size(), head.row_lengths[0], head.bytes[0]);
      receive(over, in.lengths(), from);
      receive(over, in.bytes(), from);
    }
    wait_for(over, requests);
    settle(over, attempt([&] { join(slice(own, own_tail, here.size())); }));
  }
  straddling_leaf(const straddling_leaf&) = delete;
  straddling_leaf& operator=(const straddling_leaf&) = delete;

  /// Its inputs in the whole batch; empty if there is no such leaf.
  [[nodiscard]] index_range range() const noexcept { return range_; }
  [[nodiscard]] Items items() const {
    if constexpr (is_matrix)
      return {numbers_.data(), range_.size(), range_.size() == 0 ? 0 : numbers_.size() / range_.size()};
    else
      return items_;
  }

 private:
  static index_range common(index_range a, index_range b) {
    const std::size_t begin = std::max(a.begin, b.begin);
    return {begin, std::max(begin, std::min(a.end, b.end))};
  }

  void join(const Items& tail) {
    if (range_.size() == 0) return;
    for (arrival<Items>& in : arrivals_) in.unpack();
    append(tail);
    for (const arrival<Items>& in : arrivals_) append(in.part());
  }
  void append(const Items& more) {
    if constexpr (is_matrix) {
      if (columns_ == none) columns_ = more.cols();
      if (more.cols() != columns_)
        throw shape_error("dad: rows of a rank have " + std::to_string(more.cols()) + " entries, expected " +
                          std::to_string(columns_) + " as those of another rank");
      for (std::size_t i = 0; i < more.size(); ++i)
        numbers_.insert(numbers_.end(), more[i].begin(), more[i].end());
    } else {
      items_.insert(items_.end(), more.begin(), more.end());
    }
  }

  static constexpr std::size_t none = ~std::size_t{0};
  index_range range_ = {};
  std::deque<arrival<Items>> arrivals_;
  std::vector<std::conditional_t<is_matrix, char, item_t<Items>>> items_;
  std::vector<double> numbers_;
  std::size_t columns_ = none;
};

}  // namespace dad::mpi::detail
