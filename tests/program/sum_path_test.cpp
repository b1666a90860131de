// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A term's program in three parts: what depends on shared inputs alone is computed once, and adjoints of it
// leave the lanes as sums.

#include <dad/program/sum_path.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "program/recorded.hpp"

namespace {

using dad::detail::code, dad::detail::sum_path, dad::detail::workspace;
using row = std::vector<double>;

// The values of all items in one block, and the adjoints of the shared inputs.
struct sums {
  row terms;
  row adjoints;
};

sums run(const sum_path& p, const row& shared, const std::vector<row>& items) {
  const code& c = *p.lanes();
  REQUIRE(items.size() <= c.lanes());
  const row uniforms = c.uniforms(p.table(shared));
  workspace w;
  c.prepare(w, uniforms);
  for (std::size_t k = 0; k < items[0].size(); ++k)
    for (std::size_t l = 0; l < c.lanes(); ++l)
      c.input(w, k, l / dad::detail::lane_count)
          ->set(l % dad::detail::lane_count, items[l < items.size() ? l : items.size() - 1][k]);
  sums s;
  s.adjoints.assign(p.table_size(), 0.0);
  (void)c.run(w, uniforms, items.size(), s.adjoints.data());
  for (std::size_t l = 0; l < items.size(); ++l)
    s.terms.push_back((*c.output(w, 0, l / dad::detail::lane_count))[l % dad::detail::lane_count]);
  workspace after;
  p.finish(after, shared, s.adjoints);
  s.adjoints.resize(shared.size());
  return s;
}

// Two shared inputs, then an item of two.
template <class F>
sum_path path_of(const F& f) {
  return sum_path(test::record(f, {0.3, -0.7, 1.1, 0.4}), 2);
}

const row shared{0.5, -1.25};
const std::vector<row> items{{1, 2}, {0.5, -3}, {-2, 0.25}};

}  // namespace

TEST_CASE("what depends on shared inputs alone is no work of the lanes") {
  const sum_path p = path_of([](const auto& x) { return exp(x[0]) * sin(x[1]) * x[2] + x[3]; });
  CHECK(p.shared_count() == 2);
  CHECK(p.table_size() == 3);  // exp(x0) sin(x1), which the lanes take as one number
  CHECK(p.table(shared)[2] == Approx(std::exp(shared[0]) * std::sin(shared[1])).epsilon(1e-15));
  // A product with x2, a sum with x3, and the sum of adjoints over the lanes.
  CHECK(p.lanes()->instruction_count() <= 3);

  const sums s = run(p, shared, items);
  double d0 = 0, d1 = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const double g = std::exp(shared[0]) * items[i][0];
    CHECK(s.terms[i] == Approx(g * std::sin(shared[1]) + items[i][1]).epsilon(1e-14));
    d0 += g * std::sin(shared[1]);
    d1 += g * std::cos(shared[1]);
  }
  CHECK(s.adjoints[0] == Approx(d0).epsilon(1e-14));
  CHECK(s.adjoints[1] == Approx(d1).epsilon(1e-14));
}

TEST_CASE("shared inputs that lanes take as they are need no part of their own") {
  const sum_path p = path_of([](const auto& x) { return x[0] * x[2] - x[1] * x[3]; });
  CHECK(p.table_size() == 2);
  const sums s = run(p, shared, items);
  CHECK(s.terms == row{0.5 + 2.5, 0.25 - 3.75, -1 + 0.3125});
  CHECK(s.adjoints == row{1 + 0.5 - 2, -(2 - 3 + 0.25)});
}

TEST_CASE("a term of shared inputs alone counts once for every item") {
  const sum_path p = path_of([](const auto& x) { return x[0] * x[1]; });
  const sums s = run(p, shared, items);
  CHECK(s.terms == row(3, -0.625));
  CHECK(s.adjoints == row{3 * -1.25, 3 * 0.5});
}

TEST_CASE("a term that does not depend on a shared input leaves its adjoint zero") {
  const sum_path p = path_of([](const auto& x) { return x[0] * x[2]; });
  CHECK(run(p, shared, items).adjoints == row{-0.5, 0});
  const sum_path constant = path_of([](const auto& x) { return x[2] * x[3]; });
  CHECK(run(constant, shared, items).adjoints == row{0, 0});
}

// A path is recorded anew in each call, with the shared inputs of that call.
TEST_CASE("guards on shared inputs alone hold for every item of a call") {
  const sum_path p = path_of([](const auto& x) {
    auto y = x[0] > 0 ? x[0] * x[2] : x[0] + x[2];
    if (x[3] > 0) y += x[1];
    return y;
  });
  REQUIRE(p.check());
  CHECK(p.check()->guard_count() == 1);
}
