// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sum over a batch as the executor moves it: what the inputs share to all ranks, inputs to some, sums of
// leaves to the root, and the whole sum to all.

#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/batch_sum.hpp>
#include <dad/mpi/chunk_results.hpp>
#include <dad/mpi/evaluation_settings.hpp>
#include <dad/mpi/partial_sums.hpp>
#include <dad/mpi/sent_items.hpp>
#include <dad/mpi/straddling_leaf.hpp>

namespace dad::mpi::detail {

using dad::detail::sum_node;
using dad::detail::summation_tree;

/// What a span points to where its own memory does not stay; nothing for what holds its numbers itself.
template <class X>
struct storage_of_span {
  struct none {};
  using type = none;
};
template <class T, std::size_t N>
struct storage_of_span<std::span<T, N>> {
  using type = std::vector<std::remove_const_t<T>>;
};
template <class X>
using span_storage = typename storage_of_span<X>::type;

template <class F, class Shared, class Items>
class sum_work final : public chunk_work {
  using shared_item = std::span<const Shared>;

 public:
  /// The sum goes to `sum`, the errors of all inputs to `errors`; `shared` is the root's.
  sum_work(const F& f, const Shared* shared, const Items& inputs, index_range here, std::size_t count,
           const straddling_leaf<Items>& edge, const evaluation_settings& how, sum_node& sum,
           std::vector<item_error>& all_errors)
      : f_(f),
        shared_(shared),
        inputs_(inputs, here.begin),
        here_(here),
        edge_(edge),
        tree_(count),
        how_(how),
        sum_(sum),
        errors_(all_errors) {
    if (shared_ != nullptr) width_ = dad::detail::real_count(*shared_);
  }

  void start() override {}

  bundle inputs_of(index_range chunk) override { return pack_together(inputs_, no_seeds_, chunk); }
  std::unique_ptr<blocks_in> input_room(const letter& head) override {
    return std::make_unique<items_in<Items, no_seeds>>(head);
  }

  // First what is shared, then an input.
  bundle preparation(bool with_first_input) override {
    struct packed {
      parcel<shared_item> shared;
      parcel<Items> first;
    };
    const index_range first = {here_.begin,
                               here_.begin + (with_first_input && here_.size() > 0 ? std::size_t{1} : 0)};
    auto p = std::make_shared<packed>();
    const shared_item one(shared_, 1);
    p->shared = {one, 0, 1, row_length_of(one)};
    p->first = inputs_.pack(first);
    bundle b;
    b.blocks = {p->first.bytes(), p->first.lengths(), p->shared.bytes(), p->shared.lengths()};
    b.row_lengths = {inputs_.row_length(), row_length_of(one)};
    b.owner = std::move(p);
    return b;
  }
  std::unique_ptr<blocks_in> preparation_room(const letter& head) override {
    return std::make_unique<items_in<Items, shared_item>>(head, head.number != 0 ? 1 : 0, 1);
  }
  void prepare(blocks_in& arrived) override {
    auto& sent = static_cast<items_in<Items, shared_item>&>(arrived);
    sent.unpack();
    const auto held = sent.seeds();
    if constexpr (dad::detail::is_span<Shared>) {
      arrived_numbers_.assign(held[0].begin(), held[0].end());
      arrived_shared_.emplace(arrived_numbers_);
    } else {
      arrived_shared_.emplace(held[0]);
    }
    shared_ = &*arrived_shared_;
    width_ = dad::detail::real_count(*shared_);
  }
  std::uint64_t first_result(blocks_in* arrived) override {
    const Items first = arrived != nullptr ? static_cast<items_in<Items, shared_item>&>(*arrived).items()
                                           : inputs_.part({here_.begin, here_.begin + 1});
    fingerprint result;
    std::vector<item_error> failed;
    for (const sum_node& n : dad::detail::evaluate_leaves(f_, *shared_, first, 0, summation_tree(1),
                                                          how_.rank, 1, failed, how_.call)) {
      result.add(bytes_of(std::span(&n.value, 1)));
      result.add(bytes_of(n.gradient));
    }
    for (const item_error& e : failed) result.add(e.text());
    return result.value();
  }

  chunk_result evaluate(index_range chunk, blocks_in* arrived) override {
    if (arrived == nullptr) {
      chunk_result_parts parts;
      const index_range edge = edge_.range();
      const std::size_t end = edge.size() > 0 && edge.begin < chunk.end ? edge.begin : chunk.end;
      if (chunk.begin < end) evaluate({chunk.begin, end}, inputs_.part({chunk.begin, end}), parts);
      if (end < chunk.end) evaluate(edge, edge_.items(), parts);
      return result_of(parts);
    }
    auto& sent = static_cast<items_in<Items, no_seeds>&>(*arrived);
    sent.unpack();
    chunk_result_parts parts;
    evaluate(chunk, sent.items(), parts);
    return result_of(parts);
  }
  chunk_result evaluate_in_place(index_range chunk) override {
    chunk_result r = evaluate(chunk, nullptr);
    letter head;
    head.begin = chunk.begin;
    head.end = chunk.end;
    place_copy(*this, head, r.blocks);
    return r;
  }

  std::unique_ptr<blocks_in> result_room(const letter& head, bool) override {
    return std::make_unique<sums_in>(head);
  }
  bundle place(const letter&, blocks_in& arrived) override {
    auto& in = static_cast<sums_in&>(arrived);
    bundle b;
    for (std::size_t i = 0; i < block_count; ++i) b.blocks[i] = in.to_fill[i];
    in.append_to(nodes_, width_);
    unpack_errors(in.errors, errors_);
    return b;
  }

  void give_up(index_range chunk, int rank, const std::string& text) override {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i) errors_.emplace_back(i, rank, text);
    for (std::size_t leaf = chunk.begin / tree_.leaf_size(); leaf * tree_.leaf_size() < chunk.end; ++leaf)
      nodes_.push_back({0, leaf, 0.0, std::vector<double>(width_, 0.0)});
  }
  item_error error_at(std::size_t index) const override { return error_of(errors_, index); }

  void complete() override {
    std::ranges::sort(nodes_, {}, [](const sum_node& n) { return n.position << n.level; });
    require_all_leaves(nodes_, tree_);
    sum_ = dad::detail::merge(std::move(nodes_));
    sum_.gradient.resize(width_);
    sort_by_index(errors_);
  }

  bundle conclusion() override { return packed_sums(std::span(&sum_, 1), errors_); }
  std::unique_ptr<blocks_in> conclusion_room(const letter& head) override {
    return std::make_unique<sums_in>(head);
  }
  void conclude(const letter& head, blocks_in& arrived) override {
    place(head, arrived);
    sum_ = std::move(nodes_.front());
  }

  /// On every rank, once it was prepared.
  [[nodiscard]] const Shared& shared() const { return *shared_; }

 private:
  struct chunk_result_parts {
    std::vector<sum_node> nodes = {};
    std::vector<item_error> failed = {};
    std::size_t paths = 0;
  };
  void evaluate(index_range chunk, const Items& items, chunk_result_parts& into) {
    std::size_t paths = 0;
    for (sum_node& node : dad::detail::evaluate_leaves(f_, *shared_, items, chunk.begin, tree_, how_.rank,
                                                       how_.threads, into.failed, how_.call, &paths))
      into.nodes.push_back(std::move(node));
    into.paths = std::max(into.paths, paths);
  }
  static chunk_result result_of(const chunk_result_parts& parts) {
    chunk_result r;
    r.paths = static_cast<std::uint32_t>(parts.paths);
    if (!parts.failed.empty()) r.first_error = parts.failed.front().index();
    r.blocks = packed_sums(parts.nodes, parts.failed);
    return r;
  }

  const F& f_;
  const Shared* shared_;
  sent_items<Items> inputs_;
  sent_items<no_seeds> no_seeds_{no_seeds{}, 0};
  index_range here_;
  const straddling_leaf<Items>& edge_;
  summation_tree tree_;
  evaluation_settings how_;
  sum_node& sum_;
  std::vector<item_error>& errors_;
  std::optional<Shared> arrived_shared_;
  span_storage<Shared> arrived_numbers_;  // what a span was sent goes with its letter
  std::size_t width_ = 0;
  std::vector<sum_node> nodes_;
};

}  // namespace dad::mpi::detail
