// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Keys and rows of structs as they are written for Boost.Serialization.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/serialization/access.hpp>
#include <boost/serialization/array_wrapper.hpp>
#include <boost/serialization/base_object.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/shared_ptr.hpp>
#include <boost/serialization/split_member.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <boost/serialization/version.hpp>

#include <catch.hpp>
#include <dad/structure/input_reader.hpp>
#include <structure/reals.hpp>

namespace {

using dad::detail::input_reader;

template <class T>
class secret {
 public:
  secret() = default;
  secret(T x, int n) : x_(x), n_(n) {}

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
  swap(T x, int n, T fixed, std::array<T, 2> days) : secret<T>(x, n), rate(fixed), dates(days) {}
  T rate = 0;
  std::array<T, 2> dates{};

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& ar, const unsigned int) {
    ar& boost::serialization::make_nvp("base", boost::serialization::base_object<secret<T>>(*this));
    ar& BOOST_SERIALIZATION_NVP(rate);
    ar& boost::serialization::make_array(dates.data(), dates.size());
  }
};

template <class T>
struct split {
  std::vector<T> xs;
  int kind = 0;
  std::shared_ptr<const std::string> text;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void save(Archive& ar, const unsigned int) const {
    const std::size_t n = xs.size();
    ar << BOOST_SERIALIZATION_NVP(n);
    ar << boost::serialization::make_array(xs.data(), n);
    ar << kind << text;
  }
  template <class Archive>
  void load(Archive& ar, const unsigned int) {
    std::size_t n = 0;
    ar >> BOOST_SERIALIZATION_NVP(n);
    xs.resize(n);
    ar >> boost::serialization::make_array(xs.data(), n);
    ar >> kind >> text;
  }
  BOOST_SERIALIZATION_SPLIT_MEMBER()
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
}  // namespace elsewhere

BOOST_CLASS_VERSION(elsewhere::versioned<double>, 1)

namespace {

/// The row of x; empty where x is not like the prototype.
template <class X>
doubles row(const X& prototype, const X& x) {
  const input_reader<X> r(prototype);
  doubles scratch(r.real_count());
  const double* const found = r.row(x, scratch.data());
  return found == nullptr ? doubles() : doubles(found, found + r.real_count());
}

}  // namespace

TEST_CASE("base objects, names and arrays of Boost's are read by their offsets") {
  const swap<double> x(1, 2, 3, {4, 5});
  CHECK(dad::detail::layout(x).is_fixed());
  CHECK(row(x, swap<double>(6, 2, 7, {8, 9})) == doubles{6, 7, 8, 9});
  CHECK(row(x, swap<double>(1, 3, 3, {4, 5})).empty());
}

TEST_CASE("a split struct is compared part by part") {
  const auto text = std::make_shared<const std::string>("text");
  const auto make = [&](doubles xs, int kind) {
    split<double> s;
    s.xs = std::move(xs);
    s.kind = kind;
    s.text = text;
    return s;
  };
  const auto x = make({1, 2}, 3);
  CHECK(row(x, make({4, 5}, 3)) == doubles{4, 5});
  CHECK(row(x, make({4, 5}, 4)).empty());
  CHECK(row(x, make({4}, 3)).empty());
  auto another = x;
  another.text = std::make_shared<const std::string>("text");
  CHECK(row(x, another).empty());
}

TEST_CASE("the version that Boost saves with is walked") {
  CHECK(row(elsewhere::versioned<double>{1, 2}, {3, 4}) == doubles{3, 4});
  CHECK(row(elsewhere::versioned<float>{1, 2}, {3, 4}) == doubles{3});
  CHECK(row(std::vector<elsewhere::versioned<double>>(2), {{1, 2}, {3, 4}}) == doubles{1, 2, 3, 4});
}
