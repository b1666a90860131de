// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tree that gives a sum the same bits however its inputs are shared out, against its definition.

#include <dad/batch/batch.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::detail::summation_tree;

TEST_CASE("leaves are powers of two, by the number of inputs alone") {
  std::size_t before = 1;
  for (std::size_t n = 0; n < 100000; n = n < 300 ? n + 1 : n * 5 / 4) {
    const summation_tree tree(n);
    REQUIRE(std::has_single_bit(tree.leaf_size()));
    REQUIRE(tree.leaf_size() >= before);
    REQUIRE(tree.leaf_count() == (n + tree.leaf_size() - 1) / tree.leaf_size());
    REQUIRE(tree.input_count() == n);
    REQUIRE(tree.leaf_size() == summation_tree(n).leaf_size());
    before = tree.leaf_size();
  }
  // Enough leaves to spread over ranks, and large enough to cost little.
  CHECK(summation_tree(1).leaf_count() == 1);
  CHECK(summation_tree(60000).leaf_count() >= 500);
  CHECK(summation_tree(60000).leaf_size() >= 16);
}

struct sum {
  double value = 0.0;
  std::vector<double> gradient;
};

// The sum by the tree's definition: leaves in order, then left + right of each pair, a lone node as it is.
sum by_definition(const std::vector<double>& values, const std::vector<std::vector<double>>& gradients,
                  std::size_t leaf_size, std::size_t width) {
  std::vector<sum> level;
  for (std::size_t first = 0; first < values.size(); first += leaf_size) {
    sum leaf{0.0, std::vector<double>(width)};
    for (std::size_t i = first; i < std::min(values.size(), first + leaf_size); ++i) {
      leaf.value += values[i];
      for (std::size_t k = 0; k < width; ++k) leaf.gradient[k] += gradients[i][k];
    }
    level.push_back(leaf);
  }
  while (level.size() > 1) {
    std::vector<sum> next;
    for (std::size_t i = 0; i < level.size(); i += 2) {
      sum node = level[i];
      if (i + 1 < level.size()) {
        node.value += level[i + 1].value;
        for (std::size_t k = 0; k < width; ++k) node.gradient[k] += level[i + 1].gradient[k];
      }
      next.push_back(node);
    }
    level = next;
  }
  return level.empty() ? sum{0.0, std::vector<double>(width)} : level[0];
}

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

const auto term = [](const auto& w, const auto& x) { return w[0] * sin(x) + w[1] * x; };

TEST_CASE("the sum is the tree's, whatever the shares") {
  std::mt19937 engine(5);
  std::uniform_real_distribution<double> exponent(-12, 12);
  for (const std::size_t n :
       {1u, 2u, 3u, 5u, 31u, 32u, 33u, 64u, 100u, 255u, 256u, 257u, 1000u, 1023u, 4097u}) {
    CAPTURE(n);
    std::vector<double> inputs;
    for (std::size_t i = 0; i < n; ++i)
      inputs.push_back((i % 2 == 0 ? 1 : -1) * std::pow(10.0, exponent(engine)));
    const std::vector<double> shared{1.5, 1.0};
    const summation_tree tree(n);

    std::vector<double> values;
    std::vector<std::vector<double>> gradients;
    for (const double x : inputs) {
      const auto [value, gradient] =
          dad::value_and_gradient([&](const auto& w) { return term(w, x); }, shared);
      values.push_back(value);
      gradients.push_back(gradient);
    }
    const sum expected = by_definition(values, gradients, tree.leaf_size(), 2);
    const auto whole = dad::batch_sum(term, shared, inputs);
    // Inside a leaf the lanes are added in an order of their own, and their sines are not the tape's.
    sum scale{0.0, std::vector<double>(2)};
    for (std::size_t i = 0; i < n; ++i) {
      scale.value += std::fabs(values[i]);
      for (std::size_t k = 0; k < 2; ++k) scale.gradient[k] += std::fabs(gradients[i][k]);
    }
    REQUIRE(std::fabs(whole.value - expected.value) <= 1e-14 * scale.value);
    for (std::size_t k = 0; k < 2; ++k)
      REQUIRE(std::fabs(whole.gradient[k] - expected.gradient[k]) <= 1e-14 * scale.gradient[k]);

    // Any cuts between leaves, also with empty shares.
    std::uniform_int_distribution<std::size_t> cut(0, tree.leaf_count());
    for (int trial = 0; trial < 30; ++trial) {
      std::vector<std::size_t> cuts{0, tree.leaf_count()};
      for (int k = 0; k < trial % 9; ++k) cuts.push_back(cut(engine));
      std::sort(cuts.begin(), cuts.end());
      std::vector<dad::detail::sum_node> nodes;
      std::vector<dad::item_error> errors;
      for (std::size_t k = 0; k + 1 < cuts.size(); ++k) {
        const std::size_t first = std::min(n, cuts[k] * tree.leaf_size());
        const std::size_t last = std::min(n, cuts[k + 1] * tree.leaf_size());
        auto part = dad::detail::evaluate_leaves(term, shared,
                                                 std::span<const double>(inputs).subspan(first, last - first),
                                                 first, tree, static_cast<int>(k), 1, errors);
        for (auto& node : part) nodes.push_back(std::move(node));
      }
      const auto root = dad::detail::merge(std::move(nodes));
      REQUIRE(errors.empty());
      REQUIRE(bits(root.value) == bits(whole.value));
      REQUIRE(root.gradient.size() == 2);
      REQUIRE(bits(root.gradient[0]) == bits(whole.gradient[0]));
      REQUIRE(bits(root.gradient[1]) == bits(whole.gradient[1]));
    }
  }
}

TEST_CASE("errors of a share name the input's place in the whole batch") {
  const auto failing = [](const auto& w, const auto& x) {
    if (x > 98) throw std::runtime_error("large");
    return w * x;
  };
  std::vector<double> inputs;
  for (int i = 0; i < 100; ++i) inputs.push_back(i);
  const summation_tree tree(100);
  const std::size_t first = tree.leaf_size() * (tree.leaf_count() / 2);
  std::vector<dad::item_error> errors;
  (void)dad::detail::evaluate_leaves(failing, 1.0, std::span<const double>(inputs).subspan(first), first,
                                     tree, 3, 1, errors);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].index() == 99);
  CHECK(errors[0].rank() == 3);
}

TEST_CASE("the tree loses less than a plain loop") {
  // 10^6 tenths: a loop is off by 1e-11 relative, the tree by rounding of its 20 levels and its leaves.
  const std::vector<double> inputs(1 << 16, 0.1);
  const auto s = dad::batch_sum([](const auto& a, const auto& x) { return a * x; }, 1.0, inputs);
  CHECK(s.value == close_to(6553.6, 1e-14));
  CHECK(s.gradient == close_to(6553.6, 1e-14));
}

}  // namespace
