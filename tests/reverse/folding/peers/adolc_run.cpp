// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs by ADOL-C: traced once, and the trace evaluated backwards for each observation.

#include <adolc/adolc.h>

namespace test {
inline double plain(const adouble& x) { return x.value(); }
}  // namespace test

#include "reverse/folding/peers/peer_runs.hpp"
#include "reverse/folding/peers/wrapped.hpp"

namespace test {

namespace {

struct trace_list {
  static inline trace_list* active = nullptr;
  static constexpr short tag = 1;

  std::size_t input(adouble& x) {
    adouble& fresh = places.at(point.size());
    point.push_back(x.value());
    fresh <<= point.back();
    x = fresh;
    return point.size() - 1;
  }
  void observe(const adouble& x, const std::vector<std::size_t>& inputs) {
    double value = 0.0;
    adouble y = x;
    y >>= value;
    inputs_of.push_back(inputs);
  }

  void take(outcome& result) const {
    const int n = static_cast<int>(point.size()), m = static_cast<int>(inputs_of.size());
    std::vector<double> values(inputs_of.size()), seed(inputs_of.size()), gradient(point.size());
    zos_forward(tag, m, n, 1, point.data(), values.data());
    for (std::size_t i = 0; i < inputs_of.size(); ++i) {
      seed[i] = 1.0;
      fos_reverse(tag, m, n, seed.data(), gradient.data());
      seed[i] = 0.0;
      for (std::size_t k = 0; k < most_inputs; ++k)
        result.gradients.push_back(k < inputs_of[i].size() ? gradient[inputs_of[i][k]] : 0.0);
    }
  }

  // ADOL-C's sweep does not end at an input: it must have a place that nothing had before.
  std::vector<adouble> places = std::vector<adouble>(256);
  std::vector<double> point;
  std::vector<std::vector<std::size_t>> inputs_of;  // of each observation
};

}  // namespace

template <>
class machine<wrapped<adouble>> : public peer_machine<adouble, trace_list> {
  using peer_machine::peer_machine;
};

outcome run_adolc(const random_program& p) {
  trace_list list;
  trace_list::active = &list;
  trace_on(trace_list::tag, 1);
  outcome result = run<wrapped<adouble>>(p);
  trace_off();
  list.take(result);
  return result;
}

}  // namespace test
