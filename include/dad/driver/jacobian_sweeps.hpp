// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian of a recording, in whichever way its counts say.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
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

  /// All of a matrix, outputs x inputs.
  void write(matrix& jacobian, jacobian_way way) {
    prepare(way);
    for (std::size_t b = 0; b < block_count(); ++b)
      compute_block(b, [&](std::size_t i, std::size_t k, double entry) { jacobian(i, k) = entry; });
  }

  /// The same in blocks, each a sweep, that can be computed apart: of columns forward, of rows otherwise.
  void prepare(jacobian_way way) {
    way_ = way;
    if (way == jacobian_way::forward)
      prepare(*tangents_);
    else if (way == jacobian_way::reverse)
      prepare(*adjoints_);
  }
  [[nodiscard]] bool is_by_columns() const noexcept { return way_ == jacobian_way::forward; }
  [[nodiscard]] std::size_t lines_of_a_block() const noexcept {
    return way_ == jacobian_way::reverse_by_rows ? 8 : jacobian_counts::directions_of_a_sweep;
  }
  [[nodiscard]] std::size_t block_count() const noexcept {
    return (line_count() + lines_of_a_block() - 1) / lines_of_a_block();
  }
  /// take(i, k, entry) for the entries of a block.
  template <class Take>
  void compute_block(std::size_t block, Take&& take) {
    const std::size_t first = block * lines_of_a_block();
    const std::size_t count = std::min(line_count() - first, lines_of_a_block());
    if (way_ == jacobian_way::forward)
      compute_columns(first, count, take);
    else if (way_ == jacobian_way::reverse)
      compute_rows(first, count, take);
    else
      tape_.backward_all(list_view<const var<double>>(outputs_.data() + first, count),
                         [&](std::size_t i, const auto& adjoints) {
                           for (std::size_t k = 0; k < inputs_; ++k) take(first + i, k, adjoints[k + 1]);
                         });
  }

 private:
  [[nodiscard]] std::size_t line_count() const noexcept {
    return is_by_columns() ? inputs_ : outputs_.size();
  }

  template <class Take>
  void compute_columns(std::size_t first, std::size_t count, Take& take) {
    flat_tangents& tangents = *tangents_;
    lanes_->restart(slots_.count(), count);
    tangents.clear_seeds(*lanes_);
    for (std::size_t c = 0; c < count; ++c)
      if (tangents.slot(first + c + 1) != 0) (*lanes_)[tangents.slot(first + c + 1)][c] = 1.0;
    tangents.run(*lanes_);
    for (std::size_t i = 0; i < indices_.size(); ++i) {
      const double* const row = (*lanes_)[tangents.slot(indices_[i])];
      for (std::size_t c = 0; c < count; ++c) take(i, first + c, row[c]);
    }
  }

  template <class Take>
  void compute_rows(std::size_t first, std::size_t count, Take& take) {
    flat_adjoints& adjoints = *adjoints_;
    lanes_->restart(slots_.count(), count);
    adjoints.clear_seeds(*lanes_);
    for (std::size_t r = 0; r < count; ++r)
      if (indices_[first + r] != 0) (*lanes_)[adjoints.slot(indices_[first + r])][r] = 1.0;
    adjoints.run(*lanes_);
    for (std::size_t k = 0; k < inputs_; ++k) {
      const double* const column = (*lanes_)[adjoints.slot(k + 1)];
      for (std::size_t r = 0; r < count; ++r) take(first + r, k, column[r]);
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
  lease<flat_tangents> tangents_;
  lease<flat_adjoints> adjoints_;
  jacobian_way way_ = jacobian_way::reverse_by_rows;
};
using jacobian_sweeps = jacobian_sweeps_if_used<>;

}  // namespace dad::detail
