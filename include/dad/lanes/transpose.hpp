// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows of doubles to packs and back: lane l of a pack is of row l. And sums over the lanes of packs.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/lanes/pack.hpp>

namespace dad::detail {

#if DAD_LANE_COUNT > 1

// A vector of Width doubles, a part of a native pack.
template <std::size_t Width>
struct native_part {
  typedef double type __attribute__((vector_size(8 * Width)));
};
template <>
struct native_part<1> {
  using type = double;
};

template <class V, std::size_t... I>
inline auto joined(const V& low, const V& high, std::index_sequence<I...>) {
  return __builtin_shufflevector(low, high, I...);
}
template <std::size_t First, class V, std::size_t... I>
inline auto cut(const V& v, std::index_sequence<I...>) {
  return __builtin_shufflevector(v, v, (First + I)...);
}

// Elements [column, column + Width) of Count rows that are `Stride` rows apart, one after the other in a
// vector. They are put together as they are loaded, which costs less than moving them across vectors.
template <std::size_t Width, std::size_t Stride, std::size_t Count>
inline typename native_part<Width * Count>::type load_parts(const double* const* rows, std::size_t column) {
  if constexpr (Count == 1) {
    typename native_part<Width>::type part;
    __builtin_memcpy(&part, *rows + column, sizeof part);
    return part;
  } else if constexpr (Width * Count == 2) {
    return typename native_part<2>::type{rows[0][column], rows[Stride][column]};
  } else {
    return joined(load_parts<Width, Stride, Count / 2>(rows, column),
                  load_parts<Width, Stride, Count / 2>(rows + Stride * (Count / 2), column),
                  std::make_index_sequence<Width * Count>());
  }
}

template <std::size_t Width, std::size_t Stride, std::size_t Count>
inline void store_parts(double* const* rows, std::size_t column,
                        const typename native_part<Width * Count>::type& parts) {
  if constexpr (Count == 1) {
    __builtin_memcpy(*rows + column, &parts, sizeof parts);
  } else if constexpr (Width * Count == 2) {
    rows[0][column] = parts[0];
    rows[Stride][column] = parts[1];
  } else {
    using half = std::make_index_sequence<Width * Count / 2>;
    store_parts<Width, Stride, Count / 2>(rows, column, cut<0>(parts, half()));
    store_parts<Width, Stride, Count / 2>(rows + Stride * (Count / 2), column,
                                          cut<Width * Count / 2>(parts, half()));
  }
}

// One of the log2(n) steps of a transpose of n x n: elements swap where bit Distance of row and column
// differ.
template <std::size_t Distance, std::size_t... Lane>
inline void exchange(native_pack& a, native_pack& b, std::index_sequence<Lane...>) {
  constexpr std::size_t n = lane_count;
  const native_pack low =
      __builtin_shufflevector(a, b, ((Lane & Distance) != 0 ? n + Lane - Distance : Lane)...);
  b = __builtin_shufflevector(a, b, ((Lane & Distance) != 0 ? n + Lane : Lane + Distance)...);
  a = low;
}

// The Width x Width tiles of Width vectors transposed.
template <std::size_t Width, std::size_t Distance = 1>
inline void transpose_tiles(native_pack (&p)[Width]) {
  if constexpr (Distance < Width) {
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Width; ++i)
      if ((i & Distance) == 0)
        exchange<Distance>(p[i], p[i + Distance], std::make_index_sequence<lane_count>());
    transpose_tiles<Width, Distance * 2>(p);
  }
}

// Width columns of lane_count rows.
template <std::size_t Width>
inline void load_tile(const double* const* rows, std::size_t column, pack* columns, std::size_t column_step) {
  native_pack p[Width];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Width; ++i)
    p[i] = load_parts<Width, Width, lane_count / Width>(rows + i, column);
  transpose_tiles(p);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Width; ++i) columns[i * column_step].native() = p[i];
}

template <std::size_t Width, class Columns>
inline void store_tile(double* const* rows, std::size_t column, Columns&& columns) {
  native_pack p[Width];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Width; ++i) p[i] = columns(column + i).native();
  transpose_tiles(p);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Width; ++i)
    store_parts<Width, Width, lane_count / Width>(rows + i, column, p[i]);
}

#else

template <std::size_t>
inline void load_tile(const double* const* rows, std::size_t column, pack* columns, std::size_t) {
  columns->set(0, rows[0][column]);
}
template <std::size_t, class Columns>
inline void store_tile(double* const* rows, std::size_t column, Columns&& columns) {
  rows[0][column] = columns(column)[0];
}

#endif

template <std::size_t Width>
inline void load_tiles(const double* const* rows, std::size_t column, std::size_t count, pack* columns,
                       std::size_t column_step) {
  for (; column + Width <= count; column += Width)
    load_tile<Width>(rows, column, columns + column * column_step, column_step);
  if constexpr (Width > 1) load_tiles<Width / 2>(rows, column, count, columns, column_step);
}

template <std::size_t Width, class Columns>
inline void store_tiles(double* const* rows, std::size_t column, std::size_t count, Columns&& columns) {
  for (; column + Width <= count; column += Width) store_tile<Width>(rows, column, columns);
  if constexpr (Width > 1) store_tiles<Width / 2>(rows, column, count, columns);
}

inline constexpr std::size_t tile_width = lane_count < 4 ? lane_count : 4;

/// Lane l of columns[j * column_step] = rows[l][j], for lane_count rows of `count` doubles at any address.
inline void load_rows(const double* const* rows, std::size_t count, pack* columns, std::size_t column_step) {
  load_tiles<tile_width>(rows, 0, count, columns, column_step);
}

/// rows[l][j] = lane l of the pack columns(j), for lane_count rows of `count` doubles at any address.
template <class Columns>
inline void store_rows(double* const* rows, std::size_t count, Columns&& columns) {
  store_tiles<tile_width>(rows, 0, count, columns);
}

#if DAD_LANE_COUNT > 1
template <std::size_t Distance>
inline native_pack sum_halves(const pack* p, std::size_t k) {
  if constexpr (Distance == lane_count) {
    return p[k].native();
  } else {
    native_pack a = sum_halves<Distance * 2>(p, k);
    native_pack b = sum_halves<Distance * 2>(p, k + Distance);
    exchange<Distance>(a, b, std::make_index_sequence<lane_count>());
    return a + b;
  }
}
#endif

/// Lane k of the result is the sum over the lanes of p[k], for lane_count packs, in a fixed order: halves are
/// added to each other until one number is left.
inline pack sums_of(const pack* p) {
#if DAD_LANE_COUNT > 1
  return pack::of(sum_halves<1>(p, 0));
#else
  return *p;
#endif
}

}  // namespace dad::detail
