// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One path of a function: its recording, and the codes that replay it for other inputs.

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <dad/core/engine.hpp>
#include <dad/program/chains.hpp>
#include <dad/program/code.hpp>
#include <dad/program/derivative.hpp>
#include <dad/program/subexpressions.hpp>

namespace dad::detail {

/// What is computed for each input beside the value.
enum class derivative_kind { none, gradient, tangent, adjoint, jacobian, hessian, product };

/// A derivative whose program would have more nodes is computed row by row, each a run of its own.
inline constexpr std::size_t longest_unrolled = std::size_t{1} << 17;

/// The recorded operations without what can be folded away: where derivatives are written.
struct foundation {
  graph operations;
  list<node_id> outputs;
  list<guard> guards;

  explicit foundation(const recording& r) {
    const graph& from = r.operations;
    writer w(operations);
    operations.nodes.reserve(from.size() * 2);
    operations.terms = from.terms;
    list<node_id> renamed(from.size(), 0);
    for (node_id id = 1; id < from.size(); ++id) {
      node n = from[id];
      if (n.code == opcode::linear) {
        n.operands[0] = renamed[n.operands[0]];
        for (std::size_t i = 0; i < n.operands[2]; ++i) {
          term& t = operations.terms[n.operands[1] + i];
          t.a = renamed[t.a];
          t.b = renamed[t.b];
        }
        renamed[id] = operations.append(n);
      } else if (n.code >= opcode::first) {
        for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = renamed[n.operands[i]];
        renamed[id] = w.write(n);
      } else {
        renamed[id] = operations.append(n);
      }
    }
    for (const node_id id : r.outputs) outputs.push_back(renamed[id]);
    for (const guard& g : r.guards)
      if (!operations.is_constant(renamed[g.condition])) guards.push_back({renamed[g.condition], g.outcome});
  }
};

/// Merges and chains a graph, and makes code of it.
inline code make_code(const graph& written, std::size_t input_count, std::span<const node_id> outputs,
                      std::span<const guard> guards) {
  list<node_id> roots(outputs);
  for (const guard& g : guards) roots.push_back(g.condition);
  const graph merged = merge_subexpressions(written, roots);
  const graph chained = make_chains(merged, roots);
  list<guard> chained_guards(guards);
  for (std::size_t i = 0; i < guards.size(); ++i) chained_guards[i].condition = roots[outputs.size() + i];
  return code({&chained, input_count, 0, {roots.data(), outputs.size()}, chained_guards, {}});
}

/// The code of one kind of derivative on one path. Outputs: the reals of f's value, then a row of
/// derivatives. Inputs: the point, then a direction or seed; where there are several rows, the rows of a unit
/// matrix are the seeds.
class derivative_code {
 public:
  derivative_code(const recording& r, derivative_kind kind)
      : value_count_(r.outputs.size()), point_count_(r.input_count), code_(write(r, kind)) {}

  [[nodiscard]] const code& main() const noexcept { return code_; }
  [[nodiscard]] std::size_t value_count() const noexcept { return value_count_; }
  /// The reals of one row of derivatives, and the rows of one input.
  [[nodiscard]] std::size_t row_size() const noexcept { return code_.output_count() - value_count_; }
  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] std::size_t payload_count() const noexcept { return row_size() * row_count_; }
  [[nodiscard]] std::size_t point_count() const noexcept { return point_count_; }
  /// The reals that are read after the point's: those of a direction or seed.
  [[nodiscard]] std::size_t seed_count() const noexcept { return code_.input_count() - point_count_; }
  /// The rows are those of a symmetric matrix, of which the part right of the diagonal counts.
  [[nodiscard]] bool is_symmetric() const noexcept { return is_symmetric_; }

 private:
  code write(const recording& r, derivative_kind kind) {
    foundation base(r);
    graph& g = base.operations;
    const std::size_t n = r.input_count;
    list<node_id> outputs = base.outputs;
    std::size_t inputs = n;
    const auto add_inputs = [&](std::size_t count) {
      list<node_id> ids;
      for (std::size_t i = 0; i < count; ++i)
        ids.push_back(g.append({opcode::input, 0, {static_cast<node_id>(inputs++), 0, 0}}));
      return ids;
    };
    const auto append = [&](std::span<const node_id> row) {
      for (const node_id id : row) outputs.push_back(id != 0 ? id : g.append(constant_node(0.0)));
    };
    const std::size_t m = base.outputs.size();
    differentiator d(g);
    switch (kind) {
      case derivative_kind::none:
        break;
      case derivative_kind::gradient: {
        const node_id one = g.append(constant_node(1.0));
        append(adjoints(d, n, base.outputs, list<node_id>{one}));
        break;
      }
      case derivative_kind::adjoint:
        append(adjoints(d, n, base.outputs, add_inputs(m)));
        break;
      case derivative_kind::tangent:
        append(tangents(d, add_inputs(n), base.outputs, g.size()));
        break;
      case derivative_kind::jacobian:
        if (m > 1 && std::min(m, n) * g.size() > longest_unrolled) {
          row_count_ = m;
          append(adjoints(d, n, base.outputs, add_inputs(m)));
        } else {
          append(jacobian(d, n, base.outputs));
        }
        break;
      case derivative_kind::hessian:
        is_symmetric_ = n * g.size() * 3 > longest_unrolled;
        if (!is_symmetric_) {
          append(hessian(d, n, base.outputs));
          break;
        }
        row_count_ = n;
        [[fallthrough]];
      case derivative_kind::product: {
        const auto direction = add_inputs(n);
        const std::size_t size = gradient_size(d, n, base.outputs);
        append(tangents(d, direction, gradient_, size));
        break;
      }
    }
    return make_code(g, inputs, outputs, {});
  }

  // The adjoints of the inputs for the seeds of the outputs.
  static list<node_id> adjoints(differentiator& d, std::size_t n, std::span<const node_id> outputs,
                                std::span<const node_id> seeds) {
    const graph& g = d.nodes().target();
    list<node_id> adjoint(g.size(), 0);
    const auto is_active = active(d, n);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (is_active[outputs[i]]) d.accumulate(adjoint[outputs[i]], {partial_node::plus_one, 0}, seeds[i]);
    d.sweep(adjoint, is_active);
    return list<node_id>(std::span<const node_id>(adjoint.data() + 1, n));
  }

  static list<bool> active(differentiator& d, std::size_t n) {
    list<bool> is_input(d.nodes().target().size(), false);
    for (std::size_t i = 1; i <= n; ++i) is_input[i] = true;
    return d.dependents(std::move(is_input));
  }

  // The tangents of some of the first `size` nodes for those of the inputs.
  static list<node_id> tangents(differentiator& d, std::span<const node_id> directions,
                                std::span<const node_id> of, std::size_t size) {
    list<node_id> tangent(size, 0);
    for (std::size_t i = 0; i < directions.size(); ++i) tangent[i + 1] = directions[i];
    d.push(tangent);
    list<node_id> row;
    for (const node_id id : of) row.push_back(id < size ? tangent[id] : 0);
    return row;
  }

  static list<node_id> jacobian(differentiator& d, std::size_t n, std::span<const node_id> outputs) {
    const std::size_t m = outputs.size();
    graph& g = d.nodes().target();
    const std::size_t size = g.size();
    const node_id one = g.append(constant_node(1.0));
    list<node_id> rows(m * n, 0);
    if (m <= n) {
      for (std::size_t i = 0; i < m; ++i) {
        const auto row = adjoints(d, n, outputs.subspan(i, 1), {&one, 1});
        for (std::size_t j = 0; j < n; ++j) rows[i * n + j] = row[j];
      }
    } else {
      list<node_id> direction(n, 0);
      for (std::size_t j = 0; j < n; ++j) {
        direction[j] = one;
        const auto column = tangents(d, direction, outputs, size);
        direction[j] = 0;
        for (std::size_t i = 0; i < m; ++i) rows[i * n + j] = column[i];
      }
    }
    return rows;
  }

  // Writes the gradient, and says how many nodes there are then.
  std::size_t gradient_size(differentiator& d, std::size_t n, std::span<const node_id> outputs) {
    graph& g = d.nodes().target();
    const node_id one = g.append(constant_node(1.0));
    gradient_ = adjoints(d, n, outputs, {&one, 1});
    return g.size();
  }

  list<node_id> hessian(differentiator& d, std::size_t n, std::span<const node_id> outputs) {
    graph& g = d.nodes().target();
    const std::size_t size = gradient_size(d, n, outputs);
    const node_id one = g.append(constant_node(1.0));
    list<node_id> rows(n * n, 0);
    list<node_id> direction(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
      direction[i] = one;
      const auto row = tangents(d, direction, gradient_, size);
      direction[i] = 0;
      for (std::size_t j = i; j < n; ++j) rows[i * n + j] = rows[j * n + i] = row[j];
    }
    return rows;
  }

  std::size_t value_count_ = 0;
  std::size_t point_count_ = 0;
  std::size_t row_count_ = 1;
  bool is_symmetric_ = false;
  list<node_id> gradient_;
  code code_;
};

/// A recorded path and its code: its guards, which tell whose path it is, and the derivatives of those whose
/// it is.
class path {
 public:
  path(recording&& r, derivative_kind kind);

  [[nodiscard]] const recording& recorded() const noexcept { return recording_; }
  /// Empty where f throws on this path.
  [[nodiscard]] const std::optional<derivative_code>& derivative() const noexcept { return derivative_; }
  /// The guards alone; empty where there are none.
  [[nodiscard]] const std::optional<code>& check() const noexcept { return check_; }

  /// A second input gave the same recording.
  bool is_confirmed = false;

 private:
  recording recording_;
  std::optional<derivative_code> derivative_;
  std::optional<code> check_;
};

#if DAD_DEFINES_ENGINE
DAD_ENGINE path::path(recording&& r, derivative_kind kind) : recording_(std::move(r)) {
  if (!recording_.has_failed) derivative_.emplace(recording_, kind);
  if (recording_.guards.empty()) return;
  const foundation base(recording_);
  if (!base.guards.empty())
    check_.emplace(make_code(base.operations, recording_.input_count, {}, base.guards));
}
#endif

}  // namespace dad::detail
