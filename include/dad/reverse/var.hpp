// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Reverse differentiation: a number that records what is done with it on the active tape.

#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>

#include <dad/core/limits.hpp>
#include <dad/op/list.hpp>
#include <dad/reverse/folding.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/range_rows.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/terms.hpp>

namespace dad {

/// A value and its place in a recording: 16 bytes for var<double>. Every operator returns var itself, so
/// generic code runs as with double. Passive (a constant) until tape.input(x) or an operation with an active
/// operand; T may be a dual (forward over reverse) or a var (reverse over reverse). Operations that record
/// throw tape_error for a var of a recording that is not on the active tape.
///
/// A temporary whose row is the newest is folded into the operation it goes into: `a * b + c` is one row, and
/// `s += a * b` adds to the row of s, or to its value, as long as nobody else knows s. Copies and moves are
/// the same: both sides are known to two variables then, and their rows stay. A named variable that is given
/// away by std::move(y) * c is used up; until it is assigned to, its next use throws tape_error.
template <class T = double>
class var {
  static_assert(real<T>, "dad: the T of var<T> is a floating-point number or a scalar");

 public:
  using value_type = T;

  constexpr var() = default;
  constexpr var(const var& other) noexcept : value_(other.value_), id_(other.share()) {}
  constexpr var& operator=(const var& other) noexcept {
    id_ = other.share();
    value_ = other.value_;
    return *this;
  }

  /// A constant: any plain number, or a scalar that T is built on.
  template <number A>
  requires(detail::embeds<A, T>) constexpr var(const A& value) : value_(static_cast<T>(value)) {}

  [[nodiscard]] constexpr const T& value() const noexcept { return value_; }

  /// The adjoint by the active tape's last sweep. Throws tape_error if this is passive or not of its
  /// recording.
  [[nodiscard]] T adjoint() const {
    if (!is_active()) detail::throw_passive("adjoint");
    return active_tape("adjoint").adjoint(*this);
  }

  /// The plain number as another arithmetic type; its derivatives are lost, as the cast says.
  template <arithmetic A>
  explicit constexpr operator A() const {
    return static_cast<A>(dad::value(value_));
  }

  [[nodiscard]] constexpr bool is_active() const noexcept { return id_ != 0; }
  [[nodiscard]] constexpr bool is_zero() const { return !is_active() && detail::is_zero(value_); }
  /// Where the recording has this value, and the recording's number; both 0 for a passive value.
  [[nodiscard]] constexpr std::uint32_t index() const noexcept { return detail::index_of(id_); }
  [[nodiscard]] constexpr std::uint32_t recording() const noexcept { return detail::recording_of(id_); }

  /// The result of an operation on operands of which at least one is a var of this type.
  template <class Op, class... A>
  [[gnu::always_inline]] static var apply(const Op& op, const A&... operands) {
    return folding::apply(op, operands...);
  }

  /// A value whose derivative is a sum of terms: add_terms is called with an object that has add(operand,
  /// partial).
  template <class F>
  static var reduce(const T& value, F&& add_terms) {
    terms row;
    add_terms(row);
    var y(value);
    row.close(y);
    return y;
  }

  /// Functions of whole ranges of variables of this type, whose rows ask once for all elements: see
  /// range_rows.
  template <class A>
  static constexpr bool is_range =
      std::is_same_v<std::remove_cvref_t<decltype(std::declval<const A&>()[std::size_t(0)])>, var>;
  template <class A, class B>
  static bool multiply_ranges(var& y, const A& a, const B& b) {
    return detail::range_rows<T>::multiply(y, a, b);
  }
  template <class A, class Write>
  static bool reduce_range(var& y, const A& a, Write&& write) {
    return detail::range_rows<T>::reduce(y, a, write);
  }

  /// partial * seed, in which an exactly zero seed gives zero whatever the partial.
  template <class P>
  static var masked_product(const P& partial, const var& seed) {
    return seed.is_zero() ? var() : var(partial * seed);
  }

  // Temporaries: they may be folded into the operation.
#define DAD_DEFINE_FOLDING(sign, operation)                                          \
  [[gnu::always_inline]] friend var operator sign(var&& x, var&& y) {                \
    return folding::template binary<true, true>(op::operation{}, x, y);              \
  }                                                                                  \
  [[gnu::always_inline]] friend var operator sign(var&& x, const var& y) {           \
    return folding::template binary<true, false>(op::operation{}, x, y);             \
  }                                                                                  \
  [[gnu::always_inline]] friend var operator sign(const var& x, var&& y) {           \
    return folding::template binary<false, true>(op::operation{}, x, y);             \
  }                                                                                  \
  template <number A>                                                                \
  requires(detail::embeds<A, T>) friend var operator sign(var&& x, const A& y) {     \
    return folding::unary(op::operation{}, x, detail::as_operand<var>(y));           \
  }                                                                                  \
  template <number A>                                                                \
  requires(detail::embeds<A, T>) friend var operator sign(const A& x, var&& y) {     \
    return folding::unary(op::operation{}, detail::as_operand<var>(x), y);           \
  }                                                                                  \
  [[gnu::always_inline]] friend var& operator sign##=(var& x, const var& y) {        \
    return folding::template assign<false>(op::operation{}, x, y);                   \
  }                                                                                  \
  [[gnu::always_inline]] friend var& operator sign##=(var& x, var&& y) {             \
    return folding::template assign<true>(op::operation{}, x, y);                    \
  }                                                                                  \
  template <number A>                                                                \
  requires(detail::embeds<A, T>) friend var& operator sign##=(var& x, const A& y) {  \
    return folding::assign_constant(op::operation{}, x, detail::as_operand<var>(y)); \
  }
  DAD_DEFINE_FOLDING(+, add)
  DAD_DEFINE_FOLDING(-, subtract)
  DAD_DEFINE_FOLDING(*, multiply)
  DAD_DEFINE_FOLDING(/, divide)
#undef DAD_DEFINE_FOLDING

#define DAD_DEFINE_FOLDING(f) \
  [[gnu::always_inline]] friend var f(var&& x) { return folding::unary(op::f{}, x); }
  DAD_CMATH_UNARY(DAD_DEFINE_FOLDING)
  DAD_OWN_UNARY(DAD_DEFINE_FOLDING)
  DAD_DEFINE_FOLDING(abs)
#undef DAD_DEFINE_FOLDING
  [[gnu::always_inline]] friend var fabs(var&& x) { return folding::unary(op::abs{}, x); }
  [[gnu::always_inline]] friend var operator-(var&& x) { return folding::unary(op::negate{}, x); }
  template <number A>
  requires(detail::embeds<A, T>) friend var pow(var&& x, const A& y) {
    return folding::unary(op::pow{}, x, detail::as_operand<var>(y));
  }

 private:
  friend class detail::tape_recorder<T>;
  friend struct detail::operands<T>;
  friend class detail::operation_row<T>;
  friend struct detail::folding<T>;
  friend class detail::sum_row<T>;
  friend class detail::terms<T>;
  friend struct detail::range_operands<T>;
  friend class detail::range_rows<T>;
  friend class detail::elementwise_rows<T>;
  friend struct detail::statement_writer<T>;
  friend struct detail::recording_access;
  using folding = detail::folding<T>;
  using terms = detail::terms<T>;

  // A value that is computed where it stays: nobody else knows it, where a copy would.
  struct in_place {};
  template <class Compute>
  [[gnu::always_inline]] constexpr var(in_place, Compute&& compute) : value_(compute()) {}

  // The id, which from here on not only this variable knows.
  constexpr std::uint64_t share() const noexcept {
    const std::uint64_t id = id_;
    if ((id & detail::sole_bit) != 0) [[unlikely]]
      id_ = id & ~detail::sole_bit;
    return id & ~detail::sole_bit;
  }

  static tape<T>& active_tape(const char* subject) {
    tape<T>* const t = tape<T>::active();
    if (t == nullptr) [[unlikely]]
      detail::throw_inactive(subject);
    return *t;
  }

  T value_{};
  // recording << 32 | index, and detail::sole_bit: one load, one store, one comparison. A copy tells the
  // original, even a const one, that it is not alone any more.
  mutable std::uint64_t id_ = 0;
};

static_assert(sizeof(var<double>) == 16);

template <number A>
var(const A&) -> var<promoted_t<A>>;
template <class T>
var(const var<T>&) -> var<T>;

template <class T>
inline constexpr bool is_scalar<var<T>> = true;

/// Prints the value.
template <class Char, class Traits, class T>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, const var<T>& x) {
  return out << x.value();
}

}  // namespace dad

template <class T>
struct std::numeric_limits<dad::var<T>> : dad::detail::scalar_limits<dad::var<T>> {};
