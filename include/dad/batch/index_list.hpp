// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Indices of inputs in ascending order: a list of them, or all from one on, which takes no memory.

#pragma once

#include <cstddef>

#include <dad/batch/partition.hpp>
#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>

namespace dad::detail {

class index_list {
 public:
  index_list() = default;
  index_list(std::size_t first, std::size_t count) : first_(first), count_(count) {}
  index_list(const list<std::size_t>& list) : list_(list.data()), count_(list.size()) {}
  explicit index_list(const std::size_t& one) : list_(&one), count_(1) {}

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t operator[](std::size_t i) const {
    return list_ == nullptr ? first_ + i : list_[i];
  }
  [[nodiscard]] index_list part(std::size_t begin, std::size_t count) const {
    index_list p(first_ + begin, count);
    if (list_ != nullptr) p.list_ = list_ + begin;
    return p;
  }
  [[nodiscard]] index_list from(std::size_t begin) const { return part(begin, count_ - begin); }

  /// The indices as an array, which may be made in `memory`: room for size() of them.
  [[nodiscard]] list_view<const std::size_t> listed(std::size_t* memory) const {
    if (list_ != nullptr) return {list_, count_};
    for (std::size_t i = 0; i < count_; ++i) memory[i] = first_ + i;
    return {memory, count_};
  }

 private:
  const std::size_t* list_ = nullptr;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

/// A list that owns its indices, or consecutive ones.
struct index_group {
  list<std::size_t> some;
  index_range whole = {};  // where they are consecutive, and then no list

  [[nodiscard]] index_list indices() const {
    return whole.size() > 0 ? index_list(whole.begin, whole.size()) : index_list(some);
  }
};

}  // namespace dad::detail
