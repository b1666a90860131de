// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A user's function at a point as a check sees it: reals in, reals out, and its derivatives by every mode.

#pragma once

#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

#include <dad/batch/failures.hpp>
#include <dad/batch/program.hpp>
#include <dad/check/comparison.hpp>
#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

namespace dad::detail {

/// Notes whether an operation of f is a user's rule.
template <class T>
class rule_watch final : public tape_observer<T> {
 public:
  void operation(const char* name, list_view<const observed_value<T>>, const observed_value<T>&) override {
    has_rule = has_rule || std::string_view(name) == "rule";
  }
  bool has_rule = false;
};

/// What differences and derivatives need of f and the structure of x, of which P is the plain type.
template <class F, class P>
class function_at : public checked_function {
 public:
  function_at(const F& f, const P& x) : f_(f), x_(x) {
    for_each_real(x, [&](const auto& leaf) { point.push_back(static_cast<double>(leaf)); });
  }

 protected:
  // The structure of the point with other reals.
  template <class To>
  auto at(const double* reals) const {
    return transform<To>(x_, [&](const auto&) { return To(*reals++); });
  }
  [[nodiscard]] bool is_point(const double* x) const { return x == point.data(); }

  template <class Matrix>
  void keep(const Matrix& m, list<double>& where) const {
    where.assign({m.data(), m.size()});
  }

  // Fills in what only a recording tells: where f reads numbers, there is no program to compare.
  template <class Matrix>
  void record_once(Matrix&& replayed_matrix) {
    recording seen;
    catch_any(
        [&] {
          (void)traced_call(
              f_, x_, [](const auto& leaf) { return static_cast<double>(leaf); }, seen);
          reads_numbers = seen.has_escaped;
          if (seen.is_replayable()) keep(replayed_matrix(), this->replayed);
        },
        [](const char*) {});
  }
  void look_for_rules() {
    tape<double> t;
    rule_watch<double> watch;
    t.observe(&watch);
    catch_any(
        [&] {
          const auto guard = t.activate();
          (void)call(f_, transform<var<double>>(x_, [&](const auto& leaf) {
                       var<double> v(leaf);
                       t.input(v);
                       return v;
                     }));
        },
        [](const char*) {});
    t.observe(nullptr);
    has_rule = watch.has_rule;
  }

  const F& f_;
  const P& x_;
};

/// f and its Jacobian.
template <class F, class P>
class first_order final : public function_at<F, P> {
  using base = function_at<F, P>;

 public:
  first_order(const F& f, const P& x) : base(f, x) {
    const auto [y, jacobian] = value_and_jacobian(f, x, reverse);
    this->output_count = jacobian.rows();
    this->keep(jacobian, this->matrix);
    this->look_for_rules();
    this->record_once([&] { return record(f, x).jacobian(x); });
  }

  // f may need dad to find its functions: it is called with numbers of dad that are not recorded.
  void values(const double* x, double* y) const override {
    const auto evaluate = [&] {
      std::size_t k = 0;
      const auto result = call(this->f_, this->template at<var<double>>(x));
      for_each_real(result, [&](const auto& leaf) {
        if (k < this->output_count) y[k] = static_cast<double>(plain_value(leaf));
        ++k;
      });
      for (; k < this->output_count; ++k) y[k] = std::numeric_limits<double>::quiet_NaN();
    };
    if (this->is_point(x)) return evaluate();
    catch_any(evaluate, [&](const char*) {
      for (std::size_t k = 0; k < this->output_count; ++k) y[k] = std::numeric_limits<double>::quiet_NaN();
    });
  }

  void tangents(const double* v, double* dy) const override {
    const auto tangent = jvp(this->f_, this->x_, this->template at<double>(v)).tangent;
    for_each_real(tangent, [&](const auto& leaf) { *dy++ = static_cast<double>(leaf); });
  }
};

/// The gradient of f and its Hessian.
template <class F, class P>
class checked_second_order final : public function_at<F, P> {
  using base = function_at<F, P>;

 public:
  checked_second_order(const F& f, const P& x) : base(f, x) {
    this->output_count = this->point.size();
    this->keep(hessian(f, x), this->matrix);
    this->look_for_rules();
    this->record_once([&] { return record(f, x).hessian(x); });
  }

  void values(const double* x, double* y) const override {
    const auto evaluate = [&] {
      const auto g = gradient(this->f_, this->template at<double>(x));
      for_each_real(g, [&](const auto& leaf) { *y++ = static_cast<double>(leaf); });
    };
    if (this->is_point(x)) return evaluate();
    double* const first = y;
    catch_any(evaluate, [&](const char*) {
      for (std::size_t k = 0; k < this->output_count; ++k)
        first[k] = std::numeric_limits<double>::quiet_NaN();
    });
  }

  void tangents(const double* v, double* dy) const override {
    const auto product = hvp(this->f_, this->x_, this->template at<double>(v));
    for_each_real(product, [&](const auto& leaf) { *dy++ = static_cast<double>(leaf); });
  }
};

}  // namespace dad::detail
