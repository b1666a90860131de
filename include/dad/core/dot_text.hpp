// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A graph in the language of Graphviz, put together box by box.

#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <dad/core/text.hpp>

namespace dad::detail {

template <class...>
class dot_text_if_used {
 public:
  explicit dot_text_if_used(const char* title) : text_(joined({"digraph ", title, " {\n"})) {}

  /// Lines of a label are divided by "\\n".
  void box(const std::string& name, const std::string& label, const char* shape) {
    text_ += joined({"  ", name, " [label=\"", label, "\", shape=", shape, "];\n"});
  }
  void edge(const std::string& from, const std::string& to, const std::string& attributes = "") {
    text_ += joined({"  ", from, " -> ", to, attributes, ";\n"});
  }
  /// The attributes of operand i's edge: its number, where there are several.
  [[nodiscard]] static std::string operand(std::size_t i, std::size_t count) {
    return count == 1 ? std::string() : joined({" [label=\"", std::to_string(i), "\"]"});
  }
  [[nodiscard]] std::string finished() { return std::move(text_ += "}\n"); }

 private:
  std::string text_;
};
using dot_text = dot_text_if_used<>;

}  // namespace dad::detail
