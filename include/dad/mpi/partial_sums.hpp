// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sums over parts of a batch as they travel: heads, gradients and the errors of inputs, a block each.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/summation.hpp>
#include <dad/mpi/chunk_results.hpp>

namespace dad::mpi::detail {

using dad::detail::sum_node;
using dad::detail::summation_tree;

struct partial_sums {
  enum block : std::size_t { head_block, gradient_block, error_block };
  // What a node is apart from its gradient.
  struct head_of_node {
    std::uint64_t level;
    std::uint64_t position;
    double value;
  };

  std::vector<head_of_node> heads;
  std::vector<double> gradients;
  std::vector<std::byte> errors;
};

/// The letter's blocks of nodes and of the inputs that failed.
template <class...>
bundle packed_sums(std::span<const sum_node> nodes, const std::vector<item_error>& failed) {
  auto s = std::make_shared<partial_sums>();
  for (const sum_node& n : nodes) {
    s->heads.push_back({n.level, n.position, n.value});
    s->gradients.insert(s->gradients.end(), n.gradient.begin(), n.gradient.end());
  }
  pack_errors(s->errors, failed);
  bundle b;
  b.blocks[partial_sums::head_block] = bytes_of(s->heads);
  b.blocks[partial_sums::gradient_block] = bytes_of(s->gradients);
  b.blocks[partial_sums::error_block] = s->errors;
  b.owner = std::move(s);
  return b;
}

/// Room for a letter's blocks.
struct sums_in : blocks_in, partial_sums {
  explicit sums_in(const letter& head) {
    heads.resize(head.bytes[head_block] / sizeof(head_of_node));
    gradients.resize(head.bytes[gradient_block] / sizeof(double));
    errors.resize(head.bytes[error_block]);
    to_fill[head_block] = writable_bytes_of(heads);
    to_fill[gradient_block] = writable_bytes_of(gradients);
    to_fill[error_block] = errors;
  }

  /// The nodes that arrived, whose gradients have `width` entries.
  void append_to(std::vector<sum_node>& nodes, std::size_t width) const {
    const double* gradient = gradients.data();
    for (const head_of_node& h : heads) {
      nodes.push_back({static_cast<unsigned>(h.level), h.position, h.value,
                       std::vector<double>(gradient, gradient + width)});
      gradient += width;
    }
  }
};

/// Every leaf once, in order: a sum of anything else would be wrong, or never end. Throws otherwise.
template <class...>
void require_all_leaves(const std::vector<sum_node>& nodes, const summation_tree& tree) {
  std::size_t next = 0;
  for (const sum_node& n : nodes) {
    if (n.position << n.level != next)
      throw error("the sum over leaf " + std::to_string(n.position << n.level) + " came, expected leaf " +
                  std::to_string(next) + " of " + std::to_string(tree.leaf_count()) +
                  "; this is a mistake in dad");
    next = std::min((n.position + 1) << n.level, tree.leaf_count());
  }
  if (next != tree.leaf_count())
    throw error("the sum ends with leaf " + std::to_string(next) + ", expected " +
                std::to_string(tree.leaf_count()) + " leaves; this is a mistake in dad");
}

}  // namespace dad::mpi::detail
