// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function as a graph of its operations, whose edges are partials, and its Jacobian by what a person would
// do: sweeps, or vertices that are eliminated in order. What is counted is products; those with 1 are free.

#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

namespace elimination {

struct partial {
  double value;
  bool is_one;
};

/// From a vertex, by the vertices that it goes into, and the other way round.
struct graph {
  std::vector<std::map<std::size_t, partial>> into, from;

  std::size_t vertex() { return into.emplace_back(), from.emplace_back(), into.size() - 1; }
  void add(std::size_t a, std::size_t b, partial p) {
    if (const auto there = into[a].find(b); there != into[a].end())
      p = {p.value + there->second.value, false};
    into[a][b] = from[b][a] = p;
  }
};

/// A number that writes down where it comes from.
struct number {
  graph* owner = nullptr;
  std::size_t vertex = 0;
  double value = 0;

  static number of(number a, double value, double slope) {
    number y{a.owner, a.owner->vertex(), value};
    y.owner->add(a.vertex, y.vertex, {slope, false});
    return y;
  }
  friend number sin(number a) { return of(a, std::sin(a.value), std::cos(a.value)); }
  friend number cos(number a) { return of(a, std::cos(a.value), -std::sin(a.value)); }
  friend number exp(number a) { return of(a, std::exp(a.value), std::exp(a.value)); }
  friend number operator*(number a, number b) {
    number y = of(a, a.value * b.value, b.value);
    y.owner->add(b.vertex, y.vertex, {a.value, false});
    return y;
  }
  friend number operator+(number a, number b) {
    number y{a.owner, a.owner->vertex(), a.value + b.value};
    y.owner->add(a.vertex, y.vertex, {1, true});
    y.owner->add(b.vertex, y.vertex, {1, true});
    return y;
  }
};

/// A Jacobian by elimination, and its products.
struct eliminated {
  dad::matrix jacobian;
  std::size_t products = 0;
};

template <std::size_t N, class F>
class by_hand {
 public:
  by_hand(const F& f, const std::array<double, N>& x) {
    std::array<number, N> inputs;
    for (std::size_t i = 0; i < N; ++i) inputs[i] = {&graph_, graph_.vertex(), x[i]};
    for (const number& y : f(inputs)) outputs_.push_back(y.vertex);
  }

  /// Of one sweep through all partials, forward or in reverse.
  [[nodiscard]] std::size_t products_of_sweep() const {
    std::size_t count = 0;
    for (const auto& edges : graph_.into)
      for (const auto& [to, p] : edges) count += !p.is_one;
    return count;
  }

  /// Vertex by vertex from the inputs to the outputs, or back: each path through a vertex becomes an edge.
  [[nodiscard]] eliminated eliminate(bool forward) const {
    graph g = graph_;
    eliminated result{dad::matrix(outputs_.size(), N)};
    for (std::size_t k = N; k < g.into.size(); ++k) {
      const std::size_t v = forward ? k : g.into.size() - 1 - (k - N);
      if (g.into[v].empty()) continue;  // an output
      for (const auto& [b, out] : g.into[v])
        for (const auto& [a, in] : g.from[v]) {
          result.products += !in.is_one && !out.is_one;
          g.add(a, b, {in.value * out.value, in.is_one && out.is_one});
        }
      for (const auto& [b, out] : g.into[v]) g.from[b].erase(v);
      for (const auto& [a, in] : g.from[v]) g.into[a].erase(v);
    }
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      for (const auto& [j, p] : g.from[outputs_[i]]) result.jacobian(i, j) = p.value;
    return result;
  }

 private:
  graph graph_;
  std::vector<std::size_t> outputs_;
};

}  // namespace elimination
