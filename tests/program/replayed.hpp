// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A code run over any number of inputs, block by block, as a batch runs it.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/program/code.hpp>

namespace test {

struct replayed {
  std::vector<std::vector<double>> outputs;  // a row for each input
  std::vector<std::uint32_t> left_at;        // by input; the number of a guard, or on_path
  std::vector<double> totals;                // sums over all inputs
  std::size_t ended_blocks = 0;              // that every lane had left
};

/// rows: the inputs. The last pack of a block is filled with copies of its last row.
inline replayed replay(const dad::detail::code& c, const std::vector<std::vector<double>>& rows,
                       const std::vector<double>& uniforms_of_call = {}, std::size_t total_count = 0) {
  using dad::detail::lane_count;
  replayed result;
  result.totals.assign(total_count, 0.0);
  dad::detail::workspace w;
  const std::vector<double> uniforms = c.uniforms(uniforms_of_call);
  c.prepare(w, uniforms);
  for (std::size_t first = 0; first < rows.size(); first += c.lanes()) {
    const std::size_t lanes = std::min(rows.size() - first, c.lanes());
    const std::size_t packs = (lanes + lane_count - 1) / lane_count;
    for (std::size_t p = 0; p < packs; ++p) {
      const double* pointers[lane_count];
      for (std::size_t l = 0; l < lane_count; ++l)
        pointers[l] = rows[first + std::min(lanes - 1, p * lane_count + l)].data();
      if (c.input_count() > 0) dad::detail::load_rows(pointers, c.input_count(), c.input(w, 0, p), c.width());
    }
    if (!c.run(w, uniforms, lanes, result.totals.data())) ++result.ended_blocks;
    for (std::size_t l = 0; l < lanes; ++l) {
      std::vector<double> row;
      for (std::size_t k = 0; k < c.output_count(); ++k)
        row.push_back((*c.output(w, k, l / lane_count))[l % lane_count]);
      result.outputs.push_back(std::move(row));
      result.left_at.push_back(c.guard_count() > 0 ? w.left_at[l] : dad::detail::block_lanes::on_path);
    }
  }
  return result;
}

/// The outputs for one input.
inline std::vector<double> replay_one(const dad::detail::code& c, const std::vector<double>& row) {
  return replay(c, {row}).outputs[0];
}

}  // namespace test
