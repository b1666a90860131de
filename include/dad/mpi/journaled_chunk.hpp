// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of a chunk as a journal keeps them, and their way back: as if a rank had sent them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dad/mpi/chunk_work.hpp>
#include <dad/mpi/journal.hpp>

namespace dad::mpi::detail {

/// What a journal keeps before the blocks of a chunk.
struct chunk_head {
  std::array<std::uint64_t, block_count> bytes = {};
  std::array<std::uint64_t, 2> row_lengths = {};
  std::uint64_t first_error = no_error;
};

inline std::vector<std::byte> journal_payload(const bundle& b, std::uint64_t first_error) {
  chunk_head head;
  std::size_t total = sizeof head;
  for (std::size_t i = 0; i < block_count; ++i) total += head.bytes[i] = b.blocks[i].size();
  head.row_lengths = b.row_lengths;
  head.first_error = first_error;
  std::vector<std::byte> payload(total);
  std::memcpy(payload.data(), &head, sizeof head);
  std::byte* next = payload.data() + sizeof head;
  for (const auto& block : b.blocks) {
    if (!block.empty()) std::memcpy(next, block.data(), block.size());
    next += block.size();
  }
  return payload;
}

inline chunk_head head_of(const journal& book, const journal_record& r) {
  chunk_head head;
  std::size_t total = sizeof head;
  if (r.payload.size() >= sizeof head) {
    std::memcpy(&head, r.payload.data(), sizeof head);
    for (const std::uint64_t bytes : head.bytes) total += bytes;
  }
  if (total != r.payload.size())
    throw error("journal \"" + book.path() + "\" has a record of inputs " + std::to_string(r.range.begin) +
                " to " + std::to_string(r.range.end) + " with " + std::to_string(r.payload.size()) +
                " bytes, expected " + std::to_string(total));
  return head;
}

/// The blocks of a record, which stay in it.
inline bundle bundle_of(const journal_record& r, const chunk_head& head) {
  bundle b;
  std::span<const std::byte> rest = std::span(r.payload).subspan(sizeof head);
  for (std::size_t i = 0; i < block_count; ++i) {
    b.blocks[i] = rest.first(head.bytes[i]);
    rest = rest.subspan(head.bytes[i]);
  }
  b.row_lengths = head.row_lengths;
  return b;
}

/// Opens the journal of a call; with `retries_errors` without the chunks in which an input failed.
inline std::unique_ptr<journal> open_journal(const std::string& path, const journal_identity& call,
                                             bool retries_errors) {
  auto book = std::make_unique<journal>(path, call);
  const auto has_errors = [&](const journal_record& r) { return head_of(*book, r).first_error != no_error; };
  if (!retries_errors || !std::ranges::any_of(book->found(), has_errors)) return book;
  // The others go to a new file, which takes the place of the old one when it is whole.
  const std::string path_of_new = path + ".new";
  std::remove(path_of_new.c_str());
  {
    journal kept(path_of_new, call);
    for (const journal_record& r : book->found())
      if (!has_errors(r)) kept.append(r.range, r.payload);
    kept.sync();
  }
  if (std::rename(path_of_new.c_str(), path.c_str()) != 0)
    throw error("journal \"" + path + "\" cannot be replaced by \"" + path_of_new + "\"");
  book.reset();
  return std::make_unique<journal>(path, call);
}

/// Throws unless evaluating a kept chunk's inputs again gives the same bits. (f, its compiler or the
/// machine's vector math may have changed since; then old and new results do not belong together.) Of the
/// chunks whose inputs are `here` the smallest, and the whole of it: leaves may not be cut.
inline void require_same_results(const journal& book, chunk_work& work, index_range here) {
  const journal_record* smallest = nullptr;
  for (const journal_record& r : book.found())
    if (here.begin <= r.range.begin && r.range.end <= here.end &&
        (smallest == nullptr || r.range.size() < smallest->range.size()))
      smallest = &r;
  if (smallest == nullptr) return;
  const journal_record& r = *smallest;
  const chunk_result again = work.evaluate(r.range, nullptr);
  const chunk_head head = head_of(book, r);
  const std::vector<std::byte> now = journal_payload(again.blocks, again.first_error);
  // Errors name the rank that met them, which may be another one now.
  const auto results = [&](std::span<const std::byte> payload, const chunk_head& h) {
    return payload.subspan(sizeof h, h.bytes[0] + h.bytes[1] + h.bytes[2] + h.bytes[3]);
  };
  chunk_head head_now;
  std::memcpy(&head_now, now.data(), sizeof head_now);
  const bool is_same = head.first_error == head_now.first_error && head.row_lengths == head_now.row_lengths &&
                       std::ranges::equal(results(now, head_now), results(r.payload, head));
  if (!is_same)
    throw error("journal \"" + book.path() + "\" has other results for inputs " +
                std::to_string(r.range.begin) + " to " + std::to_string(r.range.end) +
                " than f gives now: f, what it captured, or the program changed; move the journal away to "
                "start anew");
}

/// Places what a journal has: the number of its inputs, and the lowest index of an error.
struct resumed {
  std::size_t inputs = 0;
  std::uint64_t first_error = no_error;
};
template <class Done>
resumed place_found(journal& book, chunk_work& work, Done&& done) {
  resumed sum;
  for (const journal_record& r : book.found()) {
    const chunk_head kept = head_of(book, r);
    letter head;
    head.begin = r.range.begin;
    head.end = r.range.end;
    place_copy(work, head, bundle_of(r, kept));
    done(r.range);
    sum.inputs += r.range.size();
    sum.first_error = std::min(sum.first_error, kept.first_error);
  }
  book.release_found();
  return sum;
}

}  // namespace dad::mpi::detail
