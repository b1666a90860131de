// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The executor: schedules, chunks, costs, statistics, progress, an object of one's own; the bits are those of
// the call in one process, whatever the schedule.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mpi/ranks.hpp"

using dad::mpi::schedule;

namespace {

constexpr schedule schedules[] = {schedule::even, schedule::dynamic, schedule::automatic};

std::vector<double> numbers(std::size_t count) {
  std::vector<double> x;
  if (ranks::rank() == 0)
    for (std::size_t i = 0; i < count; ++i) x.push_back(0.01 * static_cast<double>(i));
  return x;
}

constexpr auto wave = [](const auto& x) { return x > 2.0 ? sin(x) * x : exp(-x); };

/// Takes so many microseconds for each unit of x.
auto slow(double microseconds) {
  return [=](const auto& x) {
    usleep(static_cast<useconds_t>(microseconds * dad::value(x)));
    return x * x;
  };
}

/// Statistics add up to the batch.
template <class Result>
void check_statistics(const Result& r, std::size_t count) {
  const dad::batch_statistics& s = r.statistics();
  REQUIRE(s.ranks.size() == static_cast<std::size_t>(ranks::size()));
  std::vector<int> seen(count, 0);
  std::vector<std::size_t> items(s.ranks.size(), 0);
  for (const auto& c : s.chunks) {
    CHECK(c.begin < c.end);
    CHECK(c.from <= c.until);
    CHECK(c.until <= s.seconds + 1.0);
    for (std::size_t i = c.begin; i < c.end; ++i) ++seen[i];
    items[static_cast<std::size_t>(c.rank)] += c.end - c.begin;
  }
  CHECK(std::ranges::all_of(seen, [](int n) { return n == 1; }));
  for (std::size_t rank = 0; rank < items.size(); ++rank) CHECK(s.ranks[rank].items == items[rank]);
  const bool has_moved = std::ranges::any_of(s.chunks, [](const auto& c) { return c.rank != 0; });
  CHECK((s.bytes_moved() > 0) >= has_moved);
}

}  // namespace

TEST_CASE("every schedule, every size of chunk: the same bits, and statistics that add up") {
  for (const std::size_t count : {0u, 1u, 2u, 6u, 7u, 8u, 500u, 5000u})
    for (const schedule s : schedules)
      for (const std::size_t chunk : {0u, 1u, 7u, 10000u}) {
        if (chunk == 1 && count > 500) continue;
        const auto inputs = numbers(count);
        const auto r = dad::mpi::batch_eval(wave, inputs, {.schedule = s, .chunk = chunk});
        const auto sum = dad::mpi::batch_sum([](const auto& w, const auto& x) { return w * sin(w * x); }, 1.5,
                                             inputs, {.schedule = s, .chunk = chunk});
        double local_sum = 0.0;
        if (ranks::rank() == 0) {
          CHECK(ranks::same_results(r, dad::batch_eval(wave, inputs)));
          if (ranks::size() > 1) {
            check_statistics(r, count);
            check_statistics(sum, count);
            if (chunk != 0)
              for (const auto& c : r.statistics().chunks) CHECK(c.end - c.begin <= chunk);
          }
          local_sum =
              dad::batch_sum([](const auto& w, const auto& x) { return w * sin(w * x); }, 1.5, inputs).value;
        }
        MPI_Bcast(&local_sum, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
        CHECK(sum.value == local_sum);
      }
}

TEST_CASE("all kinds of batches, into memory of earlier results") {
  std::vector<std::array<double, 3>> inputs, directions;
  std::vector<std::array<double, 2>> seeds;
  if (ranks::rank() == 0)
    for (int i = 0; i < 200; ++i) {
      inputs.push_back({0.1 * i, 1.0, 2.0 - 0.01 * i});
      directions.push_back({1.0, 0.5 * i, -1.0});
      seeds.push_back({1.0 + i, 2.0});
    }
  const auto f = [](const auto& x) { return x[0] * x[1] * sin(x[2]); };
  const auto g = [](const auto& x) { return std::array{x[0] * x[1], sin(x[2] * x[0])}; };
  for (const schedule s : schedules) {
    const dad::mpi::options o{.schedule = s};
    auto jvp = dad::mpi::batch_jvp(g, inputs, directions, o);
    auto vjp = dad::mpi::batch_vjp(g, inputs, seeds, o);
    auto jacobian = dad::mpi::batch_jacobian(g, inputs, o);
    auto hessian = dad::mpi::batch_hessian(f, inputs, o);
    auto hvp = dad::mpi::batch_hvp(f, inputs, directions, o);
    for (int again = 0; again < 2; ++again) {
      if (ranks::rank() == 0) {
        CHECK(ranks::same_results(jvp, dad::batch_jvp(g, inputs, directions)));
        CHECK(ranks::same_results(vjp, dad::batch_vjp(g, inputs, seeds)));
        CHECK(ranks::same_results(jacobian, dad::batch_jacobian(g, inputs)));
        CHECK(ranks::same_results(hessian, dad::batch_hessian(f, inputs)));
        CHECK(ranks::same_results(hvp, dad::batch_hvp(f, inputs, directions)));
      }
      dad::mpi::batch_jvp_into(jvp, g, inputs, directions, o);
      dad::mpi::batch_vjp_into(vjp, g, inputs, seeds, o);
      dad::mpi::batch_jacobian_into(jacobian, g, inputs, o);
      dad::mpi::batch_hessian_into(hessian, f, inputs, o);
      dad::mpi::batch_hvp_into(hvp, f, inputs, directions, o);
    }
  }
}

TEST_CASE("uneven costs: whoever is free gets the next chunk") {
  if (ranks::size() == 1) return;
  // The first inputs take 100 times as long as the others: an even split leaves all of them to one rank.
  std::vector<double> inputs = numbers(200);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = i < 20 ? 100.0 : 1.0;
  const auto even = dad::mpi::batch_eval(slow(100.0), inputs, {.schedule = schedule::even});
  const auto dynamic = dad::mpi::batch_eval(slow(100.0), inputs, {.schedule = schedule::dynamic});
  const auto automatic = dad::mpi::batch_eval(slow(100.0), inputs, {.schedule = schedule::automatic});
  if (ranks::rank() != 0) return;
  CHECK(std::string(even.statistics().schedule) == "even");
  CHECK(std::string(dynamic.statistics().schedule) == "dynamic");
  check_statistics(dynamic, 200);
  check_statistics(automatic, 200);
  const auto expensive_of = [](const auto& r) {
    std::vector<std::size_t> of(r.statistics().ranks.size(), 0);
    for (const auto& c : r.statistics().chunks)
      for (std::size_t i = c.begin; i < std::min<std::size_t>(c.end, 20); ++i)
        ++of[static_cast<std::size_t>(c.rank)];
    return std::ranges::max(of);
  };
  const auto size = static_cast<std::size_t>(ranks::size());
  CHECK(expensive_of(even) == std::min<std::size_t>(20, (200 + size - 1) / size));
  CHECK(expensive_of(dynamic) < 20);
  CHECK(expensive_of(automatic) < 20);
  CHECK(ranks::same_results(even, dynamic));
}

TEST_CASE("automatic spreads evenly what is soon done") {
  if (ranks::size() == 1) return;
  // It goes by time: where the machine is busy with other things, not at the first call perhaps.
  int even_calls = 0;
  for (int call = 0; call < 100; ++call) {
    const auto r = dad::mpi::batch_eval(wave, numbers(1000));
    if (ranks::rank() == 0) even_calls += std::string(r.statistics().schedule) == "even" ? 1 : 0;
  }
  if (ranks::rank() == 0) CHECK(even_calls > 50);
}

TEST_CASE("costs that are known: the most expensive inputs begin first") {
  std::vector<double> inputs = numbers(60);
  std::vector<double> costs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs[i] = 1.0 + static_cast<double>(i);
    costs.push_back(inputs[i]);
  }
  const auto r = dad::mpi::batch_eval(slow(100.0), inputs, {.schedule = schedule::dynamic, .costs = costs});
  if (ranks::rank() != 0) return;
  for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(r[i].value == inputs[i] * inputs[i]);
  if (ranks::size() == 1) return;
  check_statistics(r, 60);
  const auto first =
      std::ranges::min_element(r.statistics().chunks, {}, [](const auto& c) { return c.from; });
  CHECK(first->end > 60 - 2 * static_cast<std::size_t>(ranks::size()));
}

TEST_CASE("progress is that of all ranks, and told by the calling thread") {
  for (const schedule s : schedules) {
    std::vector<std::pair<std::size_t, std::size_t>> told;
    const auto thread = std::this_thread::get_id();
    bool is_own_thread = true;
    std::vector<double> inputs = numbers(80);
    for (double& x : inputs) x = 10.0;
    const auto r = dad::mpi::batch_eval(
        slow(100.0), inputs, {.schedule = s, .progress = [&](std::size_t done, std::size_t total) {
                                told.push_back({done, total});
                                is_own_thread = is_own_thread && thread == std::this_thread::get_id();
                              }});
    if (ranks::rank() != 0) {
      CHECK(told.empty());
      continue;
    }
    CHECK(is_own_thread);
    CHECK(told.size() >= 2);
    CHECK(told.front() == std::pair<std::size_t, std::size_t>{0, 80});
    CHECK(told.back() == std::pair<std::size_t, std::size_t>{80, 80});
    for (std::size_t i = 1; i < told.size(); ++i) CHECK(told[i - 1].first < told[i].first);
    for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(r[i].value == 100.0);
  }
}

TEST_CASE("progress that throws ends the call on all ranks, and the next one works") {
  for (const schedule s : schedules) {
    const std::string what = ranks::message_of([&] {
      dad::mpi::batch_eval(wave, numbers(100), {.schedule = s, .progress = [](std::size_t, std::size_t) {
                                                  throw std::runtime_error("enough");
                                                }});
    });
    CHECK(ranks::has(what, "enough"));
    if (ranks::size() > 1) CHECK(ranks::same_everywhere(what));
    const auto r = dad::mpi::batch_eval(wave, numbers(10));
    if (ranks::rank() == 0) CHECK(r.size() == 10);
  }
}

TEST_CASE("results a hundred times larger than inputs") {
  const auto f = [](const auto& x) {
    std::vector<std::remove_cvref_t<decltype(x)>> y;
    for (int k = 0; k < 100; ++k) y.push_back(x * static_cast<double>(k));
    return y;
  };
  for (const schedule s : schedules) {
    const auto inputs = numbers(3000);
    const auto r = dad::mpi::batch_jacobian(f, inputs, {.schedule = s});
    if (ranks::rank() == 0) CHECK(ranks::same_results(r, dad::batch_jacobian(f, inputs)));
  }
}

TEST_CASE("errors under every schedule: the lowest index, and all of them where they are collected") {
  const auto f = [](const auto& x) {
    const double i = dad::value(x);
    usleep(200);
    if (i > 1.495 && std::lround(i * 100) % 7 == 0)
      throw std::runtime_error("no " + std::to_string(std::lround(i * 100)));
    return x * x;
  };
  for (const schedule s : schedules) {
    const std::string what =
        ranks::message_of<dad::batch_error>([&] { dad::mpi::batch_eval(f, numbers(300), {.schedule = s}); });
    CHECK(ranks::has(what, "dad: input 154 on rank "));
    CHECK(ranks::has(what, "no 154"));
    CHECK(ranks::same_everywhere(what));
    const auto r = dad::mpi::batch_eval(f, numbers(300), {.schedule = s, .on_error = dad::on_error::collect});
    if (ranks::rank() == 0)
      CHECK(ranks::same_results(r, dad::batch_eval(f, numbers(300), {.on_error = dad::on_error::collect})));
    const auto sum = dad::mpi::batch_sum([&](const auto& w, const auto& x) { return w * f(x); }, 2.0,
                                         numbers(300), {.schedule = s, .on_error = dad::on_error::collect});
    CHECK(sum.errors().size() == 21);
    CHECK(sum.errors().front().index() == 154);
  }
}

TEST_CASE("a call of MPI inside f is refused under every schedule, a local batch is not") {
  const auto f = [](const auto& x) {
    dad::mpi::batch_eval(wave, std::vector<double>{1.0});
    return x;
  };
  const auto g = [](const auto& x) {
    return x * dad::batch_eval([](const auto& y) { return y * y; }, std::vector<double>{3.0})[0].gradient;
  };
  for (const schedule s : schedules) {
    CHECK(ranks::has(
        ranks::message_of<dad::batch_error>([&] { dad::mpi::batch_eval(f, numbers(50), {.schedule = s}); }),
        "use dad::batch_eval there"));
    const auto r = dad::mpi::batch_eval(g, numbers(50), {.schedule = s});
    if (ranks::rank() == 0) CHECK(r[7].gradient == 6.0);
  }
}

TEST_CASE("an executor of one's own keeps its communicator and options") {
  dad::mpi::batch_executor even({.schedule = schedule::even});
  dad::mpi::batch_executor dynamic(boost::mpi::communicator(), {.schedule = schedule::dynamic, .chunk = 5});
  for (int call = 0; call < 20; ++call) {
    const auto inputs = numbers(100);
    const auto a = even.batch_eval(wave, inputs);
    auto b = dynamic.batch_eval(wave, inputs);
    dynamic.batch_eval_into(b, wave, inputs);
    const auto sum = even.batch_sum([](const auto& w, const auto& x) { return w * x; }, 2.0, inputs);
    CHECK(sum.gradient > 0.0);
    if (ranks::rank() != 0) continue;
    CHECK(ranks::same_results(a, b));
    if (ranks::size() > 1) CHECK(std::string(b.statistics().schedule) == "dynamic");
  }
  dynamic.settings().schedule = schedule::even;
  const auto c = dynamic.batch_eval(wave, numbers(100));
  if (ranks::rank() == 0 && ranks::size() > 1) CHECK(std::string(c.statistics().schedule) == "even");
}

TEST_CASE("executors come and go without leaving anything") {
  std::vector<MPI_Fint> handles;
  for (int i = 0; i < 50; ++i) {
    dad::mpi::batch_executor one;
    (void)one.batch_eval(wave, numbers(10));
    MPI_Comm probe = MPI_COMM_NULL;
    MPI_Comm_dup(MPI_COMM_WORLD, &probe);
    handles.push_back(MPI_Comm_c2f(probe));
    MPI_Comm_free(&probe);
  }
  CHECK(handles.back() <= handles.front() + 2);
}

TEST_CASE("one executor for each thread") {
  int level = 0;
  MPI_Query_thread(&level);
  if (level < MPI_THREAD_MULTIPLE) return;
  std::vector<std::unique_ptr<dad::mpi::batch_executor>> executors;
  for (int t = 0; t < 4; ++t)
    executors.push_back(std::make_unique<dad::mpi::batch_executor>(
        dad::mpi::options{.schedule = t % 2 == 0 ? schedule::even : schedule::dynamic}));
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  const auto inputs = numbers(300);
  const auto local = dad::batch_eval(wave, inputs);
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int call = 0; call < 20; ++call) {
        const auto r = executors[t]->batch_eval(wave, inputs);
        if (ranks::rank() == 0 && !ranks::same_results(r, local)) ++wrong[t];
      }
    });
  for (std::thread& t : threads) t.join();
  CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("two threads in one executor: one of them is told") {
  int level = 0;
  MPI_Query_thread(&level);
  if (level < MPI_THREAD_MULTIPLE || ranks::size() > 1) return;
  dad::mpi::batch_executor one;
  std::atomic<bool> is_inside = false;
  const auto f = [&](const auto& x) {
    is_inside = true;
    usleep(300000);
    return x + 0.0 * dad::value(x);
  };
  std::thread first([&] { (void)one.batch_eval(f, std::vector<double>{1.0}); });
  while (!is_inside) usleep(1000);
  CHECK(ranks::has(ranks::message_of<dad::mpi::error>([&] { (void)one.batch_eval(wave, numbers(3)); }),
                   "another thread is inside a batch"));
  first.join();
}

TEST_CASE("threads of a rank share its chunks") {
  const auto f = [](const auto& x) {
    const double n = dad::value(x);
    return x * x + 0.0 * n;
  };
  for (const schedule s : schedules) {
    const auto r = dad::mpi::batch_eval(f, numbers(500), {.schedule = s, .threads = 3});
    if (ranks::rank() == 0) CHECK(ranks::same_results(r, dad::batch_eval(f, numbers(500))));
  }
}

TEST_CASE("a call during the unwinding of an exception") {
  struct at_end {
    bool* worked;
    ~at_end() {
      const auto r = dad::mpi::batch_eval(wave, numbers(20), {.schedule = schedule::dynamic});
      *worked = r.size() == (ranks::rank() == 0 ? 20u : 0u);
    }
  };
  bool worked = false;
  CHECK_THROWS_AS(
      [&] {
        const at_end guard{&worked};
        throw std::runtime_error("on the way");
      }(),
      std::runtime_error);
  CHECK(worked);
}

TEST_CASE("f that reads numbers is called once for each input, and once more on each rank") {
  for (const schedule s : schedules) {
    int calls = 0;
    const auto f = [&](const auto& x) {
      ++calls;
      return x * x + 0.0 * dad::value(x);
    };
    (void)dad::mpi::batch_eval(f, numbers(400),
                               {.schedule = s, .chunk = 5, .verify = dad::mpi::verify::never});
    const int mine = calls;
    int all = 0;
    MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    CHECK(all < 500);  // chunks that were taken over from a busy rank may be evaluated twice
    calls = 0;
    (void)dad::mpi::batch_sum([&](const auto& w, const auto& x) { return w * f(x); }, 2.0, numbers(400),
                              {.schedule = s, .verify = dad::mpi::verify::never});
    MPI_Allreduce(&calls, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    CHECK(all < 500);  // chunks that were taken over from a busy rank may be evaluated twice
  }
}

TEST_CASE("f that is replayed is called a few times on each rank, however many chunks there are") {
  static std::atomic<int> calls;
  const auto square = [](const auto& x) {
    ++calls;
    return x * x;
  };
  const auto scaled = [](const auto& w, const auto& x) {
    ++calls;
    return w * x;
  };
  const auto inputs = numbers(2000);
  for (const schedule s : schedules) {
    calls = 0;
    const auto r = dad::mpi::batch_eval(square, inputs, {.schedule = s, .chunk = 10});
    if (ranks::rank() == 0 && ranks::size() > 1) CHECK(r.statistics().chunks.size() >= 200);
    CHECK(calls <= 5);
    calls = 0;
    CHECK(dad::mpi::batch_sum(scaled, 2.0, inputs, {.schedule = s, .chunk = 10}).gradient ==
          Approx(0.01 * 1999.0 * 1000.0));
    CHECK(calls <= 5);
  }
}

TEST_CASE("a term that fails early ends the sum under every schedule, whatever was evaluated until then") {
  for (int call = 0; call < 20; ++call)
    for (const schedule s : schedules) {
      const int bad = 3 + 7 * call;
      const auto term = [&](const auto& w, const auto& x) {
        if (std::lround(100.0 * dad::value(x)) == bad) throw std::runtime_error("bad");
        if (ranks::rank() == call % ranks::size()) usleep(100);
        return w * x;
      };
      CHECK(ranks::has(ranks::message_of<dad::batch_error>([&] {
                         (void)dad::mpi::batch_sum(term, 2.0, numbers(300), {.schedule = s, .chunk = 4});
                       }),
                       "input " + std::to_string(bad) + " "));
    }
}
