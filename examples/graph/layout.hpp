// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Places for the nodes of an acyclic graph: a column for each depth, rows that cross few edges. The method is
// that of Sugiyama, Tagawa and Toda (1981): an edge over several columns keeps a row of its own in those
// between, and rows are sorted by the mean row of their neighbours.

#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace graph {

/// In columns from the left and rows from the middle, both of which the drawing scales.
struct layout {
  std::vector<std::pair<double, double>> places;  // of each node
  std::vector<std::vector<std::vector<std::pair<double, double>>>>
      edges;  // [node][operand]: from there to here
  std::size_t columns = 0, rows = 0;
};

class layered {
 public:
  /// operands[i]: the nodes, before i, that edges come from.
  explicit layered(const std::vector<std::vector<std::size_t>>& operands) {
    for (const auto& from : operands) {
      std::size_t depth = 0;
      for (const std::size_t j : from) depth = std::max(depth, slots_[j].column + 1);
      add(depth);
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
      routes_.emplace_back();
      for (const std::size_t j : operands[i]) routes_.back().push_back(route(j, i));
    }
    for (int round = 0; round < 8; ++round) {
      for (std::size_t c = 0; c < columns_.size(); ++c) sort(c, &slot::before);
      for (std::size_t c = columns_.size(); c-- > 0;) sort(c, &slot::behind);
    }
  }

  [[nodiscard]] layout result() const {
    layout l;
    const auto place = [&](std::size_t i) {
      return std::pair(static_cast<double>(slots_[i].column), slots_[i].row);
    };
    for (std::size_t i = 0; i < routes_.size(); ++i) {
      l.places.push_back(place(i));
      l.edges.emplace_back();
      for (const auto& path : routes_[i]) {
        l.edges.back().emplace_back();
        for (const std::size_t k : path) l.edges.back().back().push_back(place(k));
      }
    }
    l.columns = columns_.size();
    for (const auto& column : columns_) l.rows = std::max(l.rows, column.size());
    return l;
  }

 private:
  // A node, or where an edge passes a column.
  struct slot {
    std::size_t column;
    double row = 0;
    std::vector<std::size_t> before, behind;  // neighbours in the columns beside
  };

  std::size_t add(std::size_t column) {
    slots_.push_back({column, 0, {}, {}});
    if (column >= columns_.size()) columns_.resize(column + 1);
    columns_[column].push_back(slots_.size() - 1);
    spread(column);
    return slots_.size() - 1;
  }

  std::vector<std::size_t> route(std::size_t from, std::size_t to) {
    std::vector<std::size_t> path = {from};
    for (std::size_t c = slots_[from].column + 1; c < slots_[to].column; ++c) path.push_back(add(c));
    path.push_back(to);
    for (std::size_t k = 1; k < path.size(); ++k) {
      slots_[path[k - 1]].behind.push_back(path[k]);
      slots_[path[k]].before.push_back(path[k - 1]);
    }
    return path;
  }

  void sort(std::size_t column, std::vector<std::size_t> slot::*neighbours) {
    const auto mean = [&](std::size_t i) {
      double sum = 0;
      for (const std::size_t j : slots_[i].*neighbours) sum += slots_[j].row;
      const auto count = static_cast<double>((slots_[i].*neighbours).size());
      return count > 0 ? sum / count : slots_[i].row;
    };
    std::stable_sort(columns_[column].begin(), columns_[column].end(),
                     [&](std::size_t a, std::size_t b) { return mean(a) < mean(b); });
    spread(column);
  }

  void spread(std::size_t column) {
    double row = -0.5 * static_cast<double>(columns_[column].size() - 1);
    for (const std::size_t i : columns_[column]) slots_[i].row = row++;
  }

  std::vector<slot> slots_;
  std::vector<std::vector<std::size_t>> columns_;
  std::vector<std::vector<std::vector<std::size_t>>> routes_;  // by node and operand, the slots of its edge
};

}  // namespace graph
