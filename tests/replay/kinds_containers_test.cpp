// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every kind of batch over nested and less common containers, whose sizes, keys and presence are data.

#include "replay/all_kinds.hpp"

#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>

namespace {

using test::check_scalar_kinds, test::check_vector_kinds;

TEST_CASE("vectors of vectors") {
  using nested = std::vector<std::vector<double>>;
  const auto inputs = [](std::size_t count) {
    std::vector<nested> x(count);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < 1 + i % 3; ++k) {
        x[i].emplace_back();
        // The same number of reals in other places: {1, 2} and {2, 1}.
        for (std::size_t j = 0; j < 1 + (i / 3 + k) % 2; ++j)
          x[i].back().push_back(test::spread(i, k + 2 * j, -1, 1));
      }
    return x;
  };
  const auto f = [](const auto& x) {
    auto sum = 0 * x[0][0];
    for (std::size_t k = 0; k < x.size(); ++k)
      for (const auto& e : x[k]) sum += e * e * static_cast<double>(k + 1) * static_cast<double>(x[k].size());
    return x.front().front() > 0 ? sum : sum * x.back().back();
  };
  check_scalar_kinds(f, inputs);
  check_vector_kinds([](const auto& x) { return x; }, inputs);
}

TEST_CASE("optionals, there or not") {
  const auto inputs = [](std::size_t count) {
    std::vector<std::optional<double>> x;
    for (std::size_t i = 0; i < count; ++i)
      if (i % 3 == 1)
        x.push_back(std::nullopt);
      else
        x.push_back(test::spread(i, 0, -2, 2));
    return x;
  };
  check_scalar_kinds(
      [](const auto& x) {
        using T = typename std::remove_cvref_t<decltype(x)>::value_type;
        return x ? *x * *x * sin(*x) : T(7);
      },
      inputs);
}

TEST_CASE("maps, whose keys are data") {
  using map = std::map<int, double>;
  const auto inputs = [](std::size_t count) {
    std::vector<map> x(count);
    for (std::size_t i = 0; i < count; ++i)
      for (int k = 0; k < 2; ++k)
        x[i][k * static_cast<int>(1 + i % 3)] = test::spread(i, static_cast<std::size_t>(k), -1, 1);
    return x;
  };
  check_scalar_kinds(
      [](const auto& x) {
        auto sum = x.at(0) * 0;
        for (const auto& [key, v] : x) sum += v * v * (key + 1);
        return sum > 1 ? sum : sum * x.at(0);
      },
      inputs);
  using names = std::map<std::string, double>;
  const std::vector<names> named{
      {{"a", 1}, {"b", 2}}, {{"a", 1}, {"c", 2}}, {{"b", 3}, {"c", 4}}, {{"a", 5}, {"b", 6}}};
  test::check_eval(
      [](const auto& x) {
        auto product = x.begin()->second;
        for (const auto& [key, v] : x) product *= key == "b" ? v : 2 * v;
        return product;
      },
      named);
}

TEST_CASE("lists and deques") {
  const auto f = [](const auto& x) {
    auto sum = 0 * x.front();
    for (const auto& e : x) sum = 0.5 * sum * e + sin(e);
    return sum;
  };
  const auto inputs_of = [](auto empty) {
    return [empty](std::size_t count) {
      std::vector<decltype(empty)> x(count);
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < 1 + i % 4; ++k) x[i].push_back(test::spread(i, k, -1, 1));
      return x;
    };
  };
  check_scalar_kinds(f, inputs_of(std::list<double>()));
  check_scalar_kinds(f, inputs_of(std::deque<double>()));
}

TEST_CASE("arrays of optionals, vectors of pairs") {
  using array = std::array<std::optional<double>, 3>;
  const auto inputs = [](std::size_t count) {
    std::vector<array> x(count);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < 3; ++k)
        if ((i >> k & 1) == 0 || k == 2) x[i][k] = test::spread(i, k, -1, 1);
    return x;
  };
  check_scalar_kinds(
      [](const auto& x) {
        auto sum = *x[2] * *x[2];
        if (x[0]) sum += 3 * *x[0] * *x[2];
        if (x[1]) sum *= *x[1] > 0 ? *x[1] : 2 + *x[1];
        return sum;
      },
      inputs);
  using pairs = std::vector<std::pair<int, double>>;
  check_scalar_kinds(
      [](const auto& x) {
        auto sum = 0 * x[0].second;
        for (const auto& [k, v] : x) sum += k * v * v;
        return sum;
      },
      [](std::size_t count) {
        std::vector<pairs> x(count);
        for (std::size_t i = 0; i < count; ++i)
          for (std::size_t k = 0; k < 1 + i % 2; ++k)
            x[i].push_back({static_cast<int>((i + k) % 3), test::spread(i, k, -1, 1)});
        return x;
      });
}

}  // namespace
