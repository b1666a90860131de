// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The progress bar: what it says at every count and time, and what reaches a terminal and a pipe.

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"

#include <dad/dad.hpp>

using dad::detail::progress_bar_line;
using dad::detail::progress_count;
using dad::detail::progress_drawing;
using dad::detail::progress_line;

namespace {

constexpr std::size_t most = std::numeric_limits<std::size_t>::max();

void sleep(double seconds) {
  const timespec t = {static_cast<time_t>(seconds),
                      static_cast<long>(1e9 * (seconds - static_cast<long>(seconds)))};
  nanosleep(&t, nullptr);
}

double seconds_now() {
  timespec t = {};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

std::size_t count(const std::string& text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

/// Something that a bar draws on, and what has arrived at its other end. Its reader never waits.
class device {
 public:
  device(const device&) = delete;
  device& operator=(const device&) = delete;
  ~device() {
    std::fclose(file_);
    close(reader_);
  }
  [[nodiscard]] std::FILE* file() const { return file_; }
  std::string read_all() {
    std::string text;
    std::array<char, 4096> some{};
    for (ssize_t n; (n = read(reader_, some.data(), some.size())) > 0;)
      text.append(some.data(), static_cast<std::size_t>(n));
    return text;
  }

 protected:
  device() = default;
  void open_as(int writer, int reader) {
    file_ = fdopen(writer, "w");
    REQUIRE(file_ != nullptr);
    reader_ = reader;
    fcntl(reader, F_SETFL, O_NONBLOCK);
  }

 private:
  std::FILE* file_ = nullptr;
  int reader_ = -1;
};

/// A terminal of so many columns; 0 where it does not know.
class terminal : public device {
 public:
  explicit terminal(unsigned short columns) {
    const int reader = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(reader >= 0);
    REQUIRE(grantpt(reader) == 0);
    REQUIRE(unlockpt(reader) == 0);
    const int writer = open(ptsname(reader), O_RDWR | O_NOCTTY);
    REQUIRE(isatty(writer) == 1);
    winsize size = {};
    size.ws_col = columns;
    REQUIRE(ioctl(writer, TIOCSWINSZ, &size) == 0);
    open_as(writer, reader);
  }
};

class channel : public device {
 public:
  channel() {
    int ends[2] = {};
    REQUIRE(pipe(ends) == 0);
    open_as(ends[1], ends[0]);
  }
};

/// The lines drawn one over the other, without what ends them.
std::vector<std::string> drawn(const std::string& text) {
  std::vector<std::string> lines;
  for (const char c : text) {
    if (c == '\r' && (lines.empty() || !lines.back().empty())) lines.emplace_back();
    if (c != '\r' && c != '\n' && !lines.empty()) lines.back() += c;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

TEST_CASE("a line says how many, which part, how fast and how long still") {
  // 1200 inputs in 3.5294 s are 340 a second; the other 8800 take 25.88 s more.
  CHECK(progress_line({1200, 10000, 1200.0 / 340.0}) == "dad: 1200 of 10000 inputs, 12 %, 340/s, 26 s left");
  CHECK(progress_line({10000, 10000, 20.0}) == "dad: 10000 of 10000 inputs, 100 %, 500/s, in 20 s");
  CHECK(progress_line({10, 10, 2.5}) == "dad: 10 of 10 inputs, 100 %, 4/s, in 2.50 s");
  // 2 of 10 came with the clock's beginning, 2 in 4 s since: the last 6 take 12 s.
  CHECK(progress_line({4, 10, 4.0, 2}) == "dad: 4 of 10 inputs, 40 %, 0.5/s, 12 s left");
}

TEST_CASE("rates and times have units that fit") {
  const auto line = [](std::size_t done, std::size_t total, double seconds) {
    return progress_line({done, total, seconds});
  };
  CHECK_THAT(line(1, 2, 8.0), contains(" 0.125/s, 8 s left"));
  CHECK_THAT(line(999, 1998, 1.0), contains(" 999/s, 1 s left"));
  CHECK_THAT(line(999999, 2000000, 1.0), contains(" 1 M/s, 2 s left"));
  CHECK_THAT(line(12345, 20000, 1.0), contains(" 12.3 k/s, 1 s left"));
  CHECK_THAT(line(5000, 10000, 1e-6), contains(" 5 G/s, 1 s left"));
  CHECK_THAT(line(1, 61, 1.0), contains(", 1 min 00 s left"));
  CHECK_THAT(line(1, 3601, 1.0), contains(", 1 h 00 min left"));
  CHECK_THAT(line(1, 3600, 1.0), contains(", 59 min 59 s left"));
  CHECK_THAT(line(1, 90001, 1.0), contains(", 1 d 01 h left"));
  CHECK_THAT(line(1, most, 1.0), contains(", over 999 d left"));
}

TEST_CASE("what is not known yet is not said") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(progress_line({}) == "dad: 0 of 0 inputs, 100 %");
  CHECK(progress_line({0, 10, 5.0}) == "dad: 0 of 10 inputs, 0 %");
  CHECK(progress_line({3, 10, 0.0}) == "dad: 3 of 10 inputs, 30 %");
  CHECK(progress_line({3, 10, -1.0}) == "dad: 3 of 10 inputs, 30 %");
  CHECK(progress_line({3, 10, nan}) == "dad: 3 of 10 inputs, 30 %");
  CHECK(progress_line({3, 10, infinity}) == "dad: 3 of 10 inputs, 30 %");
  CHECK(progress_line({3, 10, 1e-300}) == "dad: 3 of 10 inputs, 30 %");
  CHECK(progress_line({3, 10, 5.0, 3}) == "dad: 3 of 10 inputs, 30 %");
  CHECK(progress_line({3, 10, 5.0, 7}) == "dad: 3 of 10 inputs, 30 %");
}

TEST_CASE("100 % is the end and nothing before it") {
  CHECK_THAT(progress_line({most - 1, most, 0.0}), contains(", 99 %"));
  CHECK_THAT(progress_line({most, most, 0.0}), contains(", 100 %"));
  CHECK_THAT(progress_line({12, 10, 1.0}), contains("12 of 10 inputs, 100 %, 12/s, in 1.00 s"));
}

TEST_CASE("a bar fills in step with the inputs") {
  const std::string empty = progress_bar_line({0, 200, 1.0}, 79);
  const std::string half = progress_bar_line({100, 200, 1.0}, 79);
  const std::string full = progress_bar_line({200, 200, 1.0}, 79);
  CHECK(empty.front() == '[');
  CHECK(count(empty, '#') == 0);
  CHECK(count(full, '-') == 0);
  CHECK(count(half, '#') == count(full, '#') / 2);
  CHECK(count(half, '#') + count(half, '-') == count(full, '#'));
  CHECK(count(full, '#') >= 20);
  CHECK(half.find(']') == full.find(']'));
  CHECK_THAT(half, contains("]  50 %  100/200 "));
  CHECK_THAT(half, contains(" 100/s  1 s left"));
  CHECK_THAT(full, contains("] 100 %  200/200 "));
  CHECK_THAT(full, contains(" 200/s  in 1.00 s"));
}

TEST_CASE("a bar's line is as wide as it is told, at all counts and times") {
  for (std::size_t width = 0; width <= 120; ++width)
    for (const std::size_t total : {std::size_t{0}, std::size_t{1}, std::size_t{4000}, most})
      for (const std::size_t done : {std::size_t{0}, total / 3, total - total / 9, total})
        for (const double seconds : {0.0, 1e-12, 1e-3, 4.0, 1e4, 1e9}) {
          const std::string line = progress_bar_line({done, total, seconds}, width);
          REQUIRE(line.size() == width);
          REQUIRE(std::all_of(line.begin(), line.end(), [](unsigned char c) { return std::isprint(c); }));
          REQUIRE(line.find("nan") == std::string::npos);
          REQUIRE(line.find("inf") == std::string::npos);
        }
}

TEST_CASE("a terminal sees one line, drawn again and ended once") {
  for (const unsigned short columns : std::array<unsigned short, 5>{20, 60, 80, 300, 0}) {
    terminal t(columns);
    progress_drawing draw(t.file(), true);
    for (std::size_t i = 0; i <= 1000; ++i) draw(i, 1000);
    const std::string text = t.read_all();
    INFO(columns << ": " << text);
    CHECK(count(text, '\n') == 1);
    CHECK(text.back() == '\n');
    const std::vector<std::string> lines = drawn(text);
    REQUIRE(lines.size() >= 2);
    for (const std::string& line : lines)
      CHECK(line.size() == (columns == 0 ? 79u : columns > 100 ? 100u : columns - 1u));
    CHECK_THAT(lines.front(), contains("  0 %"));
    CHECK_THAT(lines.back(), contains("100 %"));
  }
}

TEST_CASE("a terminal is drawn on at most ten times a second") {
  terminal t(80);
  progress_drawing draw(t.file(), true);
  const double begin = seconds_now();
  for (std::size_t i = 0; i < 100; ++i) {
    draw(i, 100);
    sleep(0.005);
  }
  draw(100, 100);
  const double seconds = seconds_now() - begin;
  const std::size_t lines = drawn(t.read_all()).size();
  CHECK(static_cast<double>(lines) <= 10.0 * seconds + 2.0);
  CHECK(lines >= 4);
}

TEST_CASE("a pipe gets a line a second and the last one") {
  channel c;
  progress_drawing draw(c.file(), false);
  const double begin = seconds_now();
  for (std::size_t i = 0; i < 11; ++i) {
    draw(i, 11);
    sleep(0.15);
  }
  const std::size_t lines = count(c.read_all(), '\n');
  CHECK(lines >= 1);
  CHECK(static_cast<double>(lines) <= seconds_now() - begin);
  draw(11, 11);
  const std::string last = c.read_all();
  CHECK_THAT(last, contains("dad: 11 of 11 inputs, 100 %, "));
  CHECK(count(last, '\n') == 1);
  CHECK(count(last, '\r') == 0);
}

TEST_CASE("a rate counts what was done since the first call") {
  channel c;
  progress_drawing draw(c.file(), false);
  draw(1000000, 1000010);  // kept from an earlier run
  sleep(0.5);
  draw(1000010, 1000010);
  const std::string text = c.read_all();
  double rate = 0.0, seconds = 0.0;
  REQUIRE(std::sscanf(text.c_str(), "dad: 1000010 of 1000010 inputs, 100 %%, %lf/s, in %lf s", &rate,
                      &seconds) == 2);
  CHECK(seconds >= 0.5);
  CHECK(rate <= 20.0);
}

TEST_CASE("a bar serves one batch after the other") {
  terminal t(80);
  progress_drawing draw(t.file(), true);
  draw(0, 4);
  draw(4, 4);
  CHECK(count(t.read_all(), '\n') == 1);
  SECTION("after one that ended") {
    sleep(0.2);
    const double begin = seconds_now();
    draw(0, 4);
    CHECK_THAT(drawn(t.read_all()).front(), contains("  0 %  0/4"));
    draw(4, 4);
    const double most_seconds = seconds_now() - begin + 0.005;
    const std::string text = t.read_all();
    const std::size_t at = text.find(" in ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(text.substr(at + 4)) <= most_seconds);  // the clock began anew
  }
  SECTION("one that is over at its first call, as the last one was") {
    sleep(0.2);
    draw(4, 4);
    CHECK(t.read_all().find(" in ") == std::string::npos);  // how long it took is not known
  }
  SECTION("after one that threw, whose line stays") {
    draw(3, 4);
    (void)t.read_all();
    draw(1, 4);  // fewer are done: another batch
    const std::string text = t.read_all();
    CHECK(count(text, '\n') == 1);
    CHECK_THAT(text, contains("1/4"));
    draw(1, 9);  // so is another total
    CHECK_THAT(t.read_all(), contains("1/9"));
  }
}

TEST_CASE("copies are bars of their own") {
  terminal t(80);
  {
    progress_drawing draw(t.file(), true);
    draw(2, 4);
    (void)t.read_all();
    {
      progress_drawing copy(draw);
      CHECK(t.read_all().empty());
      copy(3, 4);  // draws at once: it begins
      CHECK_THAT(t.read_all(), contains("3/4"));
    }
    CHECK(count(t.read_all(), '\n') == 1);  // its line ends with it
    draw(4, 4);
    CHECK_THAT(t.read_all(), contains("4/4"));
  }
  CHECK(t.read_all().empty());
}

TEST_CASE("an unfinished line ends with its bar") {
  terminal t(80);
  { progress_drawing(t.file(), true)(1, 4); }
  CHECK(t.read_all().back() == '\n');
}

TEST_CASE("dad::progress_bar() draws on stderr") {
  const int before = dup(STDERR_FILENO);
  std::string on_pipe, on_terminal;
  {
    channel c;
    dup2(fileno(c.file()), STDERR_FILENO);
    const dad::progress bar = dad::progress_bar();
    bar(0, 2);
    bar(2, 2);
    on_pipe = c.read_all();
    terminal t(80);
    dup2(fileno(t.file()), STDERR_FILENO);
    dad::progress_bar()(2, 2);
    on_terminal = t.read_all();
    dup2(before, STDERR_FILENO);
  }
  close(before);
  CHECK_THAT(on_pipe, contains("dad: 2 of 2 inputs, 100 %"));
  CHECK_THAT(on_terminal, contains("\r[###"));
}
