// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Calls with a journal: what is in it is not evaluated again, whatever happened to the run that wrote it, and
// the results have the bits of a run that nothing happened to.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"
#include "mpi/temporary_folder.hpp"

// ranks: 1 2 3

using dad::mpi::on;
using dad::mpi::schedule;

namespace {

constexpr std::size_t input_count = 120;

/// One folder for all ranks, removed by rank 0.
class shared_folder {
 public:
  shared_folder() {
    if (ranks::rank() == 0) roots_.emplace();
    char name[256] = {};
    if (roots_) std::strncpy(name, roots_->path().c_str(), sizeof name - 1);
    MPI_Bcast(name, sizeof name, MPI_CHAR, 0, MPI_COMM_WORLD);
    path_ = name;
  }
  shared_folder(const shared_folder&) = delete;
  shared_folder& operator=(const shared_folder&) = delete;
  ~shared_folder() { MPI_Barrier(MPI_COMM_WORLD); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::optional<temporary_folder> roots_;
  std::string path_;
};

std::vector<double> numbers() {
  std::vector<double> x;
  if (ranks::rank() == 0)
    for (std::size_t i = 0; i < input_count; ++i) x.push_back(0.1 * static_cast<double>(i) + 0.05);
  return x;
}

int calls = 0;
double captured = 1.0;
bool does_fail = false;

// Reads its number, so that it is called for every input.
constexpr auto f = [](const auto& x) {
  ++calls;
  const double n = dad::value(x);
  if (does_fail && n > 9.0 && n < 9.4) throw std::runtime_error("not today");
  return sin(x) * x * captured + 0.0 * n;
};
constexpr auto term = [](const auto& w, const auto& x) {
  ++calls;
  return w * sin(w * x) + 0.0 * dad::value(x);
};

int all_calls() {
  int sum = 0;
  MPI_Allreduce(&calls, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  calls = 0;
  return sum;
}

void overwrite(const std::string& path, const std::string& bytes) {
  if (ranks::rank() == 0) std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  MPI_Barrier(MPI_COMM_WORLD);
}

}  // namespace

TEST_CASE("a finished journal gives all results back") {
  for (const schedule s : {schedule::even, schedule::dynamic, schedule::automatic}) {
    const shared_folder folder;
    const dad::mpi::options o{.schedule = s, .chunk = 10, .journal = folder.file("run.dadj")};
    const auto first = dad::mpi::batch_eval(f, numbers(), o);
    all_calls();
    const auto again = dad::mpi::batch_eval(f, numbers(), o);
    // One chunk of it was evaluated again, for comparison, and the first input on every rank.
    CHECK(all_calls() <= 2 * 10 + 4 + 3 * ranks::size());
    if (ranks::rank() != 0) continue;
    CHECK(first.statistics().resumed == 0);
    CHECK(again.statistics().resumed == input_count);
    CHECK(ranks::same_results(first, dad::batch_eval(f, numbers())));
    CHECK(ranks::same_results(first, again));
  }
}

TEST_CASE("a journal cut anywhere is completed") {
  const shared_folder folder;
  const std::string path = folder.file("run.dadj");
  const dad::mpi::options o{.schedule = schedule::dynamic, .chunk = 8, .journal = path};
  (void)dad::mpi::batch_eval(f, numbers(), o);
  const std::string whole = text_of(path);
  std::size_t least = input_count;
  std::size_t most = 0;
  for (int cut = 1; cut <= 10; ++cut) {
    overwrite(path, whole.substr(0, whole.size() * static_cast<std::size_t>(cut) / 11));
    const auto r = dad::mpi::batch_eval(f, numbers(), o);
    if (ranks::rank() != 0) continue;
    CHECK(ranks::same_results(r, dad::batch_eval(f, numbers())));
    least = std::min(least, r.statistics().resumed);
    most = std::max(most, r.statistics().resumed);
    CHECK(text_of(path).size() == whole.size());
  }
  if (ranks::rank() == 0) {
    CHECK(least < 20);
    CHECK(most >= 90);
  }
}

TEST_CASE("sums, structured results, and inputs and results elsewhere resume too") {
  const shared_folder folder;
  const auto own = [&] {
    std::vector<double> x;
    const auto share = dad::detail::even_share(input_count, 1, ranks::size(), ranks::rank());
    for (std::size_t i = share.begin; i < share.end; ++i) x.push_back(0.1 * static_cast<double>(i));
    return x;
  }();
  std::vector<double> sums;
  for (int run = 0; run < 2; ++run) {
    const auto sum = dad::mpi::batch_sum(term, 1.5, numbers(), {.chunk = 10, .journal = folder.file("sum")});
    sums.push_back(sum.value);
    sums.push_back(sum.gradient);
    const auto r = dad::mpi::batch_eval(
        f, own, {.chunk = 7, .inputs = on::each, .results = on::all, .journal = folder.file("each")});
    CHECK(r.size() == input_count);
    if (run == 1 && ranks::rank() == 0) {
      CHECK(sum.statistics().resumed == input_count);
      CHECK(r.statistics().resumed == input_count);
    }
  }
  CHECK(sums[0] == sums[2]);
  CHECK(sums[1] == sums[3]);
}

TEST_CASE("the journal of another call is refused on all ranks, and stays as it is") {
  const shared_folder folder;
  const std::string path = folder.file("run.dadj");
  const dad::mpi::options o{.chunk = 10, .journal = path};
  (void)dad::mpi::batch_eval(f, numbers(), o);
  MPI_Barrier(MPI_COMM_WORLD);
  const std::string whole = text_of(path);

  const auto refused = [&](const auto& call, const std::string& why) {
    const std::string what = ranks::message_of<dad::mpi::error>(call);
    INFO(what);
    CHECK(ranks::has(what, why));
    CHECK(ranks::has(what, path));
    if (ranks::size() > 1) CHECK(ranks::same_everywhere(what));
    CHECK(text_of(path) == whole);
    MPI_Barrier(MPI_COMM_WORLD);  // before it is changed
  };
  auto others = numbers();
  if (ranks::rank() == 0) others[7] += 1e-15;
  refused([&] { dad::mpi::batch_eval(f, others, o); }, "inputs");
  others.resize(others.size() / 2);
  refused([&] { dad::mpi::batch_eval(f, others, o); }, "inputs");
  refused([&] { dad::mpi::batch_jacobian(f, numbers(), o); }, "batch_jacobian");
  refused([&] { dad::mpi::batch_eval([](const auto& x) { return f(x); }, numbers(), o); }, "the type of f");
  captured = 2.0;
  refused([&] { dad::mpi::batch_eval(f, numbers(), o); }, "f, what it captured, or the program changed");
  captured = 1.0;
  overwrite(path, "not a journal");
  const std::string what = ranks::message_of<dad::mpi::error>([&] { dad::mpi::batch_eval(f, numbers(), o); });
  CHECK(ranks::has(what, "run.dadj"));
  CHECK(ranks::message_of<dad::mpi::error>([&] {
          dad::mpi::batch_eval(f, numbers(), {.journal = folder.file("no/such/folder")});
        }) != "nothing");
  const auto r = dad::mpi::batch_eval(f, numbers());
  if (ranks::rank() == 0) CHECK(r.size() == input_count);
}

TEST_CASE("errors are kept, and retried where that is asked for") {
  const shared_folder folder;
  dad::mpi::options o{.chunk = 10, .on_error = dad::on_error::collect, .journal = folder.file("run.dadj")};
  does_fail = true;
  const auto failed = dad::mpi::batch_eval(f, numbers(), o);
  does_fail = false;
  all_calls();
  const auto kept = dad::mpi::batch_eval(f, numbers(), o);
  o.retry_errors = true;
  all_calls();
  const auto retried = dad::mpi::batch_eval(f, numbers(), o);
  CHECK(all_calls() <= 2 * 20 + 6 + 3 * ranks::size());
  const auto again = dad::mpi::batch_eval(f, numbers(), o);
  if (ranks::rank() != 0) return;
  CHECK(failed.errors().size() == 4);
  CHECK(ranks::same_results(failed, kept));
  CHECK(kept.errors()[0].text() == "not today");
  CHECK(retried.errors().empty());
  CHECK(retried.statistics().resumed >= input_count - 20);
  CHECK(retried.statistics().resumed < input_count);
  CHECK(again.statistics().resumed == input_count);
  CHECK(ranks::same_results(retried, dad::batch_eval(f, numbers())));
}

TEST_CASE("a journal where errors are raised: the next run raises it too, or goes on where it is gone") {
  const shared_folder folder;
  dad::mpi::options o{.chunk = 10, .journal = folder.file("run.dadj")};
  does_fail = true;
  CHECK(ranks::has(ranks::message_of<dad::batch_error>([&] { dad::mpi::batch_eval(f, numbers(), o); }),
                   "input 90 "));
  does_fail = false;
  CHECK(ranks::has(ranks::message_of<dad::batch_error>([&] { dad::mpi::batch_eval(f, numbers(), o); }),
                   "input 90 "));
  o.retry_errors = true;
  const auto r = dad::mpi::batch_eval(f, numbers(), o);
  if (ranks::rank() != 0) return;
  CHECK(r.statistics().resumed >= 80);
  CHECK(ranks::same_results(r, dad::batch_eval(f, numbers())));
}

// Killed at any moment: this program runs itself under mpirun and kills one of its ranks, until it gets to
// its end.
namespace {

int job(int argc, char** argv) {
  const dad::mpi::environment env(argc, argv);
  std::vector<double> inputs;
  if (env.rank() == 0)
    for (int i = 0; i < 200; ++i) inputs.push_back(0.1 * i);
  const std::string folder = argv[2];
  std::ofstream(folder + "/pid" + std::to_string(env.rank())) << getpid() << std::endl;
  const auto slow = [](const auto& x) {
    usleep(3000);
    return sin(x) * x + 0.0 * dad::value(x);
  };
  const auto r = dad::mpi::batch_eval(
      slow, inputs, {.schedule = schedule::dynamic, .chunk = 2, .journal = folder + "/run.dadj"});
  if (env.rank() != 0) return 0;
  const auto local = dad::batch_eval([](const auto& x) { return sin(x) * x + 0.0 * dad::value(x); }, inputs);
  std::ofstream(folder + "/result.new")
      << (ranks::same_results(r, local) ? "same" : "different") << ' ' << r.statistics().resumed << std::endl;
  std::filesystem::rename(folder + "/result.new", folder + "/result");
  return 0;
}

}  // namespace

extern "C" bool dad_test_own_main(int argc, char** argv, int& result) {
  if (argc != 3 || std::string(argv[1]) != "--job") return false;
  result = job(argc, argv);
  return true;
}

TEST_CASE("a job that is killed again and again gets to its end") {
  if (ranks::size() > 1) return;
  const shared_folder folder;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::mt19937 random(7);
  int kills = 0;
  for (int run = 0; run < 30 && !std::filesystem::exists(folder.file("result")); ++run) {
    // At another number of ranks each time. (The variables are those of the run that this test is part of.)
    const int ranks_of_run = 1 + run % 3;
    for (int r = 0; r < 3; ++r) std::filesystem::remove(folder.file("pid" + std::to_string(r)));
    const std::string line =
        "exec env -i PATH=\"$PATH\" HOME=\"${HOME:-/tmp}\" OMPI_ALLOW_RUN_AS_ROOT=1 "
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 mpirun -np " +
        std::to_string(ranks_of_run) + " '" + self + "' --job '" + folder.file("") + "' > /dev/null 2>&1";
    const pid_t runner = fork();
    if (runner == 0) {
      execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      _exit(127);
    }
    const auto victim =
        folder.file("pid" + std::to_string(static_cast<int>(random() % static_cast<unsigned>(ranks_of_run))));
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    while (text_of(victim).empty() && seconds() < 20) usleep(5000);
    usleep(static_cast<useconds_t>(20000 + random() % 150000));
    if (run < 25 && !std::filesystem::exists(folder.file("result")) && !text_of(victim).empty()) {
      kill(std::stoi(text_of(victim)), SIGKILL);
      ++kills;
    }
    int status = 0;
    while (waitpid(runner, &status, WNOHANG) == 0) {
      if (seconds() > 40) kill(runner, SIGKILL);
      usleep(5000);
    }
  }
  CHECK(kills >= 2);
  const std::string result = text_of(folder.file("result"));
  INFO(result << " after " << kills << " kills");
  CHECK(ranks::has(result, "same"));
}
