// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch over ranks of any kind, from what the user gave to the result.

#pragma once

#include <cstdint>

#include <dad/batch/batch.hpp>
#include <dad/mpi/batch_work.hpp>
#include <dad/mpi/call.hpp>
#include <dad/mpi/evaluate.hpp>

namespace dad::mpi::detail {

/// Who has which inputs and gets which results in this rank's part of a call.
DAD_ENGINE batch_places places_of(const opened_call& c);

#if DAD_DEFINES_ENGINE
DAD_ENGINE batch_places places_of(const opened_call& c) {
  const options& o = *c.o;
  batch_places p;
  p.inputs = c.own_inputs();
  p.keeps_results = o.results == on::each;
  p.shares_results = o.results == on::all;
  p.sends_structure = o.inputs == on::each && o.results != on::each;
  if (p.keeps_results)
    p.results = c.share(static_cast<std::size_t>(c.rank()), 1);
  else if (c.is_root() || p.shares_results)
    p.results = {0, c.count};
  return p;
}
#endif

/// A batch over the ranks of a channel, or in this process where `over` is null. check() throws for what
/// makes no sense in this call.
template <class Result, class Kind, class F, class Items, class Seeds, class Check>
void run_batch(channel* over, Result& r, Kind kind, const char* routine, const F& f, const Items& items,
               const Seeds& seeds, const options& o, Check&& check) {
  using memory = call_memory<F, Kind, Items, Seeds>;
  const call_description description{&memory::types(routine), &o};
  const bool is_root = over == nullptr || over->rank == o.root;
  std::uint64_t inputs = 0;
  const failure before = attempt([&] {
    require_root(o, over == nullptr ? 1 : over->size);
    if (is_root || o.inputs != on::root) dad::detail::check_seed_count(routine, items, seeds);
    require_valid(o);
    check();
    if (!o.journal.empty() && (is_root || o.inputs == on::each)) {
      fingerprint f_inputs;
      add_items(f_inputs, items);
      add_items(f_inputs, seeds);
      inputs = f_inputs.value();
    }
  });
  const opened_call call =
      open_call(over, o, description, items.size(), inputs, !memory::known.is_verified, before);
  const std::size_t threads = dad::detail::thread_count(o.threads);
  call_watch watch(o, threads, call.rank(), over == nullptr ? MPI_COMM_WORLD : over->comm);
  using value = typename decltype(r.storage().objects)::value_type;
  batch_work<Kind, F, Items, Seeds, value> work(kind, f, items, seeds, places_of(call), r.storage(),
                                                r.prototypes(), {call.rank(), threads, watch.state()});
  run_call(call, description, memory::known, work, {.bytes_per_input = bytes_of_one(items)}, r.statistics());
}

template <class Result, class Kind, class F, class Items, class Seeds>
void run_batch(channel* over, Result& r, Kind kind, const char* routine, const F& f, const Items& items,
               const Seeds& seeds, const options& o) {
  run_batch(over, r, kind, routine, f, items, seeds, o, [] {});
}

/// A batch into a result, whose memory is kept; a call that throws leaves it empty, as it is where there are
/// no results for a rank.
template <class Where, class Result, class Kind, class F, class Inputs, class Seeds>
void batch_into(const Where& where, Result& r, Kind kind, const char* routine, const F& f,
                const Inputs& inputs, const Seeds& seeds, const options& o) {
  r.statistics().start(0);
  const auto items = dad::detail::items_of(inputs);
  const auto seed_items = dad::detail::items_of(seeds);
  const auto over_ranks = [&](channel& over) { run_batch(&over, r, kind, routine, f, items, seed_items, o); };
  const auto in_process = [&] {
    require_cost_count(o, items.size());
    if (needs_executor(o))
      run_batch(nullptr, r, kind, routine, f, items, seed_items, o);
    else
      dad::detail::batch_into(r, kind, routine, f, inputs, seeds, local(o));
  };
  try {
    dispatch(where, routine, o, over_ranks, in_process);
  } catch (...) {
    r.storage().clear();
    r.prototypes().clear();
    throw;
  }
}

template <class Where, class Kind, class F, class Inputs, class Seeds>
auto batch(const Where& where, Kind kind, const char* routine, const F& f, const Inputs& inputs,
           const Seeds& seeds, const options& o) {
  dad::detail::batch_result_t<Kind, F, decltype(dad::detail::items_of(inputs))> r;
  batch_into(where, r, kind, routine, f, inputs, seeds, o);
  return r;
}

}  // namespace dad::mpi::detail
