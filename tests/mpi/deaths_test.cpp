// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Under mpirun --enable-recovery a batch goes on when a rank dies: this program runs itself so, and kills.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"
#include "mpi/temporary_folder.hpp"

// ranks: 1

using dad::mpi::schedule;

namespace {

constexpr int input_count = 300;

constexpr auto value_of = [](const auto& x) { return sin(x) * x + 0.0 * dad::value(x); };

/// A batch at whose inputs ranks die in several ways, and a second one by those who are left.
int job(int argc, char** argv) {
  const std::string folder = argv[2];
  const std::string way = argv[3];
  const dad::mpi::environment env(argc, argv);
  const int rank = env.rank();
  std::vector<double> inputs;
  if (rank == 0)
    for (int i = 0; i < input_count; ++i) inputs.push_back(0.1 * i);
  // At its first input a rank says who it is. (Before, where ranks agree on the call, a death ends the job.)
  std::atomic<bool> has_begun = false;
  const auto f = [&](const auto& x) {
    const double n = dad::value(x);
    if (!has_begun.exchange(true))
      std::ofstream(folder + "/pid" + std::to_string(rank)) << getpid() << std::endl;
    usleep(2000);
    // Whoever is at this input dies (the root excepted): at two ranks, then it is given up.
    if (way == "poison" && std::abs(n - 20.0) < 1e-9 && rank != 0) raise(SIGKILL);
    if (way == "poison" && std::abs(n - 20.0) < 1e-9) usleep(200000);
    if (way == "stopped" && rank == 1 && n > 5.0) raise(SIGSTOP);
    return sin(x) * x + 0.0 * n;
  };
  dad::mpi::options o{.schedule = way == "even" ? schedule::even : schedule::dynamic,
                      .chunk = 3,
                      .on_error = dad::on_error::collect};
  if (way == "stopped") o.lease = 0.5;
  const auto r = dad::mpi::batch_eval(f, inputs, o);
  const auto second = dad::mpi::batch_eval(value_of, inputs);
  const auto sum = dad::mpi::batch_sum([](const auto& w, const auto& x) { return w * sin(w * x); }, 1.5,
                                       inputs, {.schedule = schedule::dynamic});
  if (rank != 0) return 0;
  const auto local = dad::batch_eval(value_of, inputs);
  int right = 0;
  for (std::size_t i = 0; i < r.size(); ++i)
    right += !r[i].has_error() && r[i].value == local[i].value && r[i].gradient == local[i].gradient ? 1 : 0;
  const double local_sum =
      dad::batch_sum([](const auto& w, const auto& x) { return w * sin(w * x); }, 1.5, inputs).value;
  std::ofstream(folder + "/result.new")
      << "right " << right << " errors " << r.errors().size() << " second "
      << ranks::same_results(second, local) << " sum " << (sum.value == local_sum)
      << (r.errors().empty() ? "" : " " + r.errors()[0].text()) << std::endl;
  std::filesystem::rename(folder + "/result.new", folder + "/result");
  return 0;
}

struct outcome {
  std::string result;
  int status = 0;
  double seconds = 0.0;
};

/// Runs the job at 4 ranks; with `kills` the victim dies after so many microseconds of its work.
outcome run(const std::string& way, int victim = -1, unsigned after = 0) {
  namespace fs = std::filesystem;
  const temporary_folder here;
  const std::string& folder = here.path();
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const std::string line =
      "exec env -i PATH=\"$PATH\" HOME=\"${HOME:-/tmp}\" OMPI_ALLOW_RUN_AS_ROOT=1 "
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 "
      "mpirun --enable-recovery -np 4 '" +
      self + "' --job '" + folder + "' " + way + " > '" + folder + "/out' 2>&1";
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const pid_t runner = fork();
  if (runner == 0) {
    execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    _exit(127);
  }
  if (victim >= 0) {
    const std::string file = folder + "/pid" + std::to_string(victim);
    while (text_of(file).empty() && seconds() < 20) usleep(2000);
    usleep(after);
    if (!text_of(file).empty()) kill(std::stoi(text_of(file)), SIGKILL);
  }
  outcome o;
  const auto kill_stopped = [&] {
    for (int r = 0; r < 4; ++r)
      if (const std::string pid = text_of(folder + "/pid" + std::to_string(r)); !pid.empty())
        kill(std::stoi(pid), SIGKILL);
  };
  while (waitpid(runner, &o.status, WNOHANG) == 0) {
    if (seconds() > 60 || (way == "stopped" && !text_of(folder + "/result").empty())) kill_stopped();
    if (seconds() > 70) kill(runner, SIGKILL);
    usleep(2000);
  }
  o.seconds = seconds();
  o.result = text_of(folder + "/result");
  if (o.result.empty()) o.result = "no result; " + text_of(folder + "/out");
  return o;
}

const std::string all_right = "right 300 errors 0 second 1 sum 1\n";

}  // namespace

extern "C" bool dad_test_own_main(int argc, char** argv, int& result) {
  if (argc != 4 || std::string(argv[1]) != "--job") return false;
  result = job(argc, argv);
  return true;
}

TEST_CASE("a job in which nobody dies") { CHECK(run("nobody").result == all_right); }

TEST_CASE("a rank that is killed while it works: all results are there, and the next calls work") {
  std::mt19937 random(3);
  for (int k = 0; k < 20; ++k) {
    const int victim = 1 + static_cast<int>(random() % 3);
    // From the first chunks to the last: the batch takes some 200 ms.
    const outcome o =
        run(k % 4 == 3 ? "even" : "dynamic", victim, 30000 + static_cast<unsigned>(random() % 100000));
    INFO("kill " << k << " of rank " << victim << ", " << o.seconds << " s");
    CHECK(o.result == all_right);
  }
}

TEST_CASE("an input that kills two ranks is given up, and all others are there") {
  const outcome o = run("poison");
  INFO(o.result);
  CHECK((ranks::has(o.result, "right 297 errors 3 second 1 sum 1 two ranks died with this chunk of inputs") ||
         o.result == all_right));  // where the root got the chunk after the first death
}

TEST_CASE("a rank that stops answering is given up when its lease ends") {
  const outcome o = run("stopped");
  CHECK(o.result == all_right);
}
