// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a process writes to stderr before it ends: one line, by the means that are left to a handler of a
// signal.

#pragma once

#include <array>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <ctime>
#include <string_view>

#include <dad/batch/input_watch.hpp>
#include <dad/batch/threads.hpp>  // <unistd.h>

namespace dad::mpi::detail {

using dad::detail::input_watch;

/// Where f was called.
struct input_place {
  std::size_t index;
  int rank;
};

/// A line of text without allocation or locale: what does not fit is left out.
class last_words {
 public:
  template <class... Parts>
  explicit last_words(const Parts&... parts) noexcept {
    add("dad: ");
    (add(parts), ...);
    chars_[size_++] = '\n';
  }

  /// Writes the line in one piece. Async-signal-safe; errno stays.
  void write() const noexcept {
    const int before = errno;
    std::size_t done = 0;
    while (done < size_) {
      const ssize_t n = ::write(STDERR_FILENO, chars_.data() + done, size_ - done);
      if (n > 0) done += static_cast<std::size_t>(n);
      if (n <= 0 && errno != EINTR) break;
    }
    errno = before;
  }

 private:
  void add(std::string_view text) noexcept {
    for (const char c : text)
      if (size_ + 1 < chars_.size()) chars_[size_++] = c;
  }
  void add(std::integral auto number) noexcept {
    if (number < 0) add("-");
    std::array<char, 24> digits{};
    std::size_t first = digits.size();
    do {
      const int digit = static_cast<int>(number % 10);
      digits[--first] = static_cast<char>('0' + (digit < 0 ? -digit : digit));
      number /= 10;
    } while (number != 0);
    add(std::string_view(digits.data() + first, digits.size() - first));
  }

  void add(const input_place& at) noexcept {
    add("input ");
    add(at.index);
    add(" on rank ");
    add(at.rank);
  }

  std::array<char, 256> chars_;
  std::size_t size_ = 0;
};

/// Writes the line, and waits until mpirun has passed it on: it ends with the job.
inline void write_and_wait(const last_words& words) noexcept {
  words.write();
  const std::timespec while_passed_on{0, 200'000'000};
  nanosleep(&while_passed_on, nullptr);
}

}  // namespace dad::mpi::detail
