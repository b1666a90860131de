// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// ranks: 1 2 3
// Which input of a batch over ranks made a NaN or an infinity: the same on every rank, at every number of
// them.

#include "mpi/ranks.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

namespace {

using input = std::vector<double>;

const auto loss = [](const auto& x) {
  const dad::scope s("loss");
  const auto scaled = x[0] * 2.0;
  const dad::scope t("prior");
  const auto prior = log(scaled);
  return prior + sqrt(x[1]);
};

std::vector<input> many(std::size_t count) {
  std::vector<input> x;
  for (std::size_t i = 0; i < count; ++i) x.push_back({1.0 + static_cast<double>(i), 2.0});
  return x;
}

void check(const dad::nonfinite_report& r, std::size_t item) {
  INFO(r.text());
  REQUIRE(r);
  CHECK(r.item == item);
  CHECK(r.name == "log");
  CHECK(r.number == 2);
  CHECK(r.operands == std::vector{-0.5});
  CHECK(std::isnan(r.result));
  CHECK(r.scope == "loss/prior");
  REQUIRE(r.rank.has_value());
  CHECK(*r.rank >= 0);
  CHECK(*r.rank < ranks::size());
  CHECK(r.text() == "item " + std::to_string(item) + " on rank " + std::to_string(*r.rank) +
                        ": operation 2, log(%1) of -0.5 gave nan, in scope loss/prior");
  CHECK(ranks::same_everywhere(r.text()));
}

}  // namespace

TEST_CASE("inputs at the root, with each schedule and root") {
  auto inputs = many(100);
  for (const int root : {0, ranks::size() - 1})
    for (const auto schedule : {dad::mpi::schedule::even, dad::mpi::schedule::dynamic}) {
      const dad::mpi::options o{.root = root, .schedule = schedule};
      const auto at_root = [&](std::vector<input> x) {
        return ranks::rank() == root ? x : std::vector<input>();
      };
      CHECK_FALSE(dad::mpi::batch_find_nonfinite(loss, at_root(many(100)), o));
      for (const std::size_t first : {0, 33, 50, 99}) {
        auto x = inputs;
        x[99][0] = -7;
        x[first][0] = -0.25;
        const auto r = dad::mpi::batch_find_nonfinite(loss, at_root(x), o);
        check(r, first);
        // An even share is that of a rank known beforehand.
        if (schedule == dad::mpi::schedule::even && first == 0) CHECK(r.rank == 0);
        if (schedule == dad::mpi::schedule::even && first == 99) CHECK(r.rank == ranks::size() - 1);
      }
    }
}

TEST_CASE("inputs on all ranks, and on each its own") {
  auto inputs = many(60);
  inputs[41][0] = -0.25;
  check(dad::mpi::batch_find_nonfinite(loss, inputs, {.inputs = dad::mpi::on::all}), 41);

  // Each rank has 60; the last two have one that is NaN.
  const bool has_one = ranks::rank() >= ranks::size() - 2;
  const auto r =
      dad::mpi::batch_find_nonfinite(loss, has_one ? inputs : many(60), {.inputs = dad::mpi::on::each});
  const int owner = ranks::size() >= 2 ? ranks::size() - 2 : 0;
  check(r, static_cast<std::size_t>(owner) * 60 + 41);
  CHECK(r.rank == owner);
  CHECK_FALSE(dad::mpi::batch_find_nonfinite(loss, many(60), {.inputs = dad::mpi::on::each}));
}

TEST_CASE("in the gradient alone, of a result at the root, and by an executor") {
  auto inputs = many(50);
  inputs[20][1] = 0;
  const auto r = dad::mpi::batch_find_nonfinite(loss, inputs);
  CHECK(r.item == 20);
  CHECK(r.in_adjoints);
  CHECK(r.name == "sqrt");
  CHECK(std::isinf(r.partial));
  CHECK(r.adjoint == 1);
  CHECK(ranks::same_everywhere(r.text()));

  const auto results = dad::mpi::batch_eval(loss, inputs, {.schedule = dad::mpi::schedule::even});
  if (ranks::rank() == 0) {
    const auto here = dad::find_nonfinite(loss, inputs, results);
    CHECK(here.item == 20);
    CHECK(here.rank.has_value() == (ranks::size() > 1));
  }
  dad::mpi::batch_executor executor;
  CHECK(executor.batch_find_nonfinite(loss, inputs).item == 20);
}

TEST_CASE("what f throws while it is looked at is thrown on every rank") {
  // Pure as far as a batch sees, but it throws where it is called on a watched tape.
  const auto f = [](const auto& x) {
    if constexpr (std::is_same_v<std::decay_t<decltype(x[0])>, dad::var<>>) {
      if (dad::tape<>::active()->observer() != nullptr) throw std::domain_error("watched");
    }
    return log(x[0]);
  };
  auto inputs = many(50);
  inputs[30][0] = -1;
  const std::string text = ranks::message_of([&] { (void)dad::mpi::batch_find_nonfinite(f, inputs); });
  CHECK(ranks::has(text, "watched"));
  CHECK(ranks::same_everywhere(text));
  inputs[30][0] = 1;
  CHECK_FALSE(dad::mpi::batch_find_nonfinite(f, inputs));
}
