// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One recording of a user's function.

#pragma once

#include <type_traits>

#include <dad/batch/failures.hpp>
#include <dad/driver/level.hpp>
#include <dad/program/recording.hpp>
#include <dad/structure/key.hpp>

namespace dad::detail {

/// Records f at a point of the structure of x; real(leaf) gives the reals of the point, in order. Returns
/// what f returned, in traced numbers. What f throws goes through.
template <class F, class X, class Real>
auto traced_call(const F& f, const X& x, Real&& real, recording& into) {
  recorder r(into);
  const listening on(r);
  const auto point = transform<traced>(x, [&](const auto& leaf) { return r.input(real(leaf)); });
  auto y = call(f, point);
  using Y = decltype(y);
  check_result<F, Y>();
  for_each_real(y, [&](const auto& leaf) { r.output(traced(leaf)); });
  if constexpr (!has_trivial_key<Y>) append_key(into.result_key, y);
  return y;
}

/// Runs `call`, which records; what it throws is in the recording.
template <class Call>
void record_safely(recording& into, Call&& call) {
  catch_any(call, [&](const char* text) {
    into.has_failed = true;
    into.error = text;
    into.outputs.clear();
  });
}

/// A result in traced numbers, in plain ones.
template <class Y>
auto in_plain_numbers(const Y& y) {
  return transform<double>(y, [](const auto& leaf) { return static_cast<double>(plain_value(leaf)); });
}

}  // namespace dad::detail
