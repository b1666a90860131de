// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Casts to integers and bool: inputs with the same integer are of one kind, whatever it is used for.

#include "replay/against_single.hpp"

#include <cstdint>

#include "core/close.hpp"
#include "replay/points.hpp"

namespace {

using test::check_eval;
using test::check_first_and_second;

const auto inputs = test::numbers(300, -6, 6);

TEST_CASE("a table looked up by a cast") {
  const std::vector table{1.5, -2.0, 3.25, 0.5, 7.0, -1.0};
  const auto f = [&table](const auto& x) { return table[static_cast<std::size_t>(int(abs(x)))] * x * x; };
  check_first_and_second(f, inputs);
  const auto r = dad::batch_eval(f, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double c = table[static_cast<std::size_t>(std::abs(inputs[i]))];
    REQUIRE(r[i].value == close_to(c * inputs[i] * inputs[i], 1e-14));
    REQUIRE(r[i].gradient == close_to(2 * c * inputs[i], 1e-14));
  }
}

TEST_CASE("linear interpolation in a table") {
  std::vector<double> knots;
  for (int k = 0; k <= 40; ++k) knots.push_back(std::sin(0.3 * k));
  check_eval(
      [&knots](const auto& x) {
        const auto place = (x + 6) / 0.3;
        const auto k = static_cast<std::size_t>(place);
        const auto t = place - static_cast<double>(k);
        return (1 - t) * knots[k] + t * knots[k + 1];
      },
      inputs);
}

TEST_CASE("casts to every type of integer") {
  check_eval([](const auto& x) { return x * int(x); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<double>(static_cast<long>(1000 * x)); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<double>(static_cast<long long>(x * 1e9)); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<short>(x); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<signed char>(x * 20); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<unsigned>(abs(x)); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<unsigned char>(abs(x) * 40); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<std::uint16_t>(x * x); }, inputs);
}

TEST_CASE("casts round towards zero on both sides") {
  const std::vector around{-2.0, -1.5, -1.0, -0.5,      -0.0,        0.0,         0.5,
                           1.0,  1.5,  2.0,  0x1p-1074, 1 - 0x1p-53, -1 + 0x1p-53};
  check_eval([](const auto& x) { return x + int(x); }, around);
  check_eval([](const auto& x) { return x * x + static_cast<double>(static_cast<std::int64_t>(x)) * x; },
             std::vector{0x1p52, 0x1p53 + 2, -0x1p62, 1e15 + 0.5, 123456789.75});
}

TEST_CASE("bool casts") {
  const std::vector x{0.0, 1.0, -0.0, 2.0, 0.0, -3.0, 0x1p-1074, std::nan(""), 4.0};
  check_eval([](const auto& y) { return y + (bool(y) ? 10 : 20); }, x);
  check_eval([](const auto& y) { return static_cast<bool>(y) ? y * y : y + 1; }, x);
  check_eval([](const auto& y) { return y + static_cast<bool>(y - 2); }, x);
}

TEST_CASE("a switch and a loop on a cast") {
  check_eval(
      [](const auto& x) {
        switch (static_cast<int>(floor(x)) % 3) {
          case 0:
            return x * x;
          case 1:
            return sin(x);
          case -1:
            return cos(x);
          default:
            return 0 * x + 7;
        }
      },
      inputs);
  check_eval(
      [](const auto& x) {
        auto y = x;
        for (int k = 0; k < static_cast<int>(abs(x)); ++k) y = y * 0.5 + sin(y);
        return y;
      },
      inputs);
}

TEST_CASE("rounding functions are operations, and their casts are guards") {
  check_eval([](const auto& x) { return x * floor(x) + ceil(x) * round(x) - trunc(x) * rint(x); }, inputs);
  check_eval([](const auto& x) { return x * static_cast<int>(round(x)) + static_cast<int>(ceil(x)); },
             inputs);
}

TEST_CASE("buckets and digits") {
  check_eval(
      [](const auto& x) {
        // a histogram of one input's digits
        int counts[10] = {};
        long digits = static_cast<long>(abs(x) * 1000);
        for (; digits > 0; digits /= 10) ++counts[digits % 10];
        auto sum = 0 * x;
        for (int k = 0; k < 10; ++k) sum += counts[k] * k * x;
        return sum;
      },
      inputs);
}

TEST_CASE("every input has an integer of its own") {
  std::vector<double> x(1000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.5 + static_cast<double>(i);
  check_eval([](const auto& y) { return y * y / (1 + static_cast<long>(y)); }, x);
}

TEST_CASE("an integer result") {
  check_eval([](const auto& x) { return static_cast<int>(x); }, inputs);
  check_eval([](const auto& x) { return static_cast<int>(x > 0); }, inputs);
  check_eval([](const auto&) { return 7; }, inputs);
  check_eval([](const auto& x) { return static_cast<unsigned long>(x * x); }, inputs);
}

}  // namespace
