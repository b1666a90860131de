// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One path of a function: its recording, and the codes that replay it for other inputs.

#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <dad/core/engine.hpp>
#include <dad/core/list_view.hpp>
#include <dad/program/chains.hpp>
#include <dad/program/code.hpp>
#include <dad/program/derivative_kind.hpp>
#include <dad/program/foundation.hpp>
#include <dad/program/subexpressions.hpp>

namespace dad::detail {

/// Merges and chains a graph, and makes code of it.
template <class...>
[[gnu::cold]] code make_code(const graph& written, std::size_t input_count, list_view<const node_id> outputs,
                             list_view<const guard> guards) {
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
template <class...>
class derivative_code_if_used {
 public:
  derivative_code_if_used(const recording& r, derivative_kind kind)
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
  /// The rows are the columns of the matrix that was asked for.
  [[nodiscard]] bool is_transposed() const noexcept { return is_transposed_; }

 private:
  code write(const recording& r, derivative_kind kind);

  std::size_t value_count_ = 0;
  std::size_t point_count_ = 0;
  std::size_t row_count_ = 1;
  bool is_symmetric_ = false;
  bool is_transposed_ = false;
  code code_;
};
using derivative_code = derivative_code_if_used<>;

/// A recorded path and its code: its guards, which tell whose path it is, and the derivatives of those whose
/// it is.
template <class...>
class path_if_used {
 public:
  path_if_used(recording&& r, derivative_kind kind);

  [[nodiscard]] const recording& recorded() const noexcept { return recording_; }
  /// Empty where f throws on this path, or cannot be replayed.
  [[nodiscard]] const std::optional<derivative_code>& derivative() const noexcept { return derivative_; }
  /// The guards alone; empty where there are none.
  [[nodiscard]] const std::optional<code>& check() const noexcept { return check_; }

  /// A second input gave the same recording.
  bool is_confirmed = false;
  /// The call under way, or the last one, met it.
  bool was_met = true;

 private:
  recording recording_;
  std::optional<derivative_code> derivative_;
  std::optional<code> check_;
};
using path = path_if_used<>;

#if DAD_DEFINES_ENGINE
template <class... Lazy>
[[gnu::cold]] code derivative_code_if_used<Lazy...>::write(const recording& r, derivative_kind kind) {
  row_writer w(r);
  (w.*kind.write)();
  row_count_ = w.row_count();
  is_symmetric_ = w.is_symmetric();
  is_transposed_ = w.is_transposed();
  list<node_id> outputs(w.outputs());
  for (const node_id id : w.row()) outputs.push_back(id != 0 ? id : w.constant(0.0));
  return make_code(w.nodes(), w.input_count(), outputs, {});
}

template <class... Lazy>
[[gnu::cold]] path_if_used<Lazy...>::path_if_used(recording&& r, derivative_kind kind)
    : recording_(std::move(r)) {
  if (!recording_.has_failed && recording_.is_replayable()) derivative_.emplace(recording_, kind);
  if (recording_.guards.empty()) return;
  const foundation base(recording_);
  if (!base.guards.empty())
    check_.emplace(make_code(base.operations, recording_.input_count, {}, base.guards));
}
#endif

DAD_COMPILED_ONCE(class derivative_code)

DAD_COMPILED_ONCE(class path)

}  // namespace dad::detail
