// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input of a batch made a NaN or an infinity, and by which operation.

#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dad/batch/batch.hpp>
#include <dad/batch/traced_call.hpp>
#include <dad/inspect/evaluated.hpp>
#include <dad/inspect/find_nonfinite.hpp>

namespace dad {

namespace detail {

/// The place of the first result whose value or derivative is not finite, results.size() if there is none. An
/// input at which f threw has no result.
template <class Result>
std::size_t first_nonfinite_result(const Result& results) {
  const auto is_finite = [](std::span<const double> reals, std::span<const std::size_t> ends, std::size_t i) {
    for (std::size_t k = ends[i]; k < ends[i + 1]; ++k)
      if (!std::isfinite(reals[k])) return false;
    return true;
  };
  auto error = results.errors().begin();
  for (std::size_t i = 0; i < results.size(); ++i) {
    while (error != results.errors().end() && error->index() < results.first_index() + i) ++error;
    if (error != results.errors().end() && error->index() == results.first_index() + i) continue;
    if (!is_finite(results.values(), results.value_offsets(), i) ||
        !is_finite(results.gradients(), results.offsets(), i))
      return i;
  }
  return results.size();
}

/// What f did at an input whose result was not finite: on the tape, or where all is well there, as replay
/// computes it.
template <class F, class X>
nonfinite_report explain_item(const F& f, const X& x, std::size_t index) {
  nonfinite_report r = find_nonfinite(f, x);
  if (!r) {
    std::vector<double> row;
    recording recorded;
    (void)traced_call(
        f, x, [&](const auto& leaf) { return row.emplace_back(static_cast<double>(leaf)); }, recorded);
    if (recorded.is_replayable()) r = evaluated<double>(recorded, row.data()).find_nonfinite();
  }
  if (!r) {
    r.is_found = true;
    r.name = "unknown";
    r.description = "its result is not finite, but every operation of f is where it is called for it alone";
  }
  r.item = index;
  return r;
}

/// The rank that evaluated an input, where statistics of several ranks say so.
template <class...>
std::optional<int> rank_of_item(const batch_statistics& s, std::size_t index) {
  for (const batch_statistics::chunk& c : s.chunks)
    if (c.begin <= index && index < c.end) return c.rank;
  return std::nullopt;
}

/// The kind of batch that has all first derivatives of f.
template <class F, class Items>
using first_derivatives = std::conditional_t<number<batch_value_t<F, item_t<Items>>>, gradients, jacobians>;

}  // namespace detail

/// Of a batch result, the lowest input whose value or derivative is NaN or infinite, and what made it so:
/// f is called again for that input, see find_nonfinite(f, x). Second derivatives count for the search, but
/// what is looked through is f and its first. Inputs that failed are none. At the root of a call over ranks
/// the report names the rank as well. Throws shape_error unless there are as many inputs as
/// results.
///
///   auto r = dad::batch_eval(f, inputs);
///   if (auto report = dad::find_nonfinite(f, inputs, r)) std::cerr << report.text();
///   // item 4711: operation 17, log(%16) of -0.5 gave nan
template <class F, class Inputs, class Kind, class Input, class Value>
[[nodiscard]] nonfinite_report find_nonfinite(const F& f, const Inputs& inputs,
                                              const batch_result<Kind, Input, Value>& results) {
  const auto items = detail::items_of(inputs);
  if (items.size() != results.size())
    throw shape_error("dad: find_nonfinite got " + std::to_string(items.size()) + " inputs, expected " +
                      std::to_string(results.size()) + ", one for each result");
  const std::size_t i = detail::first_nonfinite_result(results);
  if (i == results.size()) return {};
  const std::size_t index = results.first_index() + i;
  nonfinite_report report = detail::explain_item(f, items[i], index);
  if (results.statistics().ranks.size() > 1) report.rank = detail::rank_of_item(results.statistics(), index);
  return report;
}

/// Evaluates f with its gradient (its Jacobian, where it does not return a scalar) at every input, and
/// reports of the lowest at which one of these is NaN or infinite, see above. Throws as batch_eval does.
///
///   if (auto report = dad::batch_find_nonfinite(f, inputs)) std::cerr << report.text();
template <class F, class Inputs>
[[nodiscard]] nonfinite_report batch_find_nonfinite(const F& f, const Inputs& inputs, const options& o = {}) {
  using kind = detail::first_derivatives<F, decltype(detail::items_of(inputs))>;
  return find_nonfinite(f, inputs,
                        detail::batch(kind{}, "batch_find_nonfinite", f, inputs, detail::no_seeds{}, o));
}

}  // namespace dad
