// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which way through a recording gives its Jacobian with the fewest operations.

#pragma once

#include <cstddef>

namespace dad::detail {

enum class jacobian_way { forward, reverse, reverse_by_rows };

/// What a recording holds of what its outputs depend on. Rows and arguments count once; an argument is shared
/// if outputs of more than one block, of eight each (or, beyond 512 outputs, one in 64), depend on its row.
struct jacobian_counts {
  std::size_t inputs = 0, outputs = 0;
  std::size_t rows = 0, own_arguments = 0, shared_arguments = 0;
  /// The part of the arguments that an average sweep, up for 32 inputs and down for 32 outputs, meets with
  /// more than zeros; 1 where it was not counted.
  double active_up = 1.0, active_down = 1.0;

  static constexpr std::size_t directions_of_a_sweep = 32;
  /// So many that it is looked for zeros to leave out, which costs a third of a sweep.
  [[nodiscard]] static constexpr bool are_many(std::size_t directions) noexcept {
    return directions > 7 * directions_of_a_sweep;
  }
  /// The part that must be left for it to be done: it has its price.
  static constexpr double few_active = 0.75;

  /// What going through the recording in some way costs: so much for each argument and each row. The numbers
  /// are about nanoseconds where a register has eight doubles; only their ratios matter. They are fitted to
  /// functions with few arguments in a row and with many (bench/drivers.cpp), and are the same everywhere.
  struct weights {
    double argument, row;
  };
  static constexpr weights writing{1.3, 3.0};   // a flat sweep, once
  static constexpr weights up{1.2, 1.6};        // tangents of 32 inputs, by a flat sweep
  static constexpr weights down{1.75, 1.3};     // adjoints of 32 outputs, by a flat sweep
  static constexpr weights by_rows{3.1, 2.25};  // adjoints of eight outputs; other rows are only skipped
  static constexpr double column_entry = 0.45, row_entry = 0.4;  // to bring an entry to its place

  [[nodiscard]] double forward_cost() const noexcept {
    return through(writing) + sweeps(inputs, active_up) * through(up) + column_entry * entries();
  }
  [[nodiscard]] double reverse_cost() const noexcept {
    return through(writing) + sweeps(outputs, active_down) * through(down) + row_entry * entries();
  }
  [[nodiscard]] double rows_cost() const noexcept {
    const double sweeps = number((outputs + 7) / 8), narrow = outputs <= 4 ? 0.7 : 1.0;
    return narrow * (by_rows.argument * (number(own_arguments) + sweeps * number(shared_arguments)) +
                     by_rows.row * sweeps * number(rows)) +
           row_entry * entries();
  }

  [[nodiscard]] jacobian_way reverse_way() const noexcept {
    return reverse_cost() < rows_cost() ? jacobian_way::reverse : jacobian_way::reverse_by_rows;
  }
  [[nodiscard]] jacobian_way best_way() const noexcept {
    const double forward = forward_cost();
    return forward < reverse_cost() && forward < rows_cost() ? jacobian_way::forward : reverse_way();
  }

 private:
  [[nodiscard]] double entries() const noexcept { return number(inputs) * number(outputs); }
  static double number(std::size_t count) noexcept { return static_cast<double>(count); }
  // The last one may be narrower, which costs less.
  static double flat_sweeps(std::size_t directions) noexcept {
    const std::size_t rest = directions % directions_of_a_sweep;
    return number(directions / directions_of_a_sweep) + (rest == 0    ? 0.0
                                                         : rest <= 8  ? 0.5
                                                         : rest <= 16 ? 0.65
                                                                      : 1.0);
  }
  [[nodiscard]] static double sweeps(std::size_t directions, double active) noexcept {
    const bool leaves_zeros_out = are_many(directions) && active < few_active;
    return (leaves_zeros_out ? active : 1.0) * flat_sweeps(directions);
  }
  [[nodiscard]] double through(weights w) const noexcept {
    return w.argument * number(own_arguments + shared_arguments) + w.row * number(rows);
  }
};

}  // namespace dad::detail
