// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Residuals of a model, generic in the parameters' scalar, and their minimum.

#include "fit.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <stdexcept>
#include <string>

#include "formulas.hpp"
#include "levenberg_marquardt.hpp"

namespace nist_fit {
namespace {

bool are_same_words(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

struct residuals {
  const problem& data;
  const model& of;

  template <class T>
  std::vector<T> operator()(const std::vector<T>& b) const {
    std::vector<T> r;
    r.reserve(data.observations());
    for (std::size_t i = 0; i < data.observations(); ++i) {
      const double y = of.is_of_logarithm ? std::log(data.responses[i]) : data.responses[i];
      r.push_back(value_of<T>(of.value, b, std::span(data.x).subspan(i * data.predictors, data.predictors)) -
                  y);
    }
    return r;
  }
};

}  // namespace

const model& model_of(const problem& p, std::string_view name) {
  const auto all = models();
  auto found = std::ranges::find_if(all, [&](const model& m) {
    return are_same_words(m.name, name.empty() ? std::string_view(p.name) : name);
  });
  if (found == all.end() && name.empty())
    found = std::ranges::find(all, std::string_view(p.text), &model::text);
  if (found == all.end()) {
    std::string known;
    for (const model& m : all) known.append(" ").append(m.name);
    throw std::runtime_error((name.empty()
                                  ? "no model is known for data set " + p.name + " with \"" + p.text + '"'
                                  : "no model is called " + std::string(name)) +
                             "; there are:" + known);
  }
  const auto check = [&](std::size_t got, std::size_t expected, const char* what) {
    if (got != expected)
      throw std::runtime_error("data set " + p.name + " has " + std::to_string(got) + ' ' + what +
                               ", expected " + std::to_string(expected) + " for model " +
                               std::string(found->name));
  };
  check(p.parameters(), found->parameters, "parameters");
  check(p.predictors, found->predictors, "predictors");
  for (const double y : p.responses)
    if (found->is_of_logarithm && !(y > 0))
      throw std::runtime_error("data set " + p.name + " has a response of " + std::to_string(y) +
                               ", expected positive ones: model " + std::string(found->name) +
                               " is of log(y)");
  return *found;
}

fitted fit(const problem& p, const model& m, const std::vector<double>& start) {
  const minimum found = levenberg_marquardt(residuals{p, m}, start);
  fitted result{found.parameters, found.deviations,   found.sum_of_squares, 0,
                found.steps,      found.has_converged};
  result.residual_deviation =
      std::sqrt(found.sum_of_squares / static_cast<double>(p.observations() - p.parameters()));
  for (double& deviation : result.deviations) deviation *= result.residual_deviation;
  for (const double r : residuals{p, m}(start)) result.start_sum_of_squares += r * r;
  return result;
}

std::vector<double> values(const model& m, std::span<const double> parameters, std::span<const double> x) {
  std::vector<double> result;
  for (std::size_t i = 0; i < x.size(); i += m.predictors)
    result.push_back(value_of<double>(m.value, parameters, x.subspan(i, m.predictors)));
  return result;
}

double digits(double q, double certified) {
  const double error = certified == 0 ? std::fabs(q) : std::fabs((q - certified) / certified);
  if (std::isnan(error)) return 0;
  return std::clamp(-std::log10(error), 0.0, 11.0);
}

double digits(const std::vector<double>& q, const std::vector<double>& certified) {
  double sum = 0;
  for (std::size_t i = 0; i < q.size(); ++i) sum += digits(q[i], certified[i]);
  return sum / static_cast<double>(q.size());
}

}  // namespace nist_fit
