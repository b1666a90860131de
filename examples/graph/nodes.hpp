// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The graph that a tape is: every input and operation with its operands, the partials by them, value and
// adjoint.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dad/dad.hpp>

namespace graph {

struct operand {
  std::optional<std::size_t> node;  // none: a constant
  double value;
  std::optional<double> partial;  // of the operation by this operand; none: it has no influence
};

struct node {
  std::string name;       // x0, x1, ... for inputs, n1, n2, ... for operations
  std::string operation;  // "input" for an input
  std::vector<operand> operands;
  double value;
  double adjoint;
};

/// Notes a tape's operations while it lives; an operation's partials are in the newest row of the tape as
/// soon as the next one comes.
class note_taker final : private dad::tape_observer<double> {
 public:
  explicit note_taker(dad::tape<>& tape) : tape_(tape) { tape.observe(this); }
  note_taker(const note_taker&) = delete;
  note_taker& operator=(const note_taker&) = delete;
  ~note_taker() override { tape_.observe(nullptr); }

  /// In the order of recording, operands before what is made of them; adjoints are those of the last sweep.
  [[nodiscard]] std::vector<node> nodes() {
    take_partials();
    for (std::size_t i = 0; i < nodes_.size(); ++i) nodes_[i].adjoint = tape_.adjoints()[indices_[i]];
    return nodes_;
  }

 private:
  using seen = dad::observed_value<double>;

  void input(const seen& x) override {
    take_partials();
    append({"x" + std::to_string(input_count_++), "input", {}, x.value, 0}, x.index);
  }

  void operation(const char* name, dad::detail::list_view<const seen> operands, const seen& result) override {
    take_partials();
    node made{"n" + std::to_string(nodes_.size() + 1 - input_count_), name, {}, result.value, 0};
    for (const seen& o : operands) made.operands.push_back({node_of(o.index), o.value, {}});
    append(made, result.index);
    has_partials_ = false;
  }

  void append(const node& made, std::uint32_t index) {
    nodes_.push_back(made);
    indices_.push_back(index);
  }

  [[nodiscard]] std::optional<std::size_t> node_of(std::uint32_t index) const {
    for (std::size_t i = 0; i < indices_.size(); ++i)
      if (indices_[i] == index) return i;
    return {};
  }

  // The row holds the operands that have an influence, in their order.
  void take_partials() {
    if (has_partials_) return;
    has_partials_ = true;
    auto o = nodes_.back().operands.begin();
    const auto end = nodes_.back().operands.end();
    tape_.for_each_newest_argument([&](std::uint32_t index, double partial) {
      const auto from = node_of(index);
      while (o != end && o->node != from) ++o;
      if (o != end) (o++)->partial = partial;
    });
  }

  dad::tape<>& tape_;
  std::vector<node> nodes_;
  std::vector<std::uint32_t> indices_;  // of the nodes, on the tape
  std::size_t input_count_ = 0;
  bool has_partials_ = true;  // the newest node
};

}  // namespace graph
