// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Who is told of the operations on traced numbers in a thread: a recorder of a user's function or a writer of
// its derivatives.

#pragma once

#include <cstddef>

#include <dad/program/graph.hpp>

namespace dad {

class traced;

namespace detail {

/// Notes the operations on traced numbers of which at least one is not constant.
class listener {
 public:
  virtual traced apply(opcode code, const traced* operands, std::size_t arity, int parameter) = 0;
  /// The number `value`, whose derivative is the sum of the derivatives of operands times partials.
  virtual traced linear(const traced& value, const traced* operands, const traced* partials,
                        std::size_t count) = 0;
  /// A condition became a bool.
  virtual void guard(const traced& condition, bool outcome) = 0;
  /// A number was read.
  virtual void escape(const traced& x) = 0;

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

 protected:
  listener() = default;
  ~listener() = default;
};

inline constinit thread_local listener* active_listener = nullptr;

/// Makes a listener the one of this thread while in scope.
class listening {
 public:
  explicit listening(listener& l) noexcept : before_(active_listener) { active_listener = &l; }
  listening(const listening&) = delete;
  listening& operator=(const listening&) = delete;
  ~listening() { active_listener = before_; }

 private:
  listener* before_;
};

}  // namespace detail
}  // namespace dad
