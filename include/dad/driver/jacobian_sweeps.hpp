// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian of a recording, in whichever way its counts say.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/core/list.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/jacobian_way.hpp>
#include <dad/reverse/flat_adjoints.hpp>
#include <dad/reverse/flat_tangents.hpp>
#include <dad/reverse/lease.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

namespace dad::detail {

/// A template without parameters: compiled where it is used.
template <class...>
class jacobian_sweeps_if_used {
 public:
  /// The first values of the tape are the inputs.
  jacobian_sweeps_if_used(tape<double>& recorded, const std::vector<var<double>>& outputs, std::size_t inputs)
      : tape_(recorded), outputs_(outputs), inputs_(inputs) {
    for (const var<double>& y : outputs) indices_.push_back(y.index());
  }

  [[nodiscard]] jacobian_counts counts() const {
    return counts_of(tape_.rows(), inputs_, {indices_.begin(), indices_.size()});
  }

  /// Into a matrix of zeros, outputs x inputs.
  void write(matrix& jacobian, jacobian_way way) {
    if (way == jacobian_way::forward)
      write_columns(jacobian);
    else if (way == jacobian_way::reverse)
      write_rows(jacobian);
    else
      tape_.backward_all(outputs_, [&](std::size_t i, const auto& adjoints) {
        for (std::size_t k = 0; k < inputs_; ++k) jacobian(i, k) = adjoints[k + 1];
      });
  }

 private:
  static constexpr std::size_t most = lane_slots::most_directions;

  void write_columns(matrix& jacobian) {
    const lease<flat_tangents> leased;
    flat_tangents& tangents = *leased;
    prepare(tangents);
    for (std::size_t first = 0, count = 0; first < inputs_; first += count) {
      count = std::min(inputs_ - first, most);
      lanes_->restart(slots_.count(), count);
      tangents.clear_seeds(*lanes_);
      for (std::size_t c = 0; c < count; ++c)
        if (tangents.slot(first + c + 1) != 0) (*lanes_)[tangents.slot(first + c + 1)][c] = 1.0;
      tangents.run(*lanes_);
      for (std::size_t i = 0; i < indices_.size(); ++i) {
        const double* const row = (*lanes_)[tangents.slot(indices_[i])];
        for (std::size_t c = 0; c < count; ++c) jacobian(i, first + c) = row[c];
      }
    }
  }

  void write_rows(matrix& jacobian) {
    const lease<flat_adjoints> leased;
    flat_adjoints& adjoints = *leased;
    prepare(adjoints);
    for (std::size_t first = 0, count = 0; first < indices_.size(); first += count) {
      count = std::min(indices_.size() - first, most);
      lanes_->restart(slots_.count(), count);
      adjoints.clear_seeds(*lanes_);
      for (std::size_t r = 0; r < count; ++r)
        if (indices_[first + r] != 0) (*lanes_)[adjoints.slot(indices_[first + r])][r] = 1.0;
      adjoints.run(*lanes_);
      for (std::size_t k = 0; k < inputs_; ++k) {
        const double* const column = (*lanes_)[adjoints.slot(k + 1)];
        for (std::size_t r = 0; r < count; ++r) jacobian(first + r, k) = column[r];
      }
    }
  }

  template <class Flat>
  void prepare(Flat& flat) {
    slots_.clear();
    flat.restart(tape_.rows().value_count(), inputs_);
    for (const std::uint32_t index : indices_)
      if (index != 0) (void)flat.keep(index, slots_);
    flat.write(tape_.rows(), slots_);
  }

  tape<double>& tape_;
  const std::vector<var<double>>& outputs_;
  std::size_t inputs_;
  list<std::uint32_t> indices_;  // of the outputs; 0 for passive ones
  slot_numbers slots_;
  lease<lane_slots> lanes_;
};
using jacobian_sweeps = jacobian_sweeps_if_used<>;

}  // namespace dad::detail
