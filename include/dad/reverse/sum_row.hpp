// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The rows of x += y and x -= y on var: an addition to the row that x has, if nothing else knows x.

#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <dad/op/arithmetic.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/newest_row.hpp>
#include <dad/reverse/operands.hpp>
#include <dad/reverse/operation_kind.hpp>
#include <dad/reverse/operation_row.hpp>
#include <dad/reverse/recorder.hpp>

namespace dad::detail {

/// Writes rows of sums. The kind says what y is: its tag is the sign, and it may be folded if it is a
/// temporary.
template <class T>
class sum_row {
  using number = var<T>;
  using word = argument_word;
  using newest = newest_row<T>;
  using vars = operands<T>;
  struct in_place {};

 public:
  /// A sum: a number that is there; where numbers are recorded themselves, it is made in place, afterwards.
  using argument = std::conditional_t<scalar<T>, in_place, typename operation_row<T>::argument>;

  template <class Y>
  static void add_value(const operation_kind& kind, T& x, Y&& y) {
    if (kind.tag[1] == word::minus_one)
      x -= static_cast<Y&&>(y);
    else
      x += static_cast<Y&&>(y);
  }

  /// Makes the row, and gives x the sum if that is there.
  DAD_RECORDING static void add(const operation_kind& kind, tape_recorder<T>& t, number& x, const number& y,
                                argument sum) {
    const std::uint32_t tag = kind.tag[1];
    rows<T>& r = t.rows;
    if (kind.may_fold[1] && newest::can_fold(r, y.id_)) {
      if (__builtin_expect(vars::is_alone(r, x.id_), 1)) {
        if (__builtin_expect(x.id_ != y.id_, 1)) {
          if (tag == word::minus_one) newest::negate(r);
          const std::uint64_t id = std::exchange(y.id_, spent_id);
          put(x, sum);
          if (x.id_ + 1 != id || newest::follows_increment(r)) {
            newest::make_increment(r, x.id_, id);
          } else if (newest::can_join(r)) {
            newest::join(r, x.id_);
          } else {
            newest::append(r, x.id_, word::plus_one);
            x.id_ = id;
          }
          return;
        }
      } else if (__builtin_expect(vars::is_at_hand(t, x.id_), 1) || !x.is_active()) {
        if (tag == word::minus_one) newest::negate(r);
        const std::uint64_t id = std::exchange(y.id_, spent_id);
        if (x.is_active()) newest::append(r, x.id_, word::plus_one);
        put(x, sum);
        x.id_ = id;
        return;
      }
    }
    if (!r.is_full() && vars::template can_enter<false, true>(t, y)) {
      if (vars::is_alone(r, x.id_)) {
        put(x, sum);
        append(r, x.id_, y.id_, tag);
        return;
      }
      if (!x.is_active()) {
        put(x, sum);
        x.id_ = r.write_row(rows<T>::argument_of(y.id_, tag), row_word::argument);
        return;
      }
    }
    if (r.is_full() && append_with_room(t, x.id_, y.id_, tag)) {
      vars::template enter<true>(y);
    } else if constexpr (!scalar<T>) {
      x.id_ = link(kind, x, y, sum);
    } else {
      T value = 0.0;  // for an observer alone
      if (t.observer != nullptr) add_value(kind, value = x.value_, y.value_);
      x.id_ = link(kind, x, y, value);
    }
    put(x, sum);
  }

 private:
  [[gnu::always_inline]] static void put([[maybe_unused]] number& x, [[maybe_unused]] argument sum) {
    if constexpr (!scalar<T>) x.value_ = sum;
  }

  /// x has a row, to which y is added.
  [[gnu::always_inline]] static void append(rows<T>& r, std::uint64_t x, std::uint64_t y,
                                            std::uint32_t tag) noexcept {
    if (newest::can_fold(r, x))
      newest::append(r, y, tag);
    else
      r.write_increment(x, y, tag);
  }
  /// Where nothing but room is missing, the row is what it would have been: derivatives have the same bits
  /// wherever the memory of a recording grows.
  [[gnu::noinline, gnu::cold]] static bool append_with_room(tape_recorder<T>& t, std::uint64_t x,
                                                            std::uint64_t y, std::uint32_t tag) {
    if (x == y || !vars::is_alone(t.rows, x) || !vars::is_at_hand(t, y)) return false;
    t.make_room(1);
    append(t.rows, x, y, tag);
    return true;
  }

  /// x has none, or something else knows x: the sum gets a row of its own.
  DAD_RECORDING static std::uint64_t link(const operation_kind& kind, const number& x, const number& y,
                                          typename operation_row<T>::argument sum) {
    return operation_row<T>::link(kind, x, y, sum,
                                  operation_partials<T>(false, false, op::add{}, sum, x.value_, y.value_));
  }
};

}  // namespace dad::detail
