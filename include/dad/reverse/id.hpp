// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The id of a variable: which value of which recording it has, and who else knows that value.

#pragma once

#include <cstdint>

namespace dad::detail {

/// In a variable's id, recording << 32 | index: nothing but this variable knows the index, neither another
/// variable nor a row. Only then may the row still change that made the value.
inline constexpr std::uint64_t sole_bit = std::uint64_t{1} << 31;
/// The value is not in the list of factors yet.
inline constexpr std::uint64_t unlisted_bit = std::uint64_t{1} << 30;
inline constexpr std::uint64_t mark_bits = sole_bit | unlisted_bit;

#if defined(DAD_NEVER_FOLD)
/// Defined for a whole program, DAD_NEVER_FOLD gives every operation a row of its own: what folding must
/// agree with, in tests.
inline constexpr std::uint64_t result_bits = unlisted_bit;
#else
inline constexpr std::uint64_t result_bits = mark_bits;
#endif

/// What a variable has instead of an id after its value was used up by std::move: no recording's number.
inline constexpr std::uint64_t spent_id = std::uint64_t{~std::uint32_t{0}} << 32 | 1;

[[nodiscard]] constexpr std::uint64_t id_at(std::uint32_t recording, std::uint64_t index) noexcept {
  return std::uint64_t{recording} << 32 | index;
}
[[nodiscard]] constexpr std::uint32_t index_of(std::uint64_t id) noexcept {
  return static_cast<std::uint32_t>(id) & static_cast<std::uint32_t>(unlisted_bit - 1);
}
[[nodiscard]] constexpr std::uint32_t recording_of(std::uint64_t id) noexcept {
  return static_cast<std::uint32_t>(id >> 32);
}

}  // namespace dad::detail
