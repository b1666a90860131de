// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random statements on variables: assignments of every form, and sums that grow.

#pragma once

#include <functional>
#include <map>
#include <variant>

#include "reverse/folding/functions.hpp"

namespace test {

template <class S>
S expression(world<S>& w, dice d) {
  const int depth = 1 + static_cast<int>(d(3));
  return expression(w, d.split(), depth);
}

template <class S>
void assign(world<S>& w, dice d) {
  S& t = w.pick(d.split());
  switch (const dice a = d.split(); d(6)) {
    case 0:
      t = expression(w, a);
      break;
    case 1:
      t += expression(w, a);
      break;
    case 2:
      t -= expression(w, a);
      break;
    case 3:
      t *= expression(w, a);
      break;
    case 4: {
      S u = expression(w, a);
      t = u;
      t += u;
      break;
    }
    default: {
      S u = expression(w, a);
      t = std::move(u);
    }
  }
}

template <class S>
void divide(world<S>& w, dice d) {
  S& t = w.pick(d.split());
  const S u = expression(w, d.split());
  if (w.program.is_integral)
    t -= std::move(u);
  else
    t /= 2 + u * u;
}

/// A variable and itself.
template <class S>
void with_itself(world<S>& w, dice d) {
  S& t = w.pick(d.split());
  S& u = w.pick(d.split());
  switch (d(18)) {
    case 0:
      t = t * t;
      break;
    case 1:
      t *= t;
      break;
    case 2:
      t += t * t;
      break;
    case 3: {
      const S& same = t;
      t -= same;
      break;
    }
    case 4: {
      S& same = t;
      t = same;
      break;
    }
    case 5: {
      S& same = t;
      t = std::move(same);
      break;
    }
    case 6:
      t = -t;
      break;
    case 7:
      t = std::move(t) * u;
      break;
    case 8:
      t = u - std::move(t);
      break;
    case 9:
      t += u;
      t += t;
      break;
    case 10:
      t = t + u * t;
      t += t * u;
      t -= u - t;
      break;
    case 11:
      t = std::move(t) * std::move(t) - 1;
      break;
    case 12:
      t += std::move(t);
      break;
    case 13: {
      S s = expression(w, d.split());
      s += s * u;
      s *= s;
      s -= s * s;
      s += s * u * s;
      t = std::move(s);
      break;
    }
    case 14: {
      S s = expression(w, d.split());
      s += (s + u) * 2;
      s += -s;
      s += s;
      t = s;
      break;
    }
    case 15: {
      S s = t * u;
      s = std::move(s) + s * u;
      s = s * t + std::move(s);
      t = s;
      break;
    }
    case 16: {
      ++t;
      const S before = t++;
      t--;
      t -= u;
      t = before * t;
      break;
    }
    default:
      t = u = t * u;
      t += u;
      u += t;
  }
}

/// Sums in loops; now and then long enough for any limit of a statement and for streams to grow.
template <class S>
void running_sum(world<S>& w, dice d) {
  S& t = w.pick(d.split());
  const S &a = w.pick(d.split()), &b = w.pick(d.split());
  const std::size_t length = d(24) == 0 ? 250 + d(60) : d(100) == 0 ? 1500 : 2 + d(6);
  const std::size_t halfway = d(length);
  switch (d(15)) {
    case 12: {  // a matrix times a vector, by columns
      const std::vector<S>& e = w.elements;
      std::vector<S> sums(3, t);
      if (d(2) == 0) sums = {a - b, a * b, b - t};
      for (std::size_t i = 0; i < e.size(); ++i)
        for (std::size_t j = 0; j < 3; ++j) {
          if (i % 3 == 2)
            sums[j] -= e[j % 2] * e[i];
          else
            sums[j] += e[(i + j) % e.size()] * e[i];
        }
      t = sums[0] * sums[1] + sums[2] - sums[0];
      break;
    }
    case 13: {  // the same by rows, and into what the next ones read
      std::vector<S> e = w.elements;
      for (std::size_t i = 0; i + 1 < e.size(); ++i)
        for (std::size_t j = i + 1; j < e.size(); ++j) e[j] -= e[i] * (j % 2 == 0 ? a : e[i]);
      t = e.back() + e[1];
      break;
    }
    case 14: {  // squares
      S s = a * a, r = b - 1;
      for (std::size_t i = 0; i < std::min<std::size_t>(length, 20); ++i) {
        s += a * a;
        r -= (a - b) * (a - b);
      }
      t = s * r;
      break;
    }
    case 0: {
      S s = 0.0;
      for (std::size_t i = 0; i < length; ++i) s += a * b;
      t = s;
      break;
    }
    case 1: {
      S s = a * b;
      for (std::size_t i = 0; i < length; ++i) s += a * w.number(d.split());
      t = s * b;
      break;
    }
    case 2: {
      S s = a - b;
      S kept = 0.0;
      for (std::size_t i = 0; i < length; ++i) {
        s -= a;
        if (i == halfway) kept = s;
      }
      t = s - kept * a;
      break;
    }
    case 3: {
      S s = 1.0;
      for (std::size_t i = 0; i < length; ++i) s = std::move(s) + a * b - b;
      t = s;
      break;
    }
    case 4:
      for (std::size_t i = 0; i < std::min<std::size_t>(length, 9); ++i) t += t * (i % 3 == 0 ? 1 : -1);
      break;
    case 5: {
      std::vector<S> partial;
      S s = a;
      for (std::size_t i = 0; i < length; ++i) {
        s += i % 2 == 0 ? a * b : b;
        partial.push_back(s);
      }
      t = partial[halfway] * partial.back() - s;
      break;
    }
    case 6: {
      S s = 0.0, p = 0.0;  // two sums take turns
      for (std::size_t i = 0; i < length; ++i) {
        s += a * b;
        p -= b;
      }
      t = s * p;
      break;
    }
    case 7: {
      S s = 0.0;
      for (std::size_t i = 0; i < length; ++i) {
        s += a * b;
        if (i == halfway) w.engine.interrupt(w, d.split());
      }
      t = s;
      break;
    }
    case 8: {
      S s = a * b;
      const S& alias = s;
      for (std::size_t i = 0; i < std::min<std::size_t>(length, 6); ++i) s += alias * (i == halfway ? 1 : 0);
      t = alias - s * b;
      break;
    }
    case 9: {
      S s = a * b;
      S* const p = new S(std::move(s));
      for (std::size_t i = 0; i < length; ++i) *p += a * b;
      t = *p;
      s = 1.0;
      t += s;
      delete p;
      break;
    }
    case 10: {
      S wide = a + b;
      for (std::size_t i = 0; i < length; ++i) wide = wide + (a - w.number(d.split()) * b);
      t = std::move(wide);
      break;
    }
    default: {
      S s = 0.0;
      for (const S& x : w.elements)
        for (const S& y : w.elements) s += x * y;
      t = s - a;
    }
  }
}

/// Swaps, exchanges, structures and holders of one number.
template <class S>
void moved_about(world<S>& w, dice d) {
  S& t = w.pick(d.split());
  S& u = w.pick(d.split());
  const dice a = d.split();
  switch (d(14)) {
    case 0:
      std::swap(t, u);
      break;
    case 1: {
      S s = expression(w, a);
      std::swap(s, t);
      s += t;
      u = s;
      break;
    }
    case 2:
      u = std::exchange(t, expression(w, a));
      break;
    case 3:
      u += std::exchange(t, t * u);
      break;
    case 4:
      std::swap(w.points[0], w.points[1]);
      break;
    case 5: {
      point<S> p = w.points[0];
      p.x += p.y * u;
      p.y = p.x - t;
      w.points[1] = std::move(p);
      break;
    }
    case 6:
      std::tie(t, u) = std::make_tuple(u * 1, t + u);
      break;
    case 7: {
      const auto make = [&](const S& x) { return point<S>{x * u, x - t}; };
      w.points[1] = make(make(t).x);
      break;
    }
    case 8: {
      std::map<int, S> m;
      m[3] = expression(w, a);
      m[1] += m[3];
      m[3] += t * u;
      m.emplace(2, m[1] * u);
      t = m[1] + m[2] * m[3];
      break;
    }
    case 9: {
      std::variant<int, S> v(expression(w, a));
      std::variant<int, S> other = v;
      std::get<S>(v) += t;
      t = std::get<S>(std::move(v)) * u + std::get<S>(other);
      break;
    }
    case 10: {
      S s = expression(w, a);
      S r = s;
      s += t;
      std::swap(r, s);
      r += t;
      s -= r;
      t = s * r;
      break;
    }
    case 11: {
      S s = std::move(t);
      t = 2.0;
      s = std::move(s) * t;
      s += u;
      u = std::move(s);
      break;
    }
    case 12: {
      std::function<S()> f = [s = expression(w, a), &u]() mutable { return s += u; };
      S first = f();
      const auto g = f;
      t = first * f() - g();
      break;
    }
    default: {
      S s[3] = {expression(w, a), t, u};
      std::rotate(s, s + 1, s + 3);
      s[0] += s[2];
      t = s[0] * s[1] + s[2];
    }
  }
}

}  // namespace test
