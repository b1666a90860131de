// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a recording holds of what its outputs depend on, as far as its Jacobian's cost goes.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>  // declares std::min, at a fraction of the cost of <algorithm>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/driver/jacobian_way.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/flat_sweep.hpp>
#include <dad/reverse/rows.hpp>

namespace dad::detail {

/// Counts a recording. A template without parameters: compiled where it is used.
template <class...>
class jacobian_counter_if_used {
 public:
  /// Outputs are these values (0: passive), in their order.
  jacobian_counter_if_used(const rows<double>& recorded, std::size_t inputs,
                           list_view<const std::uint32_t> outputs)
      : recorded_(recorded), counts_{inputs, outputs.size()} {
    sets_.assign(recorded.value_count() + 1, 0);
    count_down(outputs);
    if (is_up_in_question()) count_up();
  }
  [[nodiscard]] const jacobian_counts& counts() const noexcept { return counts_; }

 private:
  // Sets of blocks of inputs or outputs, a bit for each, and what a sweep does.
  struct lines {
    std::size_t count, of_a_block;
    [[nodiscard]] std::size_t blocks() const noexcept { return (count + of_a_block - 1) / of_a_block; }
    [[nodiscard]] std::size_t bits() const noexcept { return std::min(blocks(), flat_sweep::most_runs); }
    [[nodiscard]] std::uint64_t bit(std::size_t line) const noexcept {
      return flat_sweep::bit_of(flat_sweep::number_of(line / of_a_block, blocks()));
    }
  };
  // Arguments of rows by how many bits their rows have.
  struct histogram {
    std::size_t arguments[flat_sweep::most_runs + 1] = {};

    [[nodiscard]] std::size_t all() const noexcept {
      std::size_t sum = 0;
      for (const std::size_t n : arguments) sum += n;
      return sum;
    }
    /// The part that an average sweep has to do with. Lines that are in a row begin anywhere in a sweep.
    [[nodiscard]] double active(const lines& of) const noexcept {
      const double a_bit = number(of.count) / number(of.bits());
      const double more = std::max(0.0, number(jacobian_counts::directions_of_a_sweep) - a_bit);
      double sum = 0.0;
      for (std::size_t b = 1; b <= of.bits(); ++b)
        sum += number(arguments[b]) * std::min(1.0, (number(b) * a_bit + more) / number(of.count));
      return sum / std::max(1.0, number(all()));
    }
    static double number(std::size_t n) noexcept { return static_cast<double>(n); }
  };

  void count_down(list_view<const std::uint32_t> outputs) {
    const lines of = {counts_.outputs, 8};
    for (std::size_t i = 0; i < outputs.size(); ++i) sets_[outputs[i]] |= of.bit(i);
    histogram found;
    recorded_.for_each_backwards([&](std::uint32_t value, bool, auto&& arguments) {
      const std::uint64_t set = sets_[value];
      if (set == 0) return;
      ++counts_.rows;
      std::size_t count = 0;
      arguments([&](std::uint32_t argument, double, bool) {
        ++count;
        sets_[argument] |= set;
      });
      found.arguments[std::popcount(set)] += count;
    });
    counts_.own_arguments = found.arguments[1];
    counts_.shared_arguments = found.all() - counts_.own_arguments;
    if (counts_.outputs > 0) counts_.active_down = found.active(of);
  }

  // Rows are stored to be read from their end: their places are written down on the way back.
  void count_up() {
    struct row_place {
      const std::uint32_t *first, *last;
      std::uint32_t row, value;
    };
    list<row_place> places;
    places.reserve(counts_.rows);
    recorded_.for_each_row_backwards(
        [&](std::uint32_t value, std::uint32_t row, const std::uint32_t* first, const std::uint32_t* last) {
          if (value > counts_.inputs && is_needed(value, row, first))
            places.push_back({first, last, row, value});
        });
    const lines of = {counts_.inputs, jacobian_counts::directions_of_a_sweep};
    histogram found;
    list<std::uint64_t> sets(sets_.size(), 0);  // of inputs
    for (std::size_t k = 0; k < counts_.inputs; ++k) sets[k + 1] = of.bit(k);
    for (std::size_t p = places.size(); p-- > 0;) {
      const auto& [first, last, row, value] = places[p];
      std::uint64_t set = 0;
      std::size_t count = 0;
      if (row_word::is_elementwise(row)) {
        const elementwise_row results(row, first);
        for (std::uint32_t i = 0; i < results.size(); ++i) {
          for (std::uint32_t k = 0; k < results.operands(); ++k) set |= sets[results.range(k)[i]];
          sets[value + i] = std::exchange(set, 0);
          found.arguments[std::popcount(sets[value + i])] += results.operands();
        }
      } else {
        rows<double>::for_each_index(row, first, last, [&](std::uint32_t argument) {
          set |= sets[argument];
          ++count;
        });
        sets[value] |= set;
        found.arguments[std::popcount(set)] += count;
      }
    }
    counts_.active_up = found.active(of);
  }
  [[nodiscard]] bool is_needed(std::uint32_t value, std::uint32_t row, const std::uint32_t* first) const {
    if (!row_word::is_elementwise(row)) return sets_[value] != 0;
    std::uint64_t any = 0;
    for (std::uint32_t i = 0; i < elementwise_row(row, first).size(); ++i) any |= sets_[value + i];
    return any != 0;
  }

  // Not where sweeps down cost little more than a single one up.
  [[nodiscard]] bool is_up_in_question() const noexcept {
    if (!jacobian_counts::are_many(counts_.inputs)) return false;
    jacobian_counts at_best = counts_;
    at_best.active_up = 0.0;
    return 2.0 * at_best.forward_cost() < std::min(counts_.reverse_cost(), counts_.rows_cost());
  }

  const rows<double>& recorded_;
  jacobian_counts counts_;
  list<std::uint64_t> sets_;  // of outputs that depend on a value
};
using jacobian_counter = jacobian_counter_if_used<>;

}  // namespace dad::detail
