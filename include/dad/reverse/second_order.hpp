// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products with a Hessian in many directions, from one recording of a recording.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>
#include <dad/reverse/flat_sweep.hpp>
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
  [[nodiscard]] bool is_nonlinear(std::size_t k) const noexcept { return tangents_[k + 1] != 0; }

  /// The most directions of one sweep: two packs, unless the memory is more than a core has nearby.
  [[nodiscard]] std::size_t most_directions() const noexcept { return slots_ > most_near ? 8 : 16; }

  /// Before each sweep; then seed(lanes, k) are components k of the directions, where this is nonlinear.
  void begin_sweep(lane_slots& lanes, std::size_t directions) const { lanes.restart(slots_, directions); }
  [[nodiscard]] double* seed(lane_slots& lanes, std::size_t k) const noexcept {
    return lanes[tangents_[k + 1]];
  }
  void sweep(lane_slots& lanes) const {
    up_.run_backwards(lanes);
    down_.run(lanes);
  }
  /// Components k of the products. Slot 0 is nobody's, and stays zero.
  [[nodiscard]] const double* product(lane_slots& lanes, std::size_t k) const noexcept {
    return lanes[nodes_[k + 1].slot];
  }

  /// Multiply-adds of a sweep in one direction.
  [[nodiscard]] std::size_t operation_count() const noexcept { return up_.size() + down_.size(); }
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return nodes_.capacity() * sizeof(node) + tangents_.capacity() * sizeof(std::uint32_t) +
           up_.byte_count() + down_.byte_count();
  }

 private:
  // A value of the outer tape: its adjoint, and the slot of that adjoint's tangent, if it may have one.
  struct node {
    double adjoint;
    std::uint32_t slot;
    bool is_reached;
  };

  static constexpr std::uint32_t most_near = 4096;  // slots

  std::uint32_t slot_of(std::uint32_t& slot) noexcept { return slot != 0 ? slot : slot = slots_++; }
  void write_down(const tape<var<double>>& outer);
  void write_up(const tape<double>& inner);

  list<node> nodes_;
  list<std::uint32_t> tangents_;  // the slots of the inner tape's values, 0 for those that nothing needs
  flat_sweep up_, down_;          // up is written from its end
  std::uint32_t slots_ = 1;       // none is slot 0
  std::size_t input_count_ = 0;
};
using second_order = second_order_if_used<>;

template <class... Lazy>
void second_order_if_used<Lazy...>::write(const tape<var<double>>& outer, const tape<double>& inner,
                                          std::uint32_t y, std::size_t inputs) {
  input_count_ = inputs;
  slots_ = 1;
  up_.clear();
  down_.clear();
  nodes_.assign(outer.newest_index() + std::size_t{1}, node{0.0, 0, false});
  tangents_.assign(inner.newest_index() + std::size_t{1}, 0);
  nodes_[y] = {1.0, 0, true};
  write_down(outer);
  write_up(inner);
}

template <class... Lazy>
void second_order_if_used<Lazy...>::write_down(const tape<var<double>>& outer) {
  outer.rows().for_each_backwards([&](std::uint32_t value, auto&& arguments) {
    const node from = nodes_[value];
    if (!from.is_reached) return;
    arguments([&](std::uint32_t index, const var<double>& partial, bool is_negative) {
      const double p = is_negative ? -partial.value() : partial.value();
      node& to = nodes_[index];
      to.is_reached = true;
      to.adjoint += from.adjoint == 0.0 ? 0.0 : p * from.adjoint;
      if (from.slot != 0) down_.add(slot_of(to.slot), from.slot, p);
      if (partial.is_active() && from.adjoint != 0.0)
        down_.add(slot_of(to.slot), slot_of(tangents_[partial.index()]),
                  is_negative ? -from.adjoint : from.adjoint);
    });
  });
}

template <class... Lazy>
void second_order_if_used<Lazy...>::write_up(const tape<double>& inner) {
  inner.rows().for_each_backwards([&](std::uint32_t value, auto&& arguments) {
    const std::uint32_t to = tangents_[value];
    if (to == 0) return;
    arguments([&](std::uint32_t index, double partial, bool is_negative) {
      up_.add(to, slot_of(tangents_[index]), is_negative ? -partial : partial);
    });
  });
}

}  // namespace dad::detail
