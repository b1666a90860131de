// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The errors of inputs as bytes that travel.

#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/core/error.hpp>
#if DAD_DEFINES_ENGINE
#include <dad/mpi/archive.hpp>
#endif

namespace dad::mpi::detail {

DAD_ENGINE void pack_errors(std::vector<std::byte>& out, const std::vector<item_error>& errors);
DAD_ENGINE void unpack_errors(std::span<const std::byte> in, std::vector<item_error>& errors);

DAD_ENGINE void sort_by_index(std::vector<item_error>& errors);
/// The error of an input that has one.
DAD_ENGINE item_error error_of(const std::vector<item_error>& errors, std::size_t index);

#if DAD_DEFINES_ENGINE

DAD_ENGINE void pack_errors(std::vector<std::byte>& out, const std::vector<item_error>& errors) {
  packer archive(out);
  for (const item_error& e : errors)
    archive << std::uint64_t{e.index()} << std::int32_t{e.rank()} << e.text();
}

DAD_ENGINE void unpack_errors(std::span<const std::byte> in, std::vector<item_error>& errors) {
  unpacker archive(in);
  while (!archive.is_at_end()) {
    std::uint64_t index = 0;
    std::int32_t rank = 0;
    std::string text;
    archive >> index >> rank >> text;
    errors.emplace_back(index, rank, std::move(text));
  }
}

DAD_ENGINE void sort_by_index(std::vector<item_error>& errors) {
  std::ranges::sort(errors, {}, &item_error::index);
}

DAD_ENGINE item_error error_of(const std::vector<item_error>& errors, std::size_t index) {
  const auto found = std::ranges::find(errors, index, &item_error::index);
  return found != errors.end() ? *found : item_error(index, 0, "unknown error");
}

#endif

}  // namespace dad::mpi::detail
