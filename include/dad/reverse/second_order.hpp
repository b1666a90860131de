// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products with a Hessian in many directions, from one recording of a recording.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/reverse/flat_sweep.hpp>
#include <dad/reverse/flat_tangents.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

namespace dad::detail {

/// A function recorded once with var<var<double>> has its statements on the outer tape; their values, and
/// their partials as functions of the inputs, are on the inner one. That is all a product with the Hessian
/// needs: tangents go up the inner tape, and with them the tangents of the adjoints down the outer one,
///   adjoint'_j += partial_ij adjoint'_i + adjoint_i partial'_ij .
/// Adjoints are the same for all directions, and both ways are written out once: what no second derivative
/// needs is left out, above all what is linear. A template without parameters: compiled where it is used.
template <class...>
class second_order_if_used {
 public:
  /// Of the value with index y; the first `inputs` values of both tapes are the inputs. Neither tape may have
  /// deferred steps.
  void write(const tape<var<double>>& outer, const tape<double>& inner, std::uint32_t y, std::size_t inputs);

  [[nodiscard]] std::size_t input_count() const noexcept { return input_count_; }
  [[nodiscard]] double gradient(std::size_t k) const noexcept { return nodes_[k + 1].adjoint; }
  /// Some second derivative by this input may be other than zero.
  [[nodiscard]] bool is_nonlinear(std::size_t k) const noexcept { return tangents_.slot(k + 1) != 0; }

  /// Before each sweep, of at most lane_slots::most_directions; then seed(lanes, k) are components k of the
  /// directions, where this is nonlinear. All are zero to begin with.
  void begin_sweep(lane_slots& lanes, std::size_t directions) const {
    lanes.restart(slots_.count(), directions);
    tangents_.clear_seeds(lanes);
  }
  /// The same in unit directions, of which each has its input k by set_unit(lanes, k, direction): of f's many
  /// tangents only those are computed that are not zero.
  void begin_unit_sweep(lane_slots& lanes, std::size_t directions) const {
    if (directions == 1 || !tangents_.is_finite() || !down_.is_finite())
      return begin_sweep(lanes, directions);
    lanes.restart(slots_.count(), directions, true);
  }
  void set_unit(lane_slots& lanes, std::size_t k, std::size_t direction) const noexcept {
    lanes.set_unit(tangents_.slot(k + 1), direction);
  }
  [[nodiscard]] double* seed(lane_slots& lanes, std::size_t k) const noexcept {
    return lanes[tangents_.slot(k + 1)];
  }
  void sweep(lane_slots& lanes, std::uint8_t number = 0) const {
    tangents_.run(lanes, number);
    down_.run(lanes, number);
  }
  /// For unit sweeps with numbers from 1 to flat_sweep::most_runs: numbers[k] is that of the sweeps in which
  /// input k may have its direction, and the last for which component k of the products is wanted.
  void find_parts(list_view<const std::uint8_t> numbers);
  [[nodiscard]] bool has_parts() const noexcept { return down_.has_reaches(); }
  /// Components k of the products; slot 0 where they are zero.
  [[nodiscard]] const double* product(lane_slots& lanes, std::size_t k) const noexcept {
    return lanes.read(nodes_[k + 1].slot);
  }

  /// Multiply-adds of a sweep in one direction.
  [[nodiscard]] std::size_t operation_count() const noexcept {
    return tangents_.operation_count() + down_.size();
  }
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return nodes_.capacity() * sizeof(node) + tangents_.byte_count() + down_.byte_count() +
           slots_.byte_count();
  }

 private:
  // A value of the outer tape: its adjoint, and the slot of that adjoint's tangent, if it may have one.
  struct node {
    double adjoint;
    std::uint32_t slot;
    bool is_reached;
  };

  void add_to_adjoint(node& to, std::uint32_t from, double coefficient) {
    const bool is_first = to.slot == 0;
    if (is_first) to.slot = slots_.take();
    down_.add(is_first ? to.slot | flat_sweep::fresh : to.slot, from, coefficient);
  }
  void write_down(const tape<var<double>>& outer);

  list<node> nodes_;
  flat_tangents tangents_;  // of the inner tape
  flat_sweep down_;
  slot_numbers slots_;
  std::size_t input_count_ = 0;
};
using second_order = second_order_if_used<>;

template <class... Lazy>
void second_order_if_used<Lazy...>::write(const tape<var<double>>& outer, const tape<double>& inner,
                                          std::uint32_t y, std::size_t inputs) {
  input_count_ = inputs;
  slots_.clear();
  down_.restart(2 * outer.rows().most_arguments());
  nodes_.assign(outer.newest_index() + std::size_t{1}, node{0.0, 0, false});
  tangents_.restart(inner.newest_index(), inputs);
  nodes_[y] = {1.0, 0, true};
  write_down(outer);
  tangents_.write(inner.rows(), slots_);  // slots of adjoints are free for them: those come later
}

template <class... Lazy>
void second_order_if_used<Lazy...>::find_parts(list_view<const std::uint8_t> numbers) {
  list<std::uint64_t> runs(slots_.count(), 0);
  list<std::uint8_t> reaches(slots_.count(), 0);
  for (std::size_t k = 0; k < input_count_; ++k) {
    if (is_nonlinear(k)) runs[tangents_.slot(k + 1)] = flat_sweep::bit_of(numbers[k]);
    if (nodes_[k + 1].slot != 0) reaches[nodes_[k + 1].slot] = numbers[k];
  }
  tangents_.find_parts(runs);
  down_.find_reaches(reaches);
}

template <class... Lazy>
void second_order_if_used<Lazy...>::write_down(const tape<var<double>>& outer) {
  outer.rows().for_each_backwards([&](std::uint32_t value, bool is_increment, auto&& arguments) {
    const node from = nodes_[value];
    if (!from.is_reached || value <= input_count_) return;
    arguments([&](std::uint32_t index, const var<double>& partial, bool is_negative) {
      const double p = is_negative ? -partial.value() : partial.value();
      node& to = nodes_[index];
      to.is_reached = true;
      to.adjoint += from.adjoint == 0.0 ? 0.0 : p * from.adjoint;
      if (from.slot != 0) add_to_adjoint(to, from.slot, p);
      if (partial.is_active() && from.adjoint != 0.0)
        add_to_adjoint(to, tangents_.keep(partial.index(), slots_),
                       is_negative ? -from.adjoint : from.adjoint);
    });
    if (!is_increment && from.slot != 0) slots_.give_back(from.slot);
  });
}

}  // namespace dad::detail
