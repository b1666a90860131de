// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sum of a function over a batch and its gradient, over ranks.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <dad/batch/batch_sum.hpp>
#include <dad/mpi/evaluate.hpp>

namespace dad::mpi {

namespace detail {

using dad::detail::sum_node;
using dad::detail::summation_tree;

/// The sums of all ranks on their way to the root and, as one, back to all of them.
class gathered_sums {
 public:
  gathered_sums(channel& over, int root, std::size_t width)
      : over_(&over), root_(root), width_(width), messages_(over) {}

  /// The sum over all shares on every rank, with the errors of all in place of this rank's; throws on all
  /// ranks or none. `nodes` are this rank's, `failed` says how it fared so far.
  sum_node reduce(std::vector<sum_node>& nodes, std::vector<item_error>& errors, failure failed,
                  on_error policy) {
    announce(nodes, errors, std::move(failed), policy);
    settle_at(*over_, root_, attempt([&] {
      if (is_root()) make_room();
    }));
    messages_.run();
    settle_at(*over_, root_, attempt([&] {
      if (is_root()) merge(nodes);
    }));
    broadcast(*over_, sum_.value, root_);
    broadcast(*over_, writable_bytes_of(sum_.gradient), root_);
    spread_errors(errors);
    return std::move(sum_);
  }

 private:
  // What a node is apart from its gradient.
  struct head {
    std::uint64_t level;
    std::uint64_t position;
    double value;
  };
  struct arrival {
    std::vector<head> heads;
    std::vector<sum_node> nodes;
    std::vector<std::byte> errors;
  };

  [[nodiscard]] bool is_root() const noexcept { return over_->rank == root_; }

  void announce(const std::vector<sum_node>& nodes, const std::vector<item_error>& errors, failure failed,
                on_error policy) {
    share_record mine;
    if (!failed)
      failed = attempt([&] {
        shares_.resize(static_cast<std::size_t>(over_->size));
        sum_.gradient.resize(width_);
        pack_errors(errors_, errors);
        mine.first_error = errors.empty() ? no_error : errors.front().index();
        mine.error_bytes = errors_.size();
        mine.values.numbers = nodes.size();
        if (is_root()) return;
        for (const sum_node& n : nodes) {
          heads_.push_back({n.level, n.position, n.value});
          messages_.send(bytes_of(n.gradient), root_, tag::payload);
        }
        messages_.send(bytes_of(heads_), root_, tag::values);
        messages_.send(errors_, root_, tag::errors);
      });
    mine.kind = failed.kind;
    const std::span<const share_record> all = exchange(*over_, mine);
    throw_if_any_failed(*over_, all, failed);
    if (policy == on_error::raise) raise_first(*over_, all, errors);
    std::ranges::copy(all, shares_.begin());
  }

  void make_room() {
    arrived_.resize(shares_.size());
    for (std::size_t rank = 0; rank < shares_.size(); ++rank) {
      const int from = static_cast<int>(rank);
      if (from == root_) continue;
      auto& [heads, nodes, errors] = arrived_[rank];
      heads.resize(shares_[rank].values.numbers);
      nodes.resize(heads.size());
      errors.resize(shares_[rank].error_bytes);
      for (sum_node& n : nodes) {
        n.gradient.resize(width_);
        messages_.receive(writable_bytes_of(n.gradient), from, tag::payload);
      }
      messages_.receive(writable_bytes_of(heads), from, tag::values);
      messages_.receive(errors, from, tag::errors);
    }
  }

  // At the root: the sum of all nodes, the errors of all ranks.
  void merge(std::vector<sum_node>& own) {
    arrived_[static_cast<std::size_t>(root_)] = {{}, std::move(own), std::move(errors_)};
    std::vector<sum_node> all;
    errors_ = {};
    for (auto& [heads, nodes, errors] : arrived_) {
      for (std::size_t i = 0; i < heads.size(); ++i) {
        nodes[i].level = static_cast<unsigned>(heads[i].level);
        nodes[i].position = heads[i].position;
        nodes[i].value = heads[i].value;
      }
      std::ranges::move(nodes, std::back_inserter(all));
      errors_.insert(errors_.end(), errors.begin(), errors.end());
    }
    sum_ = dad::detail::merge(std::move(all));
    sum_.gradient.resize(width_);
  }

  void spread_errors(std::vector<item_error>& errors) {
    std::uint64_t bytes = 0;
    for (const share_record& share : shares_) bytes += share.error_bytes;
    if (bytes == 0) return;
    settle(*over_, attempt([&] { errors_.resize(bytes); }));
    broadcast(*over_, errors_, root_);
    settle(*over_, attempt([&] {
      errors.clear();
      unpack_errors(errors_, errors);
    }));
  }

  channel* over_;
  int root_;
  std::size_t width_;
  transfer messages_;
  std::vector<share_record> shares_;
  std::vector<head> heads_;        // of this rank
  std::vector<std::byte> errors_;  // packed: of this rank, then of all
  std::vector<arrival> arrived_;   // at the root
  sum_node sum_;
};

/// Throws on all ranks unless f gives the same bits for the call's first input everywhere.
template <class F, class Shared, class Items>
void verify_first_term(channel& over, const F& f, const Shared& shared, const Items& inputs, int root) {
  const broadcasted<Items> first(over, inputs, root);
  fingerprint result;
  const failure before = attempt([&] {
    std::vector<item_error> errors;
    for (const sum_node& n :
         dad::detail::evaluate_leaves(f, shared, first.part(), 0, summation_tree(1), root, 1, errors)) {
      result.add(bytes_of(std::span(&n.value, 1)));
      result.add(bytes_of(n.gradient));
    }
    for (const item_error& e : errors) result.add(e.text());
  });
  require_same(over, root, result.value(), before);
}

/// The sum over the ranks of a channel, on every rank. Collective; throws on all ranks or none.
template <class F, class Shared, class Items>
auto sum_over_ranks(channel& over, const F& f, const Shared& roots_shared, const Items& inputs,
                    const options& o) {
  using memory = call_memory<F, sum_node, Shared, Items>;
  const call_description call{&memory::types("batch_sum"), &o};
  shares<Items, no_seeds> share(over, inputs, no_seeds{}, call);
  share.scatter(
      inputs.size(), !memory::is_verified,
      [](std::size_t count) { return summation_tree(count).leaf_size(); }, [] {});
  const broadcasted<std::span<const Shared>> everywhere(over, std::span<const Shared>(&roots_shared, 1),
                                                        o.root);
  const auto held = everywhere.part();
  const Shared& shared = held[0];
  if (share.should_verify()) {
    verify_first_term(over, f, shared, inputs, o.root);
    memory::is_verified = true;
  }

  std::vector<sum_node> nodes;
  std::vector<item_error> errors;
  failure failed = share.arrived();
  if (!failed)
    failed = attempt([&] {
      nodes = dad::detail::evaluate_leaves(f, shared, share.inputs(), share.range().begin,
                                           summation_tree(share.count()), over.rank,
                                           dad::detail::thread_count(o.threads), errors);
    });
  gathered_sums sums(over, o.root, dad::detail::real_count(shared));
  using result_type = decltype(dad::detail::sum_result(shared, std::move(nodes), errors));
  sum_node sum = sums.reduce(nodes, errors, std::move(failed), o.on_error);
  std::optional<result_type> result;
  settle(over, attempt([&] {
           nodes.clear();
           nodes.push_back(std::move(sum));
           result.emplace(dad::detail::sum_result(shared, std::move(nodes), std::move(errors)));
         }));
  return std::move(*result);
}

template <class F, class Shared, class Inputs>
auto batch_sum(MPI_Comm users, const F& f, const Shared& shared, const Inputs& inputs, const options& o) {
  return dispatch(
      users, "batch_sum", o,
      [&](channel& over) { return sum_over_ranks(over, f, shared, dad::detail::items_of(inputs), o); },
      [&] { return dad::batch_sum(f, shared, inputs, local(o)); });
}

}  // namespace detail

/// sum_i f(shared, inputs[i]) and its gradient with respect to shared, see dad::batch_sum: the same bits at
/// every number of ranks. Collective; inputs and shared are read at options::root, the result is the same on
/// every rank. Items of any type that serializes are sent. Throws as dad::mpi::batch_eval does.
///
///     auto [value, gradient] = dad::mpi::batch_sum(loss, weights, images);
template <class F, class Shared, class Inputs>
auto batch_sum(const boost::mpi::communicator& comm, const F& f, const Shared& shared, const Inputs& inputs,
               const options& o = {}) {
  return detail::batch_sum(comm, f, shared, inputs, o);
}
template <class F, class Shared, class Inputs>
auto batch_sum(const F& f, const Shared& shared, const Inputs& inputs, const options& o = {}) {
  return detail::batch_sum(detail::default_communicator(), f, shared, inputs, o);
}

}  // namespace dad::mpi
