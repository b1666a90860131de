// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of a chunk of a batch as blocks of bytes: of values and derivatives the numbers and, where rows
// differ, their ends; objects, errors, and the inputs that give derivatives their structure.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <dad/batch/storage.hpp>
#include <dad/mpi/agreement.hpp>
#include <dad/mpi/chunk_work.hpp>
#include <dad/mpi/item_errors.hpp>
#include <dad/mpi/rows_in.hpp>
#include <dad/mpi/travel.hpp>
#include <dad/reverse/lease.hpp>

namespace dad::mpi::detail {

using dad::detail::batch_storage;

/// Which block holds what.
struct result_block {
  enum : std::size_t { values, value_ends, payload, payload_ends, objects, errors, structures };
};

/// Everything that two ranks' results can differ in.
template <class Value>
std::uint64_t fingerprint_of(const batch_storage<Value>& s) {
  fingerprint f;
  f.add(bytes_of(s.values));
  f.add(bytes_of(s.value_offsets));
  f.add(bytes_of(s.payload));
  f.add(bytes_of(s.payload_offsets));
  for (const item_error& e : s.errors) f.add(e.text());
  if constexpr (!dad::detail::flat_output<Value>) {
    static_assert(require_travels<Value>());
    std::vector<std::byte> packed;
    packer archive(packed);
    for (const Value& v : s.objects) archive << v;
    f.add(packed);
  }
  return f.value();
}

/// Results until they have been sent; what is no row of numbers is packed beside them.
template <class Value>
struct stored_results {
  std::optional<dad::detail::lease<batch_storage<Value>>> results;
  std::vector<std::byte> objects, errors, structures;
};

template <class Value>
bundle parcel_of(stored_results<Value>& s, const batch_storage<Value>& results) {
  if constexpr (!dad::detail::flat_output<Value>) {
    packer archive(s.objects);
    for (const Value& v : results.objects) archive << v;
  }
  pack_errors(s.errors, results.errors);
  bundle b;
  b.blocks[result_block::values] = bytes_of(results.values);
  b.blocks[result_block::payload] = bytes_of(results.payload);
  const bool is_even = results.even.count == results.count && results.count > 0;
  b.row_lengths = {is_even ? results.even.value : row_length_of(results.value_offsets),
                   is_even ? results.even.payload : row_length_of(results.payload_offsets)};
  const auto ends = [](const std::vector<std::size_t>& offsets) {
    return bytes_of(offsets).subspan(sizeof(std::size_t));
  };
  if (b.row_lengths[0] == ragged) b.blocks[result_block::value_ends] = ends(results.value_offsets);
  if (b.row_lengths[1] == ragged) b.blocks[result_block::payload_ends] = ends(results.payload_offsets);
  b.blocks[result_block::objects] = s.objects;
  b.blocks[result_block::errors] = s.errors;
  b.blocks[result_block::structures] = s.structures;
  return b;
}

/// What the root is to know of a chunk's results.
template <class Value>
chunk_result describe(const batch_storage<Value>& s) {
  chunk_result r;
  r.paths = static_cast<std::uint32_t>(s.path_count);
  if (!s.errors.empty()) r.first_error = s.errors.front().index();
  return r;
}
/// Memory for them where they arrive.
struct results_in : blocks_in {
  bool is_direct = false;
  std::array<std::vector<double>, 2> numbers;
  std::array<std::vector<std::size_t>, 2> ends;
  std::array<std::vector<std::byte>, 3> packed;

  /// Where there is none yet.
  void make_room(const letter& head);
  [[nodiscard]] rows_in rows(const letter& head, std::size_t b) const {
    const auto bytes = to_fill[b];
    return {{reinterpret_cast<const double*>(bytes.data()), bytes.size() / sizeof(double)},
            head.row_lengths[b / 2],
            ends[b / 2]};
  }
};

#if DAD_DEFINES_ENGINE
DAD_ENGINE void results_in::make_room(const letter& head) {
  for (const std::size_t b : {std::size_t{result_block::values}, std::size_t{result_block::payload}}) {
    const std::size_t k = b / 2;
    if (to_fill[b].size() != head.bytes[b]) {
      numbers[k].resize(head.bytes[b] / sizeof(double));
      to_fill[b] = writable_bytes_of(numbers[k]);
    }
    ends[k].resize(head.bytes[b + 1] / sizeof(std::size_t));
    to_fill[b + 1] = writable_bytes_of(ends[k]);
  }
  for (const std::size_t b : {std::size_t{result_block::objects}, std::size_t{result_block::errors},
                              std::size_t{result_block::structures}}) {
    packed[b - result_block::objects].resize(head.bytes[b]);
    to_fill[b] = packed[b - result_block::objects];
  }
}
#endif

}  // namespace dad::mpi::detail
