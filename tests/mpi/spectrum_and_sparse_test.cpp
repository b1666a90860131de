// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is known of a Hessian by its products, and sparse derivatives, over ranks: those of this process, bit
// for bit.

#include <atomic>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"

using dad::mpi::on;
using dad::mpi::options;
using dad::mpi::schedule;

namespace {

std::vector<double> point_at(int root, std::size_t n) {
  std::vector<double> x;
  for (std::size_t i = 0; ranks::rank() == root && i < n; ++i) x.push_back(0.3 + 0.1 * double(i % 13));
  return x;
}
std::vector<double> point(std::size_t n) { return point_at(ranks::rank(), n); }

// Neighbours in a ring and each by itself; of two kinds where an entry is negative.
constexpr auto ring = [](const auto& x) {
  auto sum = 0.0 * tanh(std::remove_cvref_t<decltype(x[0])>(1.0));
  for (std::size_t i = 0; i < x.size(); ++i) sum += exp(0.1 * x[i]) * sin(x[i] * x[(i + 1) % x.size()]);
  if (!x.empty() && x[0] < 0.0) sum += x[0] * x[x.size() / 2];
  return sum;
};
constexpr auto differences = [](const auto& x) {
  auto y = x;
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = sin(x[i]) * x[(i + 1) % x.size()] - x[(i + 2) % x.size()];
  return y;
};
// The eigenvalues of its Hessian are 1, 2, ..., n.
constexpr auto bowl = [](const auto& x) {
  auto sum = 0.0 * x[0];
  for (std::size_t i = 0; i < x.size(); ++i) sum += 0.5 * double(i + 1) * x[i] * x[i];
  return sum;
};

std::vector<options> ways() {
  const int last = ranks::size() - 1;
  return {{.results = on::all},
          {.root = last, .schedule = schedule::dynamic, .chunk = 1, .results = on::all},
          {.schedule = schedule::even, .threads = 2}};
}
bool gets(const options& o) { return o.results == on::all || ranks::rank() == o.root; }

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return ranks::same_bits(std::span(a), std::span(b));
}
bool same_pairs(const dad::eigenpairs& a, const dad::eigenpairs& b) {
  return same_numbers(a.values, b.values) && same_numbers(a.residuals, b.residuals) && a.vectors == b.vectors;
}
template <class Error, class Call>
std::string thrown_by_all(Call&& call) {
  const std::string what = ranks::message_of<Error>(call);
  CHECK(ranks::same_everywhere(what));
  CHECK(dad::mpi::hessian_trace(bowl, point(4), {}, {.results = on::all}).value == 10.0);
  return what;
}

}  // namespace

TEST_CASE("the estimate of a trace is the local one") {
  for (const options& o : ways())
    for (const std::size_t probes : std::initializer_list<std::size_t>{1, 8, 9, 33, 48, 64, 100}) {
      const dad::trace_options wanted = {.probes = probes, .seed = 3};
      const auto local = dad::hessian_trace(ring, point(40), wanted);
      // Wanted is what the root wants.
      const auto trace = dad::mpi::hessian_trace(ring, point_at(o.root, 40),
                                                 ranks::rank() == o.root ? wanted : dad::trace_options{}, o);
      if (!gets(o)) continue;
      CHECK(ranks::same_bits(std::span(&trace.value, 1), std::span(&local.value, 1)));
      CHECK(ranks::same_bits(std::span(&trace.standard_error, 1), std::span(&local.standard_error, 1)));
      CHECK(trace.probes == probes);
    }
  // A diagonal has no error.
  const auto exact = dad::mpi::hessian_trace(bowl, point(30), {.probes = 20}, {.results = on::all});
  CHECK(exact.value == 465.0);
  CHECK(exact.standard_error == 0.0);
}

TEST_CASE("eigenvalues are the local ones") {
  for (const options& o : ways()) {
    const dad::eigenvalue_options wanted = {.largest = 3, .smallest = 2, .block = 20, .vectors = true};
    const auto local = dad::hessian_eigenvalues(ring, point(60), wanted);
    const auto e = dad::mpi::hessian_eigenvalues(ring, point_at(o.root, 60), wanted, o);
    if (!gets(o)) {
      CHECK(e.largest.values.empty());
      continue;
    }
    CHECK(same_pairs(e.largest, local.largest));
    CHECK(same_pairs(e.smallest, local.smallest));
    CHECK(e.products == local.products);
    CHECK(e.converged);
  }
  const auto e = dad::mpi::hessian_eigenvalues(bowl, point(50), {.largest = 2}, {.results = on::all});
  CHECK(e.largest.values[0] == Approx(50.0));
  CHECK(e.largest.values[1] == Approx(49.0));
  CHECK(e.smallest.values[0] == Approx(1.0));
}

TEST_CASE("a rank calls f once for all directions and steps") {
  std::atomic<int> calls = 0;
  const auto counting = [&calls](const auto& x) {
    ++calls;
    return ring(x);
  };
  for (const auto s : {dad::mpi::schedule::even, dad::mpi::schedule::dynamic}) {
    calls = 0;
    (void)dad::mpi::hessian_eigenvalues(counting, point(60), {.block = 8 * std::size_t(ranks::size())},
                                        {.schedule = s});
    CHECK(calls <= 1);
    calls = 0;
    (void)dad::mpi::hessian_trace(counting, point(60), {.probes = 200}, {.schedule = s});
    CHECK(calls <= 1);
  }
}

TEST_CASE("spectra that cannot be had: the same error on every rank") {
  CHECK(ranks::has(
      thrown_by_all<dad::shape_error>([] { (void)dad::mpi::hessian_trace(bowl, point(4), {.probes = 0}); }),
      "dad: hessian_trace has 0 probes"));
  CHECK(ranks::has(thrown_by_all<dad::shape_error>(
                       [] { (void)dad::mpi::hessian_eigenvalues(bowl, point(4), {.largest = 9}); }),
                   "asked for 9 largest eigenvalues, expected at most 4"));
  const auto beyond = [](const auto& x) { return x[0] * x[1] + sqrt(x[2] - 10.0); };
  CHECK(ranks::has(
      thrown_by_all<dad::domain_error>([&] { (void)dad::mpi::hessian_eigenvalues(beyond, point(4)); }),
      "met a product with the Hessian"));
  const auto broken = [](const auto& x) {
    if (x[0] > 0.0) throw std::runtime_error("no more");
    return x[0] * x[1];
  };
  CHECK(ranks::has(
      thrown_by_all<dad::batch_error>([&] { (void)dad::mpi::hessian_eigenvalues(broken, point(20)); }),
      ": directions 0 to 7: no more"));
  CHECK(ranks::has(thrown_by_all<dad::error>([] {
                     (void)dad::mpi::hessian_eigenvalues(bowl, point(4), {}, {.journal = "no.dadj"});
                   }),
                   "journal is set, expected none"));
  CHECK(ranks::has(thrown_by_all<dad::batch_error>(
                       [&] { (void)dad::mpi::hessian_trace(broken, point(20), {.probes = 24}); }),
                   "dad: input 0 on rank "));
}

TEST_CASE("sparse derivatives are the local ones, with a plan or without") {
  for (const options& o : ways())
    for (const std::size_t n : std::initializer_list<std::size_t>{0, 1, 5, 120}) {
      INFO("n " << n << ", root " << o.root << ", threads " << o.threads);
      const std::vector<double> x = point(n);
      const auto hessian = dad::mpi::sparse_hessian(ring, point_at(o.root, n), o);
      const auto by_plan =
          dad::mpi::sparse_hessian(dad::sparse_hessian_plan(ring, x), point_at(o.root, n), o);
      const auto jacobian = dad::mpi::sparse_jacobian(differences, point_at(o.root, n), o);
      const auto rows =
          dad::mpi::sparse_jacobian(dad::sparse_jacobian_plan(differences, x), point_at(o.root, n), o);
      if (!gets(o)) {
        CHECK(hessian.rows() + by_plan.rows() + jacobian.rows() + rows.rows() == 0);
        continue;
      }
      CHECK(hessian == dad::sparse_hessian(ring, x));
      CHECK(by_plan == hessian);
      CHECK(jacobian == dad::sparse_jacobian(differences, x));
      CHECK(rows == jacobian);
    }
}

TEST_CASE("plans whose seeds are shared out, and plans that have a shorter way") {
  const std::vector<double> x = point(120);
  for (const bool is_direct : {false, true})
    for (const options& o : ways()) {
      const dad::sparse_options as = {.splits_sums = is_direct, .eliminates = is_direct};
      auto hessian = dad::sparse_hessian_plan(ring, x, as);
      auto jacobian = dad::sparse_jacobian_plan(differences, x, as);
      CHECK((hessian.form_count() > 0) == is_direct);
      const auto h = dad::mpi::sparse_hessian(hessian, point_at(o.root, 120), o);
      const auto j = dad::mpi::sparse_jacobian(jacobian, point_at(o.root, 120), o);
      if (!gets(o)) continue;
      CHECK(h == hessian(x));
      CHECK(j == jacobian(x));
    }
}

TEST_CASE("sparse Jacobians of tangents and adjoints, and values with sparse derivatives") {
  // Twenty dense rows, as many dense columns, and a diagonal.
  const auto border = [](const auto& x) {
    auto y = x;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t k = 0; k < 20; ++k) {
        y[i] += double(k + 1) * x[i] * x[k];
        y[k] += sin(x[i] + 0.1 * double(k));
      }
    return y;
  };
  const std::vector<double> x = point(90);
  const dad::sparse_options by_colours = {.splits_sums = false, .eliminates = false};
  auto plan = dad::sparse_jacobian_plan(border, x, by_colours);
  CHECK(plan.tangent_count() > 16);
  CHECK(plan.adjoint_count() > 16);
  auto hessian = dad::sparse_hessian_plan(ring, x, by_colours);
  const auto local = plan.value_and_jacobian(x);
  const auto local_hessian = hessian.value_and_hessian(x);
  const auto direct = dad::value_and_sparse_hessian(ring, x);
  for (const options& o : ways()) {
    const std::vector<double> at = point_at(o.root, 90);
    const auto both = dad::mpi::value_and_sparse_jacobian(plan, at, o);
    const auto alone = dad::mpi::sparse_jacobian(plan, at, o);
    const auto by_plan = dad::mpi::value_and_sparse_hessian(hessian, at, o);
    const auto found = dad::mpi::value_and_sparse_hessian(ring, at, o);
    const auto short_one = dad::mpi::value_and_sparse_jacobian(differences, at, o);
    if (!gets(o)) {
      CHECK(both.value.empty());
      CHECK(both.jacobian.rows() + alone.rows() + by_plan.hessian.rows() + found.hessian.rows() == 0);
      continue;
    }
    CHECK(same_numbers(both.value, local.value));
    CHECK(both.jacobian == local.jacobian);
    CHECK(alone == local.jacobian);
    CHECK(both.jacobian(3, 57) == Approx(std::cos(x[57] + 0.3)));
    CHECK(both.jacobian(57, 3) == Approx(4.0 * x[57]));
    CHECK(ranks::same_bits(std::span(&by_plan.value, 1), std::span(&local_hessian.value, 1)));
    CHECK(by_plan.hessian == local_hessian.hessian);
    CHECK(ranks::same_bits(std::span(&found.value, 1), std::span(&direct.value, 1)));
    CHECK(found.hessian == direct.hessian);
    const auto local_short = dad::value_and_sparse_jacobian(differences, x);
    CHECK(same_numbers(short_one.value, local_short.value));
    CHECK(short_one.jacobian == local_short.jacobian);
  }
  // What f throws, at the first of the tangents and where all is over.
  const auto broken = [](const auto& v) {
    if (v[0] > 0.5) throw std::runtime_error("no more");
    return v;
  };
  auto far = dad::sparse_jacobian_plan(broken, point(5), dad::sparse_pattern(5, 5, {{0, 0}, {1, 1}}));
  CHECK(ranks::has(thrown_by_all<dad::batch_error>(
                       [&] { (void)dad::mpi::value_and_sparse_jacobian(far, std::vector<double>(5, 0.9)); }),
                   "seeds 0 to 0 of the sparse Jacobian: no more"));
}

TEST_CASE("many colours") {
  // All pairs: every column has a colour of its own.
  const auto f = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) sum += x[i] * x[j] * double(i + j);
    return sum;
  };
  const auto plan = dad::sparse_hessian_plan(f, point(37), {.splits_sums = false});
  CHECK(plan.seed_count() == 37);
  const auto h = dad::mpi::sparse_hessian(plan, point(37), {.results = on::all});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < 37; ++i)
    for (std::size_t j = 0; j < 37; ++j)
      if (h(i, j) != (i == j ? 0.0 : double(i + j))) ++wrong;
  CHECK(wrong == 0);
}

TEST_CASE("a plan at a point that is not its own") {
  const auto plan = dad::sparse_hessian_plan(ring, point(12));
  CHECK(ranks::has(thrown_by_all<dad::shape_error>([&] { (void)dad::mpi::sparse_hessian(plan, point(13)); }),
                   "the point of a sparse Hessian plan has 13 entries, expected 12"));
  std::vector<double> other = point(12);
  other[0] = -1.0;
  CHECK(ranks::has(thrown_by_all<dad::tape_error>([&] { (void)dad::mpi::sparse_hessian(plan, other); }),
                   "takes another branch"));
  const auto anew = dad::sparse_hessian_plan(ring, point(12), {.replans = true});
  const auto h = dad::mpi::sparse_hessian(anew, other, {.results = on::all});
  CHECK(h == dad::sparse_hessian(ring, other));
  CHECK(h(0, 6) != 0.0);
}
