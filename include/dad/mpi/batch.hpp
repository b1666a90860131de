// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives at many inputs, over ranks: the functions of dad/batch/batch.hpp with the same results, bit for
// bit.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <dad/batch/batch.hpp>
#include <dad/mpi/batch_work.hpp>
#include <dad/mpi/evaluate.hpp>

namespace dad::mpi {

namespace detail {

using dad::detail::no_seeds;

/// Who has which inputs and gets which results in this rank's part of a call.
inline batch_places places_of(const opened_call& c) {
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

/// A batch over the ranks of a channel, or in this process where `over` is null.
template <class Result, class Kind, class F, class Items, class Seeds>
void run_batch(channel* over, Result& r, Kind kind, const char* routine, const F& f, const Items& items,
               const Seeds& seeds, const options& o) {
  using memory = call_memory<F, Kind, Items, Seeds>;
  const call_description description{&memory::types(routine), &o};
  const bool is_root = over == nullptr || over->rank == o.root;
  std::uint64_t inputs = 0;
  const failure before = attempt([&] {
    require_root(o, over == nullptr ? 1 : over->size);
    if (is_root || o.inputs != on::root) dad::detail::check_seed_count(routine, items, seeds);
    if (is_root && o.inputs != on::each) require_valid(o, items.size());
    if (!o.journal.empty() && (is_root || o.inputs == on::each)) {
      fingerprint f_inputs;
      add_items(f_inputs, items);
      add_items(f_inputs, seeds);
      inputs = f_inputs.value();
    }
  });
  const opened_call call =
      open_call(over, o, description, items.size(), inputs, !memory::is_verified, before);
  const journal_identity identity = {routine,          boost::core::demangle(typeid(F).name()),
                                     std::string(),    call.fingerprint,
                                     call.count,       1};
  const std::size_t threads = dad::detail::thread_count(o.threads);
  call_watch watch(o, threads, call.rank(), over == nullptr ? MPI_COMM_WORLD : over->comm);
  using value = typename decltype(r.storage().objects)::value_type;
  batch_work<Kind, F, Items, Seeds, value> work(kind, f, items, seeds, places_of(call), r.storage(),
                                                r.prototypes(), {call.rank(), threads, watch.get()});
  run_call<memory>(call, work, false, 1, bytes_of_one(items), identity, r.statistics());
}

/// A batch into a result, whose memory is kept; a call that throws leaves it empty, as it is where there are
/// no results for a rank.
template <class Result, class Kind, class F, class Inputs, class Seeds>
void batch_into(MPI_Comm users, Result& r, Kind kind, const char* routine, const F& f, const Inputs& inputs,
                const Seeds& seeds, const options& o) {
  r.statistics().start(0);
  const auto items = dad::detail::items_of(inputs);
  const auto seed_items = dad::detail::items_of(seeds);
  const auto over_ranks = [&](channel& over) {
    run_batch(&over, r, kind, routine, f, items, seed_items, o);
  };
  const auto in_process = [&] {
    if (needs_executor(o))
      run_batch(nullptr, r, kind, routine, f, items, seed_items, o);
    else
      dad::detail::batch_into(r, kind, routine, f, inputs, seeds, local(o));
  };
  try {
    dispatch(users, routine, o, over_ranks, in_process);
  } catch (...) {
    r.storage().clear();
    r.prototypes().clear();
    throw;
  }
}

template <class Kind, class F, class Inputs, class Seeds>
auto batch(MPI_Comm users, Kind kind, const char* routine, const F& f, const Inputs& inputs,
           const Seeds& seeds, const options& o) {
  dad::detail::batch_result_t<Kind, F, decltype(dad::detail::items_of(inputs))> r;
  batch_into(users, r, kind, routine, f, inputs, seeds, o);
  return r;
}

}  // namespace detail

// All of them are collective: every rank of the communicator (the first argument; all ranks of the job
// without it) calls the same function with the same f and options. Inputs and seeds are read at
// options::root, the others may pass empty ones of the same type. The result is whole at the root, in input
// order, and empty elsewhere. Without MPI they run in this process. What f throws for an input becomes one
// dad::batch_error, for the lowest index, on every rank, or is collected at the root; dad::mpi::error, also
// on every rank, says that MPI failed or that ranks disagree.

/// The value and gradient of f at each input, see dad::batch_eval.
///
///     dad::mpi::environment env(argc, argv);
///     auto r = dad::mpi::batch_eval(f, inputs);
///     for (auto [value, gradient] : r) ...  // at the root
template <class F, class Inputs>
auto batch_eval(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
                const options& o = {}) {
  return detail::batch(comm, dad::detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{}, o);
}
template <class F, class Inputs>
auto batch_eval(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::gradients{}, "batch_eval", f, inputs,
                       detail::no_seeds{}, o);
}

/// The same again, into the memory of an earlier result of the same type, see dad::batch_eval_into.
template <class Input, class Value, class F, class Inputs>
void batch_eval_into(const boost::mpi::communicator& comm,
                     batch_result<dad::detail::gradients, Input, Value>& r, const F& f, const Inputs& inputs,
                     const options& o = {}) {
  detail::batch_into(comm, r, dad::detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_eval_into(batch_result<dad::detail::gradients, Input, Value>& r, const F& f, const Inputs& inputs,
                     const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::gradients{}, "batch_eval", f, inputs,
                     detail::no_seeds{}, o);
}

/// The value and tangent of f at each input along its direction, see dad::batch_jvp.
template <class F, class Inputs, class Tangents>
auto batch_jvp(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
               const Tangents& directions, const options& o = {}) {
  return detail::batch(comm, dad::detail::tangents{}, "batch_jvp", f, inputs, directions, o);
}
template <class F, class Inputs, class Tangents>
auto batch_jvp(const F& f, const Inputs& inputs, const Tangents& directions, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::tangents{}, "batch_jvp", f, inputs,
                       directions, o);
}

/// The value of f at each input and the input's adjoint for its seed, see dad::batch_vjp.
template <class F, class Inputs, class Seeds>
auto batch_vjp(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs, const Seeds& seeds,
               const options& o = {}) {
  return detail::batch(comm, dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds, o);
}
template <class F, class Inputs, class Seeds>
auto batch_vjp(const F& f, const Inputs& inputs, const Seeds& seeds, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds,
                       o);
}

/// The value and Jacobian of f at each input, see dad::batch_jacobian.
template <class F, class Inputs>
auto batch_jacobian(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
                    const options& o = {}) {
  return detail::batch(comm, dad::detail::jacobians{}, "batch_jacobian", f, inputs, detail::no_seeds{}, o);
}
template <class F, class Inputs>
auto batch_jacobian(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::jacobians{}, "batch_jacobian", f, inputs,
                       detail::no_seeds{}, o);
}

/// The value and Hessian of f at each input, see dad::batch_hessian.
template <class F, class Inputs>
auto batch_hessian(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
                   const options& o = {}) {
  return detail::batch(comm, dad::detail::hessians{}, "batch_hessian", f, inputs, detail::no_seeds{}, o);
}
template <class F, class Inputs>
auto batch_hessian(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::hessians{}, "batch_hessian", f, inputs,
                       detail::no_seeds{}, o);
}

/// The value of f at each input and its Hessian times the input's direction, see dad::batch_hvp.
template <class F, class Inputs, class Directions>
auto batch_hvp(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
               const Directions& directions, const options& o = {}) {
  return detail::batch(comm, dad::detail::products{}, "batch_hvp", f, inputs, directions, o);
}
template <class F, class Inputs, class Directions>
auto batch_hvp(const F& f, const Inputs& inputs, const Directions& directions, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::products{}, "batch_hvp", f, inputs,
                       directions, o);
}

}  // namespace dad::mpi
