// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// So many inputs that they take their paths some at a time: what is known of paths from the first holds for
// the others.

#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "replay/path_functions.hpp"
#include "replay/same_bits.hpp"

#include <dad/dad.hpp>

namespace {

using test::input;

constexpr std::size_t count = 60'000;  // about six times what goes at once

// Inputs of the eight paths; the last of some is far away.
std::vector<input> inputs_with_outliers(const std::vector<std::size_t>& outliers) {
  auto inputs = test::path_inputs(count);
  for (const std::size_t i : outliers) inputs[i] = {1, 1, 100 + static_cast<double>(i)};
  return inputs;
}

}  // namespace

TEST_CASE("many inputs have the bits that few have, and each path is recorded once") {
  const auto inputs = inputs_with_outliers({});
  int calls = 0;
  const auto f = [&calls](const auto& x) {
    ++calls;
    return test::eight_paths()(x);
  };
  for (const int threads : {1, 2}) {
    calls = 0;
    const auto all = dad::batch_eval(f, inputs, {.threads = threads});
    CHECK(calls <= 2 * 8);  // the second call of each looks for impurity
    for (std::size_t first = 0; first < count; first += 1500) {
      const std::vector<input> some(inputs.begin() + static_cast<std::ptrdiff_t>(first),
                                    inputs.begin() + static_cast<std::ptrdiff_t>(first + 1500));
      const auto part = dad::batch_eval(f, some);
      REQUIRE(test::same_bits(part.values(), all.values().subspan(first, 1500)));
      REQUIRE(test::same_bits(part.gradients(), all.gradients().subspan(3 * first, 3 * 1500)));
    }
  }
}

TEST_CASE("a path that is rare at first") {
  const std::vector<std::size_t> outliers{5, 45'000, 45'001, 59'999};
  const auto inputs = inputs_with_outliers(outliers);
  int far = 0;
  const auto f = [&far](const auto& x) {
    if (x[2] > 50) {
      ++far;
      return x[2] * x[2] + x[0];
    }
    return test::eight_paths()(x);
  };
  const auto r = dad::batch_eval(f, inputs);
  CHECK(far == 2);
  for (const std::size_t i : outliers) {
    CHECK(r[i].value == inputs[i][2] * inputs[i][2] + 1);
    CHECK(r[i].gradient == input{1, 0, 2 * inputs[i][2]});
  }
  CHECK(r[7].value == dad::batch_eval(f, std::vector{inputs[7]})[0].value);
}

TEST_CASE("an impure function that shows itself late") {
  const auto inputs = inputs_with_outliers({5, 45'000, 45'001, 59'999});
  int far = 0;
  const auto f = [&far](const auto& x) {
    if (x[2] > 50) return x[2] * static_cast<double>(++far);
    return test::eight_paths()(x);
  };
  const auto r = dad::batch_eval(f, inputs);
  // The two that were compared, then the others in order.
  CHECK(r[5].value == inputs[5][2]);
  CHECK(r[45'000].value == inputs[45'000][2] * 2);
  CHECK(r[45'001].value == inputs[45'001][2] * 3);
  CHECK(r[59'999].value == inputs[59'999][2] * 4);
  CHECK(r[59'999].gradient == input{0, 0, 4});
  for (const std::size_t i : {std::size_t{8}, std::size_t{30'001}, std::size_t{59'998}}) {
    const auto one = dad::value_and_gradient(test::eight_paths(), inputs[i]);
    CHECK(r[i].value == Approx(one.value).epsilon(1e-12));
    for (std::size_t k = 0; k < 3; ++k) CHECK(r[i].gradient[k] == Approx(one.gradient[k]).epsilon(1e-12));
  }
}

TEST_CASE("sums of many inputs call the function once or twice for each path") {
  const auto inputs = inputs_with_outliers({5, 45'000});
  int calls = 0;
  const auto f = [&calls](const auto& w, const auto& x) {
    ++calls;
    if (x[2] > 50) return w[1] * x[2];
    return w[0] * (x[0] > 0 ? x[2] : x[2] * x[2]);
  };
  double first = 0;
  double second = 0;
  for (const input& x : inputs) {
    if (!(x[2] == x[2])) continue;
    if (x[2] > 50)
      second += x[2];
    else
      first += x[0] > 0 ? x[2] : x[2] * x[2];
  }
  auto finite = inputs;
  std::erase_if(finite, [](const input& x) { return !(x[2] == x[2]); });
  const auto [value, gradient] = dad::batch_sum(f, std::vector{2.0, 3.0}, finite);
  CHECK(calls <= 2 * 3);
  CHECK(value == Approx(2 * first + 3 * second).epsilon(1e-12));
  CHECK(gradient[0] == Approx(first).epsilon(1e-12));
  CHECK(gradient[1] == Approx(second).epsilon(1e-12));
}
