// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Dense row-major matrices: what Jacobians and Hessians come back in, and rows that are inputs.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/core/large_memory.hpp>

namespace dad {

namespace detail {
struct unwritten {};
}  // namespace detail

/// A rows x cols table of T in row-major order, which owns its memory.
template <class T>
class basic_matrix {
 public:
  using value_type = T;

  basic_matrix() = default;
  basic_matrix(std::size_t rows, std::size_t cols, const T& fill = T(0))
      : rows_(rows), cols_(cols), data_(rows * cols, fill) {}
  /// For who writes all of it.
  basic_matrix(detail::unwritten, std::size_t rows, std::size_t cols)
      : rows_(rows), cols_(cols), data_(rows * cols) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t cols() const noexcept { return cols_; }
  [[nodiscard]] std::size_t size() const noexcept { return data_.size(); }

  [[nodiscard]] T* data() noexcept { return data_.data(); }
  [[nodiscard]] const T* data() const noexcept { return data_.data(); }

  [[nodiscard]] T& operator()(std::size_t i, std::size_t j) noexcept { return data_[i * cols_ + j]; }
  [[nodiscard]] const T& operator()(std::size_t i, std::size_t j) const noexcept {
    return data_[i * cols_ + j];
  }

  [[nodiscard]] std::span<T> row(std::size_t i) noexcept { return {data() + i * cols_, cols_}; }
  [[nodiscard]] std::span<const T> row(std::size_t i) const noexcept { return {data() + i * cols_, cols_}; }

  friend bool operator==(const basic_matrix&, const basic_matrix&) = default;

  /// A matrix is a point and a result as any struct that serializes.
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& rows_& cols_& data_;
  }

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::vector<T, detail::large_memory<T>> data_;
};

/// A rows x cols table in the caller's memory: row i starts at data + i * stride. As the inputs of a batch,
/// each row is one input and nothing is copied. Throws shape_error for a stride below cols.
template <class T>
class basic_matrix_view {
 public:
  using value_type = std::remove_const_t<T>;

  basic_matrix_view() = default;
  basic_matrix_view(T* data, std::size_t rows, std::size_t cols)
      : basic_matrix_view(data, rows, cols, cols) {}
  basic_matrix_view(T* data, std::size_t rows, std::size_t cols, std::size_t stride)
      : data_(data), rows_(rows), cols_(cols), stride_(stride) {
    if (stride < cols)
      detail::raise<shape_error>("dad: stride of matrix_view is %zu, expected at least its %zu columns",
                                 stride, cols);
  }
  basic_matrix_view(const basic_matrix<value_type>& m) noexcept requires std::is_const_v<T>
      : data_(m.data()), rows_(m.rows()), cols_(m.cols()), stride_(m.cols()) {}
  basic_matrix_view(basic_matrix<value_type>& m) noexcept
      : data_(m.data()), rows_(m.rows()), cols_(m.cols()), stride_(m.cols()) {}
  basic_matrix_view(const basic_matrix_view<value_type>& v) noexcept requires std::is_const_v<T>
      : basic_matrix_view(v.data(), v.rows(), v.cols(), v.stride()) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t cols() const noexcept { return cols_; }
  [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
  [[nodiscard]] T* data() const noexcept { return data_; }

  [[nodiscard]] T& operator()(std::size_t i, std::size_t j) const noexcept { return data_[i * stride_ + j]; }

  /// The number of rows, and one of them: a matrix_view is a range of inputs.
  [[nodiscard]] std::size_t size() const noexcept { return rows_; }
  [[nodiscard]] std::span<T> operator[](std::size_t i) const noexcept { return {data_ + i * stride_, cols_}; }

 private:
  T* data_ = nullptr;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t stride_ = 0;
};

namespace detail {
template <class M>
inline constexpr bool is_matrix = false;
template <class T>
inline constexpr bool is_matrix<basic_matrix<T>> = true;
template <class T>
inline constexpr bool is_matrix<basic_matrix_view<T>> = true;
}  // namespace detail

using matrix = basic_matrix<double>;
using matrix_view = basic_matrix_view<const double>;

}  // namespace dad
