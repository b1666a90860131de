// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input of a batch has the derivative that fits worst.

#pragma once

#include <cmath>
#include <cstddef>

#include <dad/batch/items.hpp>
#include <dad/check/gradient.hpp>

namespace dad {

namespace detail {

/// How bad a report is: causes before numbers, the strongest evidence first.
template <class...>
bool is_worse_report(const check_report& a, const check_report& b) {
  if (a.passed() != b.passed()) return b.passed();
  if (a.cause != b.cause) return a.cause < b.cause;
  const auto badness = [](const check_report& r) {
    const double apart = std::fabs(r.derivative - r.difference);
    return r.tolerance > 0 ? apart / r.tolerance : apart;
  };
  return badness(a) > badness(b);
}

}  // namespace detail

/// check_gradient of f at every input (a contiguous range or a matrix_view), one after the other; the report
/// of the input that fits worst, failed or not, with its index in report.item. Of several with the same cause
/// the one that is furthest off. Throws shape_error where there are no inputs, batch_error where f throws or
/// an input is not finite.
///
///   auto report = dad::batch_check_gradient(f, inputs);
///   if (!report.passed()) std::cerr << report.text();        // item 4711: f is not differentiable here ...
template <class F, class Inputs>
[[nodiscard]] check_report batch_check_gradient(const F& f, const Inputs& inputs,
                                                const check_options& o = {}) {
  const auto items = detail::items_of(inputs);
  detail::check_check_options(o, "batch_check_gradient");
  if (items.size() == 0) detail::raise<shape_error>("dad: batch_check_gradient got no inputs, expected one");
  check_report worst;
  for (std::size_t i = 0; i < items.size(); ++i) {
    check_report r;
    detail::catch_any([&] { r = check_gradient(f, items[i], o); },
                      [&](const char* text) { throw batch_error(item_error(i, 0, text)); });
    if (i != 0 && !detail::is_worse_report(r, worst)) continue;
    worst = std::move(r);
    worst.item = i;
  }
  return worst;
}

}  // namespace dad
