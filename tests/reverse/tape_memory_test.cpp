// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Memory of recordings: kept from one to the next, never asked for in a loop, and enough for 10^7 operations.

#include <dad/driver/reverse.hpp>

#include <array>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "core/allocations.hpp"
#include "core/close.hpp"

namespace {

using dad::var;

TEST_CASE("a recording of 10^7 operations") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 3.0;
  t.input(x);
  var<> y = x;
  for (int i = 0; i < 2'500'000; ++i) {
    y = y * 2.0 + 1.0;
    y = (y - 1.0) / 2.0;
  }
  CHECK(t.statistics().statements == 5'000'001);  // two operations each
  CHECK(y.value() == 3.0);
  t.backward(y);
  CHECK(x.adjoint() == 1.0);
  const std::size_t bytes = t.statistics().bytes;
  CHECK(bytes < 900'000'000);
  t.clear();
  CHECK(t.statistics().bytes == bytes);
}

TEST_CASE("a long sum does not recurse") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 0.5, sum = 0.0;
  t.input(x);
  for (int i = 0; i < 1'000'000; ++i) sum += x * x;
  t.backward(sum);
  CHECK(x.adjoint() == 1e6);
}

TEST_CASE("memory is kept when a tape is cleared or rewound") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto record = [&] {
    t.clear();
    var<> x = 1.5;
    t.input(x);
    const auto start = t.position();
    var<> y = x;
    for (int i = 0; i < 3000; ++i) y = sin(y) * x;
    t.backward(y);
    t.rewind(start);
    for (int i = 0; i < 3000; ++i) y = cos(x) * x;
    t.backward(y);
  };
  record();
  const std::size_t bytes = t.statistics().bytes;
  CHECK(test::allocations([&] {
          for (int i = 0; i < 20; ++i) record();
        }) == 0);
  CHECK(t.statistics().bytes == bytes);
}

TEST_CASE("after a rewind other statements may need other memory") {
  for (const int count : {300, 500, 900, 1500, 4000}) {
    dad::tape<> t;
    const auto guard = t.activate();
    var<> x = 1.5;
    t.input(x);
    const auto start = t.position();
    std::vector<var<>> kept;
    for (int i = 0; i < count; ++i) kept.push_back(x + x);  // stores no partial
    t.rewind(start);
    kept.clear();
    for (int i = 0; i < 2 * count; ++i) kept.push_back(x * 0.5);  // stores one each
    var<> sum = 0.0;
    for (const auto& k : kept) sum += k;
    t.backward(sum);
    CHECK(x.adjoint() == count);
  }
}

const auto objective = [](const auto& x) {
  auto sum = x[0] * 0;
  for (std::size_t i = 1; i < x.size(); ++i)
    sum += sin(x[i - 1]) * exp(-x[i] * x[i]) + 0.5 * square(x[i] - x[i - 1]);
  return sum;
};
double entry(double before, double x, double after) {
  return -2 * x * std::sin(before) * std::exp(-x * x) + (x - before) +
         std::cos(x) * std::exp(-after * after) - (after - x);
}

TEST_CASE("gradients in a loop allocate nothing but what they return") {
  std::vector<double> x{0.1, 0.2, 0.3, 0.4, 0.5};
  std::vector<double> out(5);
  const std::array<double, 3> small{0.1, 0.2, 0.3};
  const std::span<const double> view(x);
  dad::tape<> t;
  double sum = 0.0;

  const auto into = [&] { sum += dad::gradient_into(objective, x, out); };
  const auto into_on_a_tape = [&] { sum += dad::gradient_into(t, objective, x, out); };
  const auto into_a_span = [&] { sum += dad::gradient_into(objective, view, std::span(out)); };
  const auto of_an_array = [&] { sum += dad::gradient(t, objective, small)[1]; };
  const auto of_a_vector = [&] { sum += dad::gradient(t, objective, x)[1]; };
  const auto with_value = [&] { sum += dad::value_and_gradient(objective, small).value; };

  // The first calls make the memory.
  into(), into_on_a_tape(), into_a_span(), of_an_array(), of_a_vector(), with_value();
  const std::size_t bytes = t.statistics().bytes;
  const auto repeated = [](const auto& call) {
    return test::allocations([&] {
      for (int i = 0; i < 50; ++i) call();
    });
  };
  CHECK(repeated(into) == 0);
  CHECK(repeated(into_on_a_tape) == 0);
  CHECK(repeated(into_a_span) == 0);
  CHECK(repeated(of_an_array) == 0);
  CHECK(repeated(with_value) == 0);
  CHECK(repeated(of_a_vector) == (test::counts_allocations ? 50 : 0));  // the result itself
  CHECK(t.statistics().bytes == bytes);
  CHECK(std::isfinite(sum));
  for (std::size_t i = 1; i < 4; ++i) CHECK(out[i] == close_to(entry(x[i - 1], x[i], x[i + 1])));
}

TEST_CASE("what one unusual call needed is given back, what usual calls need is kept") {
  const auto long_loop = [](const auto& x) {
    auto y = x[0];
    for (int i = 0; i < 3'000'000; ++i) y = y * x[1];
    return y;
  };
  CHECK(dad::gradient(long_loop, std::vector{2.0, 1.0}) == std::vector{1.0, 6'000'000.0});
  std::vector<double> x{0.1, 0.2, 0.3}, out(3);
  dad::gradient_into(objective, x, out);
  CHECK(test::allocations([&] { dad::gradient_into(objective, x, out); }) == 0);
}

TEST_CASE("a function that throws costs nothing but itself") {
  std::vector<double> x{0.1, 0.2, 0.3}, out(3);
  dad::gradient_into(objective, x, out);
  const auto expected = out;
  const auto failing = [](const auto& u) -> std::remove_cvref_t<decltype(u[0])> {
    const auto y = u[0] * u[1];
    if (y < 1) throw 42;
    return y;
  };
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(dad::gradient(failing, x), int);
  CHECK(dad::tape<>::active() == nullptr);
  CHECK(test::allocations([&] { dad::gradient_into(objective, x, out); }) == 0);
  CHECK(out == expected);
}

#if defined(__linux__)
/// Whether work() holds in a process of its own, whose limits and peaks are its own too.
template <class Work>
bool holds_in_a_child(Work&& work) {
  const pid_t child = fork();
  if (child == 0) {
    bool holds = false;
    try {
      holds = work();
    } catch (...) {
    }
    _exit(holds ? 0 : 1);
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/// A number of /proc/self/status in bytes.
double memory_of_this_process(const std::string& name) {
  std::ifstream in("/proc/self/status");
  for (std::string word; in >> word;)
    if (word == name + ":") {
      double kilobytes = 0.0;
      in >> kilobytes;
      return 1024.0 * kilobytes;
    }
  return 0.0;
}

/// Sums of products until there are so many terms.
var<> long_sum(const std::vector<var<>>& x, std::size_t terms) {
  const std::vector<double> w(x.size(), 0.5);
  var<> sum = 0.0;
  for (std::size_t done = 0; done < terms; done += x.size()) sum += dot(x, w) * 2.0;
  return sum;
}

TEST_CASE("exhausted memory is a tape_error, and what was recorded before stays") {
  if (!test::counts_allocations) return;  // the sanitizer needs address space of its own
  CHECK(holds_in_a_child([] {
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x(10'000, 2.0);
    t.input(x);
    const var<> before = x[0] * x[1];
    const auto start = t.position();
    const double used = memory_of_this_process("VmSize");
    const rlimit limit{static_cast<rlim_t>(used) + (96u << 20), RLIM_INFINITY};
    if (setrlimit(RLIMIT_AS, &limit) != 0) return false;
    std::string message;
    try {
      (void)long_sum(x, 1'000'000'000);
    } catch (const dad::tape_error& e) {
      message = e.what();
    }
    if (message.find("dad: memory is exhausted: a recording of ") != 0) return false;
    if (message.find("; checkpoint, preaccumulation, and rewind") == std::string::npos) return false;
    // It got most of what there was.
    if (static_cast<double>(t.statistics().bytes) < 0.9 * (96u << 20)) return false;
    t.rewind(start);
    t.backward(before * x[2]);
    if (x[2].adjoint() != 4.0) return false;
    t.clear();
    for (auto& v : x) v = 2.0;
    t.input(x);
    t.backward(long_sum(x, 1'000'000));
    return x[0].adjoint() == 100.0;  // a hundred terms of w x 2, w a half
  }));
}

TEST_CASE("the peak of memory is what the statistics say") {
  if (!test::counts_allocations) return;
  CHECK(holds_in_a_child([] {
    const double before = memory_of_this_process("VmRSS");
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x(10'000, 2.0);
    t.input(x);
    t.backward(long_sum(x, 31'000'000));
    const double grown = memory_of_this_process("VmHWM") - before;
    const auto bytes = static_cast<double>(t.statistics().bytes);
    return bytes > 240e6 && grown < 1.03 * bytes && grown > 0.97 * bytes;
  }));
}
#endif

}  // namespace
