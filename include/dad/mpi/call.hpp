// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where a call runs: over the ranks of a communicator, or in this process where there is no MPI or only one
// rank.

#pragma once

#include <string>
#include <utility>

#include <dad/core/engine.hpp>
#include <dad/mpi/agreement.hpp>
#if DAD_DEFINES_ENGINE
#include <dad/mpi/exit_watch.hpp>
#endif

namespace dad::mpi::detail {

/// True in a thread that is inside a call of dad::mpi, so that f cannot start another one.
inline bool& is_inside() noexcept {
  thread_local constinit bool flag = false;
  return flag;
}

/// Marks this thread as inside a call; throws if it already is.
class inside {
 public:
  explicit inside(const char* routine);
  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;
  ~inside() { is_inside() = false; }
};

/// Throws if there is no such rank.
DAD_ENGINE void require_root(const options& o, int size);
/// Throws if MPI was finalised.
DAD_ENGINE void require_not_finalized(const char* routine);

/// Where a call runs: over a communicator of the user's, or a channel that the caller has, or null for this
/// process alone.
struct own_channel {
  channel* over;
};
DAD_ENGINE channel* find_channel(MPI_Comm users);
DAD_ENGINE channel* find_channel(own_channel own);

/// From here on an f that ends its process is named by its input.
DAD_ENGINE void watch_exits();

/// Calls over_ranks(channel) where there are several ranks, and in_process() where there is one or MPI was
/// never initialised. Throws if MPI was finalised or a call is under way. Collective.
template <class Where, class OverRanks, class InProcess>
decltype(auto) dispatch(const Where& where, const char* routine, const options& o, OverRanks&& over_ranks,
                        InProcess&& in_process) {
  const inside here(routine);
  require_not_finalized(routine);
  const auto in_one_process = [&]() -> decltype(auto) {
    require_root(o, 1);
    require_valid(o);
    return in_process();
  };
  watch_exits();
  if (!is_initialized()) return in_one_process();
  channel* const over = find_channel(where);
  if (over == nullptr) return in_one_process();
  const exclusive_use use(*over);
  if (over->size == 1) return in_one_process();
  return over_ranks(*over);
}

#if DAD_DEFINES_ENGINE

DAD_ENGINE inside::inside(const char* routine) {
  if (is_inside())
    throw dad::error("dad: dad::mpi::" + std::string(routine) +
                     " was called by the function of another batch over " + "ranks: use dad::" + routine +
                     " there");
  is_inside() = true;
}

DAD_ENGINE void require_root(const options& o, int size) {
  if (o.root < 0 || o.root >= size)
    throw error("dad::mpi::options::root is " + std::to_string(o.root) +
                ", expected a rank of the communicator, 0 to " + std::to_string(size - 1));
}
DAD_ENGINE void require_not_finalized(const char* routine) {
  if (is_finalized())
    throw error(
        "dad::mpi::" + std::string(routine) +
        " was called after MPI was finalised (the environment ended, or the program called MPI_Finalize)");
}

DAD_ENGINE channel* find_channel(MPI_Comm users) {
  require_usable(users);
  return &channel_of(users);
}
DAD_ENGINE channel* find_channel(own_channel own) {
  if (own.over != nullptr) require_usable(own.over->comm);
  return own.over;
}

DAD_ENGINE void watch_exits() { exit_watch::install(); }

#endif

}  // namespace dad::mpi::detail
