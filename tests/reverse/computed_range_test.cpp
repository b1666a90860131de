// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ranges that compute their elements at each access, and so record while a function of the whole range is at
// work.

#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;

// Like a std::views::transform, which clang 14 cannot compile.
template <class Range>
struct halves_of_squares {
  const Range& range;
  [[nodiscard]] std::size_t size() const { return range.size(); }
  [[nodiscard]] auto operator[](std::size_t i) const { return range[i] * range[i] * 0.5; }
};
template <class Range>
halves_of_squares(const Range&) -> halves_of_squares<Range>;

}  // namespace

TEST_CASE("dot, norm and log_sum_exp of a computed range") {
  const row x = {.2, .8, 1.5};
  row squares;
  double length = 0, total = 0;
  for (double t : x) {
    squares.push_back(t * t / 2);
    length += squares.back() * squares.back();
    total += std::exp(squares.back());
  }
  length = std::sqrt(length);
  row of_dot, of_norm, of_sum;
  for (std::size_t i = 0; i < 3; ++i) {
    of_dot.push_back(1.5 * x[i] * x[i]);
    of_norm.push_back(squares[i] / length * x[i]);
    of_sum.push_back(std::exp(squares[i]) / total * x[i]);
  }
  CHECK_ROW(dad::gradient([](const auto& p) { return dot(halves_of_squares{p}, p); }, x), of_dot);
  CHECK_ROW(dad::gradient([](const auto& p) { return dad::norm(halves_of_squares{p}); }, x), of_norm);
  CHECK_ROW(dad::gradient([](const auto& p) { return dad::log_sum_exp(halves_of_squares{p}); }, x), of_sum);
  CHECK(dad::norm(halves_of_squares{x}) == close_to(length));
}
