// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Results on their way back: what each rank computed for its share, placed by index into the root's flat
// arrays, or the first error thrown on all ranks.

#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <dad/batch/options.hpp>
#include <dad/batch/storage.hpp>
#include <dad/mpi/failure.hpp>
#include <dad/mpi/table.hpp>
#include <dad/mpi/travel.hpp>

namespace dad::mpi::detail {

using dad::detail::batch_storage;

inline constexpr std::uint64_t no_error = ~std::uint64_t{0};

/// What a rank says about the evaluation of its share.
struct share_record {
  failure_kind kind = failure_kind::none;
  std::uint64_t first_error = no_error;  // index in the whole batch
  std::uint64_t error_bytes = 0;
  std::uint64_t object_bytes = 0;
  table_size values, payload;
};

inline void pack_errors(std::vector<std::byte>& out, const std::vector<item_error>& errors) {
  packer archive(out);
  for (const item_error& e : errors)
    archive << std::uint64_t{e.index()} << std::int32_t{e.rank()} << e.text();
}

inline void unpack_errors(std::span<const std::byte> in, std::vector<item_error>& errors) {
  unpacker archive(in);
  while (!archive.is_at_end()) {
    std::uint64_t index = 0;
    std::int32_t rank = 0;
    std::string text;
    archive >> index >> rank >> text;
    errors.emplace_back(index, rank, std::move(text));
  }
}

/// Throws, on all ranks, the error with the lowest index of all ranks; returns if there is none.
inline void raise_first(channel& over, std::span<const share_record> shares,
                        const std::vector<item_error>& mine) {
  const auto lowest = std::ranges::min_element(shares, {}, &share_record::first_error);
  const std::uint64_t index = lowest->first_error;
  if (index == no_error) return;
  const int owner = static_cast<int>(lowest - shares.begin());
  std::string text;
  if (owner == over.rank) text = mine.front().text();
  std::uint64_t length = text.size();
  broadcast(over, length, owner);
  text.resize(length);
  broadcast(over, writable_bytes_of(text), owner);
  throw_together(batch_error(item_error(index, owner, std::move(text))));
}

/// The results of all ranks on their way to the root: announce, then collect.
template <class Value>
class gathered {
 public:
  gathered(channel& over, int root, batch_storage<Value>& share)
      : over_(&over), root_(root), share_(&share), messages_(over) {}

  /// Exchanges how the ranks fared with their shares: throws on all of them if one failed, and for the first
  /// error if errors are to be raised. `failed` is how this rank fared so far.
  void announce(failure failed, on_error policy) {
    share_record mine;
    if (!failed)
      failed = attempt([&] {
        shares_.resize(static_cast<std::size_t>(over_->size));
        mine = describe();
        if (over_->rank != root_) send();
      });
    mine.kind = failed.kind;
    const std::span<const share_record> all = exchange(*over_, mine);
    throw_if_any_failed(*over_, all, failed);
    if (policy == on_error::raise) raise_first(*over_, all, share_->errors);
    std::ranges::copy(all, shares_.begin());
  }

  /// Fills `whole` at the root, keeping its memory; throws on all ranks or none.
  void collect(batch_storage<Value>& whole, const std::vector<index_range>& ranges) {
    const bool is_root = over_->rank == root_;
    // The others have listed what they send while they announced it.
    settle_at(*over_, root_, attempt([&] {
      if (is_root) make_room(whole, ranges);
    }));
    messages_.run();
    settle_at(*over_, root_, attempt([&] {
      if (is_root) assemble(whole, ranges);
    }));
  }

 private:
  static constexpr bool has_objects = !dad::detail::flat_output<Value>;

  static gathered_table values_of(batch_storage<Value>& s) { return {s.values, s.value_offsets}; }
  static gathered_table payload_of(batch_storage<Value>& s) { return {s.payload, s.payload_offsets}; }
  auto value_sizes() const {
    return [this](std::size_t rank) { return shares_[rank].values; };
  }
  auto payload_sizes() const {
    return [this](std::size_t rank) { return shares_[rank].payload; };
  }

  share_record describe() {
    if constexpr (has_objects) {
      static_assert(require_travels<Value>());
      packer archive(objects_);
      for (const Value& v : share_->objects) archive << v;
    }
    pack_errors(errors_, share_->errors);
    return {.first_error = share_->errors.empty() ? no_error : share_->errors.front().index(),
            .error_bytes = errors_.size(),
            .object_bytes = objects_.size(),
            .values = values_of(*share_).size(),
            .payload = payload_of(*share_).size()};
  }

  void send() {
    values_of(*share_).send(messages_, root_, tag::values, tag::value_ends);
    payload_of(*share_).send(messages_, root_, tag::payload, tag::payload_ends);
    messages_.send(objects_, root_, tag::objects);
    messages_.send(errors_, root_, tag::errors);
  }

  void make_room(batch_storage<Value>& whole, const std::vector<index_range>& ranges) {
    values_of(whole).make_room(messages_, ranges, root_, value_sizes(), tag::values, tag::value_ends);
    payload_of(whole).make_room(messages_, ranges, root_, payload_sizes(), tag::payload, tag::payload_ends);
    arrived_.resize(ranges.size());
    for (std::size_t rank = 0; rank < ranges.size(); ++rank) {
      if (static_cast<int>(rank) == root_) continue;
      arrived_[rank].objects.resize(shares_[rank].object_bytes);
      arrived_[rank].errors.resize(shares_[rank].error_bytes);
      messages_.receive(arrived_[rank].objects, static_cast<int>(rank), tag::objects);
      messages_.receive(arrived_[rank].errors, static_cast<int>(rank), tag::errors);
    }
  }

  void assemble(batch_storage<Value>& whole, const std::vector<index_range>& ranges) {
    whole.count = ranges.back().end;
    values_of(whole).assemble(values_of(*share_), ranges, root_, value_sizes());
    payload_of(whole).assemble(payload_of(*share_), ranges, root_, payload_sizes());
    whole.errors.clear();
    if constexpr (has_objects) whole.objects.resize(whole.count);
    for (std::size_t rank = 0; rank < ranges.size(); ++rank) {
      const bool is_own = static_cast<int>(rank) == root_;
      unpack_errors(is_own ? errors_ : arrived_[rank].errors, whole.errors);
      if constexpr (has_objects) {
        unpacker archive(is_own ? objects_ : arrived_[rank].objects);
        for (std::size_t i = ranges[rank].begin; i < ranges[rank].end; ++i) archive >> whole.objects[i];
      }
    }
  }

  struct blocks {
    std::vector<std::byte> objects, errors;
  };

  channel* over_;
  int root_;
  batch_storage<Value>* share_;
  transfer messages_;
  std::vector<share_record> shares_;
  std::vector<std::byte> objects_, errors_;  // of this rank
  std::vector<blocks> arrived_;              // of the others, at the root
};

}  // namespace dad::mpi::detail
