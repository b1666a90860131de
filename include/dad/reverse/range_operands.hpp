// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What rows of whole ranges ask of their operands.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <dad/core/vector_width.hpp>
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

  /// Some ids that are looked at together.
  static constexpr std::size_t some_ids = vector_width;
  typedef std::uint64_t ids __attribute__((vector_size(8 * some_ids)));
  using all_lanes = std::make_index_sequence<some_ids>;
  /// 0, step, 2 step, ...
  template <std::size_t... I>
  static void multiples(ids& some, std::uint64_t step, std::index_sequence<I...>) {
    some = ids{I * step...};
  }
  /// Variables of two words each, one after the other in memory.
  template <class A>
  static constexpr bool are_neighbours = requires(const A& a) {
    requires sizeof(*a.data()) == 2 * sizeof(std::uint64_t) && sizeof(number) == 2 * sizeof(std::uint64_t);
  };
  // By reference: not every target returns such vectors.
  template <class A>
  static void load_some(ids& some, const A& a, std::size_t from) {
    ids low{}, high{};
    if constexpr (are_neighbours<A>) {
      const auto* const first = reinterpret_cast<const char*>(&a[from]);
      __builtin_memcpy(&low, first, sizeof low);
      __builtin_memcpy(&high, first + sizeof low, sizeof high);
    }
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      some = __builtin_shufflevector(low, high, (2 * I + 1)...);
    }
    (all_lanes());
  }
  /// Values and ids in turns.
  template <std::size_t... I>
  static void interleave(ids& low, ids& high, const ids& values, const ids& of, std::index_sequence<I...>) {
    low = __builtin_shufflevector(values, of, (I / 2 + I % 2 * some_ids)...);
    high = __builtin_shufflevector(values, of, ((I + some_ids) / 2 + I % 2 * some_ids)...);
  }

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
  static bool are_at_hand(const tape_recorder<T>& t, const distances& d, std::size_t n) noexcept {
    // What is between two values of a stretch is of that stretch.
    const std::uint64_t last = d.first + (n - 1) * d.step;
    return (d.first ^ last) >> 32 == 0 && operands<T>::is_at_hand(t, d.first) &&
           operands<T>::is_at_hand(t, last);
  }
  template <class A>
  static bool are_at_hand(const tape_recorder<T>& t, const A& a) {
    bool are = true;
    for (std::size_t i = 0; i < a.size(); ++i) are = are && operands<T>::is_at_hand(t, id_of(a[i]));
    return are;
  }

  /// All are of the active tape; and how far apart. In line, because rows of short ranges are as many as
  /// their elements would be.
  template <class A>
  [[gnu::always_inline]] static bool are_usual(const tape_recorder<T>& t, const A& a, distances& d) {
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
    if (d.are_equal) return are_at_hand(t, d, n);
    return are_at_hand(t, a);
  }
  /// The same for variables that were written some at a time: read one by one, they would wait for memory
  /// less where they were written one by one.
  template <class A>
  static bool are_usual_together(const tape_recorder<T>& t, const A& a, distances& d) {
    const std::size_t n = a.size();
    if (n < some_ids || !are_neighbours<A>) return are_usual(t, a, d);
    d.first = id_of(a[0]) & ~mark_bits;
    d.step = (id_of(a[1]) & ~mark_bits) - d.first;
    ids bits{}, unexpected{}, steps;
    multiples(steps, d.step, all_lanes());
    for (std::size_t i = 0; i < n; i += some_ids) {
      const std::size_t from = i + some_ids <= n ? i : n - some_ids;  // the last ones again with the rest
      ids some;
      load_some(some, a, from);
      bits |= some;
      unexpected |= (some & ~mark_bits) ^ (d.first + from * d.step + steps);
    }
    std::uint64_t differences = 0;
    for (std::size_t lane = 0; lane < some_ids; ++lane) {
      d.bits |= bits[lane];
      differences |= unexpected[lane];
    }
    d.are_equal = differences == 0;
    return d.are_equal && are_at_hand(t, d, n);
  }

  /// From here on rows know the elements, as factors or not.
  template <bool AsFactors, class A>
  static void know(rows<T>& r, const A& a, const distances& d) {
    constexpr std::uint64_t marks = AsFactors ? mark_bits : sole_bit;
    if ((d.bits & marks) == 0) return;
    const auto know_one = [&r](const number& x) {
      if ((x.id_ & marks) == 0) return;
      if (AsFactors && (x.id_ & unlisted_bit) != 0) r.list(x.id_, x.value_);
      x.id_ &= ~marks;
    };
    for (std::size_t i = 0; i < a.size(); ++i) know_one(variable(a[i]));
  }
};

}  // namespace dad::detail
