// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs of every structure become rows of doubles, where they have the key of the prototype.

#include <array>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <dad/core/matrix.hpp>
#include <dad/structure/input_reader.hpp>
#include <structure/reals.hpp>
#include <structure/structs.hpp>

namespace {

using dad::detail::input_reader;
using namespace structs;

/// The row of x; empty where x is not like the prototype. Nothing is written behind the scratch row.
template <class X>
std::optional<doubles> row(const X& prototype, const X& x) {
  const input_reader<X> r(prototype);
  CHECK(r.real_count() == reals(prototype).size());
  doubles scratch(r.real_count() + 1, -99);
  const double* const found = r.row(x, scratch.data());
  CHECK(scratch.back() == -99);
  if (found == nullptr) return {};
  return doubles(found, found + r.real_count());
}

/// y has the key of x, and z has not.
template <class X>
void check_rows(const X& x, const X& y, const X& z) {
  CHECK(row(x, x) == reals(x));
  CHECK(row(x, y) == reals(y));
  CHECK(row(y, x) == reals(x));
  CHECK(row(z, z) == reals(z));
  CHECK_FALSE(row(x, z));
  CHECK_FALSE(row(z, y));
}

}  // namespace

TEST_CASE("rows of doubles are read where they are") {
  CHECK(row(1.0, 2.0) == doubles{2});
  CHECK(row(std::array{1.0, 2.0}, std::array{3.0, 4.0}) == doubles{3, 4});
  check_rows<doubles>({1, 2}, {3, 4}, {5});
  check_rows<doubles>({}, {}, {5});
  const doubles x{1, 2, 3, 4};
  const input_reader<doubles> r(x);
  CHECK(r.row(x, nullptr) == x.data());
  const std::array rows{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  const dad::matrix_view view(rows.data(), 2, 2, 3);
  const input_reader<std::span<const double>> of_rows(view[0]);
  CHECK(of_rows.row(view[1], nullptr) == &rows[3]);
  const option<double> o{1, 2, 3, 4, 5, 6};
  CHECK(input_reader<option<double>>(o).row(o, nullptr) == &o.spot);
}

TEST_CASE("numbers, containers and tuples become rows") {
  CHECK(row(1, 2) == doubles{2});
  CHECK(row(1.F, 2.F) == doubles{2});
  CHECK(row(std::array{1, 2}, std::array{3, 4}) == doubles{3, 4});
  CHECK(row(std::tuple(1.0, 2.F), std::tuple(3.0, 4.F)) == doubles{3, 4});
  check_rows(std::tuple(1.0, doubles{2}, 3), std::tuple(4.0, doubles{5}, 3), std::tuple(1.0, doubles{2}, 4));
  check_rows(std::tuple(1.0, doubles{2}, 3), std::tuple(4.0, doubles{5}, 3), std::tuple(1.0, doubles{}, 3));
  check_rows<std::vector<int>>({1, 2}, {3, 4}, {1});
  check_rows<std::vector<float>>({1, 2}, {3, 4}, {1, 2, 3});
  check_rows<std::deque<double>>({1, 2}, {3, 4}, {});
  check_rows<std::list<float>>({1, 2}, {3, 4}, {5, 6, 7, 8, 9});
  check_rows<std::vector<doubles>>({{1, 2}, {3}}, {{4, 5}, {6}}, {{1}, {2, 3}});
  check_rows<std::optional<double>>(1, 2, {});
  check_rows<std::map<std::string, double>>({{"a", 1}}, {{"a", 2}}, {{"b", 2}});
  check_rows<std::pair<std::string, double>>({"a", 1}, {"a", 2}, {"ab", 2});
  check_rows<dad::matrix>({2, 3, 1}, {2, 3, 2}, {3, 2, 1});
}

TEST_CASE("data alone is a row of nothing") {
  check_rows<std::string>("a", "a", "b");
  check_rows(no_template{1, "a"}, no_template{1, "a"}, no_template{1, "b"});
  check_rows(std::vector<bool>{true}, std::vector<bool>{true}, std::vector<bool>{false});
}

TEST_CASE("structs become rows, however their parts lie in memory") {
  check_rows(option<double>{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 6}, {1, 2, 3, 4, 5, 7});
  check_rows(option<float>{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 6}, {1, 2, 3, 4, 5, 7});
  check_rows(secret<double>(1, 2), secret<double>(3, 2), secret<double>(1, 3));
  check_rows(derived<double>(1, 2, 3, 4, 5), derived<double>(6, 2, 7, 4, 8), derived<double>(1, 2, 3, 5, 5));
  check_rows(outside<double>{1, 2}, outside<double>{1, 3}, outside<double>{2, 2});
  check_rows(lattice<2, double>{{1, 2}, 3, 4}, lattice<2, double>{{5, 6}, 3, 7},
             lattice<2, double>{{1, 2}, 4, 4});
  check_rows(by_copy<double>{1, 2}, by_copy<double>{3, 2}, by_copy<double>{1, 3});
  check_rows(by_hand<double>{{1, 2}, 3}, by_hand<double>{{4, 5}, 3}, by_hand<double>{{1, 2}, 4});
  check_rows(by_hand<double>{{1, 2}, 3}, by_hand<double>{{4, 5}, 3}, by_hand<double>{{1, 2, 3}, 3});
  check_rows(choice<double>{true, 1, 2}, {true, 1, 3}, {false, 1, 2});
  check_rows(choice<double>{false, 1, 2}, {false, 4, 3}, {true, 1, 2});
  check_rows(std::vector{choice<double>{true, 1, 2}, choice<double>{false, 1, 2}},
             std::vector{choice<double>{true, 1, 5}, choice<double>{false, 6, 7}},
             std::vector{choice<double>{false, 1, 2}, choice<double>{true, 1, 2}});
  check_rows(inline_vector<double>{2, {1, 2}}, {2, {3, 4}}, {3, {1, 2}});
  check_rows(tree<double>{1, {{2, {}}, {3, {}}}}, {4, {{5, {}}, {6, {}}}}, {1, {{2, {{3, {}}}}}});
  check_rows(std::tuple(1.0, no_template{1, "a"}), std::tuple(2.0, no_template{1, "a"}),
             std::tuple(1.0, no_template{1, "b"}));
}

TEST_CASE("a struct that keeps its parts now here, now there is read where they are") {
  const auto here = [](doubles xs) { return self_pointing<double>(std::move(xs), false); };
  const auto there = [](doubles xs) { return self_pointing<double>(std::move(xs), true); };
  CHECK(row(here({1, 2}), there({3, 4})) == doubles{3, 4});
  CHECK(row(there({1, 2}), here({3, 4})) == doubles{3, 4});
  CHECK_FALSE(row(here({1, 2}), there({3})));
}

namespace {

/// Visits one member more or less by what it does not visit: a mistake.
template <class T, bool More>
struct wavering {
  T x = 1, y = 2;
  bool more = More;
  std::string name;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& name;
    if (more) ar& y;
  }
};

}  // namespace

TEST_CASE("a struct that visits less or more than the prototype is not like it") {
  CHECK(row(wavering<double, true>{}, {1, 2, true, ""}) == doubles{1, 2});
  CHECK_FALSE(row(wavering<double, true>{}, {1, 2, false, ""}));
  CHECK(row(wavering<double, false>{}, {3, 4, false, ""}) == doubles{3});
  CHECK_FALSE(row(wavering<double, false>{}, {1, 2, true, ""}));
}

TEST_CASE("a struct of everything is a row") {
  using X = market<double>;
  const X x;
  const X y = numbered<double>(x);
  CHECK(row(x, y) == reals(y));
  X shorter = y, renamed = y, nameless = y;
  shorter.rows.pop_back();
  renamed.rates = {{"c", 1}};
  nameless.name.clear();
  check_rows(x, y, shorter);
  check_rows(x, y, renamed);
  check_rows(x, y, nameless);
}

TEST_CASE("without a key nothing is like the prototype, and its reals can still be read") {
  const holds_unknown<double> x{3, {}};
  const input_reader<holds_unknown<double>> r(x);
  CHECK_FALSE(r.has_key());
  REQUIRE(r.real_count() == 1);
  double out = 0;
  CHECK(r.row(x, &out) == nullptr);
  dad::detail::copy_reals(x, &out);
  CHECK(out == 3);
  CHECK_FALSE(input_reader<unknown>(unknown()).has_key());
}

TEST_CASE("a reader outlives its prototype") {
  std::optional<market<double>> prototype;
  prototype.emplace();
  const input_reader<market<double>> r(*prototype);
  prototype->name = "another";
  prototype.reset();
  doubles scratch(r.real_count());
  CHECK(r.row(market<double>(), scratch.data()) != nullptr);
  std::optional<choice<double>> other(choice<double>{true, 1, 2});
  const input_reader<choice<double>> of_choice(*other);
  other->is_fixed = false;
  CHECK(of_choice.row(choice<double>{true, 1, 3}, scratch.data()) != nullptr);
  CHECK(of_choice.row(*other, scratch.data()) == nullptr);
}

TEST_CASE("the key of a reader is that of its prototype") {
  std::vector<unsigned char> key;
  dad::detail::append_key(key, market<double>());
  CHECK(input_reader<market<double>>(market<double>()).key() == key);
  CHECK(input_reader<double>(1.0).key().empty());
}
