// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What rules and checkpoints leave to the sweep takes memory of its own, and the statistics have it.

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <cmath>
#include <cstdint>
#include <vector>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "core/close.hpp"

namespace {

using std::vector;
using vars = vector<dad::var<>>;

constexpr std::size_t size = 100'000;
constexpr std::size_t state_bytes = size * sizeof(double);

/// The bytes that are in use of the heap; 0 where there is no telling.
std::size_t held_bytes() {
#if defined(__GLIBC__)
  const auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
#else
  return 0;
#endif
}
#if defined(__SANITIZE_ADDRESS__)
constexpr bool heap_is_counted = false;  // the sanitizer has a heap of its own
#elif defined(__has_feature)
constexpr bool heap_is_counted = !__has_feature(address_sanitizer);
#else
constexpr bool heap_is_counted = true;
#endif

/// What the statistics say that work() added, which is at least so many states, is what the heap holds more.
template <class Work>
void check_counted(dad::tape<>& t, double least_states, Work&& work) {
  const auto before = static_cast<double>(t.statistics().bytes);
  const auto held = static_cast<double>(held_bytes());
  work();
  const double counted = static_cast<double>(t.statistics().bytes) - before;
  const double real = static_cast<double>(held_bytes()) - held;
  CHECK(counted > least_states * static_cast<double>(state_bytes));
  CAPTURE(counted, real);
  if (!heap_is_counted || held == 0) return;
  CHECK(counted < 1.01 * real);
  CHECK(counted > 0.99 * real);
}

/// Inputs of a tape that has all the memory for statements that it will need.
vars inputs(dad::tape<>& t) {
  vars x(size, 0.5);
  for (int i = 0; i < 8; ++i) t.input(x);
  t.clear();
  x.assign(size, 0.5);
  t.input(x);
  return x;
}

}  // namespace

TEST_CASE("statistics count what a checkpoint keeps") {
  dad::tape<> t;
  const auto guard = t.activate();
  const vars x = inputs(t);
  const auto sum = dad::checkpoint([](const auto& u, const auto& factor) {
    auto s = 0 * u[0];
    for (const auto& ui : u) s += square(ui) * factor;
    return s;
  });
  dad::var<> total = 0.0;
  const auto start = t.position();
  check_counted(t, 50 * 1.5, [&] {
    for (int i = 0; i < 50; ++i) total += sum(x, 2.0);
  });
  CHECK(t.statistics().deferred == 50);
  CHECK(t.statistics(start).deferred == 50);
  CHECK(t.statistics(start).bytes > 50 * state_bytes);
  t.backward(total);
  CHECK(x[7].adjoint() == 50 * 2.0 * 2.0 * 0.5);
  const std::size_t with_steps = t.statistics().bytes;
  t.rewind(start);
  CHECK(t.statistics().deferred == 0);
  CHECK(t.statistics().bytes + 50 * state_bytes < with_steps);
}

TEST_CASE("statistics count the arguments and results that a rule keeps") {
  dad::tape<> t;
  const auto guard = t.activate();
  const vars x = inputs(t);
  const auto halved = dad::rule(
      [](vector<double> u) {
        for (double& ui : u) ui /= 2;
        return u;
      },
      dad::derived,
      [](const vector<double>&, vector<double> w) {
        for (double& wi : w) wi /= 2;
        return w;
      });
  vars y = x;
  check_counted(t, 3 * 2.5, [&] {
    for (int i = 0; i < 3; ++i) y = halved(y);
  });
  CHECK(t.statistics().deferred == 3);
  t.backward(y[5]);
  CHECK(x[5].adjoint() == 0.125);
  t.clear();
  CHECK(t.statistics().deferred == 0);
}

TEST_CASE("statistics count the snapshots of a loop, before its first sweep and after") {
  dad::tape<> t;
  const auto guard = t.activate();
  const vars x = inputs(t);
  const auto step = [](auto u) {
    for (auto& ui : u) ui = ui * 0.5 + 0.25;
    return u;
  };
  vars y = x;
  const auto start = t.position();
  check_counted(t, 7, [&] { y = dad::checkpoint_loop(step, x, 30, {.snapshots = 6}); });
  CHECK(t.statistics(start).deferred == 1);
  t.backward(y[3]);
  CHECK(x[3].adjoint() == std::ldexp(1.0, -30));
  CHECK(t.statistics(start).bytes > state_bytes);
  CHECK(t.statistics(start).bytes < 3 * state_bytes);  // of the snapshots the first is left
}

TEST_CASE("without anything deferred the statistics are those of the streams") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0;
  t.input(x);
  const auto start = t.position();
  const auto y = sin(x);
  CHECK(t.statistics().deferred == 0);
  CHECK(t.statistics(start).bytes == 2 * sizeof(std::uint32_t) + sizeof(double));
  t.backward(y);
}

TEST_CASE("with fused_vars as with vars: a rule is swept once, of a checkpoint the arguments are kept") {
  dad::tape<> t;
  const auto guard = t.activate();
  vector<dad::fused_var<>> x{0.5, 2.0};
  t.input(x);
  int sweeps = 0;
  const auto repeated =
      dad::rule([](const vector<double>& u) { return vector(300, u[0] * u[1]); }, dad::derived,
                [&](const vector<double>& u, const vector<double>& w) {
                  ++sweeps;
                  double sum = 0;
                  for (const double wi : w) sum += wi;
                  return vector{sum * u[1], sum * u[0]};
                });
  const auto y = repeated(x);
  t.backward(dad::fused_var<>(y[3] + 2 * y[4]));
  CHECK(sweeps == 1);
  CHECK(x[0].adjoint() == 6);
  CHECK(x[1].adjoint() == 1.5);

  const auto before = t.position();
  const dad::fused_var<> half = 0.5;  // passive: a constant
  const auto cooled = [half](const auto& u) {
    std::decay_t<decltype(u)> v = u - half * tanh(u);
    return v;
  };
  dad::fused_var<> last = dad::checkpoint(cooled)(x[1]);
  last = dad::checkpoint_loop(cooled, last, 50, {.snapshots = 3});
  CHECK(t.statistics(before).deferred == 2);
  CHECK(t.statistics(before).arguments == 0);
  t.backward(last);
  double u = 2, slope = 1;
  for (int i = 0; i < 51; ++i) slope *= 0.5 + 0.5 * std::tanh(u) * std::tanh(u), u -= 0.5 * std::tanh(u);
  CHECK(last.value() == Approx(u));
  CHECK(x[1].adjoint() == Approx(slope));
  CHECK_THROWS_AS(dad::checkpoint([&](const auto& v) {
                    std::decay_t<decltype(v)> product = v * x[0];
                    return product;
                  })(x[1]),
                  dad::tape_error);
}
