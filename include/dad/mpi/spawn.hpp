// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A program that starts its other ranks itself: copies of it, merged with it into one communicator.

#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/threads.hpp>
#include <dad/mpi/error.hpp>
#include <dad/mpi/process_watch.hpp>

namespace dad::mpi::detail {

/// The ranks that an environment merged; MPI_COMM_NULL where none did.
inline MPI_Comm& merged_communicator() noexcept {
  static MPI_Comm comm = MPI_COMM_NULL;
  return comm;
}

/// All ranks of the program: where a call that is given no communicator runs.
inline MPI_Comm default_communicator() noexcept {
  const MPI_Comm merged = merged_communicator();
  return merged == MPI_COMM_NULL ? MPI_COMM_WORLD : merged;
}

/// Whether a launcher (mpirun, srun, MPI_Comm_spawn) started this process. Found out before main, because
/// MPI_Init sets such variables too.
inline const bool has_launcher = [] {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"})
    if (std::getenv(name) != nullptr) return true;
  return false;
}();

/// While it lives, variables of the environment that tell Open MPI how copies share this machine; what the
/// user has set stays. Open MPI reads them when it begins and when it starts the copies.
class sharing_settings {
 public:
  explicit sharing_settings(int ranks) {
    set("OMPI_MCA_rmaps_base_oversubscribe", "1");
    // This process is tied to no core, and nobody else knows of it.
    set("OMPI_MCA_hwloc_base_binding_policy", "none");
    // A rank that waits gives up its core to the others where there are more ranks than cores.
    if (static_cast<std::size_t>(ranks) > dad::detail::thread_count(0))
      set("OMPI_MCA_mpi_yield_when_idle", "1");
  }
  sharing_settings(const sharing_settings&) = delete;
  sharing_settings& operator=(const sharing_settings&) = delete;
  ~sharing_settings() {
    for (const char* name : own_) unsetenv(name);
  }

 private:
  void set(const char* name, const char* value) {
    if (std::getenv(name) != nullptr) return;
    setenv(name, value, 0);
    own_.push_back(name);
  }

  std::vector<const char*> own_;
};

/// What this program was called with after its name.
inline std::vector<std::string> arguments_of_this_program() {
  std::string all;
  if (std::FILE* file = std::fopen("/proc/self/cmdline", "r")) {
    char part[4096];
    for (std::size_t n; (n = std::fread(part, 1, sizeof part, file)) > 0;) all.append(part, n);
    std::fclose(file);
  }
  std::vector<std::string> arguments;
  for (std::size_t begin = 0, end; begin < all.size(); begin = end + 1) {
    end = std::min(all.find('\0', begin), all.size());
    arguments.push_back(all.substr(begin, end - begin));
  }
  if (!arguments.empty()) arguments.erase(arguments.begin());
  return arguments;
}

inline std::string path_of_this_program() {
  const std::unique_ptr<char, decltype(&std::free)> path(realpath("/proc/self/exe", nullptr), &std::free);
  if (path == nullptr)
    throw error("environment option spawn cannot find this program's file by /proc/self/exe");
  return path.get();
}

/// The processes of a program that starts its ranks itself, from their start to MPI's end. Each step is
/// collective over them.
class spawned_ranks {
 public:
  spawned_ranks() = default;
  spawned_ranks(const spawned_ranks&) = delete;
  spawned_ranks& operator=(const spawned_ranks&) = delete;

  /// Before MPI_Init.
  void prepare(int ranks) {
    if (ranks <= 1 || has_launcher) return;
    settings_.emplace(ranks);
  }

  /// After MPI_Init: this process starts the others, or is one of them, or a launcher has started all there
  /// are. Throws dad::mpi::error if Open MPI cannot start them.
  void start(int ranks, std::vector<std::string> arguments) {
    if (ranks <= 1) return;
    if (settings_) {
      spawn(ranks - 1, std::move(arguments));
      settings_.reset();
      merge(false);
    } else {
      call("MPI_Comm_get_parent", MPI_Comm_get_parent(&between_));
      if (between_ != MPI_COMM_NULL) merge(true);
    }
  }

 private:
  void spawn(int copies, std::vector<std::string> arguments) {
    const std::string path = path_of_this_program();
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    // The error handler of MPI_COMM_SELF is the user's.
    MPI_Comm self = MPI_COMM_NULL;
    call("MPI_Comm_dup", MPI_Comm_dup(MPI_COMM_SELF, &self));
    MPI_Comm_set_errhandler(self, MPI_ERRORS_RETURN);
    const int code = MPI_Comm_spawn(path.c_str(), argv.data(), copies, MPI_INFO_NULL, 0, self, &between_,
                                    MPI_ERRCODES_IGNORE);
    MPI_Comm_free(&self);
    if (code != MPI_SUCCESS)
      throw error("MPI_Comm_spawn",
                  error_text(code) + "; environment option spawn = " + std::to_string(copies + 1) +
                      " could not start " + path + " again: start the program with mpirun instead");
  }

  void merge(bool is_copy) {
    call("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(between_, MPI_ERRORS_RETURN));
    call("MPI_Intercomm_merge", MPI_Intercomm_merge(between_, is_copy ? 1 : 0, &merged_communicator()));
    watch_.start(merged_communicator());
    call("MPI_Barrier", MPI_Barrier(merged_communicator()));  // none goes on, or fails, unwatched
    // Whoever finalises MPI: it deletes the attributes of MPI_COMM_SELF first, when communication still
    // works.
    int key = MPI_KEYVAL_INVALID;
    call("MPI_Comm_create_keyval", MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &part, &key, nullptr));
    call("MPI_Comm_set_attr", MPI_Comm_set_attr(MPI_COMM_SELF, key, this));
    call("MPI_Comm_free_keyval", MPI_Comm_free_keyval(&key));  // freed with its last attribute
  }

  // dad's channel goes with the communicator.
  static int part(MPI_Comm, int, void* ranks, void*) {
    spawned_ranks& self = *static_cast<spawned_ranks*>(ranks);
    MPI_Barrier(merged_communicator());
    self.watch_.finish();
    MPI_Comm_free(&merged_communicator());
    return MPI_Comm_disconnect(&self.between_);
  }

  std::optional<sharing_settings> settings_;  // in the process that starts the others
  MPI_Comm between_ = MPI_COMM_NULL;          // it and the others
  process_watch watch_;
};

}  // namespace dad::mpi::detail
