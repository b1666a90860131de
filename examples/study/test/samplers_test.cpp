// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Samplers against distributions known in closed form, halving against the tables and rules of its paper,
// importances against variances in closed form.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "../halving.hpp"
#include "../importance.hpp"
#include "../samplers.hpp"
#include "../tpe.hpp"
#include "catch.hpp"

namespace {

const study::space all_kinds{study::categorical("word", {"a", "b", "c"}), study::integer("whole", 1, 4),
                             study::discrete_uniform("stepped", 0.5, 2.6, 0.5),
                             study::uniform("plain", -1, 3), study::log_uniform("log", 1e-4, 1)};

std::vector<double> drawn(std::size_t parameter, std::size_t count) {
  const auto random = study::random_sampler(all_kinds, 5);
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(random(i, {})[parameter]);
  return result;
}

// The largest distance between the distribution of the sample and that of a uniform one on [0, 1].
double kolmogorov_smirnov(std::vector<double> sample) {
  std::sort(sample.begin(), sample.end());
  const double n = static_cast<double>(sample.size());
  double largest = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double below = static_cast<double>(i) / n, until = static_cast<double>(i + 1) / n;
    largest = std::max({largest, until - sample[i], sample[i] - below});
  }
  return largest;
}

study::trial complete(std::size_t number, const study::values& parameters, double value) {
  study::trial t;
  t.number = number;
  t.state = study::state::complete;
  t.parameters = parameters;
  t.value = value;
  return t;
}

// A study of a function, one trial after the other.
template <class F>
std::vector<study::trial> studied(const study::sampler& sampler, std::size_t count, const F& f) {
  std::vector<study::trial> trials;
  for (std::size_t i = 0; i < count; ++i) {
    const study::values v = sampler(i, trials);
    trials.push_back(complete(i, v, f(v)));
  }
  return trials;
}

}  // namespace

TEST_CASE("a grid has each of its 16 combinations once") {
  study::space s{study::integer("layers", 1, 2), study::uniform("x", 0, 1),
                 study::categorical("unit", {"tanh", "relu"}), study::log_uniform("rate", 1e-4, 1)};
  s[0].grid = {1, 2}, s[1].grid = {0.25, 0.75}, s[2].grid = {0, 1}, s[3].grid = {1e-3, 1e-2};
  REQUIRE(study::grid_size(s) == 16);
  const auto grid = study::grid_sampler(s);
  std::set<study::values> seen;
  for (std::size_t i = 0; i < 16; ++i) {
    const study::values v = grid(i, {});
    for (std::size_t k = 0; k < 4; ++k) CHECK(std::count(s[k].grid.begin(), s[k].grid.end(), v[k]) == 1);
    seen.insert(v);
  }
  CHECK(seen.size() == 16);
}

TEST_CASE("random numbers have the distribution of their parameter") {
  constexpr std::size_t n = 4000;
  const double critical = 1.63 / std::sqrt(static_cast<double>(n));  // of Kolmogorov and Smirnov, at 1 %
  auto plain = drawn(3, n), log = drawn(4, n);
  CHECK(std::all_of(log.begin(), log.end(), [](double x) { return x >= 1e-4 && x <= 1; }));
  for (double& x : plain) x = (x + 1) / 4;
  for (double& x : log) x = (std::log10(x) + 4) / 4;
  CHECK(kolmogorov_smirnov(plain) < critical);
  CHECK(kolmogorov_smirnov(log) < critical);

  // Values with steps are as frequent as each other: chi squared, at 1 %, for 2, 3 and 4 degrees of freedom.
  const struct {
    std::size_t parameter;
    std::vector<double> values;
    double critical;
  } rows[] = {{0, {0, 1, 2}, 9.21}, {1, {1, 2, 3, 4}, 11.34}, {2, {0.5, 1, 1.5, 2, 2.5}, 13.28}};
  for (const auto& row : rows) {
    const auto sample = drawn(row.parameter, n);
    const double expected = static_cast<double>(n) / static_cast<double>(row.values.size());
    double chi_squared = 0;
    std::ptrdiff_t total = 0;
    for (const double v : row.values) {
      const auto count = std::count(sample.begin(), sample.end(), v);
      chi_squared += std::pow(static_cast<double>(count) - expected, 2) / expected;
      total += count;
    }
    CHECK(total == n);  // and there are no others
    CHECK(chi_squared < row.critical);
  }
}

TEST_CASE("the densities of the Parzen estimator integrate to 1") {
  const std::vector<std::vector<double>> taken{
      {0, 2, 2}, {1, 1, 4}, {0.5, 2.5}, {-1, 0.2, 0.3, 3}, {1e-4, 0.3}};
  for (std::size_t i = 0; i < all_kinds.size(); ++i) {
    const study::parameter& p = all_kinds[i];
    const study::detail::parzen density(p, taken[i]);
    double sum = 0;
    if (p.step > 0) {
      for (double v = p.low; v < p.high + p.step / 2; v += p.step) sum += std::exp(density.log_density(v));
    } else {
      constexpr int points = 20000;
      const auto [low, high] = study::ends(p);
      const double width = (high - low) / points;
      for (int k = 0; k < points; ++k) {
        const double x = low + (k + 0.5) * width;
        const double v = p.what == study::kind::log_uniform ? std::exp(x) : x;
        sum += std::exp(density.log_density(v)) * width / std::sqrt(2 * std::numbers::pi);
      }
    }
    INFO(p.name);
    CHECK(sum == Approx(1).margin(1e-4));
  }
}

TEST_CASE("the Parzen estimator comes to the good region of a known function") {
  const study::space s{study::uniform("x", 0, 1), study::log_uniform("rate", 1e-4, 1),
                       study::categorical("word", {"a", "b", "c"})};
  const auto f = [](const study::values& v) {
    return std::pow(v[0] - 0.3, 2) + 0.1 * std::pow(std::log10(v[1]) + 2, 2) + (v[2] == 1 ? 0 : 0.5);
  };
  // In this region are 0.3 * 0.25 / 3, a fortieth, of random trials.
  const auto is_good = [](const study::trial& t) {
    return std::abs(t.parameters[0] - 0.3) < 0.15 && std::abs(std::log10(t.parameters[1]) + 2) < 0.5 &&
           t.parameters[2] == 1;
  };
  double tpe_best = 0, random_best = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto tpe = studied(study::tpe_sampler(s, seed), 60, f);
    CHECK(std::count_if(tpe.begin() + 30, tpe.end(), is_good) >= 9);
    tpe_best += study::best_of(tpe)->value;
    const auto random = studied(study::random_sampler(s, seed), 60, f);
    CHECK(std::count_if(random.begin() + 30, random.end(), is_good) <= 4);
    random_best += study::best_of(random)->value;
  }
  CHECK(tpe_best < random_best / 2);
}

TEST_CASE("a sampler draws the same for the same trials") {
  const auto f = [](const study::values& v) { return v[3] * v[3] + v[4]; };
  const auto whole = studied(study::tpe_sampler(all_kinds, 7), 20, f);
  const auto resumed = study::tpe_sampler(all_kinds, 7)(19, std::span(whole).first(19));
  CHECK(resumed == whole[19].parameters);
  CHECK(study::tpe_sampler(all_kinds, 8)(19, std::span(whole).first(19)) != whole[19].parameters);
}

TEST_CASE("samplers are found by their names") {
  const auto f = [](const study::values& v) { return v[3] * v[3] + v[4]; };
  const auto trials = studied(study::tpe_sampler(all_kinds, 7), 19, f);
  const auto random = study::sampler_of("random", all_kinds, 7), tpe = study::sampler_of("tpe", all_kinds, 7);
  CHECK(random(19, trials) == random(19, {}));  // does not look at them
  CHECK(random(19, trials) == study::random_sampler(all_kinds, 7)(19, {}));
  CHECK(tpe(19, trials) == study::tpe_sampler(all_kinds, 7)(19, trials));
  CHECK(tpe(19, trials) != random(19, trials));
  study::space s{study::integer("layers", 1, 2), study::uniform("x", 0, 1)};
  s[0].grid = {1, 2}, s[1].grid = {0.25, 0.75};
  CHECK(study::sampler_of("grid", s, 7)(1, {}) == study::values{1, 0.75});
  CHECK_THROWS_WITH(study::sampler_of("best", s, 7), "sampler is \"best\", expected grid, random or tpe");
}

TEST_CASE("rungs and survivors are those of the paper's table") {
  // Li et al., the brackets of n = 9, r = 1, R = 9, reduction factor 3: resources by rung.
  const std::vector<std::vector<std::size_t>> resources{{1, 3, 9}, {3, 9}, {9}};
  for (std::size_t bracket = 0; bracket < 3; ++bracket) {
    const study::halving h{9, resources[bracket].front(), 3};
    for (std::size_t epochs = 1; epochs < 9; ++epochs) {
      const auto& rungs = resources[bracket];
      CHECK(h.is_rung(epochs) == (std::count(rungs.begin(), rungs.end(), epochs) == 1));
    }
    CHECK_FALSE(h.is_rung(9));  // there is nothing left to stop
  }
  const study::halving by_4{64};
  for (std::size_t epochs = 1; epochs <= 70; ++epochs)
    CHECK(by_4.is_rung(epochs) == (epochs == 1 || epochs == 4 || epochs == 16));

  // Of 64 at the first rung 16 go on, then 4, then 1; of 9 by 3: 3, then 1.
  for (const auto& [factor, counts] :
       {std::pair(4, std::vector<std::size_t>{64, 16, 4, 1}), {3, std::vector<std::size_t>{9, 3, 1}}}) {
    const study::halving h{1000, 1, static_cast<std::size_t>(factor)};
    std::vector<double> there;
    for (std::size_t i = 0; i < counts[0]; ++i) there.push_back(static_cast<double>(i * 37 % counts[0]));
    for (std::size_t rung = 1; rung < counts.size(); ++rung) {
      std::vector<double> kept;
      std::copy_if(there.begin(), there.end(), std::back_inserter(kept),
                   [&](double v) { return h.keeps(v, there); });
      CHECK(kept.size() == counts[rung]);
      CHECK(*std::max_element(kept.begin(), kept.end()) == static_cast<double>(counts[rung] - 1));
      there = kept;
    }
  }
}

TEST_CASE("halving decides when a trial comes, not when all are there") {
  const study::halving h;
  const std::pair<double, bool> arrivals[] = {{5, true},    {4, true},  {6, false}, {3, true},
                                              {3.5, false}, {9, false}, {8, false}, {3.2, true}};
  std::vector<study::trial> trials;
  for (const auto& [value, goes_on] : arrivals) {
    trials.push_back(complete(trials.size(), {}, 0));
    trials.back().epochs = {value};
    CHECK(h.keeps(trials.back(), trials) == goes_on);
  }
  trials[0].epochs = {5, 4, 4};  // no rung: goes on though it is bad
  CHECK(h.keeps(trials[0], trials));
  trials[1].epochs = {4, 1, 2, 3};  // at a rung its best epoch counts
  trials[3].epochs = {3, 2, 2, 2};
  CHECK(h.keeps(trials[1], trials));
  CHECK_FALSE(h.keeps(trials[3], trials));
  CHECK_FALSE(h.keeps(std::numeric_limits<double>::quiet_NaN(), std::vector<double>{}));
}

TEST_CASE("shares of the variance are those of orthogonal effects") {
  // 3 a + 2 b + a b at all signs has the variances 9, 4 and 1; c is noted twice, and does nothing.
  std::vector<study::trial> trials;
  for (const double a : {-1.0, 1.0})
    for (const double b : {-1.0, 1.0})
      for (const double c : {1e-4, 1.0})
        trials.push_back(complete(trials.size(), {a, b, c, 5}, 3 * a + 2 * b + a * b));
  trials[3].state = study::state::pruned;  // counts as well
  study::trial failed = complete(8, {1, 1, 1, 7}, 1e6);
  failed.state = study::state::failed;
  trials.push_back(failed);
  const double shares[] = {9.0 / 14, 4.0 / 14, 0, 0};
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(study::importance_of(trials, i).share == Approx(shares[i]).margin(1e-15));
  CHECK(study::importance_of(trials, 0).by_chance == Approx(1.0 / 7));
  CHECK(study::importance_of(trials, 3).by_chance == 0);  // never changed

  // Eight numbers, two in each quarter, of which the first has three equal ones: means and variance by hand.
  std::vector<study::trial> numbers;
  const double taken[] = {0.1, 0.1, 0.1, 0.5, 3, 4, 50, 60}, values[] = {1, 2, 3, 2, 5, 7, 8, 8};
  for (std::size_t i = 0; i < 8; ++i) numbers.push_back(complete(i, {taken[i]}, values[i]));
  // Groups {1, 2, 3}, {2}, {5, 7}, {8, 8} around 4.5: 3 * 2.5^2 + 2.5^2 + 2 * 1.5^2 + 2 * 3.5^2 of 58.
  CHECK(study::importance_of(numbers, 0).share == Approx((4 * 6.25 + 2 * 2.25 + 2 * 12.25) / 58));
  CHECK(study::importance_of(numbers, 0).by_chance == Approx(3.0 / 7));
  CHECK(study::importance_of({}, 0).share == 0);
}

TEST_CASE("by chance is the mean share over all permutations") {
  std::vector<double> values{1, 2, 4, 8, 16, 32};
  double sum = 0, count = 0, by_chance = 0;
  do {
    std::vector<study::trial> trials;
    for (std::size_t i = 0; i < 6; ++i)
      trials.push_back(complete(i, {static_cast<double>(i / 3 + i / 5)}, values[i]));
    const auto found = study::importance_of(trials, 0);
    sum += found.share, ++count, by_chance = found.by_chance;
  } while (std::next_permutation(values.begin(), values.end()));
  CHECK(sum / count == Approx(by_chance));
  CHECK(count == 720);
}

TEST_CASE("spaces refuse what is none, and texts come back as values") {
  using Catch::Matchers::Contains;
  CHECK_THROWS_WITH(study::log_uniform("rate", 0, 1), Contains("log_uniform rate: from 0 to 1"));
  CHECK_THROWS_WITH(study::uniform("x", 2, 1), Contains("uniform x: from 2 to 1"));
  CHECK_THROWS_WITH(study::discrete_uniform("x", 1, 2, 0), Contains("a step greater than 0"));
  CHECK_THROWS_WITH(study::categorical("word", {}), Contains("has no choices"));
  CHECK_THROWS_WITH(study::value_of(all_kinds[0], "d"), Contains("word is \"d\", expected one of a, b, c"));
  CHECK_THROWS_WITH(study::value_of(all_kinds[1], "1.5"), Contains("expected a whole number"));
  CHECK_THROWS_WITH(study::index_of(all_kinds, "speed"), Contains("\"speed\" is no parameter"));
  CHECK(all_kinds[2].high == 2.5);
  const study::values v{2, 3, 1.5, 0.1, 1.0 / 3};
  for (std::size_t i = 0; i < v.size(); ++i)
    CHECK(study::value_of(all_kinds[i], study::text_of(all_kinds[i], v[i])) == v[i]);
}
