// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs in plain numbers, with one input moved a little: for differences, which know nothing of
// derivatives.

#include "reverse/folding/observations.hpp"
#include "reverse/folding/runs.hpp"

namespace test {

namespace {
thread_local std::size_t moved_input = most_inputs;
thread_local double shift = 0.0;
thread_local std::vector<double>
    input_values;  // of the run in which nothing is moved, in the order of the calls
thread_local std::size_t calls = 0;
}  // namespace

template <>
class machine<double> {
 public:
  explicit machine(outcome& result) : result_(result) {}

  static double plain(double x) { return x; }
  [[nodiscard]] bool has_room() const { return inputs_ < most_inputs; }
  void input(double& x) {
    // An input made of a variable depends on nothing before it.
    if (moved_input == most_inputs)
      input_values.push_back(x);
    else
      x = input_values.at(calls++);
    if (inputs_++ == moved_input) x += shift;
  }
  void observe(double x) { result_.values.push_back(x); }
  void observe(const std::vector<double>& xs, const std::vector<double>& weights) {
    double sum = 0.0;
    for (std::size_t i = 0; i < xs.size(); ++i) sum += weights[i] * xs[i];
    observe(sum);
  }
  template <class F>
  void rewound(world<double>&, double z, double, std::size_t count, const F& term) {
    double sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) sum += (static_cast<double>(k) - 1.0) * term(k);
    observe(sum + z);
  }
  double interrupt(world<double>&, dice) { return 1.0; }
  void misuse(world<double>&, double, double, dice) {}
  void finish(world<double>&) {}

 private:
  outcome& result_;
  std::size_t inputs_ = 0;
};

outcome run_plain(const random_program& p, std::size_t input, double by) {
  moved_input = input;
  calls = 0;
  if (input == most_inputs) input_values.clear();
  shift = by;
  return run<double>(p);
}

}  // namespace test
