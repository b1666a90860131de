// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the executor knows of a call: how its inputs and results travel, and how a chunk is evaluated. The
// executor moves bytes; batch_work and sum_work give them their meaning.

#pragma once

#include <cstdint>
#include <cstring>
#include <memory>

#include <dad/batch/partition.hpp>
#include <dad/core/engine.hpp>
#include <dad/core/error.hpp>
#include <dad/mpi/letter.hpp>

namespace dad::mpi::detail {

using dad::detail::index_range;

inline constexpr std::uint64_t no_error = ~std::uint64_t{0};

/// Memory for the blocks of a letter.
struct blocks_in {
  rooms to_fill = {};
  blocks_in() = default;
  blocks_in(const blocks_in&) = delete;
  blocks_in& operator=(const blocks_in&) = delete;
  virtual ~blocks_in() = default;
};

/// An evaluated chunk, ready to travel.
struct chunk_result {
  bundle blocks = {};
  std::uint64_t first_error = no_error;  // index in the whole batch
  std::uint32_t paths = 0;
};

class chunk_work {
 public:
  chunk_work() = default;
  chunk_work(const chunk_work&) = delete;
  chunk_work& operator=(const chunk_work&) = delete;

  /// Makes room for the results of this rank. May throw, as everything here may that is not a room.
  virtual void start() = 0;

  /// At the root: the inputs of a chunk for a rank that has not got them.
  virtual bundle inputs_of(index_range chunk) = 0;
  /// At the other end: memory for them.
  virtual std::unique_ptr<blocks_in> input_room(const letter& head) = 0;

  /// What all ranks need before the first chunk: the first input, to compare results, and what inputs share.
  virtual bundle preparation(bool with_first_input) = 0;
  virtual std::unique_ptr<blocks_in> preparation_room(const letter& head) = 0;
  virtual void prepare(blocks_in& arrived) = 0;
  /// A fingerprint of the results of the first input; `arrived` is null at the root.
  virtual std::uint64_t first_result(blocks_in* arrived) = 0;

  /// Evaluates a chunk of inputs that this rank has (`arrived` is null) or was sent.
  virtual chunk_result evaluate(index_range chunk, blocks_in* arrived) = 0;
  /// The same at the rank where the results belong, straight to their place where that can be done. No other
  /// call may be under way, see places_apart().
  virtual chunk_result evaluate_in_place(index_range chunk) = 0;
  /// That may be done while results of other chunks are brought to their place.
  [[nodiscard]] virtual bool places_apart() const { return false; }

  /// Where results belong: room for those of a chunk, and their way from there to their place. Gives them as
  /// they can be kept in a journal. What is not wanted is received and forgotten.
  virtual std::unique_ptr<blocks_in> result_room(const letter& head, bool is_wanted) = 0;
  virtual bundle place(const letter& head, blocks_in& arrived) = 0;
  /// Inputs that no rank came back from: their results are errors.
  virtual void give_up(index_range chunk, int rank, const std::string& text) = 0;

  /// The error of an input, at the root.
  [[nodiscard]] virtual item_error error_at(std::size_t index) const = 0;

  /// At the root: brings the results of all chunks together. On every rank: what the ranks get of them.
  virtual void complete() = 0;
  virtual bundle conclusion() = 0;
  virtual std::unique_ptr<blocks_in> conclusion_room(const letter& head) = 0;
  virtual void conclude(const letter& head, blocks_in& arrived) = 0;

 protected:
  ~chunk_work() = default;
};

/// Results to their place by way of a copy.
DAD_ENGINE void place_copy(chunk_work& work, letter head, const bundle& b);

#if DAD_DEFINES_ENGINE
DAD_ENGINE void place_copy(chunk_work& work, letter head, const bundle& b) {
  head.row_lengths = b.row_lengths;
  for (std::size_t i = 0; i < block_count; ++i) head.bytes[i] = b.blocks[i].size();
  const auto room = work.result_room(head, true);
  for (std::size_t i = 0; i < block_count; ++i)
    if (!b.blocks[i].empty()) std::memcpy(room->to_fill[i].data(), b.blocks[i].data(), b.blocks[i].size());
  work.place(head, *room);
}
#endif

}  // namespace dad::mpi::detail
