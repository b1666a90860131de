// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which way through a recording gives its Jacobian with the fewest operations.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/reverse/lease.hpp>
#include <dad/reverse/rows.hpp>

namespace dad::detail {

enum class jacobian_way { forward, reverse, reverse_by_rows };

/// What a recording holds of what its outputs depend on. Rows and arguments count once; an argument is shared
/// if outputs of more than one block, of eight each, depend on its row.
struct jacobian_counts {
  std::size_t inputs = 0, outputs = 0;
  std::size_t rows = 0, own_arguments = 0, shared_arguments = 0;

  static constexpr std::size_t directions_of_a_sweep = 32;

  /// What going through the recording in some way costs: so much for each argument and each row. The numbers
  /// are about nanoseconds where a register has eight doubles; only their ratios matter. They are fitted to
  /// functions with few arguments in a row and with many (bench/drivers.cpp), and are the same everywhere.
  struct weights {
    double argument, row;
  };
  static constexpr weights writing{1.3, 3.0};   // a flat sweep, once
  static constexpr weights up{0.95, 1.2};       // tangents of 32 inputs, by a flat sweep
  static constexpr weights down{1.75, 1.3};     // adjoints of 32 outputs, by a flat sweep
  static constexpr weights by_rows{3.1, 2.25};  // adjoints of eight outputs; other rows are only skipped

  [[nodiscard]] double forward_cost() const noexcept {
    return through(writing) + flat_sweeps(inputs) * through(up);
  }
  [[nodiscard]] double reverse_cost() const noexcept {
    return through(writing) + flat_sweeps(outputs) * through(down);
  }
  [[nodiscard]] double rows_cost() const noexcept {
    const double sweeps = number((outputs + 7) / 8), narrow = outputs <= 4 ? 0.7 : 1.0;
    return narrow * (by_rows.argument * (number(own_arguments) + sweeps * number(shared_arguments)) +
                     by_rows.row * sweeps * number(rows));
  }

  [[nodiscard]] jacobian_way reverse_way() const noexcept {
    return reverse_cost() < rows_cost() ? jacobian_way::reverse : jacobian_way::reverse_by_rows;
  }
  [[nodiscard]] jacobian_way best_way() const noexcept {
    const double forward = forward_cost();
    return forward < reverse_cost() && forward < rows_cost() ? jacobian_way::forward : reverse_way();
  }

 private:
  static double number(std::size_t count) noexcept { return static_cast<double>(count); }
  // The last one may be narrower, which costs less.
  static double flat_sweeps(std::size_t directions) noexcept {
    const std::size_t rest = directions % directions_of_a_sweep;
    return number(directions / directions_of_a_sweep) + (rest == 0    ? 0.0
                                                         : rest <= 8  ? 0.5
                                                         : rest <= 16 ? 0.65
                                                                      : 1.0);
  }
  [[nodiscard]] double through(weights w) const noexcept {
    return w.argument * number(own_arguments + shared_arguments) + w.row * number(rows);
  }
};

/// Counts a recording, for outputs at these values (0: passive), in their order. A template without
/// parameters: compiled where it is used.
template <class... Lazy>
jacobian_counts counts_of(const rows<double>& recorded, std::size_t inputs,
                          list_view<const std::uint32_t> outputs) {
  constexpr std::uint32_t nobody = 0, several = ~std::uint32_t{0};
  jacobian_counts counts{inputs, outputs.size()};
  const lease<list<std::uint32_t>> leased;
  list<std::uint32_t>& blocks = *leased;  // which block of outputs depends on a value
  blocks.assign(recorded.value_count() + 1, nobody);
  const auto join = [&](std::uint32_t value, std::uint32_t block) {
    std::uint32_t& owner = blocks[value];
    owner = owner == nobody || owner == block ? block : several;
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) join(outputs[i], static_cast<std::uint32_t>(i / 8 + 1));
  recorded.for_each_backwards([&](std::uint32_t value, bool, auto&& arguments) {
    const std::uint32_t block = blocks[value];
    if (block == nobody) return;
    ++counts.rows;
    std::size_t& count = block == several ? counts.shared_arguments : counts.own_arguments;
    arguments([&](std::uint32_t argument, double, bool) {
      ++count;
      join(argument, block);
    });
  });
  return counts;
}

}  // namespace dad::detail
