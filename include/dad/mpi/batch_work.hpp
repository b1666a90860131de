// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch as the executor moves it: inputs and seeds to the ranks, values and derivatives to their place.

#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/evaluate.hpp>
#include <dad/batch/result.hpp>
#include <dad/mpi/chunk_results.hpp>
#include <dad/mpi/evaluation_settings.hpp>
#include <dad/mpi/sent_items.hpp>

namespace dad::mpi::detail {

using dad::detail::result_rows;

/// Which inputs a rank has, and which results it gets: indices in the whole batch.
struct batch_places {
  index_range inputs;
  index_range results;
  bool keeps_results = false;    ///< results stay at the rank that computed them
  bool shares_results = false;   ///< all ranks get all results at the end
  bool sends_structure = false;  ///< the rank that gets results has not got their inputs
};

template <class Kind, class F, class Items, class Seeds, class Value>
class batch_work final : public chunk_work {
  using X = dad::detail::item_t<Items>;
  static constexpr bool has_objects = !dad::detail::flat_output<Value>;
  static constexpr bool has_prototypes = dad::detail::needs_prototypes<Kind, X>;

 public:
  /// The results for `places.results` go to `whole`, and the inputs that their structure needs to `kept`.
  batch_work(Kind kind, const F& f, const Items& inputs, const Seeds& seeds, const batch_places& places,
             batch_storage<Value>& whole, std::vector<X>& kept, const evaluation_settings& how)
      : kind_(kind),
        f_(f),
        inputs_(inputs, places.inputs.begin),
        seeds_(seeds, places.inputs.begin),
        places_(places),
        whole_(whole),
        kept_(kept),
        how_(how) {}

  void start() override {
    const batch_places& places = places_;
    whole_.errors.clear();
    rows_.emplace(places.results.size(), whole_.values, whole_.payload);
    whole_.first_index = places.results.begin;
    if constexpr (has_objects) {
      static_assert(require_travels<Value>());
      whole_.objects.resize(places.results.size());
    }
    if constexpr (has_prototypes) {
      kept_.clear();
      if (has_own_inputs())
        for (std::size_t i = places.results.begin; i < places.results.end; ++i)
          kept_.push_back(inputs_.at(i));
      else
        kept_.resize(places.results.size());
    }
  }

  bundle inputs_of(index_range chunk) override { return pack_together(inputs_, seeds_, chunk); }
  std::unique_ptr<blocks_in> input_room(const letter& head) override {
    return std::make_unique<items_in<Items, Seeds>>(head);
  }

  bundle preparation(bool) override {
    const std::size_t first = places_.inputs.begin;
    return pack_together(inputs_, seeds_, {first, first + std::min<std::size_t>(1, places_.inputs.size())});
  }
  std::unique_ptr<blocks_in> preparation_room(const letter& head) override {
    return std::make_unique<items_in<Items, Seeds>>(head, 1, 1);
  }
  void prepare(blocks_in&) override {}
  std::uint64_t first_result(blocks_in* arrived) override {
    const std::size_t first = places_.inputs.begin;
    batch_storage<Value> result;
    const auto evaluate = [&](const Items& items, const Seeds& seeds) {
      dad::detail::evaluate_into(result, kind_, f_, items, seeds, 0, how_.rank, 1, how_.call);
    };
    if (arrived != nullptr) {
      auto& sent = static_cast<items_in<Items, Seeds>&>(*arrived);
      sent.unpack();
      evaluate(sent.items(), sent.seeds());
    } else {
      evaluate(inputs_.part({first, first + 1}), seeds_.part({first, first + 1}));
    }
    return detail::fingerprint_of(result);
  }

  chunk_result evaluate(index_range chunk, blocks_in* arrived) override {
    auto store = std::make_shared<stored_results<Value>>();
    store->results.emplace();
    const auto evaluate = [&](const Items& items, const Seeds& seeds) {
      dad::detail::evaluate_into(**store->results, kind_, f_, items, seeds, chunk.begin, how_.rank,
                                 how_.threads, how_.call);
      if (keeps_structures(arrived)) pack_structures(*store, items);
    };
    if (arrived != nullptr) {
      auto& sent = static_cast<items_in<Items, Seeds>&>(*arrived);
      sent.unpack();
      evaluate(sent.items(), sent.seeds());
    } else {
      evaluate(inputs_.part(chunk), seeds_.part(chunk));
    }
    chunk_result r = describe(**store->results);
    if (how_.call.reads_numbers != nullptr && *how_.call.reads_numbers) r.paths = 0;
    r.blocks = parcel_of(*store, **store->results);
    if (!places_.keeps_results) {
      r.blocks.owner = store;
      return r;
    }
    // They stay here; the root hears of errors alone.
    letter head;
    head.begin = chunk.begin;
    head.end = chunk.end;
    place_copy(*this, head, r.blocks);
    r.blocks = {};
    r.blocks.blocks[result_block::errors] = store->errors;
    r.blocks.owner = store;
    return r;
  }

  chunk_result evaluate_in_place(index_range chunk) override {
    if (!has_own_inputs()) return copy_to_place(chunk);
    const std::size_t known_errors = whole_.errors.size();
    const std::size_t first = places_.results.begin;
    dad::detail::evaluate_part(whole_, *rows_, kind_, f_, inputs_.part(places_.results),
                               seeds_.part(places_.results), {chunk.begin - first, chunk.end - first}, first,
                               how_.rank, how_.threads, how_.call);
    chunk_result r;
    r.paths = static_cast<std::uint32_t>(whole_.path_count);
    if (whole_.errors.size() > known_errors) r.first_error = whole_.errors[known_errors].index();
    return r;
  }

  std::unique_ptr<blocks_in> result_room(const letter& head, bool is_wanted) override {
    auto r = std::make_unique<results_in>();
    const std::uint64_t value_length = head.row_lengths[0];
    const std::uint64_t payload_length = head.row_lengths[1];
    // Rows as all others have go where they belong; the room for all is made by the first of them.
    if (is_wanted && is_mine({head.begin, head.end}) && head.begin < head.end && value_length != ragged &&
        payload_length != ragged && !rows_->is_ragged()) {
      const std::size_t first = head.begin - places_.results.begin;
      if (!is_sized_) rows_->set_sizes(first, value_length, payload_length);
      is_sized_ = true;
      if (rows_->has_sizes(value_length, payload_length)) {
        r->is_direct = true;
        r->to_fill[result_block::values] = {reinterpret_cast<std::byte*>(rows_->value(first)),
                                            head.bytes[result_block::values]};
        r->to_fill[result_block::payload] = {reinterpret_cast<std::byte*>(rows_->payload(first)),
                                             head.bytes[result_block::payload]};
      }
    }
    r->make_room(head);
    return r;
  }

  bundle place(const letter& head, blocks_in& arrived) override {
    auto& r = static_cast<results_in&>(arrived);
    bundle b;
    for (std::size_t i = 0; i < block_count; ++i) b.blocks[i] = r.to_fill[i];
    b.row_lengths = head.row_lengths;
    unpack_errors(r.to_fill[result_block::errors],
                  is_mine({head.begin, head.end}) ? whole_.errors : others_errors_);
    if (head.begin == head.end || !is_mine({head.begin, head.end})) return b;
    const std::size_t first = head.begin - places_.results.begin;
    const std::size_t count = head.end - head.begin;
    if (!r.is_direct || rows_->is_ragged()) {
      const rows_in value_rows = r.rows(head, result_block::values);
      const rows_in payload_rows = r.rows(head, result_block::payload);
      is_sized_ = true;
      for (std::size_t i = 0; i < count; ++i) rows_->write(first + i, value_rows[i], payload_rows[i]);
    }
    if constexpr (has_objects) {
      unpacker archive(r.to_fill[result_block::objects]);
      for (std::size_t i = 0; i < count; ++i) archive >> whole_.objects[first + i];
    }
    if constexpr (has_prototypes) {
      if (!r.to_fill[result_block::structures].empty()) {
        unpacker archive(r.to_fill[result_block::structures]);
        for (std::size_t i = 0; i < count; ++i) archive >> kept_[first + i];
      }
    }
    return b;
  }

  void give_up(index_range chunk, int rank, const std::string& text) override {
    for (std::size_t i = chunk.begin; i < chunk.end; ++i)
      if (!is_mine({i, i + 1}))
        others_errors_.emplace_back(i, rank, text);
      else
        dad::detail::store_failed(whole_, *rows_, i - places_.results.begin, {i, rank, text},
                                  inputs_.has(i) ? dad::detail::failed_payload_size<Kind>(inputs_.at(i)) : 0);
  }

  item_error error_at(std::size_t index) const override {
    return error_of(is_mine({index, index + 1}) ? whole_.errors : others_errors_, index);
  }

  void complete() override {
    rows_->finish(whole_.value_offsets, whole_.payload_offsets, whole_.even);
    whole_.count = places_.results.size();
    sort_by_index(whole_.errors);
  }

  bundle conclusion() override {
    if (!places_.shares_results) return {};
    auto store = std::make_shared<stored_results<Value>>();
    if constexpr (has_prototypes) {
      packer archive(store->structures);
      for (const X& x : kept_) archive << x;
    }
    bundle b = parcel_of(*store, whole_);
    b.owner = store;
    return b;
  }
  std::unique_ptr<blocks_in> conclusion_room(const letter& head) override {
    if (!places_.shares_results) return std::make_unique<results_in>();
    letter whole = head;
    whole.begin = places_.results.begin;
    whole.end = places_.results.end;
    return result_room(whole, true);
  }
  void conclude(const letter& head, blocks_in& arrived) override {
    if (places_.shares_results) {
      letter whole = head;
      whole.begin = places_.results.begin;
      whole.end = places_.results.end;
      place(whole, arrived);
    }
    if (places_.keeps_results || places_.shares_results) complete();
  }

 private:
  [[nodiscard]] bool is_mine(index_range chunk) const {
    return places_.results.begin <= chunk.begin && chunk.end <= places_.results.end;
  }
  [[nodiscard]] bool has_own_inputs() const {
    return places_.inputs.begin <= places_.results.begin && places_.results.end <= places_.inputs.end;
  }
  // Whether the rank that gets the results has not got the inputs.
  [[nodiscard]] bool keeps_structures(const blocks_in* arrived) const {
    return has_prototypes && (places_.sends_structure || (places_.keeps_results && arrived != nullptr));
  }

  chunk_result copy_to_place(index_range chunk) {
    chunk_result r = evaluate(chunk, nullptr);
    if (places_.keeps_results) return r;
    letter head;
    head.begin = chunk.begin;
    head.end = chunk.end;
    place_copy(*this, head, r.blocks);
    return r;
  }

  static void pack_structures(stored_results<Value>& s, const Items& items) {
    if constexpr (has_prototypes) {
      packer archive(s.structures);
      for (std::size_t i = 0; i < items.size(); ++i) archive << items[i];
    }
  }

  Kind kind_;
  const F& f_;
  sent_items<Items> inputs_;
  sent_items<Seeds> seeds_;
  batch_places places_;
  batch_storage<Value>& whole_;
  std::vector<X>& kept_;
  evaluation_settings how_;
  std::optional<result_rows> rows_;
  bool is_sized_ = false;
  std::vector<item_error> others_errors_;  // of results that other ranks keep
};

}  // namespace dad::mpi::detail
