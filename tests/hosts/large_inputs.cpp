// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch of inputs of 10 MB each, one for every rank of over_tcp.py and one more round of them. They are
// whole numbers, so that sums are exact in any order. Rank 0 says how many results are right.

#include <dad/dad.hpp>

#include <cstddef>
#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  static constexpr std::size_t length = 1'250'000;
  const std::size_t count = 2 * static_cast<std::size_t>(env.size());
  const auto number = [](std::size_t i, std::size_t k) { return static_cast<long>((7 * k + i) % 11); };

  std::vector<std::vector<double>> inputs;
  if (env.rank() == 0)
    for (std::size_t i = 0; i < count; ++i) {
      inputs.emplace_back(length);
      for (std::size_t k = 0; k < length; ++k) inputs[i][k] = static_cast<double>(number(i, k));
    }
  const auto sum_of_squares = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (const auto& element : x) sum += element * element;
    return sum;
  };
  const auto r =
      dad::mpi::batch_eval(sum_of_squares, inputs, {.schedule = dad::mpi::schedule::even, .chunk = 1});
  if (env.rank() != 0) return 0;

  std::size_t right = 0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    long sum = 0;
    bool is_right = r[i].gradient.size() == length;
    for (std::size_t k = 0; k < length; ++k) {
      sum += number(i, k) * number(i, k);
      is_right = is_right && r[i].gradient[k] == static_cast<double>(2 * number(i, k));
    }
    if (is_right && r[i].value == static_cast<double>(sum)) ++right;
  }
  std::printf("%zu of %zu right on %d ranks\n", right, count, env.size());
  return right == count ? 0 : 1;
}
