// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How large the next chunk is, and whether what is left is better spread evenly: from what the chunks so far
// cost.

#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include <dad/batch/chunk_cost.hpp>
#include <dad/batch/chunk_plan.hpp>

namespace dad::detail {

class chunk_pace {
 public:
  explicit chunk_pace(chunk_plan plan) : plan_(std::move(plan)) {}

  [[nodiscard]] const chunk_plan& plan() const noexcept { return plan_; }

  /// A chunk was evaluated. `paths` that its inputs took through f, if they were replayed; 0 if not.
  void add(std::size_t inputs, double seconds, std::size_t paths) {
    inputs_done_ += inputs;
    chunks_done_ += 1;
    cost_.add(inputs, seconds);
    if (paths == 1)
      alike_ += inputs - 1;
    else
      has_different_ = true;
    largest_ = std::max(largest_, inputs);
  }

  /// Of the chunks so far, or as it was known before; 0 where nothing is known.
  [[nodiscard]] double seconds_per_input() const noexcept {
    return inputs_done_ == 0 ? plan_.before.seconds_per_input : cost_.per_input();
  }
  /// Inputs that are replayed along one path cost the same.
  [[nodiscard]] bool is_alike() const noexcept {
    if (plan_.is_alike) return true;
    return inputs_done_ == 0 ? plan_.before.was_alike : !has_different_ && alike_ >= 16;
  }
  [[nodiscard]] bool is_dynamic() const noexcept { return plan_.policy != chunk_policy::even; }

  /// What automatic chooses, where inputs are left for so many ranks: to spread them evenly pays where all is
  /// soon done, or where inputs cost so little that their way is the larger part. Inputs that cost the same
  /// may take longer: ranks are not equally fast. What earlier calls cost may be wrong for this one: it is
  /// believed where to measure again would take longer than what can be won.
  void decide(std::size_t left, std::size_t ranks) {
    static constexpr double short_call = 5e-3, cheap_input = 2e-6, dear_input = 1e-3;
    if (plan_.policy != chunk_policy::automatic || !plan_.costs.empty()) return;
    const double each = seconds_per_input();
    const bool is_guess = inputs_done_ == 0;
    if (!(each > 0.0) || (!is_guess && chunks_done_ < ranks)) return;
    const double inputs = static_cast<double>(left) / static_cast<double>(ranks);
    const double rest = each * inputs;
    // A chunk by itself costs as much as a quarter of what each rank has left: there is nothing to balance.
    const bool is_worth_one =
        !is_guess && chunks_done_ >= 2 * ranks && 4.0 * cost_.inputs_worth_a_chunk() > inputs;
    const bool is_cheap = each <= cheap_input || is_worth_one;
    const double short_enough = is_alike() || (is_guess && is_cheap) ? believed
                                : is_guess                           ? very_short_call
                                                                     : short_call;
    const bool is_short = rest <= short_enough && each < dear_input;  // the others are worth a letter each
    const bool is_even = is_short || (is_cheap && !is_guess);
    if (is_even)
      plan_.policy = chunk_policy::even;
    else if (chunks_done_ >= 4 * ranks)
      plan_.policy = chunk_policy::dynamic;
  }

  /// Inputs of the next chunk.
  [[nodiscard]] std::size_t size(std::size_t left, std::size_t ranks) const {
    if (plan_.chunk != 0) return plan_.chunk;
    if (!is_dynamic()) return plan_.is_timed ? size_by_time() : plan_.piece != 0 ? plan_.piece : plan_.count;
    if (inputs_done_ == 0 && plan_.policy == chunk_policy::automatic && is_alike())
      return std::max<std::size_t>(1, left / (16 * ranks));
    // Inputs of the same cost go in few chunks, which become smaller as ranks may not be equally fast: f is
    // recorded once in each.
    if (is_alike() && inputs_done_ > 0)
      return std::min(growth * largest_, std::max(left / (4 * ranks), std::min(size_for(short_piece),
                                                                               (left + ranks - 1) / ranks)));
    // What is over before a letter has come and gone needs no second one.
    if (is_very_short(left, ranks)) return (left + ranks - 1) / ranks;
    // Chunks become smaller towards the end, so that all ranks end together; but not so small that their way
    // is the larger part.
    static constexpr double shortest = 2e-4;
    const std::size_t shrinking =
        std::max(left / (8 * ranks), std::min(left / (4 * ranks), size_for(shortest)));
    // And not so small that what a chunk costs by itself is more than its inputs.
    const std::size_t worth = std::min(left / (2 * ranks), std::min(growth * largest_, worth_a_chunk(ranks)));
    return std::max(worth, std::min(size_by_time(), std::max<std::size_t>(1, shrinking)));
  }

  /// The chunks that a rank has at once: so many that it has one ahead while it evaluates another, and yet
  /// none is held where others could begin it.
  [[nodiscard]] std::size_t depth(std::size_t left, std::size_t ranks) const {
    if (!is_dynamic()) return plan_.is_timed && plan_.chunk == 0 ? 2 : 64;
    if (inputs_done_ == 0) return 1;
    if (is_alike()) return 2;
    return left > 4 * ranks * size(left, ranks) ? 2 : 1;
  }

 private:
  // Seconds of each rank, as earlier calls say.
  static constexpr double believed = 0.1, very_short_call = 5e-4;
  // Seconds of the last chunks of inputs that cost the same.
  static constexpr double short_piece = 2.5e-3;
  // What chunks by time grow by at most, from one to the next.
  static constexpr std::size_t growth = 8;

  [[nodiscard]] bool is_very_short(std::size_t left, std::size_t ranks) const {
    static constexpr double way = 2e-5;
    return inputs_done_ > 0 &&
           seconds_per_input() * static_cast<double>(left) <= way * static_cast<double>(ranks);
  }
  [[nodiscard]] std::size_t size_for(double seconds) const {
    const double each = seconds_per_input();
    const std::size_t limit = inputs_done_ == 0 ? plan_.count : growth * largest_;
    if (!(each > 0.0)) return inputs_done_ == 0 ? 1 : limit;
    const double size = std::min(seconds / each, static_cast<double>(plan_.count) + 1.0);
    return std::clamp<std::size_t>(static_cast<std::size_t>(size), 1, std::max<std::size_t>(1, limit));
  }
  [[nodiscard]] std::size_t size_by_time() const { return size_for(plan_.seconds); }
  // The first chunks are of different sizes, to tell what a chunk costs from what its inputs do.
  [[nodiscard]] std::size_t worth_a_chunk(std::size_t ranks) const {
    if (inputs_done_ == 0) return 0;
    if (chunks_done_ < 2 * ranks) return std::min<std::size_t>(2 * largest_, 4);
    return static_cast<std::size_t>(std::min(cost_.inputs_worth_a_chunk(), static_cast<double>(plan_.count)));
  }

  chunk_plan plan_;
  chunk_cost cost_;
  std::size_t inputs_done_ = 0;
  std::size_t chunks_done_ = 0;
  std::size_t alike_ = 0;       // inputs that took the path of another in their chunk
  bool has_different_ = false;  // others were not replayed, or not along one path
  std::size_t largest_ = 0;
};

}  // namespace dad::detail
