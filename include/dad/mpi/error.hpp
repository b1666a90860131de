// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What goes wrong over ranks: dad::mpi::error, the one gate that every MPI call goes through, and the mark of
// an exception that all ranks throw together.

#pragma once

#include <boost/mpi/config.hpp>  // <mpi.h> without the old C++ bindings

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <dad/core/engine.hpp>
#include <dad/core/error.hpp>

namespace dad::mpi {

/// A failed MPI routine, or ranks that do not fit together. what() has the routine and MPI's own text.
class error : public dad::error {
 public:
  explicit error(const std::string& text) : dad::error("dad: " + text), text_(text) {}
  error(std::string routine, const std::string& text)
      : dad::error("dad: " + routine + " failed: " + text), routine_(std::move(routine)), text_(text) {}

  /// The MPI routine that failed; empty where none did (ranks that disagree, MPI already finalised, ...).
  [[nodiscard]] const std::string& routine() const noexcept { return routine_; }
  /// MPI's own text, or dad's where no routine failed.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string routine_;
  std::string text_;
};

namespace detail {

DAD_ENGINE std::string error_text(int code);

/// The gate: `call("MPI_Barrier", MPI_Barrier(comm))` throws dad::mpi::error unless the routine succeeded.
DAD_ENGINE void call(const char* routine, int code);

/// Ends the job, with a reason, where a rank can neither go on nor tell the others.
[[noreturn]] DAD_ENGINE void end_job(const std::string& reason);

#if DAD_DEFINES_ENGINE
DAD_ENGINE std::string error_text(int code) {
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) return "error code " + std::to_string(code);
  return {text, static_cast<std::size_t>(length)};
}

DAD_ENGINE void call(const char* routine, int code) {
  if (code != MPI_SUCCESS) throw error(routine, error_text(code));
}

DAD_ENGINE void end_job(const std::string& reason) {
  std::fputs(("dad: " + reason + "; the job ends\n").c_str(), stderr);
  std::fflush(stderr);
  MPI_Abort(MPI_COMM_WORLD, 1);
  std::abort();
}
#endif

/// Lives in every exception that dad throws on all ranks together, so that the environment can tell, while
/// the stack unwinds, whether the other ranks are on their way to MPI_Finalize too.
class together {
 public:
  together() noexcept { ++alive(); }
  together(const together&) noexcept { ++alive(); }
  together& operator=(const together&) noexcept = default;
  ~together() { --alive(); }

  [[nodiscard]] static bool is_unwinding() noexcept { return alive() > 0; }

 private:
  static std::atomic<int>& alive() noexcept {
    static constinit std::atomic<int> count{0};
    return count;
  }
};

template <class Error>
class thrown_together : public Error, private together {
 public:
  explicit thrown_together(Error e) : Error(std::move(e)) {}
};

/// Throws an error that every other rank of the communicator throws as well.
template <class Error>
[[noreturn]] void throw_together(Error e) {
  throw thrown_together<Error>(std::move(e));
}

}  // namespace detail
}  // namespace dad::mpi
