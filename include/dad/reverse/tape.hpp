// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tape: a linear recording of Jacobian rows, and its reverse sweeps, as users see them.

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <dad/core/error.hpp>
#include <dad/core/list_view.hpp>
#include <dad/reverse/activation.hpp>
#include <dad/reverse/adjoints.hpp>
#include <dad/reverse/observer.hpp>
#include <dad/reverse/recorder.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape_errors.hpp>
#include <dad/reverse/tape_statistics.hpp>

namespace dad {

template <class T>
class tape;
template <class T>
class fused_var;
namespace detail {
template <class A>
inline constexpr bool is_fused_var = false;
template <class T>
inline constexpr bool is_fused_var<fused_var<T>> = true;
template <class T>
class operation_row;
template <class T>
struct folding;
template <class T>
class terms;
template <class T>
struct range_operands;
template <class T>
class range_rows;
template <class T>
class elementwise_rows;
template <class T>
struct statement_writer;
struct recording_access;
}  // namespace detail

/// Owns a recording: statements, each the row of partials of a value with respect to earlier ones; inputs are
/// statements without arguments. Not thread-safe: one tape per thread, active in one thread at a time.
/// Method: linear-index Jacobian taping, Sagebaum, Albring and Gauger, ACM TOMS 45 (2019); Griewank and
/// Walther (2008).
///
///   dad::tape<> t;
///   auto guard = t.activate();
///   dad::var<> x = 2.0;
///   t.input(x);
///   auto y = x * sin(x);
///   t.backward(y);              // x.adjoint()
template <class T = double>
class tape {
 public:
  /// Sets this thread's active tape for T, until it goes out of scope in the same thread. The active tape is
  /// that of the newest activation there is; of a tape that was destroyed before, it activates nothing.
  using activation = detail::tape_activation<T>;

  /// A place in a recording to which rewind goes back.
  class place {
    friend class tape;
    friend struct detail::recording_access;
    detail::tape_position position_;
  };

  tape() = default;
  tape(const tape&) = delete;
  tape& operator=(const tape&) = delete;
  /// Where the tape is active still, no tape is active from here on.
  ~tape() { activation::end_all_of(*this); }

  [[nodiscard]] activation activate() noexcept { return activation(*this); }

  /// Makes x an independent variable of this recording; its value stays.
  /// Throws tape_error if x belongs to another, a cleared or a rewound recording.
  void input(var<T>& x) {
    if (x.is_active()) recorder_.check(x, "input");
    recorder_.write_value(x);
    ++recorder_.input_count;
  }
  template <class Number>
  requires(std::same_as<Number, fused_var<T>>) void input(Number& x) {
    if (!recorder_.rows.lists_all) recorder_.rows.list_all();
    input(x.variable_);
  }
  template <class Range>
  requires requires(Range& r, var<T>& x) {
    r.begin();
    x = *r.begin();
  }
  void input(Range& xs) {
    using number = std::remove_reference_t<decltype(*xs.begin())>;
    if constexpr (requires { xs.data() + xs.size(); } && is_variable<number>) {
      std::uint32_t indices = 0;
      for (std::size_t i = 0; i < xs.size(); ++i) indices |= xs.data()[i].index();
      input_row(xs.data(), xs.size(), indices == 0, [](std::size_t) {});
    } else
      for (auto& x : xs) input(x);
  }
  /// The same for variables in a row with plain numbers as their values: in one pass over memory.
  template <class Number, arithmetic Value>
  void input(Number* xs, const Value* values, std::size_t count) {
    static_assert(is_variable<Number> && std::floating_point<T>);
    input_row(xs, count, true, [=](std::size_t i) {
      detail::prefetch_to_write(xs + i, 2048);
      xs[i] = static_cast<T>(values[i]);
    });
  }

  /// Sets the adjoints of everything recorded to seed * dy/d(that). Adjoints of earlier sweeps are forgotten.
  /// Throws tape_error if y is passive or belongs to another, a cleared or a rewound recording.
  void backward(const var<T>& y, const T& seed = T(1)) {
    recorder_.check(y, "backward");
    begin_sweep()[y.index()] = seed;
    sweep({});
  }

  /// The same for several outputs at once: the adjoints of sum_i seeds[i] ys[i]. Passive outputs have no
  /// influence. Throws shape_error for different sizes, tape_error as above and where every output is
  /// passive.
  template <class Outputs, class Seeds>
  requires requires(const Outputs& ys, const Seeds& seeds) {
    ys[0].index();
    seeds[0];
  }
  void backward(const Outputs& ys, const Seeds& seeds) {
    if (ys.size() != seeds.size())
      detail::raise<shape_error>("dad: backward got %zu seeds, expected %zu, one for each output",
                                 std::size_t(seeds.size()), std::size_t(ys.size()));
    bool any_active = false;
    for (const auto& y : ys) {
      if (!y.is_active()) continue;
      recorder_.check(y, "backward");
      any_active = true;
    }
    if (!any_active) detail::throw_passive("backward");
    T* const adjoints = begin_sweep();
    for (std::size_t i = 0; i < ys.size(); ++i)
      if (ys[i].is_active()) adjoints[ys[i].index()] += T(seeds[i]);
    sweep({});
  }

  /// What backward(ys[k]) gives for each output, several of them in one sweep: take(k, adjoints) is called
  /// for each k in order, and adjoints[i] is the adjoint of the value with index i. A passive output has
  /// zeros. The adjoints of earlier sweeps stay. Throws tape_error for an output of another, a cleared or a
  /// rewound recording.
  ///
  ///   t.backward_all(ys, [&](std::size_t k, auto adjoints) { J(k, 0) = adjoints[x.index()]; });
  template <class Outputs, class Take>
  void backward_all(const Outputs& ys, Take&& take) requires std::floating_point<T> {
    for (const auto& y : ys)
      if (y.is_active()) recorder_.check(y, "backward_all");
    recorder_.close();
    adjoints_.sweep_each(recorder_.rows, recorder_.deferred, ys, take);
  }

  /// Adds seed * dy/d(that) to the adjoints of everything recorded before `from`, sweeping only what was
  /// recorded since. With rewind(from) after each of many terms, a sum needs the memory of one term.
  void accumulate(const var<T>& y, const T& seed, const place& from) {
    recorder_.check(y, "accumulate");
    recorder_.check(from.position_, "accumulate");
    recorder_.close();
    adjoints_.extend(from.position_.at.values, recorder_.rows.value_count())[y.index()] += seed;
    sweep(from.position_.at);
  }

  /// The adjoint of x by the last sweep; zero before any. Throws tape_error if x is passive or not of this
  /// recording.
  [[nodiscard]] T adjoint(const var<T>& x) const {
    recorder_.check(x, "adjoint");
    return adjoints_.at(x.index());
  }
  /// The adjoints of all statements by the last sweep, at their indices; inputs made in a row are in a row.
  [[nodiscard]] detail::list_view<const T> adjoints() const noexcept { return adjoints_.view(); }
  /// Forgets the last sweep.
  void clear_adjoints() noexcept { adjoints_.clear(); }

  /// Where the recording is now. Nothing recorded so far changes any more.
  [[nodiscard]] place position() {
    place p;
    p.position_ = recorder_.here();
    return p;
  }

  /// Forgets everything recorded after the position. Throws tape_error if it is not a place of this
  /// recording.
  void rewind(const place& to) {
    recorder_.check(to.position_, "rewind");
    if (to.position_.at.words == recorder_.rows.words.size()) return;
    adjoints_.cut(to.position_.at.values);
    recorder_.go_back(to.position_);
  }

  /// Forgets the recording and keeps its memory.
  void clear() {
    adjoints_.clear();
    recorder_.clear();
  }

  /// Parts of the recording are left to its sweeps (by rules and checkpoints), and hold memory of their own.
  [[nodiscard]] bool has_deferred() const noexcept { return !recorder_.deferred.empty(); }

  /// What a recording holds, and the bytes of memory that the tape keeps. A statement is an input or what
  /// operations were folded into; a sum that grows may have several statements and one value. Deferred are
  /// the rules and checkpoints that are left to sweeps: they have no statements, and of their bytes those of
  /// numbers that a captured container holds are unknown. Goes through the whole recording.
  using statistics_type = detail::tape_statistics;
  [[nodiscard]] statistics_type statistics() const { return detail::statistics_of(recorder_, byte_count()); }
  /// What was recorded between two positions, or since one; bytes are those of the entries themselves.
  /// Throws tape_error unless both are places of this recording, in order.
  ///
  ///   auto before = t.position();
  ///   auto y = layer(x);
  ///   t.statistics(before).statements;
  [[nodiscard]] statistics_type statistics(const place& from, const place& to) const {
    recorder_.check(from.position_, "statistics");
    recorder_.check(to.position_, "statistics");
    return detail::statistics_between(recorder_, from.position_, to.position_);
  }
  [[nodiscard]] statistics_type statistics(const place& from) { return statistics(from, position()); }

  /// The bytes of memory that the tape keeps.
  [[nodiscard]] std::size_t byte_count() const { return recorder_.bytes() + adjoints_.bytes(); }

  /// Shows every operation from here on to an observer, which outlives that; nullptr ends it. Recording is
  /// slow meanwhile, and nothing is folded.
  void observe(tape_observer<T>* observer) { recorder_.observe(observer); }
  [[nodiscard]] tape_observer<T>* observer() const noexcept { return recorder_.observer; }

  /// Throws tape_error, which names the subject, if x is passive or not of this recording.
  void check(const var<T>& x, const char* subject) const { recorder_.check(x, subject); }
  /// The index of the newest value.
  [[nodiscard]] std::uint32_t newest_index() const noexcept { return recorder_.newest_index(); }
  /// visit(index, partial) for each argument of the newest statement.
  template <class Visit>
  void for_each_newest_argument(Visit&& visit) const {
    recorder_.rows.for_each_newest_argument(visit);
  }

  /// The statements as they are kept, for sweeps of other kinds.
  [[nodiscard]] const detail::rows<T>& rows() const noexcept { return recorder_.rows; }

  /// The tape that is active in this thread, or null.
  [[nodiscard]] static tape* active() noexcept {
    tape* const t = detail::active_tape<T>;
    return t == &detail::no_tape<T>::instance ? nullptr : t;
  }

 private:
  friend class detail::operation_row<T>;
  friend struct detail::folding<T>;
  friend class detail::terms<T>;
  friend struct detail::range_operands<T>;
  friend class detail::range_rows<T>;
  friend class detail::elementwise_rows<T>;
  friend struct detail::statement_writer<T>;
  friend struct detail::recording_access;

  template <class Number>
  static constexpr bool is_variable = std::same_as<Number, var<T>> || std::same_as<Number, fused_var<T>>;

  // At once where all are constants; before that set(i) gives xs[i] its number, and neither throws nor
  // records.
  template <class Number, class Set>
  void input_row(Number* xs, std::size_t count, bool are_constants, Set&& set) {
    if (!are_constants || count < 8 || recorder_.observer != nullptr) {
      for (std::size_t i = 0; i < count; ++i) set(i), input(xs[i]);
    } else if constexpr (std::same_as<Number, var<T>>) {
      recorder_.write_inputs(
          xs, count, [](Number& x) -> var<T>& { return x; }, set);
    } else {
      if (!recorder_.rows.lists_all) recorder_.rows.list_all();
      recorder_.write_inputs(
          xs, count, [](Number& x) -> var<T>& { return x.variable_; }, set);
    }
  }

  T* begin_sweep() {
    recorder_.close();
    return adjoints_.restart(recorder_.rows.value_count());
  }
  void sweep(const detail::mark& first) { adjoints_.sweep(recorder_.rows, recorder_.deferred, first); }

  detail::tape_recorder<T> recorder_;
  detail::tape_adjoints<T> adjoints_;
};

template <class T>
constinit tape<T> detail::no_tape<T>::instance{};

}  // namespace dad
