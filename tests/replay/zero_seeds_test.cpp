// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An exactly zero direction, seed or adjoint stays zero in every kind of batch, whatever the partials at the
// ends of domains.

#include "replay/hostile_points.hpp"

namespace {

using test::hostile_points;

template <std::size_t N>
void hold_zero_seeds() {
  const auto points = hostile_points<N>();
  std::vector<test::point<N>> zeros(points.size());
  test::for_each_numbered<N>([&]<class Op>(const auto& f, const trial<Op>&) {
    const auto tangents = dad::batch_jvp(f, points, zeros);
    const auto adjoints = dad::batch_vjp(f, points, std::vector<double>(points.size(), 0.0));
    const auto products = dad::batch_hvp(f, points, zeros);
    for (std::size_t k = 0; k < points.size(); ++k) {
      INFO(Op::name << " at " << Catch::Detail::stringify(test::row_of(points[k])));
      CHECK(tangents[k].tangent == 0);
      for (std::size_t i = 0; i < N; ++i) {
        CHECK(test::entry<N>(adjoints[k].adjoint, i) == 0);
        CHECK(test::entry<N>(products[k].product, i) == 0);
      }
    }
  });
}

}  // namespace

TEST_CASE("zero seeds stay zero through operations of one operand") { hold_zero_seeds<1>(); }
TEST_CASE("zero seeds stay zero through operations of two operands") { hold_zero_seeds<2>(); }
TEST_CASE("zero seeds stay zero through operations of three operands") { hold_zero_seeds<3>(); }
