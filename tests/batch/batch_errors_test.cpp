// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What goes wrong in batches of this process: exceptions of f, seeds that do not fit, options that are not
// there.

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;

// Throws a std::exception at 3, something else at 5.
const auto picky = [](const auto& x) {
  if (x[0] == 3) throw std::domain_error("three is right out");
  if (x[0] == 5) throw 42;
  return x[0] * x[1];
};
const std::vector<row> points = {{1, 2}, {3, 1}, {2, 2}, {5, 1}, {4, 1}};

template <class Call>
std::string message(Call&& call) {
  try {
    call();
  } catch (const dad::error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("raise: one batch_error for the first failing input") {
  try {
    (void)dad::batch_eval(picky, points);
    FAIL("nothing was thrown");
  } catch (const dad::batch_error& e) {
    CHECK(e.index() == 1);
    CHECK(e.rank() == 0);
    CHECK(e.text() == "three is right out");
    CHECK(std::string(e.what()) == "dad: input 1 on rank 0: three is right out");
  }
}

TEST_CASE("raise: what is no std::exception has its index too") {
  CHECK(message([] {
          (void)dad::batch_eval(picky, std::vector<row>{{0, 1}, {5, 1}});
        }) == "dad: input 1 on rank 0: unknown exception");
}

TEST_CASE("collect: the others are there, the failed are NaN and say why") {
  const auto r = dad::batch_eval(picky, points, {.on_error = dad::on_error::collect});
  REQUIRE(r.size() == 5);
  CHECK(r.has_errors());
  REQUIRE(r.errors().size() == 2);
  CHECK_FALSE(r[0].has_error());
  CHECK_ROW(r[0].gradient, row{2, 1});
  CHECK_ROW(r[4].gradient, row{1, 4});
  for (const std::size_t i : {1u, 3u}) {
    CHECK(r[i].has_error());
    CHECK(r[i].error().index() == i);
    CHECK(std::isnan(r[i].value));
    REQUIRE(r[i].gradient.size() == 2);
    CHECK(std::isnan(r[i].gradient[0]));
    CHECK(std::isnan(r[i].gradient[1]));
  }
  CHECK(r[1].error().text() == "three is right out");
  CHECK(r[3].error().text() == "unknown exception");
  CHECK(r[3].error() == "dad: input 3 on rank 0: unknown exception");
}

TEST_CASE("collect: failed inputs of every kind of batch") {
  const auto g = [](const auto& x) {
    if (x[0] == 3) throw std::runtime_error("no");
    return std::array{x[0], x[0] * x[1]};
  };
  const std::vector<row> x = {{3, 1}, {2, 5}};
  const dad::options collect{.on_error = dad::on_error::collect};
  const auto t = dad::batch_jvp(g, x, x, collect);
  CHECK(std::isnan(t[0].tangent[1]));
  CHECK_ROW(t[1].tangent, row{2, 20});
  const auto a = dad::batch_vjp(g, x, std::vector<std::array<double, 2>>{{1, 1}, {1, 1}}, collect);
  CHECK(std::isnan(a[0].adjoint[1]));
  CHECK_ROW(a[1].adjoint, row{6, 2});
  const auto j = dad::batch_jacobian(g, x, collect);
  CHECK(j[0].has_error());
  CHECK(j[1].jacobian(1, 0) == 5.0);
  const auto h = dad::batch_hessian(picky, x, collect);
  CHECK(std::isnan(h[0].hessian(1, 1)));
  CHECK(h[1].hessian(0, 1) == 1.0);
  const auto p = dad::batch_hvp(picky, x, x, collect);
  CHECK(std::isnan(p[0].product[0]));
  CHECK_ROW(p[1].product, row{5, 2});
}

TEST_CASE("collect: a failed result of any structure is NaN in its reals") {
  const auto g = [](const auto& x) {
    if (x == 3) throw std::runtime_error("no");
    return std::tuple{x * x, 7, std::array{x, 2 * x}};
  };
  const auto t = dad::batch_jvp(g, row{3, 2}, row{1, 1}, {.on_error = dad::on_error::collect});
  CHECK(std::isnan(std::get<0>(t[0].value)));
  CHECK(std::isnan(std::get<2>(t[0].value)[1]));
  CHECK(std::isnan(std::get<0>(t[0].tangent)));
  CHECK(std::get<0>(t[1].value) == 4.0);
  CHECK(std::get<1>(t[1].value) == 7);
}

TEST_CASE("a call that throws leaves an earlier result empty") {
  auto r = dad::batch_eval(picky, std::vector<row>{{1, 2}});
  CHECK_THROWS_AS(dad::batch_eval_into(r, picky, points), dad::batch_error);
  CHECK(r.size() == 0);
}

TEST_CASE("an exception in the middle of f leaves nothing behind for the next input") {
  const auto g = [](const auto& x) {
    auto y = x[0] * x[1];
    for (int i = 0; i < 10; ++i) y *= x[1];
    if (x[0] == 3) throw std::runtime_error("late");
    return y;
  };
  const auto r = dad::batch_eval(g, points, {.on_error = dad::on_error::collect});
  CHECK_ROW(r[2].gradient, row{2048, 22 * 1024});
}

TEST_CASE("a negative number of threads") {
  const std::string expected =
      "dad: options::threads is -2, expected a number of threads, or 0 for one for each core";
  CHECK(message([] { (void)dad::batch_eval(picky, points, {.threads = -2}); }) == expected);
  CHECK(message([] {
          (void)dad::batch_sum([](const auto& w, const auto& x) { return w * x[0]; }, 2.0, points,
                               {.threads = -2});
        }) == expected);
}

TEST_CASE("seeds that do not fit") {
  const auto g = [](const auto& x) { return std::array{x[0], x[0] * x[1]}; };
  CHECK(message([&] {
          (void)dad::batch_jvp(g, points, std::vector<row>{{1, 2}});
        }) == "dad: batch_jvp got 1 seeds, expected 5, one for each input");
  CHECK(message([&] {
          (void)dad::batch_jvp(g, std::vector<row>{{1, 2}}, std::vector<row>{{1}});
        }) == "dad: input 0 on rank 0: dad: direction v of jvp has 1 entries, expected 2");
  CHECK(message([&] {
          (void)dad::batch_vjp(g, std::vector<row>{{1, 2}}, std::vector<row>{{1, 2, 3}});
        }) == "dad: input 0 on rank 0: dad: seed w of vjp has 3 entries, expected 2");
}

TEST_CASE("progress goes from none to all, and changes no bit") {
  std::vector<std::pair<std::size_t, std::size_t>> told;
  const dad::options o{.progress = [&](std::size_t done, std::size_t total) {
    told.push_back({done, total});
  }};
  std::vector<double> inputs;
  for (int i = 0; i < 3000; ++i) inputs.push_back(0.01 * i);
  const auto check_told = [&] {
    REQUIRE(told.size() >= 2);
    CHECK(told.front() == std::pair<std::size_t, std::size_t>{0, 3000});
    CHECK(told.back() == std::pair<std::size_t, std::size_t>{3000, 3000});
    for (std::size_t i = 1; i < told.size(); ++i) CHECK(told[i - 1].first < told[i].first);
    told.clear();
  };
  const auto f = [](const auto& x) { return x > 12.0 ? sin(x) : x * x; };
  const auto r = dad::batch_eval(f, inputs, o);
  check_told();
  const auto plain = dad::batch_eval(f, inputs);
  CHECK(std::equal(r.values().begin(), r.values().end(), plain.values().begin(), plain.values().end()));
  CHECK(std::equal(r.gradients().begin(), r.gradients().end(), plain.gradients().begin(),
                   plain.gradients().end()));
  const auto term = [](const auto& w, const auto& x) { return w * sin(w * x); };
  const auto sum = dad::batch_sum(term, 0.7, inputs, o);
  check_told();
  CHECK(sum.value == dad::batch_sum(term, 0.7, inputs).value);
  CHECK(sum.gradient == dad::batch_sum(term, 0.7, inputs).gradient);
  // Parts of a call that takes its time: more than begin and end.
  const auto slow = [](const auto& x) {
    const double start = dad::detail::seconds_now();
    while (dad::detail::seconds_now() < start + 1e-3 + 0.0 * dad::value(x)) {
    }
    return x;
  };
  inputs.resize(300);
  (void)dad::batch_eval(slow, inputs, o);
  CHECK(told.size() > 4);
  // What it throws ends the call.
  CHECK_THROWS_AS(
      dad::batch_eval(f, inputs,
                      {.progress = [](std::size_t, std::size_t) { throw std::runtime_error("stop"); }}),
      std::runtime_error);
}

TEST_CASE("progress holds any callable, and copies of it") {
  std::size_t calls = 0;
  dad::progress p = [&calls](std::size_t done, std::size_t total) { calls += done + total; };
  const dad::progress copy = p;
  p = dad::progress();
  CHECK_FALSE(p);
  REQUIRE(copy);
  copy(1, 10);
  CHECK(calls == 11);
}
