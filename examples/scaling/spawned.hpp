// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch by processes that are started for it and end with it: what a generated program does that keeps no
// ranks between its calls.

#pragma once

#include <cstddef>

#include "answers.hpp"
#include "flow.hpp"

namespace scaling {

/// One input after the other, in both derivatives at once by dual numbers.
void evaluate_in_turn(const flow& f, const input* inputs, std::size_t count, answer* answers);

struct spawned_time {
  double seconds;  // the least of all turns
  check found;
};

/// The time of such calls, each from the start of its workers by MPI_Comm_spawn to its answers, in a job of
/// its own with one process. Where Open MPI lies with its runtime library PMIx 4, about one of fifty such
/// starts never comes back (openpmix/openpmix, issue 2735), so a job that takes far longer than `expected`
/// seconds a call is ended and begun again. Throws std::runtime_error where five in a row fail.
spawned_time time_of_spawning(const flow& f, std::size_t count, int workers, int turns, double expected);

/// What those processes do where the program is started as one of them, from MPI's beginning to its end;
/// false where it is not.
bool is_spawner_or_worker(int argc, char** argv);

}  // namespace scaling
