// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch that takes some seconds, for over_tcp.py to cut and to resume:
//   journaled_job RESULTS [JOURNAL]
// Rank 0 says on its output how far it is, and at the end writes to RESULTS a line for each input with its
// value and its gradient, as the hexadecimal digits of doubles, and first a line with the numbers of inputs
// that were resumed, and for which f was called.

#include <dad/dad.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  if (argc < 2) return 2;

  static constexpr std::size_t count = 300;
  std::vector<double> inputs(count);
  for (std::size_t i = 0; i < count; ++i) inputs[i] = static_cast<double>(i);

  // Reading its number makes dad call f for every input instead of replaying what it recorded.
  std::vector<char> is_called(count, 0);
  const auto slow = [&is_called](const auto& x) {
    using std::sin;
    is_called[static_cast<std::size_t>(dad::value(x))] = 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return x * sin(x);
  };

  dad::mpi::options options;
  options.schedule = dad::mpi::schedule::dynamic;
  options.chunk = 3;
  options.journal = argc > 2 ? argv[2] : "";
  options.progress = [](std::size_t done, std::size_t total) {
    std::printf("done %zu of %zu\n", done, total);
    std::fflush(stdout);
  };
  const auto r = dad::mpi::batch_eval(slow, inputs, options);

  std::vector<char> was_called(count, 0);
  MPI_Reduce(is_called.data(), was_called.data(), static_cast<int>(count), MPI_CHAR, MPI_MAX, 0,
             MPI_COMM_WORLD);
  if (env.rank() != 0) return 0;
  std::size_t calls = 0;
  for (const char c : was_called) calls += c != 0 ? 1 : 0;

  std::FILE* const out = std::fopen(argv[1], "w");
  if (out == nullptr) return 1;
  std::fprintf(out, "resumed %zu called %zu\n", r.statistics().resumed, calls);
  for (std::size_t i = 0; i < r.size(); ++i) std::fprintf(out, "%a %a\n", r[i].value, r[i].gradient);
  return std::fclose(out) == 0 ? 0 : 1;
}
