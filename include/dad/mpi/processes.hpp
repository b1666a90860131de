// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Whether the processes of other ranks still live, for jobs that go on after a death (mpirun
// --enable-recovery). Open MPI 4 does not tell a program of it; what is seen is what runs on this machine.

#pragma once

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <dad/mpi/error.hpp>

namespace dad::mpi::detail {

/// Whether the job goes on when a rank dies.
inline bool is_recoverable() {
  const char* const set = std::getenv("OMPI_MCA_orte_enable_recovery");
  return set != nullptr && std::string_view(set) == "1";
}

/// Set once a rank was lost: MPI_Finalize may wait for it for ever, so it is left out.
inline bool& has_lost_ranks() noexcept {
  static constinit bool has = false;
  return has;
}

/// A process, and the machine it is on.
struct process_id {
  std::uint64_t machine = 0;
  std::int64_t pid = 0;
};

inline process_id this_process() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  std::uint64_t machine = 0xcbf29ce484222325u;
  for (const char c : std::string_view(name))
    machine = (machine ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return {machine, getpid()};
}

/// Whether a process of this machine has ended.
inline bool has_ended(std::int64_t pid) {
  if (kill(static_cast<pid_t>(pid), 0) != 0) return errno == ESRCH;
  // Ended, and not yet waited for: state Z in /proc/<pid>/stat, behind the name in parentheses.
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%lld/stat", static_cast<long long>(pid));
  std::FILE* const file = std::fopen(path, "r");
  if (file == nullptr) return false;
  char text[512] = {};
  const std::size_t size = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  const std::string_view stat(text, size);
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string_view::npos && name_end + 2 < stat.size() &&
         (stat[name_end + 2] == 'Z' || stat[name_end + 2] == 'X');
}

/// The same, where nothing is known of other machines.
inline bool has_ended(const process_id& p, std::uint64_t this_machine) {
  return p.machine == this_machine && has_ended(p.pid);
}

/// The processes of a communicator's ranks; empty where deaths end the job anyway. Collective.
inline std::vector<process_id> processes_of(MPI_Comm comm, int size) {
  if (!is_recoverable()) return {};
  std::vector<process_id> all(static_cast<std::size_t>(size));
  const process_id mine = this_process();
  call("MPI_Allgather", MPI_Allgather(&mine, sizeof mine, MPI_BYTE, all.data(), sizeof mine, MPI_BYTE, comm));
  return all;
}

}  // namespace dad::mpi::detail
