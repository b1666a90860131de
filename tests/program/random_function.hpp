// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions made of random statements, over all operations: generic in their scalar, and smooth enough where
// they are evaluated that rounding is all that tells two ways to differentiate them apart.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <dad/op/list.hpp>

namespace test {

/// registers[target] = operation(registers[a], registers[b], registers[c], constant).
struct statement {
  int operation = 0;
  std::size_t target = 0, a = 0, b = 0, c = 0;
  double constant = 0;
};

inline constexpr int statement_kinds = 82;

/// The result of a statement; a, b and c are in [-1, 1], k in [-1.5, 1.5].
template <class T>
T result_of(int operation, const T& a, const T& b, const T& c, double k) {
  switch (operation) {
    // arithmetic
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a / (b + 1.5);
    case 4:
      return -a * c;
    case 5:
      return k - a;
    case 6:
      return a * k;
    case 7:
      return k / (a + 2);
    case 8:
      return fma(a, b, c);
    case 9:
      return lerp(a, b, c);
    case 10:
      return dad::square(a) - b;
    // exponential
    case 11:
      return exp(a);
    case 12:
      return exp2(a);
    case 13:
      return expm1(a * b);
    case 14:
      return log(a + 1.5);
    case 15:
      return log2(a + 2);
    case 16:
      return log10(a + 2);
    case 17:
      return log1p(a * 0.5);
    case 18:
      return sqrt(a + 1.25);
    case 19:
      return cbrt(a + 2);
    case 20:
      return pow(a + 1.5, b);
    case 21:
      return pow(a + 2, k);
    case 22:
      return pow(a - b, 3);
    case 23:
      return pow(2 + k, a);
    // trigonometric
    case 24:
      return sin(a);
    case 25:
      return cos(3 * a);
    case 26:
      return tan(a * 0.7);
    case 27:
      return asin(a * 0.9);
    case 28:
      return acos(a * 0.9);
    case 29:
      return atan(a);
    case 30:
      return atan2(a, b + 1.5);
    case 31:
      return hypot(a, b + 1.25);
    case 32:
      return hypot(a, b, c + 1.25);
    // hyperbolic
    case 33:
      return sinh(a);
    case 34:
      return cosh(a);
    case 35:
      return tanh(a * 2);
    case 36:
      return asinh(a);
    case 37:
      return acosh(a + 2.5);
    case 38:
      return atanh(a * 0.8);
    // probability
    case 39:
      return erf(a);
    case 40:
      return erfc(a);
    case 41:
      return dad::norm_pdf(a);
    case 42:
      return dad::norm_cdf(a);
    case 43:
      return lgamma(a + 2.5);
    case 44:
      return tgamma(a + 2.5);
    case 45:
      return dad::digamma(a + 2.5);
    case 46:
      return dad::polygamma(1, a + 2.5);
    case 47:
      return dad::sigmoid(a);
    case 48:
      return dad::softplus(a);
    case 49:
      return dad::log_sum_exp(a, b);
    // piecewise
    case 50:
      return abs(a) * b;
    case 51:
      return dad::relu(a) + c;
    case 52:
      return copysign(a, b);
    case 53:
      return min(a, b);
    case 54:
      return max(a, b);
    case 55:
      return fmin(a, b);
    case 56:
      return fmax(a, b);
    case 57:
      return dad::clamp(a, -0.5, c + 1.25);
    case 58:
      return fdim(a, b);
    case 59:
      return fmod(a * 5 + k, b + 1.7);
    case 60:
      return remainder(a * 3, b + 1.6);
    case 61:
      return nextafter(a, b);
    case 62:
      return ldexp(a, -1);
    case 63:
      return floor(a * 3 + k) * b;
    case 64:
      return ceil(a * 3 + k) + b;
    case 65:
      return round(a * 3 + k) * c;
    case 66:
      return trunc(a * 3 + k) - b;
    case 67:
      return rint(a * 3 + k) * nearbyint(b * 3 + k);
    case 68:
      return logb(a + 2) * b + dad::sign(a + k);
    // choices and branches
    case 69:
      return dad::select(a < b, a * c, b);
    case 70:
      return dad::select(a * c >= k, sqrt(a + 1.5), a * b);
    case 71:
      return a > b ? T(a * c) : T(b);
    case 72:
      return a + k > 0 ? sin(b) : b * c;
    case 73:
      return a * static_cast<int>(b * 3 + k);
    // many terms
    case 74: {
      T s = a;
      for (int i = 0; i < 5; ++i) s += a * b - c * (i + k);
      return s * 0.25;
    }
    case 75:
      return a * b - b * c + a * c - (a - b) + k * a;
    case 76:
      return dad::dot(std::array<T, 3>{a, b, c}, std::array<T, 3>{c, a, b});
    case 77:
      return dad::norm(std::array<T, 5>{a, b, c, T(k), a * b});
    case 78:
      return dad::log_sum_exp(std::array<T, 4>{a, b, c, T(k)});
    case 79:
      return a * (-b) + (-c) * (-a);
    case 80:
      return a * 0 + b * 1 - c * -1;
    default:
      return T(k);
  }
}

struct random_function {
  std::vector<statement> statements;

  /// All registers at the end.
  template <class T>
  [[nodiscard]] std::vector<T> registers(std::vector<T> r) const {
    for (const statement& s : statements)
      r[s.target] = sin(result_of<T>(s.operation, r[s.a], r[s.b], r[s.c], s.constant));
    return r;
  }

  /// Their sum with weights.
  template <class T>
  T operator()(const std::vector<T>& x) const {
    const std::vector<T> r = registers(x);
    T sum = 0;
    for (std::size_t i = 0; i < r.size(); ++i) sum += r[i] * (1.0 + static_cast<double>(i));
    return sum;
  }
};

inline random_function make_random_function(std::mt19937& engine, std::size_t registers, std::size_t length) {
  std::uniform_real_distribution<double> constant(-1.5, 1.5);
  random_function f;
  for (std::size_t i = 0; i < length; ++i)
    f.statements.push_back({static_cast<int>(engine() % statement_kinds), engine() % registers,
                            engine() % registers, engine() % registers, engine() % registers,
                            constant(engine)});
  return f;
}

inline std::vector<double> random_point(std::mt19937& engine, std::size_t size) {
  std::uniform_real_distribution<double> number(-1.0, 1.0);
  std::vector<double> x(size);
  for (double& value : x) value = number(engine);
  return x;
}

}  // namespace test
