// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The figure: a box for each node with operation, value and adjoint, a line for each edge with its partial.

#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "nodes.hpp"

namespace graph {

/// "multiply(x1, n1)"; constants are written as numbers, an input as its name among the function's inputs.
std::string formula_of(const std::vector<node>& nodes, const node& n,
                       const std::array<std::string, 2>& inputs);

/// `inputs`: what the function's inputs are called. Throws std::runtime_error where the file cannot be
/// written.
void write_figure(const std::filesystem::path& file, const std::string& title, const std::vector<node>& nodes,
                  const std::array<std::string, 2>& inputs);

}  // namespace graph
