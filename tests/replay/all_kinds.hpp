// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every kind of batch over inputs of one structure, for several numbers of inputs, against the drivers for
// one input.

#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include "replay/against_single.hpp"
#include "replay/points.hpp"

namespace test {

/// The structure of x with other reals, for input i.
template <class X>
auto varied(const X& x, std::size_t i) {
  std::vector<double> reals(dad::detail::real_count(x));
  for (std::size_t k = 0; k < reals.size(); ++k) reals[k] = spread(3 * i + 7 * k, k, -1, 2);
  return dad::detail::structured_like<double>(x, reals);
}

template <class Inputs>
auto directions_of(const Inputs& inputs) {
  const auto items = dad::detail::items_of(inputs);
  std::vector<decltype(varied(items[0], 0))> all;
  for (std::size_t i = 0; i < items.size(); ++i) all.push_back(varied(items[i], i));
  return all;
}

/// One seed for each input, with the structure of f's result there.
template <class F, class Inputs>
auto seeds_of(const F& f, const Inputs& inputs) {
  const auto items = dad::detail::items_of(inputs);
  const auto seed_at = [&](std::size_t i) {
    return varied(dad::value_and_jacobian(f, items[i]).value, i + 5);
  };
  std::vector<decltype(seed_at(0))> all;
  for (std::size_t i = 0; i < items.size(); ++i) all.push_back(seed_at(i));
  return all;
}

/// The parts of batch items have the types of the drivers' results, or are views of vectors.
template <class Part, class Single>
inline constexpr bool is_part_of = std::is_same_v<Part, Single> ||
                                   (std::is_same_v<Part, dad::row_view> &&
                                    std::is_same_v<Single, std::vector<double>>);

inline constexpr std::size_t counts[] = {0, 1, 7, 64, 65, 1000};

/// f returns a scalar, g any result. inputs_of(count) gives the inputs.
template <class F, class InputsOf>
void check_scalar_kinds(const F& f, InputsOf&& inputs_of, double tolerance = rounding) {
  for (const std::size_t count : counts) {
    CAPTURE(count);
    const auto& inputs = inputs_of(count);
    const auto directions = directions_of(inputs);
    check_eval(f, inputs, tolerance);
    check_hvp(f, inputs, directions, tolerance);
    check_hessian(f, inputs, tolerance);
    const auto r = dad::batch_eval(f, inputs);
    using single = decltype(dad::gradient(f, dad::detail::items_of(inputs)[0]));
    STATIC_REQUIRE(is_part_of<std::remove_cvref_t<decltype(r[0].gradient)>, single>);
  }
}

template <class G, class InputsOf>
void check_vector_kinds(const G& g, InputsOf&& inputs_of, double tolerance = rounding) {
  for (const std::size_t count : counts) {
    CAPTURE(count);
    const auto& inputs = inputs_of(count);
    check_jvp(g, inputs, directions_of(inputs), tolerance);
    check_vjp(g, inputs, seeds_of(g, inputs), tolerance);
    check_jacobian(g, inputs, tolerance);
  }
}

/// batch_sum of h(shared, item) over the items against the sum of the terms' gradients.
template <class H, class Shared, class InputsOf>
void check_sum(const H& h, const Shared& shared, InputsOf&& inputs_of, double tolerance = 1e-12) {
  for (const std::size_t count : counts) {
    CAPTURE(count);
    const auto& inputs = inputs_of(count);
    const auto items = dad::detail::items_of(inputs);
    const auto s = dad::batch_sum(h, shared, inputs);
    double value = 0, size = 0;
    std::vector<double> gradient(dad::detail::real_count(shared), 0.0), sizes = gradient;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto one = dad::value_and_gradient([&](const auto& point) { return h(point, items[i]); }, shared);
      const auto row = row_of(one.gradient);
      value += one.value, size += std::abs(one.value);
      for (std::size_t k = 0; k < row.size(); ++k) gradient[k] += row[k], sizes[k] += std::abs(row[k]);
    }
    double all = size;
    for (const double k : sizes) all = std::max(all, k);
    CHECK(disagreement({s.value}, {value}, tolerance, all) == "");
    CHECK(disagreement(row_of(s.gradient), gradient, tolerance, 1e-2 * all) == "");
    STATIC_REQUIRE(
        std::is_same_v<decltype(s.gradient), decltype(dad::batch_sum(h, shared, inputs).gradient)>);
  }
}

}  // namespace test
