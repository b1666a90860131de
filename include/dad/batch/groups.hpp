// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs that can share a program: those that differ in nothing but the values of their reals.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/batch/index_list.hpp>
#include <dad/batch/partition.hpp>
#include <dad/structure/input_reader.hpp>

namespace dad::detail {

/// Groups of indices by key, by key.
template <class...>
class key_table_if_used {
 public:
  std::size_t group_of(std::vector<unsigned char>&& key, std::vector<index_group>& groups) {
    if (2 * keys_.size() >= slots_.size()) grow();
    std::size_t slot = place_of(key);
    if (slots_[slot] == 0) {
      keys_.push_back(std::move(key));
      groups.emplace_back();
      slots_[slot] = keys_.size();
    }
    return slots_[slot] - 1;
  }

 private:
  [[nodiscard]] std::size_t place_of(const std::vector<unsigned char>& key) const {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const unsigned char c : key) hash = (hash ^ c) * 0x100000001b3ULL;
    std::size_t slot = (hash ^ hash >> 32) & (slots_.size() - 1);
    while (slots_[slot] != 0 && keys_[slots_[slot] - 1] != key) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
    for (std::size_t k = 0; k < keys_.size(); ++k) slots_[place_of(keys_[k])] = k + 1;
  }

  std::vector<std::vector<unsigned char>> keys_;
  list<std::size_t> slots_;  // the number of a key, 0 where free; a power of two of them
};
using key_table = key_table_if_used<>;

/// The indices of a part of the items, by key, ascending in each group. What has no key goes to `alone`.
template <class Items>
std::vector<index_group> groups_of_one_key(const Items& items, index_range part, list<std::size_t>& alone) {
  using X = std::remove_cvref_t<decltype(items[0])>;
  std::vector<index_group> groups;
  if constexpr (has_trivial_key<X>) {
    if (part.size() > 0) groups.push_back({{}, part});
  } else {
    key_table keys;
    list<double> scratch;
    // Neighbours mostly have one key: the last reader is tried first.
    std::size_t group = 0;
    std::vector<input_reader<X>> reader;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const auto& x = items[i];
      try {
        if (reader.empty() || reader[0].row(x, scratch.data()) == nullptr) {
          reader.clear();
          reader.emplace_back(x);
          scratch.resize(reader[0].real_count());
          if (!reader[0].has_key()) {
            reader.clear();
            alone.push_back(i);
            continue;
          }
          group = keys.group_of(std::vector<unsigned char>(reader[0].key()), groups);
        }
      } catch (...) {  // evaluated alone it says what is wrong with it
        reader.clear();
        alone.push_back(i);
        continue;
      }
      groups[group].some.push_back(i);
    }
  }
  return groups;
}

DAD_COMPILED_ONCE(class key_table)

}  // namespace dad::detail
