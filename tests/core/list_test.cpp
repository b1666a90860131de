// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The array that grows.

#include <dad/core/list.hpp>

#include <cstdint>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "catch.hpp"

namespace {

using dad::detail::list;

// Entries of one byte, of an odd number of bytes, and of more alignment than operator new gives.
struct odd {
  odd(int n = 0) : bytes{static_cast<char>(n), static_cast<char>(n + 1), static_cast<char>(n + 2)} {}
  friend bool operator==(const odd&, const odd&) = default;
  char bytes[3];
};
struct alignas(64) wide {
  wide(int n = 0) : number(n) {}
  friend bool operator==(const wide&, const wide&) = default;
  int number;
};

template <class T>
std::vector<T> entries_of(const list<T>& l) {
  return std::vector<T>(l.begin(), l.end());
}

TEMPLATE_TEST_CASE("a list is what a vector is", "", char, bool, std::uint32_t, double, odd, wide) {
  using T = TestType;
  const auto number = [](int i) { return static_cast<T>(i % 2 + (sizeof(T) > 1 ? i % 100 : 0)); };
  list<T> l;
  std::vector<T> v;
  CHECK(l.empty());
  CHECK(l == list<T>());
  for (int i = 0; i < 1000; ++i) {
    l.push_back(number(i));
    v.push_back(number(i));
    if (i % 7 == 0) l.pop_back(), v.pop_back();
    REQUIRE(l.size() == v.size());
    REQUIRE(reinterpret_cast<std::uintptr_t>(l.data()) % alignof(T) == 0);
  }
  CHECK(entries_of(l) == v);
  l.push_back(l[1]);  // one of its own, as it grows
  v.push_back(number(2));
  CHECK(entries_of(l) == v);

  for (const std::size_t size : {std::size_t{3000}, std::size_t{10}, std::size_t{20}}) {
    l.resize(size, number(3));
    v.resize(size, number(3));
    CHECK(entries_of(l) == v);
  }
  CHECK(l.front() == v.front());
  CHECK(l.back() == v.back());
  l.assign(5, number(1));
  v.assign(5, number(1));
  CHECK(entries_of(l) == v);
}

TEST_CASE("a list is copied and moved") {
  list<double> l{1.0, 2.0, 3.0};
  list<double> copy = l;
  copy[0] = 7.0;
  CHECK(l == list<double>{1.0, 2.0, 3.0});
  const double* const memory = l.data();
  list<double> moved = std::move(l);
  CHECK(moved.data() == memory);
  copy = moved;
  CHECK(copy == moved);
  CHECK(copy.data() != memory);
  const list<double>& itself = copy;
  copy = itself;
  CHECK(copy == moved);
  copy = list<double>{4.0};
  CHECK(copy == list<double>{4.0});
  copy = list<double>();
  CHECK(copy.empty());
}

TEST_CASE("a list and spans of it") {
  list<int> l(3, 5);
  const std::span<const int> view = l;
  CHECK(view.size() == 3);
  const std::span<int> entries = l;
  entries[1] = 6;
  CHECK(l == list<int>{5, 6, 5});
  const int more[] = {1, 2};
  l.append(more);
  CHECK(l == list<int>{5, 6, 5, 1, 2});
  l.append(std::span<const int>());
  CHECK(l.size() == 5);
  l.assign(std::span<const int>(l).subspan(1, 2));
  CHECK(l == list<int>{6, 5});
  CHECK(list<int>(std::span<const int>(more)) == list<int>{1, 2});
}

TEST_CASE("a list compares by values, or by bits") {
  const list<double> zero{0.0};
  const list<double> negative_zero{-0.0};
  CHECK(zero == negative_zero);
  CHECK_FALSE(list<double>::same_bits(zero, negative_zero));
  CHECK(list<double>::same_bits(zero, {0.0}));
  CHECK_FALSE(list<double>::same_bits(zero, {0.0, 0.0}));
  CHECK(list<double>::same_bits({}, {}));
}

TEST_CASE("a list keeps its memory until it needs more, and throws where there is none") {
  list<double> l(100, 1.0);
  const double* const memory = l.data();
  l.clear();
  l.resize(100, 2.0);
  CHECK(l.data() == memory);
  CHECK_THROWS_AS(l.reserve(~std::size_t{0} / 8), std::bad_alloc);
  CHECK_THROWS_AS(l.reserve(std::size_t{1} << 60), std::bad_alloc);
  CHECK(l == list<double>(100, 2.0));
}

}  // namespace
