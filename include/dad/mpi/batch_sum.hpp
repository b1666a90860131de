// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sum of a function over a batch and its gradient, over ranks.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <optional>
#include <utility>
#include <vector>

#include <dad/batch/batch_sum.hpp>
#include <dad/mpi/call.hpp>
#include <dad/mpi/evaluate.hpp>
#include <dad/mpi/sum_work.hpp>

namespace dad::mpi {

namespace detail {

/// A sum over the ranks of a channel, or in this process where `over` is null; the same on every rank.
template <class F, class Shared, class Items>
auto run_sum(channel* over, const F& f, const Shared& roots_shared, const Items& items, const options& o) {
  using memory = call_memory<F, sum_node, Shared, Items>;
  const call_description description{&memory::types("batch_sum"), &o};
  const bool is_root = over == nullptr || over->rank == o.root;
  std::uint64_t inputs = 0;
  const failure before = attempt([&] {
    require_root(o, over == nullptr ? 1 : over->size);
    require_valid(o);
    if (!o.journal.empty() && (is_root || o.inputs == on::each)) {
      fingerprint all;
      add_items(all, items);
      if (is_root) add_items(all, std::span<const Shared>(&roots_shared, 1));
      inputs = all.value();
    }
  });
  const opened_call call =
      open_call(over, o, description, items.size(), inputs, !memory::known.is_verified, before);
  const std::size_t leaf = summation_tree(call.count).leaf_size();
  const std::size_t threads = dad::detail::thread_count(o.threads);
  call_watch watch(o, threads, call.rank(), over == nullptr ? MPI_COMM_WORLD : over->comm);
  sum_node sum;
  std::vector<item_error> errors;
  std::optional<straddling_leaf<Items>> edge;
  if (over != nullptr && o.inputs == on::each && call.count > 0)
    edge.emplace(*over, items, call.inputs, leaf);
  else
    edge.emplace();
  sum_work<F, Shared, Items> work(f, is_root ? &roots_shared : nullptr, items, call.own_inputs(), call.count,
                                  *edge, {call.rank(), threads, watch.state()}, sum, errors);
  batch_statistics statistics;
  run_call(call, description, memory::known, work,
           {.prepares = call.size() > 1, .grain = leaf, .bytes_per_input = bytes_of_one(items)}, statistics);
  std::vector<sum_node> whole;
  whole.push_back(std::move(sum));
  auto result = dad::detail::sum_result(work.shared(), std::move(whole), std::move(errors));
  result.statistics() = std::move(statistics);
  return result;
}

template <class Where, class F, class Shared, class Inputs>
auto batch_sum(const Where& where, const F& f, const Shared& shared, const Inputs& inputs, const options& o) {
  return dispatch(
      where, "batch_sum", o,
      [&](channel& over) { return run_sum(&over, f, shared, dad::detail::items_of(inputs), o); },
      [&] {
        require_cost_count(o, dad::detail::items_of(inputs).size());
        return needs_executor(o) ? run_sum(nullptr, f, shared, dad::detail::items_of(inputs), o)
                                 : dad::batch_sum(f, shared, inputs, local(o));
      });
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
  return detail::batch_sum(MPI_Comm(comm), f, shared, inputs, o);
}
template <class F, class Shared, class Inputs>
auto batch_sum(const F& f, const Shared& shared, const Inputs& inputs, const options& o = {}) {
  return detail::batch_sum(detail::default_communicator(), f, shared, inputs, o);
}

}  // namespace dad::mpi
