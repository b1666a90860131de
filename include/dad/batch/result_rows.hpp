// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where the results of a batch are written, by index: straight into flat arrays as long as all inputs have as
// many reals, and into a row of their own where they differ.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/batch/index_list.hpp>
#include <dad/batch/storage.hpp>
#include <dad/core/list_view.hpp>

namespace dad::detail {

/// The reals of the results of `count` inputs: a value and a payload for each. Inputs get their sizes before
/// they are written.
template <class...>
class result_rows_if_used {
 public:
  /// The arrays are kept as they are where they fit.
  result_rows_if_used(std::size_t count, std::vector<double>& values, std::vector<double>& payload)
      : count_(count), values_(values), payload_(payload) {}

  /// All inputs have so many reals.
  [[nodiscard]] bool has_sizes(std::size_t value_size, std::size_t payload_size) const noexcept {
    return is_sized_ && !is_ragged_ && value_size == value_size_ && payload_size == payload_size_;
  }

  /// Input i has so many reals. What was written for others stays.
  void set_sizes(std::size_t i, std::size_t value_size, std::size_t payload_size) {
    if (is_ragged_) return set_ragged(i, value_size, payload_size);
    if (!is_sized_) {
      is_sized_ = true;
      value_size_ = value_size;
      payload_size_ = payload_size;
      values_.resize(count_ * value_size);
      payload_.resize(count_ * payload_size);
    }
    if (value_size == value_size_ && payload_size == payload_size_) return;
    make_ragged();
    set_ragged(i, value_size, payload_size);
  }

  /// These inputs have so many reals.
  void set_sizes(const index_list& inputs, std::size_t value_size, std::size_t payload_size) {
    for (std::size_t i = 0; i < inputs.size() && !has_sizes(value_size, payload_size); ++i)
      set_sizes(inputs[i], value_size, payload_size);
  }

  [[nodiscard]] bool is_ragged() const noexcept { return is_ragged_; }

  [[nodiscard]] double* value(std::size_t i) noexcept {
    return is_ragged_ ? rows_[i].data() : values_.data() + i * value_size_;
  }
  [[nodiscard]] double* payload(std::size_t i) noexcept {
    return is_ragged_ ? rows_[i].data() + value_sizes_[i] : payload_.data() + i * payload_size_;
  }
  /// The results of input i, of any size.
  void write(std::size_t i, list_view<const double> its_value, list_view<const double> its_payload) {
    set_sizes(i, its_value.size(), its_payload.size());
    double* to = value(i);
    for (const double x : its_value) *to++ = x;
    to = payload(i);
    for (const double x : its_payload) *to++ = x;
  }

  /// Where the values, or payloads from one real on, of these inputs are.
  void value_rows(list_view<const std::size_t> inputs, double** rows) noexcept {
    double* const all = values_.data();
    for (std::size_t i = 0; i < inputs.size(); ++i)
      rows[i] = is_ragged_ ? value(inputs[i]) : all + inputs[i] * value_size_;
  }
  void payload_rows(list_view<const std::size_t> inputs, std::size_t first, double** rows) noexcept {
    double* const all = payload_.data() + first;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      rows[i] = is_ragged_ ? payload(inputs[i]) + first : all + inputs[i] * payload_size_;
  }
  [[nodiscard]] std::size_t value_size(std::size_t i) const noexcept {
    return is_ragged_ ? value_sizes_[i] : value_size_;
  }

  /// Writes the offsets, and what is not yet in the flat arrays.
  void finish(std::vector<std::size_t>& value_offsets, std::vector<std::size_t>& payload_offsets,
              even_sizes& even) {
    const even_sizes sizes = is_ragged_ ? even_sizes{} : even_sizes{count_, value_size_, payload_size_};
    if (!is_ragged_ && count_ > 0 && sizes == even) return;  // the offsets of an earlier call
    even = sizes;
    value_offsets.resize(count_ + 1);
    payload_offsets.resize(count_ + 1);
    value_offsets[0] = payload_offsets[0] = 0;
    if (is_ragged_) {
      values_.clear();
      payload_.clear();
    } else {
      values_.resize(count_ * value_size_);
      payload_.resize(count_ * payload_size_);
    }
    for (std::size_t i = 0; i < count_; ++i) {
      if (is_ragged_) {
        const double* row = rows_[i].data();
        values_.insert(values_.end(), row, row + value_sizes_[i]);
        payload_.insert(payload_.end(), row + value_sizes_[i], row + rows_[i].size());
        value_offsets[i + 1] = values_.size();
        payload_offsets[i + 1] = payload_.size();
      } else {
        value_offsets[i + 1] = (i + 1) * value_size_;
        payload_offsets[i + 1] = (i + 1) * payload_size_;
      }
    }
  }

 private:
  [[gnu::cold]] void make_ragged() {
    is_ragged_ = true;
    rows_.resize(count_);
    value_sizes_.assign(count_, value_size_);
    for (std::size_t k = 0; k < count_; ++k) {
      rows_[k].assign(values_.data() + k * value_size_, values_.data() + (k + 1) * value_size_);
      rows_[k].insert(rows_[k].end(), payload_.data() + k * payload_size_,
                      payload_.data() + (k + 1) * payload_size_);
    }
  }
  [[gnu::cold]] void set_ragged(std::size_t i, std::size_t value_size, std::size_t payload_size) {
    value_sizes_[i] = value_size;
    rows_[i].resize(value_size + payload_size);
  }

  std::size_t count_;
  std::vector<double>& values_;
  std::vector<double>& payload_;
  std::size_t value_size_ = 0;
  std::size_t payload_size_ = 0;
  bool is_sized_ = false;
  bool is_ragged_ = false;
  std::vector<std::vector<double>> rows_;
  list<std::size_t> value_sizes_;
};
using result_rows = result_rows_if_used<>;

DAD_COMPILED_ONCE(class result_rows)

}  // namespace dad::detail
