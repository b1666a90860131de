// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An input's result has the same bits whatever stands beside it: other inputs, another order, chunks of any
// size, whatever was evaluated before.

#include "replay/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace {

using test::input, test::range, test::reference, test::same_bits;

template <class Reference>
void check_subsets(const Reference& whole, std::size_t count, int trials) {
  std::mt19937 engine(7);
  auto order = range(0, count);
  for (int trial = 0; trial < trials; ++trial) {
    std::shuffle(order.begin(), order.end(), engine);
    const std::size_t size = trial % 4 == 0 ? count : 1 + engine() % count;
    const std::vector<std::size_t> chosen(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(size));
    REQUIRE(whole.mistakes(chosen) == "");
    // The same inputs several times.
    std::vector<std::size_t> repeated;
    for (std::size_t k = 0; k < 40; ++k)
      repeated.push_back(chosen[engine() % std::min<std::size_t>(size, 5)]);
    REQUIRE(whole.mistakes(repeated) == "");
  }
}

template <class Reference>
void check_chunks(const Reference& whole, std::size_t count) {
  for (std::size_t size = 1; size <= 70; ++size)
    for (std::size_t first = 0; first < count; first += size)
      REQUIRE(whole.mistakes(range(first, std::min(count, first + size))) == "");
}

template <class Evaluate>
void check_kind(const char* name, std::size_t count, Evaluate evaluate) {
  INFO(name);
  const reference<Evaluate> whole(test::path_inputs(count), evaluate);
  REQUIRE(whole.mistakes(range(0, count)) == "");
  check_subsets(whole, count, 8);
  for (const std::size_t size : {1u, 2u, 3u, 5u, 8u, 31u, 64u})
    for (std::size_t first = 0; first < count; first += size)
      REQUIRE(whole.mistakes(range(first, std::min(count, first + size))) == "");
}

TEMPLATE_TEST_CASE("values and gradients have the same bits in every company", "", test::one_path,
                   test::eight_paths, test::five_hundred_paths) {
  const TestType f;
  const auto evaluate = [&f](const std::vector<input>& x, const dad::options& o) {
    return dad::batch_eval(f, x, o);
  };
  using evaluation = std::remove_const_t<decltype(evaluate)>;
  const bool is_slow = std::is_same_v<TestType, test::five_hundred_paths>;
  const std::size_t count = 1000;
  INFO(TestType::name);
  const reference<evaluation> whole(test::path_inputs(count), evaluate);
  REQUIRE(whole.mistakes(range(0, count)) == "");
  check_subsets(whole, count, is_slow ? 4 : 60);
  check_chunks(whole, is_slow ? 40 : count);
}

TEST_CASE("tangents, adjoints, Jacobians have the same bits in every company") {
  const auto f = [](const auto& x) {
    return std::array{test::eight_paths()(x), test::one_path()(x), x[0] * x[1]};
  };
  // A direction or seed that belongs to the input.
  const auto seeds = [](const std::vector<input>& x) {
    auto all = x;
    for (auto& s : all)
      for (double& c : s) c = std::isfinite(c) ? 1 + c : 0.5;
    return all;
  };
  check_kind("tangents", 300,
             [&](const auto& x, const auto& o) { return dad::batch_jvp(f, x, seeds(x), o); });
  check_kind("adjoints", 300,
             [&](const auto& x, const auto& o) { return dad::batch_vjp(f, x, seeds(x), o); });
  check_kind("Jacobians", 300, [&](const auto& x, const auto& o) { return dad::batch_jacobian(f, x, o); });
}

TEST_CASE("Hessians and products with them have the same bits in every company") {
  const test::eight_paths f;
  check_kind("Hessians", 200, [&](const auto& x, const auto& o) { return dad::batch_hessian(f, x, o); });
  check_kind("products", 200, [&](const auto& x, const auto& o) { return dad::batch_hvp(f, x, x, o); });
}

// The same function under several types, so that each starts with nothing kept from earlier calls.
template <int Which>
struct scaled_paths {
  double scale;
  template <class X>
  auto operator()(const X& x) const {
    return scale * test::eight_paths()(x) + x[0] / scale;
  }
};

TEST_CASE("earlier calls leave no trace") {
  const auto inputs = test::path_inputs(500);
  const auto first = dad::batch_eval(scaled_paths<0>{1.5}, inputs);
  const auto check_same = [&](const auto& r) {
    CHECK(same_bits(r.values(), first.values()));
    CHECK(same_bits(r.gradients(), first.gradients()));
  };
  SECTION("of the same inputs") {
    for (int round = 0; round < 3; ++round) check_same(dad::batch_eval(scaled_paths<0>{1.5}, inputs));
  }
  SECTION("of other inputs and captures") {
    const auto few = std::vector(inputs.rbegin(), inputs.rbegin() + 77);
    (void)dad::batch_eval(scaled_paths<1>{1.5}, few);
    (void)dad::batch_eval(scaled_paths<1>{0.5}, inputs);
    (void)dad::batch_eval(scaled_paths<1>{-2.5}, few);
    check_same(dad::batch_eval(scaled_paths<1>{1.5}, inputs));
  }
  SECTION("of other functions, and of the same into the same memory") {
    (void)dad::batch_eval(test::five_hundred_paths(), inputs);
    (void)dad::batch_hessian(scaled_paths<2>{1.5}, std::vector(inputs.begin(), inputs.begin() + 9));
    auto r = dad::batch_eval(scaled_paths<2>{7.5}, inputs);
    dad::batch_eval_into(r, scaled_paths<2>{1.5}, inputs);
    check_same(r);
  }
  SECTION("that failed") {
    const auto failing = [](const auto& x) {
      if (x[1] > 0) throw 1;
      return scaled_paths<3>{1.5}(x);
    };
    CHECK_THROWS_AS(dad::batch_eval(failing, inputs), dad::batch_error);
    check_same(dad::batch_eval(scaled_paths<3>{1.5}, inputs));
  }
}

TEST_CASE("the structure that holds the numbers makes no difference") {
  const auto inputs = test::path_inputs(200);
  const auto arrays = dad::batch_eval(test::eight_paths(), inputs);
  std::vector<std::vector<double>> vectors;
  std::vector<double> flat;
  for (const auto& x : inputs) {
    vectors.emplace_back(x.begin(), x.end());
    flat.insert(flat.end(), x.begin(), x.end());
    flat.push_back(-1);
  }
  const auto check_same = [&](const auto& r) {
    CHECK(same_bits(r.values(), arrays.values()));
    CHECK(same_bits(r.gradients(), arrays.gradients()));
  };
  check_same(dad::batch_eval(test::eight_paths(), vectors));
  check_same(dad::batch_eval(test::eight_paths(), dad::matrix_view(flat.data(), inputs.size(), 3, 4)));
  // and the values of one kind of batch are those of another
  CHECK(same_bits(dad::batch_jacobian(test::eight_paths(), inputs).values(), arrays.values()));
  CHECK(same_bits(dad::batch_hessian(test::eight_paths(), inputs).values(), arrays.values()));
  CHECK(same_bits(dad::batch_jvp(test::eight_paths(), inputs, inputs).values(), arrays.values()));
}

}  // namespace
