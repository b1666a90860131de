// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The order in which a batch is summed: a fixed tree over the input index, so that a sum has the same bits
// however its inputs are spread. See Robey, Robey and Aulwes, Parallel Computing 37 (2011), on reproducible
// sums.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace dad::detail {

/// A leaf is leaf_size() = 2^k consecutive inputs, added in order; k depends on the number of inputs alone:
/// some packs of lanes where that leaves a leaf for each of 16 ranks, and about a quarter of the root of the
/// number. Leaves are added in pairs, pairs in pairs, and so on; the last node of a level may have no
/// partner.
class summation_tree {
 public:
  explicit summation_tree(std::size_t input_count) : input_count_(input_count) {
    while (leaf_size_ < input_count / (16 * leaf_size_) ||
           (leaf_size_ < 32 && 32 * leaf_size_ <= input_count))
      leaf_size_ *= 2;
  }
  [[nodiscard]] std::size_t input_count() const noexcept { return input_count_; }
  [[nodiscard]] std::size_t leaf_size() const noexcept { return leaf_size_; }
  [[nodiscard]] std::size_t leaf_count() const noexcept {
    return (input_count_ + leaf_size_ - 1) / leaf_size_;
  }

 private:
  std::size_t input_count_;
  std::size_t leaf_size_ = 1;
};

/// The sum over leaves [position 2^level, (position + 1) 2^level).
struct sum_node {
  unsigned level = 0;
  std::size_t position = 0;
  double value = 0.0;
  std::vector<double> gradient;
};

/// Adds a node behind those of earlier leaves; wherever two nodes are a pair of the tree they become one.
template <class...>
void append(std::vector<sum_node>& nodes, sum_node node) {
  while (!nodes.empty() && nodes.back().level == node.level && node.position == nodes.back().position + 1 &&
         node.position % 2 == 1) {
    sum_node& first = nodes.back();
    first.value += node.value;
    for (std::size_t k = 0; k < first.gradient.size(); ++k) first.gradient[k] += node.gradient[k];
    first.level += 1;
    first.position /= 2;
    node = std::move(first);
    nodes.pop_back();
  }
  nodes.push_back(std::move(node));
}

/// The whole sum from the nodes of all leaves in order.
template <class...>
sum_node merge(std::vector<sum_node>&& nodes) {
  std::vector<sum_node> merged;
  for (sum_node& node : nodes) append(merged, std::move(node));
  // Nodes without a partner on the right rise until they meet the node on their left.
  while (merged.size() > 1) {
    sum_node last = std::move(merged.back());
    merged.pop_back();
    while (last.level < merged.back().level) {
      last.level += 1;
      last.position /= 2;
    }
    append(merged, std::move(last));
  }
  return merged.empty() ? sum_node{} : std::move(merged.front());
}

}  // namespace dad::detail
