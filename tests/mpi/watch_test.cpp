// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors
// ranks: 1

// An f that does not come back, or ends its process, is named by its input. Each program is this program
// again, under mpirun; what it did is read from its stderr and from files, because mpirun's exit code is not
// reliable.

#include <dad/mpi/exit_watch.hpp>
#include <dad/mpi/watchdog.hpp>

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <regex>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "mpi/ranks.hpp"
#include "mpi/temporary_folder.hpp"

namespace {

constexpr std::size_t input_count = 30;  // input 17 is rank 1's, of two ranks and of three
volatile int zero = 0;
volatile int recursions = 1 << 30;  // more than any stack holds
volatile std::uintptr_t nowhere = 8;

void sleep_for(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

[[gnu::noinline]] int recurse(int depth) {  // NOLINT(misc-no-recursion)
  volatile char room[1024];
  room[0] = static_cast<char>(depth);
  if (depth == recursions) return 0;
  return recurse(depth + 1) + room[0];
}

/// What f may do at an input.
const std::map<std::string, std::function<void()>> deeds = {
    {"nothing", [] {}},
    {"sleeps",
     [] {
       for (;;) sleep_for(0.1);
     }},
    {"spins",
     [] {
       for (volatile int i = 0;;) i = i + 1;
     }},
    {"segfault", [] { *reinterpret_cast<volatile int*>(nowhere) = 1; }},
    {"abort", [] { std::abort(); }},
    {"overflow", [] { zero = recurse(0); }},
    {"noexcept", [] { []() noexcept { deeds.at("throws")(); }(); }},
    {"exit3",
     [] {
       std::printf("said before\n");
       std::exit(3);
     }},
    {"exit0", [] { std::exit(0); }},
    {"quick_exit", [] { std::quick_exit(4); }},
    {"divide", [] { zero = recursions / zero; }},
    {"illegal", [] { __builtin_trap(); }},
    {"terminated", [] { std::raise(SIGTERM); }},
    {"throws", [] { throw std::runtime_error("seventeen"); }},
};

/// Where f does it: while it is recorded, on the tape, or on the tape in a thread that dad started.
enum class where { recorded, tape, thread };

struct settings {
  where at = where::recorded;
  double deadline = 0.0;
  int threads = 1;
  double pause = 0.0;        // s that every other call of f takes
  bool is_batch = false;     // a call over ranks, with what it watches by itself
  bool others_stay = false;  // the other ranks' f does not come back either
};

void note(const std::string& file, double number) { std::ofstream(file) << number << std::endl; }

/// For ever, with the seconds so far in the last line of a file.
void stay(const std::string& file) {
  const auto start = std::chrono::steady_clock::now();
  for (std::ofstream out(file);; sleep_for(0.01))
    out << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() << std::endl;
}

/// What a rank has of the inputs, evaluated under watch; the sum of the values.
double evaluate(const std::string& deed, const settings& s, const std::string& folder) {
  const auto size = static_cast<std::size_t>(ranks::size());
  const auto rank = static_cast<std::size_t>(ranks::rank());
  std::vector<double> inputs(input_count);
  std::iota(inputs.begin(), inputs.end(), 0.0);
  const std::size_t begin = input_count * rank / size;
  const std::size_t end = input_count * (rank + 1) / size;

  std::atomic<bool> is_done = false;
  const pthread_t own = pthread_self();
  const auto f = [&](const auto& x) {
    const bool is_seventeen = x == 17.0;  // a path of its own, so that it is recorded
    const double number = dad::value(x);
    constexpr bool is_on_tape = std::is_same_v<std::remove_cvref_t<decltype(x)>, dad::var<>>;
    const bool is_here = s.at == where::recorded ? !is_on_tape && is_seventeen
                         : s.at == where::tape   ? is_on_tape && number == 17.0
                                                 : is_on_tape && pthread_equal(pthread_self(), own) == 0;
    if (is_here && rank == 1 && !is_done.exchange(true)) {
      note(folder + "/input", number);
      if (deed == "stays") stay(folder + "/stayed");
      deeds.at(deed)();
    } else if (s.others_stay && rank != 1) {
      deeds.at("sleeps")();
    } else if (is_on_tape && s.pause > 0.0) {
      sleep_for(s.pause);
    }
    return x * x;
  };

  if (s.is_batch) {
    const auto r = dad::mpi::batch_eval(f, rank == 0 ? inputs : std::vector<double>(),
                                        {.schedule = dad::mpi::schedule::even,
                                         .threads = s.threads,
                                         .on_error = dad::on_error::collect,
                                         .deadline = s.deadline});
    return std::accumulate(r.values().begin(), r.values().end(), 0.0) / (rank == 0 ? 1.0 : 2.0);
  }
  using dad::mpi::detail::watchdog;
  const auto threads = static_cast<std::size_t>(s.threads);
  dad::detail::input_watch watch(threads, ranks::rank(), watchdog::clock_for(s.deadline));
  const watchdog dog(watch, s.deadline, MPI_COMM_WORLD);
  dad::detail::batch_storage<double> out;
  dad::detail::evaluate_into(out, dad::detail::gradients{}, f,
                             dad::detail::items_of(std::span(inputs).subspan(begin, end - begin)),
                             dad::detail::no_seeds{}, begin, ranks::rank(), threads, {&watch});
  for (const auto& e : out.errors) std::ofstream(folder + "/error") << e.index() << ' ' << e.text();
  return std::accumulate(out.values.begin(), out.values.end(), 0.0);
}

/// What the handlers of the program itself do, where it has any.
void own_handler(int) {
  const char text[] = "the program's own handler\n";
  (void)!write(STDERR_FILENO, text, sizeof text - 1);
  _exit(1);
}

int run_program(int& argc, char**& argv, const std::string& deed, const std::string& mode,
                const std::string& folder) {
  const std::map<std::string, settings> modes = {
      {"recorded", {}},
      {"tape", {.at = where::tape}},
      {"thread", {.at = where::thread, .threads = 3, .pause = 0.01}},
      {"deadline", {.deadline = 0.5}},
      {"deadline_tape", {.at = where::tape, .deadline = 0.5}},
      {"deadline_thread", {.at = where::thread, .deadline = 0.5, .threads = 3, .pause = 0.01}},
      {"deadline_one_thread", {.deadline = 0.5}},
      {"many_quick", {.deadline = 0.5, .pause = 0.1}},
      {"batch", {.is_batch = true}},
      {"batch_deadline", {.deadline = 0.5, .is_batch = true}},
      {"own_handler", {}},
      {"outside", {}},
      {"after_a_throw", {}},
      {"others_stay", {.at = where::tape, .others_stay = true}},
  };
  int provided = 0;
  const bool is_ours = mode == "deadline_one_thread";
  if (is_ours) MPI_Init_thread(&argc, &argv, MPI_THREAD_SINGLE, &provided);
  dad::mpi::environment env(argc, argv);
  if (mode == "own_handler") std::signal(SIGSEGV, own_handler);
  dad::mpi::detail::exit_watch::install();
  dad::mpi::detail::exit_watch::install();
  const bool is_outside = mode == "outside" || mode == "after_a_throw";
  double sum = evaluate(mode == "after_a_throw" ? "throws"
                        : is_outside            ? "nothing"
                                                : deed,
                        modes.at(mode), folder);
  if (is_outside && env.rank() == 1) deeds.at(deed)();
  double total = 0.0;
  MPI_Allreduce(&sum, &total, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  if (env.rank() == 0) note(folder + "/total", total);
  if (is_ours) MPI_Finalize();
  return 0;
}

/// What a program left.
struct outcome {
  std::string output;                       // stdout and stderr
  std::vector<std::string> words;           // the lines of it that are dad's
  std::string input, total, error, stayed;  // what f and the program noted
  double seconds = 0.0;
};

outcome run(const std::string& deed, const std::string& mode, int ranks = 2) {
  namespace fs = std::filesystem;
  const temporary_folder here;
  const std::string& folder = here.path();
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  // Nothing of the job that this test runs in may reach the one that it starts.
  const std::string command = "cd '" + folder +
                              "' && env -i PATH=\"$PATH\" HOME=\"${HOME:-/tmp}\" OMPI_ALLOW_RUN_AS_ROOT=1 "
                              "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "
                              "OMPI_MCA_mpi_yield_when_idle=1 timeout -k 5 40 mpirun -np " +
                              std::to_string(ranks) + " '" + self + "' --program " + deed + " " + mode +
                              " '" + folder + "' > output 2>&1";
  outcome result;
  const auto start = std::chrono::steady_clock::now();
  (void)!std::system(command.c_str());
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.output = text_of(folder + "/output");
  result.input = text_of(folder + "/input");
  result.total = text_of(folder + "/total");
  result.error = text_of(folder + "/error");
  result.stayed = text_of(folder + "/stayed");
  static const std::regex line("dad: [^\n]*");
  for (std::sregex_iterator i(result.output.begin(), result.output.end(), line), end; i != end; ++i)
    result.words.push_back(i->str());
  return result;
}

/// The program says this and no more, of the input that f noted, and ends soon.
outcome check_words(const std::string& deed, const std::string& mode, const std::string& before,
                    const std::string& behind, int ranks = 2) {
  outcome o = run(deed, mode, ranks);
  INFO(deed << ", " << mode << ", " << ranks << " ranks:\n" << o.output);
  REQUIRE(!o.input.empty());
  o.input.pop_back();
  if (!ranks::has(mode, "thread")) CHECK(o.input == "17");
  CHECK(o.words == std::vector<std::string>{before + "input " + o.input + " on rank 1" + behind});
  CHECK(o.total.empty());
  CHECK(o.seconds < 60.0);
  return o;
}

const std::string late = " within 0.5 s (options::deadline); the job ends";
const std::string segfault = "dad: signal 11 (segmentation fault) in f at ";

}  // namespace

extern "C" bool dad_test_own_main(int argc, char** argv, int& result) {
  if (argc != 5 || std::string(argv[1]) != "--program") return false;
  result = run_program(argc, argv, argv[2], argv[3], argv[4]);
  return true;
}

TEST_CASE("an f that does not come back is named when its deadline has passed") {
  check_words("sleeps", "deadline", "dad: f did not come back from ", late);
  check_words("sleeps", "deadline", "dad: f did not come back from ", late, 3);
  check_words("spins", "deadline_tape", "dad: f did not come back from ", late);
  check_words("sleeps", "deadline_thread", "dad: f did not come back from ", late);
}

TEST_CASE("batches over ranks watch over f by themselves") {
  check_words("sleeps", "batch_deadline", "dad: f did not come back from ", late);
  check_words("sleeps", "batch_deadline", "dad: f did not come back from ", late, 3);
  check_words("segfault", "batch", segfault, "");
  check_words("exit3", "batch", "dad: f called exit(3) at ", "; the job ends");
}

TEST_CASE("a deadline is neither early nor late") {
  const outcome o = check_words("stays", "deadline", "dad: f did not come back from ", late);
  INFO(o.stayed);
  std::istringstream lines(o.stayed);
  double seconds = 0.0;
  for (double s = 0.0; lines >> s;) seconds = s;
  CHECK(seconds > 0.5);
  CHECK(seconds < 15.0);
}

TEST_CASE("a deadline holds where MPI was initialised for one thread") {
  check_words("sleeps", "deadline_one_thread", "dad: f did not come back from ", late);
  CHECK(run("nothing", "deadline_one_thread").total == "8555\n");
}

TEST_CASE("inputs that come back in time are left alone, however many they are") {
  for (const std::string mode : {"deadline", "deadline_thread", "many_quick"}) {
    const outcome o = run("nothing", mode);
    INFO(mode << '\n' << o.output);
    CHECK(o.words.empty());
    CHECK(o.total == "8555\n");                        // 1 + 4 + ... + 29^2
    if (mode == "many_quick") CHECK(o.seconds > 1.5);  // three times the deadline in f
  }
}

TEST_CASE("signals in f are named") {
  check_words("abort", "recorded", "dad: signal 6 (aborted) in f at ", "");
  check_words("noexcept", "tape", "dad: signal 6 (aborted) in f at ", "");
  check_words("divide", "recorded", "dad: signal 8 (arithmetic error) in f at ", "");
  check_words("illegal", "tape", "dad: signal 4 (illegal instruction) in f at ", "");
  check_words("terminated", "recorded", "dad: signal 15 (terminated) in f at ", "");
}

TEST_CASE("a wrong pointer in f is named, and then Open MPI says what it says") {
  CHECK(ranks::has(check_words("segfault", "recorded", segfault, "").output, "Process received signal"));
  check_words("segfault", "tape", segfault, "", 3);
  check_words("segfault", "thread", segfault, "");
}

TEST_CASE("endless recursion in f is named, in every thread") {
  check_words("overflow", "tape", segfault, "");
  check_words("overflow", "thread", segfault, "");
}

TEST_CASE("the program's own handler gets the signal too") {
  CHECK(
      ranks::has(check_words("segfault", "own_handler", segfault, "").output, "the program's own handler\n"));
}

TEST_CASE("ranks that mpirun ends are not named: one is to blame") {
  check_words("segfault", "others_stay", segfault, "");
}

TEST_CASE("exit in f is named") {
  CHECK(ranks::has(check_words("exit3", "recorded", "dad: f called exit(3) at ", "; the job ends").output,
                   "said before\n"));
  check_words("exit0", "tape", "dad: f called exit(0) at ", "; the job ends", 3);
  check_words("exit3", "thread", "dad: f called exit(3) at ", "; the job ends");
  check_words("quick_exit", "recorded", "dad: f called quick_exit at ", "; the job ends");
}

TEST_CASE("what ends the process outside of f is not put down to an input") {
  for (const std::string mode : {"outside", "after_a_throw"})
    for (const std::string deed : {"segfault", "exit3"}) {
      const outcome o = run(deed, mode);
      INFO(deed << ", " << mode << '\n' << o.output);
      CHECK(o.words.empty());
      CHECK(o.total.empty());
      CHECK(o.seconds < 60.0);
      CHECK(o.error == (mode == "outside" ? "" : "17 seventeen"));
      if (deed == "segfault") CHECK(ranks::has(o.output, "Process received signal"));
    }
}
