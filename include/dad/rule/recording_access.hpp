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
    indices.reserve(real_count(x));
    for_each_real(x, [&](const auto& leaf) {
      const var<T> v(leaf);
      if (v.is_active()) t.recorder_.check(v, subject);
      indices.push_back(v.index());
    });
    return t;
  }
  template <class T>
  static void write_value(tape<T>& t, var<T>& x, const char* operation) {
    t.recorder_.write_value(x, operation);
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

  /// visit(index) for each value up to `from` that later statements use; some come again. Throws tape_error
  /// if `from` is no place of this recording any more.
  template <class T, class Visit>
  static void for_each_argument_behind(const tape<T>& t, const typename tape<T>::place& from, Visit&& visit) {
    t.recorder_.check(from.position_, "preaccumulation");
    const auto visit_earlier = [&](std::uint32_t index) {
      if (index != 0 && index <= from.position_.at.values) visit(index);
    };
    const std::uint32_t* const first = t.recorder_.rows.words.begin() + from.position_.at.words;
    for (const std::uint32_t* word = t.recorder_.rows.words.cursor; word != first;) {
      const std::uint32_t row = *--word, *const last = word;
      word -= row_word::arguments(row);
      rows<T>::for_each_index(row, word, last - row_word::is_increment(row), visit_earlier);
    }
    t.recorder_.deferred.for_each_newest(from.position_.at.values,
                                         [&](const auto&, const deferred_step<T>& step) {
                                           for (const std::uint32_t index : step.inputs) visit_earlier(index);
                                         });
  }

  /// The adjoints of the last sweep, and zeros behind `from`.
  template <class T>
  static T* adjoints_up_to(tape<T>& t, const typename tape<T>::place& from) {
    return t.adjoints_.extend(from.position_.at.values, t.recorder_.rows.value_count());
  }
  template <class T>
  static void forget_adjoints_behind(tape<T>& t, const typename tape<T>::place& from) noexcept {
    t.adjoints_.cut(from.position_.at.values);
  }
  template <class T>
  static void sweep_behind(tape<T>& t, const typename tape<T>::place& from) {
    t.sweep(from.position_.at);
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
