// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where a NaN comes from: the first operation that made one, in the values or in the adjoints.

#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

// Distance of a point from a circle, and how unlikely its spread x[2] is; scopes name the parts in reports.
const auto loss = [](const auto& x) {
  const dad::scope whole("loss");
  const auto first = square(x[0]);
  const auto squares = first + square(x[1]);
  const auto distance = [&] {
    const dad::scope part("distance");
    return sqrt(squares) - 1.0;
  }();
  auto sum = distance * distance;
  for (std::size_t k = 1; k <= 2; ++k) {
    const dad::scope part("prior", k);
    const auto scaled = x[2] - static_cast<double>(k);
    sum = sum + log(scaled);
  }
  return sum;
};

int main() {
  const std::vector<double> good{0.5, 0.25, 4};
  std::printf("%s\n", dad::find_nonfinite(loss, good).text().c_str());

  // log of a negative number, in the second prior.
  std::printf("%s\n", dad::find_nonfinite(loss, std::vector{0.5, 0.25, 1.5}).text().c_str());

  // Here the value is fine and the gradient is not: sqrt'(0) is infinite. hypot(x[0], x[1]) would do.
  std::printf("%s\n", dad::find_nonfinite(loss, std::vector{0.0, 0.0, 4.0}).text().c_str());

  // The lowest of many inputs at which something is not finite.
  std::vector<std::vector<double>> inputs(1000, good);
  inputs[812][2] = 0;
  inputs[347][2] = 2;
  std::printf("%s\n", dad::batch_find_nonfinite(loss, inputs).text().c_str());

  // All that the tape saw, with the adjoints of the sweep.
  dad::tape<> t;
  const dad::observation seen(t);
  const auto guard = t.activate();
  std::vector<dad::var<>> x{0.0, 2.0, 3.0};
  t.input(x);
  t.backward(loss(x));
  std::printf("\n%s", seen.listing().c_str());

  // A recorded function as a text.
  std::printf("\n%s", dad::record([](const auto& y) { return exp(-0.5 * y * y); }, 1.0).listing().c_str());
}
