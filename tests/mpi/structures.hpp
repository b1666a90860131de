// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One check for inputs of every structure: in every number, from every root, in small and large pieces, the
// result over ranks is the local one bit for bit.

#pragma once

#include <vector>

#include "mpi/ranks.hpp"

namespace ranks {

/// Counts and piece sizes that every structure is tried with.
template <class Make, class F>
void check_structure(const F& f, const Make& make) {
  using inputs_type = decltype(make(std::size_t{0}));
  for (const std::size_t limit : {std::size_t{13}, std::size_t{64} << 20}) {
    const piece_limit pieces(limit);
    for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 2, 3, 5, 8, 50}) {
      const int root = static_cast<int>(count) % size();
      const inputs_type all = make(count);
      const auto local = dad::batch_eval(f, all);
      const bool is_root = rank() == root;
      const auto r = dad::mpi::batch_eval(f, is_root ? all : make(0), {.root = root});
      INFO("count " << count << ", piece limit " << limit);
      if (is_root) {
        CHECK(same_results(r, local));
      } else {
        CHECK(r.size() == 0);
        CHECK(r.begin() == r.end());
      }
    }
  }
}

inline double number(std::size_t i, std::size_t k) {
  return 0.3 + 0.7 * static_cast<double>(i) - 0.01 * static_cast<double>(k * k);
}

inline std::vector<double> row(std::size_t i, std::size_t length) {
  std::vector<double> x;
  for (std::size_t k = 0; k < length; ++k) x.push_back(number(i, k));
  return x;
}

/// One input for each index, by make(i).
template <class Make>
auto each(const Make& make) {
  return [make](std::size_t count) {
    std::vector<decltype(make(std::size_t{0}))> inputs;
    for (std::size_t i = 0; i < count; ++i) inputs.push_back(make(i));
    return inputs;
  };
}

}  // namespace ranks
