// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of a user's own: a function of another library, a step with a slope, and a black box.

#include <cmath>
#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

// The Bessel functions of the standard library take doubles alone. J0' = -J1 and J1'(x) = J0(x) - J1(x) / x:
// the derivatives are generic and use the rules themselves, so they have derivatives of every order.
template <class T>
T bessel1(const T& x);
const auto bessel0 = dad::rule([](double x) { return std::cyl_bessel_j(0, x); }, dad::derived,
                               [](const auto& x, const auto& w) { return -bessel1(x) * w; });
template <class T>
T bessel1(const T& x) {
  static const auto f =
      dad::rule([](double u) { return std::cyl_bessel_j(1, u); }, dad::derived,
                [](const auto& u, const auto& w) { return (bessel0(u) - bessel1(u) / u) * w; });
  return f(x);
}

// Rounds, but lets derivatives through as if it did not.
const auto rounded = dad::rule([](double x) { return std::round(x); }, [](double, double dx) { return dx; },
                               [](double, double w) { return w; });

// A simulation of which only numbers come out: the range of a shot, by steps of time.
double range_of_shot(const std::vector<double>& speed) {
  double x = 0, y = 0, vy = speed[1], before = 0;
  for (const double dt = 1e-4; y >= 0; y += vy * dt, vy -= 9.81 * dt) before = y, x += speed[0] * dt;
  return x + speed[0] * 1e-4 * (before / (before - y) - 1);
}
const auto shot = dad::rule(range_of_shot, dad::finite_differences{.step = 1e-3});

int main() {
  std::printf("J0 at 2                 % .9f\n", bessel0(2.0));
  std::printf("  first derivative      % .9f\n", dad::derivative(bessel0, 2.0));
  std::printf("  second derivative     % .9f\n", dad::derivative<2>(bessel0, 2.0));

  const auto quantised = [](const auto& x) { return square(rounded(x[0]) - x[1]); };
  const auto [value, gradient] = dad::value_and_gradient(quantised, std::vector{2.7, 1.0});
  std::printf("(round(2.7) - 1)^2      % .6f, gradient % .6f % .6f\n", value, gradient[0], gradient[1]);

  const auto by_speed = dad::gradient(shot, std::vector{20.0, 15.0});  // 2 vy / g and 2 vx / g
  std::printf("range of a shot by vx   % .4f, by vy % .4f\n", by_speed[0], by_speed[1]);
}
