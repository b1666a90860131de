// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that throw at some inputs, by a branch, by a number, by a state of their own: the error belongs
// to those inputs, with its text, and to no others.

#include "replay/against_single.hpp"

#include <functional>
#include <sstream>
#include <stdexcept>

#include "replay/points.hpp"

namespace {

const dad::options collect{.on_error = dad::on_error::collect};
const auto inputs = test::numbers(300, -3, 3);

struct outcome {
  double value = 0, gradient = 0;
  std::string text;
};

/// Every input alone, in order.
template <class F, class Inputs>
std::vector<outcome> one_by_one(const F& f, const Inputs& x) {
  std::vector<outcome> all;
  for (const auto& xi : x) {
    try {
      const auto [value, gradient] = dad::value_and_gradient(f, xi);
      all.push_back({value, gradient, ""});
    } catch (const std::exception& e) {
      all.push_back({0, 0, e.what()});
    } catch (...) {
      all.push_back({0, 0, "unknown exception"});
    }
  }
  return all;
}

/// The batch collects the errors of `same_f` one by one, and raises the first of them.
template <class F, class G>
void check_errors(const F& f, const G& same_f, const std::vector<double>& x) {
  const auto expected = one_by_one(same_f, x);
  const auto r = dad::batch_eval(f, x, collect);
  REQUIRE(r.size() == x.size());
  std::size_t errors = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO("input " << i << " = " << x[i]);
    REQUIRE(r[i].error().text() == expected[i].text);
    REQUIRE(r[i].has_error() == !expected[i].text.empty());
    if (r[i].has_error()) {
      REQUIRE(r[i].error().index() == i);
      REQUIRE(r.errors()[errors++].index() == i);
      REQUIRE(std::isnan(r[i].value));
      REQUIRE(std::isnan(r[i].gradient));
    } else {
      REQUIRE(test::disagreement({r[i].value}, {expected[i].value}, test::rounding, 1e-3) == "");
      REQUIRE(test::disagreement({r[i].gradient}, {expected[i].gradient}, test::rounding, 1e-3) == "");
    }
  }
  CHECK(r.errors().size() == errors);
}
template <class F>
void check_errors(const F& f, const std::vector<double>& x) {
  check_errors(f, f, x);
  const auto expected = one_by_one(f, x);
  std::size_t first = 0;
  while (first < x.size() && expected[first].text.empty()) ++first;
  if (first == x.size()) {
    CHECK(dad::batch_eval(f, x).size() == x.size());
    return;
  }
  try {
    (void)dad::batch_eval(f, x);
    FAIL("nothing was thrown");
  } catch (const dad::batch_error& e) {
    CHECK(e.index() == first);
    CHECK(e.text() == expected[first].text);
  }
}

TEST_CASE("by a branch") {
  check_errors(
      [](const auto& x) {
        if (x < -1) throw std::domain_error("below -1");
        return sqrt(1 + x) * x;
      },
      inputs);
}

TEST_CASE("by several branches, with different texts and types") {
  const auto f = [](const auto& x) {
    if (x < -2) throw std::domain_error("below -2");
    const auto y = x * x;
    if (y < 0.5) throw std::string("a string");
    if (x > 0 && y > 4) {
      if (x > 2.5) throw dad::domain_error("dad: above 2.5");
      throw 42;
    }
    return x < 0 ? log(y) : exp(x);
  };
  check_errors(f, inputs);
  // The lowest index, whichever path is seen first.
  auto reversed = inputs;
  std::reverse(reversed.begin(), reversed.end());
  check_errors(f, reversed);
}

TEST_CASE("the only failing input, at every place of a block") {
  const auto f = [](const auto& x) {
    if (x > 1000) throw std::overflow_error("large");
    return x * x;
  };
  for (std::size_t place = 0; place < 70; ++place) {
    auto x = test::numbers(70, -1, 1);
    x[place] = 2000;
    const auto r = dad::batch_eval(f, x, collect);
    REQUIRE(r.errors().size() == 1);
    REQUIRE(r.errors()[0].index() == place);
    try {
      (void)dad::batch_eval(f, x);
      FAIL("nothing was thrown");
    } catch (const dad::batch_error& e) {
      REQUIRE(e.index() == place);
    }
  }
}

TEST_CASE("every input, and the first input alone") {
  check_errors([](const auto& x) -> std::remove_cvref_t<decltype(x)> { throw std::runtime_error("always"); },
               inputs);
  const auto f = [](const auto& x) {
    if (x == -7) throw std::runtime_error("minus seven");
    return x * x;
  };
  check_errors(f, {-7, 1, 2, 3});
  check_errors(f, {-7});
  check_errors(f, {1, -7, -7, 2});
}

TEST_CASE("a text with the number in it") {
  check_errors(
      [](const auto& x) {
        if (x < 0) throw std::domain_error("negative: " + std::to_string(dad::value(x)));
        return sqrt(x);
      },
      inputs);
  check_errors(
      [](const auto& x) {
        if (x < 0) {
          std::ostringstream text;
          text << "negative: " << dad::value(x * x);
          throw std::domain_error(text.str());
        }
        return sqrt(x);
      },
      inputs);
  // An integer is a kind of input, not a number that is read.
  check_errors(
      [](const auto& x) {
        if (x < 0) throw std::domain_error("negative: " + std::to_string(static_cast<int>(x * 2)));
        return sqrt(x);
      },
      inputs);
}

TEST_CASE("std's own errors: at(), stoi, bad_optional_access, bad_function_call") {
  const std::vector table{1.0, 2.0};
  check_errors([&](const auto& x) { return x * table.at(static_cast<std::size_t>(abs(x))); }, inputs);
  check_errors([](const auto& x) { return x > 0 ? x * std::function<double()>()() : x; }, inputs);
}

TEST_CASE("deep inside, with objects on the way") {
  const auto f = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    const std::function<T(const T&, int)> descend = [&](const T& y, int depth) -> T {
      const std::vector<T> held(3, y);
      if (depth == 0) {
        if (y > 1) throw std::runtime_error("deep");
        return y;
      }
      return held[1] * descend(y * 0.9, depth - 1);
    };
    try {
      return descend(x, 3);
    } catch (const std::runtime_error&) {
      if (x > 2) throw;
      return -x;
    }
  };
  check_errors(f, inputs);
}

TEST_CASE("in an inner derivative or batch") {
  const auto inner = [](const auto& y) {
    if (y > 1) throw std::range_error("inner");
    return y * y;
  };
  check_errors([&](const auto& x) { return dad::derivative(inner, x); }, inputs);
  check_errors(
      [&](const auto& x) { return x * dad::batch_eval(inner, std::vector{dad::value(x)})[0].gradient; },
      inputs);
}

TEST_CASE("by a counter that changes the result as well") {
  const auto f_of = [](int& calls) {
    return [&calls](const auto& x) {
      if (++calls % 5 == 3) throw std::runtime_error("call " + std::to_string(calls));
      return x * calls;
    };
  };
  int calls = 0, same_calls = 0;
  check_errors(f_of(calls), f_of(same_calls), inputs);
}

TEST_CASE("every second call throws") {
  const auto f_of = [](int& calls) {
    return [&calls](const auto& x) {
      if (++calls % 2 == 0) throw std::runtime_error("even");
      return x * x;
    };
  };
  int calls = 0, same_calls = 0;
  check_errors(f_of(calls), f_of(same_calls), inputs);
  calls = same_calls = 1;  // now the first call throws
  check_errors(f_of(calls), f_of(same_calls), inputs);
}

TEST_CASE("the first call alone throws") {
  // As something that is opened late, and is there from the second call on.
  const auto f_of = [](int& calls) {
    return [&calls](const auto& x) {
      if (++calls == 1) throw std::runtime_error("not ready");
      return x * x;
    };
  };
  int calls = 0, same_calls = 0;
  check_errors(f_of(calls), f_of(same_calls), inputs);
}

TEST_CASE("an error that is gone in the next call") {
  double limit = 1;
  const auto f = [&limit](const auto& x) {
    if (x > limit) throw std::runtime_error("too large");
    return x * x * limit;
  };
  for (const double l : {1.0, 2.0, -1.0, 10.0, 1.0}) {
    limit = l;
    check_errors(f, inputs);
  }
}

TEST_CASE("errors in other kinds of batches") {
  const auto f = [](const auto& x) {
    if (x[0] > 1) throw std::runtime_error("large");
    return x[0] * x[0] * x[1];
  };
  const auto points = test::points<2>(200, -2, 2);
  const auto directions = test::points<2>(200, 0, 1);
  const auto check = [&](const auto& r, const auto& single) {
    REQUIRE(r.size() == points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      REQUIRE(r[i].has_error() == (points[i][0] > 1));
      if (r[i].has_error()) continue;
      const auto [value, part] = r[i];
      const auto [expected, expected_part] = single(i);
      REQUIRE(test::disagreement(test::row_of(part), test::row_of(expected_part), test::rounding, 1e-3) ==
              "");
    }
  };
  check(dad::batch_jvp(f, points, directions, collect),
        [&](std::size_t i) { return dad::jvp(f, points[i], directions[i]); });
  check(dad::batch_hvp(f, points, directions, collect),
        [&](std::size_t i) { return dad::value_and_hvp(f, points[i], directions[i]); });
  check(dad::batch_hessian(f, points, collect),
        [&](std::size_t i) { return dad::value_and_hessian(f, points[i]); });
  check(dad::batch_jacobian(f, points, collect),
        [&](std::size_t i) { return dad::value_and_jacobian(f, points[i]); });
}

TEST_CASE("errors in sums: left out where they are collected") {
  const auto f = [](const auto& w, const auto& x) {
    if (x > 1) throw std::runtime_error("item " + std::to_string(static_cast<int>(x)));
    return w * x * x;
  };
  const auto s = dad::batch_sum(f, 2.0, inputs, collect);
  double sum = 0;
  std::vector<std::size_t> failing;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i] > 1)
      failing.push_back(i);
    else
      sum += inputs[i] * inputs[i];
  CHECK(std::abs(s.gradient - sum) < 1e-12 * sum);
  CHECK(std::abs(s.value - 2 * sum) < 2e-12 * sum);
  REQUIRE(s.errors().size() == failing.size());
  for (std::size_t k = 0; k < failing.size(); ++k) {
    CHECK(s.errors()[k].index() == failing[k]);
    CHECK(s.errors()[k].text() == "item " + std::to_string(static_cast<int>(inputs[failing[k]])));
  }
  try {
    (void)dad::batch_sum(f, 2.0, inputs);
    FAIL("nothing was thrown");
  } catch (const dad::batch_error& e) {
    CHECK(e.index() == failing[0]);
  }
}

TEST_CASE("after an error, everything works as before") {
  const auto failing = [](const auto& x) -> std::remove_cvref_t<decltype(x)> {
    if (x * x > 2) throw std::runtime_error("large");
    return sin(x);
  };
  for (int round = 0; round < 3; ++round) {
    CHECK_THROWS_AS(dad::batch_eval(failing, inputs), dad::batch_error);
    test::check_eval([](const auto& x) { return sin(x); }, inputs);
    CHECK(dad::derivative([](const auto& x) { return x * x; }, 3.0) == 6.0);
  }
}

}  // namespace
