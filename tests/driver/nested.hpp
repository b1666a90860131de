// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of functions that contain derivatives, in every mode inside every mode: d/dx [x d/dy (x + y) at
// y = 1] is 1, and never 2. The inner point is a plain number or one of the outer scalar type.

#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "core/close.hpp"

#include <dad/driver/jacobian.hpp>

namespace nested {

// The inner derivative d/dy g(x, y) at y, by the driver that each of these names.
struct by_derivative {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::derivative(g, y);
  }
};
struct by_jvp {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::jvp([&](const auto& u) { return g(u[0]); }, std::array{y}, std::array{1.0}).tangent;
  }
};
struct by_gradient {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::gradient([&](const auto& u) { return g(u[0]); }, std::vector{y})[0];
  }
};
struct by_scalar_gradient {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::gradient(g, y);
  }
};
struct by_vjp {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::vjp([&](const auto& u) { return g(u[0]); }, std::array{y}, 1.0).adjoint[0];
  }
};
struct by_forward_jacobian {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::jacobian(
        [&](const auto& u) {
          return std::array{g(u[0]), g(u[0])};
        },
        std::array{y}, dad::forward)(1, 0);
  }
};
struct by_reverse_jacobian {
  template <class G, class Y>
  static auto slope(const G& g, const Y& y) {
    return dad::jacobian(
        [&](const auto& u) {
          return std::array{g(u[0]), g(u[0])};
        },
        std::array{y}, dad::reverse)(1, 0);
  }
};

/// d/dx by each driver of a function of one variable that calls Inner at a plain point, or at one of type T.
template <class Inner, bool PlainPoint>
struct outer_function {
  template <class T>
  static auto point() {
    if constexpr (PlainPoint)
      return 1.0;
    else
      return T(1);
  }
  // x d/dy (x + y) = x; the confused answer has derivative 2
  struct sum {
    template <class T>
    auto operator()(const T& x) const {
      return x * Inner::slope([&](const auto& y) { return x + y; }, point<T>());
    }
  };
  // x d/dy (x y^2 + sin x) = 2 x^2
  struct square {
    template <class T>
    auto operator()(const T& x) const {
      return x * Inner::slope([&](const auto& y) { return x * y * y + sin(x); }, point<T>());
    }
  };
  // d/dy exp(x y) = x e^x
  struct exponential {
    template <class T>
    auto operator()(const T& x) const {
      return Inner::slope([&](const auto& y) { return exp(x * y); }, point<T>());
    }
  };
  // nothing of x inside, nothing of y inside
  struct unrelated {
    template <class T>
    auto operator()(const T& x) const {
      const auto of_y = Inner::slope([](const auto& y) { return y * y * y; }, point<T>());
      const auto of_x = Inner::slope([&](const auto&) { return x * x; }, point<T>());
      return of_y * x + of_x;
    }
  };

  template <class F, class Check>
  static void each_outer_driver_forward(const F& f, const Check& check) {
    check(dad::derivative(f, 3.0));
    check(dad::jvp([&](const auto& u) { return f(u[0]); }, std::vector{3.0}, std::vector{1.0}).tangent);
  }
  template <class F, class Check>
  static void each_outer_driver_reverse(const F& f, const Check& check) {
    const auto of_vector = [&](const auto& u) { return f(u[0]); };
    check(dad::gradient(of_vector, std::vector{3.0})[0]);
    check(dad::vjp(of_vector, std::array{3.0}, 1.0).adjoint[0]);
  }

  template <class Each>
  static void check(const Each& each) {
    each(sum{}, [](double d) { CHECK(d == 1.0); });
    each(square{}, [](double d) { CHECK(d == 12.0); });
    each(exponential{}, [](double d) { CHECK(d == close_to(4 * std::exp(3.0))); });
    each(unrelated{}, [](double d) { CHECK(d == 3.0); });
  }
  static void check_forward() {
    check([](const auto& f, const auto& c) { each_outer_driver_forward(f, c); });
  }
  static void check_reverse() {
    check([](const auto& f, const auto& c) { each_outer_driver_reverse(f, c); });
  }
};

}  // namespace nested
