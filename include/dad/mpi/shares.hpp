// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The steps that every batch over ranks takes: open, scatter the inputs, verify f, evaluate, gather.

#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include <dad/mpi/call.hpp>
#include <dad/mpi/inputs.hpp>
#include <dad/mpi/results.hpp>

namespace dad::mpi::detail {

/// What a call has agreed on and how its inputs are spread, for this rank.
template <class Inputs, class Seeds>
class shares {
 public:
  shares(channel& over, const Inputs& inputs, const Seeds& seeds, const call_description& call)
      : over_(&over),
        root_(call.settings->root),
        inputs_(inputs, over.rank == root_),
        seeds_(seeds, over.rank == root_),
        call_(&call) {}

  /// Opens the call and brings each rank its share; shares begin on multiples of grain(number of inputs).
  /// `problem` runs at the root first and throws if the call cannot be made. Throws on all ranks or none.
  template <class Grain, class Problem>
  void scatter(std::size_t count, bool is_first_call, const Grain& grain, const Problem& problem) {
    opening_record mine;
    std::vector<std::array<std::uint64_t, 2>> sizes;
    const failure before = attempt([&] {
      require_root(*call_->settings, over_->size);
      require_available(*call_->settings);
      ranges_.resize(static_cast<std::size_t>(over_->size));
      sizes.resize(ranges_.size());
      if (!is_root()) return;
      problem();
      split(count, grain(count));
      inputs_.pack(ranges_, root_);
      seeds_.pack(ranges_, root_);
      mine.row_lengths = {inputs_.row_length(), seeds_.row_length()};
      for (std::size_t rank = 0; rank < sizes.size(); ++rank)
        sizes[rank] = {inputs_.size_for(rank), seeds_.size_for(rank)};
    });
    mine.count = count;
    mine.is_first_call = is_first_call ? 1 : 0;
    agreed_ = open(*over_, mine, *call_, before);
    split(agreed_.count, grain(agreed_.count));

    const std::uint64_t input_length = agreed_.row_lengths[0];
    const std::uint64_t seed_length = agreed_.row_lengths[1];
    std::array<std::uint64_t, 2> size = {};
    if (!scattered<Inputs>::is_size_known(input_length) || !scattered<Seeds>::is_size_known(seed_length))
      size = scatter_sizes(*over_, root_, sizes);
    transfer messages(*over_);
    settle(*over_, attempt([&] {
      inputs_.allocate(messages, range(), input_length, size[0], root_, tag::inputs, tag::lengths);
      seeds_.allocate(messages, range(), seed_length, size[1], root_, tag::seeds, tag::seed_lengths);
    }));
    messages.run();
    arrived_ = attempt([&] {
      inputs_.unpack();
      seeds_.unpack();
    });
  }

  [[nodiscard]] bool is_root() const noexcept { return over_->rank == root_; }
  [[nodiscard]] std::size_t count() const noexcept { return agreed_.count; }
  /// How the arrival of this rank's share went; to be reported at the next exchange.
  [[nodiscard]] const failure& arrived() const noexcept { return arrived_; }
  [[nodiscard]] const std::vector<index_range>& ranges() const noexcept { return ranges_; }
  [[nodiscard]] index_range range() const { return ranges_[static_cast<std::size_t>(over_->rank)]; }
  [[nodiscard]] auto inputs() const { return inputs_.part(); }
  [[nodiscard]] auto seeds() const { return seeds_.part(); }

  /// Whether all ranks evaluate the first input and compare.
  [[nodiscard]] bool should_verify() const {
    std::size_t largest = 0;
    for (const auto& [begin, end] : ranges_) largest = std::max(largest, end - begin);
    return detail::should_verify(call_->settings->verify, agreed_, largest);
  }

 private:
  void split(std::size_t count, std::size_t grain) {
    for (int rank = 0; rank < over_->size; ++rank)
      ranges_[static_cast<std::size_t>(rank)] = dad::detail::even_share(count, grain, over_->size, rank);
  }

  channel* over_;
  int root_;
  scattered<Inputs> inputs_;
  scattered<Seeds> seeds_;
  const call_description* call_;
  opening_record agreed_;
  std::vector<index_range> ranges_;
  failure arrived_;
};

}  // namespace dad::mpi::detail
