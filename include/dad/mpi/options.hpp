// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a batch runs over ranks.

#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <dad/batch/options.hpp>
#include <dad/core/engine.hpp>

namespace dad::mpi {

/// Which rank evaluates which inputs.
enum class schedule { automatic, even, dynamic };
/// Which ranks give the inputs, and which get the results: the root, all of them, or each its own part.
enum class on { root, all, each };
/// When ranks check that they agree on f, by evaluating the call's first input: automatic does so on a
/// function's first call and wherever a rank has 20 inputs or more.
enum class verify { automatic, always, never };

/// Settings of a call over ranks. root, schedule, inputs, results, on_error and verify must be the same on
/// all of them; chunk, costs, journal, retry_errors and progress count at the root, threads and deadline on
/// each.
struct options {
  int root = 0;
  /// even: a share of consecutive inputs for each rank; dynamic: chunks for whoever is free, of some tens of
  /// milliseconds; automatic: measures the first inputs, remembers what they cost for the next call of the
  /// same function type, and spreads evenly what is short, cheap, or replayed along one path. Inputs or
  /// results that are on::each are spread evenly. Results do not depend on it.
  mpi::schedule schedule = mpi::schedule::automatic;
  std::size_t chunk = 0;  ///< inputs per message; 0: dad chooses
  int threads = 1;        ///< threads per rank; 0: all of the rank's cores
  /// root: all of them at the root; all: the same ones on each rank, none are sent; each: every rank has its
  /// own, in the order of ranks.
  on inputs = on::root;
  /// root: whole there, empty elsewhere; all: whole everywhere; each: every rank has the results of its own
  /// inputs (where inputs are not on::each, of its even share), r.first_index() on.
  on results = on::root;
  dad::on_error on_error = dad::on_error::raise;
  std::string journal = {};     ///< a file: finished chunks are kept there; the same call again resumes
  dad::progress progress = {};  ///< called at the root, by the calling thread, as chunks come in
  mpi::verify verify = mpi::verify::automatic;
  /// Seconds that f may take for one input; 0: any. An f that takes longer is named by its input and rank,
  /// and the job ends.
  double deadline = 0.0;
  /// What each input costs, in any unit, as far as it is known beforehand: expensive ones begin first. Empty,
  /// or one number per input; for the dynamic schedule.
  std::vector<double> costs = {};
  /// Under mpirun --enable-recovery: seconds after which a rank that was given a chunk and says nothing is
  /// taken for lost, and its chunk goes to another; 0: only ranks whose process has ended are.
  double lease = 0.0;
  bool retry_errors = false;  ///< chunks of the journal in which an input failed are evaluated again
};

namespace detail {

[[noreturn]] DAD_ENGINE void refuse(const std::string& option, const std::string& expected);
/// Throws unless the options make sense by themselves.
DAD_ENGINE void require_valid(const options& o);
/// Throws unless there are as many costs as inputs, or none.
DAD_ENGINE void require_cost_count(const options& o, std::size_t count);

/// Whether a call in this process alone needs more than the plain one.
DAD_ENGINE bool needs_executor(const options& o);
/// The options of a plain call in this process alone.
DAD_ENGINE dad::options local(const options& o);

#if DAD_DEFINES_ENGINE

DAD_ENGINE void refuse(const std::string& option, const std::string& expected) {
  throw dad::error("dad: dad::mpi::options::" + option + ", expected " + expected);
}

DAD_ENGINE void require_valid(const options& o) {
  if (o.threads < 0)
    refuse("threads is " + std::to_string(o.threads), "a number of threads, or 0 for all cores of the rank");
  if (!(o.deadline >= 0.0)) refuse("deadline is " + std::to_string(o.deadline), "seconds, or 0 for none");
  if (!(o.lease >= 0.0)) refuse("lease is " + std::to_string(o.lease), "seconds, or 0 for none");
  for (std::size_t i = 0; i < o.costs.size(); ++i)
    if (!(o.costs[i] >= 0.0) || o.costs[i] > std::numeric_limits<double>::max())
      refuse("costs[" + std::to_string(i) + "] is " + std::to_string(o.costs[i]),
             "a finite number, 0 or more");
  if (!o.journal.empty() && o.results == on::each)
    refuse("journal is set, with results = on::each", "results on::root or on::all with a journal");
}

DAD_ENGINE void require_cost_count(const options& o, std::size_t count) {
  if (!o.costs.empty() && o.costs.size() != count)
    refuse("costs has " + std::to_string(o.costs.size()) + " numbers",
           std::to_string(count) + ", one for each input");
}

DAD_ENGINE bool needs_executor(const options& o) {
  return !o.journal.empty() || o.progress || o.deadline > 0.0;
}

DAD_ENGINE dad::options local(const options& o) {
  dad::options here;
  here.on_error = o.on_error;
  here.threads = o.threads;
  return here;
}

#endif

}  // namespace detail
}  // namespace dad::mpi
