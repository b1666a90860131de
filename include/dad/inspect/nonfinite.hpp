// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The first operation that made a NaN or an infinity, found in a transcript.

#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <dad/inspect/transcript.hpp>
#include <dad/op/operation.hpp>

namespace dad {

/// What find_nonfinite found, or nothing.
struct nonfinite_report {
  bool is_found = false;
  bool in_adjoints = false;         ///< every value is finite, and the sweep made it
  std::string name;                 ///< of the operation, as "log"; "input" and "constant" where none made it
  std::size_t number = 0;           ///< of the operation from 1, as f does them; of an input from 0
  std::vector<double> operands;     ///< their values
  double result = 0;                ///< what it gave: its value, or the adjoint of one of its operands
  double partial = 0;               ///< in the adjoints: by which
  double adjoint = 0;               ///< and its own adjoint
  std::string scope;                ///< "loss/layer 2"
  std::optional<std::size_t> item;  ///< of a batch: the input's index
  std::optional<int> rank;          ///< over ranks: which one evaluated it
  std::string description;          ///< what happened, without item and rank

  [[nodiscard]] explicit operator bool() const noexcept { return is_found; }

  /// "operation 17, log(%16) of -0.5 gave nan, in scope loss/prior"
  template <class...>
  [[nodiscard]] std::string text() const {
    if (!is_found) return "everything is finite";
    std::string head;
    if (item) head = detail::joined({"item ", std::to_string(*item), rank ? "" : ": "});
    if (rank) head += detail::joined({item ? " on" : "on", " rank ", std::to_string(*rank), ": "});
    return head += description;
  }
};

/// Prints the text.
template <class Char, class Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                             const nonfinite_report& r) {
  return out << r.text().c_str();
}

namespace detail {

/// Searches a transcript for what made results, or the adjoints of inputs, NaN or infinite. What no result is
/// computed from is left out: a branch that select did not take makes no harm.
template <class T>
class nonfinite_search {
  using transcript_type = transcript<T>;
  using step = typename transcript_type::step;
  using operand = typename transcript_type::operand;

 public:
  explicit nonfinite_search(const transcript_type& t) : t_(t), is_needed_(t.steps.size(), 0) {}

  /// The results: as operands are. First the values, in order; then a sweep for each result, in order.
  [[nodiscard]] nonfinite_report run(const std::vector<operand>& results) {
    nonfinite_report r;
    if (!find_in_values(results, r)) find_in_adjoints(results, r);
    return r;
  }

 private:
  bool find_in_values(const std::vector<operand>& results, nonfinite_report& r) {
    for (const operand& y : results)
      if (is_step(y)) is_needed_[y.step] = 1;
    for (std::size_t i = t_.steps.size(); i-- > 0;) {
      if (is_needed_[i] == 0) continue;
      for_each_operand(t_.steps[i], [&](const operand& o) {
        if (o.is_taken && is_step(o)) is_needed_[o.step] = 1;
      });
    }
    for (std::size_t i = 0; i < t_.steps.size(); ++i)
      if (is_needed_[i] != 0 && !is_all_finite(t_.steps[i].value)) {
        note(t_.steps[i], r);
        describe_value(t_.steps[i], r);
        return true;
      }
    for (std::size_t i = 0; i < results.size(); ++i)
      if (!is_all_finite(results[i].value)) {
        r.is_found = true;
        r.name = "constant";
        r.number = i;
        r.result = static_cast<double>(dad::value(results[i].value));
        r.description = joined({"result ", std::to_string(i), " is ", text_of(results[i].value),
                                is_step(results[i]) ? "" : ", a constant"});
        return true;
      }
    return false;
  }

  void find_in_adjoints(const std::vector<operand>& results, nonfinite_report& r) {
    for (const operand& y : results)
      if (is_step(y) && sweep(y.step, r)) return;
  }

  bool sweep(std::uint32_t result, nonfinite_report& r) {
    adjoints_.assign(t_.steps.size(), T(0));
    adjoints_[result] = T(1);
    for (std::size_t i = std::size_t{result} + 1; i-- > 0;) {
      const step& s = t_.steps[i];
      const T adjoint = adjoints_[i];
      if (is_zero(adjoint)) continue;
      for (std::size_t k = 0; k < s.operand_count; ++k) {
        const operand& o = t_.operands[s.first_operand + k];
        if (!o.has_influence) continue;
        const T share = masked_product(o.partial, adjoint);
        const T sum = is_step(o) ? adjoints_[o.step] + share : share;
        if (is_all_finite(sum)) {
          if (is_step(o)) adjoints_[o.step] = sum;
          continue;
        }
        note(s, r);
        describe_adjoint(s, o, adjoint, sum, r);
        return true;
      }
    }
    return false;
  }

  static bool is_step(const operand& o) { return o.step < transcript_type::earlier; }

  template <class Visit>
  void for_each_operand(const step& s, Visit&& visit) const {
    for (std::size_t i = 0; i < s.operand_count; ++i) visit(t_.operands[s.first_operand + i]);
  }

  void note(const step& s, nonfinite_report& r) const {
    r.is_found = true;
    r.name = s.is_input ? "input" : s.name;
    r.number = s.number;
    r.result = static_cast<double>(dad::value(s.value));
    r.scope = t_.scopes[s.scope];
    for_each_operand(
        s, [&](const operand& o) { r.operands.push_back(static_cast<double>(dad::value(o.value))); });
  }

  void describe_value(const step& s, nonfinite_report& r) const {
    if (s.is_input)
      r.description = joined({"input ", t_.name_of(s), " is ", text_of(s.value)});
    else
      r.description = joined({operation_of(s), " gave ", text_of(s.value)});
    append_scope(r);
  }

  void describe_adjoint(const step& s, const operand& o, const T& adjoint, const T& sum,
                        nonfinite_report& r) const {
    r.in_adjoints = true;
    r.result = static_cast<double>(dad::value(sum));
    r.partial = static_cast<double>(dad::value(o.partial));
    r.adjoint = static_cast<double>(dad::value(adjoint));
    r.description = joined({operation_of(s), " made the adjoint of ", t_.name_of(o), " ", text_of(sum),
                            ": partial ", text_of(o.partial), ", its own adjoint ", text_of(adjoint)});
    append_scope(r);
  }

  [[nodiscard]] std::string operation_of(const step& s) const {
    std::string text = joined(
        {"operation ", std::to_string(s.number), ", ", t_.formula_of(s), s.operand_count == 0 ? "" : " of "});
    for (std::size_t i = 0; i < s.operand_count; ++i) {
      if (i == transcript_type::most_shown) return text += ", ...";
      if (i != 0) text += i + 1 == s.operand_count ? " and " : ", ";
      const operand& o = t_.operands[s.first_operand + i];
      text += o.is_known ? text_of(o.value) : "?";
    }
    return text;
  }

  static void append_scope(nonfinite_report& r) {
    if (!r.scope.empty()) r.description += joined({", in scope ", r.scope});
  }

  const transcript_type& t_;
  std::vector<char> is_needed_;
  std::vector<T> adjoints_;
};

}  // namespace detail
}  // namespace dad
