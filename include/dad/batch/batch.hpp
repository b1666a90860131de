// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives at many inputs, in this process.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/batch/batch_sum.hpp>
#include <dad/batch/evaluate.hpp>
#include <dad/batch/options.hpp>
#include <dad/batch/progress_bar.hpp>
#include <dad/batch/result.hpp>

namespace dad {

namespace detail {

template <class Kind, class F, class Items>
using batch_result_t = batch_result<Kind, item_t<Items>, batch_value_t<F, item_t<Items>>>;

template <class Items, class Seeds>
void check_seed_count(const char* call, const Items& items, const Seeds& seeds) {
  if constexpr (!std::is_same_v<Seeds, no_seeds>)
    if (seeds.size() != items.size())
      raise<shape_error>("dad: %s got %zu seeds, expected %zu, one for each input", call, seeds.size(),
                         items.size());
}

/// The inputs that a result has to keep.
template <class Kind, class Items>
std::vector<item_t<Items>> prototypes_of(const Items& items) {
  std::vector<item_t<Items>> kept;
  if constexpr (needs_prototypes<Kind, item_t<Items>>)
    for (std::size_t i = 0; i < items.size(); ++i) kept.push_back(items[i]);
  return kept;
}

template <class Result, class Kind, class F, class Inputs, class Seeds>
void batch_into(Result& r, Kind kind, const char* call, const F& f, const Inputs& inputs, const Seeds& seeds,
                const options& o) {
  const auto items = items_of(inputs);
  const auto seed_items = items_of(seeds);
  check_seed_count(call, items, seed_items);
  batch_statistics& statistics = r.statistics();
  statistics.start(1);
  const double start = seconds_now();
  try {
    evaluate_into(r.storage(), kind, f, items, seed_items, 0, 0, thread_count(o.threads), {}, o.progress);
    if (o.on_error == on_error::raise && r.has_errors()) throw batch_error(r.errors().front());
  } catch (...) {
    r.storage().clear();
    throw;
  }
  r.prototypes() = prototypes_of<Kind>(items);
  statistics.seconds = seconds_now() - start;
  statistics.add({0, 0, items.size(), 0.0, statistics.seconds}, r.storage().path_count);
}

template <class Kind, class F, class Inputs, class Seeds>
auto batch(Kind kind, const char* call, const F& f, const Inputs& inputs, const Seeds& seeds,
           const options& o) {
  batch_result_t<Kind, F, decltype(items_of(inputs))> r;
  batch_into(r, kind, call, f, inputs, seeds, o);
  return r;
}

}  // namespace detail

/// The value and gradient of f, which returns a scalar, at each input. Shapes: inputs is a contiguous range
/// of points (or a matrix_view, whose rows are points); r[i].value is what f returns, r[i].gradient has the
/// structure of inputs[i]. Throws batch_error for the first failing input, unless errors are collected.
///
///   auto r = dad::batch_eval(f, inputs);
///   for (auto [value, gradient] : r) ...
template <class F, class Inputs>
auto batch_eval(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{}, o);
}

/// The same again, into the memory of an earlier result of the same type. A call that throws leaves r empty.
template <class Input, class Value, class F, class Inputs>
void batch_eval_into(batch_result<detail::gradients, Input, Value>& r, const F& f, const Inputs& inputs,
                     const options& o = {}) {
  detail::batch_into(r, detail::gradients{}, "batch_eval_into", f, inputs, detail::no_seeds{}, o);
}

/// The value of f at each input and its tangent along that input's direction: r[i].tangent has the structure
/// of f's result. Shapes: one direction per input, as the input. Throws shape_error otherwise.
template <class F, class Inputs, class Tangents>
auto batch_jvp(const F& f, const Inputs& inputs, const Tangents& directions, const options& o = {}) {
  return detail::batch(detail::tangents{}, "batch_jvp", f, inputs, directions, o);
}

/// The value of f at each input and the input's adjoint for its seed: r[i].adjoint has the structure of
/// inputs[i]. Shapes: one seed per input, as f's result. Throws shape_error otherwise.
template <class F, class Inputs, class Seeds>
auto batch_vjp(const F& f, const Inputs& inputs, const Seeds& seeds, const options& o = {}) {
  return detail::batch(detail::adjoints{}, "batch_vjp", f, inputs, seeds, o);
}

/// The value of f at each input and its Jacobian: r[i].jacobian(row, column), outputs x inputs.
template <class F, class Inputs>
auto batch_jacobian(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::jacobians{}, "batch_jacobian", f, inputs, detail::no_seeds{}, o);
}

/// The value of f, which returns a scalar, at each input and its Hessian: r[i].hessian, n x n.
template <class F, class Inputs>
auto batch_hessian(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::hessians{}, "batch_hessian", f, inputs, detail::no_seeds{}, o);
}

/// The value of f at each input and the product of its Hessian with that input's direction: r[i].product has
/// the structure of inputs[i]. Shapes: one direction per input, as the input. Throws shape_error otherwise.
template <class F, class Inputs, class Directions>
auto batch_hvp(const F& f, const Inputs& inputs, const Directions& directions, const options& o = {}) {
  return detail::batch(detail::products{}, "batch_hvp", f, inputs, directions, o);
}

/// The same calls into the memory of an earlier result of the same type. One that throws leaves r empty.
template <class Input, class Value, class F, class Inputs, class Tangents>
void batch_jvp_into(batch_result<detail::tangents, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Tangents& directions, const options& o = {}) {
  detail::batch_into(r, detail::tangents{}, "batch_jvp_into", f, inputs, directions, o);
}
template <class Input, class Value, class F, class Inputs, class Seeds>
void batch_vjp_into(batch_result<detail::adjoints, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Seeds& seeds, const options& o = {}) {
  detail::batch_into(r, detail::adjoints{}, "batch_vjp_into", f, inputs, seeds, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_jacobian_into(batch_result<detail::jacobians, Input, Value>& r, const F& f, const Inputs& inputs,
                         const options& o = {}) {
  detail::batch_into(r, detail::jacobians{}, "batch_jacobian_into", f, inputs, detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_hessian_into(batch_result<detail::hessians, Input, Value>& r, const F& f, const Inputs& inputs,
                        const options& o = {}) {
  detail::batch_into(r, detail::hessians{}, "batch_hessian_into", f, inputs, detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs, class Directions>
void batch_hvp_into(batch_result<detail::products, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Directions& directions, const options& o = {}) {
  detail::batch_into(r, detail::products{}, "batch_hvp_into", f, inputs, directions, o);
}

}  // namespace dad
