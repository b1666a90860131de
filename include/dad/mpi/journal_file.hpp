// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The file of a journal: opened and locked for this process alone, read and written at byte offsets. Whatever
// fails throws dad::mpi::error with the path and the system's text.

#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <dad/mpi/error.hpp>

namespace dad::mpi::detail {

class journal_file {
 public:
  /// Opens a regular file, or creates an empty one, and locks it until this object or the process ends.
  explicit journal_file(std::string path) : path_(std::move(path)) {
    struct stat status = {};
    if (::stat(path_.c_str(), &status) == 0) require_regular(status);  // opening a device may do things
    descriptor_.value = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    if (descriptor_.value < 0) fail("cannot be opened");
    if (::fstat(descriptor_.value, &status) != 0) fail("cannot be examined");
    require_regular(status);
    if (::flock(descriptor_.value, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        refuse("is in use by another process, or by another call of this one: expected a file of its own");
      fail("cannot be locked");
    }
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  [[nodiscard]] std::uint64_t size() const {
    struct stat status = {};
    if (::fstat(descriptor_.value, &status) != 0) fail("cannot be examined");
    return static_cast<std::uint64_t>(status.st_size);
  }

  /// Fills the whole block.
  void read(std::uint64_t offset, std::span<std::byte> block) const {
    while (!block.empty()) {
      const ssize_t n = ::pread(descriptor_.value, block.data(), std::min(block.size(), bytes_at_once),
                                static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail("cannot be read at byte " + std::to_string(offset));
      if (n == 0) refuse("ends at byte " + std::to_string(offset) + ", which it did not when it was opened");
      block = block.subspan(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
  }

  /// Writes both blocks, one behind the other: with one call of the system, unless it takes only a part.
  void write(std::uint64_t offset, std::span<const std::byte> first, std::span<const std::byte> second = {}) {
    while (!first.empty() || !second.empty()) {
      const std::size_t from_first = std::min(first.size(), bytes_at_once);
      const std::size_t from_second = std::min(second.size(), bytes_at_once - from_first);
      const std::array<iovec, 2> blocks = {part(first, from_first), part(second, from_second)};
      const ssize_t n = ::pwritev(descriptor_.value, blocks.data(), static_cast<int>(blocks.size()),
                                  static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n == 0) errno = EIO;
      if (n <= 0)
        fail("cannot be written at byte " + std::to_string(offset) + " (" +
             std::to_string(first.size() + second.size()) + " bytes to go)");
      const auto written = static_cast<std::size_t>(n);
      const std::size_t of_first = std::min(first.size(), written);
      first = first.subspan(of_first);
      second = second.subspan(written - of_first);
      offset += written;
    }
  }

  void truncate(std::uint64_t size) {
    if (::ftruncate(descriptor_.value, static_cast<off_t>(size)) != 0)
      fail("cannot be cut to " + std::to_string(size) + " bytes");
  }

  /// What was written is on disk when it returns.
  void sync() {
    while (::fdatasync(descriptor_.value) != 0)
      if (errno != EINTR) fail("cannot be brought to disk");
  }

  /// The file's name is on disk when it returns, where the file system can do that for a folder.
  void sync_folder() const noexcept {
    const std::size_t slash = path_.rfind('/');
    try {
      const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
      const descriptor opened{::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY)};
      if (opened.value >= 0) ::fsync(opened.value);
    } catch (...) {  // no memory for the folder's name
    }
  }

  [[noreturn]] void refuse(const std::string& why) const { throw error("journal \"" + path_ + "\" " + why); }

 private:
  struct descriptor {
    explicit descriptor(int fd = -1) noexcept : value(fd) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
      if (value >= 0) ::close(value);
    }
    int value;
  };

  static constexpr std::size_t bytes_at_once = std::size_t{1} << 30;  // systems stop short of 2^31

  static iovec part(std::span<const std::byte> block, std::size_t count) {
    return {const_cast<std::byte*>(block.data()), count};  // NOLINT: the system reads only
  }

  [[noreturn]] void fail(const std::string& what) const {
    refuse(what + ": " + std::generic_category().message(errno));
  }

  void require_regular(const struct stat& status) const {
    if (S_ISREG(status.st_mode)) return;
    refuse(std::string("is a ") + (S_ISDIR(status.st_mode) ? "folder" : "device, pipe or socket") +
           ", expected a regular file or none");
  }

  std::string path_;
  descriptor descriptor_;
};

}  // namespace dad::mpi::detail
