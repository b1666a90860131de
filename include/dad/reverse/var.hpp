// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Reverse differentiation: a number that records what is done with it on the active tape.

#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>

#include <dad/core/limits.hpp>
#include <dad/op/list.hpp>
#include <dad/reverse/tape.hpp>

namespace dad {

/// A value and its place in a recording: 16 bytes for var<double>. Every operator returns var itself, so
/// generic code runs as with double. Passive (a constant) until tape.input(x) or an operation with an active
/// operand; T may be a dual (forward over reverse) or a var (reverse over reverse). Operations that record
/// throw tape_error for a var of a recording that is not on the active tape.
template <class T = double>
class var {
  static_assert(real<T>, "dad: the T of var<T> is a floating-point number or a scalar");

 public:
  using value_type = T;

  constexpr var() = default;

  /// A constant: any plain number, or a scalar that T is built on.
  template <number A>
  requires(detail::embeds<A, T>) constexpr var(const A& value) : value_(static_cast<T>(value)) {}

  [[nodiscard]] constexpr const T& value() const noexcept { return value_; }

  /// The adjoint by the active tape's last sweep. Throws tape_error if this is passive or not of its
  /// recording.
  [[nodiscard]] T adjoint() const {
    if (!is_active()) tape<T>::throw_passive("adjoint");
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
  [[nodiscard]] constexpr std::uint32_t index() const noexcept { return static_cast<std::uint32_t>(id_); }
  [[nodiscard]] constexpr std::uint32_t recording() const noexcept {
    return static_cast<std::uint32_t>(id_ >> 32);
  }

  /// The result of an operation on operands of which at least one is a var of this type.
  template <class Op, class... A>
  static var apply(const Op& op, const A&... operands) {
    var y(static_cast<T>(detail::evaluate(op, primal(operands)...)));
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      if ((is_argument<Op, I, A...>(operands) || ...)) {
        tape<T>* t = tape<T>::active_;
        if (!is_ready(t, operands...)) [[unlikely]]
          t = &tape_for<Op>(sizeof...(A), operands...);
        row r{t->arguments_.cursor, t->partials_.cursor};
        (record<I>(r, op, operands, primal(operands)..., y.value_), ...);
        t->arguments_.cursor += r.arguments;
        t->partials_.cursor += r.partials;
        y.id_ = t->close_statement(r.arguments, r.partials);
      }
    }
    (std::index_sequence_for<A...>{});
    return y;
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

  /// partial * seed, in which an exactly zero seed gives zero whatever the partial.
  template <class P>
  static var masked_product(const P& partial, const var& seed) {
    return seed.is_zero() ? var() : var(partial * seed);
  }

 private:
  friend class tape<T>;
  friend struct detail::recording_access;

  template <class A>
  static constexpr const auto& primal(const A& operand) {
    if constexpr (std::is_same_v<A, var>)
      return operand.value_;
    else
      return operand;
  }

  // The type of the partial of operand I; op::zero says that the operand has no influence on the derivative.
  template <class Op, std::size_t I, class... A>
  using partial_type = std::remove_cvref_t<decltype(std::declval<const Op&>().template partial<I>(
      primal(std::declval<const A&>())..., std::declval<const T&>()))>;

  template <class Op, std::size_t I, class... A, class Operand>
  static constexpr bool is_argument(const Operand& operand) {
    if constexpr (std::is_same_v<Operand, var> && !std::is_same_v<partial_type<Op, I, A...>, op::zero>)
      return operand.is_active();
    else
      return false;
  }

  // The statement that is being written: the cursors move when it is whole.
  struct row {
    std::uint32_t* argument;
    T* partial;
    std::uint32_t arguments = 0;
    std::uint32_t partials = 0;
  };

  template <std::size_t I, class Op, class A, class... P>
  static void record(row& r, const Op& op, const A& operand, const P&... primals) {
    if constexpr (std::is_same_v<A, var>) {
      using partial = std::remove_cvref_t<decltype(op.template partial<I>(primals...))>;
      if constexpr (!std::is_same_v<partial, op::zero>) {
        if (!operand.is_active()) return;
        const std::uint32_t index = operand.index() << detail::argument_word::tag_bits;
        if constexpr (std::is_same_v<partial, op::plus_one>) {
          r.argument[r.arguments++] = index | detail::argument_word::plus_one;
        } else if constexpr (std::is_same_v<partial, op::minus_one>) {
          r.argument[r.arguments++] = index | detail::argument_word::minus_one;
        } else {
          r.argument[r.arguments++] = index;
          new (r.partial + r.partials++) T(static_cast<T>(op.template partial<I>(primals...)));
        }
      }
    }
  }

  template <class... A>
  static bool is_ready(const tape<T>* t, const A&... operands) noexcept {
    return t != nullptr && t->arguments_.cursor < t->limit_ && (is_at_hand(*t, operands) && ...);
  }
  // Of the newest stretch, or of the oldest: what was made before a loop that rewinds.
  template <class A>
  static bool is_at_hand(const tape<T>& t, const A& operand) noexcept {
    if constexpr (std::is_same_v<A, var>)
      return !operand.is_active() || ((operand.id_ ^ t.newest_) >> 32) == 0 ||
             operand.id_ - t.oldest_first_ < t.oldest_count_;
    else
      return true;
  }

  static tape<T>& active_tape(const char* subject) {
    tape<T>* const t = tape<T>::active_;
    if (t == nullptr) [[unlikely]]
      throw_inactive(subject);
    return *t;
  }
  [[noreturn, gnu::noinline, gnu::cold]] static void throw_inactive(const char* subject) {
    throw tape_error(
        std::string("dad: ") + subject +
        " got a var of a tape that is not active in this thread; keep the guard of tape.activate()");
  }

  // The active tape with room for a statement, to which every active operand belongs.
  template <class Op, class... A>
  [[gnu::noinline, gnu::cold]] static tape<T>& tape_for(std::size_t arguments, const A&... operands) {
    tape<T>& t = active_tape(Op::name);
    if (!(is_known(t, operands) && ...)) [[unlikely]]
      tape<T>::throw_foreign(Op::name);
    t.make_room(arguments);
    return t;
  }
  template <class A>
  static bool is_known(const tape<T>& t, const A& operand) noexcept {
    if constexpr (std::is_same_v<A, var>)
      return !operand.is_active() || t.owns(operand);
    else
      return true;
  }

  // A statement of any number of arguments: a full row is closed, and its result is the next row's first
  // argument.
  class terms {
   public:
    terms() = default;
    terms(const terms&) = delete;
    terms& operator=(const terms&) = delete;
    // A row that an exception leaves open is taken back: every argument of a recording belongs to a
    // statement.
    ~terms() {
      if (count_ == 0) return;
      tape_->arguments_.cursor -= count_;
      tape_->partials_.cursor -= partials_;
    }

    void add(const var& operand, const T& partial) {
      if (!operand.is_active()) return;
      tape<T>& t = count_ == 0 ? open() : *tape_;
      if (!t.owns(operand)) [[unlikely]]
        tape<T>::throw_foreign("a range function");
      if (count_ == tape<T>::most_arguments) {
        const auto row = static_cast<std::uint32_t>(t.close_statement(count_, partials_));
        open();
        t.write_unit_argument(row);
        count_ = 1;
      }
      t.write_argument(operand.index(), partial);
      ++count_;
      ++partials_;
    }
    void close(var& y) {
      if (count_ == 0) return;
      y.id_ = tape_->close_statement(count_, partials_);
      count_ = 0;
    }

   private:
    tape<T>& open() {
      count_ = partials_ = 0;
      tape_ = &active_tape("a range function");
      tape_->make_room(tape<T>::most_arguments + 1);
      return *tape_;
    }

    tape<T>* tape_ = nullptr;
    std::size_t count_ = 0;
    std::size_t partials_ = 0;
  };

  T value_{};
  std::uint64_t id_ = 0;  // recording << 32 | index: one load, one store, one comparison
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
