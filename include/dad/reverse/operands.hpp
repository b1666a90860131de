// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The operands of an operation on var: which have influence on its derivative, and which the active tape may
// enter into a row at once.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <dad/op/arithmetic.hpp>
#include <dad/op/operation.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// Questions about operands, some of which are var<T>. To enter one into a row makes it known: from then on
/// not only its variable knows the value.
template <class T>
struct operands {
  using number = var<T>;

  /// An operand by value: where variables never have an address, they are kept in registers.
  struct plain {
    T value_;
    std::uint64_t id_;
    [[nodiscard]] bool is_active() const noexcept { return id_ != 0; }
  };
  template <class A>
  static constexpr bool is_variable = std::is_same_v<A, number> || std::is_same_v<A, plain>;

  template <class A>
  static constexpr const auto& primal(const A& operand) {
    if constexpr (is_variable<A>)
      return operand.value_;
    else
      return operand;
  }

  template <class A>
  [[gnu::always_inline]] static auto by_value(const A& operand) {
    if constexpr (std::is_same_v<A, number>)
      return plain{operand.value_, operand.id_};
    else
      return operand;
  }

  template <class A>
  static std::uint64_t id_of([[maybe_unused]] const A& operand) {
    if constexpr (is_variable<A>)
      return operand.id_;
    else
      return 0;
  }

  template <std::size_t I, class A, class... B>
  static constexpr const auto& nth(const A& first, [[maybe_unused]] const B&... others) {
    if constexpr (I == 0)
      return first;
    else
      return nth<I - 1>(others...);
  }

  /// The type of the partial of operand I; op::zero says that the operand has no influence on the derivative.
  template <class Op, std::size_t I, class... A>
  using partial_type = std::remove_cvref_t<decltype(std::declval<const Op&>().template partial<I>(
      primal(std::declval<const A&>())..., std::declval<const T&>()))>;

  template <class Op, std::size_t I, class... A>
  static constexpr bool has_influence() {
    using type = std::remove_cvref_t<decltype(nth<I>(std::declval<const A&>()...))>;
    if constexpr (std::is_same_v<type, number>)
      return !std::is_same_v<partial_type<Op, I, A...>, op::zero>;
    else
      return false;
  }

  /// Its row has the factors, not their partials.
  template <class Op, class... A>
  static constexpr bool is_product = std::is_same_v<Op, op::multiply> && (std::is_same_v<A, number> && ...);

  template <bool HasInfluence, class A>
  static bool is_active([[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence)
      return operand.is_active();
    else
      return false;
  }

  /// All active, and of the newest stretch, or of the oldest: what was made before a loop that rewinds. From
  /// here on a row knows their values. Usually others know them already, which is one question.
  template <bool AsFactors, bool... HasInfluence, class... A>
  [[gnu::always_inline]] static bool can_enter(tape_recorder<T>& t, const A&... operands) {
    const std::uint64_t bits = (other_bits<HasInfluence>(t, operands) | ...);
    if (__builtin_expect((bits >> (AsFactors ? 30 : 31)) == 0, 1)) return true;
    if constexpr (AsFactors) {
      if (!list(t, operands.id_..., operands.value_...)) return false;
    } else {
      if ((bits >> 32) != 0 && !are_at_hand(t, known_id<HasInfluence>(t, operands)...)) return false;
    }
    (enter<HasInfluence, AsFactors>(operands), ...);
    return true;
  }
  /// The same for one that may be inactive.
  [[gnu::always_inline]] static bool can_enter_or_stay_out(tape_recorder<T>& t,
                                                           const number& operand) noexcept {
    return can_enter<false, true>(t, operand) || !operand.is_active();
  }

  template <bool HasInfluence, bool AsFactor = false, class A>
  [[gnu::always_inline]] static void enter([[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence) operand.id_ &= ~(AsFactor ? mark_bits : sole_bit);
  }

  /// Nothing but this variable knows its value, and its rows may still change.
  [[gnu::always_inline]] static bool is_alone(const rows<T>& r, std::uint64_t id) noexcept {
    return (id ^ r.newest) >> 31 == 1;
  }

  /// x * x has one argument, with a partial: no need to note the value as a factor.
  [[gnu::always_inline]] static bool is_square(const number& x, const number& y) noexcept {
    return x.id_ == y.id_ && x.is_active();
  }
  template <class A>
  static bool is_known([[maybe_unused]] const tape_recorder<T>& t, [[maybe_unused]] const A& operand) {
    if constexpr (is_variable<A>)
      return !operand.is_active() || is_at_hand(t, operand.id_);
    else
      return true;
  }
  static bool is_at_hand(const tape_recorder<T>& t, std::uint64_t id) noexcept {
    return (id ^ t.rows.newest) >> 32 == 0 || (id & ~mark_bits) - t.oldest_first < t.oldest_count;
  }
  /// Notes the values of two factors, if the tape owns them.
  [[gnu::noinline]] static bool list(tape_recorder<T>& t, std::uint64_t x, std::uint64_t y, passed<T> x_value,
                                     passed<T> y_value) {
    if (!is_at_hand(t, x) || !is_at_hand(t, y)) return false;
    if ((x & unlisted_bit) != 0) t.rows.list(x, x_value);
    if ((y & unlisted_bit) != 0) t.rows.list(y, y_value);
    return true;
  }

 private:
  [[gnu::noinline]] static bool are_at_hand(const tape_recorder<T>& t, std::uint64_t x, std::uint64_t y,
                                            std::uint64_t z) noexcept {
    return is_at_hand(t, x) && is_at_hand(t, y) && is_at_hand(t, z);
  }
  [[gnu::always_inline]] static bool are_at_hand(const tape_recorder<T>& t, std::uint64_t x,
                                                 std::uint64_t y) noexcept {
    return are_at_hand(t, x, y, y);
  }
  [[gnu::always_inline]] static bool are_at_hand(const tape_recorder<T>& t, std::uint64_t x) noexcept {
    return are_at_hand(t, x, x, x);
  }
  template <bool HasInfluence, class A>
  [[gnu::always_inline]] static std::uint64_t known_id([[maybe_unused]] const tape_recorder<T>& t,
                                                       [[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence)
      return operand.id_;
    else
      return t.rows.newest;
  }
  template <bool HasInfluence, class A>
  [[gnu::always_inline]] static std::uint64_t other_bits([[maybe_unused]] const tape_recorder<T>& t,
                                                         [[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence)
      return operand.id_ ^ t.rows.newest;
    else
      return 0;
  }
};

}  // namespace dad::detail
