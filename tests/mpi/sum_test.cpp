// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// batch_sum over ranks: the local sum, bit for bit, on every rank.

#include <array>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"

namespace {

struct reading {  // data: no member is differentiable
  double time = 0.0;
  double level = 0.0;
  std::string station;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& time& level& station;
  }
};

template <class T>
struct weights {
  std::vector<T> w;
  T bias;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& w& bias;
  }
};

// Terms of very different size: another order of additions gives other bits.
double term(std::size_t i) {
  return 1.0 / (1.0 + static_cast<double>(i * i % 97)) * (i % 3 == 0 ? 1e8 : 1e-4);
}

std::vector<std::array<double, 2>> items(std::size_t count) {
  std::vector<std::array<double, 2>> x;
  for (std::size_t i = 0; i < count; ++i) x.push_back({term(i), term(i + 1)});
  return x;
}

constexpr auto loss = [](const auto& w, const auto& x) { return w[0] * x[0] + sin(w[1] * x[1]) * w[2]; };

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return ranks::same_bits(std::span<const double>(a), std::span<const double>(b));
}

}  // namespace

TEST_CASE("the sum and its gradient are the local ones on every rank") {
  const std::vector<double> shared = {0.7, 1.3, -0.2};
  for (const std::size_t limit : {std::size_t{20}, std::size_t{64} << 20}) {
    const ranks::piece_limit pieces(limit);
    for (const std::size_t count :
         std::initializer_list<std::size_t>{0, 1, 2, 3, 7, 16, 33, 100, 513, 1000}) {
      const int root = static_cast<int>(count) % ranks::size();
      const auto local = dad::batch_sum(loss, shared, items(count));
      const bool is_root = ranks::rank() == root;
      const auto s = dad::mpi::batch_sum(loss, is_root ? shared : std::vector<double>(),
                                         items(is_root ? count : 0), {.root = root});
      INFO("count " << count);
      CHECK(ranks::same_bits(std::span(&s.value, 1), std::span(&local.value, 1)));
      CHECK(same_numbers(s.gradient, local.gradient));
    }
  }
}

TEST_CASE("shared of any structure is taken from the root") {
  const auto number = [](const auto& w, const auto& x) { return w * x[0] * w; };
  const auto a = dad::mpi::batch_sum(number, ranks::rank() == 0 ? 2.0 : 99.0, items(10));
  const auto a_local = dad::batch_sum(number, 2.0, items(10));
  CHECK(a.value == a_local.value);
  CHECK(a.gradient == a_local.gradient);

  const auto structured = [](const auto& w, const auto& x) { return w.w[1] * x[0] + w.bias * w.w[0]; };
  const weights<double> shared{{0.5, 1.5}, 3.0};
  const auto b = dad::mpi::batch_sum(structured, ranks::rank() == 0 ? shared : weights<double>{}, items(10));
  const auto b_local = dad::batch_sum(structured, shared, items(10));
  CHECK(b.value == b_local.value);
  CHECK(same_numbers(b.gradient.w, b_local.gradient.w));
  CHECK(b.gradient.bias == b_local.gradient.bias);

  const auto all = [](const auto& w, const auto& x) {
    auto y = w[0] * x[0];
    for (std::size_t i = 1; i < w.size(); ++i) y += w[i] * x[1] * double(i % 7);
    return y;
  };
  std::vector<double> numbers(5000);  // memory that is used again as soon as it is free
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 0.25 * double(i % 9);
  const std::span<const double> whole = numbers;
  const auto c = dad::mpi::batch_sum(all, ranks::rank() == 0 ? whole : whole.first(1), items(200));
  const auto c_local = dad::batch_sum(all, whole, items(200));
  CHECK(c.value == c_local.value);
  CHECK(same_numbers(c.gradient, c_local.gradient));
}

TEST_CASE("items are data of any type that serializes") {
  std::vector<reading> readings;
  for (std::size_t i = 0; i < 40; ++i)
    readings.push_back({0.1 * static_cast<double>(i), term(i), std::string(i % 5, 's')});
  const auto f = [](const auto& w, const reading& r) {
    return w * r.time - r.level * static_cast<double>(r.station.size());
  };
  const auto s = dad::mpi::batch_sum(f, 2.0, ranks::rank() == 0 ? readings : std::vector<reading>());
  const auto local = dad::batch_sum(f, 2.0, readings);
  CHECK(s.value == local.value);
  CHECK(s.gradient == local.gradient);

  const std::vector<std::string> words = {"a", "bb", "ccc", "dddd"};
  const auto length = [](const auto& w, const std::string& word) {
    return w * static_cast<double>(word.size());
  };
  CHECK(dad::mpi::batch_sum(length, 2.0, words).value == 20.0);
}

TEST_CASE("errors of terms are raised on every rank, or collected on every rank") {
  const auto f = [](const auto& w, const auto& x) {
    if (x > 4.5) throw std::runtime_error("term " + std::to_string(static_cast<int>(dad::value(x))));
    return w * x;
  };
  const std::vector<double> x = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1.0};
  const std::string what = ranks::message_of<dad::batch_error>([&] { dad::mpi::batch_sum(f, 2.0, x); });
  CHECK(ranks::has(what, "input 4 on rank "));
  CHECK(ranks::has(what, "term 5"));
  CHECK(ranks::same_everywhere(what));

  const auto s = dad::mpi::batch_sum(f, 2.0, x, {.on_error = dad::on_error::collect});
  const auto local = dad::batch_sum(f, 2.0, x, {.on_error = dad::on_error::collect});
  CHECK(s.value == local.value);
  CHECK(s.gradient == local.gradient);
  REQUIRE(s.errors().size() == 2);
  CHECK(s.errors()[0].index() == 4);
  CHECK(s.errors()[1].index() == 5);
  CHECK(s.errors()[1].text() == "term 6");
}
