// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Work that one rank does alone, such as reading and writing files, without leaving the others waiting.

#pragma once

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <exception>
#include <stdexcept>
#include <string>

namespace support {

/// Collective: runs the action at rank 0. What it throws there is thrown at every rank, as
/// std::runtime_error.
template <class Action>
void at_root(const boost::mpi::communicator& world, const Action& action) {
  std::string problem;
  if (world.rank() == 0) {
    try {
      action();
    } catch (const std::exception& error) {
      problem = error.what();
      if (problem.empty()) problem = "unknown problem";
    }
  }
  boost::mpi::broadcast(world, problem, 0);
  if (!problem.empty()) throw std::runtime_error(problem);
}

}  // namespace support
