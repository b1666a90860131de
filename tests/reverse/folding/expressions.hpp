// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random expressions: every shape in which operands that are named, temporary, moved from or the same object
// meet.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <dad/op/reduction.hpp>

#include "reverse/folding/world.hpp"

namespace test {

/// A random expression that changes no variable of the world.
template <class S>
S expression(world<S>& w, dice d, int depth);

/// f(x, y) for operands of random kinds. f takes them by forwarding references.
template <class S, class F>
S in_any_shape(world<S>& w, dice d, int depth, const F& f) {
  const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
  const dice a = d.split(), b = d.split();
  switch (d(depth > 0 ? 16 : 4)) {
    case 0:
      return f(w.pick(a), w.pick(b));
    case 1:
      return f(w.pick(a), w.number(b));
    case 2:
      return f(w.number(a), w.pick(b));
    case 3: {
      const S& x = w.pick(a);
      return f(x, x);
    }
    case 4:
    case 5:
      return f(inner(a), w.pick(b));
    case 6:
    case 7:
      return f(w.pick(a), inner(b));
    case 8:
      return f(inner(a), inner(b));
    case 9:
      return f(inner(a), w.number(b));
    case 10:
      return f(w.number(a), inner(b));
    case 11: {
      w.note("same-moved-first");
      S t = inner(a);
      return f(std::move(t), t);
    }
    case 12: {
      w.note("same-moved-second");
      S t = inner(a);
      return f(t, std::move(t));
    }
    case 13: {
      w.note("same-moved-twice");
      S t = inner(a);
      return f(std::move(t), std::move(t));
    }
    case 14: {
      w.note("both-moved");
      S t = inner(a);
      S u = inner(b);
      if (d(2) == 0) return f(std::move(t), std::move(u));
      return f(std::move(u), std::move(t));
    }
    default: {
      w.note("const-moved");
      const S t = inner(a);
      return f(std::move(t), t) + t;
    }
  }
}

#define DAD_FORWARDED(sign)                                                \
  [](auto&& x, auto&& y) __attribute__((noinline))->S {                    \
    return std::forward<decltype(x)>(x) sign std::forward<decltype(y)>(y); \
  }

template <class S>
S sum_of_two(world<S>& w, dice d, int depth) {
  return in_any_shape(w, d, depth, DAD_FORWARDED(+));
}
template <class S>
S difference_of_two(world<S>& w, dice d, int depth) {
  return in_any_shape(w, d, depth, DAD_FORWARDED(-));
}
template <class S>
S product_of_two(world<S>& w, dice d, int depth) {
  return in_any_shape(w, d, depth, DAD_FORWARDED(*));
}
#undef DAD_FORWARDED

/// The operand that becomes a part of the denominator is given away before the other is read, so they differ.
template <class S>
S quotient(world<S>& w, dice d, int depth) {
  return in_any_shape(
      w, d, depth, [&w](auto&& x, auto&& y) __attribute__((noinline))->S {
        const bool is_positive = w.decide(y > 0);
        if (static_cast<const void*>(&x) == static_cast<const void*>(&y))
          return std::forward<decltype(x)>(x) / (is_positive ? 3 + y : S(y - 3.0));
        return std::forward<decltype(x)>(x) /
               (is_positive ? 3 + std::forward<decltype(y)>(y) : S(std::forward<decltype(y)>(y) - 3.0));
      });
}

template <class S>
S negated(world<S>& w, dice d, int depth) {
  return d(2) == 0 ? -expression(w, d.split(), depth - 1) : S(-w.pick(d.split()));
}

/// Long chains from left to right and from right to left.
template <class S>
S chain(world<S>& w, dice d, int depth) {
  const std::size_t kind = d(6);
  const S &a = w.pick(d.split()), &b = w.pick(d.split()), &c = w.pick(d.split()), &e = w.pick(d.split());
  const double k = w.number(d.split());
  switch (kind) {
    case 0:
      return a + b - c * e + k * a - b;
    case 1:
      return a - (b - (c - (e - a * b)));
    case 2:
      return ((a * k + b) * c - e) * a + k;
    case 3:
      return (a * b + c * e) - (a * c - b * e);
    case 4:
      return -(a * -(b - k)) * 2 - 1.5f * -c + static_cast<int>(k) * e;
    default:
      return (expression(w, d.split(), depth - 1) - a) * b + c * e - k;
  }
}

template <class S>
S by_value(S x) {
  x *= 2;
  return x;
}
template <class S>
S by_reference(const S& x) {
  return x * x - x;
}
template <class S>
S one_local(const S& x, const S& y) {
  S r = x * y;
  r += x;
  return r;
}
template <class S>
S one_of_two_locals(bool first, const S& x, const S& y) {
  S r = x * y;
  S q = x - y;
  q += r * x;
  if (first) return r;
  return q;
}
template <class S>
const S constant_result(const S& x, const S& y) {
  return x * y;
}
template <class T, class U>
auto forwarded(T&& x, U&& y) {
  auto r = x - y;
  return std::forward<T>(x) * std::forward<U>(y) - std::move(r);
}
template <class S>
S recursive(const S& x, int n) {
  return n == 0 ? x : recursive(S(x + n), n - 1) - x;
}

/// Through functions: by value, by reference, forwarded; results that are elided and that are not.
template <class S>
S through_functions(world<S>& w, dice d, int depth) {
  const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
  const std::size_t kind = d(14);
  const dice a = d.split(), b = d.split();
  S& x = w.pick(a);
  switch (kind) {
    case 0:
      return by_value(x) * x;
    case 1:
      return by_value(inner(b)) - x;
    case 2:
      return by_reference(inner(b)) + x;
    case 3:
      return one_local(x, inner(b)) * x;
    case 4:
      return one_of_two_locals(d(2) == 0, x, inner(b)) + inner(a);
    case 5:
      return constant_result(x, x) * x + constant_result(inner(b), x);
    case 6:
      return S(forwarded(x, x)) + S(forwarded(inner(b), x));
    case 7:
      return S(forwarded(inner(a), inner(b)));
    case 8: {
      S t = inner(b);
      return S(forwarded(t, std::move(t)));
    }
    case 9: {
      const auto f = [t = inner(b)](const S& y) { return t * y; };
      return f(x) + f(inner(a));
    }
    case 10: {
      const auto f = [&x](auto&&... terms) { return S((x + ... + std::forward<decltype(terms)>(terms))); };
      return f(inner(a), x, inner(b));
    }
    case 11: {
      const std::function<S(S)> f = [&x](S y) { return y * x; };
      return f(inner(b)) - f(x);
    }
    case 12: {
      S t = inner(b);
      auto f = [t = std::move(t)]() mutable { return std::move(t) * 2; };
      return S(f()) - x;
    }
    default:
      return recursive(x, 3) * recursive(inner(b), 2);
  }
}

/// Temporaries that get a name and are used more than once.
template <class S>
S bound(world<S>& w, dice d, int depth) {
  const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
  const std::size_t kind = d(17);
  const dice a = d.split(), b = d.split();
  const S& x = w.pick(a);
  switch (kind) {
    case 0: {
      const S& t = inner(b);
      return t * t + x * t;
    }
    case 1: {
      auto&& t = inner(b);
      t += x;
      S u = t * x;
      return u - std::move(t);
    }
    case 2: {
      S&& t = inner(b);
      S u = std::move(t) * x;
      return u * x;
    }
    case 3: {
      auto [t, u] = std::pair<S, S>(inner(a), inner(b));
      return t * u - t;
    }
    case 4: {
      const auto& [t, u, v] = std::tuple<S, S, S>(inner(a), x, inner(b));
      return t * u + v * t;
    }
    case 5: {
      const std::array<S, 3> t{inner(a), inner(b), x};
      return t[0] * t[1] + t[2] * t[0];
    }
    case 6: {
      const std::vector<S> t{inner(a), x, inner(b)};
      return t[0] - t[1] * t[2] + t[0];
    }
    case 7: {
      std::optional<S> t(inner(b));
      S u = *std::move(t) * x;
      t = inner(a);
      return u - *t;
    }
    case 8: {
      const auto t = std::make_unique<S>(inner(b));
      *t += x;
      return *t * *t + std::move(*t);
    }
    case 9: {
      S t = inner(b);
      const S u = t;  // two names of one value: neither may grow under the other
      t += x;
      return t * u;
    }
    case 10: {
      S t = inner(b);
      const S u = std::move(t) + x;
      t = u * x;
      return u - t;
    }
    case 11: {
      S t = inner(b);
      S u = inner(a);
      t += x;  // not the newest
      u += t;
      return u * t;
    }
    case 12: {
      S t = inner(b);
      S u = std::move(t);
      u += x;
      t = 1.0;
      return u + t;
    }
    case 13: {  // a sum grows between two temporaries
      S sum = inner(a);
      S t = inner(b);
      sum += x;
      S u = x * x - 1;
      return std::move(t) + std::move(u) - sum;
    }
    case 14: {
      S sum = inner(a);
      S t = inner(b);
      sum -= x * x;
      t += x * 2;
      return sum * t;
    }
    case 15: {
      S sum = inner(a);
      S t = x * x;
      sum += x;
      t += sum * x;
      return t - sum;
    }
    default: {
      S t = inner(b);
      const S* p = &t;
      t *= x;
      return *p * x + std::move(t);
    }
  }
}

/// Assignments inside an expression, and operands that they change.
template <class S>
S assigned_inside(world<S>& w, dice d, int depth) {
  const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
  const std::size_t kind = d(9);
  const dice a = d.split(), b = d.split();
  const S& x = w.pick(a);
  S t = inner(b);
  switch (kind) {
    case 0:
      return (t += x) * x;
    case 1:
      return std::move(t = x * x) * x;
    case 2:
      return x - std::move(t += x) * x;
    case 3:
      return (t *= t) - x;
    case 4: {
      S u = (t -= x * t);
      return u * t;
    }
    case 5: {
      S u = t++;
      --t;
      return u * t;
    }
    case 6: {
      S u = x;
      u += t += x * x;
      return u * t;
    }
    case 7: {
      S u = std::exchange(t, t * x);
      return u - t;
    }
    default:
      t += t * x;
      t -= x * t;
      t += std::move(t);
      return t;
  }
}

/// Both arms of different kinds.
template <class S>
S chosen(world<S>& w, dice d, int depth) {
  const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
  const std::size_t kind = d(8);
  const dice a = d.split(), b = d.split();
  const S &x = w.pick(a), &y = w.pick(b);
  const bool flag = kind < 4 ? d(2) == 0 : w.decide(x > y);
  switch (kind) {
    case 0:
      return (flag ? x : y) * x;
    case 1:
      return (flag ? inner(a) : x) * y;
    case 2:
      return (flag ? inner(a) : inner(b)) - x;
    case 3: {
      S t = inner(a);
      S u = inner(b);
      return (flag ? std::move(t) : std::move(u)) * x + y;
    }
    case 4:
      return flag ? x * y : S(0.0);
    case 5: {
      auto&& t = flag ? x : inner(b);
      return t * x + t;
    }
    case 6: {
      S t = inner(a);
      const S& u = flag ? t : x;
      return u * t + u;
    }
    default: {
      if (flag) return inner(a) * x;
      return x - inner(b);
    }
  }
}

/// Sums over ranges by the standard algorithms, which move from their accumulators.
template <class S>
S by_algorithm(world<S>& w, dice d, int depth) {
  const std::vector<S>& e = w.elements;
  const dice a = d.split();
  const S& x = w.pick(d.split());
  switch (d(8)) {
    case 0:
      return std::accumulate(e.begin(), e.end(), expression(w, a, depth - 1));
    case 1:
      return std::accumulate(e.begin(), e.end(), x,
                             [](auto&& s, const S& y) { return std::forward<decltype(s)>(s) - y * y; });
    case 2:
      return std::inner_product(e.begin(), e.end(), e.rbegin(), S(0.0)) * x;
    case 3:
      return std::reduce(e.begin(), e.end(), x);
    case 4:
      return std::transform_reduce(e.begin(), e.end(), expression(w, a, depth - 1), std::plus<>(),
                                   [&x](const S& y) { return y * x; });
    case 5:
      return std::accumulate(e.begin(), e.end(), S(1.0),
                             [](S s, const S& y) { return std::move(s) + y * s; });
    case 6: {
      S s = 0.0;
      for (const S& y : e) s = s + y * x;
      return s;
    }
    default: {
      std::vector<S> t(e.size());
      std::transform(e.begin(), e.end(), t.begin(), [&](const S& y) { return y * x - y; });
      return std::accumulate(std::make_move_iterator(t.begin()), std::make_move_iterator(t.end()), x);
    }
  }
}

/// What happens on the tape between the two operands of an operation.
template <class S>
S interrupted(world<S>& w, dice d, int depth) {
  const dice a = d.split(), b = d.split();
  const S& x = w.pick(a);
  switch (d(3)) {
    case 0:
      return expression(w, b, depth - 1) * w.engine.interrupt(w, d.split()) + x;
    case 1: {
      S t = expression(w, b, depth - 1);
      const double one = w.engine.interrupt(w, d.split());
      return std::move(t) * one - x;
    }
    default: {
      S t = expression(w, b, depth - 1);
      t *= w.engine.interrupt(w, d.split());
      t += x;
      return t;
    }
  }
}

/// Exceptions in the middle of an expression.
template <class S>
S thrown_away(world<S>& w, dice d, int depth) {
  const auto inner = [&](dice e) { return expression(w, e, depth - 1); };
  const dice a = d.split(), b = d.split();
  const S& x = w.pick(a);
  const auto thrower = [&](S t) -> S {
    if (w.program.start != 0) throw std::move(t);
    return t;
  };
  S kept = inner(a);
  try {
    kept += inner(b) * thrower(x * x) - x;
  } catch (S& t) {
    return std::move(t) * x + std::move(kept);
  }
  return kept;
}

}  // namespace test
