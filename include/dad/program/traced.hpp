// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tracing scalar: a number whose operations are noted by whoever listens in this thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>

#include <dad/core/error.hpp>
#include <dad/core/limits.hpp>
#include <dad/program/kernels.hpp>
#include <dad/program/listener.hpp>

namespace dad {

/// A double that is traced: its value in the recording, and its node; 16 bytes. What f does with it becomes a
/// program (dad::record, and under every batch call). A comparison gives a condition, which is noted where it
/// becomes a bool; casts to integers are noted as comparisons; a number that is read (value(), a cast to
/// double, printing) ties the recording to its input. Throws tape_error when one of another recording is
/// used.
class traced {
 public:
  using value_type = double;
  class condition;

  constexpr traced() = default;
  template <arithmetic A>
  constexpr traced(A value) : value_(static_cast<double>(value)) {}
  /// 1 or 0, as a bool counts in arithmetic.
  template <class...>
  traced(const condition& c);
  constexpr traced(double value, detail::node_id id, std::uint32_t recording) noexcept
      : value_(value), id_(id), recording_(recording) {}

  /// The number itself. A program that depends on it is used for no other input.
  [[nodiscard]] double value() const {
    if (!is_constant()) escape();
    return value_;
  }
  template <arithmetic A>
  explicit operator A() const {
    if constexpr (std::is_floating_point_v<A>)
      return static_cast<A>(value());
    else
      return as_integer<A>();
  }

  [[nodiscard]] constexpr bool is_constant() const noexcept { return id_ == 0; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return is_constant() && value_ == 0; }
  [[nodiscard]] constexpr detail::node_id id() const noexcept { return id_; }
  [[nodiscard]] constexpr std::uint32_t recording() const noexcept { return recording_; }
  /// The number, unnoticed.
  [[nodiscard]] constexpr double recorded_value() const noexcept { return value_; }

  // A number travels in registers, so that a formula is a row of calls and nothing else.
  template <class Op, class... A>
  static traced apply([[maybe_unused]] const Op& op, const A&... operands) {
    if constexpr (requires { op.exponent; })
      return apply_unary(detail::known_operation<Op>(), op.exponent, traced(operands)...);
    else if constexpr (requires { op.order; })
      return apply_unary(detail::known_operation<Op>(), op.order, traced(operands)...);
    else if constexpr (sizeof...(A) == 1)
      return apply_unary(detail::known_operation<Op>(), 0, traced(operands)...);
    else if constexpr (sizeof...(A) == 2)
      return apply_binary(detail::known_operation<Op>(), traced(operands)...);
    else
      return apply_ternary(detail::known_operation<Op>(), traced(operands)...);
  }

  template <class Op, class... A>
  static condition condition_of(const A&... operands);
  template <class...>
  static traced choose(const condition& c, traced a, traced b);

  template <class P>
  static traced masked_product(const P& partial, const traced& seed) {
    return seed.is_zero() ? traced() : apply(op::masked_product{}, traced(partial), seed);
  }

  template <class F>
  static traced reduce(const traced& value, F&& add_terms) {
    terms sum;
    add_terms(sum);
    return linear(value, sum);
  }

 private:
  struct terms {
    detail::list<traced> operands;
    detail::list<traced> partials;
    void add(const traced& operand, const traced& partial) {
      if (operand.is_constant()) return;
      operands.push_back(operand);
      partials.push_back(partial);
    }
  };

  DAD_IF_USED static traced apply_all(const detail::operation& o, const traced* x, std::size_t arity,
                                      int parameter);
  DAD_IF_USED static traced apply_unary(const detail::operation& o, int parameter, traced x);
  DAD_IF_USED static traced apply_binary(const detail::operation& o, traced x, traced y);
  DAD_IF_USED static traced apply_ternary(const detail::operation& o, traced x, traced y, traced z);
  static traced linear(traced value, const terms& sum);
  void escape() const;
  static detail::listener& listener_for(const char* subject);

  template <class A>
  A as_integer() const;

  double value_ = 0;
  detail::node_id id_ = 0;
  std::uint32_t recording_ = 0;
};
static_assert(sizeof(traced) == 16);

template <>
inline constexpr bool is_scalar<traced> = true;
template <>
inline constexpr bool is_base<traced> = true;

/// The outcome of a comparison of traced numbers: noted as a guard where it becomes a bool.
class traced::condition {
 public:
  using scalar_type = traced;

  constexpr explicit condition(bool outcome) : number_(outcome ? 1 : 0) {}
  constexpr explicit condition(const traced& number, bool is_negated = false)
      : number_(number), is_negated_(is_negated) {}

  operator bool() const;
  // Not an implicit constructor: c ? a > b : true is to be a bool.
  template <class...>
  condition& operator=(bool outcome) {
    return *this = condition(outcome);
  }
// What arithmetic does with a bool. With plain numbers it is one, which is what (a < b) + (a < c) is as well.
#define DAD_DEFINE_OPERATOR(sign)                                    \
  template <class...>                                                \
  friend traced operator sign(const traced& x, const condition& c) { \
    return x sign traced(c);                                         \
  }                                                                  \
  template <class...>                                                \
  friend traced operator sign(const condition& c, const traced& x) { \
    return traced(c) sign x;                                         \
  }                                                                  \
  template <class...>                                                \
  friend traced& operator sign##=(traced& x, const condition& c) {   \
    return x = x sign traced(c);                                     \
  }                                                                  \
  template <arithmetic A>                                            \
  friend auto operator sign(const condition& c, A x) {               \
    return static_cast<bool>(c) sign x;                              \
  }                                                                  \
  template <arithmetic A>                                            \
  friend auto operator sign(A x, const condition& c) {               \
    return x sign static_cast<bool>(c);                              \
  }                                                                  \
  template <class...>                                                \
  friend int operator sign(const condition& a, const condition& b) { \
    return static_cast<bool>(a) sign static_cast<bool>(b);           \
  }
  DAD_DEFINE_OPERATOR(+)
  DAD_DEFINE_OPERATOR(-)
  DAD_DEFINE_OPERATOR(*)
  DAD_DEFINE_OPERATOR(/)
#undef DAD_DEFINE_OPERATOR

  static condition negated(const condition& c) { return condition(c.number_, !c.is_negated_); }
  template <class...>
  static condition both(const condition& a, const condition& b) {
    return condition(traced::apply(op::min{}, traced(a), traced(b)));
  }
  template <class...>
  static condition either(const condition& a, const condition& b) {
    return condition(traced::apply(op::max{}, traced(a), traced(b)));
  }

 private:
  friend class traced;
  traced number_;
  bool is_negated_ = false;
};

template <class Op, class... A>
traced::condition traced::condition_of(const A&... operands) {
  return condition(apply(Op{}, operands...));
}

#if DAD_DEFINES_ENGINE
namespace detail {
[[noreturn, gnu::noinline]] DAD_ENGINE void throw_foreign(const char* subject) {
  throw tape_error(std::string("dad: ") + subject +
                   " got a number of another recording; f must not keep its scalars (in a static or captured "
                   "variable) from one call to the next");
}
}  // namespace detail

DAD_ENGINE detail::listener& traced::listener_for(const char* subject) {
  if (detail::active_listener == nullptr) detail::throw_foreign(subject);
  return *detail::active_listener;
}

DAD_IF_USED traced traced::apply_all(const detail::operation& o, const traced* x, std::size_t arity,
                                     int parameter) {
  bool is_constant = true;
  for (std::size_t i = 0; i < arity; ++i) is_constant = is_constant && x[i].is_constant();
  if (is_constant) {
    const double values[] = {x[0].value_, arity > 1 ? x[1].value_ : 0, arity > 2 ? x[2].value_ : 0};
    return detail::value_of(o.code, values, arity, parameter);
  }
  if (detail::active_listener == nullptr) detail::throw_foreign(detail::name_of(o.code));
  return detail::active_listener->apply(o.code, x, arity, parameter);
}
DAD_IF_USED [[gnu::noinline]] traced traced::apply_unary(const detail::operation& o, int parameter,
                                                         traced x) {
  return apply_all(o, &x, 1, parameter);
}
DAD_IF_USED [[gnu::noinline]] traced traced::apply_binary(const detail::operation& o, traced x, traced y) {
  const traced operands[] = {x, y};
  return apply_all(o, operands, 2, 0);
}
DAD_IF_USED [[gnu::noinline]] traced traced::apply_ternary(const detail::operation& o, traced x, traced y,
                                                           traced z) {
  const traced operands[] = {x, y, z};
  return apply_all(o, operands, 3, 0);
}

DAD_ENGINE traced traced::linear(traced value, const terms& sum) {
  if (sum.operands.empty()) return value;
  return listener_for("a range function")
      .linear(value, sum.operands.data(), sum.partials.data(), sum.operands.size());
}

[[gnu::noinline]] DAD_ENGINE void traced::escape() const { listener_for("value").escape(*this); }

[[gnu::noinline]] DAD_ENGINE traced::condition::operator bool() const {
  const bool is_set = number_.recorded_value() != 0;
  if (!number_.is_constant()) traced::listener_for("a branch").guard(number_, is_set);
  return is_set != is_negated_;
}

#else
namespace detail {
[[noreturn]] void throw_foreign(const char* subject);
}
#endif

template <class...>
[[gnu::noinline]] traced::traced(const condition& c)
    : traced(c.is_negated_ ? apply(op::subtract{}, traced(1), c.number_) : c.number_) {}

template <class...>
[[gnu::noinline]] traced traced::choose(const condition& c, traced a, traced b) {
  if (c.number_.is_constant()) return (c.number_.value_ != 0) != c.is_negated_ ? a : b;
  return c.is_negated_ ? apply(op::choose{}, c.number_, b, a) : apply(op::choose{}, c.number_, a, b);
}

// A cast is noted as the integer it gave. (Operators would be compiled here already, for their return types.)
template <class A>
A traced::as_integer() const {
  if constexpr (std::is_same_v<A, bool>) {
    return condition::negated(condition_of<op::equal>(*this, traced(0)));
  } else {
    if (!is_constant() && !condition_of<op::is_nan>(*this)) {
      const traced whole = trunc(*this);
      // -0 and 0 are one integer, and so one constant.
      static_cast<void>(static_cast<bool>(condition_of<op::equal>(whole, traced(whole.value_ + 0.0))));
    }
    return static_cast<A>(value_);
  }
}

/// Prints the value, and so reads it.
template <class Char, class Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, const traced& x) {
  return out << x.value();
}

}  // namespace dad

template <>
struct std::numeric_limits<dad::traced> : dad::detail::scalar_limits<dad::traced> {};
