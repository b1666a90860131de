// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A problem of nonlinear regression with its starts and certified results, as NIST's files have it.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nist_fit {

struct problem {
  std::string name;  // "Misra1a"
  std::string text;  // the model, without blanks, brackets round: "y=b1*(1-exp(-b2*x))"
  std::vector<std::vector<double>> starts;  // one or several, each with all parameters
  std::vector<double> certified, deviations;
  double sum_of_squares = 0, residual_deviation = 0;
  std::size_t predictors = 0;
  std::vector<double> responses, x;  // x: observations x predictors

  [[nodiscard]] std::size_t parameters() const { return certified.size(); }
  [[nodiscard]] std::size_t observations() const { return responses.size(); }
};

/// The file's text; throws std::runtime_error where it cannot be read.
std::string content_of(const std::string& path);

/// Reads a file in the format of NIST's Statistical Reference Datasets for nonlinear regression: where
/// starting values, certified values and data stand is in its own first lines ("Data (lines 61 to 74)"), and
/// its data begin with the response. Throws std::runtime_error with path and line where something is missing,
/// is not a number, or does not agree with what the file says elsewhere.
problem read_problem(const std::string& path, std::string_view text);

}  // namespace nist_fit
