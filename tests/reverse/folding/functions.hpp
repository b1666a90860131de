// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random expressions, part two: the elementary functions, and the choice among all.

#pragma once

#include "reverse/folding/expressions.hpp"

namespace test {

/// Smooth functions that every library of derivatives has.
template <class S>
S smooth_function(world<S>& w, dice d, int depth) {
  using std::atan;
  using std::cos;
  using std::exp;
  using std::log;
  using std::pow;
  using std::sin;
  using std::sqrt;
  using std::tanh;
  const std::size_t kind = d(10);
  const bool is_named = d(2) == 0;
  const dice a = d.split();
  const auto argument = [&] { return expression(w, a, depth - 1); };
  S& x = w.pick(a);
  switch (kind) {
    case 0:
      return is_named ? S(sin(x)) : S(sin(argument()));
    case 1:
      return is_named ? S(cos(x)) : S(cos(argument()));
    case 2:
      return is_named ? S(exp(sin(x))) : S(exp(tanh(argument())));
    case 3: {
      S t = argument();
      return log(2 + t * t);
    }
    case 4: {
      S t = argument();
      return sqrt(std::move(t) * t + 1);
    }
    case 5:
      return is_named ? S(tanh(x)) : S(tanh(argument()));
    case 6:
      return is_named ? S(atan(x)) : S(atan(argument()));
    case 7:
      return pow(2 + sin(argument()), w.number(d.split()));
    case 8:
      return pow(1.5 + cos(x), 2 + sin(argument()));
    default: {
      const S& t = argument();
      return exp(-0.5 * t * t) * t;
    }
  }
}

/// Functions that dad has beside these, of one to three operands and of ranges; exact ones for integers
/// first.
template <class S>
S own_function(world<S>& w, dice d, int depth) {
  if constexpr (!dad::number<S>) {
    return product_of_two(w, d, depth);
  } else {
    using namespace dad;
    using std::fma;
    using std::hypot;
    const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
    const std::size_t kind = d(w.program.is_integral ? 13 : 25);
    const dice a = d.split(), b = d.split(), c = d.split();
    S& x = w.pick(a);
    S& y = w.pick(b);
    const double k = w.number(c);
    switch (kind) {
      case 0:
        return fma(inner(a), y, inner(c));
      case 1:
        return fma(x, inner(b), x);
      case 2: {
        S t = inner(b);
        return fma(std::move(t), t, x * t);
      }
      case 3:
        return square(inner(a)) - y;
      case 4:
        return min(inner(a), y) * max(x, inner(b));
      case 5:
        return max(inner(a), S(1)) - min(x, k);
      case 6:
        return abs(inner(a)) * y + relu(inner(b));
      case 7:
        return select(x > y, inner(a), inner(b)) * x;
      case 8:
        return clamp(inner(a), S(-2), x > 0 ? S(x) : S(2 - x));
      case 9:
        return dot(w.elements, std::vector<S>(w.elements.rbegin(), w.elements.rend())) * inner(a);
      case 10:
        return dot(w.elements, std::vector<double>(w.elements.size(), 2.0)) - inner(a);
      case 11: {
        std::vector<S> t{inner(a), x, inner(b), y};
        t[0] += x;
        S both = dot(t, t);
        t[0] += y;  // what dot knows of it stays
        both -= t[0];
        return both * dot(t, w.variables.size() < 6 ? t : std::vector<S>(4, y));
      }
      case 12:
        return fdim(inner(a), y) + fmax(x, inner(b)) * copysign(S(2), x);
      case 13:
        return hypot(1 + inner(a), y) - hypot(x, 2.0, inner(b));
      case 14:
        return log_sum_exp(w.elements) * inner(a) + log_sum_exp(inner(b), x);
      case 15:
        return norm(w.elements) + expm1(tanh(inner(a)));
      case 16:
        return atan2(inner(a), 3 + sin(inner(b)));
      case 17:
        return lerp(inner(a), y, inner(c));
      case 18:
        return erf(inner(a)) * sigmoid(inner(b)) + softplus(inner(c));
      case 19:
        return log1p(square(inner(a))) + cbrt(2 + cos(inner(b)));
      case 20:
        return lgamma(3 + sin(inner(a))) - asinh(inner(b));
      case 21:
        return asin(0.5 * sin(inner(a))) + cosh(tanh(inner(b)));
      case 22:
        return ldexp(inner(a), 2) - fmod(7.25 + sin(inner(b)), 3 + cos(x));
      case 23:
        return floor(inner(a)) * y + norm_cdf(inner(b));
      default:
        return 1 / (2 + square(inner(a))) + exp2(sin(inner(b)));
    }
  }
}

/// Infinite partials behind a partial that is zero, and before one.
template <class S>
S singular(world<S>& w, dice d, int depth) {
  if constexpr (!dad::number<S>) {
    return product_of_two(w, d, depth);
  } else {
    using namespace dad;
    using std::cbrt;
    using std::pow;
    using std::sqrt;
    const dice a = d.split(), b = d.split();
    const S t = expression(w, a, depth - 1);
    const S& y = w.pick(b);
    const double value = w.engine.plain(t);
    switch (d(17)) {
      case 16: {
        const S infinite = exp(800.0 + t);
        return 0.0 * (infinite * y) + y * t;
      }
      case 15: {
        S p = sqrt(t - value) * 2.0;
        S q = y * 3.0;
        S r = std::move(p) - std::move(q);
        return 0.0 * std::move(r) + y;
      }
      case 14:
        return 0.0 * (sqrt(t - value) * 2.0 - y * 3.0) + y;
      case 9:
        return 0.0 * (sqrt(t - value) + y * 3.0 - t) + y;
      case 10:
        return (sqrt(t - value) * 2.0 - y / 3.0) * (y - w.engine.plain(y)) - t;
      case 11:
        return (y * t - sqrt(t - value) + y) * 0.0 + y * t;
      case 12:
        return 0.0 * (exp(800.0 + t) * y + t * y) + y * t;  // of an infinite value, too
      case 13: {
        S s = exp(800.0 + t) * y - t;
        s *= y - w.engine.plain(y);
        s += y;
        return s;
      }
      case 0:
        return 0.0 * sqrt(t - value) + y;
      case 1:
        return sqrt(t - value) * (y - w.engine.plain(y)) + y;
      case 2:
        return sqrt(0.0 * (t - value)) + y;
      case 3:
        return square(sqrt(t - value)) * y;
      case 4:
        return cbrt(t - value) * 0.0 - cbrt(t - value) * (y - w.engine.plain(y));
      case 5:
        return sqrt(t - value) * y;
      case 6:
        return pow(t - value, 0.5) * 0 + y * 2;
      case 7:
        return relu(-1 - sqrt(t - value)) * y + min(S(-1), S(sqrt(t - value)));
      default: {
        S s = y;
        s += 0.0 * sqrt(t - value);
        s -= sqrt(t - value) * 0.0;
        return s;
      }
    }
  }
}

template <class S>
struct expression_kind {
  const char* name;
  S (*make)(world<S>&, dice, int);
  enum { exact, rounding, own, unbounded } kind;
};

template <class S>
[[gnu::noinline]] S expression(world<S>& w, dice d, int depth) {
  using kind = expression_kind<S>;
  static constexpr kind kinds[] = {
      {"sum", sum_of_two<S>, kind::exact},
      {"sum", sum_of_two<S>, kind::exact},
      {"difference", difference_of_two<S>, kind::exact},
      {"product", product_of_two<S>, kind::exact},
      {"product", product_of_two<S>, kind::exact},
      {"negated", negated<S>, kind::exact},
      {"chain", chain<S>, kind::exact},
      {"through_functions", through_functions<S>, kind::exact},
      {"bound", bound<S>, kind::exact},
      {"assigned_inside", assigned_inside<S>, kind::exact},
      {"chosen", chosen<S>, kind::exact},
      {"by_algorithm", by_algorithm<S>, kind::exact},
      {"interrupted", interrupted<S>, kind::exact},
      {"thrown_away", thrown_away<S>, kind::exact},
      {"quotient", quotient<S>, kind::rounding},
      {"smooth_function", smooth_function<S>, kind::rounding},
      {"smooth_function", smooth_function<S>, kind::rounding},
      {"own_function", own_function<S>, kind::own},
      {"own_function", own_function<S>, kind::own},
      {"singular", singular<S>, kind::unbounded},
  };
  if (depth <= 0) {
    const dice a = d.split(), b = d.split();
    if (d(6) == 0) return w.number(a);  // a passive temporary
    if (d(5) == 0) return w.pick(a);    // a copy
    if (d(2) == 0) return w.pick(a) * w.pick(b);
    return w.pick(a) - w.number(b);
  }
  for (;;) {
    const kind& k = kinds[d(std::size(kinds))];
    if (w.program.is_integral && k.kind == kind::rounding) continue;
    if (w.program.is_common && k.kind == kind::own) continue;
    if (k.kind == kind::unbounded && !w.program.is_singular) continue;
    w.note(k.name);
    return k.make(w, d.split(), depth);
  }
}

}  // namespace test
