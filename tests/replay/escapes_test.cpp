// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that read the plain number of a scalar: what they do with it is right for every input.

#include "replay/against_single.hpp"

#include <iomanip>
#include <sstream>

#include "core/close.hpp"
#include "replay/points.hpp"

namespace {

using test::check_eval;
using test::check_first_and_second;

const auto inputs = test::numbers(150, -2, 3);

TEST_CASE("a number that is read counts as a constant") {
  check_first_and_second([](const auto& x) { return x * dad::value(x); }, inputs);
  check_first_and_second([](const auto& x) { return x * x.value(); }, inputs);
  check_first_and_second([](const auto& x) { return x * static_cast<double>(x); }, inputs);
  check_first_and_second([](const auto& x) { return x * x * static_cast<float>(x); }, inputs);
  const auto r = dad::batch_eval([](const auto& x) { return x * x * dad::value(x); }, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    REQUIRE(r[i].gradient == close_to(2 * inputs[i] * inputs[i], 1e-14));
}

TEST_CASE("a branch on a number that was read") {
  check_eval([](const auto& x) { return dad::value(x) > 1 ? x * x : 3 * x; }, inputs);
  check_eval([](const auto& x) { return std::isnan(std::log(dad::value(x))) ? -x : log(x); }, inputs);
  check_eval([](const auto& x) { return std::floor(static_cast<double>(x)) * x; }, inputs);
}

TEST_CASE("the number of an intermediate result") {
  check_eval(
      [](const auto& x) {
        const auto y = sin(x) + x;
        return y * std::exp(dad::value(y));
      },
      inputs);
}

TEST_CASE("a number that is read on some paths only") {
  check_eval([](const auto& x) { return x > 2 ? x * dad::value(x) : x * x; }, inputs);
  check_eval(
      [](const auto& x) {
        if (x > 0 && x < 1) return x + dad::value(x);
        if (x > 2) return x * x * dad::value(x);
        return exp(x);
      },
      inputs);
}

TEST_CASE("printing inside f") {
  SECTION("for the log alone") {
    std::ostringstream log;
    const auto f = [&log](const auto& x) {
      const auto y = x * x;
      log << std::setprecision(17) << y << ' ';
      return y * x;
    };
    check_eval(
        f, [](const auto& x) { return x * x * x; }, inputs);
    // Every input has its line.
    std::istringstream lines(log.str());
    std::vector<double> printed;
    for (double y; lines >> y;) printed.push_back(y);
    for (const double x : inputs) CHECK(std::count(printed.begin(), printed.end(), x * x) >= 1);
  }
  SECTION("and read again") {
    check_eval(
        [](const auto& x) {
          std::stringstream text;
          text << std::setprecision(17) << x;
          double same = 0;
          text >> same;
          return x * same;
        },
        inputs);
    check_eval(
        [](const auto& x) {
          std::ostringstream text;
          text << dad::value(x);
          return x * static_cast<int>(text.str().size());
        },
        inputs);
  }
}

TEST_CASE("plain numbers as a result") {
  check_eval([](const auto& x) { return dad::value(x) * 2; }, inputs);
  check_eval([](const auto& x) { return static_cast<double>(x); }, inputs);
  check_eval([](const auto& x) { return static_cast<int>(dad::value(x) > 0); }, inputs);
}

TEST_CASE("plain numbers by way of memory") {
  // What f leaves behind for its own later lines.
  std::vector<double> scratch(3);
  check_eval(
      [&scratch](const auto& x) {
        for (std::size_t k = 0; k < 3; ++k) scratch[k] = dad::value(x) * static_cast<double>(k);
        auto sum = 0 * x;
        for (const double s : scratch) sum += s * x;
        return sum;
      },
      inputs);
}

TEST_CASE("a tape by hand inside f") {
  const auto slope_of_cube = [](double x) {
    dad::tape<> t;
    const auto guard = t.activate();
    dad::var<> v = x;
    t.input(v);
    const auto y = v * v * v;
    t.backward(y);
    return v.adjoint();
  };
  check_eval([&](const auto& x) { return sin(x) * slope_of_cube(dad::value(x)) + x; }, inputs);
  // Of a number that does not change with the input.
  check_eval([&](const auto& x) { return sin(x) * slope_of_cube(2.0) + x; }, inputs);
}

TEST_CASE("batches of plain numbers inside f") {
  const auto inner = [](const auto& y) { return exp(-y) * y; };
  check_eval(
      [&](const auto& x) {
        return x * dad::batch_eval(inner, std::vector{1.0, 2.0, 3.0})[2].gradient;
      },
      inputs);
  check_eval(
      [&](const auto& x) {
        const auto r = dad::batch_eval(inner, std::vector{dad::value(x), 2.0});
        return x * r[0].gradient + r[1].value * x * x;
      },
      inputs);
  check_eval(
      [&](const auto& x) {
        const auto s = dad::batch_sum([](const auto& w, const auto& y) { return w * w * y; }, 3.0,
                                      std::vector{1.0, 2.0, 3.0});
        return cos(x) * s.gradient;
      },
      inputs);
}

// Evaluates itself, in plain numbers, for two neighbours.
struct recursive {
  int depth;
  template <class T>
  T operator()(const T& x) const {
    if (depth == 0) return x * x;
    return x * dad::batch_eval(recursive{depth - 1}, std::vector{1.5, 2.5})[0].gradient;
  }
};

TEST_CASE("the same function as its own inner batch") { check_eval(recursive{3}, inputs); }

}  // namespace

TEST_CASE("f that reads a number is called once per input, but for two recordings of each path") {
  int calls = 0;
  const auto f = [&](const auto& x) {
    ++calls;
    if (x > 50.0) return x * dad::value(x);
    if (dad::value(x) > 20.0 && dad::value(x) < 22.0) throw std::runtime_error("between");
    return x * x;
  };
  std::vector<double> inputs;
  for (int i = 0; i < 100; ++i) inputs.push_back(i + 0.25);
  const auto r = dad::batch_eval(f, inputs, {.on_error = dad::on_error::collect});
  CHECK(calls == 100 + 2 * 2);
  CHECK(r.errors().size() == 2);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i == 20 || i == 21) continue;
    CHECK(r[i].value == inputs[i] * inputs[i]);
    CHECK(r[i].gradient == (i < 50 ? 2.0 : 1.0) * inputs[i]);
  }
  calls = 0;
  const auto sum = dad::batch_sum(
      [&](const auto& w, const auto& x) {
        ++calls;
        return w * dad::value(x);
      },
      1.0, inputs);
  CHECK(calls == 100 + 2);
  CHECK(sum.gradient == 4975.0);
}
