// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors
// ranks: 1

// Programs that start their ranks themselves. Each is this program again, started with a name and without
// mpirun (unless a test says so); what it did is read from files, one a rank.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "mpi/ranks.hpp"
#include "mpi/temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;

const std::vector<double> numbers = {1.0, 2.0, 3.0, 4.0, 5.0};
constexpr auto square = [](const auto& x) { return x * x; };
constexpr auto product = [](const auto& w, const auto& x) { return w * x; };
constexpr auto curve = [](const auto& x) {
  using std::exp, std::sin;
  return sin(x[0]) * exp(x[1] / (1.0 + x[0] * x[0]));
};
constexpr auto loss = [](const auto& w, const auto& x) {
  using std::tanh;
  return tanh(w[0] * x[0] + w[1] * x[1]) / (2.0 + w[1] * x[0]);
};

std::vector<std::vector<double>> points(std::size_t count) {
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({0.37 * static_cast<double>(i % 91) - 7.0, 1.0 / (1.0 + static_cast<double>(i))});
  return all;
}

/// A program's arguments are --program NAME FOLDER ...; it writes to one file a rank in the folder.
struct call {
  int& argc;
  char**& argv;
  [[nodiscard]] std::ofstream report(int rank) const {
    return std::ofstream(std::string(argv[3]) + "/" + std::to_string(rank));
  }
};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "none" : value;
}

void write_batches(const dad::mpi::environment& env, std::ofstream out) {
  const bool is_root = env.rank() == 0;
  const auto inputs = points(1000);
  const std::vector<double> weights = {0.3, -1.2};
  out << "rank " << env.rank() << " of " << env.size() << '\n';
  const auto r = dad::mpi::batch_eval(curve, is_root ? inputs : decltype(inputs){});
  out << "same results " << (is_root ? ranks::same_results(r, dad::batch_eval(curve, inputs)) : r.size() == 0)
      << '\n';
  const auto s = dad::mpi::batch_sum(loss, weights, inputs);
  const auto local = dad::batch_sum(loss, weights, inputs);
  out << "same sum "
      << (ranks::same_bits<double>({&s.value, 1}, {&local.value, 1}) &&
          ranks::same_bits<double>(s.gradient, local.gradient))
      << '\n';
  const auto all = env.communicator();
  int sum = 0;
  const int mine = env.rank() + 1;
  MPI_Allreduce(&mine, &sum, 1, MPI_INT, MPI_SUM, all);
  out << "communicator " << all.rank() << " of " << all.size() << " sums to " << sum << '\n';
}

int throw_or_work(const call& c, int thrower) {
  try {
    dad::mpi::environment env(c.argc, c.argv, {.spawn = 3});
    std::ofstream out = c.report(env.rank());
    out << "started" << std::endl;
    if (env.rank() == thrower) throw std::runtime_error("alone");
    for (;;) dad::mpi::batch_eval(square, numbers);
  } catch (const std::runtime_error&) {
    c.report(100) << "caught";
  }
  return 0;
}

using program = std::function<int(const call& c)>;

const std::map<std::string, program> programs = {
    {"batches",
     [](const call& c) {
       dad::mpi::environment env(c.argc, c.argv, {.spawn = 4});
       write_batches(env, c.report(env.rank()));
       return 0;
     }},
    {"inherited",
     [](const call& c) {
       fs::current_path(c.argv[3]);
       dad::mpi::environment env(c.argc, c.argv, {.spawn = 3});
       std::ofstream out = c.report(env.rank());
       for (int i = 4; i < c.argc; ++i) out << "argument " << c.argv[i] << '\n';
       out << "in the folder " << fs::equivalent(fs::current_path(), c.argv[3]) << '\n';
       out << "variable " << variable("DAD_SPAWN_TEST") << '\n';
       out << "same file " << fs::read_symlink("/proc/self/exe").filename().string() << '\n';
       if (env.rank() == 0) out << "set " << variable("OMPI_MCA_rmaps_base_oversubscribe") << '\n';
       return 0;
     }},
    {"without_arguments",
     [](const call& c) {
       dad::mpi::environment env({.spawn = 3});
       c.report(env.rank()) << env.size() << " argument " << c.argv[4] << ", " << c.argc << '\n';
       return 0;
     }},
    {"two_environments",
     [](const call& c) {
       dad::mpi::environment outer(c.argc, c.argv, {.spawn = 3});
       std::ofstream out = c.report(outer.rank());
       {
         dad::mpi::environment inner(c.argc, c.argv, {.spawn = 3});
         out << "inner " << inner.size() << '\n';
       }
       dad::mpi::environment plain;
       out << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << " over " << plain.size() << '\n';
       return 0;
     }},
    {"exit_codes",
     [](const call& c) {
       int rank = 0;
       {
         dad::mpi::environment env(c.argc, c.argv, {.spawn = 3});
         rank = env.rank();
         c.report(rank) << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       }
       return std::stoi(c.argv[4 + (rank == 0 ? 0 : 1)]);
     }},
    {"all_throw",
     [](const call& c) {
       int rank = -1;
       try {
         dad::mpi::environment env(c.argc, c.argv, {.spawn = 3});
         rank = env.rank();
         dad::mpi::batch_eval(
             [](const auto& x) {
               if (x > 2.5) throw std::runtime_error("three");
               return x;
             },
             numbers);
       } catch (const dad::batch_error& e) {
         if (rank != 0) std::this_thread::sleep_for(std::chrono::milliseconds(2500));  // the first one waits
         c.report(rank) << e.what() << '\n';
       }
       return 0;
     }},
    {"finalised_by_the_user",
     [](const call& c) {
       dad::mpi::environment env(c.argc, c.argv, {.spawn = 3});
       std::ofstream out = c.report(env.rank());
       out << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       MPI_Finalize();
       out << "rank " << env.rank() << " of " << env.size() << '\n';
       return 0;
     }},
    {"first_throws", [](const call& c) { return throw_or_work(c, 0); }},
    {"copy_throws", [](const call& c) { return throw_or_work(c, 2); }},
    {"copy_is_killed",
     [](const call& c) {
       dad::mpi::environment env(c.argc, c.argv, {.spawn = 3});
       c.report(env.rank()) << "started" << std::endl;
       if (env.rank() == 1) std::raise(SIGKILL);
       for (;;) dad::mpi::batch_eval(square, numbers);
       return 0;
     }},
    {"bad_options",
     [](const call& c) {
       std::ofstream out = c.report(0);
       out << ranks::message_of<dad::error>([&] { dad::mpi::environment env(c.argc, c.argv, {.spawn = -1}); })
           << '\n';
       for (const int spawn : {0, 1}) {
         // The first one only begins MPI, which ends with the process.
         static std::optional<dad::mpi::environment> env;
         if (!env) env.emplace(c.argc, c.argv, dad::mpi::environment_options{.spawn = spawn});
         dad::mpi::environment another(c.argc, c.argv, {.spawn = spawn});
         out << "spawn " << spawn << " size " << another.size() << '\n';
       }
       out << ranks::message_of<dad::mpi::error>([&] {
         dad::mpi::environment e(c.argc, c.argv, {.spawn = 2});
       }) << '\n';
       return 0;
     }},
    {"cannot_start",
     [](const call& c) {
       std::ofstream out = c.report(0);
       out << ranks::message_of<dad::mpi::error>([&] {
         dad::mpi::environment env(c.argc, c.argv, {.spawn = 64});
       }) << '\n';
       {
         dad::mpi::environment alone(c.argc, c.argv);
         out << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << " over " << alone.size()
             << '\n';
       }
       int is_finalized = 0;
       MPI_Finalized(&is_finalized);
       out << "finalized " << is_finalized << '\n';
       return 0;
     }},
};

/// How many processes have `text` in their environment; those that have ended and wait to be reaped have
/// none.
int processes_with(const std::string& text) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "environ");
    std::stringstream all;
    all << file.rdbuf();
    count += ranks::has(all.str(), text) ? 1 : 0;
  }
  return count;
}

struct outcome {
  std::map<int, std::string> reports;
  double seconds = 0.0;
  int exit_code = -1;
  int left_behind = 0;  // processes, some seconds later
};

struct start {
  std::string arguments = {};
  std::string variables = {};
  int ranks = 0;  // of mpirun
};

outcome run(const std::string& name, const start& how = {}) {
  const temporary_folder here;
  const std::string& folder = here.path();
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  // Nothing of the job that this test runs in may reach the one that it starts.
  std::string command =
      "env -i PATH=\"$PATH\" HOME=\"${HOME:-/tmp}\" OMPI_ALLOW_RUN_AS_ROOT=1 "
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 DAD_SPAWN_TEST='" +
      folder + "' " + how.variables + " timeout -k 5 60 ";
  if (how.ranks > 0) command += "mpirun --oversubscribe -np " + std::to_string(how.ranks) + " ";
  command += "'" + self + "' --program " + name + " '" + folder + "' " + how.arguments + " > '" + folder +
             "/output' 2>&1";

  outcome result;
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const int status = std::system(command.c_str());
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  result.seconds = seconds();
  while ((result.left_behind = processes_with(folder)) != 0 && seconds() < result.seconds + 10.0)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == "output") continue;
    result.reports[std::stoi(entry.path().filename())] = text_of(entry.path().string());
  }
  return result;
}

/// Every rank's report is there and has all the parts, and nothing is left of the program.
void check_reports(const outcome& o, int count, const std::vector<std::string>& parts) {
  CHECK(o.left_behind == 0);
  REQUIRE(o.reports.size() == static_cast<std::size_t>(count));
  for (const auto& [rank, text] : o.reports) {
    INFO(rank << ": " << text);
    CHECK(rank < count);
    for (const std::string& part : parts) CHECK(ranks::has(text, part));
  }
}

}  // namespace

extern "C" bool dad_test_own_main(int argc, char** argv, int& result) {
  if (argc < 4 || std::string(argv[1]) != "--program") return false;
  const call c{argc, argv};
  try {
    result = programs.at(argv[2])(c);
  } catch (const std::exception& e) {
    c.report(1000 + static_cast<int>(getpid())) << "unexpected: " << e.what() << '\n';
    result = 1;
  }
  return true;
}

TEST_CASE("a program without mpirun starts its ranks and works as under mpirun") {
  const outcome o = run("batches");
  check_reports(o, 4, {"same results 1\n", "same sum 1\n", " of 4 sums to 10\n"});
  for (int rank = 0; rank < 4; ++rank)
    CHECK(ranks::has(o.reports.at(rank), "rank " + std::to_string(rank) + " of 4\n"));
  CHECK(o.exit_code == 0);
}

TEST_CASE("under mpirun the number of ranks is mpirun's") {
  for (const int count : {1, 2}) {
    const outcome o = run("batches", {.ranks = count});
    check_reports(o, count, {"same results 1\n", "same sum 1\n", " of " + std::to_string(count) + "\n"});
  }
}

TEST_CASE("copies have the program's arguments, folder and variables") {
  const outcome o = run("inherited", {.arguments = "plain 'with space' '' '$HOME \"quoted\"' --last=1"});
  check_reports(
      o, 3,
      {"argument plain\nargument with space\nargument \nargument $HOME \"quoted\"\nargument --last=1\n"
       "in the folder 1\n",
       "variable " + fs::temp_directory_path().string(), "same file test_mpi_spawn_test\n"});
  CHECK(ranks::has(o.reports.at(0), "set none\n"));
}

TEST_CASE("an environment without argc and argv finds the arguments itself") {
  check_reports(run("without_arguments", {.arguments = "'a b' ''"}), 3, {"3 argument a b, 6\n"});
}

TEST_CASE("a second environment in a program that started its ranks is harmless") {
  check_reports(run("two_environments"), 3, {"inner 3\n", "sum 30 over 3\n"});
}

TEST_CASE("the exit code is that of the process that was started") {
  for (const std::string codes : {"0 0", "7 0", "0 3", "7 3"}) {
    INFO(codes);
    const outcome o = run("exit_codes", {.arguments = codes});
    check_reports(o, 3, {"sum 30\n"});
    CHECK(o.exit_code == codes[0] - '0');
  }
}

TEST_CASE("what dad throws on all ranks passes the environment") {
  check_reports(run("all_throw"), 3, {"dad: input 2 on rank ", ": three\n"});
}

TEST_CASE("a program with ranks of its own that finalises MPI itself") {
  const outcome o = run("finalised_by_the_user");
  check_reports(o, 3, {"sum 30\n", "rank 0 of 1\n"});
  CHECK(o.exit_code == 0);
}

TEST_CASE("a process that fails alone ends the others, which would hang otherwise") {
  for (const std::string name : {"first_throws", "copy_throws", "copy_is_killed"}) {
    INFO(name);
    const outcome o = run(name);
    CHECK(o.seconds < 30.0);
    CHECK(o.exit_code != 0);
    check_reports(o, 3, {"started\n"});
  }
}

TEST_CASE("options that cannot be followed") {
  const outcome o = run("bad_options");
  check_reports(o, 1,
                {"dad: environment option spawn is -1, expected a number of ranks, 0 or more\n",
                 "spawn 0 size 1\nspawn 1 size 1\n",
                 "dad: environment option spawn = 2 came after MPI was initialised"});
  CHECK(o.exit_code == 0);
}

TEST_CASE("a program whose copies cannot be started may go on alone") {
  const outcome o = run("cannot_start", {.variables = "OMPI_MCA_rmaps_base_oversubscribe=0 "
                                                      "OMPI_MCA_rmaps_base_no_oversubscribe=1"});
  check_reports(o, 1,
                {"dad: MPI_Comm_spawn failed: MPI_ERR_SPAWN: could not spawn processes",
                 "start the program with mpirun", "sum 30 over 1\n", "finalized 1\n"});
  CHECK(o.exit_code == 0);
}

TEST_CASE("many starts leave no process behind") {
  for (int i = 0; i < 20; ++i) check_reports(run("two_environments"), 3, {"sum 30 over 3\n"});
}
