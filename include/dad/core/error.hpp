// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Everything that dad throws.

#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

namespace dad {

/// The base of everything dad throws; what() names the subject, what it got and what it expected.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Sizes or structures that do not fit together.
class shape_error : public error {
 public:
  using error::error;
};

/// Misuse of a recording: a var of another, a cleared or a rewound recording, or no active tape.
class tape_error : public error {
 public:
  using error::error;
};

/// A point outside the domain of a function, only where a check was asked for: NaN is an answer, not an
/// error.
class domain_error : public error {
 public:
  using error::error;
};

/// What went wrong with one input of a batch: the message itself, which also knows its parts.
class item_error : public std::string {
 public:
  item_error() = default;

  [[gnu::cold]] item_error(std::size_t index, int rank, std::string text)
      : index_(index), rank_(rank), text_(std::move(text)) {
    char head[64];
    std::snprintf(head, sizeof(head), "dad: input %zu on rank %d: ", index, rank);
    append(head).append(text_);
  }

  /// The input's place in the whole batch.
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  /// The rank that evaluated the input; 0 for a batch of this process.
  [[nodiscard]] int rank() const noexcept { return rank_; }
  /// The user's own text: what() of the exception that f threw, "unknown exception" where it has none.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The whole message.
  [[nodiscard]] const char* what() const noexcept { return c_str(); }

 private:
  std::size_t index_ = 0;
  int rank_ = 0;
  std::string text_;
};

/// The first failing input of a batch, by index, whatever the schedule.
class batch_error : public error {
 public:
  explicit batch_error(item_error item) : error(item), item_(std::move(item)) {}

  [[nodiscard]] std::size_t index() const noexcept { return item_.index(); }
  [[nodiscard]] int rank() const noexcept { return item_.rank(); }
  [[nodiscard]] const std::string& text() const noexcept { return item_.text(); }
  [[nodiscard]] const item_error& item() const noexcept { return item_; }

 private:
  item_error item_;
};

namespace detail {

/// Throws an Error with a text as printf makes it, of at most 511 characters. One function for all: texts
/// that are put together of std::string where they are thrown were half of a first program's code.
template <class Error>
[[noreturn, gnu::cold, gnu::noinline, gnu::format(printf, 1, 2)]] void raise(const char* format, ...) {
  char text[512];
  std::va_list parts;
  va_start(parts, format);
  std::vsnprintf(text, sizeof(text), format, parts);
  va_end(parts);
  throw Error(text);
}

}  // namespace detail
}  // namespace dad
