// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ten thousand calls need no more memory than a thousand.

#include <fstream>
#include <stdexcept>
#include <tuple>
#include <vector>

#include <unistd.h>

#include "mpi/ranks.hpp"

namespace {

/// Resident bytes of this process.
long resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

constexpr auto square = [](const auto& x) { return x * x; };
constexpr auto square_first = [](const auto& x) { return x[0] * x[0]; };
constexpr auto product = [](const auto& a, const auto& x) { return a * x[0]; };
constexpr auto weighted = [](const auto& w, const auto& x) { return w[3] * x; };
constexpr auto failing = [](const auto& x) {
  if (x.size() == 5) throw std::runtime_error("five");
  return x[0];
};

}  // namespace

TEST_CASE("memory stays as it is") {
  const std::vector<double> numbers(16, 0.5);
  const std::vector<double> weights(100, 0.1);
  std::vector<std::vector<double>> ragged;
  for (std::size_t i = 0; i < 8; ++i) ragged.emplace_back(i + 1, 0.5);
  const std::vector<std::tuple<double, std::vector<double>>> tuples(8, {0.5, {1.0, 2.0}});

  long after_thousand = 0;
  long batch_errors = 0;
  for (int i = 0; i < 10000; ++i) {
    if (i == 1000) after_thousand = resident_bytes();
    switch (i % 5) {
      case 0:
        dad::mpi::batch_eval(square, numbers);
        break;
      case 1:
        dad::mpi::batch_sum(weighted, weights, numbers);
        break;
      case 2:
        dad::mpi::batch_eval(square_first, ragged);
        break;
      case 3:
        dad::mpi::batch_eval(product, tuples);
        break;
      default:
        try {
          dad::mpi::batch_eval(failing, ragged);
        } catch (const dad::batch_error&) {
          ++batch_errors;
        }
    }
  }
  CHECK(batch_errors == 2000);
  CHECK(resident_bytes() - after_thousand <= 1 << 20);
}
