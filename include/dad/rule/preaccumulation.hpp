// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A region of a recording that is replaced by its Jacobian.

#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <tuple>
#include <vector>

#include <dad/rule/recorded_region.hpp>

namespace dad {

/// From here to the end of its scope, a region of few inputs and outputs and many operations: at the end,
/// what was recorded in it is replaced on the tape by one row of partials for each of the outputs. These are
/// declared before it and used after it: scalars, or structures of them; inputs need not be named. Nothing
/// else that is computed inside may be used outside, nor may an output be returned from inside: that throws
/// tape_error. Adjoints of earlier sweeps stay. Costs a sweep over the region for each output. With outputs
/// other than var it does nothing, so generic code may have it. Where the scope is left by an exception, or a
/// sweep throws one, the region stays as it is. Source: Griewank and Walther, Evaluating Derivatives (2008),
/// section 10.2.
///
///   T energy = 0;
///   {
///     const dad::preaccumulation region(energy);
///     for (...) energy += many * operations(x, y);
///   }                            // one statement: d(energy) by x and y
template <class... Y>
class [[nodiscard]] preaccumulation {
  using S = detail::base_t<std::tuple<Y...>>;

  template <class V>
  struct region_of {
    struct type {};
  };
  template <class T>
  struct region_of<var<T>> {
    struct type {
      tape<T>* recording = tape<T>::active();
      typename tape<T>::place start = recording ? recording->position() : typename tape<T>::place();
    };
  };

 public:
  explicit preaccumulation(Y&... outputs) : outputs_(outputs...) {}
  preaccumulation(const preaccumulation&) = delete;
  preaccumulation& operator=(const preaccumulation&) = delete;
  ~preaccumulation() {
    if constexpr (detail::is_var<S>) {
      if (region_.recording == nullptr || std::uncaught_exceptions() > exceptions_) return;
      try {
        replace(*region_.recording);
      } catch (...) {  // the region is right as it was recorded
      }
    }
  }

 private:
  template <class T>
  void replace(tape<T>& t) {
    using recorded = detail::recording_access;
    if (t.observer() != nullptr) return;  // who watches the tape is to see the operations
    const auto active = t.activate();
    std::vector<bool> is_inside;
    bool any_inside = false;
    detail::for_each_real(outputs_, [&](const S& y) {
      is_inside.push_back(recorded::is_behind(t, y, region_.start));
      any_inside = any_inside || is_inside.back();
    });
    // With passive outputs the tape may be one that is being swept, for a loop that takes its steps again.
    if (!any_inside) return t.rewind(region_.start);
    std::vector<std::uint32_t> arguments;
    std::vector<std::vector<T>> rows;
    {
      detail::recorded_region<T> region(t, region_.start);
      std::size_t place = 0;
      detail::for_each_real(outputs_, [&](const S& y) {
        if (is_inside[place++]) rows.push_back(region.row_of(y));
      });
      arguments = region.arguments();
    }
    t.rewind(region_.start);
    std::size_t output = 0, row = 0;
    const auto replaced = [&](const S& y) {
      return is_inside[output++] ? recorded::with_row(t, y.value(), arguments, rows[row++]) : y;
    };
    std::apply([&](Y&... y) { (void(y = detail::transform<S>(y, replaced)), ...); }, outputs_);
  }

  std::tuple<Y&...> outputs_;
  [[no_unique_address]] typename region_of<S>::type region_;
  int exceptions_ = std::uncaught_exceptions();
};

}  // namespace dad
