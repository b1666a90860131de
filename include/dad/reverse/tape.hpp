// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tape: a linear recording of Jacobian rows, and its reverse sweep.

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <dad/core/list_view.hpp>
#include <dad/op/operation.hpp>
#include <dad/reverse/deferred.hpp>
#include <dad/reverse/observer.hpp>
#include <dad/reverse/recording.hpp>
#include <dad/reverse/rows.hpp>

namespace dad {

template <class T>
class var;
template <class T>
class tape;
namespace detail {
template <class T>
struct folding;
template <class T>
class terms;
struct recording_access;

/// Stands for no tape, so that an operation need not ask whether there is one: it has no room, and owns
/// nothing.
template <class T>
struct no_tape {
  static tape<T> instance;
};
/// The tape that is active in this thread.
template <class T>
inline constinit thread_local tape<T>* active_tape = &no_tape<T>::instance;
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
  /// Sets this thread's active tape for T, and restores the one before when it goes out of scope.
  class [[nodiscard]] activation {
   public:
    explicit activation(tape& t) noexcept : before_(detail::active_tape<T>) { detail::active_tape<T> = &t; }
    activation(const activation&) = delete;
    activation& operator=(const activation&) = delete;
    ~activation() { detail::active_tape<T> = before_; }

   private:
    tape* before_;
  };

  /// A place in a recording to which rewind goes back.
  class place {
    friend class tape;
    friend struct detail::recording_access;
    detail::mark at;
    std::size_t inputs = 0;
    std::uint32_t recording = 0;
  };

  tape() = default;
  tape(const tape&) = delete;
  tape& operator=(const tape&) = delete;
  ~tape() {
    if (detail::active_tape<T> == this) detail::active_tape<T> = &detail::no_tape<T>::instance;
  }

  [[nodiscard]] activation activate() noexcept { return activation(*this); }

  /// Makes x an independent variable of this recording; its value stays.
  /// Throws tape_error if x belongs to another, a cleared or a rewound recording.
  void input(var<T>& x) {
    if (x.is_active()) check(x, "input");
    write_value(x);
    ++input_count_;
  }
  template <class Range>
  requires requires(Range& r, var<T>& x) {
    r.begin();
    x = *r.begin();
  }
  void input(Range& xs) {
    for (auto& x : xs) input(x);
  }

  /// Sets the adjoints of everything recorded to seed * dy/d(that). Adjoints of earlier sweeps are forgotten.
  /// Throws tape_error if y is passive or belongs to another, a cleared or a rewound recording.
  void backward(const var<T>& y, const T& seed = T(1)) {
    check(y, "backward");
    begin_sweep();
    adjoints_.begin()[y.index()] = seed;
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
      check(y, "backward");
      any_active = true;
    }
    if (!any_active) throw_passive("backward");
    begin_sweep();
    for (std::size_t i = 0; i < ys.size(); ++i)
      if (ys[i].is_active()) adjoints_.begin()[ys[i].index()] += T(seeds[i]);
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
      if (y.is_active()) check(y, "backward_all");
    close();
    for (std::size_t first = 0; first < ys.size();) {
      const std::size_t left = ys.size() - first;
      if (has_deferred())  // its steps take one seed at a time
        sweep_block<1>(ys, first, take), first += 1;
      else if (left > 4)
        sweep_block<8>(ys, first, take), first += 8;
      else if (left > 2)
        sweep_block<4>(ys, first, take), first += 4;
      else
        sweep_block<2>(ys, first, take), first += 2;
    }
  }

  /// Adds seed * dy/d(that) to the adjoints of everything recorded before `from`, sweeping only what was
  /// recorded since. With rewind(from) after each of many terms, a sum needs the memory of one term.
  void accumulate(const var<T>& y, const T& seed, const place& from) {
    check(y, "accumulate");
    check(from, "accumulate");
    close();
    adjoints_are_zero_ = false;  // also where adding a seed throws
    adjoints_.resize(from.at.values + 1);
    adjoints_.resize(rows_.value_count() + 1);
    adjoints_.begin()[y.index()] += seed;
    sweep(from.at);
  }

  /// The adjoint of x by the last sweep; zero before any. Throws tape_error if x is passive or not of this
  /// recording.
  [[nodiscard]] T adjoint(const var<T>& x) const {
    check(x, "adjoint");
    return x.index() < adjoints_.size() ? adjoints_.begin()[x.index()] : T(0);
  }
  /// The adjoints of all statements by the last sweep, at their indices; inputs made in a row are in a row.
  [[nodiscard]] detail::list_view<const T> adjoints() const noexcept {
    return {adjoints_.begin(), adjoints_.size()};
  }
  /// Forgets the last sweep.
  void clear_adjoints() noexcept { adjoints_.resize_down(0); }

  /// Where the recording is now. Nothing recorded so far changes any more.
  [[nodiscard]] place position() {
    close();
    place p;
    p.at = rows_.here();
    p.inputs = input_count_;
    p.recording = segments_.recording_at(p.at.values);
    return p;
  }

  /// Forgets everything recorded after the position. Throws tape_error if it is not a place of this
  /// recording.
  void rewind(const place& to) {
    check(to, "rewind");
    if (to.at.words == rows_.words.size()) return;
    rows_.go_back(to.at);
    input_count_ = to.inputs;
    deferred_.cut(to.at.values);
    if (adjoints_.size() > to.at.values + 1) adjoints_.resize_down(to.at.values + 1);
    segments_.cut(to.at.values);
    note_stretches(to.at.values);
    if (observer_ != nullptr) observer_->rewound(to.at.values);
  }

  /// Forgets the recording and keeps its memory.
  void clear() {
    rows_.go_back({});
    adjoints_.resize_down(0);
    deferred_.cut(0);
    input_count_ = 0;
    segments_.restart();
    note_stretches(0);
    if (observer_ != nullptr) observer_->rewound(0);
  }

  /// Parts of the recording are left to its sweeps (by rules and checkpoints), and hold memory of their own.
  [[nodiscard]] bool has_deferred() const noexcept { return !deferred_.empty(); }

  /// What a recording holds, and the bytes of memory that the tape keeps. A statement is an input or what
  /// operations were folded into; a sum that grows may have several statements and one value. Goes through
  /// the whole recording.
  struct statistics_type {
    std::size_t inputs, statements, values, arguments, partials, bytes;
  };
  [[nodiscard]] statistics_type statistics() const noexcept {
    const std::size_t statements = rows_.count(0, rows_.words.size());
    return {input_count_,          statements,  rows_.value_count(), rows_.words.size() - statements,
            rows_.partials.size(), byte_count()};
  }
  /// What was recorded between two positions, or since one; bytes are those of the entries themselves.
  /// Throws tape_error unless both are places of this recording, in order.
  ///
  ///   auto before = t.position();
  ///   auto y = layer(x);
  ///   t.statistics(before).statements;
  [[nodiscard]] statistics_type statistics(const place& from, const place& to) const {
    check(from, "statistics");
    check(to, "statistics");
    if (from.at.words > to.at.words)
      detail::raise<tape_error>("dad: statistics got a second position that is before the first");
    const std::size_t words = to.at.words - from.at.words;
    const std::size_t partials = to.at.partials - from.at.partials;
    const std::size_t statements = rows_.count(from.at.words, to.at.words);
    return {to.inputs - from.inputs, statements, to.at.values - from.at.values,
            words - statements,      partials,   words * sizeof(std::uint32_t) + partials * sizeof(T)};
  }
  [[nodiscard]] statistics_type statistics(const place& from) { return statistics(from, position()); }

  /// The bytes of memory that the tape keeps.
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return rows_.bytes() + (adjoints_.capacity() + lanes_.capacity()) * sizeof(T);
  }

  /// Shows every operation from here on to an observer, which outlives that; nullptr ends it. Recording is
  /// slow meanwhile, and nothing is folded.
  void observe(tape_observer<T>* observer) {
    close();
    observer_ = observer;
    rows_.limit = nullptr;  // the next operation goes through the cold path, which sets it anew
  }

  [[nodiscard]] tape_observer<T>* observer() const noexcept { return observer_; }
  /// The index of the newest value.
  [[nodiscard]] std::uint32_t newest_index() const noexcept {
    return static_cast<std::uint32_t>(rows_.value_count());
  }
  /// visit(index, partial) for each argument of the newest statement.
  template <class Visit>
  void for_each_newest_argument(Visit&& visit) const {
    rows_.for_each_newest_argument(visit);
  }

  /// The tape that is active in this thread, or null.
  [[nodiscard]] static tape* active() noexcept {
    tape* const t = detail::active_tape<T>;
    return t == &detail::no_tape<T>::instance ? nullptr : t;
  }

 private:
  friend class var<T>;
  friend struct detail::folding<T>;
  friend class detail::terms<T>;
  friend struct detail::recording_access;

  void note_stretches(std::size_t values) noexcept {
    rows_.newest = std::uint64_t{segments_.newest()} << 32 | values;
    oldest_first_ = (std::uint64_t{segments_.oldest()} << 32) + 1;
    oldest_count_ = segments_.oldest_end();
  }

  // From here on no row of what is recorded changes: variables of a stretch that is not the newest are never
  // folded, nor added to in place.
  void close() {
    const std::size_t values = rows_.value_count();
    if (!segments_.has_begun(values)) return;
    segments_.cut(values);
    note_stretches(values);
  }

  void make_room(std::size_t arguments) {
    rows_.make_room(arguments);
    if (segments_.empty()) {
      segments_.restart();
      note_stretches(0);
    }
    if (observer_ == nullptr) rows_.limit = rows_.end_of_room();
  }

  // A value without arguments.
  void write_value(var<T>& x) {
    if (rows_.is_full()) {
      make_room(0);
      if (observer_ != nullptr) observer_->input({x.value(), newest_index() + 1});
    }
    x.id_ = rows_.close(0) & ~detail::sole_bit;
  }

  void show(const char* name, detail::list_view<const observed_value<T>> operands, const T& value) {
    observer_->operation(name, operands, {value, newest_index() + 1});
  }

  void begin_sweep() {
    close();
    adjoints_are_zero_ = false;  // also where adding a seed throws
    adjoints_.resize_down(0);
    adjoints_.resize(rows_.value_count() + 1);
  }
  /// The adjoints of one seed among N.
  struct lane {
    const T* adjoints;
    std::size_t stride;
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return adjoints[index * stride]; }
  };
  template <std::size_t N, class Outputs, class Take>
  void sweep_block(const Outputs& ys, std::size_t first, Take& take) {
    const std::size_t count = ys.size() - first < N ? ys.size() - first : N;
    lanes_.resize_down(0);
    lanes_.resize(N * (rows_.value_count() + 1));
    for (std::size_t k = 0; k < count; ++k)
      if (ys[first + k].is_active()) lanes_.begin()[N * ys[first + k].index() + k] = T(1);
    if constexpr (N == 1)
      sweep({}, lanes_.begin());
    else
      rows_.template sweep_lanes<N>({}, rows_.here(), lanes_.begin());
    for (std::size_t k = 0; k < count; ++k) take(first + k, lane{lanes_.begin() + k, N});
  }
  void sweep(const detail::mark& first) {
    adjoints_are_zero_ = false;
    sweep(first, adjoints_.begin());
  }
  // What is deferred comes between the stretches of rows around it.
  void sweep(const detail::mark& first, T* adjoints) {
    detail::mark last = rows_.here();
    deferred_.for_each_newest(first.values, [&](const detail::mark& after, detail::deferred_step<T>& step) {
      rows_.sweep(after, last, adjoints);
      step.sweep(adjoints);
      last = after;
    });
    rows_.sweep(first, last, adjoints);
  }

  void check(const var<T>& x, const char* subject) const {
    if (!x.is_active()) throw_passive(subject);
    check_id(x.id_, subject);
  }
  void check_id(std::uint64_t id, const char* subject) const {
    if (id == detail::spent_id) throw_spent(subject);
    const std::uint32_t index = detail::rows<T>::index(id);
    if (!segments_.owns(index, static_cast<std::uint32_t>(id >> 32)) || index > rows_.value_count())
      throw_foreign(subject);
  }
  void check(const place& p, const char* subject) const {
    if (p.at.words > rows_.words.size() || p.at.values > rows_.value_count() ||
        (p.at.values > 0 && segments_.recording_at(p.at.values) != p.recording))
      detail::raise<tape_error>("dad: %s got a position of another, a cleared or a rewound recording",
                                subject);
  }
  [[noreturn]] static void throw_passive(const char* subject) {
    detail::raise<tape_error>(
        "dad: %s got a passive value, expected one that depends on an input of this tape", subject);
  }
  [[noreturn, gnu::noinline, gnu::cold]] static void throw_spent(const char* subject) {
    detail::raise<tape_error>(
        "dad: %s got a var that std::move gave to an operation before; assign to it before its next use",
        subject);
  }
  [[noreturn]] static void throw_foreign(const char* subject) {
    detail::raise<tape_error>(
        "dad: %s got a var of another, a cleared or a rewound recording; a captured var of an outer "
        "derivative needs the inner one at a point of its type, and a kept one a new plain value and input()",
        subject);
  }

  detail::rows<T> rows_;
  std::uint64_t oldest_first_ = 0;  // the ids of the oldest stretch start here
  std::uint64_t oldest_count_ = 0;  // and are this many
  tape_observer<T>* observer_ = nullptr;
  detail::stream<T> adjoints_;
  detail::stream<T> lanes_;  // of backward_all
  detail::segments segments_;
  detail::deferred_steps<T> deferred_;
  std::size_t input_count_ = 0;
  bool adjoints_are_zero_ = false;  // known to be, after a sweep over a part of the recording
};

template <class T>
constinit tape<T> detail::no_tape<T>::instance{};

}  // namespace dad
