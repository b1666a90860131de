// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs that are numbers and rows of numbers.

#include <array>
#include <span>
#include <vector>

#include "mpi/structures.hpp"

using namespace ranks;

namespace {
constexpr auto mix = [](const auto& x) {
  auto sum = x[0] * 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += sin(x[k]) * x[(k + 1) % x.size()];
  return sum;
};
}  // namespace

TEST_CASE("numbers") {
  const auto f = [](const auto& x) { return exp(-x) * sin(3.0 * x); };
  check_structure(f, each([](std::size_t i) { return number(i, 0); }));
  check_structure(f, each([](std::size_t i) { return static_cast<float>(number(i, 0)); }));
  check_structure(f, each([](std::size_t i) { return static_cast<int>(i); }));
}

TEST_CASE("rows of fixed length") {
  check_structure(mix, each([](std::size_t i) {
                    return std::array<double, 3>{number(i, 0), number(i, 1), 2.0};
                  }));
  check_structure(mix, each([](std::size_t i) { return row(i, 5); }));
  check_structure(mix, each([](std::size_t i) {
                    return std::vector<float>{0.5f, static_cast<float>(i), 1.5f};
                  }));
}

TEST_CASE("ragged rows") {
  check_structure(mix, each([](std::size_t i) { return row(i, 1 + i % 4); }));
}

TEST_CASE("rows that are views") {
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < 50; ++i) rows.push_back(row(i, 1 + i % 3));
  check_structure(mix, each([&](std::size_t i) { return std::span<const double>(rows[i]); }));
}

TEST_CASE("rows of a matrix, contiguous and with a stride") {
  const std::vector<double> data = row(0, 50 * 4);
  check_structure(mix, [&](std::size_t count) { return dad::matrix_view(data.data(), count, 4); });
  check_structure(mix, [&](std::size_t count) { return dad::matrix_view(data.data(), count, 3, 4); });
}

TEST_CASE("inputs may be any contiguous range") {
  const std::array<double, 4> numbers = {1.0, 2.0, 3.0, 4.0};
  const auto f = [](const auto& x) { return x * x * x; };
  const auto local = dad::batch_eval(f, numbers);
  const auto from_array = dad::mpi::batch_eval(f, numbers);
  const auto from_span = dad::mpi::batch_eval(f, std::span(numbers));
  dad::matrix m(3, 2, 1.5);
  const auto from_matrix = dad::mpi::batch_eval(mix, m);
  if (ranks::rank() == 0) {
    CHECK(ranks::same_results(from_array, local));
    CHECK(ranks::same_results(from_span, local));
    CHECK(ranks::same_results(from_matrix, dad::batch_eval(mix, m)));
  }
}
