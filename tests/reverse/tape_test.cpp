// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tape: inputs, sweeps, positions, seeds, activation.

#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

#include <array>
#include <cmath>
#include <list>
#include <thread>
#include <tuple>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::var;

TEST_CASE("one sweep gives every adjoint") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0, y = 3.0;
  t.input(x);
  t.input(y);
  const var<> product = x * y;
  const var<> z = product + sin(x);
  CHECK(z.value() == 6.0 + std::sin(2.0));
  t.backward(z);
  CHECK(x.adjoint() == 3.0 + std::cos(2.0));
  CHECK(y.adjoint() == 2.0);
  CHECK(product.adjoint() == 1.0);
  CHECK(z.adjoint() == 1.0);
  CHECK(t.adjoint(x) == x.adjoint());

  SECTION("a second sweep forgets the first") {
    t.backward(product, 0.5);
    CHECK(x.adjoint() == 1.5);
    CHECK(y.adjoint() == 1.0);
    CHECK(z.adjoint() == 0.0);
  }
  SECTION("a sweep can be forgotten") {
    t.clear_adjoints();
    CHECK(x.adjoint() == 0.0);
    CHECK(t.adjoints().empty());
  }
  SECTION("what is recorded after a sweep has no adjoint yet") {
    const var<> later = z * z;
    CHECK(later.adjoint() == 0.0);
    t.backward(later);
    CHECK(y.adjoint() == close_to(2.0 * z.value() * 2.0));
  }
  SECTION("adjoints lie in the order of recording") {
    REQUIRE(t.adjoints().size() == t.statistics().values + 1);
    CHECK(t.adjoints()[x.index()] == x.adjoint());
    CHECK(t.adjoints()[y.index()] == y.adjoint());
    CHECK(y.index() == x.index() + 1);
  }
}

TEST_CASE("before any sweep adjoints are zero") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 1.0;
  t.input(x);
  CHECK(x.adjoint() == 0.0);
  CHECK(t.adjoint(x) == 0.0);
}

TEST_CASE("inputs can be a range") {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<var<>> xs{1.0, 2.0, 3.0};
  std::array<var<>, 2> ys{4.0, 5.0};
  std::list<var<>> zs{6.0};
  t.input(xs);
  t.input(ys);
  t.input(zs);
  CHECK(t.statistics().inputs == 6);
  var<> sum = 0.0;
  for (const auto& x : xs) sum += x * ys[1];
  t.backward(sum * zs.front());
  CHECK(xs[2].adjoint() == 30.0);
  CHECK(ys[0].adjoint() == 0.0);
  CHECK(ys[1].adjoint() == 36.0);
  CHECK(zs.front().adjoint() == 30.0);
}

TEST_CASE("an input may be an output, and an output may be made an input again") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 3.0;
  t.input(x);
  t.backward(x, 2.5);
  CHECK(x.adjoint() == 2.5);
  var<> y = x * x;
  t.input(y);  // from here on y is independent
  CHECK(y.value() == 9.0);
  t.backward(y * 2);
  CHECK(y.adjoint() == 2.0);
  CHECK(x.adjoint() == 0.0);
}

TEST_CASE("several outputs at once take a seed each") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0, y = 5.0;
  t.input(x);
  t.input(y);
  const std::vector<var<>> outputs{x * y, x * x, 7.0, x};
  t.backward(outputs, std::vector{1.0, 10.0, 100.0, 1000.0});
  CHECK(x.adjoint() == 5.0 + 40.0 + 1000.0);
  CHECK(y.adjoint() == 2.0);
  t.backward(std::array<var<>, 2>{outputs[0], outputs[0]}, std::array<double, 2>{1.0, 2.0});
  CHECK(y.adjoint() == 6.0);
  CHECK_THROWS_AS(t.backward(outputs, std::vector{1.0}), dad::shape_error);
  CHECK_THROWS_WITH(t.backward(outputs, std::vector{1.0}),
                    "dad: backward got 1 seeds, expected 4, one for each output");
}

TEST_CASE("several outputs in one sweep") {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<var<>> xs{0.5, 1.5, -2.0, 0.0};
  t.input(xs);
  for (const std::size_t count : {0u, 1u, 2u, 3u, 4u, 5u, 8u, 9u, 12u, 13u, 21u}) {
    CAPTURE(count);
    std::vector<var<>> ys;
    for (std::size_t k = 0; k < count; ++k) {
      const double c = static_cast<double>(k);
      var<> sum = xs[0] * xs[1] - xs[2];
      for (int i = 0; i < 3; ++i) sum -= sin(xs[2] * c) * xs[k % 3] + c * xs[1];
      ys.push_back(k % 5 == 3 ? var<>(2.0) : k % 5 == 4 ? sqrt(xs[3]) + xs[0] : sum);  // passive, infinite
    }
    std::size_t calls = 0;
    t.backward_all(ys, [&](std::size_t k, auto adjoints) {
      REQUIRE(k == calls++);
      for (std::size_t i = 0; i < xs.size(); ++i) {
        double expected = 0.0;
        if (ys[k].is_active()) {
          t.backward(ys[k]);
          expected = xs[i].adjoint();
        }
        CHECK(adjoints[xs[i].index()] == close_to(expected));
      }
    });
    CHECK(calls == count);
  }
  dad::tape<> other;
  var<> foreign = 1.0;
  other.input(foreign);
  CHECK_THROWS_AS(t.backward_all(std::vector{foreign}, [](std::size_t, auto) {}), dad::tape_error);
}

TEST_CASE("backward_all takes inputs as outputs, and inputs that come later") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0, y = 3.0, z = 5.0;
  t.input(x);
  t.input(y);
  std::vector<std::vector<double>> rows;
  const auto take = [&](std::size_t, auto adjoints) {
    rows.push_back({});
    for (std::size_t i = 1; i <= t.statistics().values; ++i) rows.back().push_back(adjoints[i]);
  };
  t.backward_all(std::vector{y, x}, take);
  CHECK(rows == std::vector<std::vector<double>>{{0.0, 1.0}, {1.0, 0.0}});
  rows.clear();
  var<> product = x * y;
  t.input(z);
  var<> sum = product * z;
  sum -= x;
  sum -= y;
  t.backward_all(std::vector{sum, z, x}, take);
  REQUIRE(rows.size() == 3);
  const std::vector<double> expected[] = {{14.0, 9.0, 6.0}, {0.0, 0.0, 1.0}, {1.0, 0.0, 0.0}};  // by hand
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(rows[k][x.index() - 1] == expected[k][0]);
    CHECK(rows[k][y.index() - 1] == expected[k][1]);
    CHECK(rows[k][z.index() - 1] == expected[k][2]);
  }
}

TEST_CASE("values added to and taken from a sum keep their signs") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0, y = 3.0;
  t.input(x);
  t.input(y);
  var<> sum = x * y;
  const var<> square = x * x;  // a row between: the sum goes on as an increment
  sum -= square;
  const var<> cube = square * x;
  sum += cube;
  const var<> other = y * y;
  sum -= other;
  t.backward(sum);  // x y - x^2 + x^3 - y^2
  CHECK(x.adjoint() == 11.0);
  CHECK(y.adjoint() == -4.0);
  t.backward(sum, 0.0);
  CHECK(x.adjoint() == 0.0);
}

TEST_CASE("zero adjoints do not meet infinite partials") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 0.0;
  t.input(x);
  const var<> root = sqrt(x);
  const var<> y = root * 0.0 + 3 * x;
  t.backward(y);
  CHECK(x.adjoint() == 3.0);
  t.backward(root, 0.0);
  CHECK(x.adjoint() == 0.0);
  t.backward(root);
  CHECK(x.adjoint() == std::numeric_limits<double>::infinity());
}

TEST_CASE("statistics count what is recorded") {
  dad::tape<> t;
  const auto guard = t.activate();
  CHECK(t.statistics().statements == 0);
  var<> x = 2.0, y = 3.0;
  t.input(x);
  t.input(y);
  const auto product = x * y;
  const auto z = 3 * product + 1 - y;  // one statement
  const auto s = t.statistics();
  CHECK(s.inputs == 2);
  CHECK(s.statements == 4);
  CHECK(s.values == 4);
  CHECK(s.arguments == 4);
  CHECK(s.partials == 1);  // sums and differences store none, nor do products of two values
  CHECK(s.bytes > 0);
  CHECK(z.is_active());
  t.clear();
  CHECK(t.statistics().inputs == 0);
  CHECK(t.statistics().statements == 0);
  CHECK(t.statistics().bytes >= s.bytes / 2);
}

TEST_CASE("passive operations record nothing") {
  dad::tape<> t;
  const auto guard = t.activate();
  const var<> a = 2.0, b = 3.0;
  var<> c = sin(a * b) / 2;
  c += 1;
  CHECK_FALSE(c.is_active());
  CHECK(t.statistics().statements == 0);
  var<> x = 1.0;
  t.input(x);
  CHECK_FALSE(floor(x).is_active());  // its derivative is zero everywhere
  CHECK((x + a).is_active());
}

TEST_CASE("rewind goes back to a position and the memory of a term is enough") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 0.5;
  t.input(x);
  const var<> shared = exp(x);
  const auto start = t.position();
  double sum = 0.0;
  t.clear_adjoints();
  for (int i = 1; i <= 20; ++i) {
    const var<> term = sin(i * shared) / i;
    sum += term.value();
    t.accumulate(term, 1.0, start);
    t.rewind(start);
    CHECK(t.statistics().statements == 2);
  }
  double expected = 0.0, slope = 0.0;
  for (int i = 1; i <= 20; ++i) {
    expected += std::sin(i * std::exp(0.5)) / i;
    slope += std::cos(i * std::exp(0.5));
  }
  CHECK(sum == close_to(expected));
  CHECK(shared.adjoint() == close_to(slope));

  SECTION("what came before is still recorded") {
    t.backward(shared * 2);
    CHECK(x.adjoint() == close_to(2 * std::exp(0.5)));
  }
  SECTION("positions nest") {
    const var<> a = x * 2;
    const auto middle = t.position();
    const var<> b = a * a;
    t.rewind(middle);
    const var<> c = a * 3;
    t.backward(c);
    CHECK(x.adjoint() == 6.0);
    CHECK_THROWS_AS(t.backward(b), dad::tape_error);
    t.rewind(start);
    CHECK_THROWS_AS(t.backward(c), dad::tape_error);
    CHECK_THROWS_AS(t.rewind(middle), dad::tape_error);
    t.rewind(start);
  }
  SECTION("inputs after the position go with it") {
    var<> late = 1.0;
    t.input(late);
    CHECK(t.statistics().inputs == 2);
    t.rewind(start);
    CHECK(t.statistics().inputs == 1);
  }
  SECTION("a new value where a rewound one was has no adjoint of an old sweep") {
    t.backward(x * 5);
    t.rewind(start);
    const var<> y = x * 7;
    CHECK(y.adjoint() == 0.0);
  }
}

TEST_CASE("activation is a guard, nests, and is one per number type") {
  CHECK(dad::tape<>::active() == nullptr);
  dad::tape<> outer, inner;
  dad::tape<float> other;
  {
    const auto guard = outer.activate();
    CHECK(dad::tape<>::active() == &outer);
    {
      const auto nested = inner.activate();
      const auto beside = other.activate();
      CHECK(dad::tape<>::active() == &inner);
      CHECK(dad::tape<float>::active() == &other);
      var<> x = 1.0;
      inner.input(x);
      inner.backward(x * 2);
      CHECK(x.adjoint() == 2.0);
    }
    CHECK(dad::tape<>::active() == &outer);
    CHECK(dad::tape<float>::active() == nullptr);
    var<> x = 1.0;
    outer.input(x);
    outer.backward(x * 3);
    CHECK(x.adjoint() == 3.0);
  }
  CHECK(dad::tape<>::active() == nullptr);
}

TEST_CASE("a tape that ends while it is active leaves none behind") {
  {
    auto t = std::make_unique<dad::tape<>>();
    auto guard = std::make_unique<dad::tape<>::activation>(*t);
    t.reset();
    CHECK(dad::tape<>::active() == nullptr);
  }
  CHECK(dad::tape<>::active() == nullptr);
}

TEST_CASE("many inputs at once are those of one after another") {
  for (const std::size_t n : {0u, 1u, 7u, 8u, 1000u, 20'000u}) {
    CAPTURE(n);
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) values.push_back(std::sin(static_cast<double>(i)));
    const auto gradient = [&](auto make_inputs) {
      dad::tape<> t;
      const auto guard = t.activate();
      var<> y = 0.0;
      for (int round = 0; round < 2; ++round) {  // at the beginning, and behind something else
        std::vector<var<>> x(values.begin(), values.end());
        make_inputs(t, x);
        for (std::size_t i = 0; i < n; ++i) y += x[i] * x[n - 1 - i] * (1.0 + round);
        for (std::size_t i = 1; i < n; ++i) REQUIRE(x[i].index() == x[i - 1].index() + 1);
      }
      std::vector<double> adjoints;
      if (n > 0) {
        t.backward(y);
        for (std::size_t i = 0; i <= t.newest_index(); ++i) adjoints.push_back(t.adjoints()[i]);
      }
      return std::tuple(adjoints, t.statistics().inputs, t.statistics().statements, t.statistics().values);
    };
    const auto at_once = gradient([](auto& t, auto& x) { t.input(x); });
    const auto one_by_one = gradient([](auto& t, auto& x) {
      for (auto& v : x) t.input(v);
    });
    CHECK(at_once == one_by_one);
    CHECK(std::get<1>(at_once) == 2 * n);
  }
}

TEST_CASE("inputs have no arguments, whatever was recorded where they are") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto make = [&](std::size_t count) {
    std::vector<var<>> x(count, 0.5);
    t.input(x);
    return x;
  };
  const auto record = [](const std::vector<var<>>& x, int rows) {
    var<> y = x[0] * x[1];
    for (int i = 0; i < rows; ++i) y = sin(y) * x[1];
    return y.value();
  };
  const auto check = [&](std::size_t inputs) {
    CAPTURE(inputs);
    const auto s = t.statistics();
    CHECK(s.statements == inputs);
    CHECK(s.arguments == 0);
    CHECK(s.values == inputs);
  };
  (void)make(1000);
  check(1000);
  t.clear();
  const auto few = make(10);
  (void)record(few, 300);
  t.clear();
  t.clear();
  (void)make(1000);
  check(1000);
  SECTION("after what was rewound") {
    t.clear();
    const auto x = make(20);
    const auto start = t.position();
    (void)record(x, 400);
    t.rewind(start);
    (void)make(700);
    check(720);
    t.rewind(start);
    check(20);
    (void)record(x, 400);
    t.clear();
    (void)make(2000);
    check(2000);
  }
  SECTION("behind inputs that were made one by one") {
    t.clear();
    var<> single = 1.0;
    t.input(single);
    const auto x = make(8);
    (void)record(x, 300);
    t.clear();
    single = 1.0;
    t.input(single);
    (void)make(900);
    check(901);
  }
  SECTION("behind rows that were folded into others") {
    t.clear();
    const auto x = make(10);
    var<> y = x[0] * x[1];
    y += x[2] * x[3];
    y += x[4] * x[5];
    const auto start = t.position();
    (void)make(20);
    CHECK(t.statistics(start).statements == 20);
    CHECK(t.statistics(start).arguments == 0);
    CHECK(y.is_active());
  }
  SECTION("in memory that has grown") {
    t.clear();
    (void)record(make(1500), 300);
    t.clear();
    for (int block = 0; block < 400; ++block) (void)make(1000);
    check(400'000);
  }
}

TEST_CASE("of many inputs some may be values already, of this recording alone") {
  dad::tape<> t, other;
  std::vector<var<>> foreign(10, 1.0);
  {
    const auto guard = other.activate();
    other.input(foreign);
  }
  const auto guard = t.activate();
  std::vector<var<>> x(10, 2.0);
  t.input(x);
  const var<> before = x[3];
  x[5] = 7.0;
  t.input(x);
  t.backward(x[3] * x[5] + 100.0 * before);
  CHECK(x[3].adjoint() == 7.0);
  CHECK(x[5].adjoint() == 2.0);
  CHECK(before.adjoint() == 100.0);
  x[9] = foreign[9];
  CHECK_THROWS_AS(t.input(x), dad::tape_error);
}

TEST_CASE("each thread has its own active tape") {
  constexpr int thread_count = 4, rounds = 200;
  std::array<double, thread_count> slopes{};
  std::vector<std::thread> threads;
  dad::tape<> mine;
  const auto guard = mine.activate();
  for (int k = 0; k < thread_count; ++k)
    threads.emplace_back([k, &slopes] {
      if (dad::tape<>::active() != nullptr) return;
      dad::tape<> t;
      const auto active = t.activate();
      for (int round = 0; round < rounds; ++round) {
        t.clear();
        var<> x = 1.0 + k;
        t.input(x);
        var<> y = x;
        for (int i = 0; i < 50; ++i) y = y * x / (1.0 + k);
        t.backward(y);
        slopes[static_cast<std::size_t>(k)] += x.adjoint();
      }
    });
  for (auto& thread : threads) thread.join();
  // y = x^51 / c^50 with x = c: dy/dx = 51
  for (const double slope : slopes) CHECK(slope == close_to(51.0 * rounds));
  CHECK(dad::tape<>::active() == &mine);
  CHECK(mine.statistics().statements == 0);
}

}  // namespace
