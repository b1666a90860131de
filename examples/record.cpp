// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function recorded once, and evaluated at other inputs without being called again.

#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

// A progressive tax on the sum of two incomes, of which the second is taxed in full above 20.
const auto tax = [](const auto& income) {
  const auto total = income[0] + income[1];
  return total < 20 ? 0.1 * total : 2 + 0.3 * (total - 20) + 0.001 * square(income[1]);
};

int main() {
  const std::vector<double> recorded{30, 10};
  auto program = dad::record(tax, recorded);

  const auto [value, gradient] = program.value_and_gradient({40, 20});
  std::printf("tax of 40 and 20       %6.3f, of one more %.3f or %.3f\n", value, gradient[0], gradient[1]);

  const std::vector<std::vector<double>> incomes{{5, 5}, {15, 10}, {50, 0}};
  const auto batch = program.batch(incomes);
  for (std::size_t i = 0; i < incomes.size(); ++i)
    std::printf("tax of %2.0f and %2.0f       %6.3f, of one more %.3f or %.3f\n", incomes[i][0],
                incomes[i][1], batch[i].value, batch[i].gradient[0], batch[i].gradient[1]);

  const dad::program_statistics s = program.statistics();
  std::printf("%zu operations on %zu inputs, %zu branch, %zu paths\n", s.operations, s.inputs, s.guards,
              s.paths);

  auto strict = dad::record(tax, recorded, {.on_new_path = dad::on_new_path::raise});
  try {
    std::printf("tax of  5 and  5       %6.3f\n", strict({5, 5}));
  } catch (const dad::tape_error& e) {
    std::printf("%s\n", e.what());
  }
  std::printf("%s", dad::record([](const auto& x) { return x * exp(-x); }, 1.0).dot().c_str());
}
