// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of inputs in one call, against the results of some of them in calls of other sizes and orders,
// bit by bit.

#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "replay/path_functions.hpp"

#include <dad/dad.hpp>

namespace test {

inline bool same_bits(std::span<const double> a, std::span<const double> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

/// The results of all inputs in one call, to which every other call is held.
template <class Evaluate>
class reference {
 public:
  reference(const std::vector<input>& inputs, Evaluate evaluate)
      : inputs_(inputs), evaluate_(evaluate), all_(evaluate(inputs, dad::options())) {
    REQUIRE(all_.size() == inputs.size());
  }

  /// What is wrong where the inputs `chosen`, in this order, are a call of their own; empty where nothing is.
  [[nodiscard]] std::string mistakes(const std::vector<std::size_t>& chosen,
                                     const dad::options& o = {}) const {
    std::vector<input> inputs;
    for (const std::size_t i : chosen) inputs.push_back(inputs_[i]);
    const auto r = evaluate_(inputs, o);
    if (r.size() != chosen.size()) return "another number of results";
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      const std::size_t i = chosen[k];
      if (!same_bits(values(r, k), values(all_, i)))
        return "value of input " + std::to_string(i) + " at place " + std::to_string(k);
      if (!same_bits(payload(r, k), payload(all_, i)))
        return "derivative of input " + std::to_string(i) + " at place " + std::to_string(k);
    }
    return {};
  }

 private:
  using result =
      decltype(std::declval<Evaluate>()(std::declval<const std::vector<input>&>(), dad::options()));

  static std::span<const double> values(const result& r, std::size_t i) {
    return r.values().subspan(r.value_offsets()[i], r.value_offsets()[i + 1] - r.value_offsets()[i]);
  }
  static std::span<const double> payload(const result& r, std::size_t i) {
    return r.gradients().subspan(r.offsets()[i], r.offsets()[i + 1] - r.offsets()[i]);
  }

  std::vector<input> inputs_;
  Evaluate evaluate_;
  result all_;
};

inline std::vector<std::size_t> range(std::size_t first, std::size_t last) {
  std::vector<std::size_t> indices;
  for (std::size_t i = first; i < last; ++i) indices.push_back(i);
  return indices;
}

}  // namespace test
