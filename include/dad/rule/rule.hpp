// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A user's own derivative of a function.

#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <dad/rule/deferral.hpp>
#include <dad/rule/partials.hpp>

namespace dad {

/// Central differences where a function has no derivative: along each argument with the step
/// `step` * max(1, |argument|). The error is about step^2 f''' / 6 + 1e-16 |f| / step.
struct finite_differences {
  double step = 6.0e-6;  // the cube root of the machine's precision
};

namespace detail {

/// The jvp of a function that has none.
template <class Value>
class difference_quotient {
 public:
  difference_quotient(const Value& value, double step) : value_(value), step_(step) {}

  template <class X>
  auto operator()(const X& x, const X& dx) const {
    using T = base_t<X>;
    static_assert(!scalar<T> || is_base<T>,
                  "dad: a rule by finite differences has no second derivative: give it a jvp or vjp that is "
                  "generic in its scalar (const auto& x)");
    const auto direction = scalars_of<T>(dx);
    T size(0);
    std::size_t k = 0;
    for_each_real(x, [&](const auto& leaf) {
      size = max(size, T(fabs(direction[k++]) / max(T(fabs(T(leaf))), T(1))));
    });
    const T h = T(step_) / size;
    const auto ahead = scalars_of<T>(at(x, direction, h)), behind = scalars_of<T>(at(x, direction, -h));
    std::vector<T> slopes;
    for (std::size_t j = 0; j < ahead.size() && j < behind.size(); ++j)
      slopes.push_back((ahead[j] - behind[j]) / (2 * h));
    return slopes;
  }

 private:
  template <class X, class T>
  auto at(const X& x, const std::vector<T>& direction, const T& h) const {
    std::size_t k = 0;
    return call(value_, transform<T>(x, [&](const auto& leaf) { return T(leaf) + h * direction[k++]; }));
  }

  Value value_;
  double step_;
};

/// The part of a recording that a rule's vjp stands for.
template <class T, class Vjp, class X, class Y>
class vjp_step final : public deferred_step<T> {
 public:
  vjp_step(const Vjp& vjp, X x, Y y) : vjp_(vjp), x_(std::move(x)), y_(std::move(y)) {}

  void sweep(T* adjoints) override {
    const T* const seeds = adjoints + this->first_output;
    bool is_needed = false;
    for (std::size_t j = 0, count = real_count(y_); j < count; ++j)
      is_needed = is_needed || !is_zero(seeds[j]);
    if (is_needed) add_to_inputs(*this, adjoints_by<T>(vjp_, x_, y_, shaped_like<T>(y_, seeds)), adjoints);
  }
  [[nodiscard]] std::size_t bytes() const override {
    return sizeof(*this) - sizeof(X) - sizeof(Y) + bytes_of<T>(x_) + bytes_of<T>(y_);
  }

 private:
  Vjp vjp_;
  X x_;
  Y y_;
};

}  // namespace detail

/// What dad::rule returns.
template <class Value, class Jvp, class Vjp>
class rule_function {
 public:
  rule_function(Value value, Jvp jvp, Vjp vjp)
      : value_(std::move(value)), jvp_(std::move(jvp)), vjp_(std::move(vjp)) {}

  template <class... A>
  auto operator()(const A&... arguments) const {
    return at(detail::as_point(arguments...));
  }

 private:
  template <class X>
  auto at(const X& x) const {
    detail::require_differentiable<X>();
    using S = detail::base_t<X>;
    if constexpr (!scalar<S>) {
      static_assert(detail::takes_point<Value, X>,
                    "dad: the value of a rule must take the plain numbers of its arguments: double for a "
                    "scalar, std::vector<double> for a vector of scalars");
      return detail::call(value_, x);
    } else if constexpr (is_base<S>) {
      return traced_at<S>(x);
    } else if constexpr (detail::is_fused_var<S>) {
      return detail::with_vars<S>([this](const auto& point) { return this->at(point); }, x);
    } else {
      // The rule itself one level down, so that it stands for the value at every level.
      const auto primal = detail::primal_point<S>(x);
      return lifted<S>(x, primal, in_scalar<detail::below_t<S>>(at(primal)));
    }
  }

  // y and its derivative at the level of S.
  template <class S, class X, class P, class Y>
  auto lifted(const X& x, const P& primal, const Y& y) const {
    using T = detail::below_t<S>;
    if constexpr (detail::is_dual<S> && detail::has_jvp<Jvp, P, Y> && !number<P>) {
      return by_tangents<S>(x, primal, y);
    } else if constexpr (detail::is_var<S> && detail::has_vjp<Vjp, P, Y> && !number<Y>) {
      if (!detail::any_active<S>(x)) return constant<S>(y);
      if (detail::recording_access::is_observed<T>() &&
          detail::real_count(x) <= detail::most_watched_partials / (detail::real_count(y) + 1))
        return by_partials<S>(x, primal, y, detail::most_watched_partials);
      return detail::deferred_result<S>(x, y, "a rule", new detail::vjp_step<T, Vjp, P, Y>(vjp_, primal, y));
    } else {
      if constexpr (detail::is_var<S>)
        if (!detail::any_active<S>(x)) return constant<S>(y);
      return by_partials<S>(x, primal, y);
    }
  }

  template <class S, class X, class P, class Y>
  auto by_tangents(const X& x, const P& primal, const Y& y) const {
    using T = detail::below_t<S>;
    const auto arguments = detail::scalars_of<S>(x);
    std::vector<S> results;
    detail::for_each_real(y, [&](const auto& leaf) { results.push_back(S(T(leaf))); });
    std::vector<T> direction(arguments.size());
    for (std::size_t i = 0; i < S::direction_count; ++i) {
      for (std::size_t k = 0; k < arguments.size(); ++k) direction[k] = arguments[k].tangent(i);
      if (detail::all_zero(direction)) continue;
      const auto tangents =
          detail::tangents_by<T>(jvp_, primal, y, detail::shaped_like<T>(primal, direction));
      for (std::size_t j = 0; j < results.size(); ++j) results[j].tangent(i) = tangents[j];
    }
    return detail::shaped_like<S>(y, results);
  }

  // The partials are written down as those of an operation are.
  template <class S, class X, class P, class Y>
  auto by_partials(const X& x, const P& primal, const Y& y,
                   std::size_t most_directions = detail::most_derived_directions) const {
    using T = detail::below_t<S>;
    if constexpr (number<X> && number<Y>) {
      const T slope = detail::slope_of<T>(jvp_, vjp_, primal, y);
      return S::reduce(T(y), [&](auto& sum) {
        detail::set_name(sum, "rule");
        sum.add(x, slope);
      });
    } else {
      const auto arguments = detail::scalars_of<S>(x);
      const auto partials = detail::partials_of<T>(
          jvp_, vjp_, primal, y, [&](std::size_t k) { return has_derivative(arguments[k]); },
          most_directions);
      return reduced<S>(arguments, partials, y);
    }
  }

  template <class S>
  static bool has_derivative(const S& x) {
    if constexpr (detail::is_var<S>)
      return x.is_active();
    else
      return true;
  }

  template <class S, class T, class Y>
  static auto reduced(const std::vector<S>& arguments, const basic_matrix<T>& partials, const Y& y) {
    std::size_t j = 0;
    return detail::transform<S>(y, [&](const auto& leaf) {
      const std::size_t row = j++;
      return S::reduce(T(leaf), [&](auto& sum) {
        detail::set_name(sum, "rule");
        for (std::size_t k = 0; k < arguments.size(); ++k) sum.add(arguments[k], partials(row, k));
      });
    });
  }

  // A result that is in T already is left alone.
  template <class T, class Y>
  static auto in_scalar(Y&& y) {
    detail::require_own_scalar<T, Y>();
    if constexpr (std::is_same_v<Y, rebind_t<Y, T>>)
      return std::move(y);
    else
      return detail::transform<T>(y, [](const auto& leaf) { return T(leaf); });
  }
  template <class S, class Y>
  static auto constant(const Y& y) {
    return detail::transform<S>(
        y, [](const auto& leaf) { return S(static_cast<typename S::value_type>(leaf)); });
  }

  // In a recording: operations, with the rule's partials in the place of their own, where value and partials
  // take the tracing scalar. Where they want numbers, they get them: such a recording is used for no other
  // input, and the function goes to the tape.
  template <class S, class X>
  auto traced_at(const X& x) const {
    if constexpr (detail::takes_point<Value, X>) {
      const auto y = in_scalar<S>(detail::call(value_, x));
      const auto point = detail::transform<S>(x, [](const auto& leaf) { return S(leaf); });
      using P = std::remove_cvref_t<decltype(point)>;
      using Y = std::remove_cvref_t<decltype(y)>;
      if constexpr (detail::has_jvp<Jvp, P, Y> || detail::has_vjp<Vjp, P, Y>) {
        const auto arguments = detail::scalars_of<S>(x);
        const auto with_partials_at = [&](const Y& result) {
          const auto partials = detail::partials_of<S>(
              jvp_, vjp_, point, result, [&](std::size_t k) { return !arguments[k].is_constant(); });
          return reduced<S>(arguments, partials, y);
        };
        // Partials that are written with the result depend on one that has the rule's derivative, not its
        // own: so a program's second derivatives are the rule's.
        if constexpr (detail::takes_result<Jvp, P, Y, P> || detail::takes_result<Vjp, P, Y, Y>)
          return with_partials_at(with_partials_at(y));
        else
          return with_partials_at(y);
      } else {
        return untraced_at<S>(x);
      }
    } else {
      return untraced_at<S>(x);
    }
  }
  template <class S, class X>
  auto untraced_at(const X& x) const {
    const auto y = at(detail::transform<double>(x, [](const auto& leaf) { return S(leaf).value(); }));
    detail::require_own_scalar<double, std::remove_cvref_t<decltype(y)>>();
    return detail::transform<S>(y, [](const auto& leaf) { return S(static_cast<double>(leaf)); });
  }

  Value value_;
  [[no_unique_address]] Jvp jvp_;
  [[no_unique_address]] Vjp vjp_;
};

/// The function `value` with a derivative of the user's own, in every mode and order: callable wherever value
/// is, with scalars of dad in the place of plain numbers. Shapes: jvp(x, dx) gives the tangent of the result,
/// vjp(x, w) the adjoint of x for the seed w; dx and the adjoint are as x, w and the tangent as the result;
/// several arguments are one tuple x, as for drivers. Either may take the result as well:
/// jvp(x, y, dx), vjp(x, y, w). dad::derived in the place of one derives it from the
/// other, a call for each direction. `value` is called with plain numbers, so it may be any library's; jvp
/// and vjp may be as well, but second derivatives need one that is generic in its scalar. Batches and
/// recordings make operations of a rule of which all is generic; with another, the function goes to the tape.
/// All three are copied, and must be pure: a sweep calls vjp with the arguments of the call. All that is
/// differentiated is among the arguments: a captured scalar of dad does not compile.
/// Throws shape_error where results do not fit, and where a derivative would be derived from more than 256
/// calls.
///
///   const auto j0 = dad::rule([](double x) { return std::cyl_bessel_j(0, x); }, dad::derived,
///                             [](double x, double w) { return -std::cyl_bessel_j(1, x) * w; });
///   dad::gradient([&](const auto& x) { return j0(x[0]) * x[1]; }, point);
template <class Value, class Jvp, class Vjp>
auto rule(Value value, Jvp jvp, Vjp vjp) {
  static_assert(!std::is_same_v<Jvp, derived_type> || !std::is_same_v<Vjp, derived_type>,
                "dad: a rule needs a jvp, a vjp or differences, dad::rule(value, dad::finite_differences{}), "
                "to derive the rest from");
  return rule_function<Value, Jvp, Vjp>(std::move(value), std::move(jvp), std::move(vjp));
}

/// The same for a black box, by differences that the user asked for: 2 calls of value for each argument.
/// Throws domain_error unless the step is a positive number.
///
///   const auto f = dad::rule(simulate, dad::finite_differences{.step = 1e-5});
template <class Value>
auto rule(Value value, finite_differences by) {
  if (!(by.step > 0) || !std::isfinite(by.step))
    detail::raise<domain_error>("dad: step of finite_differences is %g, expected a positive number", by.step);
  detail::difference_quotient<Value> jvp(value, by.step);
  return rule(std::move(value), std::move(jvp), derived);
}

}  // namespace dad
