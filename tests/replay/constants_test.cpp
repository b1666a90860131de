// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Operations of which some operands are constants, with all that folding them may get wrong: zeros of both
// signs, ones, infinities and NaN among the constants and among the variables.

#include "replay/hostile_points.hpp"

namespace {

using test::hold_row, test::inf, test::pool;

/// An operation of which the operands that `Mask` names are constants.
template <std::size_t N, std::size_t Mask>
struct with_constants {
  test::numbered_operation<N> operation;
  std::array<double, N> constants;

  template <class X>
  auto operator()(const X& x) const {
    const auto operand = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) -> decltype(auto) {
      if constexpr ((Mask >> I & 1) != 0)
        return constants[I];
      else
        return x[I];
    };
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return operation.call(operand(std::integral_constant<std::size_t, I>{})...);
    }
    (std::make_index_sequence<N>{});
  }
};

template <std::size_t N, std::size_t Mask>
void hold_constants(const std::vector<double>& constants) {
  // The constants of one call are those of one point of a smaller pool.
  std::vector<std::array<double, N>> points;
  for (const double a : pool) {
    points.emplace_back();
    for (std::size_t i = 0; i < N; ++i) points.back()[i] = i % 2 == 0 ? a : 0.5 + a;
  }
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < N; ++i)
    if ((Mask >> i & 1) != 0) combinations *= constants.size();
  test::for_each_numbered<N>([&]<class Op>(const auto& operation, const trial<Op>&) {
    for (std::size_t c = 0; c < combinations; ++c) {
      with_constants<N, Mask> f{operation, {}};
      for (std::size_t i = 0, rest = c; i < N; ++i)
        if ((Mask >> i & 1) != 0) {
          f.constants[i] = constants[rest % constants.size()];
          rest /= constants.size();
        }
      INFO(Op::name << " with constants " << Catch::Detail::stringify(f.constants) << ", mask " << Mask);
      const auto gradients = dad::batch_eval(f, points);
      for (std::size_t k = 0; k < points.size(); ++k) {
        auto x = test::row_of(points[k]);
        x.insert(x.end(), f.constants.begin(), f.constants.end());
        const auto [value, gradient] = dad::value_and_gradient(f, points[k]);
        test::hold_value(gradients[k].value, value, x);
        hold_row("gradient", gradients[k].gradient, gradient, x);
      }
    }
  });
}

}  // namespace

TEST_CASE("two operands of which one is a constant") {
  const std::vector<double> constants{0.0, -0.0, 1, -1, 2, 0.5, 3, -2.5, 1e300, inf, -inf, std::nan("")};
  hold_constants<2, 1>(constants);
  hold_constants<2, 2>(constants);
}
TEST_CASE("three operands of which some are constants") {
  const std::vector<double> constants{0.0, 1, -1, 2.5, inf};
  hold_constants<3, 1>(constants);
  hold_constants<3, 2>(constants);
  hold_constants<3, 4>(constants);
  hold_constants<3, 3>(constants);
  hold_constants<3, 5>(constants);
  hold_constants<3, 6>(constants);
}
