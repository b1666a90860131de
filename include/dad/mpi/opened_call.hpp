// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A call over ranks, whatever it is of: who has which inputs, how they become chunks, and the part of this
// rank in it. What is done for it (run_call.hpp) knows bytes and numbers of inputs alone.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <dad/batch/input_watch.hpp>
#include <dad/batch/partition.hpp>
#include <dad/batch/statistics.hpp>
#include <dad/core/engine.hpp>
#include <dad/mpi/agreement.hpp>
#include <dad/mpi/chunk_work.hpp>

namespace dad::mpi::detail {

/// The inputs that a rank evaluates, where each has the inputs ranges[rank] and leaves stay whole.
DAD_ENGINE index_range whole_leaves(const std::vector<index_range>& ranges, std::size_t rank,
                                    std::size_t leaf);

/// What is known of calls of one kind from earlier ones.
struct call_experience {
  std::atomic<bool> is_verified = false;
  std::atomic<double> seconds_per_input = 0.0;
  std::atomic<bool> was_alike = false;
};

/// What a rank knows of a call after its opening.
struct opened_call {
  channel* over = nullptr;  // null where this process is alone
  const options* o = nullptr;
  std::size_t count = 0;
  std::vector<index_range> inputs;  // of each rank
  bool is_first = false;
  bool is_alike = false;  // inputs cost the same
  std::uint64_t fingerprint = 0;

  [[nodiscard]] std::size_t size() const noexcept { return inputs.size(); }
  [[nodiscard]] int rank() const noexcept { return over == nullptr ? 0 : over->rank; }
  [[nodiscard]] bool is_root() const noexcept { return rank() == o->root; }
  [[nodiscard]] index_range own_inputs() const { return inputs[static_cast<std::size_t>(rank())]; }
  /// The even share of a rank, or its own inputs.
  [[nodiscard]] index_range share(std::size_t r, std::size_t grain) const;
};

/// Opens a call: all ranks mean the same, and none failed `before`. Collective; throws on all ranks or none.
DAD_ENGINE opened_call open_call(channel* over, const options& o, const call_description& description,
                                 std::size_t own_count, std::uint64_t own_fingerprint, bool is_first,
                                 const failure& before);

/// How a call is to be run.
struct run_settings {
  bool prepares = false;            ///< all ranks need something before the first chunk
  std::size_t grain = 1;            ///< chunks have multiples of so many inputs
  std::size_t bytes_per_input = 0;  ///< where they are sent; 0: not known
};

/// The part of this rank in an opened call; throws on all ranks or none. `so_far` says how the root fared.
DAD_ENGINE void run_call(const opened_call& c, const call_description& description, call_experience& known,
                         chunk_work& work, const run_settings& how, batch_statistics& statistics,
                         const failure& so_far = {});

/// What watches over f in this rank's part of a call: which input it is at, and that it comes back within
/// options::deadline.
class call_watch {
 public:
  call_watch(const options& o, std::size_t threads, int rank, MPI_Comm comm);
  [[nodiscard]] dad::detail::call_state state() noexcept { return {&watch_, &reads_numbers_, number_}; }

 private:
  bool reads_numbers_ = false;
  std::uint64_t number_;
  dad::detail::input_watch watch_;
  std::shared_ptr<void> dog_;  // a watchdog
};

}  // namespace dad::mpi::detail

#if DAD_DEFINES_ENGINE
#include <dad/mpi/run_call.hpp>
#endif
