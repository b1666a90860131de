// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of one function at one input: a number, a vector, a struct, and second order.

#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

// Rosenbrock's valley in any number of dimensions.
const auto rosenbrock = [](const auto& x) {
  auto sum = 0 * x[0];
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
  return sum;
};

// A European call: the struct's first template parameter is what is differentiated, `contracts` is carried
// along.
template <class T>
struct option {
  T spot, strike, rate, volatility, maturity;
  int contracts = 1;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& spot& strike& rate& volatility& maturity& contracts;
  }
};

const auto black_scholes = [](const auto& o) {
  const auto spread = o.volatility * sqrt(o.maturity);
  const auto d1 = (log(o.spot / o.strike) + (o.rate + square(o.volatility) / 2) * o.maturity) / spread;
  const auto discount = exp(-o.rate * o.maturity);
  return o.contracts * (o.spot * norm_cdf(d1) - o.strike * discount * norm_cdf(d1 - spread));
};

int main() {
  std::printf("d/dx x sin x at 2      % .6f\n",
              dad::derivative([](const auto& x) { return x * sin(x); }, 2.0));

  const std::vector<double> x{-1.2, 1.0, 0.5};
  const auto [value, gradient] = dad::value_and_gradient(rosenbrock, x);
  std::printf("rosenbrock             % .6f\n", value);
  for (double g : gradient) std::printf("  its gradient         % .6f\n", g);

  const dad::matrix hessian = dad::hessian(rosenbrock, x);
  for (std::size_t i = 0; i < 3; ++i)
    std::printf("  its Hessian          % .2f % .2f % .2f\n", hessian(i, 0), hessian(i, 1), hessian(i, 2));
  const auto product = dad::hvp(rosenbrock, x, std::vector{1.0, 0.0, 1.0});
  std::printf("  its Hessian times v  % .2f % .2f % .2f\n", product[0], product[1], product[2]);

  const auto [price, greeks] =
      dad::value_and_gradient(black_scholes, option<double>{100, 105, 0.02, 0.3, 0.5, 10});
  std::printf("ten calls              % .6f\n", price);
  std::printf("  delta %.6f  rho %.6f  vega %.6f\n", greeks.spot, greeks.rate, greeks.volatility);
}
