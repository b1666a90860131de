// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What operations record into: rows in stretches, the places between them, and whose variables they are.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list_view.hpp>
#include <dad/reverse/deferred.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/observer.hpp>
#include <dad/reverse/recording.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape_errors.hpp>

namespace dad {
template <class T>
class var;
}

namespace dad::detail {

/// A place in a recording: what is before it, and in which stretch that ends.
struct tape_position {
  mark at;
  std::size_t inputs = 0;
  std::uint32_t recording = 0;
};

/// A recording as it grows, without the adjoints of its values.
template <class T>
class tape_recorder {
 public:
  // What every operation reads comes first.
  detail::rows<T> rows;
  std::uint64_t oldest_first = 0;  // the ids of the oldest stretch start here
  std::uint64_t oldest_count = 0;  // and are this many
  tape_observer<T>* observer = nullptr;
  deferred_steps<T> deferred;
  std::size_t input_count = 0;

  /// The index of the newest value.
  [[nodiscard]] std::uint32_t newest_index() const noexcept {
    return static_cast<std::uint32_t>(rows.value_count());
  }
  /// The number of the stretch that holds a value.
  [[nodiscard]] std::uint32_t recording_at(std::size_t index) const noexcept {
    return segments_.recording_at(index);
  }
  [[nodiscard]] bool owns(std::size_t index, std::uint32_t recording) const noexcept {
    return segments_.owns(index, recording);
  }

  [[gnu::noinline, gnu::cold]] void make_room(std::size_t arguments) {
    rows.make_room(arguments);
    begin();
    if (observer == nullptr) rows.limit = rows.end_of_room();
  }

  /// A value without arguments: an input, or what an operation of this name gave.
  void write_value(var<T>& x, const char* operation = nullptr) {
    if (rows.is_full()) {
      make_room(0);
      if (observer != nullptr && operation != nullptr)
        show(operation, {}, x.value());
      else if (observer != nullptr)
        observer->input({x.value(), newest_index() + 1});
    }
    if (rows.leading_inputs == rows.value_count() && rows.words.size() == rows.leading_inputs)
      ++rows.leading_inputs;
    x.id_ = rows.close(0, x.value_);
  }

  /// The same for many inputs, variable(xs[i]), that are all constants, after set(i), which neither throws
  /// nor records; nobody watches. Throws before any of them is one.
  template <class Number, class Variable, class Set>
  void write_inputs(Number* xs, std::size_t count, Variable variable, Set&& set) {
    if (!rows.has_room(count)) make_room(count);
    const bool are_leading =
        rows.leading_inputs == rows.value_count() && rows.words.size() == rows.leading_inputs;
    const std::uint64_t id = rows.newest + 1;
    if (rows.lists_all) {
      T* const values = rows.factors.begin() + index_of(id);
      for (std::size_t i = 0; i < count; ++i) {
        set(i);
        new (values + i) T(variable(xs[i]).value_);
        variable(xs[i]).id_ = id + i;
      }
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        set(i);
        variable(xs[i]).id_ = (id | unlisted_bit) + i;
      }
    }
    rows.write_empty(count);
    if (are_leading) rows.leading_inputs += count;
    input_count += count;
  }

  /// From here on no row of what is recorded changes: variables of a stretch that is not the newest are never
  /// folded, nor added to in place.
  [[gnu::noinline]] void close() {
    const std::size_t values = rows.value_count();
    if (!segments_.has_begun(values)) return;
    segments_.cut(values);
    note_stretches(values);
  }
  [[nodiscard]] tape_position here() {
    begin();
    close();
    const mark at = rows.here();
    return {at, input_count, segments_.recording_at(at.values)};
  }

  void go_back(const tape_position& to) {
    rows.go_back(to.at);
    input_count = to.inputs;
    deferred.cut(to.at.values);
    segments_.cut(to.at.values);
    note_stretches(to.at.values);
    if (observer != nullptr) observer->rewound(to.at.values);
  }
  [[gnu::noinline]] void clear() {
    rows.go_back({});
    deferred.cut(0);
    input_count = 0;
    segments_.restart();
    note_stretches(0);
    if (observer != nullptr) observer->rewound(0);
  }

  /// The memory that is kept.
  [[nodiscard]] std::size_t bytes() const { return rows.bytes() + deferred.bytes() + segments_.bytes(); }

  /// Shows every operation from here on; nullptr ends it.
  void observe(tape_observer<T>* by) {
    close();
    observer = by;
    rows.limit = nullptr;  // the next operation goes through the cold path, which sets it anew
  }
  void show(const char* name, list_view<const observed_value<T>> operands, const T& value) {
    observer->operation(name, operands, {value, newest_index() + 1});
  }

  /// Throw tape_error, in which the subject is named, for what is not of this recording.
  void check(const var<T>& x, const char* subject) const {
    if (!x.is_active()) throw_passive(subject);
    check_id(x.id_, subject);
  }
  void check_id(std::uint64_t id, const char* subject) const {
    if (id == spent_id) throw_spent(subject);
    const std::uint32_t index = index_of(id);
    if (!owns(index, recording_of(id)) || index > rows.value_count()) throw_foreign_var(subject);
  }
  void check(const tape_position& p, const char* subject) const {
    if (p.recording == 0 || p.at.words > rows.words.size() || p.at.values > rows.value_count() ||
        recording_at(p.at.values) != p.recording)
      throw_foreign_position(subject);
  }

 private:
  void begin() {
    if (!segments_.empty()) return;
    segments_.restart();
    note_stretches(0);
  }
  void note_stretches(std::size_t values) noexcept {
    rows.newest = id_at(segments_.newest(), values);
    oldest_first = id_at(segments_.oldest(), 1);
    oldest_count = segments_.oldest_end();
  }

  segments segments_;
};

}  // namespace dad::detail
