// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How the inputs of a call become chunks: what is decided before the first of them.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <dad/batch/partition.hpp>

namespace dad::detail {

/// even: every rank has a share; dynamic: whoever is free gets the next chunk; automatic: dynamic at first,
/// until it is known what an input costs.
enum class chunk_policy { even, dynamic, automatic };

/// What earlier calls of the same function cost: right for this one as far as its inputs are like theirs.
struct known_cost {
  double seconds_per_input = 0.0;  ///< 0: not known
  bool was_alike = false;          ///< all inputs were replayed along one path: they cost the same
};

struct chunk_plan {
  std::size_t count = 0;
  std::size_t grain = 1;  ///< chunks begin at multiples of it
  std::size_t ranks = 1;
  chunk_policy policy = chunk_policy::even;
  std::size_t chunk = 0;                 ///< inputs per chunk; 0: by time, or where the policy is even:
  std::size_t piece = 0;                 ///< inputs per chunk of an even share; 0: all of it
  bool is_timed = false;                 ///< chunks by time where the policy is even, too
  bool is_alike = false;                 ///< inputs cost the same
  double seconds = 0.02;                 ///< of a chunk at most, where its size goes by time
  known_cost before = {};                ///< what is known of the cost beforehand
  std::vector<index_range> shares = {};  ///< of each rank, where the policy is even
  std::span<const double> costs = {};    ///< of each input in any unit, where they are known: longest first
};

}  // namespace dad::detail
