// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ways to differentiate with the number types alone, all behind one interface: a mode takes a callable of
// N operands and a point, and gives value and first partials, and second ones where it can.

#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

template <std::size_t N>
struct outcome {
  double value = 0;
  std::array<double, N> first{};
  std::array<std::array<double, N>, N> second{};
};

template <std::size_t N>
using operands = std::array<double, N>;

template <class S, std::size_t N, class F>
S call_with(const F& f, const std::array<S, N>& x) {
  return std::apply(f, x);
}

/// f with operand I alone as an S, the others as plain numbers.
template <std::size_t I, class S, std::size_t N, class F>
S call_with_one(const F& f, const S& active, const operands<N>& x) {
  auto pick = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) -> decltype(auto) {
    if constexpr (I == J)
      return static_cast<const S&>(active);
    else
      return static_cast<const double&>(x[J]);
  };
  return [&]<std::size_t... J>(std::index_sequence<J...>) {
    return S(f(pick(std::integral_constant<std::size_t, J>{})...));
  }
  (std::make_index_sequence<N>{});
}

/// fn(std::integral_constant<std::size_t, I>{}) for I < N.
template <std::size_t N, class Fn>
void for_each_index(Fn&& fn) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (fn(std::integral_constant<std::size_t, I>{}), ...); }
  (std::make_index_sequence<N>{});
}

/// dual<double, 1>, one operand after the other, the rest plain numbers.
struct forward {
  static constexpr const char* name = "forward";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y;
    for_each_index<N>([&](auto i) {
      const auto r = call_with_one<i>(f, dad::dual<double, 1>(x[i], 1.0), x);
      y.value = r.value();
      y.first[i] = r.tangent();
    });
    return y;
  }
};

/// dual<double, N>, every operand a unit direction.
struct vector_forward {
  static constexpr const char* name = "vector forward";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    std::array<dad::dual<double, N>, N> active;
    for (std::size_t i = 0; i < N; ++i) {
      active[i] = x[i];
      active[i].tangent(i) = 1;
    }
    const auto r = call_with(f, active);
    outcome<N> y;
    y.value = r.value();
    for (std::size_t i = 0; i < N; ++i) y.first[i] = r.tangent(i);
    return y;
  }
};

/// The tape with every operand an input.
struct reverse {
  static constexpr const char* name = "reverse";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    dad::tape<> tape;
    const auto guard = tape.activate();
    std::array<dad::var<>, N> active;
    for (std::size_t i = 0; i < N; ++i) {
      active[i] = x[i];
      tape.input(active[i]);
    }
    const auto r = call_with(f, active);
    outcome<N> y;
    y.value = r.value();
    if (!r.is_active()) return y;
    tape.backward(r);
    for (std::size_t i = 0; i < N; ++i) y.first[i] = active[i].adjoint();
    return y;
  }
};

/// The tape with one operand an input and the rest plain numbers.
struct reverse_one {
  static constexpr const char* name = "reverse, one operand";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y;
    for_each_index<N>([&](auto i) {
      dad::tape<> tape;
      const auto guard = tape.activate();
      dad::var<> active = x[i];
      tape.input(active);
      const auto r = call_with_one<i>(f, active, x);
      y.value = r.value();
      if (!r.is_active()) return;
      tape.backward(r);
      y.first[i] = active.adjoint();
    });
    return y;
  }
};

/// Duals of duals, in all directions at both levels.
struct forward_over_forward {
  static constexpr const char* name = "forward over forward";
  static constexpr int order = 2;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    using inner = dad::dual<double, N>;
    std::array<dad::dual<inner, N>, N> active;
    for (std::size_t i = 0; i < N; ++i) {
      inner v = x[i];
      v.tangent(i) = 1;
      active[i].value() = v;
      active[i].tangent(i) = inner(1);
    }
    const auto r = call_with(f, active);
    outcome<N> y;
    y.value = dad::value(r);
    for (std::size_t i = 0; i < N; ++i) {
      y.first[i] = r.tangent(i).value();
      for (std::size_t j = 0; j < N; ++j) y.second[i][j] = r.tangent(i).tangent(j);
    }
    return y;
  }
};

/// A tape of duals.
struct forward_over_reverse {
  static constexpr const char* name = "forward over reverse";
  static constexpr int order = 2;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    using inner = dad::dual<double, N>;
    dad::tape<inner> tape;
    const auto guard = tape.activate();
    std::array<dad::var<inner>, N> active;
    for (std::size_t i = 0; i < N; ++i) {
      inner v = x[i];
      v.tangent(i) = 1;
      active[i] = v;
      tape.input(active[i]);
    }
    const auto r = call_with(f, active);
    outcome<N> y;
    y.value = dad::value(r);
    if (!r.is_active()) return y;
    tape.backward(r);
    for (std::size_t i = 0; i < N; ++i) {
      const inner adjoint = active[i].adjoint();
      y.first[i] = adjoint.value();
      for (std::size_t j = 0; j < N; ++j) y.second[i][j] = adjoint.tangent(j);
    }
    return y;
  }
};

using number_modes =
    std::tuple<forward, vector_forward, reverse, reverse_one, forward_over_forward, forward_over_reverse>;
