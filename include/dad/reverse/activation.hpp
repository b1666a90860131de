// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which tape is active in a thread: that of the newest activation there is.

#pragma once

namespace dad {

template <class T>
class tape;

namespace detail {

/// Stands for no tape, so that an operation need not ask whether there is one: it has no room, and owns
/// nothing.
template <class T>
struct no_tape {
  static tape<T> instance;
};
/// The tape that is active in this thread.
template <class T>
inline constinit thread_local tape<T>* active_tape = &no_tape<T>::instance;

/// See tape::activation.
template <class T>
class [[nodiscard]] tape_activation {
 public:
  explicit tape_activation(tape<T>& t) noexcept : tape_(&t), before_(newest_) {
    newest_ = this;
    active_tape<T> = tape_;
  }
  tape_activation(const tape_activation&) = delete;
  tape_activation& operator=(const tape_activation&) = delete;
  ~tape_activation() {
    tape_activation** a = &newest_;
    while (*a != nullptr && *a != this) a = &(*a)->before_;
    if (*a == nullptr) return;  // of another thread
    *a = before_;
    active_tape<T> = newest_ != nullptr ? newest_->tape_ : &no_tape<T>::instance;
  }

  /// What activates this tape activates nothing from here on.
  static void end_all_of(tape<T>& t) noexcept {
    for (tape_activation* a = newest_; a != nullptr; a = a->before_)
      if (a->tape_ == &t) a->tape_ = &no_tape<T>::instance;
    if (active_tape<T> == &t) active_tape<T> = &no_tape<T>::instance;
  }

 private:
  static inline constinit thread_local tape_activation* newest_ = nullptr;

  tape<T>* tape_;
  tape_activation* before_;
};

}  // namespace detail
}  // namespace dad
