// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One gradient by ADOL-C: f traced anew for each, as a tape is, or the trace of the first point evaluated
// again, which is right as long as f takes the same branches.

#pragma once

#include <adolc/adolc.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace bench {

template <class F>
class adolc_trace {
 public:
  static constexpr const char* name = "adolc";

  explicit adolc_trace(const F& f) : f_(f) {}

  double operator()(const std::vector<double>& x, std::vector<double>& gradient) {
    const double value = trace(x);
    fos_reverse(tag, 1, static_cast<int>(x.size()), &seed_, gradient.data());
    return value;
  }

 protected:
  static constexpr short tag = 2;

  // In buffers of the size that it needs: with smaller ones it would go through files, larger ones take time.
  double trace(const std::vector<double>& x) {
    if (entries_ == 0) {
      entries_ = 1u << 28;
      trace_once(x);
      std::size_t counts[STAT_SIZE];
      tapestats(tag, counts);
      const std::size_t most = std::max(
          {counts[NUM_OPERATIONS], counts[NUM_LOCATIONS], counts[NUM_VALUES], counts[TAY_STACK_SIZE]});
      entries_ = 1000 + static_cast<unsigned>(most);
    }
    return trace_once(x);
  }

  F f_;
  double seed_ = 1.0;

 private:
  double trace_once(const std::vector<double>& x) {
    double value;
    trace_on(tag, 1, entries_, entries_, entries_, entries_);
    {
      std::vector<adouble> point(x.size());
      for (std::size_t k = 0; k < x.size(); ++k) point[k] <<= x[k];
      adouble y = f_(point);
      y >>= value;
    }
    trace_off();
    return value;
  }

  unsigned entries_ = 0;
};

template <class F>
class adolc_replay : public adolc_trace<F> {
 public:
  static constexpr const char* name = "adolc_replay";

  explicit adolc_replay(const F& f) : adolc_trace<F>(f) {}

  double operator()(const std::vector<double>& x, std::vector<double>& gradient) {
    if (!is_traced_) this->trace(x);
    is_traced_ = true;
    double value;
    const int n = static_cast<int>(x.size());
    zos_forward(this->tag, 1, n, 1, x.data(), &value);
    fos_reverse(this->tag, 1, n, &this->seed_, gradient.data());
    return value;
  }

 private:
  bool is_traced_ = false;
};

}  // namespace bench
