// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recording of 10^8 operations, and what happens where there is no memory for its sweep.

#include <dad/reverse/var.hpp>

#include <fstream>
#include <limits>
#include <string>

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "core/close.hpp"

namespace {

using dad::var;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
constexpr bool is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool is_sanitized = false;
#endif

constexpr double gigabyte = 1e9;

/// What this machine can give, and the control group that this process is in; infinite where it does not say.
double available_memory() {
  double bytes = std::numeric_limits<double>::infinity();
  std::ifstream meminfo("/proc/meminfo");
  for (std::string word; meminfo >> word;)
    if (double kilobytes; word == "MemAvailable:" && meminfo >> kilobytes) bytes = 1024 * kilobytes;
  double most = bytes, used = 0.0;
  std::ifstream("/sys/fs/cgroup/memory.max") >> most;  // "max" where there is no limit
  std::ifstream("/sys/fs/cgroup/memory.current") >> used;
  return most > 0 && most - used < bytes ? most - used : bytes;
}

/// s = sum_k y_k, y_k = (x / 2)^k, k = 1 ... steps: three operations for each term.
struct powers {
  var<> y = 1.0, s = 0.0;
  powers(const var<>& x, std::size_t steps) {
    for (std::size_t k = 0; k < steps; ++k) {
      y = y * x;
      y = y * 0.5;
      s += y;
    }
  }
};

TEST_CASE("a recording of 10^8 operations has the gradient of the closed form") {
  // In bytes for each term: rows of 3, 2 and 3 words, a partial, two factors and two adjoints.
  constexpr std::size_t steps = 33'400'000;
  constexpr double needed = steps * (8 * 4 + 8 + 16 + 16.0);
  if (is_sanitized || available_memory() < 1.3 * needed + gigabyte) {
    WARN("left out: it takes " << needed / gigabyte << " GB, and no sanitizer");
    return;
  }
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  const powers p(x, steps);
  CHECK(p.y.value() == 1.0);
  CHECK(p.s.value() == static_cast<double>(steps));

  // All of it is exact: sums of multiples of a half below 2^53.
  constexpr double n = steps;
  t.backward(p.s);
  CHECK(x.adjoint() == n * (n + 1) / 4);
  t.backward(p.y);
  CHECK(x.adjoint() == n / 2);

  const auto statistics = t.statistics();
  CHECK(statistics.values >= 2 * steps);
  CHECK(statistics.statements <= 3 * steps + 1);
  const auto bytes = static_cast<double>(statistics.bytes);
  CHECK(bytes < 1.3 * needed);  // streams grow by a quarter
  CHECK(t.adjoints().size() == statistics.values + 1);
  t.clear();
  CHECK(static_cast<double>(t.byte_count()) == bytes);
  x = 2.0;
  t.input(x);
  const powers again(x, 1000);  // in the same memory
  t.backward(again.s);
  CHECK(x.adjoint() == 1000.0 * 1001 / 4);
}

#if defined(__linux__)
TEST_CASE("a sweep for whose adjoints there is no memory is a tape_error, and can be tried again") {
  if (is_sanitized) return;  // its shadow needs address space of its own
  const pid_t child = fork();
  if (child == 0) {
    int failed_at = 1;
    try {
      dad::tape<> t;
      const auto guard = t.activate();
      var<> x = 2.0;
      t.input(x);
      constexpr std::size_t steps = 4'000'000;
      const powers p(x, steps);  // adjoints take 64 MB
      std::size_t pages = 0;
      std::ifstream("/proc/self/statm") >> pages;
      const rlim_t used = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
      const rlimit tight{used + (8u << 20), RLIM_INFINITY}, free{RLIM_INFINITY, RLIM_INFINITY};
      std::string message;
      setrlimit(RLIMIT_AS, &tight);
      try {
        t.backward(p.s);
      } catch (const dad::tape_error& e) {
        message = e.what();
      }
      setrlimit(RLIMIT_AS, &free);
      failed_at = message.find("dad: memory is exhausted: a recording of ") == 0 ? 0 : 2;
      t.backward(p.s);
      if (x.adjoint() != steps * (steps + 1.0) / 4) failed_at = 3;
    } catch (...) {
    }
    _exit(failed_at);
  }
  int status = 1;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
#endif

}  // namespace
