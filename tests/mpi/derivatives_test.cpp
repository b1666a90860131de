// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian and the Hessian of one function over ranks: those of this process, bit for bit, however they
// are shared out.

#include <array>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mpi/ranks.hpp"

using dad::mpi::on;
using dad::mpi::options;
using dad::mpi::schedule;

namespace {

// n entries at the root, none elsewhere: the point is the root's.
std::vector<double> point_at(int root, std::size_t n) {
  std::vector<double> x;
  for (std::size_t i = 0; ranks::rank() == root && i < n; ++i) x.push_back(0.3 + 0.1 * double(i % 13));
  return x;
}
std::vector<double> point(std::size_t n) { return point_at(ranks::rank(), n); }

constexpr auto energy = [](const auto& x) {
  auto sum = 0.5 * tanh(std::remove_cvref_t<decltype(x[0])>(1.0));
  for (std::size_t i = 0; i < x.size(); ++i) sum += exp(x[i] * x[(i * i + 3) % x.size()]) / (1.0 + double(i));
  return sum;
};
// As many outputs as are asked for, of any number of inputs.
struct outputs {
  std::size_t count;
  template <class T>
  std::vector<T> operator()(const std::vector<T>& x) const {
    std::vector<T> y;
    for (std::size_t i = 0; i < count; ++i) {
      T sum = 1.0 / (1.0 + double(i));
      for (std::size_t j = 0; j < x.size(); ++j) sum += sin(double(i + 1) * x[j] * x[i % x.size()]);
      y.push_back(sum);
    }
    return y;
  }
};

bool same_matrix(const dad::matrix& a, const dad::matrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         ranks::same_bits(std::span(a.data(), a.size()), std::span(b.data(), b.size()));
}
bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return ranks::same_bits(std::span(a), std::span(b));
}

std::vector<options> ways() {
  const int last = ranks::size() - 1;
  return {{},
          {.schedule = schedule::even, .results = on::all},
          {.root = last, .schedule = schedule::dynamic, .chunk = 1},
          {.schedule = schedule::dynamic, .threads = 2},
          {.root = last, .chunk = 3, .threads = 3, .results = on::all}};
}
bool gets(const options& o) { return o.results == on::all || ranks::rank() == o.root; }

template <class T>
struct spring {
  T stiffness;
  int kind = 0;
  std::vector<T> ends;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& stiffness& kind& ends;
  }
};

}  // namespace

TEST_CASE("a Hessian is the local one, at the root or everywhere") {
  for (const options& o : ways())
    for (const std::size_t n : std::initializer_list<std::size_t>{0, 1, 3, 17, 33, 100}) {
      INFO("n " << n << ", root " << o.root << ", threads " << o.threads);
      const auto local = dad::value_and_hessian(energy, point(n));
      const auto [value, hessian] = dad::mpi::value_and_hessian(energy, point_at(o.root, n), o);
      const dad::matrix alone = dad::mpi::hessian(energy, point_at(o.root, n), o);
      if (gets(o)) {
        CHECK(ranks::same_bits(std::span(&value, 1), std::span(&local.value, 1)));
        CHECK(same_matrix(hessian, local.hessian));
        CHECK(same_matrix(alone, local.hessian));
      } else {
        CHECK(hessian.size() == 0);
        CHECK(alone.size() == 0);
      }
    }
}

TEST_CASE("a Jacobian is the local one, forward and in reverse") {
  for (const options& o : ways())
    for (const auto& [rows, columns] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {3, 0}, {0, 20}, {1, 1}, {5, 8}, {90, 70}, {9, 20}, {70, 90}}) {
      INFO(rows << " x " << columns << ", root " << o.root << ", threads " << o.threads);
      const outputs f{columns == 0 ? 0 : rows};
      const auto local = dad::value_and_jacobian(f, point(columns));
      const auto [y, jacobian] = dad::mpi::value_and_jacobian(f, point_at(o.root, columns), o);
      const dad::matrix forward = dad::mpi::jacobian(f, point_at(o.root, columns), dad::forward, o);
      const dad::matrix reverse = dad::mpi::jacobian(f, point_at(o.root, columns), dad::reverse, o);
      if (gets(o)) {
        CHECK(same_numbers(y, local.value));
        CHECK(same_matrix(jacobian, local.jacobian));
        CHECK(same_matrix(forward, dad::jacobian(f, point(columns), dad::forward)));
        CHECK(same_matrix(reverse, dad::jacobian(f, point(columns), dad::reverse)));
      } else {
        CHECK(y.empty());
        CHECK(jacobian.size() == 0);
      }
    }
}

TEST_CASE("closed forms") {
  // Integers: x' A x has the Hessian A + A', and row i of the other Jacobian is 2 x_i at i.
  const std::size_t n = 23;
  const auto a = [](std::size_t i, std::size_t j) { return double((7 * i + 3 * j * j) % 11); };
  const auto form = [&](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) sum += a(i, j) * x[i] * x[j];
    return sum;
  };
  const auto squares = [](const auto& x) {
    auto y = x;
    for (auto& entry : y) entry *= entry;
    return y;
  };
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(double(i) - 4.0);
  const dad::matrix hessian = dad::mpi::hessian(form, x, {.results = on::all});
  const dad::matrix jacobian = dad::mpi::jacobian(squares, x, {.results = on::all});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (hessian(i, j) != a(i, j) + a(j, i)) ++wrong;
      if (jacobian(i, j) != (i == j ? 2.0 * x[i] : 0.0)) ++wrong;
    }
  CHECK(wrong == 0);
}

TEST_CASE("points of any structure travel from the root") {
  const bool is_root = ranks::rank() == 0;
  const options all = {.results = on::all};

  const auto cube = [](const auto& x) { return x * x * x; };
  CHECK(dad::mpi::hessian(cube, is_root ? 2.0 : 99.0, all)(0, 0) == 12.0);
  const auto [value, slope] = dad::mpi::value_and_jacobian(cube, is_root ? 2.0 : 99.0, all);
  CHECK(value == 8.0);
  CHECK(slope(0, 0) == 12.0);

  const auto length = [](const auto& x) { return x.stiffness * x.ends[0] * x.ends[1] * double(x.kind); };
  const spring<double> mine = is_root ? spring<double>{2.0, 3, {5.0, 7.0}} : spring<double>{};
  const dad::matrix hessian = dad::mpi::hessian(length, mine, all);
  CHECK(hessian == dad::hessian(length, spring<double>{2.0, 3, {5.0, 7.0}}));
  CHECK(hessian(0, 1) == 21.0);

  const auto product = [](const auto& a, const auto& b) { return a * b[0] * b[2]; };
  const std::tuple<double, std::array<double, 3>> several = {is_root ? 2.0 : 0.0,
                                                             {3.0, is_root ? 4.0 : 9.0, 5.0}};
  CHECK(dad::mpi::hessian(product, several, all)(0, 1) == 5.0);

  const std::vector<double> numbers = is_root ? std::vector{1.0, 2.0, 3.0} : std::vector<double>();
  const auto doubled = [](const auto& x) { return std::array{2.0 * x[0], x[1] * x[2]}; };
  const auto [pair, rows] = dad::mpi::value_and_jacobian(doubled, std::span<const double>(numbers), all);
  CHECK(pair == std::array{2.0, 6.0});
  CHECK(rows(1, 1) == 3.0);

  const auto stretched = [](const auto& x) {
    auto y = x;
    y.stiffness *= 2.0;
    y.kind = 7;
    return y;
  };
  const auto [whole, jacobian] = dad::mpi::value_and_jacobian(stretched, mine, all);
  CHECK(whole.stiffness == 4.0);
  CHECK(whole.kind == 7);
  CHECK(same_numbers(whole.ends, {5.0, 7.0}));
  CHECK(jacobian(0, 0) == 2.0);

  const std::array<float, 2> narrow = {is_root ? 0.5F : 0.0F, 3.0F};
  CHECK(dad::mpi::hessian([](const auto& x) { return x[0] * x[0] * x[1]; }, narrow, all)(0, 0) == 6.0);
}

TEST_CASE("a point that all ranks have is not sent") {
  const auto local = dad::hessian(energy, point(19));
  CHECK(same_matrix(dad::mpi::hessian(energy, point(19), {.inputs = on::all, .results = on::all}), local));
}

/// What a rank has recorded before decides where the memory of its next recording grows, and must not decide
/// a bit: ranks would disagree.
TEST_CASE("ranks that have computed other things before agree") {
  const auto sums = [](const auto& x) {
    std::remove_cvref_t<decltype(x[0])> total = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < x.size(); ++j) {
        auto sum = x[j] * x[j];
        sum += x[i];
        sum -= x[(i * j) % x.size()];
        total += 1.7 * std::move(sum) * x[i] / (1.0 + double(j));
      }
    }
    return total;
  };
  for (std::size_t n = 20; n < 60; n += 3) {
    for (std::size_t k = 0; k < n % 5; ++k) {
      (void)dad::gradient(sums, point(n + 7 * k * std::size_t(ranks::rank())));
      (void)dad::hessian(sums, point(5 + k * n * std::size_t(ranks::rank()) % 31));
    }
    const dad::matrix hessian = dad::mpi::hessian(sums, point_at(0, n), {.results = on::all});
    CHECK(same_matrix(hessian, dad::hessian(sums, point(n))));
  }
}

TEST_CASE("a part of the ranks, with a root that is not 0") {
  const boost::mpi::communicator world;
  const auto part = world.split(ranks::rank() % 2);
  const int root = part.size() - 1;
  const bool is_root = part.rank() == root;
  const std::size_t n = ranks::rank() % 2 == 0 ? 21 : 10;  // the parts do not mean the same
  const auto x = is_root ? point(n) : std::vector<double>();
  const dad::matrix hessian = dad::mpi::hessian(part, energy, x, {.root = root});
  const auto [y, jacobian] = dad::mpi::value_and_jacobian(part, outputs{12}, x, dad::reverse, {.root = root});
  if (!is_root) return;
  CHECK(same_matrix(hessian, dad::hessian(energy, x)));
  CHECK(same_matrix(jacobian, dad::jacobian(outputs{12}, x, dad::reverse)));
  CHECK(same_numbers(y, outputs{12}(x)));
}

TEST_CASE("progress counts blocks of directions") {
  std::vector<std::size_t> seen;
  std::size_t total_seen = 0;
  const options o = {.progress = [&](std::size_t done, std::size_t total) {
    seen.push_back(done);
    CHECK(total > 1);
    total_seen = total;
  }};
  (void)dad::mpi::hessian(energy, point(100), o);
  if (ranks::rank() != 0) return;
  CHECK(seen.front() == 0);
  CHECK(seen.back() == total_seen);
}
