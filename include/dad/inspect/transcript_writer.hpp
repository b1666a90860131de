// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A transcript as a text and as a graph, with the adjoints of a sweep.

#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dad/core/dot_text.hpp>
#include <dad/inspect/transcript.hpp>

namespace dad::detail {

/// Adjoints are by index in the recording; those of steps behind their end are left out.
template <class T>
class transcript_writer {
  using transcript_type = transcript<T>;
  using step = typename transcript_type::step;
  using operand = typename transcript_type::operand;

 public:
  transcript_writer(const transcript_type& t, std::span<const T> adjoints) : t_(t), adjoints_(adjoints) {}

  [[nodiscard]] std::string listing() const {
    std::string text;
    for (const step& s : t_.steps) {
      text += joined({t_.name_of(s), " = "});
      if (!s.is_input) text += joined({t_.formula_of(s), " = "});
      text += text_of(s.value);
      if (has_adjoint(s)) text += joined({", adjoint ", text_of(adjoints_[s.index])});
      if (s.scope != 0) text += joined({", in ", t_.scopes[s.scope]});
      text += '\n';
    }
    return text;
  }

  [[nodiscard]] std::string dot() const {
    dot_text text("tape");
    std::size_t constants = 0;
    for (const step& s : t_.steps) {
      const std::string name = node_of(s);
      std::string label = joined({s.is_input ? name.c_str() : s.name, "\\n", text_of(s.value)});
      if (has_adjoint(s)) label += joined({"\\nadjoint ", text_of(adjoints_[s.index])});
      text.box(name, label, s.is_input ? "box" : "ellipse");
      for (std::size_t i = 0; i < s.operand_count; ++i) {
        const operand& o = t_.operands[s.first_operand + i];
        std::string from;
        if (o.step < transcript_type::earlier) {
          from = node_of(t_.steps[o.step]);
        } else {
          from = joined({"c", std::to_string(constants++)});
          text.box(from, t_.name_of(o), "plaintext");
        }
        text.edge(from, name, dot_text::operand(i, s.operand_count));
      }
    }
    return text.finished();
  }

 private:
  static std::string node_of(const step& s) {
    return joined({s.is_input ? "x" : "n", std::to_string(s.number)});
  }
  [[nodiscard]] bool has_adjoint(const step& s) const { return s.index < adjoints_.size(); }

  const transcript_type& t_;
  std::span<const T> adjoints_;
};

}  // namespace dad::detail
