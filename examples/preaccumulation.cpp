// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A region of many operations on few inputs, kept on the tape as its Jacobian.

#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

// The time that light takes through the atmosphere, as a series of many terms of two numbers.
template <class T>
T travel_time(const T& angle, const T& density) {
  T time = 0;
  {
    const dad::preaccumulation region(time);
    for (int i = 1; i <= 200; ++i) {
      const double height = i / 200.0;
      time += sqrt(1 + square(sin(angle) * height)) * (1 + density * exp(-5 * height)) / 200;
    }
  }
  return time;
}

int main() {
  dad::tape<> tape;
  const auto guard = tape.activate();
  std::vector<dad::var<>> angles(50);
  dad::var<> density = 0.3, sum = 0;
  tape.input(density);
  for (std::size_t i = 0; i < angles.size(); ++i) {
    angles[i] = 0.02 * static_cast<double>(i);
    tape.input(angles[i]);
    sum += travel_time(angles[i], density);
  }
  tape.backward(sum);
  std::printf("sum of times % .6f, by density % .6f, by the last angle % .6f\n", sum.value(),
              density.adjoint(), angles.back().adjoint());
  std::printf("partials on the tape: %s\n", tape.statistics().partials <= 2 * angles.size()
                                                ? "two for each time"
                                                : "those of every operation");
}
