// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that are not functions of their input alone: each input gets what one call of f for it gives, in
// the order of the inputs. And functions whose captures change between calls of a batch.

#include "replay/against_single.hpp"

#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "replay/points.hpp"

namespace {

using test::check_eval;

const auto inputs = test::numbers(300, -2, 2);

double draw(std::mt19937& engine) { return std::uniform_real_distribution<double>(0.5, 1.5)(engine); }

TEST_CASE("a random factor is drawn anew for every input") {
  const auto f_of = [](std::mt19937& engine) {
    return [&engine](const auto& x) { return sin(x) * draw(engine) + draw(engine); };
  };
  std::mt19937 engine(1), same_engine(1);
  check_eval(f_of(engine), f_of(same_engine), inputs);
  // One call for each input leaves the engine where it would be.
  CHECK(engine == same_engine);
  SECTION("in a second call, too") { check_eval(f_of(engine), f_of(same_engine), inputs); }
  SECTION("for one input, and for two") {
    check_eval(f_of(engine), f_of(same_engine), std::vector{0.5});
    check_eval(f_of(engine), f_of(same_engine), std::vector{0.5, 0.5});
    CHECK(engine == same_engine);
  }
}

// What differs is found where the first two calls on a path differ, as they do for these seeds.
TEST_CASE("random numbers decide how much is computed") {
  const auto f_of = [](std::mt19937& engine) {
    return [&engine](const auto& x) {
      auto y = x;
      while (engine() % 3 != 0) y = cos(y) + x;
      return y;
    };
  };
  std::mt19937 engine(3), same_engine(3);
  check_eval(f_of(engine), f_of(same_engine), inputs);
}

TEST_CASE("random numbers on one side of a branch alone") {
  const auto f_of = [](std::mt19937& engine) {
    return [&engine](const auto& x) { return x > 1 ? x * x * draw(engine) : exp(x); };
  };
  std::mt19937 engine(3), same_engine(3);
  check_eval(f_of(engine), f_of(same_engine), inputs);
}

TEST_CASE("a random number that selects, without an operation of its own") {
  const auto f_of = [](std::mt19937& engine) {
    return [&engine](const auto& x) { return engine() % 2 == 0 ? x[0] : x[1]; };
  };
  std::mt19937 engine(5), same_engine(5);
  check_eval(f_of(engine), f_of(same_engine), test::points<2>(300, 0, 1));
}

TEST_CASE("a counter counts the inputs") {
  const auto f_of = [](int& calls) { return [&calls](const auto& x) { return x * x * ++calls; }; };
  int calls = 0, same_calls = 0;
  check_eval(f_of(calls), f_of(same_calls), inputs);
  CHECK(calls == 300);
  SECTION("inputs that are all the same") {
    check_eval(f_of(calls), f_of(same_calls), std::vector<double>(50, 1.5));
  }
  SECTION("where f branches") {
    const auto g_of = [](int& n) { return [&n](const auto& x) { return x < 0 ? x * ++n : x * x * ++n; }; };
    check_eval(g_of(calls), g_of(same_calls), inputs);
  }
}

TEST_CASE("every second call is another function") {
  const auto f_of = [](int& calls) {
    return [&calls](const auto& x) { return ++calls % 2 == 0 ? sin(x) : cos(x); };
  };
  int calls = 0, same_calls = 0;
  check_eval(f_of(calls), f_of(same_calls), inputs);
}

TEST_CASE("a counter that no result depends on") {
  int calls = 0;
  check_eval(
      [&calls](const auto& x) {
        ++calls;
        return x > 0 ? log(x) : x;
      },
      [](const auto& x) { return x > 0 ? log(x) : x; }, inputs);
  CHECK(calls > 0);
  CHECK(calls <= 300);
}

TEST_CASE("what is kept from call to call adds up") {
  const auto f_of = [](std::vector<double>& memory) {
    return [&memory](const auto& x) {
      memory.push_back(static_cast<double>(memory.size()));
      auto sum = 0 * x;
      for (const double m : memory) sum += m * x;
      return sum;
    };
  };
  std::vector<double> memory, same_memory;
  check_eval(f_of(memory), f_of(same_memory), test::numbers(40, 0, 1));
}

TEST_CASE("a table that is filled as it is asked") {
  const auto cached = [](const auto& x) {
    static std::map<int, double> known;
    const int k = static_cast<int>(floor(x * 10));
    auto at = known.find(k);
    if (at == known.end()) at = known.emplace(k, std::sqrt(1.0 + k * k)).first;
    return x * at->second;
  };
  const auto computed = [](const auto& x) {
    const int k = static_cast<int>(floor(x * 10));
    return x * std::sqrt(1.0 + k * k);
  };
  check_eval(cached, computed, inputs);
  check_eval(cached, computed, inputs);
}

TEST_CASE("a table by position, grown when needed") {
  const auto cached = [](const auto& x) {
    static std::vector<double> factorials{1};
    const auto k = static_cast<std::size_t>(x);
    while (factorials.size() <= k)
      factorials.push_back(factorials.back() * static_cast<double>(factorials.size()));
    return x * factorials[k];
  };
  const auto computed = [](const auto& x) {
    return x * std::round(std::tgamma(1 + std::floor(dad::value(x))));
  };
  check_eval(cached, computed, test::numbers(200, 0, 12));
}

// Keeps the first number that it ever saw, as people do to initialise something once.
template <int Which>
struct keeper {
  template <class T>
  T operator()(const T& x) const {
    static std::optional<T> first;
    if (!first) first = 2 * x;
    return x * *first;
  }
};

TEST_CASE("a number kept from another input's call is an error, not a wrong result") {
  const std::vector few{1.0, 2.0, 3.0, 4.0};
  SECTION("raised") {
    CHECK_THROWS_AS(dad::batch_eval(keeper<0>(), few), dad::batch_error);
    CHECK_THROWS_AS(dad::batch_eval(keeper<0>(), few), dad::batch_error);
  }
  SECTION("collected") {
    const dad::options collect{.on_error = dad::on_error::collect};
    const auto r = dad::batch_eval(keeper<1>(), few, collect);
    // A static of f is one for each scalar type, so more than one call may be the first.
    CHECK(r.errors().size() >= 2);
    for (std::size_t i = 0; i < few.size(); ++i)
      if (!r[i].has_error()) {
        CHECK(r[i].value == 2 * few[i] * few[i]);
        CHECK(r[i].gradient == 4 * few[i]);
      }
    // A later call has the number of an earlier one.
    const auto later = dad::batch_eval(keeper<1>(), few, collect);
    for (std::size_t i = 0; i < few.size(); ++i) CHECK(later[i].has_error());
  }
  SECTION("of another thread") {
    // Whatever numbers recordings have, those of two threads are not the same.
    const std::vector one{1.0};
    std::size_t errors = 0;
    const auto evaluate = [&] {
      errors += dad::batch_eval(keeper<2>(), one, {.on_error = dad::on_error::collect}).errors().size();
    };
    for (int i = 0; i < 3; ++i) std::thread(evaluate).join();
    CHECK(errors >= 2);
  }
}

TEST_CASE("captured memory that is written before it is read") {
  std::vector<double> row;
  const auto pure = [&row](const auto& x) {
    row.assign(3, 0.5);
    auto sum = 0 * x;
    for (const double r : row) sum += r * x * x;
    return sum;
  };
  check_eval(
      pure, [](const auto& x) { return 1.5 * x * x; }, inputs);
}

TEST_CASE("captures that change between calls") {
  double factor = 1;
  std::vector<double> weights{1, 2};
  const auto f = [&](const auto& x) {
    auto sum = factor * exp(x);
    for (const double w : weights) sum += sin(w * x);
    return sum;
  };
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    check_eval(f, inputs, 1e-12);
    if (round % 3 == 0) factor += 0.25;
    if (round % 3 == 1) weights.push_back(0.1 * round);
    if (round == 8) weights.resize(1);
  }
}

TEST_CASE("captures that change on the path of some inputs") {
  double below = 2, above = 3;
  const auto f = [&](const auto& x) { return x < 0 ? below * x : above * x * x; };
  const std::vector mixed{-1.0, 1.0, -2.0, 2.0, -3.0, 3.0};
  const std::vector first_above{1.0, -1.0, 2.0, -2.0};
  check_eval(f, mixed);
  above = 5;
  check_eval(f, mixed);
  below = 7;
  check_eval(f, first_above);
  above = 11, below = 13;
  check_eval(f, std::vector{-1.0});
  check_eval(f, std::vector{1.0});
  check_eval(f, mixed);
  // A boundary that moves.
  double boundary = 0;
  const auto g = [&](const auto& x) { return x < boundary ? 2 * x : x * x; };
  for (const double b : {0.0, 0.5, -1.5, 10.0, 0.0}) {
    boundary = b;
    check_eval(g, mixed);
  }
}

TEST_CASE("captures that change without changing the operations of the first inputs") {
  // Which inputs are special is data; the recording of an ordinary one does not show it.
  double special = 1.0, bonus = 10;
  const auto f = [&](const auto& x) { return x == special ? x * bonus : x * x; };
  const std::vector x{5.0, 6.0, 1.0, 2.0, 7.0, 1.0, 2.0};
  check_eval(f, x);
  special = 2.0;
  check_eval(f, x);
  bonus = 20;
  check_eval(f, x);
}

TEST_CASE("a constant that differs in its last bit, or in its sign alone") {
  double c = 1.0;
  const auto f = [&](const auto& x) { return x * c; };
  const std::vector x{1.0, 3.0};
  CHECK(dad::batch_eval(f, x)[0].value == 1.0);
  c = 1.0 + 0x1p-52;
  CHECK(dad::batch_eval(f, x)[0].value == c);
  CHECK(dad::batch_eval(f, x)[1].gradient == c);
  double zero = 0.0;
  const auto g = [&](const auto& y) { return copysign(y, zero); };
  CHECK(dad::batch_eval(g, x)[1].value == 3.0);
  zero = -0.0;
  CHECK(dad::batch_eval(g, x)[1].value == -3.0);
  CHECK(dad::batch_eval(g, x)[1].gradient == -1.0);
}

TEST_CASE("function pointers of one type are different functions") {
  using table = std::unordered_map<int, double (*)(double)>;
  const table plain{{0, [](double v) { return v + 1; }}, {1, [](double v) { return v * 2; }}};
  for (const int k : {0, 1, 0, 1}) {
    const auto f = [&, k](const auto& x) { return x * plain.at(k)(3.0); };
    check_eval(f, inputs);
  }
}

TEST_CASE("what an impure function was found to do before holds no more") {
  // Five inputs of a path that throws, as long as there were few calls; then those of one that changes.
  int calls = 0;
  const auto f = [&calls](const auto& x) {
    ++calls;
    if (x < 0 && calls < 6) throw std::range_error("early");
    return x * static_cast<double>(calls);
  };
  const std::vector<double> some{-1, -2, -3, -4, -5, 1, 2, 3, 4, 5};
  const auto r = dad::batch_eval(f, some, {.on_error = dad::on_error::collect});
  std::size_t failed = 0;
  for (std::size_t i = 0; i < some.size(); ++i) {
    if (std::isnan(r[i].value)) {
      ++failed;
      continue;
    }
    CHECK(r[i].value == some[i] * r[i].gradient);  // of one and the same call
    CHECK(r[i].gradient >= 3);
  }
  CHECK(r.errors().size() == failed);
  CHECK(failed <= 2);  // those that were recorded
}

TEST_CASE("an impure function and a seed of another size") {
  int calls = 0;
  const auto f = [&calls](const auto& x) {
    return std::vector{x[0] * static_cast<double>(++calls), x[1] * 1.0};
  };
  const std::vector<std::vector<double>> points(6, std::vector<double>{2, 3});
  std::vector<std::vector<double>> seeds(6, std::vector<double>{1, 1});
  seeds[0].push_back(1);
  const auto r = dad::batch_vjp(f, points, seeds, {.on_error = dad::on_error::collect});
  REQUIRE(r.errors().size() == 1);
  CHECK(r.errors()[0].index() == 0);
  for (std::size_t i = 1; i < 6; ++i) CHECK(r[i].adjoint[1] == 1);
}

TEST_CASE("a term that reads a number and throws is left out of the sum, whatever it did later") {
  int calls = 0;
  const auto f = [&calls](const auto& w, const auto& x) {
    const double v = static_cast<double>(x);
    if (v < 0 && ++calls < 2) throw std::range_error("negative");
    return w * x * v;
  };
  const auto r = dad::batch_sum(f, 2.0, std::vector<double>{-1, 2, 3}, {.on_error = dad::on_error::collect});
  REQUIRE(r.errors().size() == 1);
  CHECK(r.errors()[0].index() == 0);
  CHECK(r.value == 2.0 * (4 + 9));
  CHECK(r.gradient == 13);
}

}  // namespace
