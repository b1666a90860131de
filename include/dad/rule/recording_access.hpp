// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What rules may do with a recording beyond what users may.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/rule/point.hpp>

namespace dad::detail {

struct recording_access {
  /// The tape of this thread, to which every active real of x belongs. Notes where they are.
  template <class T, class X>
  static tape<T>& tape_of(const X& x, const char* subject, std::vector<std::uint32_t>& indices) {
    tape<T>& t = var<T>::active_tape(subject);
    for_each_real(x, [&](const auto& leaf) {
      const var<T> v(leaf);
      if (v.is_active()) t.recorder_.check(v, subject);
      indices.push_back(v.index());
    });
    return t;
  }
  template <class T>
  static void write_value(tape<T>& t, var<T>& x) {
    t.recorder_.write_value(x);
  }
  template <class T>
  static void defer(tape<T>& t, deferred_step<T>* step) {
    t.recorder_.deferred.append(t.recorder_.here().at, step);
  }

  /// The active tape is watched. Who watches is to see each operation, so nothing is left to a sweep then.
  template <class T>
  static bool is_observed() noexcept {
    const tape<T>* const t = tape<T>::active();
    return t != nullptr && t->observer() != nullptr;
  }

  /// As many adjoints as there are values, all zero. Adjoints of the last sweep are forgotten.
  template <class T>
  static T* zero_adjoints(tape<T>& t) {
    return t.adjoints_.zeros(t.recorder_.rows.value_count());
  }

  /// The values up to `from` that later statements use, each once. Throws tape_error if it is no place of
  /// this recording any more.
  template <class T>
  static std::vector<std::uint32_t> arguments_behind(tape<T>& t, const typename tape<T>::place& from) {
    t.recorder_.check(from.position_, "preaccumulation");
    std::vector<std::uint32_t> found;
    T* const marks = zero_adjoints(t);
    const auto note = [&](std::uint32_t index) {
      if (index == 0 || index > from.position_.at.values || !is_zero(marks[index])) return;
      found.push_back(index);
      marks[index] = T(1);
    };
    const std::uint32_t* const first = t.recorder_.rows.words.begin() + from.position_.at.words;
    for (const std::uint32_t* word = t.recorder_.rows.words.cursor; word != first;) {
      const std::uint32_t row = *--word;
      for (std::uint32_t k = row_word::arguments(row); k > 0; --k) note(argument_word::index(*--word));
    }
    t.recorder_.deferred.for_each_newest(from.position_.at.values,
                                         [&](const auto&, const deferred_step<T>& step) {
                                           for (const std::uint32_t index : step.inputs) note(index);
                                         });
    for (const std::uint32_t index : found) marks[index] = T(0);
    t.adjoints_.note_zero();
    return found;
  }

  /// dy / d(value) for these values, by the statements behind `from` alone.
  template <class T>
  static std::vector<T> row_of(tape<T>& t, const var<T>& y, const typename tape<T>::place& from,
                               const std::vector<std::uint32_t>& values) {
    T* const adjoints = zero_adjoints(t);
    adjoints[y.index()] = T(1);
    t.sweep(from.position_.at);
    std::vector<T> row;
    row.reserve(values.size());
    for (const std::uint32_t index : values) row.push_back(std::exchange(adjoints[index], T(0)));
    t.adjoints_.note_zero_up_to(from.position_.at.values);
    return row;
  }

  /// Whether y was recorded behind `from`.
  template <class T>
  static bool is_behind(const tape<T>& t, const var<T>& y, const typename tape<T>::place& from) {
    return y.is_active() && t.recorder_.owns(y.index(), y.recording()) &&
           y.index() > from.position_.at.values;
  }

  /// y as a function of earlier values with these partials; not passive even where all of them are zero.
  template <class T>
  static var<T> with_row(tape<T>& t, const T& y, const std::vector<std::uint32_t>& values,
                         const std::vector<T>& row) {
    auto result = var<T>::reduce(y, [&](auto& sum) {
      for (std::size_t k = 0; k < values.size(); ++k) {
        if (is_zero(row[k])) continue;
        var<T> x;
        x.id_ = id_at(t.recorder_.recording_at(values[k]), values[k]);
        sum.add(x, row[k]);
      }
    });
    if (!result.is_active()) t.recorder_.write_value(result);
    return result;
  }
};

}  // namespace dad::detail
