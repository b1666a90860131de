// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Chunk queues, by ranks in simulated time: nothing is lost or done twice, whoever dies and whatever comes
// late; and how well ranks are used.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "batch/chunk_simulation.hpp"
#include "catch.hpp"

using dad::detail::chunk_plan;
using dad::detail::chunk_policy;
using dad::detail::chunk_queue;
using dad::detail::even_share;
using dad::detail::index_range;
using simulation::outcome;
using simulation::scenario;

namespace {

class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool once_in(std::size_t n) { return below(n) == 0; }
  double real(double from, double to) {
    return from + (to - from) * std::generate_canonical<double, 53>(engine_);
  }
  template <class T>
  T one_of(std::initializer_list<T> list) {
    return list.begin()[below(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

void share_evenly(chunk_plan& plan) {
  for (std::size_t r = 0; r < plan.ranks; ++r)
    plan.shares.push_back(
        even_share(plan.count, plan.grain, static_cast<int>(plan.ranks), static_cast<int>(r)));
}

// Any plan, any costs.
scenario any_scenario(std::uint64_t seed) {
  dice d(seed);
  scenario s;
  s.seed = seed;
  s.plan.count =
      d.once_in(4) ? d.one_of<std::size_t>({0, 1, 2, 3}) : d.below(d.one_of<std::size_t>({20, 300}));
  s.plan.ranks = d.once_in(10) ? 1 + d.below(100) : 1 + d.below(9);
  s.plan.grain = d.once_in(3) ? d.one_of<std::size_t>({2, 7, 64, 1000}) : 1;
  s.plan.policy = d.one_of({chunk_policy::even, chunk_policy::dynamic, chunk_policy::automatic});
  s.plan.chunk = d.once_in(3) ? d.one_of<std::size_t>({1, 3, 10, 100000}) : 0;
  s.plan.piece = d.once_in(3) ? s.plan.grain * (1 + d.below(5)) : 0;
  s.plan.is_timed = d.once_in(3);
  s.plan.before.seconds_per_input = d.once_in(3) ? d.one_of({1e-9, 1e-4, 1.0}) : 0.0;
  if (s.plan.policy == chunk_policy::even) share_evenly(s.plan);
  const double mean = d.one_of({0.0, 1e-8, 1e-4, 1e-2});
  for (std::size_t i = 0; i < s.plan.count; ++i)
    s.seconds.push_back(d.once_in(10) ? d.real(0.0, 20 * mean) : d.real(0.0, mean));
  for (std::size_t r = 0; r < s.plan.ranks; ++r) s.slowness.push_back(d.once_in(4) ? d.real(1.0, 10.0) : 1.0);
  s.latency = d.one_of({0.0, 1e-6, 1e-3});
  s.longest_delay = d.one_of({0.0, 1e-3, 1e-1});
  s.longest_transfer = d.one_of({0.0, 1e-3, 1e-1});
  return s;
}
// As any_scenario; `s.plan.costs` looks at `costs`.
scenario any_scenario_with_costs(std::uint64_t seed, std::vector<double>& costs) {
  scenario s = any_scenario(seed);
  dice d(seed + 1);
  costs.clear();
  const double unit = d.one_of({1.0, 1e300, 0.0, 1e-320});
  for (const double seconds : s.seconds) costs.push_back(d.once_in(4) ? 0.0 : seconds * unit);
  s.plan.costs = costs;
  return s;
}
void add_deaths(scenario& s) {
  dice d(s.seed + 2);
  const double total = std::accumulate(s.seconds.begin(), s.seconds.end(), 1e-3);
  const std::size_t count = d.below(s.plan.ranks);
  for (std::size_t k = 0; k < count; ++k)
    s.deaths.push_back(
        {d.real(0.0, 3.0 * total / static_cast<double>(s.plan.ranks)), 1 + d.below(s.plan.ranks - 1)});
  s.notice = d.one_of({0.0, 1e-3, 1.0});
}

std::size_t wrong_inputs(const scenario& s, const outcome& o) {
  std::vector<int> expected(s.plan.count, 1);
  for (const index_range done : s.done)
    for (std::size_t i = done.begin; i < done.end; ++i) expected[i] = 0;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < s.plan.count; ++i) {
    const int n = o.placed[i] + o.given_up[i];
    wrong += i < o.limit ? n != expected[i] : n > expected[i];
  }
  return wrong;
}
std::size_t chunks_off_grain(const scenario& s, const outcome& o) {
  return static_cast<std::size_t>(std::ranges::count_if(o.given, [&](const auto& g) {
    const index_range chunk = g.second;
    return chunk.begin % s.plan.grain != 0 || chunk.size() == 0 || chunk.end > s.plan.count ||
           (chunk.end % s.plan.grain != 0 && chunk.end != s.plan.count);
  }));
}
// What is true of every run.
outcome checked(const scenario& s) {
  const outcome o = simulation::run(s)();
  INFO("seed " << s.seed);
  REQUIRE(o.is_complete);
  REQUIRE(wrong_inputs(s, o) == 0);
  REQUIRE(chunks_off_grain(s, o) == 0);
  if (o.limit == s.plan.count) REQUIRE(o.left == 0);
  return o;
}

std::vector<double> pareto(std::uint64_t seed, std::size_t count, double mean) {
  dice d(seed);
  std::vector<double> costs(count);
  for (double& c : costs) c = std::pow(1.0 - d.real(0.0, 1.0), -1.0 / 1.1);
  const double scale = mean * static_cast<double>(count) / std::accumulate(costs.begin(), costs.end(), 0.0);
  for (double& c : costs) c *= scale;
  return costs;
}
double median(std::vector<double> v) {
  std::ranges::sort(v);
  return (v[(v.size() - 1) / 2] + v[v.size() / 2]) / 2.0;
}
scenario of_costs(std::vector<double> seconds, std::size_t ranks, chunk_policy policy) {
  scenario s;
  s.plan.count = seconds.size();
  s.plan.ranks = ranks;
  s.plan.policy = policy;
  if (policy == chunk_policy::even) share_evenly(s.plan);
  s.seconds = std::move(seconds);
  return s;
}
// How well ranks were used, as a part of what is possible for so many equal ranks whatever the order.
double efficiency(const scenario& s, const outcome& o, double ranks) {
  const double total = std::accumulate(s.seconds.begin(), s.seconds.end(), 0.0);
  const double largest = std::ranges::max(s.seconds);
  return total / (ranks * o.makespan) / std::min(1.0, total / (ranks * largest));
}
// The end of inputs one by one in order, each for the rank that is free first, without any messages: the best
// that there is on average where nobody knows beforehand what inputs cost.
double makespan_without_messages(const scenario& s) {
  std::vector<double> free(s.plan.ranks, 0.0);
  for (const double seconds : s.seconds) *std::ranges::min_element(free) += seconds;
  return std::ranges::max(free);
}
std::size_t evaluated_by(const outcome& o, std::size_t rank) {
  std::size_t inputs = 0;
  for (const auto& [r, chunk] : o.given) inputs += r == rank ? chunk.size() : 0;
  return inputs;
}

}  // namespace

TEST_CASE("every input is evaluated and placed once, in chunks of whole grains") {
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    const scenario s = any_scenario(seed);
    const outcome o = checked(s);
    if (s.plan.ranks == 1) REQUIRE(std::ranges::all_of(o.evaluated, [](int n) { return n == 1; }));
  }
}

TEST_CASE("what a journal has is never given out") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    std::vector<double> costs;
    scenario s = seed % 3 == 0 ? any_scenario_with_costs(seed, costs) : any_scenario(seed);
    dice d(seed + 3);
    for (std::size_t at = 0; at < s.plan.count;) {
      const std::size_t grains = d.one_of<std::size_t>({0, 1, 5, 40});
      const std::size_t end = std::min(s.plan.count, at + grains * s.plan.grain);
      if (d.once_in(2)) s.done.push_back({at, end});
      at = std::max(end, at + s.plan.grain);
    }
    std::shuffle(s.done.begin(), s.done.end(), std::mt19937_64(seed));
    const outcome o = checked(s);
    for (const index_range done : s.done)
      for (std::size_t i = done.begin; i < done.end; ++i) REQUIRE(o.evaluated[i] == 0);
  }
}

TEST_CASE("of all inputs known already nothing is given out") {
  for (const auto policy : {chunk_policy::even, chunk_policy::dynamic, chunk_policy::automatic}) {
    scenario s = of_costs(std::vector<double>(10, 1.0), 3, policy);
    s.done = {{4, 10}, {0, 4}};
    CHECK(checked(s).given.empty());
  }
}

TEST_CASE("ranks may die at any time") {
  std::size_t died = 0, given_up = 0;
  for (std::uint64_t seed = 1; seed <= 8000; ++seed) {
    std::vector<double> costs;
    scenario s = seed % 4 == 0 ? any_scenario_with_costs(seed, costs) : any_scenario(seed);
    if (s.plan.ranks == 1) continue;
    add_deaths(s);
    const outcome o = checked(s);
    died += o.died;
    given_up += o.fatal.size();
    // Given up is what two ranks had when they died, and nothing else.
    for (const index_range chunk : o.fatal) {
      std::vector<std::size_t> ranks;
      for (const auto& [rank, c] : o.given)
        if (c == chunk && rank != 0 && std::ranges::find(ranks, rank) == ranks.end()) ranks.push_back(rank);
      REQUIRE(ranks.size() >= 2);
    }
  }
  CHECK(died > 5000);
  CHECK(given_up > 10);
}

TEST_CASE("an input that kills costs two ranks at most, and the results of its chunk alone") {
  std::size_t given_up = 0;
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    scenario s = any_scenario(seed);
    if (s.plan.count == 0) continue;
    dice d(seed + 4);
    s.is_deadly.assign(s.plan.count, 0);
    const std::size_t deadly = d.below(s.plan.count);
    s.is_deadly[deadly] = 1;
    s.notice = 1.0;  // all that a rank sent before it died is there
    const outcome o = checked(s);
    REQUIRE(o.died <= 2);
    REQUIRE(o.fatal.size() <= 1);
    REQUIRE(o.fatal.size() + static_cast<std::size_t>(o.evaluated[deadly]) > 0);
    if (o.evaluated[deadly] == 0) REQUIRE(o.given_up[deadly] == 1);
    given_up += o.fatal.size();
  }
  CHECK(given_up > 500);
}

TEST_CASE("after an error all inputs below it are still evaluated") {
  std::size_t spared = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    std::vector<double> costs;
    scenario s = seed % 3 == 0 ? any_scenario_with_costs(seed, costs) : any_scenario(seed);
    if (s.plan.count == 0) continue;
    dice d(seed + 5);
    for (std::size_t k = 0; k < 1 + d.below(3); ++k) s.failing.push_back(d.below(s.plan.count));
    if (s.plan.ranks > 1 && d.once_in(2)) add_deaths(s);
    const outcome o = checked(s);
    if (o.fatal.empty()) REQUIRE(o.limit == std::ranges::min(s.failing));
    spared += o.left;
  }
  CHECK(spared > 10000);
}

TEST_CASE("costs that are known, right or wrong, lose nothing") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    std::vector<double> costs;
    checked(any_scenario_with_costs(seed, costs));
  }
}

TEST_CASE("the results of a rank that dies before they are whole come from another") {
  // Rank 1 has three chunks; rank 2 takes the last over, and both evaluate it.
  chunk_plan plan;
  plan.count = 40;
  plan.ranks = 3;
  plan.policy = chunk_policy::dynamic;
  plan.chunk = 10;
  SECTION("refused before, or after, the death") {
    chunk_queue q(plan);
    const auto first = *q.next(1), second = *q.next(1), third = *q.next(1), fourth = *q.next(2);
    REQUIRE(q.claim(2, fourth));
    q.finish(2, fourth, true, 1.0);
    const auto taken = q.take_over(2);
    REQUIRE(taken);
    REQUIRE(taken->range == third);
    REQUIRE(taken->from == 1);
    REQUIRE(q.claim(1, first));
    q.finish(1, first, true, 1.0);
    REQUIRE(q.claim(1, second));
    q.finish(1, second, true, 1.0);
    REQUIRE(q.claim(1, third));
    REQUIRE(!q.claim(2, third));
    SECTION("results refused, then the death") {
      q.finish(2, third, false, 1.0);
      REQUIRE(q.lose(1).empty());
    }
    SECTION("the death, then results refused") {
      REQUIRE(q.lose(1).empty());
      q.finish(2, third, false, 1.0);
    }
    REQUIRE(!q.is_complete());
    REQUIRE(q.left() == 10);
    REQUIRE(q.next_lost(2) == third);
    REQUIRE(q.claim(2, third));
    q.finish(2, third, true, 1.0);
    REQUIRE(q.is_complete());
    REQUIRE(q.left() == 0);
  }
  SECTION("placed already") {
    chunk_queue q(plan);
    const auto first = *q.next(1), second = *q.next(1), third = *q.next(1), fourth = *q.next(2);
    REQUIRE(q.claim(2, fourth));
    q.finish(2, fourth, true, 1.0);
    REQUIRE(q.take_over(2)->range == third);
    REQUIRE(q.claim(2, third));
    q.finish(2, third, true, 1.0);
    REQUIRE(q.lose(1).empty());
    const auto again = q.next_lost(2), and_again = q.next_lost(0);
    REQUIRE(again);
    REQUIRE(and_again);
    CHECK(std::min(again->begin, and_again->begin) == first.begin);
    CHECK(std::max(again->begin, and_again->begin) == second.begin);
    CHECK(!q.next_lost(2));
    CHECK(q.left() == 20);
  }
}

TEST_CASE("an even share stays with its rank") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    scenario s = any_scenario(seed);
    if (s.plan.policy != chunk_policy::even) {
      s.plan.policy = chunk_policy::even;
      share_evenly(s.plan);
    }
    for (const auto& [rank, chunk] : checked(s).given) {
      REQUIRE(s.plan.shares[rank].begin <= chunk.begin);
      REQUIRE(chunk.end <= s.plan.shares[rank].end);
    }
  }
}

TEST_CASE("shares that the ranks brought, of any sizes") {
  scenario s = of_costs(std::vector<double>(12, 1e-3), 4, chunk_policy::dynamic);
  s.plan.policy = chunk_policy::even;
  s.plan.shares = {{0, 0}, {0, 9}, {9, 9}, {9, 12}};
  const outcome o = checked(s);
  CHECK(evaluated_by(o, 1) == 9);
  CHECK(evaluated_by(o, 3) == 3);
}

TEST_CASE("automatic stays dynamic where inputs are expensive, whatever was thought before") {
  for (const double guess : {0.0, 1e-5, 1e-4, 1e-3, 1.0, 100.0}) {
    scenario s = of_costs(std::vector<double>(400, 2e-3), 4, chunk_policy::automatic);
    s.plan.before.seconds_per_input = guess;
    const outcome o = checked(s);
    INFO("guess " << guess);
    CHECK(o.is_dynamic);
    CHECK(efficiency(s, o, 4.0) > 0.95);
  }
}

TEST_CASE("automatic becomes even where inputs are cheap, or all is soon done") {
  for (const double guess : {0.0, 1e-9, 1e-7, 1.0}) {
    INFO("guess " << guess);
    scenario cheap = of_costs(std::vector<double>(100000, 2e-7), 4, chunk_policy::automatic);
    cheap.plan.before.seconds_per_input = guess;
    const outcome o = checked(cheap);
    CHECK(!o.is_dynamic);
    for (std::size_t rank = 0; rank < 4; ++rank) CHECK(evaluated_by(o, rank) > 24000);
    CHECK(o.given.size() <= 60);
    scenario is_short = of_costs(std::vector<double>(400, 1e-5), 4, chunk_policy::automatic);
    is_short.plan.before.seconds_per_input = guess;
    CHECK(!checked(is_short).is_dynamic);
  }
}

TEST_CASE("automatic shares are as equal as can be") {
  for (std::size_t count = 0; count <= 40; ++count)
    for (std::size_t ranks = 1; ranks <= 9; ++ranks) {
      scenario s = of_costs(std::vector<double>(count, 1e-6), ranks, chunk_policy::automatic);
      s.plan.before.seconds_per_input = 1e-6;
      s.latency = 0.0;
      s.slowness.assign(ranks, 1.0);
      chunk_queue q(s.plan);
      std::size_t most = 0;
      for (std::size_t rank = 0; rank < ranks; ++rank) {
        std::size_t has = 0;
        while (const auto chunk = q.next(rank)) has += chunk->size();
        most = std::max(most, has);
      }
      REQUIRE(most == (count + ranks - 1) / ranks);
    }
}

TEST_CASE("a rank lost before inputs are shared evenly gets none of them") {
  scenario s = of_costs(std::vector<double>(1000, 2e-6), 4, chunk_policy::automatic);
  s.deaths = {{1e-6, 2}};
  const outcome o = checked(s);
  CHECK(!o.is_dynamic);
  CHECK(evaluated_by(o, 2) <= 1);
}

TEST_CASE("many chunks at once are taken in little time") {
  chunk_plan plan;
  plan.count = 200000;
  plan.ranks = 3;
  plan.policy = chunk_policy::even;
  plan.chunk = 1;
  share_evenly(plan);
  chunk_queue q(plan);
  std::vector<index_range> chunks;
  while (const auto chunk = q.next(1)) chunks.push_back(*chunk);
  REQUIRE(chunks.size() == plan.shares[1].size());
  for (const index_range chunk : chunks) {
    REQUIRE(q.claim(1, chunk));
    q.finish(1, chunk, true, 1e-6);
  }
  CHECK(q.out_at(1) == 0);
}

TEST_CASE("expensive inputs begin first where costs are known") {
  std::vector<double> costs = {1, 1, 50, 1, 1, 1, 1, 90, 1, 1, 70, 1};
  scenario s = of_costs(costs, 3, chunk_policy::automatic);
  for (double& seconds : s.seconds) seconds *= 1e-3;
  s.plan.costs = costs;
  const outcome o = checked(s);
  REQUIRE(o.given.size() >= 3);
  std::vector<std::size_t> first;
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(o.given[k].second.size() == 1);
    first.push_back(o.given[k].second.begin);
  }
  std::ranges::sort(first);
  CHECK(first == std::vector<std::size_t>{2, 7, 10});
}

TEST_CASE("costs of nothing but zeros occupy all ranks") {
  const std::vector<double> zeros(1000, 0.0);
  scenario s = of_costs(std::vector<double>(1000, 1e-3), 4, chunk_policy::dynamic);
  s.plan.costs = zeros;
  CHECK(efficiency(s, checked(s), 4.0) > 0.9);
}

TEST_CASE("ranks are used well where costs are uneven") {
  struct row {
    std::size_t ranks;
    double expected;  // of what is possible whatever the order
  };
  // At 8 ranks inputs in order, one by one and without messages, come to 0.87 on average.
  for (const auto& [ranks, expected] : {row{2, 0.97}, row{4, 0.93}, row{8, 0.85}})
    for (const double latency : {1e-5, 1e-4}) {
      std::vector<double> used, of_messageless, known;
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        scenario s = of_costs(pareto(seed, 2000, 1e-3), ranks, chunk_policy::automatic);
        s.latency = latency;
        const outcome o = checked(s);
        used.push_back(efficiency(s, o, static_cast<double>(ranks)));
        of_messageless.push_back(makespan_without_messages(s) / o.makespan);
        s.plan.costs = s.seconds;
        known.push_back(efficiency(s, checked(s), static_cast<double>(ranks)));
      }
      INFO(ranks << " ranks: " << median(used) << ", of schedules without messages " << median(of_messageless)
                 << ", with known costs " << median(known));
      CHECK(median(used) >= expected);
      CHECK(median(of_messageless) >= 0.97);
      CHECK(median(known) >= 0.97);
    }
}

TEST_CASE("ranks are used as well as can be where the costs of inputs rise") {
  for (const std::size_t ranks : {2u, 4u, 8u}) {
    std::vector<double> of_messageless, known;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      std::vector<double> seconds = pareto(seed, 2000, 1e-3);
      std::ranges::sort(seconds);
      scenario s = of_costs(seconds, ranks, chunk_policy::automatic);
      of_messageless.push_back(makespan_without_messages(s) / checked(s).makespan);
      s.plan.costs = s.seconds;
      known.push_back(efficiency(s, checked(s), static_cast<double>(ranks)));
    }
    INFO(ranks << " ranks: " << median(of_messageless) << ", with known costs " << median(known));
    CHECK(median(of_messageless) >= 0.97);
    CHECK(median(known) >= 0.97);
  }
}

TEST_CASE("a rank four times slower gets a quarter of the others' work") {
  scenario s = of_costs(std::vector<double>(4000, 1e-3), 8, chunk_policy::automatic);
  s.slowness.assign(8, 1.0);
  s.slowness[5] = 4.0;
  const outcome o = checked(s);
  CHECK(efficiency(s, o, 7.25) > 0.95);
  CHECK(evaluated_by(o, 5) < 183);  // 4000 / 7.25 / 3
  CHECK(evaluated_by(o, 5) > 110);  // 4000 / 7.25 / 5
}

TEST_CASE("a wrong guess that a call is short costs little") {
  std::vector<double> used;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    scenario s = of_costs(pareto(seed, 2000, 1e-3), 4, chunk_policy::automatic);
    s.plan.before.seconds_per_input = 5e-6;
    const outcome o = checked(s);
    CHECK(o.is_dynamic);
    used.push_back(makespan_without_messages(s) / o.makespan);
  }
  INFO(median(used));
  CHECK(median(used) > 0.95);
}

TEST_CASE("what is replayed along one path goes in few chunks, to ranks of any speed") {
  for (const bool was_alike : {false, true})
    for (const double slowness : {1.0, 1.3}) {
      scenario s = of_costs(std::vector<double>(100000, 1e-5), 2, chunk_policy::automatic);
      s.paths = 1;
      s.slowness = {1.0, slowness};
      if (was_alike) s.plan.before = {1e-5, true};
      const outcome o = checked(s);
      INFO(slowness);
      CHECK(efficiency(s, o, 1.0 + 1.0 / slowness) > 0.99);
      CHECK(o.given.size() <= 40);
      s.paths = 3;
      CHECK(checked(s).given.size() > 50);
    }
}

TEST_CASE(
    "blocks of equal cost that take long go to whoever is free until the end, each rank with one ahead") {
  constexpr double block = 6e-3;
  for (const std::size_t ranks : {std::size_t{2}, std::size_t{3}, std::size_t{7}})
    for (const double slowness : {1.0, 1.3}) {
      scenario s = of_costs(std::vector<double>(43, block), ranks, chunk_policy::automatic);
      s.latency = 1e-3;  // results are large
      s.slowness.assign(ranks, 1.0);
      s.slowness.back() = slowness;
      s.plan.is_alike = true;
      const outcome o = checked(s);
      INFO(ranks << " ranks, " << slowness);
      CHECK(o.is_dynamic);
      CHECK(o.most_ahead == 2);
      CHECK(o.makespan < 43 * block / (double(ranks) - 1.0 + 1.0 / slowness) + block * slowness + 2e-3);
    }
}

TEST_CASE("inputs that were alike before are spread evenly at once where they take no tenth of a second") {
  for (const double each : {1e-7, 5e-6}) {
    scenario s = of_costs(std::vector<double>(20000, each), 2, chunk_policy::automatic);
    s.paths = 1;
    s.latency = 1e-6;
    s.plan.before = {each, true};
    const outcome o = checked(s);
    INFO(each << " s");
    CHECK(!o.is_dynamic);
    CHECK(efficiency(s, o, 2.0) > 0.98);
    CHECK(o.given.size() == 2);
  }
}

TEST_CASE("inputs that were alike before and are not now cost little where they take long") {
  std::vector<double> used;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    scenario s = of_costs(pareto(seed, 2000, 1e-3), 4, chunk_policy::automatic);
    s.plan.before = {1e-3, true};
    const outcome o = checked(s);
    CHECK(o.is_dynamic);
    used.push_back(makespan_without_messages(s) / o.makespan);
  }
  INFO(median(used));
  CHECK(median(used) > 0.93);
}
