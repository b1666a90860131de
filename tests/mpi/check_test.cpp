// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// ranks: 1 2 3 7
// Which input of a batch over ranks has the derivative that fits worst: the same on every rank, at every
// number of them.

#include "mpi/ranks.hpp"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using input = std::array<double, 2>;
using dad::check_cause;
using dad::mpi::on;
using dad::mpi::options;
using dad::mpi::schedule;

// Not differentiable where x[0] is 8: the slope is x[1] on one side and 0 on the other.
const auto ramp = [](const auto& x) { return relu(x[0] - 8) * x[1] + sin(x[0]); };
// The entry by x[1] is wrong at 5 and after it, the more so the larger it is.
const auto misread = [](const auto& x) {
  if (x[0] == 13) throw std::runtime_error("thirteen");
  return x[0] < 5 ? x[0] * x[1] : x[0] * x[1] + dad::value(x[0]) * dad::value(x[1]);
};

std::vector<input> many(int count) {
  std::vector<input> x;
  for (int i = 0; i < count; ++i) x.push_back({1.0 + i, 2.5});
  return x;
}
// This rank's part of them.
std::vector<input> part_of(const std::vector<input>& all) {
  const auto share = dad::detail::even_share(all.size(), 1, ranks::size(), ranks::rank());
  return {all.begin() + std::ptrdiff_t(share.begin), all.begin() + std::ptrdiff_t(share.end)};
}

void check_kink(const dad::check_report& r) {
  INFO(r.text());
  CHECK(r.cause == check_cause::kink);
  CHECK(r.item == 7);
  CHECK(r.entry == 0);
  CHECK(r.place == "x[0]");
  CHECK(r.difference == Approx(1.25 + std::cos(8.0)).epsilon(1e-6));  // the mean of both slopes
  REQUIRE(r.rank.has_value());
  CHECK(*r.rank >= 0);
  CHECK(*r.rank < ranks::size());
  CHECK(ranks::has(r.text(), "item 7 on rank " + std::to_string(*r.rank) + ": f is not differentiable here"));
  CHECK(ranks::same_everywhere(r.text()));
}

}  // namespace

TEST_CASE("the worst input over ranks, with each schedule, root and number of threads") {
  const std::vector<input> inputs = many(20);
  dad::check_report local = dad::batch_check_gradient(ramp, inputs);
  for (const options& o : {options{}, options{.schedule = schedule::even, .threads = 2},
                           options{.root = ranks::size() - 1, .schedule = schedule::dynamic, .chunk = 1}}) {
    const auto r =
        dad::mpi::batch_check_gradient(ramp, ranks::rank() == o.root ? inputs : std::vector<input>(), {}, o);
    check_kink(r);
    local.rank = r.rank;
    CHECK(r.text() == local.text());
  }
  check_kink(dad::mpi::batch_check_gradient(ramp, inputs, {}, {.inputs = on::all}));
  const auto of_each = dad::mpi::batch_check_gradient(ramp, part_of(inputs), {}, {.inputs = on::each});
  check_kink(of_each);
  for (int rank = 0; rank < ranks::size(); ++rank)
    if (const auto s = dad::detail::even_share(20, 1, ranks::size(), rank); s.begin <= 7 && 7 < s.end)
      CHECK(of_each.rank == rank);
  dad::mpi::batch_executor executor;
  check_kink(executor.batch_check_gradient(ramp, inputs));
}

TEST_CASE("where nothing is wrong, the report of the input that fits worst") {
  const std::vector<input> inputs = many(7);
  dad::check_report local = dad::batch_check_gradient(ramp, inputs);
  const auto r = dad::mpi::batch_check_gradient(ramp, inputs);
  CHECK(r.passed());
  CHECK(r.item == local.item);
  CHECK(r.slope == local.slope);
  local.rank = r.rank;
  CHECK(r.text() == local.text());
  CHECK(ranks::same_everywhere(r.text()));
}

TEST_CASE("a wrong derivative, with the options of the check") {
  const auto r = dad::mpi::batch_check_gradient(misread, many(9));
  CHECK_FALSE(r.passed());
  CHECK(*r.item >= 4);
  CHECK(r.derivative != Approx(r.difference).epsilon(1e-3));
  CHECK(dad::mpi::batch_check_gradient(misread, many(9), {.tolerance = 1e3}).item ==
        dad::batch_check_gradient(misread, many(9), {.tolerance = 1e3}).item);
}

TEST_CASE("what f throws, and what cannot be checked, is thrown on every rank") {
  const auto message = [](auto&& call) {
    const std::string what = ranks::message_of(call);
    CHECK(ranks::same_everywhere(what));
    return what;
  };
  const std::string thrown = message([] { (void)dad::mpi::batch_check_gradient(misread, many(20)); });
  CHECK(ranks::has(thrown, "dad: input 12 on rank "));
  CHECK(ranks::has(thrown, "thirteen"));
  std::vector<input> inputs = many(20);
  inputs[3][1] = std::nan("");
  CHECK(ranks::has(message([&] { (void)dad::mpi::batch_check_gradient(ramp, inputs); }),
                   ": dad: entry 1 of x in check_gradient is nan, expected a finite number"));
  CHECK(message([] { (void)dad::mpi::batch_check_gradient(ramp, std::vector<input>()); }) ==
        "dad: batch_check_gradient got no inputs, expected one");
  const bool is_last = ranks::rank() == ranks::size() - 1;
  CHECK(ranks::has(
      message([&] { (void)dad::mpi::batch_check_gradient(ramp, many(3), {.step = is_last ? -1.0 : 0.1}); }),
      "dad: step of batch_check_gradient is -1, expected a positive number"));
  CHECK(ranks::has(message([] {
                     (void)dad::mpi::batch_check_gradient(ramp, many(3), {},
                                                          {.on_error = dad::on_error::collect});
                   }),
                   "dad::mpi::options::on_error is collect, expected raise"));
  CHECK(ranks::has(message([] { (void)dad::mpi::batch_check_gradient(ramp, many(3), {}, {.journal = "x"}); }),
                   "dad::mpi::options::journal is set, expected none"));
  check_kink(dad::mpi::batch_check_gradient(ramp, many(20)));
}
