// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One derivative of one function as the executor moves it: its inputs are numbers of blocks of directions,
// for which nothing but the point has to travel, and its results are rows of numbers.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <dad/batch/failures.hpp>
#include <dad/batch/input_watch.hpp>
#include <dad/batch/threads.hpp>
#include <dad/core/list.hpp>
#include <dad/mpi/agreement.hpp>
#include <dad/mpi/batch_work.hpp>
#include <dad/mpi/call.hpp>

namespace dad::mpi::detail {

using dad::detail::list;
using dad::detail::list_view;

/// The results of consecutive blocks: their numbers, and of block 0 the value of f where it is wanted,
/// packed.
struct direction_results {
  list<double> numbers;
  std::vector<std::byte> value;
};

/// A Task is a derivative cut into blocks of directions, which do not depend on the ranks:
///   struct memory                            what a thread keeps from block to block
///   void plan(memory&)                       on every rank: cuts it; may call f
///   std::size_t block_count() const          at least 1
///   std::size_t size() const                 of the whole result, in numbers
///   void compute(block, memory&, direction_results&) const    appends the numbers of a block; may call f
///   void make_room()                         for the whole result, which is
///   list_view<double> numbers()
///   void place(index_range, list_view<const double>)          numbers of consecutive blocks to their place
///   std::string name_of(block) const         for messages
/// and, if there is a shorter way than by way of compute,
///   void compute_in_place(block, memory&, std::vector<std::byte>&)    and place, and to pack the value
///   void sample(memory&, direction_results&) const            numbers that tell whether f is the same
/// f is pure: any rank, and any thread, computes the same bits for a block. Blocks are placed by several
/// threads at once.
template <class Task>
class direction_work final : public chunk_work {
  // A journal compares what comes before the errors.
  enum block : std::size_t { numbers, value, errors = 4 };

 public:
  /// `shares_results`: all ranks get the whole result.
  direction_work(Task& task, bool shares_results, const evaluation_settings& how)
      : task_(task),
        shares_results_(shares_results),
        how_(how),
        kept_(std::make_unique<typename Task::memory[]>(how.threads)) {}

  /// Once the point is there: at the root before the call, which has to know how many blocks there are.
  /// Throws batch_error if f throws.
  void plan() {
    is_planned_ = true;
    const dad::detail::watched_call watched(how_.call.watch, 0, 0);
    dad::detail::catch_any([&] { task_.plan(kept_[0]); },
                           [&](const char* text) {
                             throw batch_error({0, how_.rank, text});
                           });
  }
  /// The value of f, packed, where the results are; empty where it was not wanted.
  [[nodiscard]] const std::vector<std::byte>& value_of_f() const { return value_; }

  // The other ranks plan in the call: who is through, the root above all, does not wait for them. Room is
  // made for the first numbers that come.
  void start() override {
    if (!is_planned_) plan();
  }

  bundle inputs_of(index_range) override { return {}; }
  std::unique_ptr<blocks_in> input_room(const letter&) override { return std::make_unique<blocks_in>(); }

  bundle preparation(bool) override { return {}; }
  std::unique_ptr<blocks_in> preparation_room(const letter&) override {
    return std::make_unique<blocks_in>();
  }
  void prepare(blocks_in&) override {}
  std::uint64_t first_result(blocks_in*) override {
    direction_results results;
    std::vector<item_error> failed;
    compute({0, 1}, 0, failed, [&](std::size_t b) {
      if constexpr (requires { task_.sample(kept_[0], results); })
        task_.sample(kept_[0], results);
      else
        task_.compute(b, kept_[0], results);
    });
    fingerprint f;
    f.add(bytes_of(std::span(results.numbers.data(), results.numbers.size())));
    f.add(results.value);
    for (const item_error& e : failed) f.add(e.text());
    return f.value();
  }

  chunk_result evaluate(index_range chunk, blocks_in*) override {
    std::vector<direction_results> results(std::min(how_.threads, chunk.size()));
    const std::shared_ptr<stored> all = empty_store();
    results[0].numbers = std::move(all->numbers);
    const std::vector<item_error> failed = compute_in_threads(
        chunk, results.size(),
        [&](std::size_t b, std::size_t thread, std::size_t part) {
          task_.compute(b, kept_[thread], results[part]);
        },
        [](index_range, std::size_t) {});
    all->value = std::move(results[0].value);
    all->numbers = std::move(results[0].numbers);
    for (std::size_t part = 1; part < results.size(); ++part) all->numbers.append(results[part].numbers);
    if (!failed.empty()) all->numbers.clear();
    pack_errors(all->errors, failed);
    chunk_result r = described(failed);
    r.blocks.blocks[numbers] = bytes_of(all->numbers_view());
    r.blocks.blocks[value] = all->value;
    r.blocks.blocks[errors] = all->errors;
    r.blocks.owner = all;
    return r;
  }
  chunk_result evaluate_in_place(index_range chunk) override {
    make_room();
    std::vector<direction_results> results(std::min(how_.threads, chunk.size()));
    const std::vector<item_error> failed = compute_in_threads(
        chunk, results.size(),
        [&](std::size_t b, std::size_t thread, std::size_t part) {
          if constexpr (requires { task_.compute_in_place(b, kept_[thread], results[part].value); })
            task_.compute_in_place(b, kept_[thread], results[part].value);
          else
            task_.compute(b, kept_[thread], results[part]);
        },
        [&](index_range blocks, std::size_t part) {
          if constexpr (!requires { task_.compute_in_place(0, kept_[0], results[part].value); })
            task_.place(blocks, results[part].numbers);
        });
    const std::lock_guard lock(mutex_);
    errors_.insert(errors_.end(), failed.begin(), failed.end());
    if (chunk.begin == 0 && !results[0].value.empty()) value_ = std::move(results[0].value);
    return described(failed);
  }
  [[nodiscard]] bool places_apart() const override { return true; }

  std::unique_ptr<blocks_in> result_room(const letter& head, bool) override {
    return std::make_unique<results_in>(head);
  }
  bundle place(const letter& head, blocks_in& arrived) override {
    auto& in = static_cast<results_in&>(arrived);
    bundle b;
    for (std::size_t i = 0; i < block_count; ++i) b.blocks[i] = in.to_fill[i];
    {
      const std::lock_guard lock(mutex_);
      unpack_errors(in.to_fill[errors], errors_);
      if (!in.to_fill[value].empty()) value_.assign(in.to_fill[value].begin(), in.to_fill[value].end());
    }
    if (!in.to_fill[errors].empty()) return b;
    make_room();
    task_.place({head.begin, head.end}, in.numbers);
    return b;
  }

  void give_up(index_range chunk, int rank, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    errors_.emplace_back(chunk.begin, rank, text);
  }
  item_error error_at(std::size_t index) const override {
    const std::lock_guard lock(mutex_);
    return error_of(errors_, index);
  }

  void complete() override {}
  bundle conclusion() override {
    if (!shares_results_) return {};
    bundle b;
    const list_view<double> whole = task_.numbers();
    b.blocks[numbers] = bytes_of(std::span<const double>(whole.data(), whole.size()));
    b.blocks[value] = value_;
    return b;
  }
  std::unique_ptr<blocks_in> conclusion_room(const letter& head) override {
    if (!shares_results_) return std::make_unique<blocks_in>();
    task_.make_room();
    auto room = std::make_unique<blocks_in>();
    const list_view<double> whole = task_.numbers();
    value_.resize(head.bytes[value]);
    room->to_fill[numbers] = writable_bytes_of(std::span(whole.data(), whole.size()));
    room->to_fill[value] = value_;
    return room;
  }
  void conclude(const letter&, blocks_in&) override {}

 private:
  struct stored : direction_results {
    std::vector<std::byte> errors;
    [[nodiscard]] std::span<const double> numbers_view() const {
      return {this->numbers.data(), this->numbers.size()};
    }
  };
  struct result_stores {
    std::vector<std::shared_ptr<stored>> all;
    [[nodiscard]] std::size_t byte_count() const noexcept {
      std::size_t numbers = 0;
      for (const auto& s : all) numbers += s->numbers.capacity();
      return numbers * sizeof(double);
    }
  };
  struct results_in : blocks_in {
    explicit results_in(const letter& head) {
      (void)numbers.extend(head.bytes[block::numbers] / sizeof(double));
      bytes.resize(head.total() - head.bytes[block::numbers]);
      to_fill[block::numbers] = writable_bytes_of(std::span(numbers.data(), numbers.size()));
      to_fill[value] = std::span(bytes).first(head.bytes[value]);
      to_fill[errors] = std::span(bytes).subspan(head.bytes[value]);
    }
    list<double> numbers;
    std::vector<std::byte> bytes;
  };

  // Consecutive blocks by one thread, up to the first at which f throws.
  template <class Compute>
  void compute(index_range blocks, std::size_t thread, std::vector<item_error>& failed,
               Compute&& compute_block) const {
    for (std::size_t b = blocks.begin; b < blocks.end && failed.empty(); ++b) {
      const dad::detail::watched_call watched(how_.call.watch, thread, b);
      dad::detail::catch_any(
          [&] { compute_block(b); },
          [&](const char* text) { failed.emplace_back(b, how_.rank, task_.name_of(b) + ": " + text); });
    }
  }
  // A chunk in parts, each by a thread: compute_block(block, thread, part), and finish(blocks, part) for
  // those at which f did not throw. Gives the first error, if there is one.
  template <class Compute, class Finish>
  std::vector<item_error> compute_in_threads(index_range chunk, std::size_t parts, Compute&& compute_block,
                                             Finish&& finish) const {
    std::vector<std::vector<item_error>> failed(parts);
    dad::detail::in_parallel(parts, parts, [&](std::size_t thread, std::size_t part) {
      is_inside() = true;  // dad's own threads end with the chunk
      const index_range share =
          dad::detail::even_share(chunk.size(), 1, static_cast<int>(parts), static_cast<int>(part));
      const index_range blocks = {chunk.begin + share.begin, chunk.begin + share.end};
      compute(blocks, thread, failed[part], [&](std::size_t b) { compute_block(b, thread, part); });
      if (failed[part].empty()) finish(blocks, part);
    });
    for (std::vector<item_error>& errors_of_part : failed)
      if (!errors_of_part.empty()) return std::move(errors_of_part);
    return {};
  }
  static chunk_result described(const std::vector<item_error>& failed) {
    chunk_result r;
    r.paths = 1;  // blocks cost the same
    if (!failed.empty()) r.first_error = failed.front().index();
    return r;
  }

  // For results on their way; one that has been sent is used again, in the next call too.
  std::shared_ptr<stored> empty_store() {
    for (const auto& s : stores_->all) {
      if (s.use_count() != 1) continue;
      s->numbers.clear(), s->value.clear(), s->errors.clear();
      return s;
    }
    stores_->all.push_back(std::make_shared<stored>());
    return stores_->all.back();
  }

  // Once, for whoever needs it first.
  void make_room() {
    const std::lock_guard lock(mutex_);
    if (!has_room_) task_.make_room();
    has_room_ = true;
  }

  Task& task_;
  bool shares_results_;
  bool is_planned_ = false;
  bool has_room_ = false;
  evaluation_settings how_;
  std::unique_ptr<typename Task::memory[]> kept_;  // of each thread
  std::vector<std::byte> value_;
  std::vector<item_error> errors_;
  dad::detail::lease<result_stores> stores_;
  mutable std::mutex mutex_;  // where a thread evaluates while another brings results to their place
};

}  // namespace dad::mpi::detail
