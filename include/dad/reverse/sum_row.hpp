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
  /// A sum: a number that is there; where numbers are recorded themselves, it is made in place.
  using argument = std::conditional_t<scalar<T>, in_place, typename operation_row<T>::argument>;

  DAD_RECORDING static void add(const operation_kind& kind, tape_recorder<T>& t, number& x, const number& y,
                                argument sum) {
    const std::uint32_t tag = kind.tag[1];
    rows<T>& r = t.rows;
    if (kind.may_fold[1] && newest::can_fold(r, y.id_)) {
      if (__builtin_expect(vars::is_alone(r, x.id_), 1)) {
        if (__builtin_expect(x.id_ != y.id_, 1)) {
          if (tag == word::minus_one) newest::negate(r);
          const std::uint64_t id = std::exchange(y.id_, spent_id);
          put<true>(x, y, sum, tag);
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
        put<true>(x, y, sum, tag);
        if (x.is_active()) newest::append(r, x.id_, word::plus_one);
        x.id_ = id;
        return;
      }
    }
    if ((!r.is_full() || has_made_room(t, x.id_, y.id_)) && vars::template can_enter<false, true>(t, y)) {
      if (vars::is_alone(r, x.id_)) {
        put<false>(x, y, sum, tag);
        if (newest::can_fold(r, x.id_))
          newest::append(r, y.id_, tag);
        else
          r.write_increment(x.id_, y.id_, tag);
        return;
      }
      if (!x.is_active()) {
        put<false>(x, y, sum, tag);
        x.id_ = r.write_row(rows<T>::argument_of(y.id_, tag), row_word::argument);
        return;
      }
    }
    const T value = sum_of(x, y, sum, tag);
    const std::uint64_t id = operation_row<T>::link(
        kind, x, y, value, operation_partials<T>(false, false, op::add{}, value, x.value_, y.value_));
    x.value_ = value;
    x.id_ = id;
  }

 private:
  // The value, by y's sign: where numbers are recorded themselves, y's is used up if y is.
  template <bool UsesUp>
  [[gnu::always_inline]] static void put(number& x, [[maybe_unused]] const number& y,
                                         [[maybe_unused]] argument sum, [[maybe_unused]] std::uint32_t tag) {
    if constexpr (!scalar<T>) {
      x.value_ = sum;
    } else {
      using operand = std::conditional_t<UsesUp, T&&, const T&>;
      if (tag == word::minus_one)
        x.value_ -= static_cast<operand>(const_cast<number&>(y).value_);
      else
        x.value_ += static_cast<operand>(const_cast<number&>(y).value_);
    }
  }
  static T sum_of([[maybe_unused]] const number& x, [[maybe_unused]] const number& y,
                  [[maybe_unused]] argument sum, [[maybe_unused]] std::uint32_t tag) {
    if constexpr (scalar<T>)
      return tag == word::minus_one ? T(x.value_ - y.value_) : T(x.value_ + y.value_);
    else
      return sum;
  }

  // Where nothing but room is missing, the row is what it would have been: derivatives have the same bits
  // wherever the memory of a recording grows.
  [[gnu::noinline, gnu::cold]] static bool has_made_room(tape_recorder<T>& t, std::uint64_t x,
                                                         std::uint64_t y) {
    if (t.observer != nullptr || x == y || !vars::is_at_hand(t, y)) return false;
    if (x != 0 && !vars::is_alone(t.rows, x)) return false;
    t.make_room(1);
    return true;
  }
};

}  // namespace dad::detail
