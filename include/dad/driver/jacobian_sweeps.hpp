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
#include <dad/core/prefetch.hpp>
#include <dad/driver/jacobian_counts.hpp>
#include <dad/driver/jacobian_way.hpp>
#include <dad/reverse/flat_adjoints.hpp>
#include <dad/reverse/flat_sweep.hpp>
#include <dad/reverse/flat_tangents.hpp>
#include <dad/reverse/lane_slots.hpp>
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
    return jacobian_counter(tape_.rows(), inputs_, {indices_.begin(), indices_.size()}).counts();
  }

  /// All of a matrix, outputs x inputs.
  void write(matrix& jacobian, jacobian_way way) {
    prepare(way);
    for (std::size_t b = 0; b < block_count(); ++b)
      compute_block(b, [&](std::size_t i, std::size_t k) { return jacobian.data() + i * inputs_ + k; });
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
  /// Writes the entries of a block: at(i, k) is where (i, k) goes, and behind it those of the same row.
  template <class At>
  void compute_block(std::size_t block, At&& at) {
    const std::size_t first = block * lines_of_a_block();
    const std::size_t count = std::min(line_count() - first, lines_of_a_block());
    if (way_ == jacobian_way::forward)
      compute_columns(first, count, at);
    else if (way_ == jacobian_way::reverse)
      compute_rows(first, count, at);
    else
      tape_.backward_all(list_view<const var<double>>(outputs_.data() + first, count),
                         [&](std::size_t i, const auto& adjoints) {
                           double* const row = at(first + i, 0);
                           for (std::size_t k = 0; k < inputs_; ++k) row[k] = adjoints[k + 1];
                         });
  }

 private:
  [[nodiscard]] std::size_t line_count() const noexcept {
    return is_by_columns() ? inputs_ : outputs_.size();
  }

  template <class At>
  void compute_columns(std::size_t first, std::size_t count, At& at) {
    static constexpr std::size_t ahead = 8, line = 64 / sizeof(double);
    sweep(*tangents_, first, count);
    // Processors do not guess where the next rows are.
    for (std::size_t i = 0; i < indices_.size(); ++i) {
      if (i + ahead < indices_.size())
        for (std::size_t c = 0; c < count; c += line) prefetch_to_write(at(i + ahead, first + c), 0);
      const double* const row = lanes_->read(tangents_->slot(indices_[i]));
      double* const to = at(i, first);
      for (std::size_t c = 0; c < count; ++c) to[c] = row[c];
    }
  }
  template <class At>
  void compute_rows(std::size_t first, std::size_t count, At& at) {
    static constexpr std::size_t tile = 8;
    sweep(*adjoints_, first, count);
    for (std::size_t k = 0; k < inputs_; k += tile) {
      const std::size_t columns = std::min(tile, inputs_ - k);
      const double* column[tile];
      for (std::size_t c = 0; c < columns; ++c) column[c] = lanes_->read(adjoints_->slot(k + c + 1));
      for (std::size_t r = 0; r < count; ++r) {
        double* const to = at(first + r, k);
        for (std::size_t c = 0; c < columns; ++c) to[c] = column[c][r];
      }
    }
  }

  // A direction has a seed of 1: of the input of its column, or of the output of its row. Slot 0: it has
  // none.
  [[nodiscard]] std::uint32_t seed(const flat_tangents& flat, std::size_t column) const noexcept {
    return flat.slot(column + 1);
  }
  [[nodiscard]] std::uint32_t seed(const flat_adjoints& flat, std::size_t row) const noexcept {
    return flat.slot(indices_[row]);
  }
  [[nodiscard]] std::uint8_t sweep_of(std::size_t line) const noexcept {
    return flat_sweep::number_of(line / lines_of_a_block(), block_count());
  }

  template <class Flat>
  void prepare(Flat& flat) {
    slots_.clear();
    flat.restart(tape_.rows().value_count(), inputs_);
    for (const std::uint32_t index : indices_)
      if (index != 0) (void)flat.keep(index, slots_);
    flat.write(tape_.rows(), slots_);
    leaves_zeros_out_ = find_zeros(flat);
  }
  // Whether sweeps meet enough of them.
  template <class Flat>
  bool find_zeros(Flat& flat) {
    const std::size_t blocks = block_count();
    if (!jacobian_counts::are_many(line_count()) || !flat.is_finite()) return false;
    list<std::uint64_t> runs(slots_.count(), 0);
    for (std::size_t line = 0; line < line_count(); ++line)
      runs[seed(flat, line)] |= flat_sweep::bit_of(sweep_of(line));
    runs[0] = 0;
    const std::size_t all = std::min(blocks, flat_sweep::most_runs) * flat.operation_count();
    return static_cast<double>(flat.find_parts(runs)) <
           jacobian_counts::few_active * static_cast<double>(all);
  }
  template <class Flat>
  void sweep(Flat& flat, std::size_t first, std::size_t count) {
    lanes_->restart(slots_.count(), count, leaves_zeros_out_ && count > 1);
    if (!lanes_->leaves_zeros_out()) flat.clear_seeds(*lanes_);
    for (std::size_t d = 0; d < count; ++d)
      if (const std::uint32_t slot = seed(flat, first + d); slot != 0) lanes_->set_unit(slot, d);
    flat.run(*lanes_, sweep_of(first));
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
  bool leaves_zeros_out_ = false;
};
using jacobian_sweeps = jacobian_sweeps_if_used<>;

}  // namespace dad::detail
