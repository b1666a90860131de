// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A loop of many steps in the memory of a few states.

#pragma once

#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/rule/checkpoint.hpp>
#include <dad/rule/revolve.hpp>

namespace dad {

struct loop_options {
  std::size_t snapshots = 8;  // states that are kept, the first among them
};

namespace detail {

/// A user's step, with or without its number as the last argument.
template <class Step, class State>
State next_state(const Step& step, const State& state, std::size_t i) {
  const auto taken = [&]() -> decltype(auto) {
    if constexpr (takes_point<Step, State>)
      return call(step, state);
    else if constexpr (is_tuple<State>)
      return std::apply([&](const auto&... part) { return step(part..., i); }, state);
    else
      return step(state, i);
  };
  using Next = std::remove_cvref_t<decltype(taken())>;
  static_assert(std::is_same_v<Next, State> || (number<Next> && number<State> && embeds<Next, State>),
                "dad: step of checkpoint_loop must return a state of the type that it gets: the state's "
                "structure with the step's scalar, e.g. std::vector<T> for std::vector<T>; a scalar that it "
                "captures must be part of the state");
  return State(taken());
}

/// States of a loop at the places where a reversal in the fewest steps wants them.
template <class State>
class snapshots {
 public:
  /// At most `most` of them, for a loop of `count` steps.
  snapshots(State first, std::size_t most, std::size_t count) : most_(most) {
    kept_.reserve(most < count ? most : count);
    kept_.push_back({0, std::move(first)});
  }

  /// The state before step end - 1. advance(state, from, to) takes the steps from..to - 1; new snapshots are
  /// kept on the way. Those at `end` and behind are dropped.
  template <class Advance>
  State before_last(std::size_t end, Advance&& advance) {
    while (kept_.back().at >= end) kept_.pop_back();
    State state = kept_.back().state;
    for (std::size_t at = kept_.back().at; end - at > 1;) {
      const std::size_t free = most_ - kept_.size();
      const std::size_t next = free == 0 ? end - 1 : at + next_snapshot(end - at, free + 1);
      advance(state, at, next);
      at = next;
      if (free > 0 && end - at > 1) kept_.push_back({at, state});
    }
    return state;
  }
  void forget_all_but_first() { kept_.erase(kept_.begin() + 1, kept_.end()); }
  [[nodiscard]] const State& first() const noexcept { return kept_.front().state; }
  [[nodiscard]] std::size_t size() const noexcept { return kept_.size(); }
  /// The memory of all but what is in the states.
  [[nodiscard]] std::size_t bytes() const noexcept { return kept_.capacity() * sizeof(snapshot); }

 private:
  struct snapshot {
    std::size_t at;
    State state;
  };
  std::vector<snapshot> kept_;
  std::size_t most_;
};

/// The part of a recording that a whole loop stands for.
template <class T, class Step, class State>
class loop_step final : public deferred_step<T> {
  using S = var<T>;

 public:
  loop_step(const Step& step, State first, std::size_t count, std::size_t most)
      : step_(step),
        snapshots_(std::move(first), most, count),
        reals_(real_count(snapshots_.first())),
        count_(count) {}

  /// The state after the last step; what the first sweep needs is kept on the way.
  State run() {
    before_last_ = snapshots_.before_last(count_, advance());
    State last = *before_last_;
    advance()(last, count_ - 1, count_);
    return last;
  }

  void sweep(T* adjoints) override {
    std::vector<T> seeds = seeds_of(*this, adjoints, reals_);
    if (seeds.empty()) return;
    if (!before_last_) snapshots_.forget_all_but_first();
    const lease<tape<T>> t;
    for (std::size_t end = count_; end > 0; --end) {
      std::optional<State> state = std::exchange(before_last_, std::nullopt);
      if (!state) state = snapshots_.before_last(end, advance());
      adjoints_through(
          *t, [&](const auto& x) { return next_state(step_, x, end - 1); }, *state, "step of checkpoint_loop",
          [](std::size_t) { return true; }, seeds);
    }
    add_to_inputs(*this, seeds, adjoints);
  }

  [[nodiscard]] std::size_t bytes() const override {
    const std::size_t states = snapshots_.size() + (before_last_ ? 1 : 0);
    return sizeof(*this) + snapshots_.bytes() + states * reals_ * sizeof(T);
  }

 private:
  auto advance() const {
    return [this](State& state, std::size_t from, std::size_t to) {
      auto s = transform<S>(state, [](const auto& v) { return S(v); });
      for (; from < to; ++from) {
        s = without_tape<T>([&] { return next_state(step_, s, from); });
        check_forgotten<S>(s, "checkpoint_loop");
        if (real_count(s) != reals_)
          throw shape_error("dad: step of checkpoint_loop returned a state of " +
                            std::to_string(real_count(s)) + " numbers, expected " + std::to_string(reals_) +
                            " as in the first state");
      }
      state = primal_point<S>(s);
    };
  }

  Step step_;
  snapshots<State> snapshots_;
  std::optional<State> before_last_;  // of the last step, until the first sweep
  std::size_t reals_;
  std::size_t count_;
};

}  // namespace detail

/// `count` times state = step(state), in the memory of `snapshots` states and one step on the tape: states
/// that are not kept are computed again, in the fewest steps that are possible with so many snapshots: 100
/// steps in 8 snapshots take 2.4 times as many, 10^6 steps 15 times. Shapes: the state is of any structure,
/// and a tuple gives step several arguments; step returns the same. Its number, from 0, is the last argument
/// of a step that takes it. All that is differentiated is part of the state. With duals, plain numbers and in
/// recordings it is the plain loop. step is copied and must be pure. Throws shape_error for 0 snapshots and a
/// state that changes its size, tape_error where step uses a var that it captured. Source: Griewank and
/// Walther, Algorithm 799: revolve, ACM TOMS 26 (2000).
///
///   const auto step = [](const auto& u, const auto& k) { return std::tuple(diffused(u, k), k); };
///   const auto [u, k] = dad::checkpoint_loop(step, std::tuple(u0, k0), 1000, {.snapshots = 8});
template <class Step, class State>
auto checkpoint_loop(const Step& step, const State& state, std::size_t count, loop_options options = {}) {
  detail::require_differentiable<State>();
  if (options.snapshots == 0)
    throw shape_error("dad: checkpoint_loop got 0 snapshots, expected at least 1: the first state");
  using S = detail::base_t<State>;
  auto s = detail::transform<S>(state, [](const auto& leaf) { return S(leaf); });
  if constexpr (detail::is_var<S>) {
    using T = typename S::value_type;
    if (count == 0) return s;
    if (!detail::any_active<S>(s)) {
      for (std::size_t i = 0; i < count; ++i) s = detail::next_state(step, s, i);
      detail::check_forgotten<S>(s, "checkpoint_loop");
      return s;
    }
    if (detail::recording_access::is_observed<T>()) {
      for (std::size_t i = 0; i < count; ++i) s = detail::next_state(step, s, i);
      return s;
    }
    auto first = detail::primal_point<S>(s);
    using Loop = detail::loop_step<T, Step, decltype(first)>;
    detail::owner<Loop> loop(new Loop(step, std::move(first), count, options.snapshots));
    const auto last = loop.object->run();
    return detail::deferred_result<S>(s, last, "checkpoint_loop", loop.release());
  } else if constexpr (detail::is_fused_var<S>) {
    const detail::on_vars<S, Step> recorded(step);
    return detail::with_vars<S>(
        [&](const auto& first) { return checkpoint_loop(recorded, first, count, options); }, s);
  } else {
    for (std::size_t i = 0; i < count; ++i) s = detail::next_state(step, s, i);
    return s;
  }
}

}  // namespace dad
