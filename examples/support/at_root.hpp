// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Work that one rank does alone, such as reading and writing files, without leaving the others waiting.

#pragma once

#include <mpi.h>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

namespace support {

namespace detail {

// What the action threw, in words; empty where it did not.
template <class Action>
std::string problem_of(const Action& action) {
  try {
    action();
  } catch (const std::exception& error) {
    const std::string problem = error.what();
    return problem.empty() ? "unknown problem" : problem;
  }
  return {};
}

inline void throw_everywhere(const boost::mpi::communicator& world, std::string problem) {
  boost::mpi::broadcast(world, problem, 0);
  if (!problem.empty()) throw std::runtime_error(problem);
}

}  // namespace detail

/// Collective: runs the action at rank 0. What it throws there is thrown at every rank, as
/// std::runtime_error.
template <class Action>
void at_root(const boost::mpi::communicator& world, const Action& action) {
  detail::throw_everywhere(world, world.rank() == 0 ? detail::problem_of(action) : std::string());
}

/// As at_root, while the others sleep: for what is measured, or long, and would get less of the cores from
/// ranks that wait awake. It ends up to 0.2 ms late.
template <class Action>
void alone_at_root(const boost::mpi::communicator& world, const Action& action) {
  const std::string problem = world.rank() == 0 ? detail::problem_of(action) : std::string();
  MPI_Request all_here;
  MPI_Ibarrier(world, &all_here);
  int are_here = 0;
  while (MPI_Test(&all_here, &are_here, MPI_STATUS_IGNORE), are_here == 0)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  detail::throw_everywhere(world, problem);
}

}  // namespace support
