// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Watches a recording while it is made.

#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <dad/reverse/var.hpp>

#include "reverse/folding/program.hpp"

namespace test {

/// Holds an observed recording to what its observer is told: values in their order, operands before results.
template <class T>
class watcher final : public dad::tape_observer<T> {
 public:
  explicit watcher(outcome& result) : result_(result) {}

  void operation(const char* name, dad::detail::list_view<const dad::observed_value<T>> operands,
                 const dad::observed_value<T>& result) override {
    bool is_right = name != nullptr, any_active = false;
    for (const auto& x : operands) {
      is_right = is_right && (x.index == 0 || value_at(x.index) == dad::value(x.value) || is_nan(x.value));
      any_active = any_active || x.index != 0;
    }
    check(is_right && any_active && note(result));
  }
  void input(const dad::observed_value<T>& x) override { check(note(x)); }
  void range_part(std::uint32_t index) override { check(note({T(0.0), index})); }
  void rewound(std::size_t values) override {
    check(values <= values_.size());
    values_.resize(values);
  }

 private:
  static bool is_nan(const T& x) { return std::isnan(dad::value(x)); }
  [[nodiscard]] double value_at(std::uint32_t index) const {
    return index <= values_.size() ? values_[index - 1] : std::nan("");
  }
  bool note(const dad::observed_value<T>& x) {
    values_.push_back(dad::value(x.value));
    return x.index == values_.size();
  }
  void check(bool is_right) {
    ++result_.refusals;
    result_.refused += is_right ? 1 : 0;
  }

  outcome& result_;
  std::vector<double> values_;  // of the recording, from index 1 on
};

}  // namespace test
