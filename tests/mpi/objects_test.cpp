// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs that are objects: tuples, containers, structs with one serialize.

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mpi/structures.hpp"

using namespace ranks;

namespace {

template <class T>
struct option {
  T spot, strike;
  int kind;
  std::vector<T> dividends;
  std::string name;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& spot& strike& kind& dividends& name;
  }
};

template <class T>
class hidden {
 public:
  hidden() = default;
  explicit hidden(T x) : x_(x) {}
  T x() const { return x_; }

 private:
  friend struct dad::access;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x_;
  }
  T x_ = 0;
};

template <class T>
class hidden_from_dad {
 public:
  hidden_from_dad() = default;
  explicit hidden_from_dad(T x) : x_(x) {}
  T x() const { return x_; }

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x_;
  }
  T x_ = 0;
};

}  // namespace

namespace freestanding {
template <class T>
struct pair_of {
  T a, b;
};
template <class Archive, class T>
void serialize(Archive& ar, pair_of<T>& p, unsigned) {
  ar& p.a& p.b;
}
}  // namespace freestanding

TEST_CASE("tuples and pairs are several arguments") {
  const auto f = [](const auto& a, const auto& x) { return a * x[0] + sin(a * x[x.size() - 1]); };
  check_structure(f, each([](std::size_t i) { return std::tuple(number(i, 0), row(i, 1 + i % 3)); }));
  check_structure(f, each([](std::size_t i) {
                    return std::pair(number(i, 0), std::array<double, 2>{0.5, 2.0});
                  }));
}

TEST_CASE("structs that serialize") {
  const auto price = [](const auto& o) {
    auto sum = o.kind * o.spot - o.strike * static_cast<double>(o.name.size());
    for (const auto& d : o.dividends) sum += d * o.spot;
    return sum;
  };
  check_structure(price, each([](std::size_t i) {
                    return option<double>{number(i, 0), number(i, 1), static_cast<int>(i), row(i, i % 3),
                                          std::string(i, 'x')};
                  }));
  const auto square = [](const auto& h) { return h.x() * h.x(); };
  check_structure(square, each([](std::size_t i) { return hidden<double>(number(i, 0)); }));
  check_structure(square, each([](std::size_t i) { return hidden_from_dad<double>(number(i, 0)); }));
  const auto product = [](const auto& p) { return p.a * sin(p.b); };
  check_structure(product, each([](std::size_t i) {
                    return freestanding::pair_of<double>{number(i, 0), 0.5};
                  }));
}

TEST_CASE("nested containers") {
  const auto f = [](const auto& x) {
    auto sum = x.begin()->second[0] * 0.0;
    for (const auto& [key, values] : x)
      for (const auto& v : values) sum += v * static_cast<double>(key.size());
    return sum;
  };
  check_structure(f, each([](std::size_t i) {
                    std::map<std::string, std::vector<double>> x;
                    x["a"] = row(i, 2);
                    x[std::string(1 + i % 3, 'b')] = row(i, i % 3);
                    return x;
                  }));
  const auto g = [](const auto& x) { return x[0] ? *x[0] * 2.0 + sin(*x[1]) : sin(*x[1]); };
  check_structure(g, each([](std::size_t i) {
                    return std::deque<std::optional<double>>{
                        i % 2 == 0 ? std::optional<double>() : number(i, 0), number(i, 1)};
                  }));
}
