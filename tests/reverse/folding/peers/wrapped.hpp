// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The numbers of other libraries of derivatives in random programs: their operators give types of their own,
// which generic code that works with double does not expect, so each is wrapped in one that gives itself.

#pragma once

#include <cmath>

#include "reverse/folding/observations.hpp"
#include "reverse/folding/runs.hpp"

namespace test {

template <class A>
class wrapped {
 public:
  wrapped() { x = 0.0; }
  wrapped(double value) { x = value; }
  wrapped(const wrapped& other) : x(other.x) {}
  wrapped& operator=(const wrapped& other) {
    A copy(other.x);  // Sacado assigns only what is not constant
    x = copy;
    return *this;
  }

#define DAD_WRAPPED_OPERATOR(sign)                                   \
  friend wrapped operator sign(const wrapped& a, const wrapped& b) { \
    wrapped c;                                                       \
    c.x = a.x sign b.x;                                              \
    return c;                                                        \
  }                                                                  \
  friend wrapped& operator sign##=(wrapped& a, const wrapped& b) { return a = a sign b; }
  DAD_WRAPPED_OPERATOR(+)
  DAD_WRAPPED_OPERATOR(-)
  DAD_WRAPPED_OPERATOR(*)
  DAD_WRAPPED_OPERATOR(/)
#undef DAD_WRAPPED_OPERATOR
#define DAD_WRAPPED_FUNCTION(f)        \
  friend wrapped f(const wrapped& a) { \
    wrapped c;                         \
    c.x = f(a.x);                      \
    return c;                          \
  }
  DAD_WRAPPED_FUNCTION(sin)
  DAD_WRAPPED_FUNCTION(cos)
  DAD_WRAPPED_FUNCTION(exp)
  DAD_WRAPPED_FUNCTION(log)
  DAD_WRAPPED_FUNCTION(sqrt)
  DAD_WRAPPED_FUNCTION(tanh)
  DAD_WRAPPED_FUNCTION(atan)
  DAD_WRAPPED_FUNCTION(operator-)
#undef DAD_WRAPPED_FUNCTION
  friend wrapped pow(const wrapped& a, const wrapped& b) {
    wrapped c;
    c.x = pow(a.x, b.x);
    return c;
  }
  friend wrapped pow(const wrapped& a, double b) {
    wrapped c;
    c.x = pow(a.x, b);
    return c;
  }

  friend wrapped& operator++(wrapped& a) { return a += 1.0; }
  friend wrapped& operator--(wrapped& a) { return a -= 1.0; }
  friend wrapped operator++(wrapped& a, int) {
    const wrapped before = a;
    ++a;
    return before;
  }
  friend wrapped operator--(wrapped& a, int) {
    const wrapped before = a;
    --a;
    return before;
  }
  friend bool operator<(const wrapped& a, const wrapped& b) { return plain(a.x) < plain(b.x); }
  friend bool operator>(const wrapped& a, const wrapped& b) { return b < a; }

  A x;
};

/// Runs on another library: inputs and observations go to a list, from which its derivatives are taken at the
/// end. List has input(A&), which gives the input's number, and observe(A&), and inputs of programs inside
/// programs are its too.
template <class A, class List>
class peer_machine {
  using S = wrapped<A>;

 public:
  explicit peer_machine(outcome& result) : result_(result) {}

  static double plain(const S& x) { return test::plain(x.x); }
  [[nodiscard]] bool has_room() const { return inputs_.size() < most_inputs; }
  void input(S& x) { inputs_.push_back(List::active->input(x.x)); }
  void observe(const S& x) {
    result_.values.push_back(plain(x));
    List::active->observe(x.x, inputs_);
  }
  void observe(const std::vector<S>& xs, const std::vector<double>& weights) {
    S sum = 0.0;
    for (std::size_t i = 0; i < xs.size(); ++i) sum += weights[i] * xs[i];
    observe(sum);
  }
  template <class F>
  void rewound(world<S>&, const S& z, const S&, std::size_t count, const F& term) {
    S sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) sum += (static_cast<double>(k) - 1.0) * S(term(k));
    observe(sum + z);
  }
  double interrupt(world<S>&, dice) { return 1.0; }
  void misuse(world<S>&, const S&, const S&, dice) {}
  void finish(world<S>&) {}

 private:
  outcome& result_;
  std::vector<std::size_t> inputs_;
};

}  // namespace test
