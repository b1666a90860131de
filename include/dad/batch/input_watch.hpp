// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input each thread of a batch call is calling f for, so that an f that does not come back can be named
// by its input.

#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>

#include <dad/core/list.hpp>

namespace dad::detail {

/// Read by other threads while the call runs, and by handlers of signals and exit in the threads themselves.
/// Lives longer than the call.
class input_watch {
 public:
  static constexpr std::size_t none = ~std::size_t{0};

  /// What one thread is at.
  struct slot {
    std::size_t index;   // of the whole batch, or none
    std::int64_t began;  // on the clock of now(), or 0
    int rank;
    char apart[108];  // so that no two threads write to one cache line
  };
  /// A call of f, or none.
  struct call {
    std::size_t index = none;
    std::int64_t nanoseconds = 0;  // since it began, where the watch has a clock
  };

  /// Reading it costs some 20 ns a call of f.
  enum class clock { none, monotonic };

  /// `threads`: as many as the batch call is given.
  input_watch(std::size_t threads, int rank, clock times = clock::monotonic)
      : slots_(threads, {none, 0, rank, {}}), rank_(rank), has_clock_(times == clock::monotonic) {}

  [[nodiscard]] int rank() const noexcept { return rank_; }

  /// The call of f that is the longest under way.
  [[nodiscard]] call longest() const noexcept {
    // A thread notes the time before the index, and here the clock is read before both: whatever happens in
    // between, a call is not said to have taken longer than it has.
    const std::int64_t at = has_clock_ ? now() : 0;
    call found;
    for (const slot& s : slots_) {
      const std::size_t index = __atomic_load_n(&s.index, __ATOMIC_ACQUIRE);
      const std::int64_t nanoseconds = at - __atomic_load_n(&s.began, __ATOMIC_RELAXED);
      if (index != none && (found.index == none || nanoseconds > found.nanoseconds))
        found = {index, nanoseconds};
    }
    return found;
  }

  /// The slot of the watched call that this thread is inside of, or null.
  [[nodiscard]] static const slot* of_this_thread() noexcept { return active_; }
  /// For whoever ends the process, so that it is named once.
  static void forget_this_thread() noexcept { active_ = nullptr; }

  [[nodiscard]] static std::int64_t now() noexcept {
    std::timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
  }

 private:
  friend class watched_call;
  static inline constinit thread_local const slot* active_ = nullptr;

  list<slot> slots_;
  int rank_;
  bool has_clock_;
};

/// What the parts of one call, in which f is the same, tell each other.
struct call_state {
  input_watch* watch = nullptr;   // which input f is called for
  bool* reads_numbers = nullptr;  // f reads a number before it branches: it need not be recorded again
  std::uint64_t number = 0;       // other than any other call's of this process; 0: it has no other part
};

/// Lives while f is called for an input, by the thread of this number. Without a watch it does nothing: so a
/// batch inside of f leaves the outer one's as it is.
class watched_call {
 public:
  watched_call(input_watch* watch, std::size_t thread, std::size_t index) {
    if (watch != nullptr) [[unlikely]]
      begin(*watch, watch->slots_[thread], index);
  }
  watched_call(const watched_call&) = delete;
  watched_call& operator=(const watched_call&) = delete;
  ~watched_call() {
    if (slot_ != nullptr) [[unlikely]]
      end();
  }

 private:
  // The fences are for a signal in this thread: nothing of f is moved out from between them.
  void begin(const input_watch& watch, input_watch::slot& s, std::size_t index) noexcept {
    slot_ = &s;
    outer_ = input_watch::active_;
    if (watch.has_clock_) __atomic_store_n(&s.began, input_watch::now(), __ATOMIC_RELAXED);
    __atomic_store_n(&s.index, index, __ATOMIC_RELEASE);
    input_watch::active_ = &s;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
  }
  void end() noexcept {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    input_watch::active_ = outer_;
    __atomic_store_n(&slot_->index, input_watch::none, __ATOMIC_RELEASE);
  }

  input_watch::slot* slot_ = nullptr;
  const input_watch::slot* outer_ = nullptr;
};

}  // namespace dad::detail
