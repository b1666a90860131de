// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of what a solver finds: where a planet is, by its orbit.

#include <cmath>
#include <cstdio>
#include <tuple>

#include <dad/dad.hpp>

// Kepler's equation: the eccentric anomaly E of an orbit of eccentricity e, at mean anomaly M.
const auto residual = [](const auto& orbit, const auto& anomaly) {
  const auto& [mean, e] = orbit;
  return anomaly - e * sin(anomaly) - mean;
};
const auto newton = [](double mean, double e) {
  double anomaly = mean;
  for (double step = 1; std::abs(step) > 1e-15 * (1 + std::abs(anomaly)); anomaly -= step)
    step = (anomaly - e * std::sin(anomaly) - mean) / (1 - e * std::cos(anomaly));
  return anomaly;
};
const auto eccentric_anomaly = dad::implicit(residual, newton);

int main() {
  const auto distance = [](const auto& mean, const auto& e) {
    return 1 - e * cos(eccentric_anomaly(mean, e));
  };
  const auto mercury = std::tuple(0.8, 0.2056);
  const auto [value, gradient] = dad::value_and_gradient(distance, mercury);
  std::printf("distance from the sun    % .6f\n", value);
  std::printf("  by mean anomaly        % .6f\n", std::get<0>(gradient));
  std::printf("  by eccentricity        % .6f\n", std::get<1>(gradient));
  const dad::matrix h = dad::hessian(distance, mercury);
  std::printf("  second derivatives     % .6f % .6f % .6f\n", h(0, 0), h(0, 1), h(1, 1));
}
