// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function whose inside is forgotten on the tape, and recorded again when the sweep comes to it.

#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/rule/deferral.hpp>

namespace dad {

namespace detail {

/// The seeds of a step's outputs; none where all are zero.
template <class T>
std::vector<T> seeds_of(const deferred_step<T>& step, const T* adjoints, std::size_t count) {
  std::vector<T> seeds(adjoints + step.first_output, adjoints + step.first_output + count);
  if (all_zero(seeds)) seeds.clear();
  return seeds;
}

/// What work() gives, which uses passive numbers: with no tape active, their operations need not ask one.
/// Where it uses more, it fails; it is called again then as it is, to say what is wrong.
template <class T, class Work>
auto without_tape(Work&& work) {
  try {
    const typename tape<T>::activation none(no_tape<T>::instance);
    return work();
  } catch (const tape_error&) {
  }
  return work();
}

/// The reals of what f gave at passive arguments must be passive.
template <class S, class Y>
void check_forgotten(const Y& y, const char* subject) {
  static_assert(embeds<base_t<Y>, S>,
                "dad: a checkpointed function returned another scalar than it got: it uses a scalar that it "
                "captured; make that an argument");
  if (any_active<S>(y))
    throw tape_error(std::string("dad: ") + subject +
                     " got a function that uses a var which it captured, expected all that it differentiates "
                     "to be among its arguments");
}

template <class T, class F, class X>
class checkpoint_step final : public deferred_step<T> {
 public:
  checkpoint_step(const F& f, X x, std::size_t outputs) : f_(f), x_(std::move(x)), outputs_(outputs) {}

  void sweep(T* adjoints) override {
    std::vector<T> seeds = seeds_of(*this, adjoints, outputs_);
    if (seeds.empty()) return;
    const lease<tape<T>> t;
    adjoints_through(
        *t, [this](const auto& x) { return call(f_, x); }, x_, "a checkpointed function",
        [this](std::size_t k) { return this->inputs[k] != 0; }, seeds);
    add_to_inputs(*this, seeds, adjoints);
  }
  [[nodiscard]] std::size_t bytes() const override { return sizeof(*this) - sizeof(X) + bytes_of<T>(x_); }

 private:
  F f_;
  X x_;
  std::size_t outputs_;
};

/// What a checkpointed function is called with: all reals on the tape are of one type.
template <class X>
struct checkpointed_point {
  using type = X;
};
template <class X>
requires(is_var<base_t<X>>) struct checkpointed_point<X> {
  using type = rebind_t<X, base_t<X>>;
};
template <class F, class... A>
concept takes_arguments =
    takes_point<F, typename checkpointed_point<
                       std::remove_cvref_t<decltype(as_point(std::declval<const A&>()...))>>::type>;

}  // namespace detail

/// What dad::checkpoint returns.
template <class F>
class checkpointed {
 public:
  explicit checkpointed(F f) : f_(std::move(f)) {}

  template <class... A>
  requires detail::takes_arguments<F, A...>
  auto operator()(const A&... arguments) const { return at(detail::as_point(arguments...)); }

 private:
  template <class>
  friend class checkpointed;

  template <class X>
  auto at(const X& x) const {
    using S = detail::base_t<X>;
    if constexpr (detail::is_var<S>) {
      using T = typename S::value_type;
      auto point = detail::primal_point<S>(x);
      const auto passive = detail::transform<S>(point, [](const auto& v) { return S(v); });
      const auto y = detail::without_tape<T>([&] { return detail::call(f_, passive); });
      detail::check_forgotten<S>(y, "checkpoint");
      if (!detail::any_active<S>(x)) return detail::transform<S>(y, [](const auto& v) { return S(v); });
      if (detail::recording_access::is_observed<T>()) {
        const auto seen = detail::call(f_, detail::transform<S>(x, [](const auto& v) { return S(v); }));
        return detail::transform<S>(seen, [](const auto& v) { return S(v); });
      }
      return detail::deferred_result<S>(
          x, y, "a checkpointed function",
          new detail::checkpoint_step<T, F, decltype(point)>(f_, std::move(point), detail::real_count(y)));
    } else if constexpr (detail::is_fused_var<S>) {
      const checkpointed<detail::on_vars<S, F>> recorded(detail::on_vars<S, F>{f_});
      return detail::with_vars<S>([&](const auto& point) { return recorded.at(point); }, x);
    } else {
      return detail::call(f_, x);
    }
  }

  F f_;
};

/// A callable with f's values and derivatives that needs little memory on the tape: only its arguments are
/// kept, and each sweep calls f once more, at these, to record and sweep what is inside. Nests, so that f may
/// use checkpoints itself. Shapes: arguments and result as f's, of any structure. f is copied; it must be
/// pure, and all that is differentiated must be among its arguments: throws tape_error where f uses a var
/// that it captured. With duals, plain numbers and in recordings it is f itself.
///
///   const auto block = dad::checkpoint([](const auto& x) { return many_layers(x); });
///   dad::gradient([&](const auto& x) { return loss(block(block(x))); }, x);
template <class F>
auto checkpoint(F f) {
  return checkpointed<F>(std::move(f));
}

}  // namespace dad
