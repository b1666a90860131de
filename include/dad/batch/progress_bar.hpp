// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The progress of a batch for a person to watch: a bar on a terminal, lines now and then elsewhere.

#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string>

#include <dad/batch/options.hpp>
#include <dad/core/engine.hpp>

namespace dad {

namespace detail {

/// How far a batch is.
struct progress_count {
  std::size_t done = 0;
  std::size_t total = 0;
  double seconds = 0.0;      // since the clock began
  std::size_t at_start = 0;  // done when the clock began (kept from an earlier run): not part of the rate
};

/// A line for a log: "dad: 1200 of 10000 inputs, 12 %, 340/s, 26 s left".
template <class...>
std::string progress_line(const progress_count& c);
/// A line of exactly `width` characters for a terminal, with a bar in what the numbers leave free.
template <class...>
std::string progress_bar_line(const progress_count& c, std::size_t width);

/// Shows progress on a file. A copy is a bar of its own for the same file, at which nothing has begun.
template <class...>
class progress_drawing_if_used {
 public:
  progress_drawing_if_used(std::FILE* out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  progress_drawing_if_used(const progress_drawing_if_used& other)
      : progress_drawing_if_used(other.out_, other.is_terminal_) {}
  progress_drawing_if_used& operator=(const progress_drawing_if_used&) = delete;
  // What is written after a batch that threw begins on a line of its own.
  ~progress_drawing_if_used() { end_line(); }

  void operator()(std::size_t done, std::size_t total);

 private:
  void end_line() noexcept;

  std::FILE* out_;
  bool is_terminal_;
  bool is_running_ = false;
  bool has_open_line_ = false;
  double began_ = 0.0;
  double drawn_ = 0.0;
  progress_count last_;
};
using progress_drawing = progress_drawing_if_used<>;

// Inputs per second; 0 where it is not known yet.
template <class...>
double progress_rate(const progress_count& c) {
  const double rate = static_cast<double>(c.done > c.at_start ? c.done - c.at_start : 0) / c.seconds;
  return rate > 0.0 && rate < 1e15 ? rate : 0.0;
}

// 100 at the end only.
template <class...>
int progress_percentage(const progress_count& c) {
  if (c.done >= c.total) return 100;
  const int share = static_cast<int>(100.0 * static_cast<double>(c.done) / static_cast<double>(c.total));
  return share < 99 ? share : 99;
}

template <class...>
[[gnu::format(printf, 1, 2)]] std::string progress_text(const char* format, ...) {
  char text[80];
  std::va_list numbers;
  va_start(numbers, format);
  std::vsnprintf(text, sizeof text, format, numbers);
  va_end(numbers);
  return text;
}

template <class...>
[[gnu::cold]] std::string rate_text(double rate) {
  const char* const units[] = {"/s", " k/s", " M/s", " G/s", " T/s"};
  std::size_t unit = 0;
  for (; rate >= 999.5 && unit < 4; ++unit) rate /= 1000.0;
  return progress_text(rate >= 999.5 ? "%.0f%s" : "%.3g%s", rate, units[unit]);
}

template <class...>
[[gnu::cold]] std::string duration_text(double seconds) {
  if (!(seconds < 999.0 * 86400.0)) return "over 999 d";
  const long s = static_cast<long>(seconds);
  if (s < 60) return progress_text("%ld s", s);
  if (s < 3600) return progress_text("%ld min %02ld s", s / 60, s % 60);
  if (s < 86400) return progress_text("%ld h %02ld min", s / 3600, s / 60 % 60);
  return progress_text("%ld d %02ld h", s / 86400, s / 3600 % 24);
}

// What is left, or at the end how long it took; empty where it is not known.
template <class...>
[[gnu::cold]] std::string progress_time_text(const progress_count& c, double rate) {
  if (rate == 0.0) return {};
  if (c.done >= c.total)
    return "in " + (c.seconds < 9.995 ? progress_text("%.2f s", c.seconds) : duration_text(c.seconds + 0.5));
  return duration_text(std::ceil(static_cast<double>(c.total - c.done) / rate)) + " left";
}

template <class...>
[[gnu::cold]] std::string progress_line(const progress_count& c) {
  std::string line = progress_text("dad: %zu of %zu inputs, %d %%", c.done, c.total, progress_percentage(c));
  const double rate = progress_rate(c);
  if (rate > 0.0) line += ", " + rate_text(rate) + ", " + progress_time_text(c, rate);
  return line;
}

template <class...>
[[gnu::cold]] std::string progress_bar_line(const progress_count& c, std::size_t width) {
  const double rate = progress_rate(c);
  const std::string total = std::to_string(c.total);
  // Fields of fixed widths: the bar's end stays where it is.
  std::string numbers = progress_text("%3d %%  %*zu/%s", progress_percentage(c),
                                      static_cast<int>(total.size()), c.done, total.c_str());
  const std::string speed = rate > 0.0 ? rate_text(rate) : std::string();
  numbers += progress_text("  %8s  %-16s", speed.c_str(), progress_time_text(c, rate).c_str());

  const std::size_t shortest_bar = 5, frame = 3;  // of "[", "] "
  if (width >= numbers.size() + frame + shortest_bar) {
    const std::size_t length = width - numbers.size() - frame;
    const double share = c.done >= c.total ? 1.0 : static_cast<double>(c.done) / static_cast<double>(c.total);
    const std::size_t filled = static_cast<std::size_t>(share * static_cast<double>(length));
    numbers = "[" + std::string(filled, '#') + std::string(length - filled, '-') + "] " + numbers;
  }
  numbers.resize(width, ' ');
  return numbers;
}

template <class...>
double steady_seconds() {
  timespec t = {};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// How long a line may be: the last column stays free, as some terminals go on to the next line after it.
template <class...>
[[gnu::cold]] std::size_t line_width(std::FILE* terminal) {
  const std::size_t usual = 80, widest = 100;
  winsize size = {};
  std::size_t columns = usual;
  if (ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
  return columns <= widest ? columns - 1 : widest;
}

template <class... Lazy>
[[gnu::cold]] void progress_drawing_if_used<Lazy...>::operator()(std::size_t done, std::size_t total) {
  const double now = steady_seconds();
  const bool is_first = !is_running_ || total != last_.total || done < last_.done;
  if (is_first) {
    end_line();
    is_running_ = true;
    began_ = drawn_ = now;
    last_.at_start = done;
  }
  last_.done = done;
  last_.total = total;
  last_.seconds = now - began_;
  const bool is_last = done >= total;
  const bool is_due = is_terminal_ ? is_first || now - drawn_ >= 0.1 : now - drawn_ >= 1.0;
  if (!is_due && !is_last) return;
  drawn_ = now;
  if (is_terminal_) {
    std::fprintf(out_, "\r%s", progress_bar_line(last_, line_width(out_)).c_str());
    has_open_line_ = true;
  } else {
    std::fprintf(out_, "%s\n", progress_line(last_).c_str());
  }
  if (is_last) {
    end_line();
    is_running_ = false;
  }
  std::fflush(out_);
}

template <class... Lazy>
[[gnu::cold]] void progress_drawing_if_used<Lazy...>::end_line() noexcept {
  if (!has_open_line_) return;
  has_open_line_ = false;
  std::fputc('\n', out_);
  std::fflush(out_);
}

DAD_COMPILED_ONCE(class progress_drawing)

}  // namespace detail

/// Shows a batch's progress on stderr: on a terminal a bar that is drawn again at most ten times a second,
/// elsewhere at most a line a second, and in both cases the end. It may serve one batch after the other.
///
///     auto r = dad::batch_eval(f, inputs, {.progress = dad::progress_bar()});
template <class...>
progress progress_bar() {
  return detail::progress_drawing(stderr, isatty(STDERR_FILENO) != 0);
}

}  // namespace dad
