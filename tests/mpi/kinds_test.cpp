// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every batch function over ranks gives what it gives locally, also when f returns vectors or structs.

#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "mpi/ranks.hpp"

namespace {

const std::vector<std::vector<double>> points = {{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.6}, {0.7, 0.8}, {0.9, 1.0},
                                                 {1.1, 1.2}, {1.3, 1.4}, {1.5, 1.6}, {1.7, 1.8}};

constexpr auto scalar_function = [](const auto& x) { return exp(x[0]) * sin(x[1]) + x[0] * x[1] * x[1]; };
constexpr auto vector_function = [](const auto& x) {
  using S = std::remove_cvref_t<decltype(x[0])>;
  return std::vector<S>{x[0] * x[1], sin(x[0]), x[1] / x[0]};
};
// As many values as the input says: results of different lengths.
constexpr auto ragged_function = [](const auto& x) {
  using S = std::remove_cvref_t<decltype(x[0])>;
  return std::vector<S>(1 + static_cast<std::size_t>(10.0 * dad::value(x[0])) % 3, x[0] * x[1]);
};

template <class T>
struct quote {
  T price;
  std::string name;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& price& name;
  }
};

template <class Local, class OverRanks>
void check_kind(const Local& local, const OverRanks& over_ranks) {
  const auto expected = local();
  for (const std::size_t limit : {std::size_t{24}, std::size_t{64} << 20}) {
    const ranks::piece_limit pieces(limit);
    for (int root = 0; root < ranks::size(); ++root) {
      const auto r = over_ranks(dad::mpi::options{.root = root, .verify = dad::mpi::verify::always});
      if (ranks::rank() == root)
        CHECK(ranks::same_results(r, expected));
      else
        CHECK(r.size() == 0);
    }
  }
}

}  // namespace

TEST_CASE("batch_jvp") {
  check_kind([] { return dad::batch_jvp(scalar_function, points, points); },
             [](const auto& o) { return dad::mpi::batch_jvp(scalar_function, points, points, o); });
  check_kind([] { return dad::batch_jvp(ragged_function, points, points); },
             [](const auto& o) { return dad::mpi::batch_jvp(ragged_function, points, points, o); });
}

TEST_CASE("batch_vjp") {
  const std::vector<std::array<double, 3>> seeds(points.size(), {1.0, -2.0, 0.5});
  check_kind([&] { return dad::batch_vjp(vector_function, points, seeds); },
             [&](const auto& o) { return dad::mpi::batch_vjp(vector_function, points, seeds, o); });
}

TEST_CASE("batch_jacobian") {
  check_kind([] { return dad::batch_jacobian(vector_function, points); },
             [](const auto& o) { return dad::mpi::batch_jacobian(vector_function, points, o); });
  check_kind([] { return dad::batch_jacobian(ragged_function, points); },
             [](const auto& o) { return dad::mpi::batch_jacobian(ragged_function, points, o); });
}

TEST_CASE("batch_hessian and batch_hvp") {
  check_kind([] { return dad::batch_hessian(scalar_function, points); },
             [](const auto& o) { return dad::mpi::batch_hessian(scalar_function, points, o); });
  check_kind([] { return dad::batch_hvp(scalar_function, points, points); },
             [](const auto& o) { return dad::mpi::batch_hvp(scalar_function, points, points, o); });
}

TEST_CASE("items of a result have the structure of inputs and values") {
  const auto r = dad::mpi::batch_eval(scalar_function, points);
  const auto j = dad::mpi::batch_jacobian(vector_function, points);
  const auto h = dad::mpi::batch_hessian(scalar_function, points);
  if (ranks::rank() != 0) return;
  // Lanes may differ from the tape by roundings.
  const auto is_near = [](const auto& a, const auto& b) {
    bool near = a.size() == b.size();
    for (std::size_t k = 0; near && k < a.size(); ++k)
      near = std::fabs(a.data()[k] - b.data()[k]) <= 1e-13 * (1 + std::fabs(b.data()[k]));
    return near;
  };
  CHECK(std::fabs(r[4].value - dad::value_and_gradient(scalar_function, points[4]).value) <= 1e-12);
  CHECK(is_near(j[8].jacobian, dad::jacobian(vector_function, points[8])));
  CHECK(is_near(h[8].hessian, dad::hessian(scalar_function, points[8])));
  std::size_t i = 0;
  for (const auto& [value, gradient] : r)
    CHECK(is_near(gradient, dad::gradient(scalar_function, points[i++])));
  CHECK(i == points.size());
}

TEST_CASE("values that are structs come back whole") {
  const auto f = [](const auto& x) {
    using S = std::remove_cvref_t<decltype(x[0])>;
    return quote<S>{x[0] * x[1], std::string(static_cast<std::size_t>(10.0 * dad::value(x[0])), 'q')};
  };
  const auto local = dad::batch_jacobian(f, points);
  const auto r = dad::mpi::batch_jacobian(f, points, {.verify = dad::mpi::verify::always});
  if (ranks::rank() != 0) return;
  CHECK(ranks::same_results(r, local));
  for (std::size_t i = 0; i < points.size(); ++i) {
    CHECK(r[i].value.name == local[i].value.name);
    CHECK(r[i].value.price == local[i].value.price);
  }
}

TEST_CASE("batch_eval_into keeps the memory of a result") {
  auto r = dad::mpi::batch_eval(scalar_function, points);
  const double* const before = r.gradients().data();
  for (int i = 0; i < 3; ++i) {
    dad::mpi::batch_eval_into(r, scalar_function, points);
    if (ranks::rank() == 0) {
      CHECK(r.gradients().data() == before);
      CHECK(ranks::same_results(r, dad::batch_eval(scalar_function, points)));
    } else {
      CHECK(r.size() == 0);
    }
  }
  const std::vector<std::vector<double>> fewer(points.begin(), points.begin() + 2);
  dad::mpi::batch_eval_into(r, scalar_function, fewer);
  CHECK(r.size() == (ranks::rank() == 0 ? 2u : 0u));
}

TEST_CASE("a wrong number of seeds is an error on every rank") {
  const std::vector<std::vector<double>> few(3, {1.0, 2.0});
  const std::string what =
      ranks::message_of<dad::shape_error>([&] { dad::mpi::batch_jvp(scalar_function, points, few); });
  CHECK(ranks::has(what, "batch_jvp got 3 seeds, expected 9"));
  CHECK(ranks::same_everywhere(what));
}
