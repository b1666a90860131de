// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Jacobians of many inputs and outputs, whose sweeps leave out what is zero.

#include <dad/driver/jacobian.hpp>
#include <dad/rule/elementwise.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::detail::jacobian_way;

template <class X>
using element = std::remove_cvref_t<decltype(std::declval<const X&>()[0])>;

std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t k = 0; k < n; ++k) x[k] = 1.0 + 0.3 * std::sin(static_cast<double>(k));
  return x;
}

struct result {
  dad::matrix jacobian;
  dad::detail::jacobian_counts counts;
};
template <class F>
result by(jacobian_way way, const F& f, const std::vector<double>& x) {
  dad::tape<> t;
  dad::detail::recorded<F, std::vector<double>, double> recording(t, f, x, dad::detail::unseeded{});
  result r;
  r.jacobian = dad::detail::recorded_jacobian(recording, t, recording.outputs(), [&](const auto& counts) {
                 r.counts = counts;
                 return way;
               }).jacobian;
  return r;
}

// The same code for all who call it: compilers round some values once or twice by what is around them.
template <class F, class X>
[[gnu::noinline]] auto value_of(const F& f, const X& x) {
  return f(x);
}
/// Outputs first to last of f, of which there are few enough for sweeps down that leave nothing out.
template <class F>
struct part {
  const F& f;
  std::size_t first, last;
  template <class X>
  auto operator()(const X& x) const {
    const auto y = value_of(f, x);
    return std::vector(y.begin() + static_cast<std::ptrdiff_t>(first),
                       y.begin() + static_cast<std::ptrdiff_t>(std::min(last, y.size())));
  }
};
template <class F>
part<F> all_of(const F& f) {
  return {f, 0, static_cast<std::size_t>(-1)};
}
/// f, and an output to which all inputs go by so long a way that sweeps up leave nothing out.
template <class F>
struct with_long_way {
  const F& f;
  template <class X>
  auto operator()(const X& x) const {
    auto y = value_of(f, x);
    element<X> all(0);
    for (const auto& u : x) all += u;
    for (std::size_t i = 0; i < 600 * x.size(); ++i) all = sin(all);
    y.push_back(all);
    return y;
  }
};
/// f, and an output with an infinite partial: with that, sweeps multiply no zero.
template <class F>
struct with_infinity {
  const F& f;
  template <class X>
  auto operator()(const X& x) const {
    auto y = value_of(f, x);
    y.push_back(sqrt(x[0] - 1.0));
    return y;
  }
};

bool are_same(double a, double b) { return a == b && std::signbit(a) == std::signbit(b); }
bool are_close(double a, double b) { return std::abs(a - b) <= 1e-12 * (1.0 + std::abs(a)); }

/// Both ways have the bits of sweeps that leave nothing out, and about the numbers of forward passes, of
/// sweeps by rows, and of sweeps that look at every zero. Gives how many entries are zero.
template <class F>
std::size_t zeros_of_equal_jacobians(const F& f, const std::vector<double>& x) {
  REQUIRE(x[0] == 1.0);
  const dad::matrix up = by(jacobian_way::forward, all_of(f), x).jacobian;
  const dad::matrix down = by(jacobian_way::reverse, all_of(f), x).jacobian;
  const dad::matrix all_up = by(jacobian_way::forward, with_long_way<F>{f}, x).jacobian;
  dad::matrix all_down(0, 0);
  const dad::matrix others[] = {dad::jacobian(f, x, dad::forward),
                                by(jacobian_way::reverse_by_rows, f, x).jacobian,
                                by(jacobian_way::forward, with_infinity<F>{f}, x).jacobian,
                                by(jacobian_way::reverse, with_infinity<F>{f}, x).jacobian};
  for (std::size_t o = 2; o < 4; ++o)
    CHECK(others[o](up.rows(), 0) == std::numeric_limits<double>::infinity());
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < up.rows(); ++i) {
    const std::size_t first = i / 200 * 200;
    if (i == first) all_down = by(jacobian_way::reverse, part<F>{f, first, first + 200}, x).jacobian;
    for (std::size_t k = 0; k < up.cols(); ++k) {
      const double entry = up(i, k);
      zeros += entry == 0.0;
      bool is_right = are_same(entry, all_up(i, k)) && are_same(down(i, k), all_down(i - first, k)) &&
                      are_close(entry, down(i, k));
      for (const dad::matrix& other : others) is_right = is_right && are_close(entry, other(i, k));
      if (!is_right)
        FAIL("entry (" << i << ", " << k << ") is " << entry << " and " << down(i, k)
                       << ", with nothing left out " << all_up(i, k) << " and " << all_down(i - first, k)
                       << ", by passes " << others[0](i, k) << ", by rows " << others[1](i, k)
                       << ", beside an infinity " << others[2](i, k) << " and " << others[3](i, k));
    }
  }
  return zeros;
}

// Diffusion on a ring: after each step one more neighbour on both sides has part in a value.
const auto diffusion = [](int steps) {
  return [steps](const auto& x) {
    std::vector<element<decltype(x)>> u(x.begin(), x.end()), next(u);
    const std::size_t n = u.size();
    for (int s = 0; s < steps; ++s) {
      for (std::size_t i = 0; i < n; ++i) next[i] = u[i] + 0.1 * u[(i + 1) % n] * u[(i + n - 1) % n];
      std::swap(u, next);
    }
    return u;
  };
};

TEST_CASE("what is zero in a Jacobian is left out, and changes no bit") {
  for (const std::size_t n : {225u, 256u, 300u, 1100u}) {
    CAPTURE(n);
    for (const int steps : {1, 20}) {
      CAPTURE(steps);
      CHECK(zeros_of_equal_jacobians(diffusion(steps), point(n)) ==
            n * (n - 1 - 2 * static_cast<std::size_t>(steps)));
    }
  }
}

TEST_CASE("long sums, of which a block of columns has one term or some at the end") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    const std::size_t n = x.size();
    std::vector<T> y(n / 2, T(0));
    for (std::size_t i = 0; i < y.size(); ++i)
      for (std::size_t k = 0; k < n; ++k)
        if ((i + k) % 3 != 0) y[i] += static_cast<double>(i + k) * x[k] * x[k];
    for (std::size_t i = 0; i < y.size(); i += 2) y[i] = y[i] * y[i / 2];
    return y;
  };
  CHECK(zeros_of_equal_jacobians(f, point(460)) > 0);
}

TEST_CASE("outputs that are inputs, constants, the same, or used by others, in many blocks") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    std::vector<T> y;
    for (std::size_t k = 0; k + 1 < x.size(); ++k) {
      const T product = x[k] * x[k + 1];
      y.push_back(product);
      if (k % 3 == 0) y.push_back(product);
      if (k % 7 == 0) y.push_back(x[k]);
      if (k % 11 == 0) y.push_back(T(5));
      if (k % 13 == 0) y.push_back(product * x[0]);
      if (k % 17 == 0) y.push_back(y[k / 2] * y[k / 3]);
    }
    for (std::size_t i = 0; i < 40; ++i) y.push_back(y[i]);
    return y;
  };
  CHECK(zeros_of_equal_jacobians(f, point(260)) > 0);
}

TEST_CASE("random programs of many inputs and outputs") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const auto f = [seed](const auto& x) {
      std::minstd_rand random(seed);
      using T = element<decltype(x)>;
      std::vector<T> values(x.begin(), x.end()), y;
      const auto any = [&]() -> T& { return values[random() % values.size()]; };
      for (int i = 0; i < 3000; ++i) {
        const auto kind = random() % 8;
        if (kind == 0) any() = tanh(any() * any());
        if (kind == 1) values.push_back(sin(any()) - 0.5 * any());
        if (kind == 2) any() += 0.3 * any();
        if (kind == 3) any() -= any() * any();
        if (kind == 4) any() = 0.5 * (any() + any());
        if (kind == 5) any() = T(0.25);
        if (kind == 6 && y.size() < 240 + 20 * seed) y.push_back(any());
        if (kind == 7 && y.size() < 240 + 20 * seed) y.push_back(tanh(any()) + any());
      }
      return y;
    };
    CHECK(zeros_of_equal_jacobians(f, point(230 + 15 * seed)) > 0);
  }
}

TEST_CASE("counts tell what sweeps meet with more than zeros") {
  const auto active = [](const auto& f, std::size_t n) {
    return by(jacobian_way::forward, f, point(n)).counts;
  };
  const auto near = [](double part, double expected) { return std::abs(part - expected) < 0.1 * expected; };

  // Each block has the rows of its own lines, and for 1000 lines a sweep has 32 of them.
  const auto squares = [](const auto& x) {
    std::vector<element<decltype(x)>> y;
    for (const auto& u : x) y.push_back(sin(u) * sin(u));
    return y;
  };
  CHECK(near(active(squares, 1000).active_down, 32.0 / 1000.0));
  // After s steps of t, 2 s + 1 + 31 inputs, and 2 (t - s) + 1 + 31 outputs.
  const auto steps = active(diffusion(50), 300);
  CHECK(near(steps.active_up, 82.0 / 300.0));
  CHECK(near(steps.active_down, 82.0 / 300.0));
  // Everything depends on everything, through one number.
  const auto dense = [](const auto& x) {
    std::vector<element<decltype(x)>> y(x.size(), x[0]);
    for (const auto& u : x) y[0] += u * u;
    for (int i = 0; i < 5000; ++i) y[0] = sin(y[0]);
    for (std::size_t i = 1; i < y.size(); ++i) y[i] = y[i - 1] * x[i];
    return y;
  };
  CHECK(active(dense, 300).active_up > 0.9);
  CHECK(active(dense, 300).active_down > 0.9);

  // Long chains of outputs over a sum of all inputs are dense in every column, and each in one row: down.
  const auto chains = [](const auto& x) {
    element<decltype(x)> sum(0);
    for (const auto& u : x) sum += u * u;
    std::vector<element<decltype(x)>> y;
    for (int i = 0; i < 300; ++i) {
      y.push_back(sum * static_cast<double>(i));
      for (int k = 0; k < 100; ++k) y.back() = sin(y.back());
    }
    return y;
  };
  const auto of_chains = active(chains, 300);
  CHECK(of_chains.active_down < 0.15);
  CHECK(of_chains.best_way() != jacobian_way::forward);
  // Long chains of inputs below a few sums of all of them are dense in every row: up.
  const auto inputs_first = [](const auto& x) {
    std::vector<element<decltype(x)>> u(x.begin(), x.end()), y;
    for (auto& v : u)
      for (int k = 0; k < 100; ++k) v = sin(v);
    for (std::size_t i = 0; i < 300; ++i) {
      y.push_back(u[i] * u[0]);
      for (std::size_t k = 0; k < 10; ++k) y.back() += u[30 * k] * static_cast<double>(i + k);
    }
    for (std::size_t i = 1; i < 300; ++i) y[i] += y[i - 1];
    return y;
  };
  const auto of_inputs = active(inputs_first, 300);
  CHECK(of_inputs.active_up < 0.2);
  CHECK(of_inputs.best_way() == jacobian_way::forward);
  // Sums that grow by turns, each of all inputs in the end.
  const auto sums = [](const auto& x) {
    std::vector<element<decltype(x)>> y(300, element<decltype(x)>(0));
    for (const auto& u : x)
      for (std::size_t i = 0; i < y.size(); i += 3) y[i] += u * u;
    for (std::size_t i = 1; i < y.size(); ++i) y[i] += y[i - 1];
    for (auto& v : y)
      for (int k = 0; k < 300; ++k) v = sin(v);
    for (std::size_t i = 1; i < y.size(); ++i) y[i] += y[i - 1];
    return y;
  };
  CHECK(active(sums, 300).active_up > 0.5);
}

TEST_CASE("counts of elementwise functions") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    std::vector<T> y(x.begin(), x.end()), z(y.size(), T(0));
    for (int k = 0; k < 20; ++k) {
      dad::elementwise_into(
          z, [](const auto& u) { return tanh(0.9 * u) + u; }, y);
      std::swap(y, z);
    }
    return y;
  };
  CHECK(zeros_of_equal_jacobians(f, point(300)) == 300 * 299);
  const auto counts = by(jacobian_way::forward, f, point(300)).counts;
  CHECK(counts.active_down < 0.12);
}

}  // namespace
