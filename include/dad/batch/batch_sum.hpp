// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sum of a function over a batch, and its gradient with respect to what the inputs share.

#pragma once

#include <cstddef>
#include <span>
#include <tuple>
#include <vector>

#include <dad/batch/evaluate.hpp>
#include <dad/batch/options.hpp>
#include <dad/batch/summation.hpp>
#include <dad/core/decomposable.hpp>

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
  [[nodiscard]] std::span<const item_error> errors() const noexcept { return errors_; }

  template <std::size_t I, class Self>
  [[nodiscard]] static auto& part(Self& self) noexcept {
    if constexpr (I == 0)
      return self.value;
    else
      return self.gradient;
  }

 private:
  std::vector<item_error> errors_;
};

namespace detail {

/// Integers, and ranges of them: indices and labels rather than points.
template <class Item>
constexpr bool is_integer_data() {
  if constexpr (requires { typename Item::value_type; })
    return is_integer_data<typename Item::value_type>();
  else
    return std::is_integral_v<Item>;
}

/// An item as f sees it: what is made of reals in f's scalar type, as constants; anything else as it is.
template <class S, class Item>
decltype(auto) as_constant(const Item& item) {
  if constexpr (differentiable<Item> && !is_integer_data<Item>())
    return transform<S>(item, [](const auto& leaf) { return S(leaf); });
  else
    return static_cast<const Item&>(item);
}

/// The sums over the leaves of a share, whose first input is first_index, merged as far as the tree allows.
/// An exception of f becomes an error with the input's index, and its term is left out.
template <class F, class Shared, class Items>
std::vector<sum_node> evaluate_leaves(const F& f, const Shared& shared, const Items& items,
                                      std::size_t first_index, const summation_tree& tree, int rank,
                                      bool stop, std::vector<item_error>& errors) {
  check_point<Shared>();
  static_assert(
      std::is_same_v<base_t<Shared>, double>,
      "dad: a batch is evaluated in plain numbers; inside another derivative sum gradients per input");
  using S = var<double>;
  const lease<tape<double>> t;
  t->clear();
  const auto active = t->activate();
  std::size_t width = 0;
  point_memory<rebind_t<Shared, S>> memory;
  const auto& point = memory.fill(shared, [&](const auto& leaf) {
    S v(leaf);
    t->input(v);
    ++width;
    return v;
  });
  const auto start = t->position();

  std::vector<sum_node> nodes;
  for (std::size_t first = 0; first < items.size(); first += tree.leaf_size()) {
    sum_node leaf{0, (first_index + first) / tree.leaf_size(), 0.0, {}};
    t->clear_adjoints();
    const std::size_t end = std::min(items.size(), first + tree.leaf_size());
    for (std::size_t i = first; i < end; ++i) {
      const auto add_term = [&] {
        const auto y = f(point, as_constant<S>(items[i]));
        check_scalar_result<std::remove_cvref_t<decltype(y)>>();
        const S term(y);
        if (term.is_active()) t->accumulate(term, 1.0, start);
        leaf.value += term.value();
      };
      catch_any(add_term, [&](const char* text) { errors.emplace_back(first_index + i, rank, text); });
      t->rewind(start);
      if (stop && !errors.empty()) return nodes;
    }
    const auto adjoints = t->adjoints();
    leaf.gradient.assign(width, 0.0);
    if (!adjoints.empty())
      std::copy(adjoints.begin() + 1, adjoints.begin() + 1 + static_cast<std::ptrdiff_t>(width),
                leaf.gradient.begin());
    append(nodes, std::move(leaf));
  }
  return nodes;
}

/// The result from the nodes of all leaves.
template <class Shared>
auto sum_result(const Shared& shared, std::vector<sum_node>&& nodes, std::vector<item_error> errors) {
  sum_node root = merge(std::move(nodes));
  root.gradient.resize(real_count(shared));
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
  detail::check_available(o);
  const auto items = detail::items_of(inputs);
  const detail::summation_tree tree(items.size());
  std::vector<item_error> errors;
  auto nodes = detail::evaluate_leaves(f, shared, items, 0, tree, 0, o.on_error == on_error::raise, errors);
  if (o.on_error == on_error::raise && !errors.empty()) throw batch_error(errors.front());
  return detail::sum_result(shared, std::move(nodes), std::move(errors));
}

}  // namespace dad

template <class Gradient>
struct std::tuple_size<dad::batch_sum_result<Gradient>> : std::integral_constant<std::size_t, 2> {};
template <std::size_t I, class Gradient>
struct std::tuple_element<I, dad::batch_sum_result<Gradient>> {
  using type = std::conditional_t<I == 0, double, Gradient>;
};
