// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sums over the leaves of a batch's summation tree: replayed in lanes, and on the tape where a term
// cannot be replayed.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/batch/groups.hpp>
#include <dad/batch/input_watch.hpp>
#include <dad/batch/items.hpp>
#include <dad/batch/sum_walk.hpp>
#include <dad/batch/summation.hpp>
#include <dad/batch/terms_on_tape.hpp>
#include <dad/batch/traced_call.hpp>

namespace dad::detail {

/// Items are replayed where they are made of reals.
template <class Item>
inline constexpr bool is_replayed_item = differentiable<Item> && !is_integer_data<Item>();

/// The terms of a sum as they are recorded.
template <class F, class Shared, class Items>
class recorded_terms final : public recorded_batch {
 public:
  recorded_terms(const F& f, const Shared& shared, const Items& items, std::size_t first_index,
                 input_watch* watch)
      : f_(f), shared_(shared), items_(items), first_index_(first_index), watch_(watch) {}

  void record(std::size_t index, recording& into) override {
    const watched_call watched(watch_, 0, first_index_ + index);
    recorder r(into);
    const listening on(r);
    record_safely(into, [&] {
      if constexpr (is_replayed_item<item_t<Items>>) {
        const auto input = [&](const auto& leaf) { return r.input(static_cast<double>(leaf)); };
        const auto shared = transform<traced>(shared_, input);
        const auto item = transform<traced>(items_[index], input);
        const auto y = f_(shared, item);
        check_scalar_result<std::remove_cvref_t<decltype(y)>>();
        r.output(traced(y));
      }
    });
  }
  void point_rows(const std::size_t* indices, std::size_t count, const double** rows,
                  double* scratch) const override {
    rows_of(items_, indices, count, rows, scratch);
  }

 private:
  const F& f_;
  const Shared& shared_;
  const Items& items_;
  std::size_t first_index_;
  input_watch* watch_;
};

/// The leaves of a share of a sum. Of an input its index in the share counts here, of which the first of a
/// leaf is a multiple of the leaf's size; errors and the watch get first_index + i.
template <class F, class Shared, class Items>
class leaf_sums {
 public:
  leaf_sums(const F& f, const Shared& shared, const Items& items, std::size_t leaf_size,
            std::size_t first_index, const call_state& call)
      : f_(f),
        shared_(shared),
        items_(items),
        leaf_size_(leaf_size),
        first_index_(first_index),
        watch_(call.watch),
        reads_numbers_(call.reads_numbers),
        call_(has_trivial_key<item_t<Items>> ? call.number : 0) {
    for_each_real(shared, [&](const auto& leaf) { shared_reals_.push_back(static_cast<double>(leaf)); });
  }

  /// The nodes of all leaves, the first of which is number first_leaf. Inputs at which f threw are left out,
  /// and are in errors.
  std::vector<sum_node> run(std::size_t first_leaf, int rank, std::size_t threads,
                            std::vector<item_error>& errors, std::size_t* path_count) {
    const lease<kept_paths<sum_path, leaf_sums>> paths;
    recorded_terms<F, Shared, Items> batch(f_, shared_, items_, first_index_, watch_);
    sum_walk walk(batch, shared_reals_, items_.size(), *paths, threads);
    const bool is_known_to_read =
        has_trivial_key<item_t<Items>> && reads_numbers_ != nullptr && *reads_numbers_;
    if constexpr (is_replayed_item<item_t<Items>>)
      if (!is_known_to_read) {
        list<std::size_t> alone;  // they stay without a path
        for (const index_group& group : groups_of_one_key(items_, {0, items_.size()}, alone)) {
          walk.run(group.indices(), call_ != 0 ? paths->first_of(call_) : nullptr);
          if (walk.is_impure()) break;
        }
        if (call_ != 0) paths->note_first(call_, walk.first_path());
        if (reads_numbers_ != nullptr) *reads_numbers_ = walk.leaves_all_to_tape();
        if (walk.is_impure()) {
          walk.forget();
          paths->clear();
        }
      }
    const auto nodes = add_leaves(walk, first_leaf, threads);
    walk.failures().for_each(items_.size(), [&](std::size_t i, const std::string& text) {
      errors.emplace_back(first_index_ + i, rank, text);
    });
    if (path_count != nullptr) *path_count = walk.leaves_all_to_tape() ? 0 : walk.path_count();
    paths->tidy();
    return nodes;
  }

 private:
  std::vector<sum_node> add_leaves(sum_walk& walk, std::size_t first_leaf, std::size_t threads) {
    const std::size_t count = (items_.size() + leaf_size_ - 1) / leaf_size_;
    const bool has_tape = walk.has_inputs_without_path();
    if (has_tape) threads = 1;
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
        if (has_tape) add_on_tape(walk, begin, end, leaf);
      });
      for (std::size_t k = 0; k < n; ++k) append(nodes, std::move(leaves[k]));
    }
    return nodes;
  }

  void add_on_tape(sum_walk& walk, std::size_t begin, std::size_t end, sum_node& leaf) {
    for (std::size_t i = begin; i < end; ++i) {
      if (!walk.is_without_path(i)) continue;
      if (!tape_) tape_.emplace(f_, shared_);
      const watched_call watched(watch_, 0, first_index_ + i);
      catch_any([&] { tape_->add(items_[i], leaf.value, leaf.gradient); },
                [&](const char* text) { walk.failures().add(index_list(i), text); });
    }
  }

  const F& f_;
  const Shared& shared_;
  const Items& items_;
  std::size_t leaf_size_;
  std::size_t first_index_;
  input_watch* watch_;
  bool* reads_numbers_;
  std::uint64_t call_;  // whose parts begin where the first of them did; 0: each for itself
  std::vector<double> shared_reals_;
  std::optional<terms_on_tape<F, Shared>> tape_;
};

/// The sums over the leaves of a share, whose first input is first_index, merged as far as the tree allows.
/// An exception of f becomes an error with the input's index, and its term is left out. The call's watch,
/// where it has one, knows as many threads.
template <class F, class Shared, class Items>
std::vector<sum_node> evaluate_leaves(const F& f, const Shared& shared, const Items& items,
                                      std::size_t first_index, const summation_tree& tree, int rank,
                                      std::size_t threads, std::vector<item_error>& errors,
                                      const call_state& call = {}, std::size_t* path_count = nullptr) {
  check_point<Shared>();
  static_assert(
      std::is_same_v<base_t<Shared>, double>,
      "dad: a batch is evaluated in plain numbers; inside another derivative sum gradients per input");
  return leaf_sums<F, Shared, Items>(f, shared, items, tree.leaf_size(), first_index, call)
      .run(first_index / tree.leaf_size(), rank, threads, errors, path_count);
}

}  // namespace dad::detail
