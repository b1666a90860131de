// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The flat arrays behind the results of a batch.

#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/core/list_view.hpp>
#include <dad/structure/transform.hpp>

namespace dad::detail {

/// A value that its reals alone give back: a number, or an array or vector of numbers.
template <class Value>
inline constexpr bool flat_output = false;
template <>
inline constexpr bool flat_output<double> = true;
template <std::size_t N>
inline constexpr bool flat_output<std::array<double, N>> = true;
template <>
inline constexpr bool flat_output<std::vector<double>> = true;

/// A flat value from its reals. A failed vector has none.
template <class Value>
Value from_reals(list_view<const double> reals) {
  if constexpr (std::is_same_v<Value, double>) {
    return reals[0];
  } else if constexpr (std::is_same_v<Value, std::vector<double>>) {
    return {reals.begin(), reals.end()};
  } else {
    Value value;
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = reals[i];
    return value;
  }
}

/// The sizes of which the offsets are multiples, for so many inputs; none where count is 0.
struct even_sizes {
  std::size_t count = 0;
  std::size_t value = 0;
  std::size_t payload = 0;
  friend bool operator==(const even_sizes&, const even_sizes&) = default;
};

/// The results of `count` consecutive inputs, each a value and a payload (a gradient, a Jacobian, ...), in
/// flat arrays of reals with count + 1 offsets, 0 first. Values that are not flat are kept as objects as
/// well. Errors are sorted by index in the whole batch; the reals of a failed input are NaN.
template <class Value>
struct batch_storage {
  std::size_t count = 0;
  std::vector<double> values;
  std::vector<std::size_t> value_offsets{0};
  std::vector<double> payload;
  std::vector<std::size_t> payload_offsets{0};
  std::vector<Value> objects;
  std::vector<item_error> errors;
  even_sizes even;
  std::size_t path_count = 0;   // of the last evaluation
  std::size_t first_index = 0;  // of the first of them in the whole batch

  /// Forgets the results and keeps the memory.
  void clear() noexcept {
    count = first_index = 0;
    even = {};
    values.clear();
    value_offsets.resize(1);
    payload.clear();
    payload_offsets.resize(1);
    objects.clear();
    errors.clear();
  }

  /// Of the memory of its reals.
  [[nodiscard]] std::size_t byte_count() const noexcept {
    return (values.capacity() + payload.capacity()) * sizeof(double);
  }

  /// Ends the reals of one input, which were appended to values and payload.
  void close_item() {
    even = {};
    value_offsets.push_back(values.size());
    payload_offsets.push_back(payload.size());
    ++count;
  }

  /// One input without results: what was appended for it goes, and as many NaN as are known to belong there
  /// come.
  [[gnu::cold]] void close_failed(item_error error, std::size_t payload_size) {
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    std::size_t value_size = 0;
    if constexpr (!flat_output<Value>) {
      objects.resize(count);
      objects.push_back(transform<same>(Value{}, [](const auto&) { return nan; }));
      value_size = real_count(objects.back());
    } else if constexpr (std::is_same_v<Value, double>) {
      value_size = 1;
    } else if constexpr (!std::is_same_v<Value, std::vector<double>>) {
      value_size = Value{}.size();
    }
    values.resize(value_offsets.back());
    while (value_size-- > 0) values.push_back(nan);
    payload.resize(payload_offsets.back());
    while (payload_size-- > 0) payload.push_back(nan);
    errors.push_back(std::move(error));
    close_item();
  }
};

}  // namespace dad::detail
