// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random statements about derivatives: sweeps in the middle, inputs made late, rewinds, other tapes, misuse.

#pragma once

#include <cfenv>

#include "reverse/folding/containers.hpp"

namespace test {

template <class S>
void run(const random_program& p, outcome& result, bool is_traced);

template <class S>
void observe(world<S>& w, dice d) {
  S& x = w.pick(d.split());
  switch (const dice a = d.split(); d(5)) {
    case 0:
      w.engine.observe(x);
      break;
    case 1:
      w.engine.observe(expression(w, a));
      break;
    case 2: {
      S s = expression(w, a);
      w.engine.observe(s);
      s += x;
      s += x * s;
      w.engine.observe(s);
      x = s;
      break;
    }
    case 3: {
      S s = expression(w, a);
      w.engine.observe(s);
      x = std::move(s) * x + std::move(s);
      break;
    }
    default: {
      std::vector<S> ys{expression(w, a), x};
      ys.push_back(x * ys[0]);
      ys.push_back(ys[0]);
      w.engine.observe(ys, std::vector<double>{1.0, -2.0, 3.0, 0.0});
      x -= ys[2];
    }
  }
}

template <class S>
void make_input(world<S>& w, dice d) {
  S& x = w.pick(d.split());
  const S& y = w.pick(d.split());
  if (!w.engine.has_room()) return;
  switch (const dice a = d.split(); d(5)) {
    case 0:
      w.engine.input(x);
      break;
    case 1:
      x = w.number(a);
      w.engine.input(x);
      break;
    case 2: {
      S t = expression(w, a);
      w.engine.input(t);  // a temporary's statement came before
      S u = t;
      u += std::move(t) * y;
      x = u;
      break;
    }
    case 3: {
      S t = expression(w, a);
      w.engine.input(t);
      t += y;  // must not change the input's own statement
      x = t * y;
      break;
    }
    default: {
      S t = expression(w, a);
      S u = w.number(a);
      w.engine.input(u);
      t += u * y;
      u += t;
      x = std::move(u) * std::move(t);
    }
  }
}

/// Terms that are swept and taken back one by one.
template <class S>
void rewound_terms(world<S>& w, dice d) {
  const dice a = d.split(), b = d.split();
  const S& x = w.pick(d.split());
  const S z = w.pick(d.split());
  S base = expression(w, a);
  switch (d(6)) {
    case 0:
      w.engine.rewound(w, z, base, 3,
                       [&](std::size_t k) { return expression(w, dice(b).split(), 1 + int(k)); });
      break;
    case 1:
      w.engine.rewound(w, z, base, 1, [&](std::size_t) { return std::move(base) * x; });
      base = 1.0;
      break;
    case 2:
      w.engine.rewound(w, z, base, 1, [&](std::size_t) { return base += x * x; });
      base = 1.0;
      break;
    case 3:
      w.engine.rewound(w, z, base, 1, [&](std::size_t) {
        S s = base;
        base += x;
        return s * base;
      });
      base = 2.0;
      break;
    case 4:
      w.engine.rewound(w, z, base, 2, [&](std::size_t) { return base * x + base; });
      break;
    default:
      w.engine.rewound(w, z, base, 2, [&](std::size_t k) {
        S s = base * x;
        s += expression(w, b, static_cast<int>(k));
        return s - base;
      });
  }
  w.pick(d.split()) = base * z;
}

/// A program of its own, on another tape.
template <class S>
void nested(world<S>& w, dice d) {
  S& x = w.pick(d.split());
  random_program p = w.program;
  p.start = d.next();
  p.statements.clear();
  for (std::size_t i = 1 + d(2); i > 0; --i) p.statements.push_back(d.next());
  if (w.result.depth > 2) return;
  S t = expression(w, d.split());
  run<S>(p, w.result, false);
  x = std::move(t) * x;
}

/// What must be refused is, and leaves everything as it was.
template <class S>
void misuse(world<S>& w, dice d) {
  S& x = w.pick(d.split());
  S t = expression(w, d.split());
  w.engine.misuse(w, t, x, d.split());
  x -= std::move(t);
}

template <class S>
struct statement_kind {
  const char* name;
  void (*run)(world<S>&, dice);
};

template <class S>
[[gnu::noinline]] void run_statement(world<S>& w, std::uint64_t seed) {
  static constexpr statement_kind<S> kinds[] = {
      {"assign", assign<S>},
      {"assign", assign<S>},
      {"divide", divide<S>},
      {"with_itself", with_itself<S>},
      {"with_itself", with_itself<S>},
      {"running_sum", running_sum<S>},
      {"moved_about", moved_about<S>},
      {"moved_about", moved_about<S>},
      {"change_container", change_container<S>},
      {"reorder", reorder<S>},
      {"run_algorithm", run_algorithm<S>},
      {"observe", observe<S>},
      {"make_input", make_input<S>},
      {"rewound_terms", rewound_terms<S>},
      {"nested", nested<S>},
      {"misuse", misuse<S>},
  };
  dice d(seed);
  const auto& kind = kinds[d(std::size(kinds))];
  w.note("|");
  w.note(kind.name);
  kind.run(w, d.split());
}

/// Runs a program on numbers of type S and adds what it observes to the result.
template <class S>
void run(const random_program& p, outcome& result, bool is_traced) {
  ++result.depth;
  machine<S> engine(result);
  world<S> w(p, engine, result, is_traced);
  for (const std::uint64_t seed : p.statements) {
    run_statement(w, seed);
    w.tame();
  }
  std::vector<S> all;
  std::vector<double> weights;
  w.for_each([&](const S& x) {
    all.push_back(x);
    weights.push_back(static_cast<double>(all.size() % 5) - 2.0);
  });
  w.engine.observe(all, weights);
  w.engine.finish(w);
  --result.depth;
}

/// The same from the start, noting whether any operation rounded.
template <class S>
outcome run(const random_program& p, bool is_traced = false) {
  outcome result;
  std::feclearexcept(FE_ALL_EXCEPT);
  try {
    run<S>(p, result, is_traced);
  } catch (const std::exception& e) {
    result.exception = e.what();
  }
  result.is_exact = std::fetestexcept(FE_INEXACT) == 0;
  return result;
}

}  // namespace test
