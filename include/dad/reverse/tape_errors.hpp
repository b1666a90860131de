// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a tape says of variables and positions that it cannot use.

#pragma once

#include <dad/core/error.hpp>

namespace dad::detail {

// Inlined: a call of raise, where a function of its own would cost more to compile than it says.

[[noreturn, gnu::always_inline]] inline void throw_passive(const char* subject) {
  raise<tape_error>("dad: %s got a passive value, expected one that depends on an input of this tape",
                    subject);
}
[[noreturn, gnu::always_inline]] inline void throw_spent(const char* subject) {
  raise<tape_error>(
      "dad: %s got a var that std::move gave to an operation before; assign to it before its next use",
      subject);
}
[[noreturn, gnu::always_inline]] inline void throw_foreign_var(const char* subject) {
  raise<tape_error>(
      "dad: %s got a var of another, a cleared or a rewound recording; a captured var of an outer "
      "derivative needs the inner one at a point of its type, and a kept one a new plain value and input()",
      subject);
}
[[noreturn, gnu::always_inline]] inline void throw_foreign_position(const char* subject) {
  raise<tape_error>("dad: %s got a position of another, a cleared or a rewound recording", subject);
}
[[noreturn, gnu::always_inline]] inline void throw_inactive(const char* subject) {
  raise<tape_error>(
      "dad: %s got a var of a tape that is not active in this thread; keep the guard of tape.activate()",
      subject);
}

}  // namespace dad::detail
