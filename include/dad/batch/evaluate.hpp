// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of consecutive inputs of a batch, one after the other on the tape. This is where replay in
// lanes enters.

#pragma once

#include <cstddef>
#include <exception>
#include <span>
#include <utility>

#include <dad/batch/kind.hpp>
#include <dad/batch/storage.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

namespace dad::detail {

/// A batch's inputs (or seeds) as items in a row: a span over a contiguous range, or the rows of a matrix.
template <class Inputs>
auto items_of(const Inputs& inputs) {
  if constexpr (requires { basic_matrix_view<const double>(inputs); })
    return basic_matrix_view<const double>(inputs);
  else if constexpr (requires { std::span(inputs); })
    return std::span<const std::remove_cvref_t<decltype(std::span(inputs)[0])>>(inputs);
  else
    static_assert(!std::is_same_v<Inputs, Inputs>,
                  "dad: the inputs of a batch are a contiguous range (vector, array, span) or a matrix_view");
}
inline no_seeds items_of(no_seeds) { return {}; }

template <class Items>
using item_t = std::remove_cvref_t<decltype(std::declval<const Items&>()[0])>;

/// What f returns at an input of type X, in plain numbers.
template <class F, class X>
using batch_value_t = decltype(plain_result<var<base_t<X>>>(
    call(std::declval<const F&>(), std::declval<const rebind_t<X, var<base_t<X>>>&>())));

/// Appends a plain result of f to a storage.
template <class Value>
void store_value(batch_storage<Value>& out, const Value& value) {
  for_each_real(value, [&](double leaf) { out.values.push_back(leaf); });
  if constexpr (!flat_output<Value>) out.objects.push_back(value);
}

template <class Value, class Reals>
void store_payload(batch_storage<Value>& out, const Reals& reals) {
  for_each_real(reals, [&](double leaf) { out.payload.push_back(leaf); });
}
template <class Value>
void store_payload(batch_storage<Value>& out, const matrix& m) {
  out.payload.insert(out.payload.end(), m.data(), m.data() + m.size());
}

// One input of each kind: its value and payload, appended to the storage.
template <class F, class X, class Value>
void evaluate_item(gradients, const F& f, const X& x, no_seeds, std::size_t, batch_storage<Value>& out) {
  const lease<tape<double>> t;
  with_gradient(*t, f, x, [&](const auto& value, const auto& row) {
    store_value<Value>(out, value);
    out.payload.insert(out.payload.end(), row.begin(), row.end());
  });
}
template <class F, class X, class Seeds, class Value>
void evaluate_item(tangents, const F& f, const X& x, const Seeds& seeds, std::size_t i,
                   batch_storage<Value>& out) {
  const auto r = jvp(f, x, seeds[i]);
  store_value<Value>(out, r.value);
  store_payload(out, r.tangent);
}
template <class F, class X, class Seeds, class Value>
void evaluate_item(adjoints, const F& f, const X& x, const Seeds& seeds, std::size_t i,
                   batch_storage<Value>& out) {
  const auto r = vjp(f, x, seeds[i]);
  store_value<Value>(out, r.value);
  store_payload(out, r.adjoint);
}
template <class F, class X, class Value>
void evaluate_item(jacobians, const F& f, const X& x, no_seeds, std::size_t, batch_storage<Value>& out) {
  const auto r = value_and_jacobian(f, x);
  store_value<Value>(out, r.value);
  store_payload(out, r.jacobian);
}
template <class F, class X, class Value>
void evaluate_item(hessians, const F& f, const X& x, no_seeds, std::size_t, batch_storage<Value>& out) {
  const auto r = value_and_hessian(f, x);
  store_value<Value>(out, r.value);
  store_payload(out, r.hessian);
}
template <class F, class X, class Seeds, class Value>
void evaluate_item(products, const F& f, const X& x, const Seeds& seeds, std::size_t i,
                   batch_storage<Value>& out) {
  const auto r = value_and_hvp(f, x, seeds[i]);
  store_value<Value>(out, r.value);
  store_payload(out, r.product);
}

/// How many reals the payload of a failed input has, where that is known without f's result.
template <class Kind, class X>
std::size_t failed_payload_size(const X& x) {
  const std::size_t n = real_count(x);
  if constexpr (std::is_same_v<Kind, hessians>)
    return n * n;
  else if constexpr (std::is_same_v<Kind, tangents> || std::is_same_v<Kind, jacobians>)
    return 0;
  else
    return n;
}

/// Runs `evaluation`; the text of what it throws, of any type, goes to `failed`.
template <class Evaluation, class Failed>
void catch_any(Evaluation&& evaluation, Failed&& failed) {
  try {
    evaluation();
  } catch (const std::exception& e) {
    failed(e.what());
  } catch (...) {
    failed("unknown exception");
  }
}

/// Results of all items, appended to a cleared storage. An exception of f becomes an error with index
/// first_index + i; with `stop` nothing after the first of them is evaluated.
template <class Kind, class F, class Items, class Seeds, class Value>
void evaluate_into(batch_storage<Value>& out, Kind kind, const F& f, const Items& items, const Seeds& seeds,
                   std::size_t first_index, int rank, bool stop) {
  using X = item_t<Items>;
  check_point<X>();
  static_assert(
      std::is_same_v<base_t<X>, double>,
      "dad: a batch is evaluated in plain numbers; inside another derivative use gradient or jvp per input");
  out.clear();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& x = items[i];
    catch_any([&] { evaluate_item(kind, f, x, seeds, i, out), out.close_item(); },
              [&](const char* text) {
                out.close_failed(item_error(first_index + i, rank, text), failed_payload_size<Kind>(x));
              });
    if (stop && !out.errors.empty()) return;
  }
}

}  // namespace dad::detail
