// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The main function of the tests over ranks: every rank runs all test cases in the same order, each of its
// lines of output begins with its rank, and rank 0 ends with a line that sums over ranks. All ranks return
// whether any failed.

#define DAD_TEST_RUNNER
#include "catch.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#endif

#include <dad/mpi/environment.hpp>

#include <array>
#include <iostream>
#include <streambuf>
#include <string>
#include <vector>

// A test program that runs itself in other ways than here (without MPI, ...) defines this: whether it took
// over, with the result of main.
extern "C" __attribute__((weak)) bool dad_test_own_main(int argc, char** argv, int& result);

namespace {

struct counts {
  long passed = 0;
  long failed = 0;
};
counts assertions;

#if __has_include(<catch2/catch_all.hpp>)
using listener_base = Catch::EventListenerBase;
constexpr std::array<const char*, 2> without_colours = {"--colour-mode", "none"};
#else
using listener_base = Catch::TestEventListenerBase;
constexpr std::array<const char*, 2> without_colours = {"--use-colour", "no"};
#endif

class counter : public listener_base {
 public:
  using listener_base::listener_base;
  void testRunEnded(const Catch::TestRunStats& stats) override {
    assertions.passed = static_cast<long>(stats.totals.assertions.passed);
    assertions.failed = static_cast<long>(stats.totals.assertions.failed);
  }
};
CATCH_REGISTER_LISTENER(counter)

/// Writes whole lines, each behind the rank, as soon as they are complete.
class rank_lines : public std::streambuf {
 public:
  rank_lines(std::streambuf& out, int rank) : out_(out), prefix_("[" + std::to_string(rank) + "] ") {}
  rank_lines(const rank_lines&) = delete;
  rank_lines& operator=(const rank_lines&) = delete;
  ~rank_lines() override { write_line(); }

 protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    line_ += traits_type::to_char_type(c);
    if (line_.back() == '\n') write_line();
    return c;
  }

 private:
  void write_line() {
    if (line_.empty()) return;
    line_.insert(0, prefix_);
    out_.sputn(line_.data(), static_cast<std::streamsize>(line_.size()));
    out_.pubsync();
    line_.clear();
  }

  std::streambuf& out_;
  std::string prefix_;
  std::string line_;
};

}  // namespace

int main(int argc, char** argv) {
  int result = 0;
  if (dad_test_own_main != nullptr && dad_test_own_main(argc, argv, result)) return result;
  dad::mpi::environment env(argc, argv);

  std::streambuf* const terminal = std::cout.rdbuf();
  {
    rank_lines lines(*terminal, env.rank());
    std::cout.rdbuf(&lines);
    std::vector<const char*> arguments(argv, argv + argc);
    arguments.insert(arguments.end(), without_colours.begin(), without_colours.end());
    result = Catch::Session().run(static_cast<int>(arguments.size()), arguments.data());
    std::cout.rdbuf(terminal);
  }

  const long mine[3] = {assertions.passed, assertions.failed, result != 0 ? 1 : 0};
  long all[3] = {};
  MPI_Allreduce(mine, all, 3, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
  if (env.rank() == 0)
    std::cout << all[0] << " passed, " << all[1] << " failed on " << env.size() << " ranks" << std::endl;
  return all[1] + all[2] == 0 ? 0 : 1;
}
