// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Structs as they are written for Boost.Serialization: its access, wrappers, macros and free functions.

#include <array>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/serialization/access.hpp>
#include <boost/serialization/array_wrapper.hpp>
#include <boost/serialization/base_object.hpp>
#include <boost/serialization/complex.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/shared_ptr.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/split_member.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <boost/serialization/version.hpp>

#include <catch.hpp>
#include <dad/structure/transform.hpp>
#include <structure/mock.hpp>
#include <structure/reals.hpp>

namespace {

using dad::detail::differentiable;
using dad::detail::same;
using S = mock<double>;

template <class T>
class secret {
 public:
  secret() = default;
  secret(T x, int n) : x_(x), n_(n) {}
  bool operator==(const secret&) const = default;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& ar, const unsigned int /*version*/) {
    ar& x_& n_;
  }
  T x_ = 0;
  int n_ = 0;
};

template <class T>
struct swap : secret<T> {
  swap() = default;
  swap(T x, int n, T fixed, std::vector<T> days) : secret<T>(x, n), rate(fixed), dates(std::move(days)) {}
  T rate = 0;
  std::vector<T> dates;
  bool operator==(const swap&) const = default;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& ar, const unsigned int) {
    ar& boost::serialization::make_nvp("base", boost::serialization::base_object<secret<T>>(*this));
    ar& BOOST_SERIALIZATION_NVP(rate);
    ar& BOOST_SERIALIZATION_NVP(dates);
  }
};

template <class T>
struct split {
  std::vector<T> xs;
  int kind = 0;
  bool operator==(const split&) const = default;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void save(Archive& ar, const unsigned int) const {
    const std::size_t n = xs.size();
    ar << BOOST_SERIALIZATION_NVP(n);
    ar << boost::serialization::make_array(xs.data(), n);
    ar << BOOST_SERIALIZATION_NVP(kind);
  }
  template <class Archive>
  void load(Archive& ar, const unsigned int) {
    std::size_t n = 0;
    ar >> BOOST_SERIALIZATION_NVP(n);
    xs.resize(n);
    ar >> boost::serialization::make_array(xs.data(), n);
    ar >> BOOST_SERIALIZATION_NVP(kind);
  }
  BOOST_SERIALIZATION_SPLIT_MEMBER()
};

// Has a name and a value, but is no wrapper.
template <class T>
struct named {
  T x = 0;
  int n = 0;
  [[nodiscard]] std::string name() const { return "name"; }
  [[nodiscard]] const T& value() const { return x; }
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& n;
  }
};
template <class T>
struct names {
  named<T> one;
  std::shared_ptr<const std::string> text;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& one& text;
  }
};

template <class T>
struct says_otherwise {
  T x = 0;
  [[nodiscard]] std::string serialize() const { return "text"; }
};

}  // namespace

namespace elsewhere {
template <class T>
struct versioned {
  T x = 0, y = 0;
  template <class Archive>
  void serialize(Archive& ar, const unsigned int version) {
    ar& x;
    if (version > 0) ar& y;
  }
};

template <class T>
struct outside {
  T x = 0;
  int n = 0;
  bool operator==(const outside&) const = default;
};
template <class T>
struct outside_split {
  T x = 0;
  int n = 0;
  bool operator==(const outside_split&) const = default;
};
}  // namespace elsewhere

BOOST_CLASS_VERSION(elsewhere::versioned<double>, 1)

namespace boost::serialization {
template <class Archive, class T>
void serialize(Archive& ar, elsewhere::outside<T>& o, const unsigned int /*version*/) {
  ar& o.x& o.n;
}
template <class Archive, class T>
void save(Archive& ar, const elsewhere::outside_split<T>& o, const unsigned int /*version*/) {
  const T twice = o.x;
  ar << twice << o.n;
}
template <class Archive, class T>
void load(Archive& ar, elsewhere::outside_split<T>& o, const unsigned int /*version*/) {
  ar >> o.x >> o.n;
}
template <class Archive, class T>
void serialize(Archive& ar, elsewhere::outside_split<T>& o, const unsigned int version) {
  split_free(ar, o, version);
}
}  // namespace boost::serialization

TEST_CASE("a private serialize may befriend Boost's access") {
  STATIC_REQUIRE(differentiable<secret<double>>);
  CHECK(reals(secret<double>(1, 2)) == doubles{1});
  CHECK((numbered<S>(secret<double>(1, 2)) == secret<S>(10, 2)));
  CHECK((numbered<same>(secret<double>(1, 2)) == secret<double>(10, 2)));
}

TEST_CASE("name-value pairs and base objects are seen through") {
  const swap<double> x(1, 2, 3, {4, 5});
  CHECK(reals(x) == doubles{1, 3, 4, 5});
  CHECK((numbered<S>(x) == swap<S>(10, 2, 20, {30, 40})));
}

TEST_CASE("save and load may be apart, and use arrays and locals") {
  split<double> x, expected;
  x.xs = {1, 2, 3};
  expected.xs = {10, 20, 30};
  x.kind = expected.kind = 7;
  CHECK(reals(x) == doubles{1, 2, 3});
  CHECK((numbered<same>(x) == expected));
  CHECK((numbered<S>(x).xs == std::vector<S>{10, 20, 30}));
}

TEST_CASE("free functions may live in Boost's namespace") {
  CHECK((numbered<S>(elsewhere::outside<double>{1, 2}) == elsewhere::outside<S>{10, 2}));
  CHECK((numbered<S>(elsewhere::outside_split<double>{1, 2}) == elsewhere::outside_split<S>{10, 2}));
}

TEST_CASE("Boost's version of a class is the one that it saves with") {
  CHECK(reals(elsewhere::versioned<double>{1, 2}) == doubles{1, 2});
  CHECK(reals(elsewhere::versioned<float>{1, 2}) == doubles{1});
  // The version is that of the input, whatever that of the same struct with another scalar.
  CHECK(numbered<S>(elsewhere::versioned<double>{1, 2}).y == S(20));
}

TEST_CASE("Boost's own functions for other libraries change nothing") {
  STATIC_REQUIRE_FALSE(differentiable<std::complex<double>>);
  STATIC_REQUIRE_FALSE(differentiable<std::shared_ptr<double>>);
  STATIC_REQUIRE_FALSE(differentiable<says_otherwise<double>>);
  CHECK((numbered<S>(std::vector{1.0, 2.0}) == std::vector<S>{10, 20}));
  const auto text = std::make_shared<const std::string>("text");
  const auto x = numbered<S>(names<double>{{1, 2}, text});
  CHECK(x.one.x == S(10));
  CHECK(x.one.n == 2);
  CHECK(x.text == text);
}

TEST_CASE("the same struct goes through Boost's archives") {
  const swap<double> x(1, 2, 3, {4, 5});
  std::stringstream stream;
  boost::archive::text_oarchive(stream) << x;
  swap<double> y;
  boost::archive::text_iarchive(stream) >> y;
  CHECK((x == y));
}
