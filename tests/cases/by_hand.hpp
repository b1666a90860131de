// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Two more ways to evaluate the tables of cases, with the interface of batches: by hand, with numbers and a
// tape but without dad's drivers and structures; and by one call of a driver per input.

#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "cases/loma.hpp"
#include "catch.hpp"

#include <dad/dad.hpp>

namespace by_hand {

using loma::row;

/// The same structure with every real replaced by to(real); ints are data. (Found through the namespace of
/// `to`.)
template <class To>
auto lift(double x, const To& to) {
  return to(x);
}
template <class To>
int lift(int x, const To&) {
  return x;
}
template <class E, std::size_t N, class To>
auto lift(const std::array<E, N>& xs, const To& to) {
  std::array<decltype(lift(xs[0], to)), N> lifted{};
  for (std::size_t i = 0; i < N; ++i) lifted[i] = lift(xs[i], to);
  return lifted;
}
template <class E, class To>
auto lift(const std::vector<E>& xs, const To& to) {
  std::vector<decltype(lift(xs[0], to))> lifted;
  for (const E& x : xs) lifted.push_back(lift(x, to));
  return lifted;
}
template <class... X, class To>
auto lift(const std::tuple<X...>& xs, const To& to) {
  return std::apply([&](const auto&... x) { return std::tuple<decltype(lift(x, to))...>{lift(x, to)...}; },
                    xs);
}
template <class To>
auto lift(const loma::with_int<double>& s, const To& to) {
  return loma::with_int<decltype(to(s.x))>{to(s.x), s.y};
}
template <class To>
auto lift(const loma::outer<double>& s, const To& to) {
  using T = decltype(to(s.x));
  const T x = to(s.x);
  return loma::outer<T>{x, loma::inner<T>{s.y.z, to(s.y.w)}};
}
template <class To>
auto lift(const loma::with_array<double>& s, const To& to) {
  return loma::with_array<decltype(to(s.values[0]))>{lift(s.values, to)};
}

/// use(real) for every real, in order.
template <class T, class Use>
requires(dad::scalar<T> || std::is_arithmetic_v<T>) void visit(const T& x, const Use& use) {
  if constexpr (!std::is_integral_v<T>) use(x);
}
template <class E, std::size_t N, class Use>
void visit(const std::array<E, N>& xs, const Use& use) {
  for (const E& x : xs) visit(x, use);
}
template <class E, class Use>
void visit(const std::vector<E>& xs, const Use& use) {
  for (const E& x : xs) visit(x, use);
}
template <class... X, class Use>
void visit(const std::tuple<X...>& xs, const Use& use) {
  std::apply([&](const auto&... x) { (visit(x, use), ...); }, xs);
}
template <class T, class Use>
void visit(const loma::with_int<T>& s, const Use& use) {
  use(s.x);
}
template <class T, class Use>
void visit(const loma::outer<T>& s, const Use& use) {
  use(s.x), use(s.y.w);
}
template <class T, class Use>
void visit(const loma::with_array<T>& s, const Use& use) {
  visit(s.values, use);
}

template <class X>
row row_of(const X& x) {
  row numbers;
  visit(x, [&](double real) { numbers.push_back(real); });
  return numbers;
}

template <class F, class X>
auto evaluate(const F& f, const X& x) {
  if constexpr (requires { f(x); })
    return f(x);
  else
    return std::apply(f, x);
}

template <class Value>
struct pushed {
  Value value;
  row tangent;
};
struct pulled {
  row adjoint;
};

/// One dual per real of the point.
template <class F, class X>
auto push(const F& f, const X& x, const row& direction) {
  std::size_t k = 0;
  const auto y = evaluate(f, lift(x, [&](double real) { return dad::dual<>(real, direction.at(k++)); }));
  REQUIRE(k == direction.size());
  const auto value = evaluate(f, x);
  row values, tangents;
  if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(y)>>)
    tangents.push_back(0.0);
  else
    visit(y, [&](const dad::dual<>& real) {
      values.push_back(real.value());
      tangents.push_back(real.tangent());
    });
  CHECK(values == (values.empty() ? row{} : row_of(value)));  // differentiation does not change the value
  return pushed<std::remove_cv_t<decltype(value)>>{value, tangents};
}

/// One recording and one sweep.
template <class F, class X>
row pull(const F& f, const X& x, const row& seeds) {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<dad::var<>> inputs, outputs;
  const auto point = lift(x, [&](double real) {
    dad::var<> input = real;
    t.input(input);
    inputs.push_back(input);
    return input;
  });
  const auto y = evaluate(f, point);
  bool is_active = false;
  if constexpr (!std::is_arithmetic_v<std::remove_cvref_t<decltype(y)>>)
    visit(y, [&](const dad::var<>& output) {
      outputs.push_back(output);
      is_active = is_active || output.is_active();
    });
  if (is_active) t.backward(outputs, seeds);
  row adjoints;
  for (const auto& input : inputs) adjoints.push_back(input.adjoint());
  return adjoints;
}

struct numbers {
  [[nodiscard]] static bool has_results() { return true; }
  template <class F, class X>
  [[nodiscard]] static auto jvp(const F& f, const std::vector<X>& inputs, const std::vector<X>& directions) {
    std::vector<decltype(push(f, inputs[0], row{}))> r;
    for (std::size_t i = 0; i < inputs.size(); ++i) r.push_back(push(f, inputs[i], row_of(directions[i])));
    return r;
  }
  template <class F, class X, class W>
  [[nodiscard]] static auto vjp(const F& f, const std::vector<X>& inputs, const std::vector<W>& seeds) {
    std::vector<pulled> r;
    for (std::size_t i = 0; i < inputs.size(); ++i) r.push_back({pull(f, inputs[i], row_of(seeds[i]))});
    return r;
  }
};

struct drivers {
  [[nodiscard]] static bool has_results() { return true; }
  template <class F, class X>
  [[nodiscard]] static auto jvp(const F& f, const std::vector<X>& inputs, const std::vector<X>& directions) {
    std::vector<decltype(dad::jvp(f, inputs[0], directions[0]))> r;
    for (std::size_t i = 0; i < inputs.size(); ++i) r.push_back(dad::jvp(f, inputs[i], directions[i]));
    return r;
  }
  template <class F, class X, class W>
  [[nodiscard]] static auto vjp(const F& f, const std::vector<X>& inputs, const std::vector<W>& seeds) {
    std::vector<decltype(dad::vjp(f, inputs[0], seeds[0]))> r;
    for (std::size_t i = 0; i < inputs.size(); ++i) r.push_back(dad::vjp(f, inputs[i], seeds[i]));
    return r;
  }
};

}  // namespace by_hand
