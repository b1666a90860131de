// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A model fitted to a problem's data, and how many digits are those of the certified results.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "data_file.hpp"
#include "models.hpp"

namespace nist_fit {

/// The model of that name, or, without one, the model of the problem's name, or that of its formula. Throws
/// std::runtime_error where there is none, and where its parameters or predictors are not as many as the
/// file's.
const model& model_of(const problem& p, std::string_view name = {});

struct fitted {
  std::vector<double> parameters, deviations;
  double sum_of_squares = 0, residual_deviation = 0;
  std::size_t steps = 0;
  bool has_converged = false;
  double start_sum_of_squares = 0;  // where it began
};

/// By levenberg_marquardt, with derivatives by dad. Needs no MPI, and is pure.
fitted fit(const problem& p, const model& m, const std::vector<double>& start);

/// The model at the parameters, for each row of predictors.
std::vector<double> values(const model& m, std::span<const double> parameters, std::span<const double> x);

/// The log relative error, -log10 |(q - c) / c|: how many digits of q are those of c. From 0 to 11, as
/// certified results have 11 digits; of c = 0, -log10 |q|.
double digits(double q, double certified);

/// Their mean.
double digits(const std::vector<double>& q, const std::vector<double>& certified);

}  // namespace nist_fit
