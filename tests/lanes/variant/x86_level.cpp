// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ends a test as skipped before anything else of it runs, where the processor lacks a level of x86-64.

#include <unistd.h>
#include <cstdio>

namespace {

bool is_supported() {
  __builtin_cpu_init();
  bool is_level =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#if DAD_X86_LEVEL >= 4
  is_level = is_level && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl");
#endif
  return is_level;
}

// Among the first of the constructors: those of the test itself may already need the level.
[[gnu::constructor(101)]] void skip_without_level() {
  constexpr int skipped = 77;
  if (is_supported()) return;
  std::printf("skipped: this processor lacks x86-64-v%d\n", DAD_X86_LEVEL);
  std::fflush(stdout);
  _exit(skipped);
}

}  // namespace
