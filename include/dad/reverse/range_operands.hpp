// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What rows of whole ranges ask of their operands.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/reverse/id.hpp>
#include <dad/reverse/operands.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// Questions about ranges of variables, and what becomes of these when a row names them.
template <class T>
struct range_operands {
  using number = var<T>;

  /// The bits that some id has, and how far the values are apart.
  struct distances {
    std::uint64_t first = 0, step = 0, bits = 0;
    bool are_equal = false;
  };

  static const number& variable(const number& x) noexcept { return x; }
  static const number& variable(const fused_var<T>& x) noexcept { return x.variable_; }
  static number& variable(number& x) noexcept { return x; }
  static number& variable(fused_var<T>& x) noexcept { return x.variable_; }
  template <class A>
  static std::uint64_t id_of(const A& x) noexcept {
    return variable(x).id_;
  }

  /// Some tape is active, on which there are variables, nobody watches, and there may be so many.
  static bool is_usual(const tape_recorder<T>& t, std::size_t count) noexcept {
    return t.observer == nullptr && recording_of(t.rows.newest) != 0 && count > 0 &&
           count <= rows<T>::most_values;
  }

  /// The bits in which some id differs from those of the newest stretch that are known and noted.
  template <class A>
  static std::uint64_t other_bits(const rows<T>& r, const A& a) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < a.size(); ++i) bits |= id_of(a[i]) ^ r.newest;
    return bits & ~std::uint64_t{rows<T>::most_values};
  }
  template <class A>
  static bool are_at_hand(const tape_recorder<T>& t, const A& a) {
    bool are = true;
    for (std::size_t i = 0; i < a.size(); ++i) are = are && operands<T>::is_at_hand(t, id_of(a[i]));
    return are;
  }

  /// All are of the active tape; and how far apart.
  template <class A>
  static bool are_usual(const tape_recorder<T>& t, const A& a, distances& d) {
    const std::size_t n = a.size();
    d.first = id_of(a[0]) & ~mark_bits;
    d.step = n == 1 ? 0 : (id_of(a[1]) & ~mark_bits) - d.first;
    std::uint64_t expected = d.first, unexpected = 0;
    for (std::size_t i = 0; i < n; ++i, expected += d.step) {
      const std::uint64_t id = id_of(a[i]);
      d.bits |= id;
      unexpected |= (id & ~mark_bits) ^ expected;
    }
    d.are_equal = unexpected == 0;
    if (d.are_equal) {
      // What is between two values of a stretch is of that stretch.
      const std::uint64_t last = expected - d.step;
      return (d.first ^ last) >> 32 == 0 && operands<T>::is_at_hand(t, d.first) && operands<T>::is_at_hand(t, last);
    }
    return are_at_hand(t, a);
  }

  /// From here on rows know the elements, as factors or not.
  template <bool AsFactors, class A>
  static void know(rows<T>& r, const A& a, const distances& d) {
    constexpr std::uint64_t marks = AsFactors ? mark_bits : sole_bit;
    if ((d.bits & marks) == 0) return;
    const auto know_one = [&r](const number& x) {
      if (AsFactors && (x.id_ & unlisted_bit) != 0) r.list(x.id_, x.value_);
      x.id_ &= ~marks;
    };
    for (std::size_t i = 0; i < a.size(); ++i) know_one(variable(a[i]));
  }
};

}  // namespace dad::detail
