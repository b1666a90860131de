// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input of a batch over ranks made a NaN or an infinity, on which rank, and by which operation.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <dad/batch/find_nonfinite.hpp>
#include <dad/mpi/run_batch.hpp>

namespace dad::mpi {

namespace detail {

/// The report of one rank on all of them.
DAD_ENGINE void broadcast_report(const channel& over, nonfinite_report& r, int from);

#if DAD_DEFINES_ENGINE
DAD_ENGINE void broadcast_report(const channel& over, nonfinite_report& r, int from) {
  struct parts {
    std::uint64_t name, scope, description, operands;
  };
  struct numbers {
    bool is_found, in_adjoints, has_item, has_rank;
    int rank;
    std::uint64_t number, item;
    double result, partial, adjoint;
  };
  parts size{r.name.size(), r.scope.size(), r.description.size(), r.operands.size()};
  numbers n{r.is_found, r.in_adjoints,      r.item.has_value(), r.rank.has_value(), r.rank.value_or(0),
            r.number,   r.item.value_or(0), r.result,           r.partial,          r.adjoint};
  broadcast(over, size, from);
  broadcast(over, n, from);
  r.name.resize(size.name);
  r.scope.resize(size.scope);
  r.description.resize(size.description);
  r.operands.resize(size.operands);
  broadcast(over, writable_bytes_of(r.name), from);
  broadcast(over, writable_bytes_of(r.scope), from);
  broadcast(over, writable_bytes_of(r.description), from);
  broadcast(over, writable_bytes_of(r.operands), from);
  r.is_found = n.is_found;
  r.in_adjoints = n.in_adjoints;
  r.number = n.number;
  r.result = n.result;
  r.partial = n.partial;
  r.adjoint = n.adjoint;
  r.item = n.has_item ? std::optional<std::size_t>(n.item) : std::nullopt;
  r.rank = n.has_rank ? std::optional<int>(n.rank) : std::nullopt;
}
#endif

template <class Where, class F, class Inputs>
nonfinite_report find_nonfinite(const Where& where, const F& f, const Inputs& inputs, options o) {
  static constexpr const char* routine = "batch_find_nonfinite";
  // A rank explains what it has both the input and the result of.
  o.results = o.inputs == on::each ? on::each : on::root;
  const auto items = dad::detail::items_of(inputs);
  using kind = dad::detail::first_derivatives<F, decltype(items)>;
  const auto results = batch(where, kind{}, routine, f, inputs, no_seeds{}, o);

  static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  const std::size_t place = dad::detail::first_nonfinite_result(results);
  const std::uint64_t lowest = place == results.size() ? none : results.first_index() + place;
  const auto explain = [&](int own_rank) {
    nonfinite_report r = dad::detail::explain_item(f, items[place], lowest);
    r.rank = o.inputs == on::each ? own_rank : dad::detail::rank_of_item(results.statistics(), lowest);
    return r;
  };
  const auto over_ranks = [&](channel& over) {
    nonfinite_report r;
    struct record {
      std::uint64_t lowest;
    };
    int owner = 0;
    std::uint64_t first = none;
    const std::span<const record> all = exchange(over, record{lowest});
    for (const int rank : over.alive)
      if (const std::uint64_t theirs = all[static_cast<std::size_t>(rank)].lowest; theirs < first) {
        first = theirs;
        owner = rank;
      }
    if (first == none) return r;
    const failure mine = attempt([&] {
      if (over.rank == owner) r = explain(owner);
    });
    settle_at(over, owner, mine);
    broadcast_report(over, r, owner);
    return r;
  };
  return dispatch(where, routine, o, over_ranks,
                  [&] { return lowest == none ? nonfinite_report() : explain(0); });
}

}  // namespace detail

/// The lowest input of a batch over ranks whose value or gradient is NaN or infinite, the rank that evaluated
/// it, and the operation that made it so, see dad::batch_find_nonfinite. Collective; every rank has the
/// report. Of the options, results has no meaning here.
///
///     auto report = dad::mpi::batch_find_nonfinite(f, inputs);
///     if (report && env.rank() == 0) std::cerr << report.text();
///     // item 4711 on rank 2: operation 17, log(%16) of -0.5 gave nan, in scope loss/prior
template <class F, class Inputs>
[[nodiscard]] nonfinite_report batch_find_nonfinite(const boost::mpi::communicator& comm, const F& f,
                                                    const Inputs& inputs, const options& o = {}) {
  return detail::find_nonfinite(MPI_Comm(comm), f, inputs, o);
}
template <class F, class Inputs>
[[nodiscard]] nonfinite_report batch_find_nonfinite(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::find_nonfinite(detail::default_communicator(), f, inputs, o);
}

}  // namespace dad::mpi
