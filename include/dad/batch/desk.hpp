// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a thread replays with.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list_view.hpp>
#include <dad/lanes/transpose.hpp>
#include <dad/program/code.hpp>

namespace dad::detail {

/// What one thread works with.
template <class...>
struct desk_if_used {
  workspace space;
  list<const double*> rows;
  list<double*> results;
  list<double> scratch;
  list<double> waste;  // what lanes give that nobody asked for
  list<std::size_t> indices;

  void prepare(const code& c, list_view<const double> uniforms) {
    c.prepare(space, uniforms);
    if (rows.size() < c.lanes()) rows.resize(c.lanes());
    if (indices.size() < c.lanes()) indices.resize(c.lanes());
    if (results.size() < c.lanes()) results.resize(c.lanes());
    if (scratch.size() < c.lanes() * c.input_count()) scratch.resize(c.lanes() * c.input_count());
  }

  /// `columns` reals of each row into the inputs of a code from `first` on; the last pack is filled with
  /// copies of the last row.
  void load_columns(const code& c, std::size_t count, std::size_t first, std::size_t columns_of_row) {
    const std::size_t lanes = (count + lane_count - 1) / lane_count * lane_count;
    for (std::size_t l = count; l < lanes; ++l) rows[l] = rows[count - 1];
    if (!c.few_inputs().empty()) {
      for (const std::uint32_t k : c.few_inputs())
        if (k >= first && k < first + columns_of_row)
          for (std::size_t l = 0; l < lanes; ++l)
            c.input(space, k, l / lane_count)->set(l % lane_count, rows[l][k - first]);
      return;
    }
    for (std::size_t l = 0; l < lanes; l += lane_count)
      load_rows(rows.data() + l, columns_of_row, c.input(space, first, l / lane_count), c.width());
  }
};
using desk = desk_if_used<>;

/// The seeds of a block, inputs of a code from `first` on: a row of the unit matrix.
inline void load_unit_row(desk& k, const code& c, std::size_t first, std::size_t count, std::size_t row,
                          std::size_t packs) {
  for (std::size_t s = 0; s < count; ++s)
    for (std::size_t p = 0; p < packs; ++p) *c.input(k.space, first + s, p) = pack(s == row ? 1.0 : 0.0);
}

/// What is right of the diagonal of an n x n matrix, left of it as well.
inline void mirror(std::size_t n, double* m) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) m[i * n + j] = m[j * n + i];
}

/// The rows x columns matrix in m turns into its transpose.
template <class...>
void transpose_rows(std::size_t rows, std::size_t columns, double* m) {
  const list<double> old(list_view<const double>(m, rows * columns));
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) m[j * rows + i] = old[i * columns + j];
}

template <class...>
struct desk_list_if_used {
  desk_list_if_used() = default;
  desk_list_if_used(const desk_list_if_used&) = delete;
  desk_list_if_used& operator=(const desk_list_if_used&) = delete;
  ~desk_list_if_used() {
    for (const desk* d : desks) delete d;
  }
  desk& of(std::size_t thread) {
    while (desks.size() <= thread) {
      desks.reserve(desks.size() + 1);  // what may throw comes first
      desks.push_back(new desk);
    }
    return *desks[thread];
  }
  list<desk*> desks;
};
using desk_list = desk_list_if_used<>;

DAD_COMPILED_ONCE(struct desk)

DAD_COMPILED_ONCE(struct desk_list)

}  // namespace dad::detail
