// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sums over batches, and the fixed order in which they are taken.

#include <cmath>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;

struct labelled {  // data of a type that dad does not look into
  double time = 0;
  const char* name = "";
};

// Terms of very different size, so that another order of additions gives other bits.
std::vector<row> samples(std::size_t count) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<row> x;
  for (std::size_t i = 0; i < count; ++i)
    x.push_back({normal(random) * std::pow(10.0, i % 12), normal(random)});
  return x;
}

const auto loss = [](const auto& w, const auto& x) { return square(w[0] * x[0] + w[1]) * exp(w[1] * x[1]); };

}  // namespace

TEST_CASE("the sum and its gradient for what is shared") {
  const auto [value, gradient] =
      dad::batch_sum([](const auto& w, const auto& x) { return w[0] * x[0] + w[1] * x[1] * x[1]; },
                     row{10, 100}, std::vector<row>{{1, 2}, {3, 4}, {5, 6}});
  CHECK(value == 90.0 + 5600.0);
  CHECK_ROW(gradient, row{9, 56});
}

TEST_CASE("shared of any structure") {
  SECTION("a number") {
    const auto s = dad::batch_sum([](const auto& w, const auto& x) { return w * w * x; }, 3.0, row{1, 2});
    CHECK(s.value == 27.0);
    CHECK(s.gradient == 18.0);
  }
  SECTION("a tuple, which reaches f as it is") {
    const auto s = dad::batch_sum(
        [](const auto& w, const auto& x) { return std::get<0>(w) * x + std::get<1>(w)[0] * x * x; },
        std::tuple{3.0, row{5}}, row{1, 2});
    CHECK(s.value == 34.0);
    CHECK(std::get<0>(s.gradient) == 3.0);
    CHECK_ROW(std::get<1>(s.gradient), row{5});
  }
}

TEST_CASE("items: reals come in f's scalar type, all else as it is") {
  SECTION("ints index") {
    const row table = {1, 10, 100};
    const auto s =
        dad::batch_sum([&](const auto& w, int i) { return w * table[static_cast<std::size_t>(i)]; }, 2.0,
                       std::vector<int>{0, 2, 2});
    CHECK(s.value == 402.0);
    CHECK(s.gradient == 201.0);
  }
  SECTION("any other type") {
    const std::vector<labelled> items = {{2, "a"}, {3, "bc"}};
    const auto s = dad::batch_sum(
        [](const auto& w, const labelled& item) {
          return w * item.time * static_cast<int>(std::string(item.name).size());
        },
        2.0, items);
    CHECK(s.gradient == 8.0);
  }
  SECTION("a scalar type in common") {
    const auto s = dad::batch_sum(
        [](const auto& w, const auto& x) {
          static_assert(std::is_same_v<std::decay_t<decltype(w)>, std::decay_t<decltype(x)>>);
          return max(w, x);
        },
        2.0, row{1, 3});
    CHECK(s.value == 5.0);
    CHECK(s.gradient == 1.0);
  }
}

TEST_CASE("an item on which nothing shared has an influence") {
  const auto s =
      dad::batch_sum([](const auto& w, const auto& x) { return x > 1 ? w * x : 7 + 0 * x; }, 2.0, row{3, 0});
  CHECK(s.value == 13.0);
  CHECK(s.gradient == 3.0);
  const auto constant = dad::batch_sum([](const auto&, const auto&) { return 1.5; }, row{1, 2}, row{3, 0});
  CHECK(constant.value == 3.0);
  CHECK_ROW(constant.gradient, row{0, 0});
}

TEST_CASE("no items: zero") {
  const auto s = dad::batch_sum(loss, row{1, 2}, std::vector<row>{});
  CHECK(s.value == 0.0);
  CHECK_ROW(s.gradient, row{0, 0});
}

TEST_CASE("errors of items are raised, or collected and left out") {
  const auto picky = [](const auto& w, const auto& x) {
    if (x < 0) throw std::range_error("negative");
    return w * x;
  };
  const row x = {1, -1, 2, -3};
  try {
    (void)dad::batch_sum(picky, 2.0, x);
    FAIL("nothing was thrown");
  } catch (const dad::batch_error& e) {
    CHECK(e.index() == 1);
    CHECK(e.text() == "negative");
  }
  const auto s = dad::batch_sum(picky, 2.0, x, {.on_error = dad::on_error::collect});
  CHECK(s.value == 6.0);
  CHECK(s.gradient == 3.0);
  REQUIRE(s.errors().size() == 2);
  CHECK(s.errors()[1].index() == 3);
}

TEST_CASE("leaves: their size follows from the number of inputs, and covers them") {
  for (std::size_t n = 0; n < 5000; n += n < 40 ? 1 : 37) {
    const dad::detail::summation_tree tree(n);
    CHECK((tree.leaf_size() & (tree.leaf_size() - 1)) == 0);
    CHECK(tree.leaf_count() * tree.leaf_size() >= n);
    CHECK((n == 0 || (tree.leaf_count() - 1) * tree.leaf_size() < n));
  }
}

TEST_CASE("the same bits however the leaves are shared out") {
  const row w = {.3, -.2};
  std::mt19937 random(11);
  for (const std::size_t count : {1u, 2u, 3u, 7u, 16u, 33u, 100u, 257u, 1000u}) {
    const auto x = samples(count);
    const auto whole = dad::batch_sum(loss, w, x);
    const dad::detail::summation_tree tree(count);
    for (int trial = 0; trial < 10; ++trial) {
      std::vector<dad::detail::sum_node> nodes;
      std::vector<dad::item_error> errors;
      for (std::size_t leaf = 0; leaf < tree.leaf_count();) {
        const std::size_t leaves = 1 + random() % (tree.leaf_count() - leaf);
        const std::size_t first = leaf * tree.leaf_size();
        const std::size_t last = std::min(count, first + leaves * tree.leaf_size());
        for (auto& node : dad::detail::evaluate_leaves(loss, w, std::span(x).subspan(first, last - first),
                                                       first, tree, 0, true, errors))
          nodes.push_back(std::move(node));
        leaf += leaves;
      }
      const auto sum = dad::detail::merge(std::move(nodes));
      CHECK(sum.value == whole.value);
      CHECK(sum.gradient == whole.gradient);
    }
  }
}

TEST_CASE("the tree is the documented one: pairs of leaves, pairs of pairs") {
  // Seven inputs are seven leaves: ((0 1) (2 3)) ((4 5) 6), in numbers whose sum shows the order.
  const row x = {1e16, 1, -1e16, 1, 1e16, 1, -1e16};
  const auto s = dad::batch_sum([](const auto& w, const auto& xi) { return w * xi; }, 1.0, x);
  const double expected = ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + x[6]);
  CHECK(s.value == expected);
  CHECK(s.gradient == expected);
}
