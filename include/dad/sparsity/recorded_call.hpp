// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// f recorded to find a pattern, and what must hold at another point so that the pattern holds there too.

#pragma once

#include <cstddef>

#include <dad/driver/level.hpp>
#include <dad/program/dead_code.hpp>
#include <dad/program/recording.hpp>

namespace dad::detail {

/// Recordings that are never replayed as a whole may be longer than programs: 16 bytes for a node.
inline constexpr std::size_t longest_pattern_recording = std::size_t{1} << 27;

template <class...>
[[noreturn, gnu::cold, gnu::noinline]] void throw_without_pattern(const recording& r, const char* subject) {
  if (r.has_escaped)
    raise<tape_error>(
        "dad: the pattern of a %s cannot be found, because f reads a number out of its scalars (value(), a "
        "cast, printing); give the pattern as the third argument, or write f with select",
        subject);
  raise<tape_error>(
      "dad: the pattern of a %s cannot be found, because f takes more than %zu operations; give the pattern "
      "as the third argument",
      subject, longest_pattern_recording);
}

/// Records f at x, and returns what it returned. Throws tape_error where what f does at other points cannot
/// be known, and what f throws.
template <class F, class X>
auto record_for_pattern(const F& f, const X& x, const char* subject, recording& into) {
  recorder r(into, longest_pattern_recording);
  const listening on(r);
  const auto point =
      transform<traced>(x, [&](const auto& leaf) { return r.input(static_cast<double>(plain_value(leaf))); });
  auto y = call(f, point);
  check_result<F, std::remove_cvref_t<decltype(y)>>();
  for_each_real(y, [&](const auto& leaf) { r.output(traced(leaf)); });
  if (!into.is_replayable()) throw_without_pattern<>(into, subject);
  return y;
}

/// The branches of a recording: what they were decided by, computed again at other points. Values are those
/// of replay; where f in plain numbers rounds otherwise, a comparison of numbers that are equal but for
/// rounding may decide otherwise.
template <class...>
class branches_if_used {
 public:
  branches_if_used() = default;
  explicit branches_if_used(const recording& r) {
    list<node_id> conditions;
    for (const guard& g : r.guards) conditions.push_back(g.condition);
    if (conditions.empty()) return;
    const list<bool> is_live = live_nodes<>(r.operations, conditions);
    list<node_id> renamed(r.operations.size(), 0);
    for (node_id id = 1; id < r.operations.size(); ++id) {
      if (!is_live[id]) continue;
      node n = r.operations[id];
      if (n.code == opcode::linear)
        n.operands[0] = renamed[n.operands[0]];
      else if (n.code >= opcode::first)
        for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = renamed[n.operands[i]];
      renamed[id] = operations_.append(n);
    }
    for (const guard& g : r.guards) guards_.push_back({renamed[g.condition], g.outcome});
    values_.resize(operations_.size());
  }

  [[nodiscard]] std::size_t size() const noexcept { return guards_.size(); }

  /// The first branch that is another at a row of reals, counted from 1; 0 if all are as they were.
  [[nodiscard]] std::size_t first_left(const double* row) {
    std::size_t next = 0;
    for (node_id id = 1; id < operations_.size(); ++id) values_[id] = value(operations_[id], row);
    while (next < guards_.size() && (values_[guards_[next].condition] != 0) == (guards_[next].outcome != 0))
      ++next;
    return next < guards_.size() ? next + 1 : 0;
  }

 private:
  [[nodiscard]] double value(const node& n, const double* row) const {
    if (n.code == opcode::input) return row[n.operands[0]];
    if (n.code == opcode::constant) return constant_of(n);
    if (n.code == opcode::linear) return values_[n.operands[0]];
    double x[3] = {};
    for (std::size_t i = 0; i < n.arity; ++i) x[i] = values_[n.operands[i]];
    return value_of(n.code, x, n.arity, static_cast<int>(n.operands[1]));
  }

  graph operations_;  // what the conditions are computed from
  list<guard> guards_;
  list<double> values_;
};
using branches = branches_if_used<>;

}  // namespace dad::detail
