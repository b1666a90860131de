// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is made of measured times, by clocks and numbers that are made: seconds of a call, the least of turns,
// crossings, tables.

#include "../turns.hpp"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../crossing.hpp"
#include "../report.hpp"
#include "catch.hpp"

namespace {

using namespace scaling;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Times of all ways that come one after the other: the first calls', then the turns'.
struct made_times {
  std::array<std::vector<double>, 3> of;
  std::array<std::vector<int>, 3> calls = {};

  double operator()(way w, int times) {
    calls[w].push_back(times);
    return of[w].at(std::min(calls[w].size(), of[w].size()) - 1);
  }
};

}  // namespace

TEST_CASE("seconds are those of one call") {
  std::chrono::nanoseconds time{7000};
  int calls = 0;
  const auto clock = [&] { return time; };
  const auto call = [&] { time += std::chrono::nanoseconds(250), ++calls; };
  CHECK(seconds_of_call(clock, 1, call) == Approx(250e-9).epsilon(1e-14));
  CHECK(seconds_of_call(clock, 8, call) == Approx(250e-9).epsilon(1e-14));
  CHECK(calls == 9);
  // Where calls differ, their mean: 1 + 2 + 3 + 4 milliseconds over four.
  std::chrono::milliseconds next{0};
  CHECK(seconds_of_call(clock, 4, [&] { time += next += std::chrono::milliseconds(1); }) ==
        Approx(2.5e-3).epsilon(1e-14));
}

TEST_CASE("of several turns the least counts") {
  const double seconds[] = {3, 1.5, 2, 0.5};
  int turn = 0;
  CHECK(least_of(3, [&] { return seconds[turn++]; }) == 1.5);
  CHECK(turn == 3);
  CHECK(least_of(0, [] { return 1.0; }) == infinity);

  const std::array<bool, 4> all{true, true, true, false};
  // One way of 0.5 s: no turns but those asked for. One call of 3 s is not made again, 0.25 ms four times.
  made_times slow{{{{3}, {0.5, 0.4, 0.6, 0.45}, {0.25e-3, 0.5e-3, 0.125e-3, 0.2e-3}}}};
  const auto least = least_by_turns(all, 3, [&](way w, int times) { return slow(w, times); });
  CHECK(least == std::array{3.0, 0.4, 0.125e-3, infinity});
  CHECK(slow.calls[sequential] == std::vector{1});
  CHECK(slow.calls[local] == std::vector{1, 1, 1, 1});
  CHECK(slow.calls[ranks] == std::vector{1, 4, 4, 4});

  // Ten times as many turns of short calls, and no more than 200 calls in each; what is not wanted is not
  // called.
  made_times fast{{{{}, {1e-3}, {1e-9, 2e-9}}}};
  const auto found =
      least_by_turns({false, true, true, true}, 2, [&](way w, int times) { return fast(w, times); });
  CHECK(found == std::array{infinity, 1e-3, 1e-9, infinity});
  CHECK(fast.calls[sequential].empty());
  CHECK(fast.calls[local] == std::vector<int>(21, 1));
  std::vector<int> expected(21, 200);
  expected[0] = 1;
  CHECK(fast.calls[ranks] == expected);
}

TEST_CASE("ways that are expected to take too long are left out") {
  std::array<bool, 4> wanted{true, true, true, true};
  leave_out_slow_ones(wanted, {1, 1.01, 0.5, 100}, 10);  // at the next size ten times as long
  CHECK(wanted == std::array{true, false, true, true});
  leave_out_slow_ones(wanted, {1.01, 0, 1, 0}, 10);
  CHECK(wanted == std::array{false, false, true, false});
}

TEST_CASE("steps are as many as the microseconds take") {
  // 10^5 steps in half a millisecond are 200 a microsecond.
  CHECK(steps_in(10, 0.5e-3, 100000) == 2000);
  CHECK(steps_in(0.0126, 0.5e-3, 100000) == 3);  // 2.52
  CHECK(steps_in(0.0001, 0.5e-3, 100000) == 1);
}

TEST_CASE("one line is below the other until powers cross") {
  using line = std::vector<support::point>;
  const auto power = [](double factor, double exponent, std::initializer_list<double> sizes) {
    line points;
    for (const double n : sizes) points.emplace_back(n, factor * std::pow(n, exponent));
    return points;
  };
  // 1e-6 n^2 and 1e-4 n are equal at 100. Sizes that one of them lacks do not count: they cross between 10
  // and 2000.
  const line square = power(1e-6, 2, {1, 10, 50, 2000, 10000}), plain = power(1e-4, 1, {1, 10, 2000, 5000});
  const auto low = where_faster(square, plain), high = where_faster(plain, square);
  REQUIRE(low.size() == 1);
  CHECK(low[0].from == 0);
  CHECK(low[0].to == Approx(100).epsilon(1e-12));
  REQUIRE(high.size() == 1);
  CHECK(high[0].from == Approx(100).epsilon(1e-12));
  CHECK(high[0].to == infinity);
  CHECK(in_words(low, "inputs") == "up to 1e+02 inputs");
  CHECK(in_words(high, "inputs") == "from 1e+02 inputs on");

  // Logarithms of the ratio are 1, -1, 3, -1 over the powers of ten: crossings half, a quarter, three
  // quarters between them.
  const line ones{{10, 1}, {100, 1}, {1000, 1}, {10000, 1}};
  const auto twice = where_faster({{10, 10}, {100, 0.1}, {1000, 1000}, {10000, 0.1}}, ones);
  REQUIRE(twice.size() == 2);
  CHECK(twice[0].from == Approx(std::pow(10, 1.5)));
  CHECK(twice[0].to == Approx(std::pow(10, 2.25)));
  CHECK(twice[1].from == Approx(std::pow(10, 3.75)));
  CHECK(twice[1].to == infinity);
  CHECK(in_words(twice, "steps") == "from 32 to 1.8e+02, from 5.6e+03 steps on");

  CHECK(in_words(where_faster(ones, ones), "inputs") == "at no size");
  CHECK(in_words(where_faster(ones, power(2, 0, {10, 100})), "inputs") == "at every size");
}

TEST_CASE("answers are held against value and both derivatives") {
  // x / (1 + a x) at (1, 1) and (3, 1), by hand.
  const std::vector<input> x{{1, 1}, {3, 1}};
  const std::vector<answer> right{{0.5, {0.25, -0.25}}, {0.75, {0.0625, -0.5625}}};
  const check exact(x, right);
  CHECK(exact.difference == 0);
  CHECK(std::isnan(check(x, std::vector<answer>{}).difference));
  for (std::size_t k = 0; k < 3; ++k) {
    auto off = right;
    (k == 0 ? off[1].value : off[1].gradient[k - 1]) += 0.125;
    CHECK(check(x, off).difference == 0.125);
    CHECK(check(x, off).bits != exact.bits);
    (k == 0 ? off[0].value : off[0].gradient[k - 1]) = std::nan("");
    CHECK(std::isnan(check(x, off).difference));
  }
}

TEST_CASE("a table has the seconds of each way that was measured") {
  std::vector<row> rows;
  add_rows(rows, 100, 7, {true, true, false, true}, {0.5, 0.25, infinity, 3}, {});
  add_rows(rows, 1000, 7, {false, true, true, false}, {infinity, 2.5, 1.25, infinity}, {});
  const auto folder =
      std::filesystem::temp_directory_path() / ("dad-scaling-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  report_inputs(folder, 2, rows, {});
  std::ifstream file(folder / "scaling-inputs.csv");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line.substr(0, line.find(",0,")));
  CHECK(lines == std::vector<std::string>{"inputs,steps,way,seconds,difference,bits", "100,7,sequential,0.5",
                                          "100,7,local,0.25", "100,7,spawning,3", "1000,7,local,2.5",
                                          "1000,7,ranks,1.25"});
  // 0.5 s of 100 inputs are 5000 µs each.
  std::ifstream drawing(folder / "scaling-inputs.svg");
  const std::string text{std::istreambuf_iterator<char>(drawing), {}};
  CHECK(text.find("7 steps, 5e+03 µs an input") != std::string::npos);
  std::filesystem::remove_all(folder);
}
