// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Structs as users write them, one for each way in which their parts can lie in memory.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <dad/structure/rebind.hpp>

namespace structs {

/// Five doubles in a row, and an int.
template <class T>
struct option {
  T spot, strike, rate, volatility, maturity;
  int kind;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& spot& strike& rate& volatility& maturity& kind;
  }
};

/// Every kind of data that dad compares, between reals of every kind.
template <class T>
struct market {
  T rate{};
  double day_count = 365;
  float spread = 0.5F;
  long double precise = 1;
  bool is_open = true;
  char letter = 'x';
  std::string name = "a name that is too long to be kept inside a string";
  enum class side : short { buy, sell } direction = side::buy;
  std::vector<side> directions{side::buy, side::sell};
  std::vector<double> dates{1, 2};
  std::vector<std::vector<int>> grid{{1}, {2, 3}};
  std::set<int> holidays{1, 2};
  std::vector<bool> flags{true, false};
  std::tuple<T, int, double> triple{T(), 1, 2.0};
  std::map<std::string, T> rates{{"a", T()}};
  std::map<std::string, std::pair<double, T>> pairs{{"b", {1.0, T()}}};
  std::optional<T> cap{T()};
  std::optional<int> level{1};
  std::array<T, 2> both{};
  std::array<int, 2> counts{1, 2};
  int c_array[2] = {1, 2};
  std::vector<option<T>> options{{}, {}};
  std::optional<option<T>> maybe{option<T>{}};
  option<double> fixed{1, 2, 3, 4, 5, 6};
  std::vector<std::vector<T>> rows{{T(), T()}, {T()}};
  const int* pointer = nullptr;

  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& rate& day_count& spread& precise& is_open& letter& name& direction& directions& dates& grid& holidays;
    ar& flags& triple& rates& pairs& cap& level& both& counts& c_array& options& maybe& fixed& rows& pointer;
  }
};

template <class T>
class secret {
 public:
  secret() = default;
  secret(T x, int n) : n_(n), x_(x) {}

 private:
  friend struct dad::access;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x_& n_;
  }
  int n_ = 0;
  T x_ = 0;
};

template <class T>
struct base {
  T notional;
  short days;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& notional& days;
  }
};
/// A base class first, and its own members in another order than in memory.
template <class T>
struct derived : base<T> {
  derived() = default;
  derived(T n, short d, T a, float f, T b) : base<T>{n, d}, first(a), data(f), last(b) {}
  T first = 0;
  float data = 0;
  T last = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& static_cast<base<T>&>(*this);
    ar& last& data& first;
  }
};

/// Arrays of structs, of arrays and of C arrays.
template <class T>
struct table {
  std::array<base<T>, 2> legs;
  std::array<std::array<T, 2>, 2> square;
  T row[3];
  base<T> c_legs[2];
  std::pair<T, int> knot;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& legs& square& row& c_legs& knot;
  }
};

/// Which of its members there are depends on data.
template <class T>
struct choice {
  bool is_fixed;
  double fixed;
  T floating;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& is_fixed;
    if (is_fixed)
      ar& fixed;
    else
      ar& floating;
  }
};

/// As many as its count says, inside the object.
template <class T>
struct inline_vector {
  int count = 0;
  T parts[4] = {};
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& count;
    for (int i = 0; i < count; ++i) ar& parts[i];
  }
};

/// Visits a copy of what it holds: percentages.
template <class T>
struct by_copy {
  T share = 0;
  int percent = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    T hundredfold = share * 100;
    const std::string unit = "percent";
    std::string read = unit;
    ar& hundredfold& percent& read;
    share = hundredfold / 100;
  }
};

/// Sizes by hand, and the two directions apart.
template <class T>
struct by_hand {
  std::vector<T> xs;
  double total = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    if constexpr (Archive::is_saving::value) {
      const std::size_t n = xs.size();
      ar << n;
      for (const T& x : xs) ar << x;
      ar << total;
    } else {
      std::size_t n = 0;
      ar >> n;
      xs.resize(n);
      for (T& x : xs) ar >> x;
      ar >> total;
    }
  }
};

/// Points into itself: where its parts are is not decided by its data.
template <class T>
struct self_pointing {
  self_pointing() = default;
  explicit self_pointing(std::vector<T> xs, bool on_heap) {
    count = static_cast<int>(xs.size());
    if (on_heap)
      heap = std::move(xs);
    else
      for (std::size_t i = 0; i < xs.size(); ++i) local[i] = xs[i];
  }
  int count = 0;
  T local[4] = {};
  std::vector<T> heap;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& count;
    for (int i = 0; i < count; ++i) ar&(heap.empty() ? local[i] : heap[static_cast<std::size_t>(i)]);
  }
};

/// Known through the walk alone: it nests in itself.
template <class T>
struct tree {
  T x = 0;
  std::vector<tree> children;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& children;
  }
};

/// The scalar is not the first parameter.
template <int Steps, class T>
struct lattice {
  std::array<T, Steps> xs;
  int kind;
  T rate;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& xs& kind& rate;
  }
};

/// Serialized by a function.
template <class T>
struct outside {
  int n;
  T x;
};
template <class Archive, class T>
void serialize(Archive& ar, outside<T>& o, const unsigned) {
  ar& o.x& o.n;
}

/// No scalar can be put into it: data.
struct no_template {
  double x = 1;
  std::string s = "s";
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& s;
  }
};

/// A class that dad cannot look into.
struct unknown {
  double x = 1;
};
template <class T>
struct holds_unknown {
  T x = 0;
  unknown u;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& u;
  }
};

}  // namespace structs

template <int Steps, class T, class To>
struct dad::rebind<structs::lattice<Steps, T>, To> {
  using type = structs::lattice<Steps, To>;
};
