// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every kind of batch over inputs that are ranges of numbers: arrays, vectors of different lengths, spans,
// rows.

#include "replay/all_kinds.hpp"

namespace {

const auto scalar = [](const auto& x) {
  auto sum = x[0] * x[1];
  for (std::size_t k = 0; k < x.size(); ++k) sum += sin(x[k]) * x[0];
  return x[1] > 0.5 ? sum * x[1] : sum + cos(x[x.size() - 1]);
};
// As many results as inputs and one more.
const auto several = [](const auto& x) {
  std::vector<std::remove_cvref_t<decltype(x[0])>> y;
  for (std::size_t k = 0; k < x.size(); ++k) y.push_back(x[k] * x[0] + exp(0.3 * x[1]));
  y.push_back(x[0] > 0 ? x[1] : x[0]);
  return y;
};
const auto term = [](const auto& w, const auto& x) {
  auto sum = w[0] * w[1];
  for (std::size_t k = 0; k < x.size(); ++k) sum += tanh(w[k % 3] * x[k]);
  return x[0] > 0 ? sum * w[2] : sum;
};

/// Vectors of 2 to 5 numbers.
std::vector<std::vector<double>> ragged(std::size_t count) {
  std::vector<std::vector<double>> x;
  for (std::size_t i = 0; i < count; ++i) {
    x.emplace_back(2 + i * 7 % 4);
    for (std::size_t k = 0; k < x.back().size(); ++k) x.back()[k] = test::spread(i, k, -2, 2);
  }
  return x;
}

TEST_CASE("arrays") {
  const auto inputs = [](std::size_t count) { return test::points<3>(count, -2, 2); };
  test::check_scalar_kinds(scalar, inputs);
  test::check_vector_kinds(several, inputs);
  test::check_sum(term, std::array{0.5, -1.5, 0.25}, inputs);
}

TEST_CASE("vectors of different lengths") {
  test::check_scalar_kinds(scalar, ragged);
  test::check_vector_kinds(several, ragged);
  test::check_sum(term, std::vector{0.5, -1.5, 0.25}, ragged);
}

TEST_CASE("spans of different lengths") {
  std::vector<std::vector<double>> memory;
  const auto inputs = [&memory](std::size_t count) {
    memory = ragged(count);
    return std::vector<std::span<const double>>(memory.begin(), memory.end());
  };
  test::check_scalar_kinds(scalar, inputs);
  test::check_vector_kinds(several, inputs);
  test::check_sum(term, std::vector{0.5, -1.5, 0.25}, inputs);
}

TEST_CASE("rows of a matrix, with space between them") {
  std::vector<double> memory;
  const auto inputs = [&memory](std::size_t count) {
    memory.assign(count * 7 + 1, std::nan(""));
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < 4; ++k) memory[7 * i + k] = test::spread(i, k, -2, 2);
    return dad::matrix_view(memory.data(), count, 4, 7);
  };
  test::check_scalar_kinds(scalar, inputs);
  test::check_vector_kinds(several, inputs);
  test::check_sum(term, std::vector{0.5, -1.5, 0.25}, inputs);
}

TEST_CASE("a matrix, an array of arrays, a span of arrays") {
  const auto points = test::points<3>(65, -2, 2);
  dad::matrix m(65, 3);
  for (std::size_t i = 0; i < 65; ++i) std::copy(points[i].begin(), points[i].end(), &m(i, 0));
  test::check_eval(scalar, m);
  std::array<std::array<double, 3>, 65> fixed{};
  std::copy(points.begin(), points.end(), fixed.begin());
  test::check_eval(scalar, fixed);
  test::check_eval(scalar, std::span(points).subspan(3, 20));
}

TEST_CASE("long rows: more reals than fit a block") {
  std::vector<std::vector<double>> x(9);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t k = 0; k < 3000 + i % 2; ++k) x[i].push_back(test::spread(i, k * 13, -1, 1));
  test::check_eval(scalar, x, 1e-12);
}

}  // namespace
