// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input f is called for, as a watch says it while f runs, on every way that inputs take.

#include <dad/batch/batch.hpp>

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <mutex>
#include <numeric>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "catch.hpp"

namespace {

using dad::detail::input_watch;

constexpr std::size_t first = 128;  // inputs[i] is the whole batch's input 128 + i
constexpr int rank = 3;

std::vector<double> numbers(std::size_t count) {
  std::vector<double> x(count);
  std::iota(x.begin(), x.end(), 0.0);
  return x;
}

/// What a watch said while f was called: index by the input's number.
struct sightings {
  explicit sightings(std::size_t threads) : watch(threads, rank) {}

  /// Called in f with the number of its input.
  void note(double number) {
    const std::lock_guard lock(mutex);
    const input_watch::slot* const mine = input_watch::of_this_thread();
    seen.emplace_back(number, mine == nullptr ? input_watch::none : mine->index);
    longest.insert(watch.longest().index);
    is_rank_right = is_rank_right && mine != nullptr && mine->rank == rank;
  }

  /// Whether every sighting is of the right input, and they are so many.
  void check(std::size_t count) const {
    CHECK(seen.size() == count);
    for (const auto& [number, index] : seen) CHECK(static_cast<double>(index) == 128.0 + number);
    CHECK(is_rank_right);
    CHECK(longest.count(input_watch::none) == 0);
    CHECK(watch.longest().index == input_watch::none);
    CHECK(input_watch::of_this_thread() == nullptr);
  }

  input_watch watch;
  std::mutex mutex;
  std::vector<std::pair<double, std::size_t>> seen;
  std::set<std::size_t> longest;
  bool is_rank_right = true;
};

template <class F>
auto evaluate(const F& f, const std::vector<double>& inputs, sightings& s, std::size_t threads = 1) {
  dad::detail::batch_storage<double> out;
  dad::detail::evaluate_into(out, dad::detail::gradients{}, f, dad::detail::items_of(inputs),
                             dad::detail::no_seeds{}, first, rank, threads, {&s.watch});
  return out;
}

/// The same through a value-reading f, which is evaluated input by input.
auto reading(sightings& s) {
  return [&s](const auto& x) {
    s.note(dad::value(x));
    return x * x;
  };
}

}  // namespace

TEST_CASE("a function that is replayed is watched while it is recorded") {
  sightings s(1);
  std::size_t calls = 0;
  // Pure: what it notes is the order of its calls, which are for the first input and for the second.
  const auto f = [&](const auto& x) {
    s.note(static_cast<double>(calls++));
    return x * x + 1.0;
  };
  const auto out = evaluate(f, numbers(1000), s);
  CHECK(out.values[999] == 999.0 * 999.0 + 1.0);
  s.check(2);
}

TEST_CASE("every path is watched at the inputs it is recorded of") {
  sightings s(1);
  std::vector<std::size_t> at;
  const auto f = [&](const auto& x) {
    at.push_back(input_watch::of_this_thread()->index);
    if (x < 4.0) return x * 3.0;
    return x * x * 7.0;
  };
  (void)evaluate(f, numbers(8), s);
  // Each path at its first two inputs: 0 and 1 below 4, then 4 and 5.
  CHECK(at == std::vector<std::size_t>{128, 129, 132, 133});
}

TEST_CASE("inputs on the tape are watched one by one") {
  for (const std::size_t threads : {1u, 3u}) {
    sightings s(threads);
    const auto out = evaluate(reading(s), numbers(50), s, threads);
    CHECK(out.values[49] == 49.0 * 49.0);
    // Each once on the tape, and two by the recorder, which finds that the number was read; in the second
    // call, which knows the path, one.
    s.check(threads == 1 ? 52 : 51);
  }
}

TEST_CASE("an impure function is watched wherever it is called") {
  sightings s(1);
  double factor = 1.0;
  std::vector<std::size_t> at;
  const auto f = [&](const auto& x) {
    at.push_back(input_watch::of_this_thread()->index);
    return x * (factor += 1.0);
  };
  const auto out = evaluate(f, numbers(5), s);
  // Called for each input once, in order: 2 x 0, 3 x 1, 4 x 2, ...
  CHECK(out.values == std::vector<double>{0.0, 3.0, 8.0, 15.0, 24.0});
  CHECK(at == std::vector<std::size_t>{128, 129, 130, 131, 132});
}

TEST_CASE("a function that throws leaves the watch") {
  sightings s(1);
  const auto f = [&](const auto& x) {
    s.note(dad::value(x));
    if (x > 2.0) throw std::runtime_error("three");
    return x;
  };
  const auto out = evaluate(f, numbers(5), s);
  CHECK(out.errors.size() == 2);
  CHECK(out.errors[0].index() == 131);
  CHECK(input_watch::of_this_thread() == nullptr);
  CHECK(s.watch.longest().index == input_watch::none);
  for (const auto& [number, index] : s.seen) CHECK(static_cast<double>(index) == 128.0 + number);
}

TEST_CASE("terms of a sum are watched, recorded and on the tape") {
  const std::vector<double> x = numbers(300);
  const dad::detail::summation_tree tree(1000);
  for (const std::size_t threads : {1u, 3u}) {
    sightings recorded(threads);
    sightings on_tape(threads);
    std::size_t calls = 0;
    const auto pure = [&](const auto& w, const auto& item) {
      recorded.note(static_cast<double>(calls++));
      return w * item;
    };
    const auto reads = [&](const auto& w, const auto& item) {
      on_tape.note(dad::value(item));
      return w * item;
    };
    std::vector<dad::item_error> errors;
    const auto sum = [&](const auto& f, sightings& s) {
      return dad::detail::evaluate_leaves(f, 2.0, std::span(x), first, tree, rank, threads, errors,
                                          {&s.watch});
    };
    (void)sum(pure, recorded);
    recorded.check(threads == 1 ? 2 : 1);  // the second time the path is known
    (void)sum(reads, on_tape);
    CHECK(on_tape.seen.size() >= 300);
    on_tape.check(on_tape.seen.size());
    CHECK(errors.empty());
  }
}

TEST_CASE("a batch inside of f keeps the outer batch's index") {
  for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) {
    sightings s(threads);
    const auto f = [&](const auto& x) {
      const double number = dad::value(x);
      s.note(number);
      const auto inner = [&](const auto& y) {
        s.note(number);
        return y * dad::value(y);
      };
      const double y = dad::batch_eval(inner, numbers(3)).values()[2];
      s.note(number);
      return x * y;
    };
    const auto out = evaluate(f, numbers(10), s, threads);
    CHECK(out.values[9] == 36.0);
    s.check(s.seen.size());
    CHECK(s.seen.size() >= 10 * 5);
  }
}

TEST_CASE("without a watch nothing is noted") {
  const auto f = [](const auto& x) {
    CHECK(input_watch::of_this_thread() == nullptr);
    return x * dad::value(x);
  };
  CHECK(dad::batch_eval(f, numbers(3)).values()[2] == 4.0);
}

TEST_CASE("the longest call is the one that another thread sees, with its time") {
  sightings s(3);
  std::atomic<bool> is_over = false;
  std::atomic<bool> is_in_five = false;
  // Input 5 waits to be seen; the others go by in the other threads.
  const auto f = [&](const auto& x) {
    if (dad::value(x) == 5.0 && !is_over) {
      is_in_five = true;
      while (!is_over) sched_yield();
    }
    return x * x;
  };
  struct observed {
    sightings& s;
    std::atomic<bool>& is_over;
    std::atomic<bool>& is_in_five;
    input_watch::call seen;
    std::int64_t waited = 0;
  } o{s, is_over, is_in_five, {}};
  pthread_t observer;
  REQUIRE(pthread_create(
              &observer, nullptr,
              [](void* p) -> void* {
                auto& mine = *static_cast<observed*>(p);
                while (!mine.is_in_five) sched_yield();
                const std::int64_t start = input_watch::now();
                const timespec pause{0, 50'000'000};
                nanosleep(&pause, nullptr);
                mine.seen = mine.s.watch.longest();
                mine.waited = input_watch::now() - start;
                mine.is_over = true;
                return nullptr;
              },
              &o) == 0);
  (void)evaluate(f, numbers(64), s, 3);
  pthread_join(observer, nullptr);
  CHECK(o.seen.index == 133);
  CHECK(o.seen.nanoseconds >= 50'000'000);
  CHECK(o.seen.nanoseconds < o.waited + 5'000'000'000);  // f had begun shortly before
  CHECK(s.watch.rank() == rank);
}

TEST_CASE("a watch without a clock knows the input alone") {
  input_watch plain(1, rank, input_watch::clock::none);
  const auto f = [&](const auto& x) {
    CHECK(static_cast<double>(plain.longest().index) == 128.0 + dad::value(x));
    CHECK(plain.longest().nanoseconds == 0);
    return x;
  };
  dad::detail::batch_storage<double> out;
  const std::vector<double> inputs = numbers(4);
  dad::detail::evaluate_into(out, dad::detail::gradients{}, f, dad::detail::items_of(inputs),
                             dad::detail::no_seeds{}, first, rank, 1, {&plain});
  CHECK(plain.longest().index == input_watch::none);
}
