// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A layout reads what a walk reads, says which inputs it fits, and is fixed only where that is safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <dad/structure/layout.hpp>
#include <structure/reals.hpp>
#include <structure/structs.hpp>

namespace {

using dad::detail::append_key;
using dad::detail::contiguous_reals;
using dad::detail::is_contiguous;
using dad::detail::layout;
using namespace structs;

template <class X>
doubles read(const layout<X>& l, const X& x) {
  doubles out(l.real_count() + 1, -99);
  l.read(x, out.data());
  CHECK(out.back() == -99);
  out.pop_back();
  return out;
}

/// The layout learnt from x is fixed, and reads y, which has the same key, as a walk does.
template <class X>
void check_reads(const X& x, const X& y) {
  const layout<X> l(x);
  REQUIRE(l.is_fixed());
  CHECK(l.fits(x));
  CHECK(l.fits(y));
  CHECK(read(l, x) == reals(x));
  CHECK(read(l, y) == reals(y));
  doubles scratch(l.real_count());
  const double* row = l.reals(y, scratch.data());
  CHECK(doubles(row, row + l.real_count()) == reals(y));
}

template <class X>
bool is_fixed(const X& x) {
  return layout<X>(x).is_fixed();
}
template <class X>
bool fits(const X& first, const X& x) {
  return layout<X>(first).fits(x);
}

}  // namespace

TEST_CASE("the reals of a row of doubles are where they are") {
  const double x = 1;
  CHECK(contiguous_reals(x) == &x);
  const std::array<double, 3> a{};
  CHECK(contiguous_reals(a) == a.data());
  const doubles v{1, 2};
  CHECK(contiguous_reals(v) == v.data());
  CHECK(contiguous_reals(std::span(v)) == v.data());
  CHECK(contiguous_reals(doubles()) != nullptr);
  STATIC_REQUIRE(is_contiguous<std::span<double, 3>>);
  STATIC_REQUIRE_FALSE(is_contiguous<std::vector<float>>);
  STATIC_REQUIRE_FALSE(is_contiguous<std::vector<int>>);
  STATIC_REQUIRE_FALSE(is_contiguous<int>);
  STATIC_REQUIRE_FALSE(is_contiguous<std::optional<double>>);
  STATIC_REQUIRE_FALSE(is_contiguous<std::pair<double, double>>);
  STATIC_REQUIRE_FALSE(is_contiguous<option<double>>);
}

TEST_CASE("structs whose parts lie inside them are read by their offsets") {
  check_reads(option<double>{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 6});
  check_reads(option<float>{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 6});
  check_reads(secret<double>(1, 2), secret<double>(3, 2));
  check_reads(derived<double>(1, 2, 3, 4, 5), derived<double>(6, 2, 7, 4, 8));
  check_reads(outside<double>{1, 2}, outside<double>{1, 3});
  check_reads(lattice<2, double>{{1, 2}, 3, 4}, lattice<2, double>{{5, 6}, 3, 7});
  check_reads(std::array{option<double>{1, 2, 3, 4, 5, 6}, option<double>{1, 2, 3, 4, 5, 7}},
              std::array{option<double>{9, 8, 7, 6, 5, 6}, option<double>{4, 3, 2, 1, 0, 7}});
  check_reads(std::tuple(1.0, std::array{2.F, 3.F}, 4, option<double>{1, 2, 3, 4, 5, 6}),
              std::tuple(7.0, std::array{8.F, 9.F}, 4, option<double>{5, 4, 3, 2, 1, 6}));
  check_reads(std::pair(1, 2L), std::pair(3, 4L));
  check_reads(std::array{std::array{1.0, 2.0}}, std::array{std::array{3.0, 4.0}});
  using base = structs::base<double>;
  check_reads(
      table<double>{
          {base{1, 2}, base{3, 4}}, {{{5, 6}, {7, 8}}}, {9, 10, 11}, {{12, 13}, {14, 15}}, {16, 17}},
      table<double>{
          {base{21, 2}, base{23, 4}}, {{{25, 26}, {27, 28}}}, {9, 0, 1}, {{2, 13}, {4, 15}}, {6, 17}});
}

TEST_CASE("doubles in a row are not copied") {
  const option<double> x{1, 2, 3, 4, 5, 6};
  double scratch[5];
  CHECK(layout(x).reals(x, scratch) == &x.spot);
  const lattice<2, double> apart{{1, 2}, 3, 4};
  CHECK(layout(apart).reals(apart, scratch) == scratch);
  const option<float> single{1, 2, 3, 4, 5, 6};
  CHECK(layout(single).reals(single, scratch) == scratch);
  // Last first: the order of serialize is not that of memory.
  const derived<double> base_first(1, 2, 3, 4, 5);
  CHECK(layout(base_first).reals(base_first, scratch) == scratch);
}

TEST_CASE("other data does not fit, whatever the padding is") {
  alignas(option<double>) unsigned char memory[2][sizeof(option<double>)];
  std::memset(memory[0], 0, sizeof(memory[0]));
  std::memset(memory[1], 0xff, sizeof(memory[1]));
  auto& x = *new (memory[0]) option<double>;
  auto& y = *new (memory[1]) option<double>;
  for (auto* o : {&x, &y}) {
    for (double* member : {&o->spot, &o->strike, &o->rate, &o->volatility, &o->maturity}) *member = 1;
    o->kind = 7;
  }
  CHECK(fits(x, y));
  y.kind = 8;
  CHECK_FALSE(fits(x, y));
  CHECK_FALSE(fits(derived<double>(1, 2, 3, 4, 5), derived<double>(1, 3, 3, 4, 5)));
  CHECK_FALSE(fits(derived<double>(1, 2, 3, 4, 5), derived<double>(1, 2, 3, 6, 5)));
  CHECK_FALSE(fits(secret<float>(1, 2), secret<float>(1, 3)));
}

TEST_CASE("objects of any size are compared to their last byte") {
  const auto twelve = [](int last) {
    return std::make_unique<std::pair<std::pair<int, float>, int>>(std::pair(1, 2.F), last);
  };
  const auto first = twelve(3);
  check_reads(*first, *twelve(3));
  CHECK_FALSE(fits(*first, *twelve(4)));
  CHECK(fits(std::pair('a', true), std::pair('a', true)));
  CHECK_FALSE(fits(std::pair('a', true), std::pair('b', true)));
  CHECK_FALSE(fits(std::pair('a', true), std::pair('a', false)));
}

TEST_CASE("what serialize visits may depend on data") {
  check_reads(choice<double>{true, 1, 2}, {true, 1, 3});
  check_reads(choice<double>{false, 1, 2}, {false, 3, 4});
  CHECK(layout(choice<double>{true, 1, 2}).real_count() == 0);
  CHECK_FALSE(fits(choice<double>{true, 1, 2}, {false, 1, 2}));
  CHECK_FALSE(fits(choice<double>{true, 1, 2}, {true, 2, 2}));
  check_reads(inline_vector<double>{2, {1, 2}}, {2, {3, 4, 5}});
  CHECK_FALSE(fits(inline_vector<double>{2, {1, 2}}, {3, {1, 2}}));
}

TEST_CASE("a layout is fixed only where all parts lie inside, and nothing but data decides where") {
  CHECK_FALSE(is_fixed(market<double>()));
  CHECK_FALSE(is_fixed(tree<double>{1, {}}));
  CHECK_FALSE(is_fixed(by_hand<double>{{}, 1}));
  CHECK_FALSE(is_fixed(by_copy<double>{1, 2}));
  CHECK_FALSE(is_fixed(self_pointing<double>({1, 2}, false)));
  CHECK_FALSE(is_fixed(holds_unknown<double>()));
  CHECK_FALSE(is_fixed(std::optional(1.0)));
  CHECK_FALSE(is_fixed(std::pair(1.0, std::optional(1))));
  CHECK_FALSE(is_fixed(std::pair(1.0, std::string("short"))));
  const double x = 1, y = 2;
  CHECK_FALSE(is_fixed(std::tie(x, y)));
  const doubles v{1, 2};
  CHECK_FALSE(is_fixed(std::span(v)));
  CHECK_FALSE(is_fixed(std::pair(1.0, std::span<const double, 2>(v))));
  CHECK_FALSE(is_fixed(v));
}

namespace {

/// The next of the numbers that a seed stands for.
constexpr unsigned digit(unsigned seed, unsigned i) {
  unsigned x = seed * 2654435761U + i * 40503U + 12345U;
  x ^= x >> 15;
  x *= 2246822519U;
  x ^= x >> 13;
  return x;
}

/// A member of one of these kinds; Data is another floating type than that of the reals.
template <class T, class Data, unsigned Kind>
auto make_member() {
  if constexpr (Kind == 0 || Kind == 1)
    return T();
  else if constexpr (Kind == 2)
    return Data();
  else if constexpr (Kind == 3)
    return int();
  else if constexpr (Kind == 4)
    return char();
  else if constexpr (Kind == 5)
    return std::array<T, 2>();
  else if constexpr (Kind == 6)
    return std::array<short, 3>();
  else if constexpr (Kind == 7)
    return structs::base<T>();
  else if constexpr (Kind == 8)
    return std::pair<T, std::int64_t>();
  else if constexpr (Kind == 9)
    return std::array<choice<T>, 2>();
  else
    return inline_vector<T>();
}
template <class T, class Data, unsigned Number>
using member = decltype(make_member<T, Data, Number % 11>());

/// Six members of kinds drawn by the seed, visited in an order drawn by the seed.
template <class T, class Data, unsigned Seed>
struct drawn {
  std::tuple<T, member<T, Data, digit(Seed, 0)>, member<T, Data, digit(Seed, 1)>,
             member<T, Data, digit(Seed, 2)>, member<T, Data, digit(Seed, 3)>,
             member<T, Data, digit(Seed, 4)>, member<T, Data, digit(Seed, 5)>>
      members;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    visit(ar, std::make_integer_sequence<unsigned, 7>());
  }
  template <class Archive, unsigned... I>
  void visit(Archive& ar, std::integer_sequence<unsigned, I...>) {
    ((ar & std::get<(I * (1 + digit(Seed, 9) % 6) + digit(Seed, 8)) % 7>(members)), ...);
  }
};

using generator = std::mt19937;
template <class T>
struct filler {
  generator& reals;
  generator& data;
  void real(T& x) const { x = static_cast<T>(reals() % 1000) / 8; }
  void operator()(T& x) const { real(x); }
  template <class D>
  requires(std::is_arithmetic_v<D> && !std::is_same_v<D, T>) void operator()(D& x) const {
    x = static_cast<D>(data() % 4);
  }
  template <class E, std::size_t N>
  void operator()(std::array<E, N>& x) const {
    for (auto& part : x) (*this)(part);
  }
  void operator()(structs::base<T>& x) const { real(x.notional), (*this)(x.days); }
  void operator()(std::pair<T, std::int64_t>& x) const { real(x.first), (*this)(x.second); }
  void operator()(choice<T>& x) const {
    x.is_fixed = data() % 2 == 0;
    x.fixed = static_cast<double>(data() % 4);
    real(x.floating);
  }
  void operator()(inline_vector<T>& x) const {
    x.count = static_cast<int>(data() % 5);
    for (T& part : x.parts) real(part);
  }
};

template <class T, class X>
X random_input(generator& reals_from, unsigned data_seed) {
  generator data_from(data_seed);
  const filler<T> fill{reals_from, data_from};
  X x;
  std::apply([&](auto&... part) { (fill(part), ...); }, x.members);
  return x;
}

template <class T, class Data, unsigned Seed>
void check_drawn() {
  using X = drawn<T, Data, Seed>;
  INFO("seed " << Seed);
  generator reals_from(Seed);
  for (unsigned data_seed = 0; data_seed < 5; ++data_seed) {
    const X first = random_input<T, X>(reals_from, data_seed);
    check_reads(first, random_input<T, X>(reals_from, data_seed));
    std::vector<unsigned char> key;
    append_key(key, first);
    for (unsigned other = 0; other < 20; ++other) {
      const X x = random_input<T, X>(reals_from, other);
      std::vector<unsigned char> other_key;
      append_key(other_key, x);
      CHECK(fits(first, x) == (key == other_key));
    }
  }
}

template <class T, class Data, unsigned... Seed>
void check_all_drawn(std::integer_sequence<unsigned, Seed...>) {
  (check_drawn<T, Data, Seed>(), ...);
}

}  // namespace

TEST_CASE("structs of drawn members are read as by a walk, and fit where their keys are equal") {
  check_all_drawn<double, float>(std::make_integer_sequence<unsigned, 6>());
  check_all_drawn<float, double>(std::make_integer_sequence<unsigned, 3>());
}
