// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How often f is called: a few times for each path, not once for each input.

#include "replay/path_functions.hpp"

#include <atomic>

#include "catch.hpp"

#include <dad/dad.hpp>

namespace {

std::atomic<long> calls = 0;

/// f, counted; the count has no influence on its results.
template <class F>
auto counted(const F& f) {
  return [f](const auto&... x) {
    ++calls;
    return f(x...);
  };
}

template <class Work>
long calls_of(Work&& work) {
  calls = 0;
  work();
  return calls;
}

const auto smooth = [](const auto& x) { return sin(x[0]) * exp(x[1]) + dad::norm(x) * tanh(x[2]); };
const auto inputs = test::points<3>(10000, 0.1, 1);

TEST_CASE("one path: f is called at most four times for ten thousand inputs") {
  const auto f = counted(smooth);
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs); }) <= 4);
  auto r = dad::batch_eval(f, inputs);
  CHECK(calls_of([&] { dad::batch_eval_into(r, f, inputs); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_jvp(f, inputs, inputs); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_vjp(f, inputs, std::vector<double>(inputs.size(), 1)); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_jacobian(f, inputs); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_hessian(f, inputs); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_hvp(f, inputs, inputs); }) <= 4);
}

TEST_CASE("a sum over one path: at most four calls for ten thousand items") {
  const auto f =
      counted([](const auto& w, const auto& x) { return square(w[0] * x[0] + w[1] * x[1] - x[2]); });
  const std::vector weights{0.5, -1.5};
  CHECK(calls_of([&] { (void)dad::batch_sum(f, weights, inputs); }) <= 4);
  CHECK(calls_of([&] { (void)dad::batch_sum(f, weights, inputs); }) <= 4);
}

TEST_CASE("eight paths: at most four calls for each") {
  const auto f = counted(test::eight_paths());
  const auto mixed = test::points<3>(10000, -1, 1);
  CHECK(calls_of([&] { (void)dad::batch_eval(f, mixed); }) <= 32);
  CHECK(calls_of([&] { (void)dad::batch_eval(f, mixed); }) <= 32);
}

TEST_CASE("five hundred paths: at most four calls for each") {
  const auto f = counted(test::five_hundred_paths());
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs); }) <= 2000);
}

TEST_CASE("a table by a cast: a few calls for each entry") {
  const std::vector table{2.0, 3.0, 5.0, 7.0};
  const auto f = counted([&](const auto& x) { return table[static_cast<std::size_t>(4 * x[0])] * x[1]; });
  std::vector<std::array<double, 2>> x;
  for (std::size_t i = 0; i < 10000; ++i) x.push_back({test::spread(i, 0, 0, 1), 1});
  CHECK(calls_of([&] { (void)dad::batch_eval(f, x); }) <= 16);
}

TEST_CASE("select, min, max, abs and rounding are no branches") {
  const auto f = counted([](const auto& x) {
    using std::max, std::min;
    auto y = dad::select(x[0] > x[1], x[0] * 2, x[1]) + abs(x[2]) + max(x[0], x[1]) * min(x[1], x[2]);
    y += floor(3 * x[0]) * x[1] + clamp(x[2], -0.5, 0.5) + relu(x[0]) + fmod(x[1], 0.3);
    return y;
  });
  const auto mixed = test::points<3>(10000, -1, 1);
  CHECK(calls_of([&] { (void)dad::batch_eval(f, mixed); }) <= 4);
}

TEST_CASE("branches on what does not vary, and on a capture, are no branches of the inputs") {
  const double limit = 0.5;
  const auto f = counted([&](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    T steps = 0;
    auto y = x[0] * limit;
    while (steps < 10) y += 0.1 * sin(y), steps += 1;
    return limit > 0.25 ? y : -y;
  });
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs); }) <= 4);
}

template <class T>
struct keyed {
  T x{};
  int kind = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& kind;
  }
};

TEST_CASE("data: a few calls for each") {
  std::vector<keyed<double>> items;
  for (std::size_t i = 0; i < 9000; ++i)
    items.push_back({test::spread(i, 0, 0, 1), static_cast<int>(i * 7 % 3)});
  const auto f = counted([](const auto& k) { return k.x * k.x * k.kind; });
  CHECK(calls_of([&] { (void)dad::batch_eval(f, items); }) <= 12);
  std::vector<std::vector<double>> ragged;
  for (std::size_t i = 0; i < 9000; ++i) ragged.emplace_back(2 + i % 3, 0.5);
  const auto g = counted([](const auto& x) { return dad::dot(x, x); });
  CHECK(calls_of([&] { (void)dad::batch_eval(g, ragged); }) <= 12);
}

TEST_CASE("errors: a few calls for each path that throws") {
  const auto f = counted([](const auto& x) {
    if (x[0] > 0.5) throw std::runtime_error("large");
    return x[0] * x[1];
  });
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs, {.on_error = dad::on_error::collect}); }) <= 8);
}

TEST_CASE("chunks of one function: what is kept is confirmed, not recorded anew for every input") {
  const auto f = counted(smooth);
  const long n = calls_of([&] {
    for (std::size_t first = 0; first + 100 <= inputs.size(); first += 100)
      (void)dad::batch_eval(f, std::span(inputs).subspan(first, 100));
  });
  CHECK(n <= 400);
}

TEST_CASE("several threads: a few calls for each path and thread") {
  const auto f = counted(smooth);
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs, {.threads = 3}); }) <= 12);
}

TEST_CASE("a function that depends on a counter is called once for each input") {
  long counter = 0;
  const auto f = counted([&counter](const auto& x) { return x[0] * static_cast<double>(++counter); });
  CHECK(calls_of([&] { (void)dad::batch_eval(f, inputs); }) == 10000);
  CHECK(counter == 10000);
}

}  // namespace
