// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs on a tape: sweeps, rewinds, other tapes, and what is to be refused.

#pragma once

#include <cstring>

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

#include "reverse/folding/forward_machine.hpp"
#include "reverse/folding/watcher.hpp"

namespace test {

/// Tapes are observed while this is true.
inline thread_local bool is_watching = false;

/// S is var or fused_var.
template <class S>
class tape_machine {
  using T = typename S::value_type;

 public:
  explicit tape_machine(outcome& result)
      : result_(result), watcher_(result), activation_(tape_.activate()), outer_(outer_tape_.activate()) {
    if (is_watching) tape_.observe(&watcher_);
    if (operations_before == 0) return;
    S x = 2.0;
    tape_.input(x);
    for (std::size_t i = 0; i < operations_before; ++i) (void)S(x * 2.0);
    if (operations_before % 2 == 1) tape_.clear();
  }

  static double plain(const S& x) { return dad::value(x); }
  [[nodiscard]] bool has_room() const { return inputs_.size() < most_inputs; }

  void input(S& x) {
    if constexpr (dad::scalar<T>) x = S(level_below(plain(x)));
    tape_.input(x);
    if (inputs_.empty()) anchor_ = x;
    if (inputs_.size() % 2 == 1) kept_ = x;  // others are known by their index alone
    inputs_.push_back(x.index());
  }

  void observe(const S& x) {
    if (x.is_active()) tape_.backward(x);
    take(x.value(), x.is_active());
  }
  void observe(const std::vector<S>& xs, const std::vector<double>& weights) {
    bool is_active = false;
    T sum = 0.0;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      sum += weights[i] * xs[i].value();
      is_active = is_active || xs[i].is_active();
    }
    if constexpr (std::is_same_v<T, double>) {
      if (result_.values.size() % 2 == 0) {
        take_all(xs, weights, sum);
        return;
      }
    }
    if (is_active) tape_.backward(xs, weights);
    take(sum, is_active);
  }

  /// The terms may use the variables of the world and base.
  template <class F>
  void rewound(world<S>& w, const S& z, const S& base, std::size_t count, const F& term) {
    ++w.depth_of_rewinds;
    S base_before;  // by its bytes: a copy would be noticed, and base could not be taken for a temporary any
                    // more
    std::memcpy(static_cast<void*>(&base_before), &base, sizeof base);
    tape_.clear_adjoints();
    const auto before = tape_.position();
    T sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) {
      const double seed = static_cast<double>(k) - 1.0;
      {
        const S y = term(k);
        sum += seed * y.value();
        if (y.is_active()) tape_.accumulate(y, T(seed), before);
      }
      tape_.rewind(before);
    }
    --w.depth_of_rewinds;
    // From there the sweep goes on with the adjoints of all that a term may have used.
    std::vector<S> used{z};
    std::vector<T> seeds{T(1)};
    std::vector<std::uint32_t> seen;
    const auto add = [&](const S& x) {
      if (!x.is_active() || std::find(seen.begin(), seen.end(), x.index()) != seen.end()) return;
      seen.push_back(x.index());
      used.push_back(x);
      seeds.push_back(tape_.adjoint(x));
    };
    w.for_each(add);
    add(base_before);
    const bool is_active = z.is_active() || !seen.empty();
    if (is_active) tape_.backward(used, seeds);
    take(sum + z.value(), is_active);
  }

  /// Does something on this tape or another in the middle of an expression. Gives 1.
  double interrupt(world<S>& w, dice d) {
    const auto decisions = w.result.decisions;
    const dice a = d.split();
    switch (d(6)) {
      case 0: {
        const auto before = tape_.position();
        (void)expression(w, a, 1);
        tape_.rewind(before);
        break;
      }
      case 1:
        (void)expression(w, a, 1);
        break;
      case 2: {
        dad::tape<T> other;
        const auto guard = other.activate();
        S x = 3.0;
        other.input(x);
        S y = x * x;
        y += x;
        other.backward(y);
        check(dad::value(x.adjoint()) == 7.0);
        break;
      }
      case 3: {
        const S& x = w.pick(a);
        if (x.is_active() && w.depth_of_rewinds == 0) tape_.backward(x);
        break;
      }
      case 4: {
        S dropped = 2.0;
        tape_.input(dropped);
        break;
      }
      default: {
        // Positions that are only looked at, and adjoints of nothing.
        const auto here = tape_.position();
        tape_.rewind(here);
      }
    }
    w.result.decisions = decisions;
    return 1.0;
  }

  void misuse(world<S>& w, S& t, const S& x, dice d) {
    const auto refused = [&](auto&& f) {
      try {
        (void)S(f());  // an expression is recorded here
        check(false);
      } catch (const dad::tape_error&) {
        check(true);
      }
    };
    switch (d(4)) {
#ifndef DAD_NEVER_FOLD
      case 3: {  // what std::move gave away; nothing is, where nothing is folded
        if (is_watching || !std::is_same_v<S, dad::var<T>>) return;
        S given = anchor_ * x;
        S taken = std::move(given) * 2.0;
        refused([&] { return given * taken; });
        refused([&] { return taken += given; });
        given = taken;
        S again = given * x;
        taken += std::move(again);
        refused([&] { return again - 1.0; });
        break;
      }
#endif
      case 0: {  // a temporary's own tape is not the active one
        if (!t.is_active()) return;
        dad::tape<T> other;
        const auto guard = other.activate();
        S y = 3.0;
        other.input(y);
        refused([&] { return std::move(t) * 2.0; });
        refused([&] { return y + std::move(t); });
        refused([&] { return y += t; });
        refused([&] { return t += y; });
        refused([&] { return t * t - std::move(y) * 2; });
        S u = y * y;
        refused([&] { return u += y * std::move(t); });
        other.backward(u);
        check(dad::value(y.adjoint()) == 6.0);
        break;
      }
      case 1: {  // rewound, and its index taken by another
        if (w.depth_of_rewinds > 0) return;
        const auto before = tape_.position();
        S old = anchor_ * x;
        S older = old;
        S oldest = anchor_ * x;
        tape_.rewind(before);
        refused([&] { return std::move(old) * 2.0; });
        S fresh = anchor_ * 2.0;
        refused([&] { return std::move(old) + fresh; });
        refused([&] { return std::move(fresh) * std::move(old); });
        S other = anchor_ * 3.0;
        refused([&] { return other += std::move(oldest); });
        refused([&] { return older += other; });
        refused([&] { return other += anchor_ * older; });
        break;
      }
      default: {  // of a recording that was cleared
        dad::tape<T> other;
        const auto guard = other.activate();
        S y = 3.0;
        other.input(y);
        S u = y * y;
        other.clear();
        refused([&] { return std::move(u) * 2.0; });
        S z = 2.0;
        other.input(z);
        S v = z * z;
        refused([&] { return std::move(u) + z; });
        refused([&] { return v += std::move(u); });
        refused([&] { return std::move(u) * std::move(v); });
      }
    }
  }

  void finish(world<S>& w) {
    std::vector<S> all;
    std::vector<double> weights;
    bool is_active = false;
    w.for_each([&](const S& x) {
      all.push_back(x);
      weights.push_back(static_cast<double>(all.size() % 7) - 3.0);
      is_active = is_active || x.is_active();
    });
    if (is_active) tape_.backward(all, weights);
    w.for_each(
        [&](const S& x) { result_.adjoints.push_back(x.is_active() ? dad::value(x.adjoint()) : 0.0); });
    result_.statements += tape_.statistics().statements;
    if constexpr (std::is_same_v<T, dad::var<double>>) {
      // The derivative of a weighted sum of all gradients, along a direction.
      if (!second_.is_active()) {
        result_.seconds.push_back(0.0);
        return;
      }
      outer_tape_.backward(second_);
      double along = 0.0;
      for (std::size_t i = 0; i < outer_inputs_.size(); ++i)
        along += second_direction(i) * outer_inputs_[i].adjoint();
      result_.seconds.push_back(along);
    }
  }

 private:
  void check(bool is_right) {
    ++result_.refusals;
    result_.refused += is_right ? 1 : 0;
  }

  T level_below(double value) {
    if constexpr (std::is_same_v<T, dad::var<double>>) {
      T x = value;
      outer_tape_.input(x);
      outer_inputs_.push_back(x);
      return x;
    } else {
      T x = value;
      x.tangent() = second_direction(inputs_.size());
      return x;
    }
  }

  void take(const T& value, bool is_active) {
    result_.values.push_back(dad::value(value));
    T second = 0.0;
    for (std::size_t i = 0; i < most_inputs; ++i) {
      T adjoint = 0.0;
      if (is_active && i < inputs_.size() && inputs_[i] < tape_.adjoints().size())
        adjoint = tape_.adjoints()[inputs_[i]];
      result_.gradients.push_back(dad::value(adjoint));
      if constexpr (dad::scalar<T>) second += second_weight(i) * adjoint;
    }
    if constexpr (std::is_same_v<T, dad::var<double>>)
      second_ += second;
    else if constexpr (dad::scalar<T>)
      result_.seconds.push_back(second.tangent());
  }

  // As take(), from several sweeps at once.
  void take_all(const std::vector<S>& xs, const std::vector<double>& weights, const T& value) {
    double adjoints[most_inputs] = {};
    tape_.backward_all(xs, [&](std::size_t k, const auto& of) {
      for (std::size_t i = 0; i < inputs_.size(); ++i) adjoints[i] += weights[k] * of[inputs_[i]];
    });
    result_.values.push_back(value);
    for (const double a : adjoints) result_.gradients.push_back(a);
  }

  using outer_type = std::conditional_t<std::is_same_v<T, double>, float, double>;

  outcome& result_;
  watcher<T> watcher_;
  dad::tape<T> tape_;
  typename dad::tape<T>::activation activation_;
  dad::tape<outer_type> outer_tape_;
  typename dad::tape<outer_type>::activation outer_;
  typename dad::tape<T>::place start_;
  std::vector<std::uint32_t> inputs_;
  std::vector<T> outer_inputs_;
  S anchor_, kept_;
  T second_ = 0.0;
};

template <class T>
class machine<dad::var<T>> : public tape_machine<dad::var<T>> {
 public:
  using tape_machine<dad::var<T>>::tape_machine;
};

}  // namespace test
