// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The inputs of a batch, and the reals of each.

#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include <dad/batch/kind.hpp>
#include <dad/core/matrix.hpp>
#include <dad/structure/layout.hpp>

namespace dad::detail {

/// A batch's inputs (or seeds) as items in a row: a span over a contiguous range, or the rows of a matrix.
template <class Inputs>
auto items_of(const Inputs& inputs) {
  if constexpr (requires { basic_matrix_view<const double>(inputs); })
    return basic_matrix_view<const double>(inputs);
  else if constexpr (requires { std::span(inputs); })
    return std::span<const std::remove_cvref_t<decltype(std::span(inputs)[0])>>(inputs);
  else
    static_assert(!std::is_same_v<Inputs, Inputs>,
                  "dad: the inputs of a batch are a contiguous range (vector, array, span) or a matrix_view");
}
inline no_seeds items_of(no_seeds) { return {}; }

template <class Items>
using item_t = std::remove_cvref_t<decltype(std::declval<const Items&>()[0])>;

/// Items begin to end of a range.
template <class Item>
std::span<const Item> slice(std::span<const Item> items, std::size_t begin, std::size_t end) {
  return items.subspan(begin, end - begin);
}
inline basic_matrix_view<const double> slice(const basic_matrix_view<const double>& rows, std::size_t begin,
                                             std::size_t end) {
  if (begin == end) return {};
  return {rows.data() + begin * rows.stride(), end - begin, rows.cols(), rows.stride()};
}
inline no_seeds slice(no_seeds, std::size_t, std::size_t) { return {}; }

/// The reals of one input: where they are in it, or copied to scratch.
template <class X>
const double* row_of(const X& x, double* scratch) {
  if constexpr (std::is_same_v<X, double>) {
    return &x;
  } else if constexpr (is_contiguous<X>) {
    return contiguous_reals(x);
  } else {
    copy_reals(x, scratch);
    return scratch;
  }
}

template <class Items>
void rows_of(const Items& items, const std::size_t* indices, std::size_t count, const double** rows,
             double* scratch) {
  for (std::size_t k = 0; k < count; ++k) {
    const auto& x = items[indices[k]];
    rows[k] = row_of(x, scratch);
    if (rows[k] == scratch) scratch += real_count(x);
  }
}

}  // namespace dad::detail
