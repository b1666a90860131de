// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches on several threads: the bits of one thread, the errors of one thread.

#include "replay/same_bits.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

namespace {

using test::input, test::range, test::reference;

template <class Evaluate>
void check_threads(const char* name, std::size_t count, Evaluate evaluate) {
  INFO(name);
  const reference<Evaluate> whole(test::path_inputs(count), evaluate);
  for (const int threads : {2, 3, 0, 16})
    for (const std::size_t size :
         {count, count / 2, std::size_t{65}, std::size_t{3}, std::size_t{1}, std::size_t{0}}) {
      INFO(threads << " threads, " << size << " inputs");
      REQUIRE(whole.mistakes(range(0, size), {.threads = threads}) == "");
    }
}

TEST_CASE("values and gradients on several threads") {
  const auto check = [](const auto& f) {
    check_threads(f.name, 1000, [&f](const auto& x, const auto& o) { return dad::batch_eval(f, x, o); });
  };
  check(test::one_path());
  check(test::eight_paths());
  check(test::five_hundred_paths());
}

TEST_CASE("every kind of batch on several threads") {
  const test::eight_paths f;
  check_threads("tangents", 300, [&](const auto& x, const auto& o) { return dad::batch_jvp(f, x, x, o); });
  check_threads("adjoints", 300, [&](const auto& x, const auto& o) {
    return dad::batch_vjp(f, x, std::vector<double>(x.size(), 1.5), o);
  });
  check_threads("Jacobians", 300, [&](const auto& x, const auto& o) { return dad::batch_jacobian(f, x, o); });
  check_threads("Hessians", 300, [&](const auto& x, const auto& o) { return dad::batch_hessian(f, x, o); });
  check_threads("products", 300, [&](const auto& x, const auto& o) { return dad::batch_hvp(f, x, x, o); });
}

TEST_CASE("sums on several threads") {
  const auto items = test::points<3>(777, -1, 1);
  const std::vector<double> weights{0.5, -0.25, 1.5};
  const auto f = [](const auto& w, const auto& x) {
    const auto y = x[0] > 0 ? sin(w[0] * x[0]) * w[1] : w[2] * x[1] * w[0];
    return exp(0.1 * y) + x[2] * w[1];
  };
  for (const std::size_t count : {1u, 2u, 17u, 100u, 777u}) {
    const std::vector some(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
    const auto expected = dad::batch_sum(f, weights, some);
    for (const int threads : {2, 3, 0, 16}) {
      const auto s = dad::batch_sum(f, weights, some, {.threads = threads});
      CHECK(test::same_bits({&s.value, 1}, {&expected.value, 1}));
      CHECK(test::same_bits(s.gradient, expected.gradient));
    }
  }
}

TEST_CASE("errors on several threads: the lowest index is raised, all are collected") {
  const auto f = [](const auto& x) {
    if (x[0] > 0.9) throw std::runtime_error("large");
    if (x[1] < -1.2) throw std::runtime_error("small " + std::to_string(static_cast<int>(100 * x[0])));
    return test::eight_paths()(x);
  };
  const auto inputs = test::points<3>(1000, -1.5, 1.5);
  const auto expected = dad::batch_eval(f, inputs, {.on_error = dad::on_error::collect});
  REQUIRE(expected.errors().size() > 100);
  for (const int threads : {2, 3, 0}) {
    const auto r = dad::batch_eval(f, inputs, {.threads = threads, .on_error = dad::on_error::collect});
    REQUIRE(r.errors().size() == expected.errors().size());
    for (std::size_t k = 0; k < r.errors().size(); ++k) {
      REQUIRE(r.errors()[k].index() == expected.errors()[k].index());
      REQUIRE(r.errors()[k].text() == expected.errors()[k].text());
    }
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (!r[i].has_error()) {
        REQUIRE(r[i].value == expected[i].value);
        REQUIRE(r[i].gradient == expected[i].gradient);
      }
    for (int trial = 0; trial < 20; ++trial) try {
        (void)dad::batch_eval(f, inputs, {.threads = threads});
        FAIL("nothing was thrown");
      } catch (const dad::batch_error& e) {
        REQUIRE(e.index() == expected.errors()[0].index());
        REQUIRE(e.text() == expected.errors()[0].text());
      }
  }
}

TEST_CASE("captures that change between calls, on several threads") {
  double factor = 1;
  const auto f = [&factor](const auto& x) { return x[0] > 0 ? factor * x[1] : x[0] * x[1] + factor; };
  const auto inputs = test::points<3>(500, -1, 1);
  for (int round = 0; round < 10; ++round, factor *= 1.25) {
    const auto r = dad::batch_eval(f, inputs, {.threads = 1 + round % 3});
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto& x = inputs[i];
      REQUIRE(std::abs(r[i].value - (x[0] > 0 ? factor * x[1] : x[0] * x[1] + factor)) < 1e-14 * factor);
    }
  }
}

TEST_CASE("the user's own threads, each with its batches of one function") {
  const auto inputs = test::path_inputs(500);
  const auto expected = dad::batch_eval(test::eight_paths(), inputs);
  std::atomic<int> differences{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 5; ++round) {
        const auto first = static_cast<std::ptrdiff_t>(37 * t + round);
        const auto r =
            dad::batch_eval(test::eight_paths(), std::vector(inputs.begin() + first, inputs.end()));
        if (!test::same_bits(r.values(), expected.values().subspan(static_cast<std::size_t>(first))))
          ++differences;
        if (!test::same_bits(r.gradients(),
                             expected.gradients().subspan(3 * static_cast<std::size_t>(first))))
          ++differences;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(differences == 0);
}

}  // namespace
