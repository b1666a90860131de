// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sum of a function over a batch, and its gradient with respect to what the inputs share.

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include <dad/batch/evaluate.hpp>
#include <dad/batch/options.hpp>
#include <dad/batch/sum_walk.hpp>
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

/// Terms one after the other on the tape, for functions and items that cannot be replayed.
template <class F, class Shared>
class terms_on_tape {
  using S = var<double>;

 public:
  terms_on_tape(const F& f, const Shared& shared)
      : f_(f),
        active_(cleared(*tape_)),
        point_(memory_.fill(shared,
                            [this](const auto& leaf) {
                              S v(leaf);
                              tape_->input(v);
                              ++width_;
                              return v;
                            })),
        start_(tape_->position()) {}

  /// Adds the term of an item and its gradient. Throws what f throws, with nothing added.
  template <class Item>
  void add(const Item& item, double& value, std::span<double> gradient) {
    struct rewinding {
      tape<double>& t;
      typename tape<double>::place start;
      ~rewinding() { t.rewind(start); }
    };
    const rewinding at_end{*tape_, start_};
    const auto y = f_(point_, as_constant<S>(item));
    check_scalar_result<std::remove_cvref_t<decltype(y)>>();
    const S term(y);
    value += term.value();
    if (!term.is_active()) return;
    tape_->clear_adjoints();
    tape_->accumulate(term, 1.0, start_);
    const auto adjoints = tape_->adjoints();
    for (std::size_t k = 0; k < width_ && k + 1 < adjoints.size(); ++k) gradient[k] += adjoints[k + 1];
  }

 private:
  static typename tape<double>::activation cleared(tape<double>& t) {
    t.clear();
    return t.activate();
  }

  const F& f_;
  lease<tape<double>> tape_;
  typename tape<double>::activation active_;
  std::size_t width_ = 0;
  point_memory<rebind_t<Shared, S>> memory_;
  const rebind_t<Shared, S>& point_;
  typename tape<double>::place start_;
};

/// Items are replayed where they are made of reals.
template <class Item>
inline constexpr bool is_replayed_item = differentiable<Item> && !is_integer_data<Item>();

/// The terms of a sum as they are recorded.
template <class F, class Shared, class Items>
class recorded_terms final : public recorded_batch {
 public:
  recorded_terms(const F& f, const Shared& shared, const Items& items)
      : f_(f), shared_(shared), items_(items) {}

  void record([[maybe_unused]] std::size_t index, recording& into) override {
    recorder r(into);
    const listening on(r);
    const auto input = [&](const auto& leaf) { return r.input(static_cast<double>(leaf)); };
    catch_any(
        [&] {
          if constexpr (is_replayed_item<item_t<Items>>) {
            const auto shared = transform<traced>(shared_, input);
            const auto item = transform<traced>(items_[index], input);
            const auto y = f_(shared, item);
            check_scalar_result<std::remove_cvref_t<decltype(y)>>();
            r.output(traced(y));
          }
        },
        [&](const char* text) {
          into.has_failed = true;
          into.error = text;
          into.outputs.clear();
        });
  }
  void keep_result(std::size_t) override {}
  void point_rows(const std::size_t* indices, std::size_t count, const double** rows,
                  double* scratch) const override {
    rows_of(items_, indices, count, rows, scratch);
  }
  [[nodiscard]] bool has_seed(std::size_t, std::size_t) const override { return true; }
  void seed_rows(const std::size_t*, std::size_t, const double**, double*) const override {}

 private:
  const F& f_;
  const Shared& shared_;
  const Items& items_;
};

/// The leaves of a share of a sum. Of an input its index in the share counts here, of which the first of a
/// leaf is a multiple of the leaf's size.
template <class F, class Shared, class Items>
class leaf_sums {
 public:
  leaf_sums(const F& f, const Shared& shared, const Items& items, std::size_t leaf_size)
      : f_(f), shared_(shared), items_(items), leaf_size_(leaf_size) {
    for_each_real(shared, [&](const auto& leaf) { shared_reals_.push_back(static_cast<double>(leaf)); });
  }

  /// The nodes of all leaves, the first of which is number first_leaf. Inputs at which f threw are left out,
  /// and are in errors.
  std::vector<sum_node> run(std::size_t first_leaf, std::size_t first_index, int rank, std::size_t threads,
                            std::vector<item_error>& errors) {
    const lease<kept_paths> paths;
    recorded_terms<F, Shared, Items> batch(f_, shared_, items_);
    sum_walk walk(batch, shared_reals_, items_.size(), *paths, threads);
    if constexpr (is_replayed_item<item_t<Items>>) {
      std::vector<std::size_t> alone;  // they stay without a path
      for (const index_group& group : groups_of_one_key(items_, alone)) walk.run(group.indices());
      if (walk.is_impure()) {
        walk.forget();
        paths->clear();
      }
    }
    const auto nodes = add_leaves(walk, first_leaf, threads);
    note_errors(walk.failures(), first_index, rank, errors);
    paths->tidy();
    return nodes;
  }

 private:
  struct kept_paths : path_store<sum_path> {
    struct sizes {
      std::size_t bytes;
    };
    [[nodiscard]] sizes statistics() const { return {0}; }
  };

  std::vector<sum_node> add_leaves(sum_walk& walk, std::size_t first_leaf, std::size_t threads) {
    const std::size_t count = (items_.size() + leaf_size_ - 1) / leaf_size_;
    if (walk.has_inputs_without_path()) threads = 1;
    const std::size_t at_once = threads == 1 ? 1 : threads * 8;
    std::vector<sum_node> nodes;
    std::vector<sum_node> leaves(at_once);
    for (std::size_t first = 0; first < count; first += at_once) {
      const std::size_t n = std::min(at_once, count - first);
      in_parallel(threads, n, [&](std::size_t thread, std::size_t k) {
        sum_node& leaf = leaves[k];
        leaf = {0, first_leaf + first + k, 0.0,
                std::vector<double>(walk.largest_table(shared_reals_.size()), 0.0)};
        const std::size_t begin = (first + k) * leaf_size_;
        const std::size_t end = std::min(items_.size(), begin + leaf_size_);
        walk.add_leaf(thread, begin, end, leaf.value, leaf.gradient);
        leaf.gradient.resize(shared_reals_.size());
        add_on_tape(walk, begin, end, leaf);
      });
      for (std::size_t k = 0; k < n; ++k) append(nodes, std::move(leaves[k]));
    }
    return nodes;
  }

  void add_on_tape(sum_walk& walk, std::size_t begin, std::size_t end, sum_node& leaf) {
    if (!walk.has_inputs_without_path()) return;
    for (std::size_t i = begin; i < end; ++i) {
      if (!walk.is_without_path(i)) continue;
      if (!tape_) tape_.emplace(f_, shared_);
      catch_any(
          [&] { tape_->add(items_[i], leaf.value, leaf.gradient); },
          [&](const char* text) { walk.failures().inputs.emplace_back(i, walk.failures().add_text(text)); });
    }
  }

  void note_errors(const failed_inputs& failures, std::size_t first_index, int rank,
                   std::vector<item_error>& errors) {
    if (failures.inputs.empty()) return;
    static constexpr std::size_t none = ~std::size_t{0};
    std::vector<std::size_t> text_of(items_.size(), none);
    for (const auto& [index, text] : failures.inputs) text_of[index] = text;
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (text_of[i] != none) errors.emplace_back(first_index + i, rank, failures.texts[text_of[i]]);
  }

  const F& f_;
  const Shared& shared_;
  const Items& items_;
  std::size_t leaf_size_;
  std::vector<double> shared_reals_;
  std::optional<terms_on_tape<F, Shared>> tape_;
};

/// The sums over the leaves of a share, whose first input is first_index, merged as far as the tree allows.
/// An exception of f becomes an error with the input's index, and its term is left out.
template <class F, class Shared, class Items>
std::vector<sum_node> evaluate_leaves(const F& f, const Shared& shared, const Items& items,
                                      std::size_t first_index, const summation_tree& tree, int rank,
                                      std::size_t threads, std::vector<item_error>& errors) {
  check_point<Shared>();
  static_assert(
      std::is_same_v<base_t<Shared>, double>,
      "dad: a batch is evaluated in plain numbers; inside another derivative sum gradients per input");
  return leaf_sums<F, Shared, Items>(f, shared, items, tree.leaf_size())
      .run(first_index / tree.leaf_size(), first_index, rank, threads, errors);
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
  auto nodes = detail::evaluate_leaves(f, shared, items, 0, tree, 0, detail::thread_count(o.threads), errors);
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
