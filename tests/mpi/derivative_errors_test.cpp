// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of one function over ranks that cannot be had: the same error on every rank, none is left
// waiting, and the next call works. And the journal of one that was broken off.

#include <atomic>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"

using dad::mpi::on;
using dad::mpi::options;
using dad::mpi::schedule;
using dad::mpi::verify;

namespace {

std::vector<double> point(std::size_t n) {
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(0.5 + 0.01 * double(i));
  return x;
}
constexpr auto energy = [](const auto& x) {
  auto sum = 0.0 * x[0];
  for (std::size_t i = 0; i < x.size(); ++i) sum += sin(x[i] * x[(i + 1) % x.size()]);
  return sum;
};
constexpr auto doubled = [](const auto& x) {
  auto y = x;
  for (auto& entry : y) entry *= 2.0;
  return y;
};

template <class T>
struct rod {
  T length;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    if constexpr (std::is_same_v<Archive, dad::mpi::detail::unpacker>)
      throw std::runtime_error("no rods today");
    ar& length;
  }
};

/// What all ranks throw, checked to be the same everywhere; afterwards derivatives work.
template <class Error = dad::error, class Call>
std::string thrown_by_all(Call&& call) {
  const std::string what = ranks::message_of<Error>(call);
  CHECK(ranks::same_everywhere(what));
  CHECK(what != "nothing");
  const dad::matrix h = dad::mpi::hessian(energy, point(2));
  if (ranks::rank() == 0) CHECK(h == dad::hessian(energy, point(2)));
  return what;
}
bool is_last() { return ranks::rank() == ranks::size() - 1; }

/// Whether a scalar is seeded in a direction: what an f can do that throws in some of them.
template <class S>
bool is_seeded(const S& s) {
  if constexpr (requires { s.tangent(0); }) {
    for (std::size_t i = 0; i < S::direction_count; ++i)
      if (dad::value(s.tangent(i)) != 0.0) return true;
    return false;
  } else if constexpr (dad::scalar<S>) {
    return is_seeded(s.value());
  } else {
    return false;
  }
}

}  // namespace

TEST_CASE("f that throws in some directions: the first of them, whatever the schedule") {
  const auto f = [](const auto& x) {
    for (const std::size_t k : {22u, 9u, 30u})
      if (is_seeded(x[k])) throw std::runtime_error("no way along " + std::to_string(k));
    if (is_seeded(x[33])) throw 42;
    return doubled(x);
  };
  for (const options& o :
       {options{}, options{.schedule = schedule::even, .threads = 2},
        options{.root = ranks::size() - 1, .schedule = schedule::dynamic, .chunk = 1, .results = on::all}}) {
    const std::string what = thrown_by_all<dad::batch_error>(
        [&] { (void)dad::mpi::value_and_jacobian(f, point(40), dad::forward, o); });
    CHECK(ranks::has(what, "dad: input 1 on rank "));
    CHECK(ranks::has(what, ": columns 8 to 15 of the Jacobian: no way along 9"));
  }
}

TEST_CASE("f that throws everywhere") {
  const auto f = [](const auto& x) {
    if (x[1] > 0.0) throw std::range_error("out of range");
    return doubled(x);
  };
  for (const std::size_t n : {std::size_t{4}, std::size_t{30}})
    CHECK(ranks::has(thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::jacobian(f, point(n)); }),
                     "dad: input 0 on rank 0: "));
  const auto at_last = [](const auto& x) {
    if (is_last()) throw std::range_error("out of range");
    return doubled(x);
  };
  CHECK(ranks::has(thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::jacobian(at_last, point(30)); }),
                   "dad: input 0 on rank " + std::to_string(ranks::size() - 1) + ": out of range"));
  const auto broken = [](const auto& x) {
    if (x[1] > 0.0) throw 42;
    return x[0] * x[1];
  };
  CHECK(ranks::has(thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::hessian(broken, point(30)); }),
                   "dad: input 0 on rank 0: unknown exception"));
}

TEST_CASE("a call over ranks inside f") {
  const auto f = [](const auto& x) { return x[0] * dad::mpi::hessian(energy, point(3))(0, 0); };
  const std::string advice =
      "dad::mpi::hessian was called by the function of another batch over ranks: use dad::hessian there";
  CHECK(ranks::has(thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::hessian(f, point(9)); }), advice));
  // In the last block, which may be another thread's.
  const auto late = [](const auto& x) {
    auto y = x;
    if (is_seeded(x[39])) y[0] *= dad::mpi::hessian(energy, point(3))(0, 0);
    return y;
  };
  const options o = {.schedule = schedule::even, .threads = 5};
  CHECK(ranks::has(
      thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::jacobian(late, point(40), dad::forward, o); }),
      advice));
}

TEST_CASE("ranks that do not mean the same derivative") {
  if (ranks::size() == 1) return;
  CHECK(ranks::has(thrown_by_all([] {
                     if (is_last())
                       (void)dad::mpi::value_and_hessian(energy, point(5));
                     else
                       (void)dad::mpi::hessian(energy, point(5));
                   }),
                   "rank " + std::to_string(ranks::size() - 1) + " has dad::mpi::value_and_hessian"));
  CHECK(ranks::has(thrown_by_all([] {
                     if (is_last())
                       (void)dad::mpi::hessian(energy, std::array{1.0, 2.0});
                     else
                       (void)dad::mpi::hessian(energy, point(2));
                   }),
                   "ranks disagree on the type of the inputs"));
  CHECK(ranks::has(thrown_by_all([] {
                     (void)dad::mpi::hessian(energy, point(5),
                                             {.schedule = is_last() ? schedule::even : schedule::dynamic});
                   }),
                   "ranks disagree on the options"));
  const std::string last = "rank " + std::to_string(ranks::size() - 1);
  CHECK(ranks::has(thrown_by_all<dad::shape_error>([] {
                     (void)dad::mpi::jacobian(doubled, point(is_last() ? 4 : 5), {.inputs = on::all});
                   }),
                   "dad: " + last + " has a point of 4 reals, expected 5 as the root (0) has"));
  CHECK(ranks::has(thrown_by_all<dad::mpi::error>([] {
                     std::vector<double> x = point(5);
                     if (is_last()) x[2] = 7.0;
                     (void)dad::mpi::hessian(energy, x, {.inputs = on::all});
                   }),
                   "dad: " + last + " has a point with other bits than the root (0) has"));
  const double weight = is_last() ? 2.0 : 1.0;
  CHECK(ranks::has(thrown_by_all<dad::mpi::error>([&] {
                     (void)dad::mpi::hessian([&](const auto& x) { return weight * x[0] * x[0]; }, point(2),
                                             {.verify = verify::always});
                   }),
                   "ranks disagree on f: for the first input, " + last + " computes another result"));
  // In the last of many inputs alone, and where value and gradient are the same.
  const auto squares = [&](const auto& x) {
    auto sum = x[0] * x[0];
    for (std::size_t i = 1; i < x.size(); ++i) sum += (i + 1 < x.size() ? 1.0 : weight) * x[i] * x[i];
    return sum;
  };
  CHECK(ranks::has(thrown_by_all<dad::mpi::error>([&] {
                     (void)dad::mpi::hessian(squares, std::vector<double>(100), {.verify = verify::always});
                   }),
                   "ranks disagree on f: for the first input, " + last + " computes another result"));
}

TEST_CASE("ranks that mean another function from the second call on") {
  if (ranks::size() == 1) return;
  for (const schedule s : {schedule::automatic, schedule::even, schedule::dynamic}) {
    double weight = 1.0;
    bool throws = false;
    const auto f = [&](const auto& x) {
      if (throws && is_last()) throw std::range_error("out of range");
      auto sum = weight * x[0] * x[0];
      for (std::size_t i = 1; i < x.size(); ++i) sum += x[i] * x[i - 1];
      return sum;
    };
    const options o = {.schedule = s, .verify = verify::always};
    const dad::matrix h = dad::mpi::hessian(f, point(100), o);
    if (ranks::rank() == 0) CHECK(h == dad::hessian(f, point(100)));
    if (is_last()) weight = 2.0;
    CHECK(ranks::has(
        thrown_by_all<dad::mpi::error>([&] { (void)dad::mpi::hessian(f, point(100), o); }),
        "ranks disagree on f: for the first input, rank " + std::to_string(ranks::size() - 1) + " computes"));
    throws = true;
    CHECK(ranks::has(thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::hessian(f, point(100), o); }),
                     "dad: input 0 on rank " + std::to_string(ranks::size() - 1) + ": out of range"));
  }
}

TEST_CASE("numbers that do not fit where they belong") {
  if (ranks::size() == 1) return;
  // Elsewhere half of the inputs only enter linearly.
  const auto f = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i < x.size(); ++i)
      if (ranks::rank() == 0 || i % 2 == 0)
        sum += x[i] * x[i];
      else
        sum += x[i];
    return sum;
  };
  CHECK(ranks::has(thrown_by_all<dad::shape_error>([&] {
                     (void)dad::mpi::hessian(f, point(400),
                                             {.schedule = schedule::even, .verify = verify::never});
                   }),
                   " of the Hessian came with "));
}

TEST_CASE("options that have no meaning for one function") {
  const std::vector<std::pair<options, std::string>> rows = {
      {{.inputs = on::each}, "inputs is on::each, expected on::root or on::all"},
      {{.results = on::each}, "results is on::each, expected on::root or on::all"},
      {{.on_error = dad::on_error::collect}, "on_error is collect, expected raise"},
      {{.costs = {1.0, 2.0}}, "costs has 2 numbers, expected none"},
      {{.threads = -1}, "threads is -1"},
      {{.deadline = -1.0}, "deadline is -1"}};
  for (const auto& [o, text] : rows)
    CHECK(
        ranks::has(thrown_by_all([&, &mine = o] { (void)dad::mpi::hessian(energy, point(9), mine); }), text));
  CHECK(ranks::has(thrown_by_all([&] { (void)dad::mpi::hessian(energy, point(9), {.root = 99}); }),
                   "root is 99"));
}

TEST_CASE("a point that cannot be read where it arrives") {
  if (ranks::size() == 1) return;
  const auto f = [](const auto& x) { return x.length * x.length; };
  CHECK(ranks::has(thrown_by_all([&] { (void)dad::mpi::hessian(f, rod<double>{2.0}); }),
                   "rank 1 failed: no rods today"));
}

TEST_CASE("finished blocks are kept in a journal") {
  const std::string path = "derivative_" + std::to_string(ranks::size()) + ".dadj";
  if (ranks::rank() == 0) std::remove(path.c_str());
  std::atomic<int> calls = 0;
  bool fails = true;
  const auto f = [&](const auto& x) {
    ++calls;
    if (fails && is_seeded(x[38])) throw std::runtime_error("not yet");
    return doubled(x);
  };
  const options o = {
      .chunk = 1, .results = on::all, .journal = path, .verify = verify::never, .retry_errors = true};
  const auto take = [&](std::size_t n) { return dad::mpi::jacobian(f, point(n), dad::forward, o); };
  CHECK(ranks::has(thrown_by_all<dad::batch_error>([&] { (void)take(40); }), "input 4 on rank"));
  fails = false;
  calls = 0;
  CHECK(take(40) == dad::jacobian(doubled, point(40), dad::forward));
  int sum = calls;
  int all = 0;
  MPI_Allreduce(&sum, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  // On each rank to count the outputs; then the block that failed, and one to see that f is the same.
  CHECK(all == ranks::size() + 2);
  CHECK(ranks::has(thrown_by_all([&] { (void)take(39); }), "is of another call"));
  if (ranks::rank() == 0) std::remove(path.c_str());
}
