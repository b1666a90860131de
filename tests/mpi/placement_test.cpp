// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs at the root, on all ranks or each with its own; results at the root, on all ranks or each its own;
// every schedule, every root: always the bits of the call in one process.

#include <algorithm>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"

using dad::mpi::on;
using dad::mpi::schedule;

namespace {

template <class T>
struct point {
  T x;
  int power = 0;
  std::vector<T> more;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& power& more;
  }
};

constexpr on places[] = {on::root, on::all, on::each};
constexpr schedule schedules[] = {schedule::even, schedule::dynamic, schedule::automatic};

/// Where each rank's own inputs begin, and the end: split evenly, unevenly, and all at one rank.
std::vector<std::size_t> cuts(std::size_t count, int way) {
  const auto size = static_cast<std::size_t>(ranks::size());
  std::vector<std::size_t> at = {0};
  for (std::size_t r = 1; r < size; ++r)
    at.push_back(way == 0 ? count * r / size : way == 1 ? count * r * r / (size * size) : count);
  at.push_back(count);
  return at;
}

template <class Inputs>
Inputs part_of(const Inputs& whole, on where, int root, const std::vector<std::size_t>& at) {
  const auto r = static_cast<std::size_t>(ranks::rank());
  if (where == on::each)
    return Inputs(whole.begin() + static_cast<std::ptrdiff_t>(at[r]),
                  whole.begin() + static_cast<std::ptrdiff_t>(at[r + 1]));
  return where == on::all || ranks::rank() == root ? whole : Inputs();
}

template <class F, class Inputs>
void check_batches(const F& f, const Inputs& whole) {
  const auto local = dad::batch_eval(f, whole);
  for (int way = 0; way < 3; ++way)
    for (const on in : places)
      for (const on out : places)
        for (const schedule s : schedules)
          for (const int root : {0, ranks::size() - 1})
            for (const std::size_t chunk : {0u, 3u}) {
              if (in != on::each && way > 0) continue;
              const auto at = cuts(whole.size(), way);
              const auto r = dad::mpi::batch_eval(
                  f, part_of(whole, in, root, at),
                  {.root = root, .schedule = s, .chunk = chunk, .inputs = in, .results = out});
              INFO("inputs " << static_cast<int>(in) << " results " << static_cast<int>(out) << " schedule "
                             << static_cast<int>(s) << " root " << root << " chunk " << chunk << " of "
                             << whole.size() << " way " << way);
              const auto rank = static_cast<std::size_t>(ranks::rank());
              std::size_t begin = 0;
              std::size_t end = out == on::all || ranks::rank() == root ? whole.size() : 0;
              if (out == on::each) {
                const auto share = dad::detail::even_share(whole.size(), 1, ranks::size(), ranks::rank());
                begin = in == on::each ? at[rank] : share.begin;
                end = in == on::each ? at[rank + 1] : share.end;
              }
              REQUIRE(r.size() == end - begin);
              if (r.size() > 0) CHECK(r.first_index() == begin);
              for (std::size_t i = begin; i < end; ++i) {
                const auto row = [](const auto& result, std::size_t k) {
                  return result.gradients().subspan(result.offsets()[k],
                                                    result.offsets()[k + 1] - result.offsets()[k]);
                };
                REQUIRE(r[i - begin].value == local[i].value);
                REQUIRE(ranks::same_bits(row(r, i - begin), row(local, i)));
              }
            }
}

template <class F, class Inputs>
void check_sums(const F& f, const Inputs& whole) {
  const auto local = dad::batch_sum(f, 0.7, whole);
  for (int way = 0; way < 3; ++way)
    for (const on in : places)
      for (const schedule s : schedules)
        for (const int root : {0, ranks::size() - 1}) {
          if (in != on::each && way > 0) continue;
          INFO("inputs " << static_cast<int>(in) << " schedule " << static_cast<int>(s) << " root " << root
                         << " of " << whole.size() << " way " << way);
          const auto at = cuts(whole.size(), way);
          // What is shared is read at the root alone.
          const auto r =
              dad::mpi::batch_sum(f, ranks::rank() == root ? 0.7 : 99.0, part_of(whole, in, root, at),
                                  {.root = root, .schedule = s, .inputs = in});
          REQUIRE(r.value == local.value);
          REQUIRE(r.gradient == local.gradient);
        }
}

const std::size_t counts[] = {0, 1, 5, 100, 700};

template <class Make>
auto inputs_of(std::size_t count, const Make& make) {
  std::vector<decltype(make(0))> inputs;
  for (std::size_t i = 0; i < count; ++i) inputs.push_back(make(static_cast<int>(i)));
  return inputs;
}

}  // namespace

TEST_CASE("numbers") {
  for (const std::size_t count : counts) {
    const auto inputs = inputs_of(count, [](int i) { return 0.01 * i; });
    check_batches([](const auto& x) { return x > 3.0 ? sin(x) * x : x * x; }, inputs);
    check_sums([](const auto& w, const auto& x) { return w * sin(x * w); }, inputs);
  }
}

TEST_CASE("ragged rows") {
  for (const std::size_t count : counts) {
    const auto inputs = inputs_of(
        count, [](int i) { return std::vector<double>(1 + static_cast<std::size_t>(i) % 4, 0.1 * i); });
    check_batches(
        [](const auto& x) {
          auto sum = x[0] * 0.5;
          for (const auto& e : x) sum += e * e;
          return sum;
        },
        inputs);
    check_sums(
        [](const auto& w, const auto& x) {
          auto sum = w * 0.5;
          for (const auto& e : x) sum += e * w * w;
          return sum;
        },
        inputs);
  }
}

TEST_CASE("structs, whose gradients have their structure") {
  for (const std::size_t count : counts) {
    const auto inputs = inputs_of(count, [](int i) {
      return point<double>{0.1 * i, i % 3, std::vector<double>(static_cast<std::size_t>(i) % 2, 1.5)};
    });
    check_batches(
        [](const auto& p) {
          auto y = p.x * p.x * p.power;
          for (const auto& m : p.more) y += m * p.x;
          return y;
        },
        inputs);
    check_sums([](const auto& w, const auto& p) { return w * w * p.x * p.power; }, inputs);
  }
  const auto inputs = inputs_of(60, [](int i) { return point<double>{0.1 * i, i % 3, {1.0}}; });
  const auto r = dad::mpi::batch_eval([](const auto& p) { return p.x * p.power * p.more[0]; },
                                      part_of(inputs, on::each, 0, cuts(60, 1)),
                                      {.inputs = on::each, .results = on::all});
  REQUIRE(r.size() == 60);
  for (std::size_t i = 0; i < 60; ++i) {
    CHECK(r[i].gradient.x == inputs[i].power);
    CHECK(r[i].gradient.power == inputs[i].power);
    CHECK(r[i].gradient.more == std::vector<double>{0.1 * static_cast<double>(i) * inputs[i].power});
  }
}

TEST_CASE("items of a sum that are data") {
  for (const std::size_t count : counts)
    check_sums([](const auto& w, const std::string& s) { return w * w * static_cast<double>(s.size()); },
               inputs_of(count, [](int i) { return std::string(static_cast<std::size_t>(i) % 5, 'a'); }));
}

TEST_CASE("rows of a matrix that each rank has its own of") {
  std::vector<double> numbers(90 * 3);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 0.01 * static_cast<double>(i);
  const auto at = cuts(90, 1);
  const auto rank = static_cast<std::size_t>(ranks::rank());
  const dad::matrix_view own(numbers.data() + 3 * at[rank], at[rank + 1] - at[rank], 3);
  const dad::matrix_view whole(numbers.data(), 90, 3);
  const auto f = [](const auto& x) { return x[0] * x[1] + sin(x[2]); };
  const auto r = dad::mpi::batch_eval(f, own, {.inputs = on::each});
  if (rank == 0) CHECK(ranks::same_results(r, dad::batch_eval(f, whole)));
  const auto term = [](const auto& w, const auto& x) { return w * x[0] * sin(w * x[2]); };
  const auto sum = dad::mpi::batch_sum(term, 2.0, own, {.inputs = on::each});
  CHECK(sum.value == dad::batch_sum(term, 2.0, whole).value);
}

TEST_CASE("errors keep their index in the whole batch, wherever inputs and results are") {
  const auto whole = inputs_of(40, [](int i) { return static_cast<double>(i); });
  const auto f = [](const auto& x) {
    if (x > 16.5 && x < 18.5) throw std::runtime_error("no " + std::to_string(x > 17.5 ? 18 : 17));
    return x * x;
  };
  for (const on in : places)
    for (const on out : places)
      for (const schedule s : schedules) {
        const auto at = cuts(40, 1);
        const auto inputs = part_of(whole, in, 0, at);
        try {
          dad::mpi::batch_eval(f, inputs, {.schedule = s, .inputs = in, .results = out});
          CHECK(false);
        } catch (const dad::batch_error& e) {
          CHECK(e.index() == 17);
          CHECK(e.text() == "no 17");
          CHECK(ranks::same_everywhere(e.what()));
        }
        const auto r = dad::mpi::batch_eval(
            f, inputs, {.schedule = s, .inputs = in, .results = out, .on_error = dad::on_error::collect});
        for (std::size_t k = 0; k < r.size(); ++k) {
          const std::size_t i = r.first_index() + k;
          CHECK(r[k].has_error() == (i == 17 || i == 18));
          if (r[k].has_error())
            CHECK(r[k].error().text() == "no " + std::to_string(i));
          else
            CHECK(r[k].value == whole[i] * whole[i]);
        }
      }
}

TEST_CASE("ranks with different numbers of inputs, where all have the same ones") {
  if (ranks::size() == 1) return;
  const std::vector<double> inputs(ranks::rank() == ranks::size() - 1 ? 4 : 5, 1.0);
  const std::string what = ranks::message_of<dad::shape_error>(
      [&] { dad::mpi::batch_eval([](const auto& x) { return x; }, inputs, {.inputs = on::all}); });
  CHECK(ranks::has(what, "has 4 inputs, expected 5"));
  CHECK(ranks::same_everywhere(what));
}
