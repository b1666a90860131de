// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ranks that do not mean the same call, or not the same f, throw on all of them and say why.

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"

using dad::mpi::on;
using dad::mpi::options;
using dad::mpi::schedule;
using dad::mpi::verify;

namespace {

const std::vector<double> numbers = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0};
constexpr auto square = [](const auto& x) { return x * x; };
constexpr auto cube = [](const auto& x) { return x * x * x; };

/// What all ranks throw, checked to be the same everywhere; afterwards batches work.
template <class Error = dad::mpi::error, class Call>
std::string thrown_by_all(Call&& call) {
  const std::string what = ranks::message_of<Error>(call);
  CHECK(ranks::same_everywhere(what));
  CHECK(what != "nothing");
  const auto r = dad::mpi::batch_eval(square, numbers);
  CHECK(r.size() == (ranks::rank() == 0 ? numbers.size() : 0));
  return what;
}

bool is_last() { return ranks::rank() == ranks::size() - 1; }

/// "rank 0 has" or "ranks 0, 1 have": all ranks but the last.
std::string all_but_last() {
  std::string text = ranks::size() == 2 ? "rank 0" : "ranks 0";
  for (int r = 1; r < ranks::size() - 1; ++r) text += ", " + std::to_string(r);
  return text + (ranks::size() == 2 ? " has" : " have");
}

}  // namespace

TEST_CASE("different batch functions") {
  if (ranks::size() == 1) return;
  const std::string what = thrown_by_all([] {
    if (is_last())
      dad::mpi::batch_hessian(square, numbers);
    else
      dad::mpi::batch_eval(square, numbers);
  });
  CHECK(ranks::has(what, "ranks disagree on the batch function"));
  CHECK(ranks::has(what, all_but_last() + " dad::mpi::batch_eval"));
  CHECK(ranks::has(what, "rank " + std::to_string(ranks::size() - 1) + " has dad::mpi::batch_hessian"));
  CHECK(ranks::has(thrown_by_all([] {
                     if (is_last())
                       dad::mpi::batch_sum([](const auto& w, const auto& x) { return w * x; }, 1.0, numbers);
                     else
                       dad::mpi::batch_jvp(square, numbers, numbers);
                   }),
                   "dad::mpi::batch_sum"));
}

TEST_CASE("different functions") {
  if (ranks::size() == 1) return;
  const std::string what = thrown_by_all([] {
    if (is_last())
      dad::mpi::batch_eval(cube, numbers);
    else
      dad::mpi::batch_eval(square, numbers);
  });
  CHECK(ranks::has(what, "ranks disagree on the type of f: " + all_but_last()));
}

TEST_CASE("different inputs") {
  if (ranks::size() == 1) return;
  const auto f = [](const auto& x) {
    if constexpr (requires { x[0]; })
      return x[0] * x[0];
    else
      return x * x;
  };
  const std::string what = thrown_by_all([&] {
    if (is_last())
      dad::mpi::batch_eval(f, std::vector<std::vector<double>>());
    else
      dad::mpi::batch_eval(f, numbers);
  });
  CHECK(ranks::has(what, "ranks disagree on the type of the inputs"));
  CHECK(ranks::has(what, all_but_last() + " dad::"));  // as in the source, each of several types
  CHECK(ranks::has(what, ", std::"));
}

TEST_CASE("different options") {
  if (ranks::size() == 1) return;
  CHECK(ranks::has(thrown_by_all([] { dad::mpi::batch_eval(square, numbers, {.root = is_last() ? 1 : 0}); }),
                   "ranks disagree on the root: " + all_but_last() + " root = 0"));
  const auto collect_at_last = [] {
    dad::mpi::batch_eval(square, numbers,
                         {.on_error = is_last() ? dad::on_error::collect : dad::on_error::raise});
  };
  CHECK(ranks::has(thrown_by_all(collect_at_last), all_but_last() + " on_error::raise, verify::automatic"));
  CHECK(ranks::has(thrown_by_all([] {
                     dad::mpi::batch_eval(square, numbers,
                                          {.verify = is_last() ? verify::never : verify::always});
                   }),
                   "ranks disagree on the options"));
}

TEST_CASE("a root that does not exist") {
  for (const int root : {-1, ranks::size(), 99}) {
    const std::string what = thrown_by_all([&] { dad::mpi::batch_eval(square, numbers, {.root = root}); });
    CHECK(ranks::has(what, "root is " + std::to_string(root)));
    CHECK(ranks::has(what, "0 to " + std::to_string(ranks::size() - 1)));
  }
}

TEST_CASE("options that make no sense, at the root") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<options, std::string>> rows = {
      {{.threads = -1}, "threads is -1"},
      {{.deadline = -1.0}, "deadline is -1"},
      {{.deadline = nan}, "deadline is"},
      {{.costs = {1.0, 2.0}}, "costs has 2 numbers, expected 8, one for each input"},
      {{.costs = {1.0, -2.0, 0.0}}, "costs[1] is -2"},
      {{.costs = {1.0, 2.0, nan}}, "costs[2] is"}};
  for (const auto& [o, text] : rows)
    for (const std::string& what :
         {thrown_by_all<dad::error>([&] { dad::mpi::batch_eval(square, numbers, o); }),
          thrown_by_all<dad::error>([&] {
            dad::mpi::batch_sum([](const auto& w, const auto& x) { return w * x; }, 1.0, numbers, o);
          })})
      CHECK(ranks::has(what, text));
  const std::string what = thrown_by_all<dad::error>(
      [&] { dad::mpi::batch_eval(square, numbers, {.results = on::each, .journal = "no.dadj"}); });
  CHECK(ranks::has(what, "journal is set, with results = on::each"));
  const auto r = dad::mpi::batch_eval(square, numbers, {.schedule = schedule::even});
  if (ranks::rank() == 0) CHECK(r[2].value == 9.0);
}

TEST_CASE("ranks that disagree on where inputs are, or results, or on the schedule") {
  if (ranks::size() == 1) return;
  for (const auto& [o, text] :
       std::vector<std::pair<options, std::string>>{{{.schedule = schedule::dynamic}, "schedule::dynamic"},
                                                    {{.inputs = on::all}, "inputs = on::all"},
                                                    {{.results = on::each}, "results = on::each"}})
    CHECK(ranks::has(thrown_by_all([&, &mine = o] {
                       dad::mpi::batch_eval(square, numbers, is_last() ? mine : options{});
                     }),
                     text));
}

TEST_CASE("captured data that differs is found on the first call") {
  if (ranks::size() == 1) return;
  const std::vector<double> weights = {1.0, is_last() ? 2.0 : 3.0};
  const std::string by_reference =
      thrown_by_all([&] { dad::mpi::batch_eval([&](const auto& x) { return weights[1] * x; }, numbers); });
  CHECK(ranks::has(by_reference, "ranks disagree on f"));
  CHECK(ranks::has(by_reference,
                   "rank " + std::to_string(ranks::size() - 1) + " computes another result than root 0"));
  CHECK(ranks::has(by_reference, "captured"));
  CHECK(ranks::has(thrown_by_all([&] {
                     dad::mpi::batch_sum(
                         [weights](const auto& w, const auto& x) { return weights[1] * w * x; }, 1.0,
                         numbers);
                   }),
                   "ranks disagree on f"));
  // Equal values whose derivatives differ, and a text that differs.
  CHECK(ranks::has(thrown_by_all([&] {
                     dad::mpi::batch_eval([&](const auto& x) { return weights[1] * (x - dad::value(x)); },
                                          numbers);
                   }),
                   "ranks disagree on f"));
  CHECK(ranks::has(thrown_by_all([&] {
                     dad::mpi::batch_eval(
                         [&](const auto& x) {
                           if (weights[1] > 0)
                             throw std::runtime_error("weight " + std::to_string(weights[1]));
                           return x;
                         },
                         numbers);
                   }),
                   "ranks disagree on f"));
}

TEST_CASE("captured bytes may differ where the results do not") {
  const auto weights =
      std::make_unique<std::vector<double>>(1 + static_cast<std::size_t>(ranks::rank()), 2.0);
  const auto r = dad::mpi::batch_eval([&](const auto& x) { return (*weights)[0] * x; }, numbers,
                                      {.verify = verify::always});
  if (ranks::rank() == 0) CHECK(r[1].value == 4.0);
}

TEST_CASE("when f is verified") {
  if (ranks::size() == 1) return;
  double weight = 2.0;
  const auto f = [&](const auto& x) { return weight * x; };
  const std::vector<double> few(static_cast<std::size_t>(ranks::size()), 1.5);
  const std::vector<double> many(20 * static_cast<std::size_t>(ranks::size()), 1.5);
  const auto disagrees = [&](const std::vector<double>& inputs, verify when) {
    return ranks::has(ranks::message_of([&] { dad::mpi::batch_eval(f, inputs, {.verify = when}); }),
                      "disagree on f");
  };
  // A call that was verified and failed leaves f unverified.
  weight = is_last() ? 3.0 : 2.0;
  CHECK(!disagrees(few, verify::never));
  CHECK(disagrees(few, verify::automatic));
  CHECK(disagrees(few, verify::automatic));
  weight = 2.0;
  CHECK(!disagrees(few, verify::automatic));
  weight = is_last() ? 3.0 : 2.0;
  CHECK(!disagrees(few, verify::automatic));
  CHECK(disagrees(few, verify::always));
  CHECK(disagrees(many, verify::automatic));
  CHECK(!disagrees(many, verify::never));
  CHECK(!disagrees({}, verify::always));
}

TEST_CASE("a function that is new to one rank alone is verified by all") {
  if (ranks::size() < 3) return;
  double weight = 1.0;
  const auto f = [&](const auto& x) { return weight * x; };
  const boost::mpi::communicator world;
  const auto part = world.split(is_last() ? 1 : 0);
  if (!is_last()) dad::mpi::batch_eval(part, f, numbers);
  weight = is_last() ? 2.0 : 1.0;
  CHECK(ranks::has(thrown_by_all([&] { dad::mpi::batch_eval(f, numbers); }), "ranks disagree on f"));
}
