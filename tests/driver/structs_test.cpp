// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Structs that serialize, as points and as results of every driver.

#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

#include <array>
#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class T>
struct option {
  T spot, strike, rate, volatility, maturity;
  int kind;
  std::vector<T> dividends;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& spot& strike& rate& volatility& maturity& kind& dividends;
  }
};

// Not a real price: every member has a known influence.
const auto price = [](const auto& o) {
  auto y = o.spot * o.spot * o.strike + exp(o.rate) * o.kind + o.volatility / o.maturity;
  for (const auto& d : o.dividends) y += d * d * d;
  return y;
};
const option<double> some_option{2.0, 3.0, 0.5, 4.0, 8.0, -1, {1.0, 2.0}};

TEST_CASE("the gradient of a struct is a struct") {
  const auto [value, greeks] = dad::value_and_gradient(price, some_option);
  STATIC_REQUIRE(std::is_same_v<decltype(greeks), const option<double>>);
  CHECK(value == close_to(12.0 - std::exp(0.5) + 0.5 + 9.0));
  CHECK(greeks.spot == 12.0);
  CHECK(greeks.strike == 4.0);
  CHECK(greeks.rate == close_to(-std::exp(0.5)));
  CHECK(greeks.volatility == 0.125);
  CHECK(greeks.maturity == -0.0625);
  CHECK(greeks.kind == -1);
  CHECK(greeks.dividends == std::vector{3.0, 12.0});

  SECTION("on a tape, and into memory") {
    dad::tape<> t;
    CHECK(dad::gradient(t, price, some_option).dividends == greeks.dividends);
    option<double> out{};
    CHECK(dad::gradient_into(price, some_option, out) == value);
    CHECK(out.maturity == greeks.maturity);
    CHECK(out.kind == -1);
    std::vector<double> flat(7);
    dad::gradient_into(price, some_option, flat);
    CHECK_ROW(flat, (std::vector{12.0, 4.0, -std::exp(0.5), 0.125, -0.0625, 3.0, 12.0}));
  }
  SECTION("jvp, vjp, jacobian, hessian and hvp take it too") {
    option<double> v{1.0, 0.0, 0.0, 8.0, 0.0, 0, {0.0, 1.0}};
    CHECK(dad::jvp(price, some_option, v).tangent == 12.0 + 1.0 + 12.0);
    CHECK(dad::vjp(price, some_option, 2.0).adjoint.dividends == std::vector{6.0, 24.0});
    const auto j = dad::jacobian(price, some_option);
    CHECK(j.cols() == 7);
    CHECK(j(0, 5) == 3.0);
    const auto h = dad::hessian(price, some_option);
    CHECK(h.rows() == 7);
    CHECK(h(0, 0) == 6.0);
    CHECK(h(0, 1) == 4.0);
    CHECK(h(3, 4) == -1.0 / 64);
    CHECK(h(6, 6) == 12.0);
    const auto product = dad::hvp(price, some_option, v);
    STATIC_REQUIRE(std::is_same_v<decltype(product), const option<double>>);
    CHECK(product.spot == 6.0);
    CHECK(product.strike == 4.0);
    CHECK(product.maturity == -8.0 / 64);
    CHECK(product.dividends == std::vector{0.0, 12.0});
  }
  SECTION("a direction with another number of reals is refused") {
    option<double> v = some_option;
    v.dividends.push_back(1.0);
    CHECK_THROWS_WITH(dad::jvp(price, some_option, v), "dad: direction v of jvp has 8 entries, expected 7");
    CHECK_THROWS_WITH(dad::hvp(price, some_option, v), "dad: direction v of hvp has 8 entries, expected 7");
  }
}

template <class T>
struct curve {
  std::array<T, 2> ends;
  std::vector<std::pair<std::string, T>> named;
  double width = 1.5;  // data, in every scalar
  bool closed = false;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& ends& named& width& closed;
  }
};

template <class T>
class basket {
 public:
  basket() = default;
  basket(option<T> first, curve<T> second) : options_{first, first}, curve_(second) {}
  [[nodiscard]] auto worth() const {
    using U = std::remove_cvref_t<decltype(options_[0].spot)>;
    U sum = curve_.ends[0] * curve_.named.back().second * curve_.width;
    for (const auto& o : options_) sum += price(o);
    return sum;
  }
  [[nodiscard]] const std::array<option<T>, 2>& options() const { return options_; }
  [[nodiscard]] const curve<T>& path() const { return curve_; }

 private:
  friend struct dad::access;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& options_& curve_;
  }
  std::array<option<T>, 2> options_{};
  curve<T> curve_{};
};

TEST_CASE("nested and private structs") {
  const curve<double> path{{2.0, 3.0}, {{"a", 4.0}, {"b", 5.0}}, 0.25, true};
  const basket<double> b(some_option, path);
  const auto g = dad::gradient([](const auto& x) { return x.worth(); }, b);
  STATIC_REQUIRE(std::is_same_v<decltype(g), const basket<double>>);
  CHECK(g.options()[1].spot == 12.0);
  CHECK(g.options()[0].kind == -1);
  CHECK(g.path().ends == std::array{1.25, 0.0});
  CHECK(g.path().named[0] == std::pair{std::string("a"), 0.0});
  CHECK(g.path().named[1] == std::pair{std::string("b"), 0.5});
  CHECK(g.path().width == 0.25);
  CHECK(g.path().closed);
}

TEST_CASE("structs in containers and among several arguments") {
  const auto f = [](const auto& options, const auto& weight) {
    auto sum = 0 * weight;
    for (const auto& o : options) sum += weight * o.spot * o.kind;
    return sum;
  };
  const std::vector<option<double>> options{some_option, some_option};
  const auto [g, slope] = dad::gradient(f, std::tuple{options, 3.0});
  CHECK(g.size() == 2);
  CHECK(g[1].spot == -3.0);
  CHECK(g[1].strike == 0.0);
  CHECK(slope == -4.0);
}

template <class T>
struct state {
  T position, velocity;
  int steps = 0;
  std::vector<T> trace;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& position& velocity& steps& trace;
  }
};

TEST_CASE("results may be structs") {
  const auto step = [](const auto& s) {
    auto next = s;
    next.position += 0.5 * s.velocity;
    next.velocity = s.velocity * s.position;
    next.trace.push_back(next.position);
    ++next.steps;
    return next;
  };
  const state<double> start{1.0, 2.0, 4, {}};
  const auto [value, tangent] = dad::jvp(step, start, state<double>{1.0, 0.0, 0, {}});
  STATIC_REQUIRE(std::is_same_v<decltype(value), const state<double>>);
  CHECK(value.position == 2.0);
  CHECK(value.steps == 5);
  CHECK(value.trace == std::vector{2.0});
  CHECK(tangent.position == 1.0);
  CHECK(tangent.velocity == 2.0);
  CHECK(tangent.trace == std::vector{1.0});

  const auto adjoint = dad::vjp(step, start, state<double>{1.0, 10.0, 0, {100.0}}).adjoint;
  CHECK(adjoint.position == 1.0 + 20.0 + 100.0);
  CHECK(adjoint.velocity == 0.5 + 10.0 + 50.0);
  CHECK(adjoint.steps == 4);

  const auto j = dad::jacobian(step, start);
  CHECK(std::vector<double>(j.data(), j.data() + j.size()) == std::vector<double>{1, 0.5, 2, 1, 1, 0.5});
  const auto speed = dad::derivative(
      [](const auto& t) {
        return state<std::remove_cvref_t<decltype(t)>>{t * t, 2 * t, 1, {t}};
      },
      3.0);
  CHECK(speed.position == 6.0);
  CHECK(speed.trace == std::vector{1.0});
}

TEST_CASE("float structs have float gradients") {
  const option<float> o{2.0F, 3.0F, 0.5F, 4.0F, 8.0F, -1, {1.0F}};
  const auto [value, greeks] = dad::value_and_gradient(price, o);
  STATIC_REQUIRE(std::is_same_v<decltype(value), const double>);
  STATIC_REQUIRE(std::is_same_v<decltype(greeks), const option<float>>);
  CHECK(greeks.spot == 12.0F);
  CHECK(greeks.rate == static_cast<float>(-std::exp(0.5)));
}

}  // namespace
