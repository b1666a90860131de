// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tape: a linear recording of Jacobian rows, and its reverse sweep.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dad/op/operation.hpp>
#include <dad/reverse/deferred.hpp>
#include <dad/reverse/recording.hpp>
#include <dad/reverse/stream.hpp>
#include <dad/reverse/sweep.hpp>

namespace dad {

template <class T>
class var;

namespace detail {
struct recording_access;
}

/// Owns a recording. Statement i is the row of partials of value i with respect to earlier values; inputs are
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
    explicit activation(tape& t) noexcept : before_(active_) { active_ = &t; }
    activation(const activation&) = delete;
    activation& operator=(const activation&) = delete;
    ~activation() { active_ = before_; }

   private:
    tape* before_;
  };

  /// A place in a recording to which rewind goes back.
  class place {
    friend class tape;
    friend class detail::deferred_steps<T, place>;
    friend struct detail::recording_access;
    std::size_t statements = 0;
    std::size_t arguments = 0;
    std::size_t partials = 0;
    std::size_t inputs = 0;
    std::uint32_t recording = 0;
  };

  tape() = default;
  tape(const tape&) = delete;
  tape& operator=(const tape&) = delete;
  ~tape() {
    if (active_ == this) active_ = nullptr;
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
    adjoints_.assign(statements_.size() + 1, T(0));
    adjoints_[y.index()] = seed;
    sweep(0);
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
      throw shape_error("dad: backward got " + std::to_string(seeds.size()) + " seeds, expected " +
                        std::to_string(ys.size()) + ", one for each output");
    bool any_active = false;
    for (const auto& y : ys) {
      if (!y.is_active()) continue;
      check(y, "backward");
      any_active = true;
    }
    if (!any_active) throw_passive("backward");
    adjoints_.assign(statements_.size() + 1, T(0));
    for (std::size_t i = 0; i < ys.size(); ++i)
      if (ys[i].is_active()) adjoints_[ys[i].index()] += T(seeds[i]);
    sweep(0);
  }

  /// Adds seed * dy/d(that) to the adjoints of everything recorded before `from`, sweeping only what was
  /// recorded since. With rewind(from) after each of many terms, a sum needs the memory of one term.
  void accumulate(const var<T>& y, const T& seed, const place& from) {
    check(y, "accumulate");
    check(from, "accumulate");
    adjoints_.resize(from.statements + 1, T(0));
    adjoints_.resize(statements_.size() + 1, T(0));
    adjoints_[y.index()] += seed;
    sweep(from.statements);
  }

  /// The adjoint of x by the last sweep; zero before any. Throws tape_error if x is passive or not of this
  /// recording.
  [[nodiscard]] T adjoint(const var<T>& x) const {
    check(x, "adjoint");
    return x.index() < adjoints_.size() ? adjoints_[x.index()] : T(0);
  }
  /// The adjoints of all statements by the last sweep, at their indices; inputs made in a row are in a row.
  [[nodiscard]] std::span<const T> adjoints() const noexcept { return adjoints_; }
  /// Forgets the last sweep.
  void clear_adjoints() noexcept { adjoints_.clear(); }

  [[nodiscard]] place position() const {
    place p;
    p.statements = statements_.size();
    p.arguments = arguments_.size();
    p.partials = partials_.size();
    p.inputs = input_count_;
    p.recording = segments_.empty() ? 0 : segments_.recording_at(p.statements);
    return p;
  }

  /// Forgets everything recorded after the position. Throws tape_error if it is not a place of this
  /// recording.
  void rewind(const place& to) {
    check(to, "rewind");
    if (to.statements == statements_.size()) return;
    statements_.resize_down(to.statements);
    arguments_.resize_down(to.arguments);
    partials_.resize_down(to.partials);
    input_count_ = to.inputs;
    deferred_.cut(to.statements);
    if (adjoints_.size() > to.statements + 1) adjoints_.resize(to.statements + 1, T(0));
    segments_.cut(to.statements);
    note_stretches(to.statements);
  }

  /// Forgets the recording and keeps its memory.
  void clear() {
    statements_.resize_down(0);
    arguments_.resize_down(0);
    partials_.resize_down(0);
    adjoints_.clear();
    deferred_.cut(0);
    input_count_ = 0;
    segments_.restart();
    note_stretches(0);
  }

  /// Parts of the recording are left to its sweeps (by rules and checkpoints), and hold memory of their own.
  [[nodiscard]] bool has_deferred() const noexcept { return !deferred_.empty(); }

  /// What a recording holds, and the bytes of memory that the tape keeps.
  struct statistics_type {
    std::size_t inputs, statements, arguments, partials, bytes;
  };
  [[nodiscard]] statistics_type statistics() const noexcept {
    return {input_count_, statements_.size(), arguments_.size(), partials_.size(),
            statements_.capacity() * sizeof(statement) + arguments_.capacity() * sizeof(std::uint32_t) +
                partials_.capacity() * sizeof(T) + adjoints_.capacity() * sizeof(T)};
  }

  /// The tape that is active in this thread, or null.
  [[nodiscard]] static tape* active() noexcept { return active_; }

 private:
  friend class var<T>;
  friend struct detail::recording_access;

  using word = detail::argument_word;
  using statement = detail::statement;
  static constexpr std::uint32_t most_arguments = 254;
  static constexpr std::size_t most_statements = (std::size_t{1} << (32 - word::tag_bits)) - 1;

  void note_stretches(std::size_t statements) noexcept {
    newest_ = std::uint64_t{segments_.newest()} << 32 | statements;
    oldest_first_ = (std::uint64_t{segments_.oldest()} << 32) + 1;
    oldest_count_ = segments_.oldest_end();
  }

  // Below limit_ the streams have room for an operation of this many operands.
  static constexpr std::size_t most_operands = 16;

  // Room for one statement of up to `arguments` arguments. The streams of statements and partials always have
  // at least as much room as that of arguments, so that the recording of an operation asks one question.
  [[nodiscard]] bool has_room(std::size_t arguments) const noexcept { return arguments_.room() > arguments; }

  void make_room(std::size_t arguments) {
    const std::size_t wanted = arguments + 1 + most_operands;
    if ((arguments_.room() < wanted || statements_.room() <= arguments_.room()) &&
        statements_.size() + 2 * arguments_.capacity() > most_statements)
      throw tape_error("dad: a recording holds at most " + std::to_string(most_statements) + " operations");
    arguments_.reserve_room(wanted);
    partials_.reserve_room(arguments_.room());
    statements_.reserve_room(arguments_.room() + 1);
    if (segments_.empty()) {
      segments_.restart();
      note_stretches(0);
    }
    limit_ = arguments_.cursor + (arguments_.room() > most_operands ? arguments_.room() - most_operands : 0);
  }

  // A value without arguments.
  void write_value(var<T>& x) {
    if (statements_.room() <= arguments_.room() || segments_.empty()) make_room(0);
    x.id_ = close_statement(0, 0);
  }
  void write_unit_argument(std::uint32_t index) noexcept {
    *arguments_.cursor++ = index << word::tag_bits | word::plus_one;
  }
  void write_argument(std::uint32_t index, const T& partial) noexcept {
    *arguments_.cursor++ = index << word::tag_bits | word::stored;
    new (partials_.cursor++) T(partial);
  }
  std::uint64_t close_statement(std::size_t arguments, std::size_t partials) noexcept {
    *statements_.cursor++ = {static_cast<std::uint16_t>(arguments | partials << 8)};
    return ++newest_;
  }

  // What is deferred comes between the stretches of statements around it.
  void sweep(std::size_t first) {
    adjoints_are_zero_ = false;
    place last;
    last.statements = statements_.size();
    last.arguments = arguments_.size();
    last.partials = partials_.size();
    deferred_.for_each_newest(first, [&](const place& after, detail::deferred_step<T>& step) {
      sweep(last, after.statements);
      step.sweep(adjoints_.data());
      last = after;
    });
    sweep(last, first);
  }
  void sweep(const place& last, std::size_t first) {
    detail::sweep(statements_, arguments_, arguments_.begin() + last.arguments,
                  partials_.begin() + last.partials, adjoints_.data(), last.statements, first);
  }

  [[nodiscard]] bool owns(const var<T>& x) const noexcept { return segments_.owns(x.index(), x.recording()); }

  void check(const var<T>& x, const char* subject) const {
    if (!x.is_active()) throw_passive(subject);
    if (!owns(x) || x.index() > statements_.size()) throw_foreign(subject);
  }
  void check(const place& p, const char* subject) const {
    if (p.statements > statements_.size() ||
        (p.statements > 0 && segments_.recording_at(p.statements) != p.recording))
      throw tape_error(std::string("dad: ") + subject +
                       " got a position of another, a cleared or a rewound recording");
  }
  [[noreturn]] static void throw_passive(const char* subject) {
    throw tape_error(std::string("dad: ") + subject +
                     " got a passive value, expected one that depends on an input of this tape");
  }
  [[noreturn]] static void throw_foreign(const char* subject) {
    throw tape_error(
        std::string("dad: ") + subject +
        " got a var of another, a cleared or a rewound recording; a captured var of an outer derivative "
        "needs the inner one at a point of its type, and a kept one a new plain value and input()");
  }

  static inline constinit thread_local tape* active_ = nullptr;

  std::uint64_t newest_ = 0;        // recording << 32 | newest statement
  std::uint64_t oldest_first_ = 0;  // the ids of the oldest stretch start here
  std::uint64_t oldest_count_ = 0;  // and are this many
  const std::uint32_t* limit_ = nullptr;
  detail::stream<statement> statements_;
  detail::stream<std::uint32_t> arguments_;
  detail::stream<T> partials_;
  std::vector<T> adjoints_;
  detail::segments segments_;
  detail::deferred_steps<T, place> deferred_;
  std::size_t input_count_ = 0;
  bool adjoints_are_zero_ = false;  // known to be, after a sweep over a part of the recording
};

}  // namespace dad
