// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a recording is written down, and the reverse sweep that reads it.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/op/operation.hpp>
#include <dad/reverse/stream.hpp>

namespace dad::detail {

/// An argument of a statement is one word: the index of an earlier value, and in its lowest bits what its
/// partial is.
struct argument_word {
  static constexpr std::uint32_t tag_bits = 2;
  static constexpr std::uint32_t tag_mask = 3;
  static constexpr std::uint32_t stored = 0;
  static constexpr std::uint32_t plus_one = 1;
  static constexpr std::uint32_t minus_one = 2;
};

/// The numbers of arguments and of stored partials of a row, as one number: bytes may alias everything, so
/// that the recording of an operation would read the cursors again after each.
struct statement {
  std::uint16_t shape;
  [[nodiscard]] std::uint32_t arguments() const noexcept { return shape & 255u; }
  [[nodiscard]] std::uint32_t partials() const noexcept { return shape >> 8; }
};

template <class T>
void add_product(T& target, const T& partial, const T& adjoint) {
  if constexpr (scalar<T>)
    target += masked_product(partial, adjoint);
  else
    target += partial * adjoint;
}

/// Adds the adjoint, or its negative where the argument's tag says so.
template <class T>
void add_unit(T& target, std::uint32_t argument, const T& adjoint) {
  if constexpr (std::is_same_v<T, double>)  // the tag's upper bit is the sign: no branch
    target += std::bit_cast<double>(std::bit_cast<std::uint64_t>(adjoint) ^
                                    std::uint64_t{argument & argument_word::minus_one} << 62);
  else if ((argument & argument_word::tag_mask) == argument_word::plus_one)
    target += adjoint;
  else
    target -= adjoint;
}

/// Propagates adjoints from statement `last` down to the one after `first`; statement i, counted from 1, is
/// at i - 1, and its adjoint at adjoints[i]. `argument` and `partial` are the ends of what belongs to
/// statement `last`. The rows of most operations are written out.
template <class T>
void sweep(const stream<statement>& statements, const stream<std::uint32_t>& arguments,
           const std::uint32_t* argument, const T* partial, T* adjoints, std::size_t last,
           std::size_t first) {
  const statement* const rows = statements.begin();
  const auto target = [adjoints](std::uint32_t a) -> T& { return adjoints[a >> argument_word::tag_bits]; };
  // Inputs at the start have no arguments and need no visit.
  for (std::size_t i = last; i > first && argument != arguments.begin(); --i) {
    const statement s = rows[i - 1];
    const T adjoint = adjoints[i];
    if (is_zero(adjoint)) [[unlikely]] {
      argument -= s.arguments();
      partial -= s.partials();
      continue;
    }
    switch (s.shape) {
      case 0x0202:
        argument -= 2;
        partial -= 2;
        add_product(target(argument[0]), partial[0], adjoint);
        add_product(target(argument[1]), partial[1], adjoint);
        break;
      case 0x0101:
        argument -= 1;
        partial -= 1;
        add_product(target(argument[0]), partial[0], adjoint);
        break;
      case 0x0002:
        argument -= 2;
        add_unit(target(argument[0]), argument[0], adjoint);
        add_unit(target(argument[1]), argument[1], adjoint);
        break;
      case 0x0001:
        argument -= 1;
        add_unit(target(argument[0]), argument[0], adjoint);
        break;
      default: {
        const std::uint32_t count = s.arguments();
        argument -= count;
        partial -= s.partials();
        const T* p = partial;
        for (std::uint32_t k = 0; k < count; ++k) {
          const std::uint32_t a = argument[k];
          if ((a & argument_word::tag_mask) == argument_word::stored)
            add_product(target(a), *p++, adjoint);
          else
            add_unit(target(a), a, adjoint);
        }
      }
    }
  }
}

}  // namespace dad::detail
