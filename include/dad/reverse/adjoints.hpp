// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The adjoints of a recording, and the sweeps that fill them: over its rows, and the steps deferred between
// them.

#pragma once

#include <cstddef>

#include <dad/core/list_view.hpp>
#include <dad/reverse/deferred.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/statement.hpp>
#include <dad/reverse/stream.hpp>

namespace dad::detail {

/// Value i, counted from 1, has its adjoint at i.
template <class T>
class tape_adjoints {
 public:
  [[nodiscard]] T* begin() noexcept { return values_.begin(); }
  [[nodiscard]] list_view<const T> view() const noexcept { return {values_.begin(), values_.size()}; }
  [[nodiscard]] std::size_t bytes() const noexcept { return values_.bytes() + lanes_.bytes(); }
  /// The adjoint by the last sweep; zero before any.
  [[nodiscard]] T at(std::size_t index) const {
    return index < values_.size() ? values_.begin()[index] : T(0);
  }

  void clear() noexcept { values_.resize_down(0); }
  /// Forgets those of all but the first so many values.
  void cut(std::size_t values) noexcept {
    if (values_.size() > values + 1) values_.resize_down(values + 1);
  }

  /// So many, all zero.
  T* restart(std::size_t values) {
    clear();
    values_.resize(values + 1);
    return begin();
  }
  /// So many, of which the first `kept` stay as they are and the others are zero.
  T* extend(std::size_t kept, std::size_t values) {
    values_.resize(kept + 1);
    values_.resize(values + 1);
    return begin();
  }

  /// Propagates from the newest value down to those after `first`.
  [[gnu::noinline]] void sweep(const rows<T>& recorded, const deferred_steps<T>& deferred,
                               const mark& first) {
    sweep(recorded, deferred, first, begin());
  }

  /// take(k, adjoints) for each ys[k], as tape::backward_all says.
  template <class Outputs, class Take>
  void sweep_each(const rows<T>& recorded, const deferred_steps<T>& deferred, const Outputs& ys, Take& take) {
    for (std::size_t first = 0; first < ys.size();) {
      const std::size_t left = ys.size() - first;
      if (!deferred.empty())  // its steps take one seed at a time
        sweep_block<1>(recorded, deferred, ys, first, take), first += 1;
      else if (left > 4)
        sweep_block<8>(recorded, deferred, ys, first, take), first += 8;
      else if (left > 2)
        sweep_block<4>(recorded, deferred, ys, first, take), first += 4;
      else
        sweep_block<2>(recorded, deferred, ys, first, take), first += 2;
    }
  }

 private:
  /// The adjoints of one seed among N.
  struct lane {
    const T* adjoints;
    std::size_t stride;
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return adjoints[index * stride]; }
  };

  template <std::size_t N, class Outputs, class Take>
  void sweep_block(const rows<T>& recorded, const deferred_steps<T>& deferred, const Outputs& ys,
                   std::size_t first, Take& take) {
    const std::size_t count = ys.size() - first < N ? ys.size() - first : N;
    lanes_.resize_down(0);
    lanes_.resize(N * (recorded.value_count() + 1));
    for (std::size_t k = 0; k < count; ++k)
      if (ys[first + k].is_active()) lanes_.begin()[N * ys[first + k].index() + k] = T(1);
    if constexpr (N == 1)
      sweep(recorded, deferred, {}, lanes_.begin());
    else
      recorded.template sweep_lanes<N>({}, recorded.here(), lanes_.begin());
    for (std::size_t k = 0; k < count; ++k) take(first + k, lane{lanes_.begin() + k, N});
  }

  // What is deferred comes between the stretches of rows around it.
  static void sweep(const rows<T>& recorded, const deferred_steps<T>& deferred, const mark& first,
                    T* values) {
    mark last = recorded.here();
    deferred.for_each_newest(first.values, [&](const mark& after, deferred_step<T>& step) {
      recorded.sweep(after, last, values);
      step.sweep(values);
      last = after;
    });
    recorded.sweep(first, last, values);
  }

  stream<T> values_;
  stream<T> lanes_;  // of sweep_each
};

}  // namespace dad::detail
