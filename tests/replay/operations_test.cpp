// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation in every kind of batch, all of its points as the inputs of one call, against the oracle:
// first partials from gradients, tangents and adjoints, second ones from Hessians and products with them.

#include "op/against_oracle.hpp"
#include "replay/numbered_operation.hpp"

#include <dad/dad.hpp>

namespace {

template <class Op>
auto inputs_of(const trial<Op>& t) {
  std::vector<test::point<trial<Op>::arity>> inputs;
  for (const auto& at : t.points) inputs.push_back(test::point_of(at.x));
  return inputs;
}

/// Each point's outcome against the oracle.
template <class Op, class OutcomeAt>
void hold(const trial<Op>& t, const char* kind, int order, OutcomeAt&& outcome_at) {
  for (std::size_t k = 0; k < t.points.size(); ++k)
    hold_outcome<domain<Op>>(t.op, t.points[k], outcome_at(k), kind, order, value_rule::one_ulp);
}

template <std::size_t N>
void hold_first_order() {
  test::for_each_numbered<N>([](const auto& f, const auto& t) {
    const auto inputs = inputs_of(t);
    const auto gradients = dad::batch_eval(f, inputs);
    hold(t, "batch_eval", 1, [&](std::size_t k) {
      outcome<N> y{gradients[k].value, {}, {}};
      for (std::size_t i = 0; i < N; ++i) y.first[i] = test::entry<N>(gradients[k].gradient, i);
      return y;
    });
    const auto adjoints = dad::batch_vjp(f, inputs, std::vector<double>(inputs.size(), 1.0));
    hold(t, "batch_vjp", 1, [&](std::size_t k) {
      outcome<N> y{adjoints[k].value, {}, {}};
      for (std::size_t i = 0; i < N; ++i) y.first[i] = test::entry<N>(adjoints[k].adjoint, i);
      return y;
    });
    std::vector<outcome<N>> along(inputs.size());
    for (std::size_t i = 0; i < N; ++i) {
      const auto r = dad::batch_jvp(f, inputs, std::vector(inputs.size(), test::axis<N>(i)));
      for (std::size_t k = 0; k < inputs.size(); ++k)
        along[k].value = r[k].value, along[k].first[i] = r[k].tangent;
    }
    hold(t, "batch_jvp", 1, [&](std::size_t k) { return along[k]; });
  });
}

template <std::size_t N>
void hold_second_order() {
  test::for_each_numbered<N>([](const auto& f, const auto& t) {
    const auto inputs = inputs_of(t);
    // The first partials are not these kinds' results; they are the oracle's, and count as right.
    const auto start = [&](std::size_t k, double value) {
      outcome<N> y{value, {}, {}};
      for (std::size_t i = 0; i < N; ++i) y.first[i] = t.points[k].first[i];
      return y;
    };
    const auto hessians = dad::batch_hessian(f, inputs);
    hold(t, "batch_hessian", 2, [&](std::size_t k) {
      outcome<N> y = start(k, hessians[k].value);
      const dad::matrix h = hessians[k].hessian;
      for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j < N; ++j) y.second[i][j] = h(i, j);
      return y;
    });
    std::vector<outcome<N>> along(inputs.size());
    for (std::size_t j = 0; j < N; ++j) {
      const auto r = dad::batch_hvp(f, inputs, std::vector(inputs.size(), test::axis<N>(j)));
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        if (j == 0) along[k] = start(k, r[k].value);
        for (std::size_t i = 0; i < N; ++i) along[k].second[i][j] = test::entry<N>(r[k].product, i);
      }
    }
    hold(t, "batch_hvp", 2, [&](std::size_t k) { return along[k]; });
  });
}

}  // namespace

TEST_CASE("first partials of operations of one operand") { hold_first_order<1>(); }
TEST_CASE("first partials of operations of two operands") { hold_first_order<2>(); }
TEST_CASE("first partials of operations of three operands") { hold_first_order<3>(); }
TEST_CASE("second partials of operations of one operand") { hold_second_order<1>(); }
TEST_CASE("second partials of operations of two operands") { hold_second_order<2>(); }
TEST_CASE("second partials of operations of three operands") { hold_second_order<3>(); }
