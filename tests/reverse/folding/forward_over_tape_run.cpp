// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs on duals of which the numbers are on a tape: values and tangents are swept both.

#include <dad/reverse/var.hpp>

#include "reverse/folding/forward_machine.hpp"
#include "reverse/folding/runs.hpp"

namespace test {

template <>
class machine<dad::dual<dad::var<>>> {
  using V = dad::var<>;
  using S = dad::dual<V>;

 public:
  explicit machine(outcome& result) : result_(result), activation_(tape_.activate()) {}

  static double plain(const S& x) { return dad::value(x); }
  [[nodiscard]] bool has_room() const { return inputs_.size() < most_inputs; }

  void input(S& x) {
    V v = plain(x);
    tape_.input(v);
    x = S(v);
    x.tangent() = second_direction(inputs_.size());
    inputs_.push_back(v);
  }
  void observe(const S& x) {
    result_.values.push_back(plain(x));
    const V value = x.value(), tangent = x.tangent();
    if (value.is_active()) tape_.backward(value);
    for (std::size_t i = 0; i < most_inputs; ++i) result_.gradients.push_back(adjoint(value, i));
    if (tangent.is_active()) tape_.backward(tangent);
    double second = 0.0;
    for (std::size_t i = 0; i < most_inputs; ++i) second += second_weight(i) * adjoint(tangent, i);
    result_.seconds.push_back(second);
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
  double interrupt(world<S>& w, dice d) {
    const S& x = w.pick(d.split());
    switch (d(3)) {
      case 0:
        if (x.tangent().is_active()) tape_.backward(x.tangent());
        break;
      case 1:
        (void)(x * x - x);
        break;
      default:
        tape_.rewind(tape_.position());
    }
    return 1.0;
  }
  void misuse(world<S>&, const S&, const S&, dice) {}
  void finish(world<S>&) {}

 private:
  [[nodiscard]] double adjoint(const V& of, std::size_t input) const {
    return of.is_active() && input < inputs_.size() ? tape_.adjoint(inputs_[input]) : 0.0;
  }

  outcome& result_;
  dad::tape<> tape_;
  dad::tape<>::activation activation_;
  std::vector<V> inputs_;
};

outcome run_forward_over_folded(const random_program& p) { return run<dad::dual<dad::var<>>>(p); }

}  // namespace test
