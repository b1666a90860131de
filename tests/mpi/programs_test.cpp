// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors
// ranks: 1

// Whole programs: how MPI begins and ends, and what happens when they end badly. Each is this program again,
// started with a name, with or without mpirun; what it did is read from files, because mpirun's exit code is
// not reliable.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "mpi/ranks.hpp"
#include "mpi/temporary_folder.hpp"

namespace {

const std::vector<double> numbers = {1.0, 2.0, 3.0, 4.0, 5.0};
constexpr auto square = [](const auto& x) { return x * x; };
constexpr auto product = [](const auto& w, const auto& x) { return w * x; };
constexpr auto failing = [](const auto& x) {
  if (x > 2.5) throw std::runtime_error("three");
  return x;
};

bool is_finalized() {
  int flag = 0;
  MPI_Finalized(&flag);
  return flag != 0;
}

/// What a program has to say, as lines: one file per rank.
using report = std::ofstream;

using program = std::function<int(int& argc, char**& argv, report& out)>;

const std::map<std::string, program> programs = {
    {"never_initialised",
     [](int&, char**&, report& out) {
       const auto r = dad::mpi::batch_eval(square, numbers, {.verify = dad::mpi::verify::always});
       out << "same " << ranks::same_results(r, dad::batch_eval(square, numbers)) << '\n';
       out << "over " << dad::mpi::batch_eval(boost::mpi::communicator(), square, numbers).size() << '\n';
       out << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       out << "root " << ranks::message_of([] { dad::mpi::batch_eval(square, numbers, {.root = 1}); })
           << '\n';
       const auto in_chunks = dad::mpi::batch_eval(square, numbers, {.chunk = 1});
       out << "in chunks " << ranks::same_results(in_chunks, r) << '\n';
       out << "failing "
           << ranks::message_of<dad::batch_error>([] { dad::mpi::batch_eval(failing, numbers); }) << '\n';
       return 0;
     }},
    {"initialised_by_the_user",
     [](int& argc, char**& argv, report& out) {
       int provided = 0;
       MPI_Init_thread(&argc, &argv, MPI_THREAD_SINGLE, &provided);
       {
         dad::mpi::environment env(argc, argv);
         out << "inside " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       }
       out << "finalized " << is_finalized() << '\n';
       out << "after " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       MPI_Finalize();
       out << ranks::message_of<dad::mpi::error>([] { dad::mpi::batch_eval(square, numbers); }) << '\n';
       return 0;
     }},
    {"finalised_by_the_user",
     [](int& argc, char**& argv, report& out) {
       dad::mpi::environment env(argc, argv);
       const auto r = dad::mpi::batch_eval(square, numbers);
       MPI_Finalize();
       out << ranks::message_of<dad::mpi::error>([] { dad::mpi::batch_eval(square, numbers); }) << '\n';
       out << "size " << r.size() << '\n';
       return 0;
     }},
    {"after_the_environment",
     [](int& argc, char**& argv, report& out) {
       { dad::mpi::environment env(argc, argv); }
       out << "finalized " << is_finalized() << '\n';
       out << ranks::message_of<dad::mpi::error>([] { dad::mpi::batch_sum(product, 2.0, numbers); }) << '\n';
       out << ranks::message_of<dad::mpi::error>([&] { dad::mpi::environment again(argc, argv); }) << '\n';
       return 0;
     }},
    {"two_environments",
     [](int& argc, char**& argv, report& out) {
       dad::mpi::environment outer(argc, argv);
       { dad::mpi::environment inner(argc, argv); }
       out << "finalized " << is_finalized() << '\n';
       out << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       return 0;
     }},
    {"funneled",
     [](int& argc, char**& argv, report& out) {
       int provided = 0;
       MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
       std::thread([&] {
         out << ranks::message_of<dad::mpi::error>([] { dad::mpi::batch_eval(square, numbers); }) << '\n';
       }).join();
       out << "sum " << dad::mpi::batch_sum(product, 2.0, numbers).value << '\n';
       MPI_Finalize();
       return 0;
     }},
    {"every_level",
     [](int& argc, char**& argv, report& out) {
       const std::map<std::string, int> levels = {{"single", MPI_THREAD_SINGLE},
                                                  {"funneled", MPI_THREAD_FUNNELED},
                                                  {"serialized", MPI_THREAD_SERIALIZED},
                                                  {"multiple", MPI_THREAD_MULTIPLE}};
       int provided = 0;
       MPI_Init_thread(&argc, &argv, levels.at(argv[4]), &provided);
       int rank = 0;
       MPI_Comm_rank(MPI_COMM_WORLD, &rank);
       const auto main_thread = std::this_thread::get_id();
       bool is_main = true;
       std::vector<double> inputs;
       if (rank == 0)
         for (int i = 0; i < 200; ++i) inputs.push_back(0.1 * i);
       const auto f = [](const auto& x) {
         usleep(300);
         return x * sin(x) + 0.0 * dad::value(x);
       };
       const auto nested = [](const auto& x) {
         dad::mpi::batch_eval(square, numbers);
         return x;
       };
       const auto tell = [&](std::size_t, std::size_t) {
         is_main = is_main && main_thread == std::this_thread::get_id();
       };
       const auto r =
           dad::mpi::batch_eval(f, inputs, {.schedule = dad::mpi::schedule::dynamic, .progress = tell});
       out << "level " << provided << " told by main " << is_main << '\n';
       out << "nested " << ranks::message_of<dad::batch_error>([&] {
         dad::mpi::batch_eval(nested, inputs, {.schedule = dad::mpi::schedule::dynamic});
       }) << '\n';
       if (rank == 0) out << "same " << ranks::same_results(r, dad::batch_eval(f, inputs)) << '\n';
       MPI_Finalize();
       return 0;
     }},
    {"batch_error_past_the_environment",
     [](int& argc, char**& argv, report& out) {
       try {
         dad::mpi::environment env(argc, argv);
         dad::mpi::batch_eval(failing, numbers);
       } catch (const dad::batch_error& e) {
         out << e.what() << '\n' << "finalized " << is_finalized() << '\n';
         return 0;  // mpirun would end the ranks that have not written theirs yet
       }
       return 0;
     }},
    {"disagreement_past_the_environment",
     [](int& argc, char**& argv, report& out) {
       try {
         dad::mpi::environment env(argc, argv);
         if (env.rank() == 0)
           dad::mpi::batch_eval(square, numbers);
         else
           dad::mpi::batch_eval(failing, numbers);
       } catch (const dad::mpi::error& e) {
         out << e.what() << '\n' << "finalized " << is_finalized() << '\n';
         return 0;  // mpirun would end the ranks that have not written theirs yet
       }
       return 0;
     }},
    {"own_exception_past_the_environment",
     [](int& argc, char**& argv, report& out) {
       try {
         dad::mpi::environment env(argc, argv);
         out << "started" << std::endl;
         if (env.rank() == 1) throw std::runtime_error("alone");
         for (;;) dad::mpi::batch_eval(square, numbers);
       } catch (const std::runtime_error&) {
         out << "caught" << std::endl;
       }
       return 0;
     }},
};

/// The files that a program's ranks leave, or "nothing" where there is none; and how long it took.
struct outcome {
  std::vector<std::string> reports;
  double seconds = 0.0;
  bool succeeded = false;
};

outcome run(const std::string& name, int ranks, const std::string& more = "") {
  namespace fs = std::filesystem;
  const temporary_folder here;
  const std::string& folder = here.path();
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  // Nothing of the job that this test runs in may reach the one that it starts.
  std::string command =
      "env -i PATH=\"$PATH\" HOME=\"${HOME:-/tmp}\" OMPI_ALLOW_RUN_AS_ROOT=1 "
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 timeout -k 5 60 ";
  if (ranks > 0) command += "mpirun -np " + std::to_string(ranks) + " ";
  command +=
      "'" + self + "' --program " + name + " '" + folder + "' " + more + " > '" + folder + "/output' 2>&1";

  outcome result;
  const auto start = std::chrono::steady_clock::now();
  result.succeeded = std::system(command.c_str()) == 0;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (int rank = 0; rank < std::max(ranks, 1); ++rank)
    result.reports.push_back(text_of(here.file(std::to_string(rank))));
  return result;
}

void check_reports(const outcome& o, const std::vector<std::string>& parts) {
  for (const std::string& text : o.reports) {
    INFO(text);
    for (const std::string& part : parts) CHECK(ranks::has(text, part));
  }
}

}  // namespace

extern "C" bool dad_test_own_main(int argc, char** argv, int& result) {
  if (argc < 4 || std::string(argv[1]) != "--program") return false;
  const char* const rank = std::getenv("OMPI_COMM_WORLD_RANK");
  report out(std::string(argv[3]) + "/" + (rank == nullptr ? "0" : rank));
  try {
    result = programs.at(argv[2])(argc, argv, out);
  } catch (const std::exception& e) {
    out << "unexpected: " << e.what() << '\n';
    result = 1;
  }
  return true;
}

TEST_CASE("MPI that was never initialised means this process alone") {
  const outcome o = run("never_initialised", 0);
  check_reports(
      o, {"same 1\n", "over 5\n", "sum 30\n", "in chunks 1\n",
          "root is 1, expected a rank of the communicator, 0 to 0", "failing dad: input 2 on rank 0: three"});
  CHECK(o.succeeded);
}

TEST_CASE("MPI that the user initialises is the user's to finalise") {
  const outcome o = run("initialised_by_the_user", 2);
  check_reports(
      o, {"inside 30\n", "finalized 0\n", "after 30\n", "batch_eval was called after MPI was finalised"});
  CHECK(o.succeeded);
}

TEST_CASE("a program that finalises MPI itself") {
  const outcome o = run("finalised_by_the_user", 2);
  check_reports(o, {"batch_eval was called after MPI was finalised", "size "});
  CHECK(ranks::has(o.reports[0], "size 5\n"));
  CHECK(o.succeeded);
}

TEST_CASE("after the environment there are no batches") {
  const outcome o = run("after_the_environment", 2);
  check_reports(
      o, {"finalized 1\n", "batch_sum was called after MPI was finalised", "cannot be initialised again"});
  CHECK(o.succeeded);
}

TEST_CASE("a second environment is harmless") {
  const outcome o = run("two_environments", 2);
  check_reports(o, {"finalized 0\n", "sum 30\n"});
  CHECK(o.succeeded);
}

TEST_CASE("calls from another thread where MPI allows only the main one") {
  check_reports(run("funneled", 2), {"main thread only", "sum 30\n"});
}

TEST_CASE("the dynamic schedule at every level of threads that MPI may have") {
  for (const std::string level : {"single", "funneled", "serialized", "multiple"}) {
    const outcome o = run("every_level", 3, level);
    INFO(level);
    check_reports(o, {"told by main 1\n", "use dad::batch_eval there"});
    CHECK(ranks::has(o.reports[0], "same 1\n"));
    CHECK(ranks::has(o.reports[0], "level " + std::to_string(level == "single"       ? MPI_THREAD_SINGLE
                                                             : level == "funneled"   ? MPI_THREAD_FUNNELED
                                                             : level == "serialized" ? MPI_THREAD_SERIALIZED
                                                                                     : MPI_THREAD_MULTIPLE)));
  }
}

TEST_CASE("what dad throws on all ranks passes the environment, which finalises MPI") {
  check_reports(run("batch_error_past_the_environment", 3),
                {"dad: input 2 on rank ", ": three\n", "finalized 1\n"});
  check_reports(run("disagreement_past_the_environment", 3),
                {"ranks disagree on the type of f", "finalized 1\n"});
}

TEST_CASE("an exception of one rank alone ends the job, which would hang otherwise") {
  const outcome o = run("own_exception_past_the_environment", 2);
  CHECK(o.seconds < 30.0);
  CHECK(!o.succeeded);
  for (const std::string& text : o.reports) CHECK(text == "started\n");
}
