// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The bytes of a journal: a header that says which call it belongs to, then records, each of a finished
// chunk.
//
//   header   preamble, three strings (length, characters), checksum of all that
//   record   record_header (40 bytes), payload
//
// All numbers are as the machine has them; the preamble tells machines apart. A record's header has a
// checksum of its own, so that a wrong length is not believed, and it covers the record's place and call as
// well: a record that was moved, or comes from another journal, does not fit.

#pragma once

#include <boost/crc.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <dad/batch/partition.hpp>

namespace dad::mpi::detail {

using dad::detail::index_range;
static_assert(sizeof(std::size_t) == sizeof(std::uint64_t), "a journal's ranges and sizes have 64 bits");

/// The call a journal belongs to: a journal of another call is refused.
struct journal_identity {
  std::string routine = {};    ///< "batch_eval"
  std::string function = {};   ///< type of f, demangled
  std::string arguments = {};  ///< types of the inputs, demangled
  std::uint64_t inputs = 0;    ///< fingerprint of inputs, seeds and what they share
  std::uint64_t count = 0;     ///< number of inputs
  std::uint64_t grain = 1;     ///< chunks begin at multiples of it
};

/// A finished chunk.
struct journal_record {
  index_range range;
  std::vector<std::byte> payload;
};

/// CRC-64/XZ: finds every change within 64 consecutive bits, and others but for one in 2^64.
inline std::uint64_t checksum_of(std::span<const std::byte> bytes) {
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  boost::crc_optimal<64, 0x42f0e1eba9ea3693u, ones, ones, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

template <class T>
[[nodiscard]] std::span<const std::byte> object_bytes(const T& object) noexcept {
  return std::as_bytes(std::span<const T, 1>(&object, 1));
}

/// The part of the header whose length does not depend on the call.
struct journal_preamble {
  std::array<char, 8> magic = {'\x89', 'd', 'a', 'd', 'j', '\r', '\n', '\x1a'};
  std::uint32_t byte_order = 0x01020304;
  std::uint32_t version = 2;  // since a Hessian's numbers go row by row
  std::array<std::uint8_t, 8> machine = {sizeof(void*), sizeof(long), sizeof(long double),
                                         std::numeric_limits<long double>::digits};
  std::uint64_t header_bytes = 0;  ///< of the whole header
  std::uint64_t inputs = 0;
  std::uint64_t count = 0;
  std::uint64_t grain = 0;
};
static_assert(sizeof(journal_preamble) == 56);

/// The header of the journal of a call.
inline std::vector<std::byte> journal_header(const journal_identity& call) {
  std::vector<std::byte> header(sizeof(journal_preamble));
  const auto put = [&](std::span<const std::byte> bytes) {
    header.insert(header.end(), bytes.begin(), bytes.end());
  };
  for (const std::string* text : {&call.routine, &call.function, &call.arguments}) {
    put(object_bytes(std::uint64_t{text->size()}));
    put(std::as_bytes(std::span(*text)));
  }
  journal_preamble preamble;
  preamble.header_bytes = header.size() + sizeof(std::uint64_t);
  preamble.inputs = call.inputs;
  preamble.count = call.count;
  preamble.grain = call.grain;
  std::memcpy(header.data(), &preamble, sizeof preamble);
  put(object_bytes(checksum_of(header)));
  return header;
}

/// The preamble at the start of a file (any bytes, of which missing ones count as zero).
inline journal_preamble preamble_of(std::span<const std::byte> start) {
  journal_preamble preamble;
  std::memset(static_cast<void*>(&preamble), 0, sizeof preamble);
  if (!start.empty()) std::memcpy(&preamble, start.data(), std::min(start.size(), sizeof preamble));
  return preamble;
}

/// What makes it the start of no journal that this program reads; empty if nothing does.
inline std::string preamble_fault(const journal_preamble& got) {
  const journal_preamble expected;
  if (got.magic != expected.magic) return "is not a journal: expected a file that dad wrote, or none";
  if (got.byte_order != expected.byte_order)
    return "comes from a machine with another byte order, or is corrupted at byte 8";
  if (got.version != expected.version)
    return "has version " + std::to_string(got.version) + " of the format, expected " +
           std::to_string(expected.version);
  if (got.machine != expected.machine)
    return "comes from another kind of machine (the sizes of its types differ), or is corrupted at byte 16";
  return {};
}

/// Why the header of a file (with a preamble without fault; header_bytes long, or as long as the file if that
/// is shorter) is not the header of this call's journal.
inline std::string header_fault(std::span<const std::byte> header, const journal_identity& call) {
  const journal_preamble preamble = preamble_of(header);
  constexpr std::size_t own = sizeof(std::uint64_t);
  std::uint64_t checksum = 0;
  if (preamble.header_bytes < sizeof preamble + own || preamble.header_bytes > header.size())
    return "is corrupted at byte 24: its header has " + std::to_string(preamble.header_bytes) +
           " bytes, expected a size that fits into the file";
  std::memcpy(&checksum, header.data() + (header.size() - own), own);
  if (checksum != checksum_of(header.first(header.size() - own)))
    return "is corrupted at byte 0: the checksum of its header is wrong";

  std::string differences;
  const auto compare = [&](const char* what, const std::string& got, const std::string& expected) {
    if (got == expected) return;
    differences += differences.empty() ? "is of another call: " : "; ";
    differences += std::string(what) + " is " + got + ", expected " + expected;
  };
  std::span<const std::byte> rest = header.subspan(sizeof preamble);
  rest = rest.first(rest.size() - own);
  const auto take = [&](std::span<const std::byte>& bytes, std::uint64_t count) {
    bytes = rest.first(std::min<std::uint64_t>(count, rest.size()));
    rest = rest.subspan(bytes.size());
    return bytes.size() == count;
  };
  const auto compare_text = [&](const char* what, const std::string& expected) {
    std::span<const std::byte> length, text;
    std::uint64_t size = 0;
    if (!take(length, sizeof size)) return false;
    std::memcpy(&size, length.data(), sizeof size);
    if (!take(text, size)) return false;
    compare(what, std::string(reinterpret_cast<const char*>(text.data()), text.size()), expected);
    return true;
  };
  if (!compare_text("the batch function", call.routine) || !compare_text("the type of f", call.function) ||
      !compare_text("the type of the inputs", call.arguments) || !rest.empty())
    return "is corrupted at byte " + std::to_string(sizeof preamble) + ": its header does not fit together";
  const auto compare_number = [&](const char* what, std::uint64_t got, std::uint64_t expected) {
    compare(what, std::to_string(got), std::to_string(expected));
  };
  compare_number("the number of inputs", preamble.count, call.count);
  compare_number("the fingerprint of the inputs", preamble.inputs, call.inputs);
  compare_number("the grain of chunks", preamble.grain, call.grain);
  return differences.empty() ? "is corrupted at byte 0: its header is not as dad writes it" : differences;
}

/// What stands before each payload.
struct record_header {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t payload_checksum = 0;
  std::uint64_t checksum = 0;

  /// The checksum of the rest, for a record at `offset` in the journal whose header has `call_checksum`.
  [[nodiscard]] std::uint64_t expected_checksum(std::uint64_t call_checksum, std::uint64_t offset) const {
    return checksum_of(
        object_bytes(std::array{call_checksum, offset, begin, end, payload_bytes, payload_checksum}));
  }
};
static_assert(sizeof(record_header) == 40);

/// Why a chunk of this call cannot have this range; empty if it can.
inline std::string range_fault(std::uint64_t begin, std::uint64_t end, const journal_identity& call) {
  const char* why = nullptr;
  if (begin >= end)
    why = "at least one input";
  else if (end > call.count)
    why = "no inputs beyond the call's";
  else if (begin % call.grain != 0 || (end % call.grain != 0 && end != call.count))
    why = "bounds that are multiples of the grain";
  if (why == nullptr) return {};
  return "the chunk of inputs " + std::to_string(begin) + " to " + std::to_string(end) + " (of " +
         std::to_string(call.count) + ", with grain " + std::to_string(call.grain) + "), expected " + why;
}

}  // namespace dad::mpi::detail
