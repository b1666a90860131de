// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Circular functions, their inverses, and lengths.

#pragma once

#include <dad/op/declarations.hpp>

namespace dad::op {

struct sin : operation<1, false> {
  static constexpr const char* name = "sin";
  static constexpr auto value(auto x) { return std::sin(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::cos(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y cosine{dad::cos(x[0])};
    detail::make_waves(y, cosine, x, -1);
  }
};

struct cos : operation<1, false> {
  static constexpr const char* name = "cos";
  static constexpr auto value(auto x) { return std::cos(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -dad::sin(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y sine{dad::sin(x[0])};
    detail::make_waves(sine, y, x, -1);
  }
};

struct tan : operation<1, false> {
  static constexpr const char* name = "tan";
  static constexpr auto value(auto x) { return std::tan(x); }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto& y) {
    return 1 + y * y;
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y slope{1 + y[0] * y[0]};
    for (std::size_t k = 1; k < y.size(); ++k) {
      y[k] = detail::integral(x, slope, k);
      slope[k] = detail::convolution(y, y, k);
    }
  }
};

struct asin : operation<1, true> {
  static constexpr const char* name = "asin";
  static constexpr auto value(auto x) { return std::asin(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 1 / dad::sqrt(detail::one_minus_square(x));
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    const Y square = detail::one_minus_square_of<Y>(detail::one_minus_square(x[0]), x);
    Y root{dad::sqrt(square[0])};
    detail::take_root(root, square);
    detail::integrate_quotient(y, x, root);
  }
};

struct acos : operation<1, true> {
  static constexpr const char* name = "acos";
  static constexpr auto value(auto x) { return std::acos(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -1 / dad::sqrt(detail::one_minus_square(x));
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    asin::taylor(y, x);
    detail::multiply_by(y, -1.0f);
  }
};

struct atan : operation<1, false> {
  static constexpr const char* name = "atan";
  static constexpr auto value(auto x) { return std::atan(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    const auto inverse_length = 1 / dad::hypot(1, x);  // whose square does not overflow where 1 + x^2 does
    return inverse_length * inverse_length;
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    const Y length = detail::root_of_one_and_square<Y>(dad::hypot(detail::count<Y>(1), x[0]), x);
    Y over_length{};  // twice, because the square may overflow
    detail::integrate_quotient(over_length, x, length);
    detail::integrate_quotient(y, over_length, length);
  }
};

struct atan2 : operation<2, true> {
  static constexpr const char* name = "atan2";
  static constexpr auto value(auto y, auto x) { return std::atan2(y, x); }
  template <std::size_t I>
  static constexpr auto partial(const auto& y, const auto& x, const auto&) {
    const auto length = dad::hypot(y, x);
    if constexpr (I == 0)
      return x / length / length;
    else
      return -y / length / length;
  }
  template <class Y>
  static constexpr void taylor(Y& angle, const auto& y, const auto& x) {
    detail::polar<Y> point{
        {dad::hypot(y[0], x[0])}, {}, {detail::direction(x[0], y[0])}, {detail::direction(y[0], x[0])}};
    point.continue_with(x, y);
    angle = detail::shifted<Y>(angle[0], point.angle);
  }
};

/// x / hypot(x, y), the cosine of the angle; 0 at the origin. These are the first partials of lengths, and
/// differentiated as quotients they would cancel: y^2 / length^3 as the small difference of 1 / length and
/// x^2 / length^3.
struct direction : operation<2, true> {
  static constexpr const char* name = "direction";
  template <class T>
  static constexpr T value(T x, T y) {
    const T length = dad::hypot(x, y);
    return dad::select(length == 0, T(0), x / length);
  }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& cosine) {
    const auto sine = detail::direction(y, x);
    const auto length = dad::hypot(x, y);
    if constexpr (I == 0)
      return dad::select(length == 0, 0, detail::scale(sine, sine / length));
    else
      return dad::select(length == 0, 0, detail::scale(-cosine, sine / length));
  }
  template <class Y>
  static constexpr void taylor(Y& cosine, const auto& x, const auto& y) {
    if (detail::bottom(x[0]) == 0 && detail::bottom(y[0]) == 0) return;
    detail::polar<Y> point{{dad::hypot(x[0], y[0])}, {}, {cosine[0]}, {detail::direction(y[0], x[0])}};
    point.continue_with(x, y);
    cosine = point.cosine;
  }
};

/// The length of (x, y); at the origin, where every direction is a subgradient, 0.
struct hypot : operation<2, true> {
  static constexpr const char* name = "hypot";
  static constexpr auto value(auto x, auto y) { return std::hypot(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& length) {
    if constexpr (I == 1)
      return partial<0>(y, x, length);
    else if constexpr (arithmetic<std::decay_t<decltype(length)>>)
      return dad::select(length == 0, 0, x / length);
    else
      return detail::direction(x, y);
  }
  template <class Y>
  static constexpr void taylor(Y& length, const auto& x, const auto& y) {
    if (detail::bottom(length[0]) == 0) return;  // flat, as its first derivative is
    detail::polar<Y> point{{length[0]}, {}, {detail::direction(x[0], y[0])}, {detail::direction(y[0], x[0])}};
    point.continue_with(x, y);
    length = point.length;
  }
};

struct hypot3 : operation<3, true> {
  static constexpr const char* name = "hypot3";
  static constexpr auto value(auto x, auto y, auto z) { return std::hypot(x, y, z); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z, const auto& length) {
    if constexpr (I > 0)
      return partial<I - 1>(y, z, x, length);
    else if constexpr (arithmetic<std::decay_t<decltype(length)>>)
      return dad::select(length == 0, 0, x / length);
    else
      return detail::direction(x, dad::hypot(y, z));
  }
  // The smallest comes last: the length of the first two is 0 at the origin alone.
  template <class Y>
  static constexpr void taylor(Y& length, const auto& x, const auto& y, const auto& z) {
    const auto a = dad::abs(detail::bottom(x[0]));
    const auto b = dad::abs(detail::bottom(y[0]));
    const auto c = dad::abs(detail::bottom(z[0]));
    if (a < b && a < c)
      by_two(length, y, z, x);
    else if (b < c)
      by_two(length, x, z, y);
    else
      by_two(length, x, y, z);
  }

 private:
  template <class Y>
  static constexpr void by_two(Y& length, const auto& x, const auto& y, const auto& z) {
    Y in_plane{dad::hypot(x[0], y[0])};
    hypot::taylor(in_plane, x, y);
    hypot::taylor(length, in_plane, z);
  }
};

}  // namespace dad::op
