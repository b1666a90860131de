// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of one input of a batch, by the drivers.

#pragma once

#include <cstddef>

#include <dad/batch/kind.hpp>
#include <dad/batch/storage.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

namespace dad::detail {

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

// For each kind: the value and payload of input i, appended to the storage.
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

}  // namespace dad::detail
