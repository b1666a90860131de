// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a batch runs over ranks.

#pragma once

#include <cstddef>
#include <string>

#include <dad/batch/options.hpp>

namespace dad::mpi {

/// Which rank evaluates which inputs.
enum class schedule { automatic, even, dynamic };
/// Which ranks give the inputs, and which get the results: the root, all of them, or each its own part.
enum class on { root, all, each };
/// When ranks check that they agree on f, by evaluating the call's first input: automatic does so on a
/// function's first call and wherever a rank has 20 inputs or more.
enum class verify { automatic, always, never };

/// Settings of a call over ranks; equal on all of them, except progress, which the root alone needs.
struct options {
  int root = 0;
  mpi::schedule schedule = mpi::schedule::automatic;
  std::size_t chunk = 0;  ///< inputs per message; 0: dad chooses
  int threads = 1;        ///< threads per rank; 0: all of the rank's cores
  on inputs = on::root;
  on results = on::root;
  dad::on_error on_error = dad::on_error::raise;
  std::string journal = {};
  dad::progress progress = {};
  mpi::verify verify = mpi::verify::automatic;
};

namespace detail {

/// Throws, by name, for an option that exists but does nothing yet.
inline void require_available(const options& o) {
  const auto refuse = [](const std::string& option) {
    throw dad::error("dad: dad::mpi::options::" + option + " is not available yet");
  };
  if (o.schedule == schedule::dynamic) refuse("schedule = schedule::dynamic");
  if (o.chunk != 0) refuse("chunk = " + std::to_string(o.chunk));
  if (o.inputs != on::root) refuse(o.inputs == on::all ? "inputs = on::all" : "inputs = on::each");
  if (o.results != on::root) refuse(o.results == on::all ? "results = on::all" : "results = on::each");
  if (!o.journal.empty()) refuse("journal = \"" + o.journal + "\"");
  if (o.progress) refuse("progress");
}

/// The same for a call in this process alone.
inline dad::options local(const options& o) {
  dad::options here;
  here.on_error = o.on_error;
  here.threads = o.threads;
  return here;
}

}  // namespace detail
}  // namespace dad::mpi
