// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One gradient by Sacado's reverse number, Rad.

#pragma once

#include <Sacado_trad.hpp>
#include <cstddef>
#include <vector>

namespace bench {

/// Rad's operators give references to nodes, which generic code that returns `auto` would copy: this one
/// gives itself, and a number made of a node is a pointer to it.
class rad {
  using number = Sacado::Rad::ADvar<double>;
  using node = Sacado::Rad::ADvari<double>;

 public:
  rad() = default;
  rad(double value) : x_(value) {}
  rad(node& n) : x_(n) {}
  rad(const rad& other) : x_(other.x_) {}
  rad& operator=(const rad& other) {
    x_ = const_cast<number&>(other.x_);  // Sacado assigns only what is not constant
    return *this;
  }

  [[nodiscard]] number& wrapped() { return x_; }

#define BENCH_RAD_OPERATOR(sign)                                                                          \
  friend rad operator sign(const rad& a, const rad& b) { return rad(const_cast<node&>(a.x_ sign b.x_)); } \
  friend rad operator sign(const rad& a, double b) { return rad(const_cast<node&>(a.x_ sign b)); }        \
  friend rad operator sign(double a, const rad& b) { return rad(const_cast<node&>(a sign b.x_)); }        \
  rad& operator sign##=(const rad& b) {                                                                   \
    x_ sign## = b.x_;                                                                                     \
    return *this;                                                                                         \
  }                                                                                                       \
  rad& operator sign##=(double b) {                                                                       \
    x_ sign## = b;                                                                                        \
    return *this;                                                                                         \
  }
  BENCH_RAD_OPERATOR(+)
  BENCH_RAD_OPERATOR(-)
  BENCH_RAD_OPERATOR(*)
  BENCH_RAD_OPERATOR(/)
#undef BENCH_RAD_OPERATOR
  friend rad operator-(const rad& a) { return rad(-a.x_); }
  friend rad exp(const rad& a) { return rad(exp(a.x_)); }
  friend rad log(const rad& a) { return rad(log(a.x_)); }
  friend rad tanh(const rad& a) { return rad(tanh(a.x_)); }
  friend bool operator>(const rad& a, const rad& b) { return a.x_.val() > b.x_.val(); }

 private:
  number x_;
};

template <class F>
class sacado_rad {
 public:
  static constexpr const char* name = "sacado_rad";

  explicit sacado_rad(const F& f) : f_(f) {}

  double operator()(const std::vector<double>& x, std::vector<double>& gradient) {
    std::vector<rad> point(x.begin(), x.end());
    rad y = f_(point);
    Sacado::Rad::ADvar<double>::Outvar_Gradcomp(y.wrapped());
    for (std::size_t k = 0; k < x.size(); ++k) gradient[k] = point[k].wrapped().adj();
    return y.wrapped().val();
  }

 private:
  F f_;
};

}  // namespace bench
