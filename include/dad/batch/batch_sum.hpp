// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sum of a function over a batch, and its gradient with respect to what the inputs share.

#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <dad/batch/leaf_sums.hpp>
#include <dad/batch/options.hpp>
#include <dad/batch/statistics.hpp>
#include <dad/batch/timed_parts.hpp>
#include <dad/core/decomposable.hpp>
#include <dad/core/span.hpp>

namespace dad {

/// The sum of f over a batch and its gradient, which has the structure of shared. With on_error::collect,
/// inputs at which f threw are left out of the sum and are in errors(), by index.
template <class Gradient>
class batch_sum_result : public detail::decomposable<batch_sum_result<Gradient>> {
 public:
  double value = 0.0;
  Gradient gradient;

  batch_sum_result(double v, Gradient g, std::vector<item_error> e)
      : value(v), gradient(std::move(g)), errors_(std::move(e)) {}
  [[nodiscard]] bool has_errors() const noexcept { return !errors_.empty(); }
  [[nodiscard]] std::span<const item_error> errors() const noexcept { return detail::span_over(errors_); }
  /// Who evaluated what, and when.
  [[nodiscard]] const batch_statistics& statistics() const noexcept { return statistics_; }
  [[nodiscard]] batch_statistics& statistics() noexcept { return statistics_; }

  template <std::size_t I, class Self>
  [[nodiscard]] static auto& part(Self& self) noexcept {
    if constexpr (I == 0)
      return self.value;
    else
      return self.gradient;
  }

 private:
  std::vector<item_error> errors_;
  batch_statistics statistics_;
};

namespace detail {

/// The result from the nodes of all leaves. All NaN have the same bits, as those of other batches do.
template <class Shared>
auto sum_result(const Shared& shared, std::vector<sum_node>&& nodes, std::vector<item_error> errors) {
  sum_node root = merge(std::move(nodes));
  root.gradient.resize(real_count(shared));
  const auto one_nan = [](double& x) { x = x == x ? x : std::numeric_limits<double>::quiet_NaN(); };
  one_nan(root.value);
  for (double& g : root.gradient) one_nan(g);
  auto gradient = structured_like<double>(shared, root.gradient);
  return batch_sum_result<decltype(gradient)>(root.value, std::move(gradient), std::move(errors));
}

}  // namespace detail

/// sum_i f(shared, inputs[i]) and its gradient with respect to shared alone, which every input shares.
/// Shapes: inputs is a contiguous range of points or of data of any type, or a matrix_view; the gradient has
/// the structure of shared. Items made of reals reach f in its scalar type, all others as they are. The sum
/// is taken in a fixed order, the same as in dad::mpi::batch_sum. Throws batch_error for the first failing
/// input, unless errors are collected.
///
///   auto [value, gradient] = dad::batch_sum(loss, weights, images);
template <class F, class Shared, class Inputs>
auto batch_sum(const F& f, const Shared& shared, const Inputs& inputs, const options& o = {}) {
  const double start = detail::seconds_now();
  const auto items = detail::items_of(inputs);
  const detail::summation_tree tree(items.size());
  std::vector<item_error> errors;
  std::vector<detail::sum_node> nodes;
  std::size_t paths = 0;
  detail::for_each_part(items.size(), tree.leaf_size(), o.progress, [&](detail::index_range part) {
    const auto some = detail::slice(items, part.begin, part.end);
    for (detail::sum_node& node : detail::evaluate_leaves(
             f, shared, some, part.begin, tree, 0, detail::thread_count(o.threads), errors, {}, &paths))
      detail::append(nodes, std::move(node));
  });
  if (o.on_error == on_error::raise && !errors.empty()) throw batch_error(errors.front());
  auto result = detail::sum_result(shared, std::move(nodes), std::move(errors));
  batch_statistics& statistics = result.statistics();
  statistics.start(1);
  statistics.seconds = detail::seconds_now() - start;
  statistics.add({0, 0, items.size(), 0.0, statistics.seconds}, paths);
  return result;
}

}  // namespace dad

template <class Gradient>
struct std::tuple_size<dad::batch_sum_result<Gradient>> : std::integral_constant<std::size_t, 2> {};
template <std::size_t I, class Gradient>
struct std::tuple_element<I, dad::batch_sum_result<Gradient>> {
  using type = std::conditional_t<I == 0, double, Gradient>;
};
