// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs that are set aside where they leave a path: in a bucket for each guard at which they left, to go on
// together.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/program/code.hpp>

namespace dad::detail {

/// What a part of the inputs of a path came to, in their order.
struct sorting {
  struct departure {
    std::uint32_t guard;
    std::size_t index;
  };
  list<std::size_t> on_path = {};
  list<departure> left = {};

  /// A block of inputs, and for each the guard at which it left, or block_lanes::on_path.
  template <class Guards>
  void add(list_view<const std::size_t> inputs, const Guards& left_at) {
    // Room for all in both, so that nothing hangs on how they fall.
    std::size_t on_path_count = on_path.size();
    std::size_t left_count = left.size();
    on_path.resize(on_path_count + inputs.size());
    left.resize(left_count + inputs.size());
    for (std::size_t l = 0; l < inputs.size(); ++l) {
      const std::uint32_t guard = left_at[l];
      const std::size_t stays = guard == block_lanes::on_path ? 1 : 0;
      on_path[on_path_count] = inputs[l];
      left[left_count] = {guard, inputs[l]};
      on_path_count += stays;
      left_count += 1 - stays;
    }
    on_path.resize(on_path_count);
    left.resize(left_count);
  }
};

/// Inputs that left a path at one guard.
struct bucket {
  std::size_t from;  ///< the number of the path
  std::uint32_t guard;
  list<std::size_t> inputs = {};
};

/// The inputs that wait; those of the path that was left last come first.
template <class...>
class buckets_if_used {
 public:
  [[nodiscard]] bool empty() const noexcept { return buckets_.empty(); }
  [[nodiscard]] bucket take() {
    bucket b = std::move(buckets_.back());
    buckets_.pop_back();
    return b;
  }
  void clear() { buckets_.clear(); }

  /// Who of the parts is on path `from`, in order; the others are set aside.
  [[nodiscard]] list<std::size_t> put_together(const std::vector<sorting>& parts, std::size_t from,
                                               std::size_t guard_count) {
    static constexpr std::size_t nowhere = ~std::size_t{0};
    list<std::size_t> on_path;
    list<std::size_t> bucket_of(guard_count, nowhere);
    for (const sorting& s : parts) {
      on_path.append(s.on_path);
      for (const sorting::departure& d : s.left) {
        std::size_t& number = bucket_of[d.guard];
        if (number == nowhere) {
          number = buckets_.size();
          buckets_.push_back({from, d.guard});
        }
        buckets_[number].inputs.push_back(d.index);
      }
    }
    return on_path;
  }

 private:
  std::vector<bucket> buckets_;
};
using buckets = buckets_if_used<>;

}  // namespace dad::detail
