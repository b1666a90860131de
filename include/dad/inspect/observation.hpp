// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A tape that is watched: every operation with its operands and result, as a text, a graph, and in search of
// what went wrong.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dad/inspect/nonfinite.hpp>
#include <dad/inspect/transcript_writer.hpp>
#include <dad/reverse/var.hpp>

namespace dad {

/// Notes what a tape records while it lives, about 100 bytes an operation, and nothing is folded meanwhile.
/// The tape must outlive it. Operations without an active operand are constants and not noted. Throws
/// tape_error if the tape is watched already.
///
///   dad::tape<> t;
///   dad::observation seen(t);
///   auto guard = t.activate();
///   ...                                          // inputs, y = f(x)
///   t.backward(y);
///   std::cout << seen.listing();                 // %2 = log(%1) = 0.693147, adjoint 0.5, in loss
///   std::cout << seen.find_nonfinite(y).text();
template <class T = double>
class observation final : private tape_observer<T> {
 public:
  explicit observation(tape<T>& t) : tape_(t) {
    if (t.observer() != nullptr) throw tape_error("dad: a tape is observed by one observation at a time");
    t.observe(this);
  }
  ~observation() override { tape_.observe(nullptr); }

  /// What was noted, a line for each input and operation: %3 = multiply(x0, %2) = 6, adjoint 1, in loss.
  /// Adjoints are those of the last sweep.
  [[nodiscard]] std::string listing() const {
    return detail::transcript_writer<T>(complete(), tape_.adjoints()).listing();
  }

  /// The same for Graphviz: inputs are boxes, operations ellipses with value and adjoint, constants text.
  [[nodiscard]] std::string dot() const {
    return detail::transcript_writer<T>(complete(), tape_.adjoints()).dot();
  }

  /// The first operation that made a value NaN or infinite, of those that the result (or one of a range of
  /// results) is computed from; where all are finite, the first of the sweep that made an adjoint so. Throws
  /// tape_error for a result of another, a cleared or a rewound recording.
  [[nodiscard]] nonfinite_report find_nonfinite(const var<T>& y) const {
    return find_nonfinite(std::vector<var<T>>{y});
  }
  template <class Range>
  requires requires(const Range& ys) { ys.begin()->recording(); }
  [[nodiscard]] nonfinite_report find_nonfinite(const Range& ys) const {
    const detail::transcript<T>& t = complete();
    std::vector<operand> results;
    for (const var<T>& y : ys) {
      if (y.is_active()) tape_.check(y, "find_nonfinite");
      results.push_back(as_operand(y.index(), y.value()));
    }
    return detail::nonfinite_search<T>(t).run(results);
  }

 private:
  using notes = detail::transcript<T>;
  using operand = typename notes::operand;
  using step = typename notes::step;
  struct argument {
    std::uint32_t index;
    T partial;
  };

  void input(const observed_value<T>& x) override {
    complete();
    step& s = append("input", x);
    s.is_input = true;
    s.number = input_count_++;
  }

  void operation(const char* name, detail::list_view<const observed_value<T>> operands,
                 const observed_value<T>& result) override {
    complete();
    append(name, result).number = ++operation_count_;
    for (const observed_value<T>& o : operands) notes_.operands.push_back(as_operand(o.index, o.value));
    notes_.steps.back().operand_count = operands.size();
    is_open_ = true;
  }

  void range_begins() override { complete(); }
  void range_part(std::uint32_t index) override {
    part_ = arguments();
    part_index_ = index;
  }

  void rewound(std::size_t statements) override {
    while (!notes_.steps.empty() && notes_.steps.back().index > statements) drop_newest();
    complete();
  }

  step& append(const char* name, const observed_value<T>& value) {
    step s;
    s.name = name;
    s.index = value.index;
    s.scope = notes_.scopes.here();
    s.first_operand = notes_.operands.size();
    s.value = value.value;
    notes_.steps.push_back(s);
    return notes_.steps.back();
  }

  void drop_newest() const {
    const step& s = notes_.steps.back();
    s.is_input ? --input_count_ : --operation_count_;
    notes_.operands.resize(s.first_operand);
    notes_.steps.pop_back();
    is_open_ = false;
  }

  // The notes, after the newest operation got its partials from its row, in which the operands that have an
  // influence are in order. One whose statement was never written, because an exception came, is dropped.
  const notes& complete() const {
    if (!is_open_) return notes_;
    is_open_ = false;
    const step& s = notes_.steps.back();
    if (s.index > tape_.newest_index()) {
      drop_newest();
      return notes_;
    }
    std::size_t next = s.first_operand;
    for (const argument& a : arguments()) {
      const std::uint32_t from = as_operand(a.index, T()).step;
      while (next < notes_.operands.size() && notes_.operands[next].step != from) ++next;
      if (next == notes_.operands.size()) break;
      notes_.operands[next].partial = a.partial;
      notes_.operands[next++].has_influence = true;
    }
    part_index_ = 0;
    return notes_;
  }

  // The newest row; a part of a range function's is what that part is made of.
  const std::vector<argument>& arguments() const {
    row_.clear();
    tape_.for_each_newest_argument([&](std::uint32_t index, const T& partial) {
      if (part_index_ != 0 && index == part_index_)
        row_ = part_;
      else
        row_.push_back({index, partial});
    });
    return row_;
  }

  // Statement 0 is that of no value: a constant.
  operand as_operand(std::uint32_t index, const T& value) const {
    operand o;
    o.value = value;
    if (index == 0) return o;
    std::size_t first = 0;  // steps before it have lower indices
    for (std::size_t last = notes_.steps.size(); first < last;) {
      const std::size_t middle = first + (last - first) / 2;
      if (notes_.steps[middle].index < index)
        first = middle + 1;
      else
        last = middle;
    }
    const bool is_noted = first < notes_.steps.size() && notes_.steps[first].index == index;
    o.step = is_noted ? static_cast<std::uint32_t>(first) : notes::earlier;
    return o;
  }

  tape<T>& tape_;
  mutable notes notes_;
  mutable bool is_open_ = false;  // the newest operation has no partials yet
  mutable std::uint32_t input_count_ = 0;
  mutable std::uint32_t operation_count_ = 0;
  mutable std::vector<argument> row_;
  std::vector<argument> part_;
  mutable std::uint32_t part_index_ = 0;
};

template <class T>
observation(tape<T>&) -> observation<T>;

}  // namespace dad
