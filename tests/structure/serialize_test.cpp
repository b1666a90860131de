// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ways in which a user may write serialize, and what is said where it does not walk in step.

#include <string>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <dad/structure/transform.hpp>
#include <structure/mock.hpp>
#include <structure/reals.hpp>
#include <structure/structs.hpp>

namespace {

using structs::choice;

using dad::detail::same;
using dad::detail::transform;
using S = mock<double>;

template <class T>
class secret {
 public:
  secret() = default;
  explicit secret(T x) : x_(x) {}
  [[nodiscard]] T x() const { return x_; }

 private:
  friend struct dad::access;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x_;
  }
  T x_ = 0;
};

template <class T>
class sealed final {
 public:
  T x = 0;

 private:
  friend dad::access;
  template <class Archive>
  void serialize(Archive& ar, const unsigned int /*version*/) {
    ar& x;
  }
};

}  // namespace

namespace elsewhere {

template <class T>
struct outside {
  T x;
  int n;
};
template <class Archive, class T>
void serialize(Archive& ar, outside<T>& o, const unsigned) {
  ar& o.x& o.n;
}

}  // namespace elsewhere

TEST_CASE("serialize may be private or a free function") {
  CHECK(numbered<S>(secret<double>(1)).x() == S(10));
  CHECK(reals(sealed<double>{}) == doubles{0});
  CHECK(numbered<S>(elsewhere::outside<double>{1, 2}).x == S(10));
  CHECK(numbered<S>(elsewhere::outside<double>{1, 2}).n == 2);
}

namespace {

template <class T>
struct leg {
  T notional;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& notional;
  }
};

template <class T>
struct swap : leg<T> {
  T rate;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& static_cast<leg<T>&>(*this);
    ar& rate;
  }
};

// The size comes first, by hand, and the two directions are written apart.
template <class T>
struct by_hand {
  std::vector<T> xs;
  double total = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    if constexpr (Archive::is_saving::value) {
      const std::size_t n = xs.size();
      const std::string header = "a header that is gone when serialize returns";
      ar << n << header;
      for (const T& x : xs) ar << x;
      ar << total;
    } else {
      std::size_t n = 0;
      std::string header;
      ar >> n >> header;
      xs.resize(n);
      for (T& x : xs) ar >> x;
      ar >> total;
    }
  }
};

// Computes while it loads.
template <class T>
struct cached {
  T x = 0, square = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x;
    if (Archive::is_loading::value) {
      square = x;
      square = square * x + 0.5;
    }
  }
};

}  // namespace

TEST_CASE("serialize may do what it does for Boost") {
  const swap<double> s{{1}, 2};
  CHECK(reals(s) == doubles{1, 2});
  CHECK(numbered<S>(s).notional == S(10));
  CHECK(numbered<S>(s).rate == S(20));

  const by_hand<double> b{{1, 2, 3}, 6};
  CHECK(reals(b) == doubles{1, 2, 3});
  CHECK(numbered<S>(b).xs == std::vector<S>{10, 20, 30});
  CHECK(numbered<same>(b).xs == doubles{10, 20, 30});
  CHECK(numbered<S>(b).total == 6);

  CHECK(reals(choice<double>{true, 1, 2}).empty());
  CHECK(numbered<same>(choice<double>{true, 1, 2}).fixed == 1);
  CHECK(reals(choice<double>{false, 1, 2}) == doubles{2});
  CHECK(numbered<same>(choice<double>{false, 1, 2}).floating == 10);
  CHECK(reals(std::vector<choice<double>>{{true, 1, 2}, {false, 3, 4}}) == doubles{4});

  CHECK(reals(cached<double>{3, 0}) == doubles{3});
  CHECK(transform<double>(cached<double>{3, 0}, [](double x) { return x; }).square == 9.5);
}

namespace {

int mistake = 0;

template <class T>
struct forks {  // does not visit the same members for every scalar
  T x = 1;
  int n = 2;
  std::vector<std::pair<T, int>> rows{{T(1), 2}};
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    const bool is_plain = std::is_same_v<T, double>;
    ar& x;
    if (mistake == 1 && is_plain) ar& n;
    if (mistake == 2 && !is_plain) ar& n;
    if (mistake == 3) is_plain ? ar& x : ar& n;
    if (mistake == 4) is_plain ? ar& n : ar& rows;
    if (mistake == 5) is_plain ? ar& rows : ar& n;
  }
};

std::string complaint(int which) {
  mistake = which;
  try {
    numbered<S>(forks<double>{});
  } catch (const dad::shape_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a serialize that does not walk in step is an error that names the struct") {
  CHECK(complaint(0).empty());
  CHECK_THAT(complaint(1), contains("forks<double>") && contains("forks<mock<") && contains("member 2") &&
                               contains("int in the first and nothing in the second"));
  CHECK_THAT(complaint(2), contains("nothing in the first and int in the second"));
  CHECK_THAT(complaint(3), contains("double in the first and int in the second"));
  CHECK_THAT(complaint(4), contains("int in the first and a container in the second"));
  CHECK_THAT(complaint(5), contains("a container in the first and int in the second"));
}

namespace {

template <class T>
struct points_at {
  T* x = nullptr;
  T y = 1;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& y;
  }
};

}  // namespace

TEST_CASE("a pointer to a real cannot be followed, and that is said") {
  CHECK_THROWS_WITH(numbered<S>(points_at<double>{}), contains("double") && contains("points_at<double>"));
}

TEST_CASE("an exception of fn comes through, whatever was copied before") {
  const by_hand<double> b{{1, 2, 3}, 6};
  CHECK_THROWS_AS(transform<S>(b, [](double) -> S { throw 7; }), int);
}
