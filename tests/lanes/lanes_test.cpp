// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Packs against plain numbers: conditions, transposes, sums, and the value of every operation. This file is
// also built for each instruction set (variant/).

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <dad/lanes/transpose.hpp>

#include "catch.hpp"
#include "lanes/arguments.hpp"
#include "lanes/operations.hpp"

namespace {

using dad::detail::lane_count;
using dad::detail::pack;
using condition = pack::condition;

constexpr double infinity = std::numeric_limits<double>::infinity();

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

std::string exactly(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%a (%.17g)", x, x);
  return text;
}

/// The numbers of doubles from a to b.
double steps(double a, double b) {
  const auto place = [](double x) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
  };
  return std::fabs(static_cast<double>(place(a)) - static_cast<double>(place(b)));
}

/// The error of x in ULP of the exact value; beyond the largest double, one ULP is that of the largest.
double error_in_ulp(double x, long double exact) {
  const auto nearest = static_cast<double>(exact);
  if (same_bits(x, nearest)) return 0;
  if (std::isnan(x) || std::isnan(nearest) || (x == 0 && nearest == 0)) return infinity;
  int exponent = 0;
  std::frexp(std::isinf(nearest) ? std::numeric_limits<double>::max() : nearest, &exponent);
  const long double ulp = std::ldexp(1.0L, exponent < -1021 ? -1074 : exponent - 53);
  const long double reached = std::isinf(x) ? std::copysign(0x1p1024L, static_cast<long double>(x)) : x;
  return static_cast<double>(std::fabs(reached - exact) / ulp);
}

/// Operands for all lanes of a pack.
struct operands {
  std::array<std::array<double, lane_count>, 3> x;

  [[nodiscard]] std::array<pack, 3> packed() const {
    std::array<pack, 3> p;
    for (std::size_t i = 0; i < 3; ++i) p[i] = pack::load_unaligned(x[i].data());
    return p;
  }
  [[nodiscard]] std::array<double, 3> of_lane(std::size_t l) const { return {x[0][l], x[1][l], x[2][l]}; }
};

bool is_right(const lanes_row& op, const std::array<double, 3>& x, double got) {
  const double plain = op.plain(x.data());
  if (same_bits(got, plain)) return true;
  switch (op.held_to) {
    case rule::bits:
      // Which of two zeros fmin and fmax give is theirs to choose.
      return (op.name == std::string_view("fmin") || op.name == std::string_view("fmax")) && got == 0 &&
             plain == 0;
    case rule::function: {
      const std::array<long double, 3> wide{x[0], x[1], x[2]};
      // Where long double is no wider than double, its last bit is in doubt too.
      const double bound = std::numeric_limits<long double>::digits > 53 ? 1.0 : 3.0;
      return error_in_ulp(got, op.wide(wide.data())) < bound;
    }
    case rule::formula: {
      // Sums of operands may cancel.
      const double scale = std::max(std::fabs(x[0]), std::fabs(x[1]));
      return steps(got, plain) <= 8 ||
             std::fabs(got - plain) <= 4 * std::numeric_limits<double>::epsilon() * scale;
    }
  }
  return false;
}

void hold(const lanes_row& op, const operands& in) {
  const pack y = op.over_lanes(in.packed().data());
  for (std::size_t l = 0; l < lane_count; ++l) {
    const auto x = in.of_lane(l);
    if (is_right(op, x, y[l])) continue;
    FAIL_CHECK(op.name << " at " << exactly(x[0]) << ", " << exactly(x[1]) << ", " << exactly(x[2])
                       << ": got " << exactly(y[l]) << ", in double " << exactly(op.plain(x.data())));
  }
}

}  // namespace

TEST_CASE("every operation over lanes at edge points", "[lanes]") {
  const auto& edges = arguments::edges();
  for (const lanes_row& op : all_operations()) {
    operands in{};
    std::size_t lane = 0;
    const auto add = [&](double x, double y, double z) {
      in.x[0][lane] = x;
      in.x[1][lane] = y;
      in.x[2][lane] = z;
      if (++lane == lane_count) {
        hold(op, in);
        lane = 0;
      }
    };
    if (op.arity == 1) {
      for (const double x : edges) add(x, 0, 0);
    } else {
      for (std::size_t i = 0; i < edges.size(); ++i)
        for (std::size_t j = 0; j < edges.size(); ++j)
          add(edges[i], edges[j], edges[(i * 7 + j * 5) % edges.size()]);
    }
    while (lane != 0) add(1, 1, 1);
    SUCCEED();
  }
}

TEST_CASE("every operation over lanes at random points", "[lanes]") {
  for (const lanes_row& op : all_operations()) {
    arguments random;
    for (std::size_t i = 0; i < 40000; i += lane_count) {
      operands in{};
      for (auto& x : in.x)
        for (double& lane : x) lane = random.next();
      hold(op, in);
    }
    SUCCEED();
  }
}

TEST_CASE("ldexp by every exponent", "[lanes]") {
  for (const int exponent : {-2200, -1100, -1075, -1074, -1030, -1, 0, 5, 1023, 1024, 2100}) {
    bool is_same = true;
    for (const double x : arguments::edges())
      is_same = is_same &&
                same_bits(pack::apply(dad::op::ldexp{{}, exponent}, pack(x))[0], std::ldexp(x, exponent));
    CHECK(is_same);
  }
}

TEST_CASE("a lane's value does not depend on its neighbours", "[lanes]") {
  std::mt19937 shuffle(3);
  for (const lanes_row& op : all_operations()) {
    arguments random;
    constexpr std::size_t count = 64;
    std::array<std::array<double, 3>, count> points{};
    std::array<double, count> alone{};
    for (std::size_t i = 0; i < count; ++i) {
      for (double& x : points[i]) x = random.next();
      const std::array<pack, 3> p{pack(points[i][0]), pack(points[i][1]), pack(points[i][2])};
      const pack y = op.over_lanes(p.data());
      alone[i] = y[0];
      for (std::size_t l = 1; l < lane_count; ++l)
        if (!same_bits(y[l], alone[i])) FAIL_CHECK(op.name << ", lane " << l << " of equal ones");
    }
    for (int round = 0; round < 200; ++round) {
      operands in{};
      std::array<std::size_t, lane_count> which{};
      for (std::size_t l = 0; l < lane_count; ++l) {
        which[l] = shuffle() % count;
        for (std::size_t i = 0; i < 3; ++i) in.x[i][l] = points[which[l]][i];
      }
      const pack y = op.over_lanes(in.packed().data());
      for (std::size_t l = 0; l < lane_count; ++l)
        if (!same_bits(y[l], alone[which[l]]))
          FAIL_CHECK(op.name << " at " << exactly(points[which[l]][0]) << " among others: " << exactly(y[l])
                             << ", alone " << exactly(alone[which[l]]));
    }
    SUCCEED();
  }
}

TEST_CASE("packs hold numbers", "[lanes]") {
  STATIC_REQUIRE(dad::scalar<pack>);
  STATIC_REQUIRE(std::is_trivially_copyable_v<pack>);
  STATIC_REQUIRE(sizeof(pack) == lane_count * sizeof(double));
  for (std::size_t l = 0; l < lane_count; ++l) {
    CHECK(pack(3)[l] == 3.0);
    CHECK(pack(0.5f)[l] == 0.5);
    CHECK(same_bits(pack(-0.0)[l], -0.0));
    CHECK(same_bits(pack(0.0)[l], 0.0));
    CHECK(std::isnan(pack(std::numeric_limits<double>::quiet_NaN())[l]));
  }
  alignas(pack) double numbers[lane_count + 1] = {};
  for (std::size_t l = 0; l < lane_count; ++l) numbers[l] = static_cast<double>(l) - 1.5;
  pack p = pack::load(numbers);
  p.set(lane_count - 1, 7.0);
  p.store_unaligned(numbers + 1);
  for (std::size_t l = 0; l + 1 < lane_count; ++l) CHECK(numbers[l + 1] == static_cast<double>(l) - 1.5);
  CHECK(numbers[lane_count] == 7.0);
  CHECK(pack::load_unaligned(numbers + 1)[lane_count - 1] == 7.0);
  (p + 1).store(numbers);
  CHECK(numbers[lane_count - 1] == 8.0);
}

TEST_CASE("operators mix packs and numbers", "[lanes]") {
  const pack x(6.0);
  const pack y(4.0);
  CHECK((x + y)[0] == 10.0);
  CHECK((x - y)[0] == 2.0);
  CHECK((x * y)[0] == 24.0);
  CHECK((x / y)[0] == 1.5);
  CHECK((-x)[0] == -6.0);
  CHECK((x - 1)[0] == 5.0);
  CHECK((1 - x)[0] == -5.0);
  CHECK((1.5 / y)[0] == 0.375);
  pack z = x;
  z += y;
  z *= 2;
  CHECK(z[lane_count - 1] == 20.0);
}

TEST_CASE("comparisons give a condition with one bit a lane", "[lanes]") {
  constexpr unsigned every = (1U << lane_count) - 1U;
  arguments random;
  for (int round = 0; round < 200; ++round) {
    operands in{};
    for (auto& x : in.x)
      for (double& lane : x) lane = round % 2 == 0 ? random.next() : std::round(random.next());
    const auto [x, y, z] = in.packed();
    unsigned less = 0, less_equal = 0, equal = 0, is_above_1 = 0;
    for (std::size_t l = 0; l < lane_count; ++l) {
      less |= in.x[0][l] < in.x[1][l] ? 1U << l : 0U;
      less_equal |= in.x[0][l] <= in.x[1][l] ? 1U << l : 0U;
      equal |= in.x[0][l] == in.x[1][l] ? 1U << l : 0U;
      is_above_1 |= in.x[2][l] > 1 ? 1U << l : 0U;
    }
    CHECK(bits(x < y) == less);
    CHECK(bits(y > x) == less);
    CHECK(bits(x <= y) == less_equal);
    CHECK(bits(y >= x) == less_equal);
    CHECK(bits(x == y) == equal);
    CHECK(bits(x != y) == (every & ~equal));
    CHECK(bits(z > 1.0) == is_above_1);
    CHECK(bits(1 < z) == is_above_1);
    CHECK(bits_of_greater(y, x) == less);
    CHECK(bits(both(x<y, z> 1.0)) == (less & is_above_1));
    CHECK(bits(either(x<y, z> 1.0)) == (less | is_above_1));
    CHECK(bits(negated(x < y)) == (every & ~less));
    CHECK(any(x < y) == (less != 0));
    CHECK(all(x < y) == (less == every));
    const pack chosen = dad::select(x < y, x, 7);
    const pack number(x < y);
    for (std::size_t l = 0; l < lane_count; ++l) {
      CHECK(same_bits(chosen[l], (less >> l & 1U) != 0 ? in.x[0][l] : 7.0));
      CHECK(number[l] == (less >> l & 1U));
    }
  }
}

TEST_CASE("conditions of given lanes", "[lanes]") {
  constexpr unsigned every = (1U << lane_count) - 1U;
  for (unsigned b = 0; b <= every; ++b) CHECK(bits(condition::from_bits(b)) == b);
  for (std::size_t n = 0; n <= lane_count; ++n) CHECK(bits(condition::first_lanes(n)) == (1U << n) - 1U);
  CHECK(bits(condition(true)) == every);
  CHECK(bits(condition(false)) == 0U);
}

namespace {

/// lane_count rows of `count` numbers, each in memory of its own that ends where the row does.
std::vector<std::vector<double>> numbered_rows(std::size_t count, std::size_t room) {
  std::vector<std::vector<double>> rows(lane_count);
  for (std::size_t l = 0; l < lane_count; ++l) {
    rows[l].assign(count + room, -1.0);
    for (std::size_t j = 0; j < count; ++j) rows[l][j] = static_cast<double>(100 * l + j);
  }
  return rows;
}

}  // namespace

TEST_CASE("rows become packs and rows again", "[lanes]") {
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}})
    for (std::size_t count = 0; count <= 40; ++count) {
      const auto in = numbered_rows(count, 0);
      std::vector<const double*> from;
      for (const auto& row : in) from.push_back(row.data());
      std::vector<pack> columns(count * step + 1, pack(-2.0));
      dad::detail::load_rows(from.data(), count, columns.data(), step);
      bool is_loaded = columns[count * step][0] == -2.0;
      for (std::size_t j = 0; j < count; ++j)
        for (std::size_t l = 0; l < lane_count; ++l) {
          is_loaded = is_loaded && columns[j * step][l] == in[l][j];
          for (std::size_t k = 1; k < step; ++k) is_loaded = is_loaded && columns[j * step + k][l] == -2.0;
        }
      CHECK(is_loaded);

      std::vector<std::vector<double>> out(lane_count, std::vector<double>(count + 3, -1.0));
      std::vector<double*> to;
      for (auto& row : out) to.push_back(row.data());
      dad::detail::store_rows(to.data(), count, [&](std::size_t j) { return columns[j * step]; });
      CHECK(out == numbered_rows(count, 3));
    }
}

TEST_CASE("every NaN can have the same bits, and other numbers stay", "[lanes]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double numbers[] = {
      nan, -nan, std::nan("7"), 0.0, -0.0, std::numeric_limits<double>::infinity(), -1e-310, 2.5e300};
  for (const double x : numbers) {
    const double y = dad::detail::with_one_nan(pack(x))[lane_count - 1];
    CHECK(std::bit_cast<std::uint64_t>(y) == std::bit_cast<std::uint64_t>(std::isnan(x) ? nan : x));
  }
}

namespace {

// The sum as transpose.hpp describes it.
double sum_of_halves(std::vector<double> x) {
  for (std::size_t half = x.size() / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) x[i] = x[i] + x[i + half];
  return x[0];
}

}  // namespace

TEST_CASE("sums over lanes have a fixed order", "[lanes]") {
  arguments random;
  for (int round = 0; round < 100; ++round) {
    std::array<pack, lane_count> p;
    std::array<std::vector<double>, lane_count> x;
    for (std::size_t k = 0; k < lane_count; ++k) {
      for (std::size_t l = 0; l < lane_count; ++l) x[k].push_back(random.next());
      p[k] = pack::load_unaligned(x[k].data());
    }
    const pack sums = dad::detail::sums_of(p.data());
    for (std::size_t k = 0; k < lane_count; ++k) CHECK(same_bits(sums[k], sum_of_halves(x[k])));
  }
}
