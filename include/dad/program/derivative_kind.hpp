// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The kinds of derivatives of a recorded function, each a way to write rows of them. A program of one source
// compiles the kinds that it asks for.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/core/engine.hpp>
#include <dad/core/list_view.hpp>
#include <dad/program/derivative.hpp>
#include <dad/program/foundation.hpp>

namespace dad::detail {

/// A derivative whose program would have more nodes is computed row by row or column by column, each a run of
/// its own.
inline constexpr std::size_t longest_unrolled = std::size_t{1} << 17;

/// Writes a kind of derivative onto a recording: the nodes of a row, where there are several rows for seeds
/// that are inputs. What is computed by columns is written as the rows of the transposed matrix.
template <class...>
class row_writer_if_used {
 public:
  explicit row_writer_if_used(const recording& r)
      : base_(r), derivatives_(base_.operations), point_count_(r.input_count), input_count_(r.input_count) {}

  // One for each kind.
  void none();
  void gradient();
  void tangent();
  void adjoint();
  void jacobian();
  void hessian();
  void product();

  [[nodiscard]] const graph& nodes() const noexcept { return base_.operations; }
  /// Of the function's value.
  [[nodiscard]] list_view<const node_id> outputs() const noexcept { return base_.outputs; }
  /// Derivatives; 0 where one is zero by structure.
  [[nodiscard]] list_view<const node_id> row() const noexcept { return row_; }
  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  /// Of a symmetric matrix, of which the part right of the diagonal counts.
  [[nodiscard]] bool is_symmetric() const noexcept { return is_symmetric_; }
  [[nodiscard]] bool is_transposed() const noexcept { return is_transposed_; }
  /// The point's, then those of a direction or seed.
  [[nodiscard]] std::size_t input_count() const noexcept { return input_count_; }
  node_id constant(double value) { return base_.operations.append(constant_node(value)); }

 private:
  list<node_id> further_inputs(std::size_t count);
  list<node_id> adjoints(list_view<const node_id> outputs, list_view<const node_id> seeds);
  list<node_id> tangents(list_view<const node_id> directions, list_view<const node_id> of, std::size_t size);
  std::size_t write_gradient();

  foundation base_;
  differentiator derivatives_;
  std::size_t point_count_;
  std::size_t input_count_;
  list<node_id> row_;
  std::size_t row_count_ = 1;
  bool is_symmetric_ = false;
  bool is_transposed_ = false;
};
using row_writer = row_writer_if_used<>;

/// What is computed for each input beside the value.
template <class...>
struct derivative_kind_if_used {
  void (row_writer::*write)();

  friend bool operator==(const derivative_kind_if_used&, const derivative_kind_if_used&) = default;

  static const derivative_kind_if_used none, gradient, tangent, adjoint, jacobian, hessian, product;
};
using derivative_kind = derivative_kind_if_used<>;

#define DAD_DEFINE_KIND(name)                                                              \
  template <class... Lazy>                                                                 \
  constinit const derivative_kind_if_used<Lazy...> derivative_kind_if_used<Lazy...>::name{ \
      &row_writer::name};
DAD_DEFINE_KIND(none)
DAD_DEFINE_KIND(gradient)
DAD_DEFINE_KIND(tangent)
DAD_DEFINE_KIND(adjoint)
DAD_DEFINE_KIND(jacobian)
DAD_DEFINE_KIND(hessian)
DAD_DEFINE_KIND(product)
#undef DAD_DEFINE_KIND

#if DAD_DEFINES_ENGINE
template <class... Lazy>
[[gnu::cold]] list<node_id> row_writer_if_used<Lazy...>::further_inputs(std::size_t count) {
  list<node_id> ids;
  for (std::size_t i = 0; i < count; ++i)
    ids.push_back(base_.operations.append({opcode::input, 0, {static_cast<node_id>(input_count_++), 0, 0}}));
  return ids;
}

// The adjoints of the inputs for the seeds of outputs.
template <class... Lazy>
[[gnu::cold]] list<node_id> row_writer_if_used<Lazy...>::adjoints(list_view<const node_id> outputs,
                                                                  list_view<const node_id> seeds) {
  list<node_id> adjoint(nodes().size(), 0);
  list<bool> is_input(nodes().size(), false);
  for (std::size_t i = 1; i <= point_count_; ++i) is_input[i] = true;
  const auto is_active = derivatives_.dependents(std::move(is_input));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (is_active[outputs[i]])
      derivatives_.accumulate(adjoint[outputs[i]], {partial_node::plus_one, 0}, seeds[i]);
  derivatives_.sweep(adjoint, is_active);
  return list<node_id>(list_view<const node_id>(adjoint.data() + 1, point_count_));
}

// The tangents of some of the first `size` nodes for those of the inputs.
template <class... Lazy>
[[gnu::cold]] list<node_id> row_writer_if_used<Lazy...>::tangents(list_view<const node_id> directions,
                                                                  list_view<const node_id> of,
                                                                  std::size_t size) {
  list<node_id> tangent(size, 0);
  for (std::size_t i = 0; i < directions.size(); ++i) tangent[i + 1] = directions[i];
  derivatives_.push(tangent);
  list<node_id> row;
  for (const node_id id : of) row.push_back(id < size ? tangent[id] : 0);
  return row;
}

// The row is the gradient. Says how many nodes there are then.
template <class... Lazy>
[[gnu::cold]] std::size_t row_writer_if_used<Lazy...>::write_gradient() {
  const node_id one = constant(1.0);
  row_ = adjoints(outputs(), {&one, 1});
  return nodes().size();
}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::none() {}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::gradient() {
  (void)write_gradient();
}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::tangent() {
  const auto direction = further_inputs(point_count_);
  row_ = tangents(direction, outputs(), nodes().size());
}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::adjoint() {
  const auto seeds = further_inputs(outputs().size());
  row_ = adjoints(outputs(), seeds);
}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::jacobian() {
  const std::size_t m = outputs().size();
  const std::size_t n = point_count_;
  // One row or column is as long as a gradient.
  if (std::min(m, n) > 1 && std::min(m, n) * nodes().size() > longest_unrolled) {
    row_count_ = std::min(m, n);
    is_transposed_ = n < m;
    return is_transposed_ ? tangent() : adjoint();
  }
  const std::size_t size = nodes().size();
  const node_id one = constant(1.0);
  row_.assign(m * n, 0);
  if (m <= n) {
    for (std::size_t i = 0; i < m; ++i) {
      const auto row = adjoints(outputs().subspan(i, 1), {&one, 1});
      for (std::size_t j = 0; j < n; ++j) row_[i * n + j] = row[j];
    }
    return;
  }
  list<node_id> direction(n, 0);
  for (std::size_t j = 0; j < n; ++j) {
    direction[j] = one;
    const auto column = tangents(direction, outputs(), size);
    direction[j] = 0;
    for (std::size_t i = 0; i < m; ++i) row_[i * n + j] = column[i];
  }
}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::hessian() {
  const std::size_t n = point_count_;
  if (n * nodes().size() * 3 > longest_unrolled) {
    row_count_ = n;
    is_symmetric_ = true;
    return product();
  }
  const std::size_t size = write_gradient();
  const list<node_id> gradient = std::move(row_);
  const node_id one = constant(1.0);
  list<node_id> rows(n * n, 0);
  list<node_id> direction(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    direction[i] = one;
    const auto row = tangents(direction, gradient, size);
    direction[i] = 0;
    for (std::size_t j = i; j < n; ++j) rows[i * n + j] = rows[j * n + i] = row[j];
  }
  row_ = std::move(rows);
}

template <class... Lazy>
[[gnu::cold]] void row_writer_if_used<Lazy...>::product() {
  const auto direction = further_inputs(point_count_);
  const std::size_t size = write_gradient();
  const list<node_id> gradient = std::move(row_);
  row_ = tangents(direction, gradient, size);
}
#endif

DAD_COMPILED_ONCE(class row_writer)

}  // namespace dad::detail
