// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "spawned.hpp"

#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <dad/forward/dual.hpp>

#include "turns.hpp"

namespace scaling {
namespace {

// The first argument of a process that starts others, and of those.
constexpr std::string_view spawner_option = "--spawner", worker_option = "--worker";

// Answers are three doubles each, and inputs two, so that both travel as doubles.
static_assert(sizeof(input) == 2 * sizeof(double) && sizeof(answer) == 3 * sizeof(double));

// MPI counts in int: what is longer goes in pieces.
constexpr std::size_t largest_piece = std::size_t{1} << 28;

void send(const double* from, std::size_t count, int rank, MPI_Comm comm) {
  for (std::size_t at = 0; at < count; at += largest_piece)
    MPI_Send(from + at, static_cast<int>(std::min(largest_piece, count - at)), MPI_DOUBLE, rank, 0, comm);
}
void receive(double* to, std::size_t count, int rank, MPI_Comm comm) {
  for (std::size_t at = 0; at < count; at += largest_piece)
    MPI_Recv(to + at, static_cast<int>(std::min(largest_piece, count - at)), MPI_DOUBLE, rank, 0, comm,
             MPI_STATUS_IGNORE);
}

std::string this_program() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  if (size <= 0) throw std::runtime_error("/proc/self/exe: this program's file is not found by it");
  return {path, static_cast<std::size_t>(size)};
}

// Starts the workers, gives each a share of the inputs, and collects what they answer.
void evaluate_by_spawning(const flow& f, const std::vector<input>& inputs, std::vector<answer>& answers,
                          int workers) {
  std::string option(worker_option);
  char* arguments[] = {option.data(), nullptr};
  MPI_Comm between = MPI_COMM_NULL;
  MPI_Comm_spawn(this_program().c_str(), arguments, workers, MPI_INFO_NULL, 0, MPI_COMM_SELF, &between,
                 MPI_ERRCODES_IGNORE);

  const auto begin = [&](int worker) {
    return inputs.size() * static_cast<std::size_t>(worker) / static_cast<std::size_t>(workers);
  };
  for (int w = 0; w < workers; ++w) {
    const std::size_t count = begin(w + 1) - begin(w);
    const unsigned long long sizes[] = {f.steps, count};
    MPI_Send(sizes, 2, MPI_UNSIGNED_LONG_LONG, w, 0, between);
    send(reinterpret_cast<const double*>(inputs.data() + begin(w)), 2 * count, w, between);
  }
  answers.resize(inputs.size());
  for (int w = 0; w < workers; ++w)
    receive(reinterpret_cast<double*>(answers.data() + begin(w)), 3 * (begin(w + 1) - begin(w)), w, between);
  MPI_Comm_disconnect(&between);
}

void work(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm parent = MPI_COMM_NULL;
  MPI_Comm_get_parent(&parent);
  if (parent != MPI_COMM_NULL) {
    unsigned long long sizes[2];
    MPI_Recv(sizes, 2, MPI_UNSIGNED_LONG_LONG, 0, 0, parent, MPI_STATUS_IGNORE);
    std::vector<input> inputs(sizes[1]);
    std::vector<answer> answers(sizes[1]);
    receive(reinterpret_cast<double*>(inputs.data()), 2 * sizes[1], 0, parent);
    evaluate_in_turn({sizes[0]}, inputs.data(), inputs.size(), answers.data());
    send(reinterpret_cast<const double*>(answers.data()), 3 * sizes[1], 0, parent);
    MPI_Comm_disconnect(&parent);
  }
  MPI_Finalize();
}

// The arguments after its name: inputs, steps, workers, turns. Prints seconds, difference and bits.
void spawn(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
  const auto x = inputs(number(2));
  std::vector<answer> answers(x.size());
  const double least = least_of(static_cast<int>(number(5)), [&] {
    return seconds_of_call(std::chrono::steady_clock::now, 1, [&] {
      evaluate_by_spawning({number(3)}, x, answers, static_cast<int>(number(4)));
    });
  });
  const check found(x, answers);
  std::printf("%.9g %.9g %llu\n", least, found.difference, static_cast<unsigned long long>(found.bits));
  MPI_Finalize();
}

// What the command prints, within so many seconds; empty where it fails.
std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  char part[256];
  for (std::size_t n; (n = std::fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, n);
  return pclose(pipe) == 0 ? text : std::string();
}

}  // namespace

void evaluate_in_turn(const flow& f, const input* inputs, std::size_t count, answer* answers) {
  using number = dad::dual<double, 2>;
  for (std::size_t i = 0; i < count; ++i) {
    std::array<number, 2> x{number(inputs[i][0]), number(inputs[i][1])};
    x[0].tangent(0) = x[1].tangent(1) = 1;
    const number y = f(x);
    answers[i] = {y.value(), {y.tangent(0), y.tangent(1)}};
  }
}

spawned_time time_of_spawning(const flow& f, std::size_t count, int workers, int turns, double expected) {
  // Not with the variables of this job, whose processes these are not.
  std::string command =
      "env -i PATH=\"$PATH\" HOME=\"$HOME\" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1";
  command += " OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none";
  command += " OMPI_MCA_mpi_yield_when_idle=1 timeout -k 2 " + std::to_string(5 + turns * (3 + 2 * expected));
  command += " mpirun -n 1 '" + this_program() + "' " + std::string(spawner_option);
  for (const std::size_t n :
       {count, f.steps, static_cast<std::size_t>(workers), static_cast<std::size_t>(turns)})
    (command += ' ') += std::to_string(n);
  command += " 2>/dev/null";
  for (int i = 0; i < 5; ++i) {
    const std::string text = output_of(command);
    spawned_time result{};
    unsigned long long bits = 0;
    if (std::sscanf(text.c_str(), "%lf %lf %llu", &result.seconds, &result.found.difference, &bits) != 3)
      continue;
    result.found.bits = bits;
    return result;
  }
  throw std::runtime_error("a job that starts " + std::to_string(workers) +
                           " workers failed five times: " + command);
}

bool is_spawner_or_worker(int argc, char** argv) {
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (option == worker_option) return work(argc, argv), true;
  if (option == spawner_option && argc == 6) return spawn(argc, argv), true;
  return false;
}

}  // namespace scaling
