// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every kind of batch over inputs that are one number.

#include "replay/all_kinds.hpp"

namespace {

const auto scalar = [](const auto& x) { return sin(x) * x + (x > 0.5 ? exp(0.3 * x) : 2 * x); };
const auto several = [](const auto& x) {
  using T = std::remove_cvref_t<decltype(x)>;
  return std::array<T, 3>{x * x, x > 0 ? tanh(x) : T(-x), T(3)};
};
const auto term = [](const auto& w, const auto& x) { return w * w * x + (x > 0.5 ? sin(w * x) : 0 * w); };

template <class X>
std::vector<X> numbers(std::size_t count, double low, double high) {
  const auto x = test::numbers(count, low, high);
  std::vector<X> converted;
  for (const double v : x) converted.push_back(static_cast<X>(v));
  return converted;
}

TEST_CASE("doubles") {
  const auto inputs = [](std::size_t count) { return numbers<double>(count, -2, 3); };
  test::check_scalar_kinds(scalar, inputs);
  test::check_vector_kinds(several, inputs);
  test::check_sum(term, 1.5, inputs);
}

TEST_CASE("floats, whose gradients are narrowed") {
  const auto inputs = [](std::size_t count) { return numbers<float>(count, -2, 3); };
  test::check_scalar_kinds(scalar, inputs, 2e-7);
  test::check_vector_kinds(several, inputs, 2e-7);
  test::check_sum(term, 1.5F, inputs, 2e-6);
}

TEST_CASE("integers, which are promoted") {
  const auto inputs = [](std::size_t count) { return numbers<int>(count, -5, 6); };
  test::check_scalar_kinds(scalar, inputs);
  test::check_vector_kinds(several, inputs);
  test::check_sum(term, 2, inputs);
}

TEST_CASE("arrays of integers, vectors of floats") {
  const auto f = [](const auto& x) { return x[0] * x[1] + (x[1] > 0 ? exp(0.2 * x[0]) : x[0] * x[0]); };
  test::check_scalar_kinds(f, [](std::size_t count) {
    std::vector<std::array<int, 2>> x;
    for (std::size_t i = 0; i < count; ++i)
      x.push_back({static_cast<int>(i % 7) - 3, static_cast<int>(i % 5) - 2});
    return x;
  });
  test::check_scalar_kinds(
      f,
      [](std::size_t count) {
        std::vector<std::vector<float>> x;
        for (std::size_t i = 0; i < count; ++i) {
          x.emplace_back(2 + i % 3);
          for (std::size_t k = 0; k < x.back().size(); ++k)
            x.back()[k] = static_cast<float>(test::spread(i, k, -2, 2));
        }
        return x;
      },
      2e-7);
}

}  // namespace
