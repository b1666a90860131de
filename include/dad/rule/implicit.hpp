// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of what a solver finds.

#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/rule/linear_system.hpp>
#include <dad/rule/rule.hpp>

namespace dad {

namespace detail {

/// F at a point and solution, recorded to be swept for its derivatives there.
template <class T>
class recorded_residual {
  using S = var<T>;

 public:
  template <class F, class X, class Z>
  recorded_residual(const F& f, const X& x, const Z& z) : active_(cleared(*tape_)) {
    const auto point = transform<S>(x, [&](const auto& leaf) { return input(leaf, x_); });
    const auto solution = transform<S>(z, [&](const auto& leaf) { return input(leaf, z_); });
    static constexpr bool takes_both = std::is_invocable_v<const F&, decltype(point), decltype(solution)>;
    static_assert(takes_both,
                  "dad: the residual of implicit cannot be called with x and z: it is to be generic in its "
                  "scalar (const auto& x, const auto& z), const, and takes several arguments as one tuple x");
    if constexpr (takes_both)
      f_ = checked_reals<S>(f(point, solution), z_.size(), "the residual of implicit",
                            "number of the solution");
  }

  /// dF/dz, and of dF/dx the product with dx where a dx is given.
  basic_matrix<T> by_solution(const std::vector<T>* dx = nullptr, std::vector<T>* product = nullptr) {
    const std::size_t n = z_.size();
    basic_matrix<T> rows(n, n);
    for (std::size_t i = 0; i < n; ++i) {
      if (!f_[i].is_active()) continue;
      tape_->backward(f_[i]);
      for (std::size_t k = 0; k < n; ++k) rows(i, k) = tape_->adjoint(z_[k]);
      if (dx == nullptr) continue;
      for (std::size_t k = 0; k < x_.size(); ++k)
        (*product)[i] += masked_product(tape_->adjoint(x_[k]), (*dx)[k]);
    }
    return rows;
  }

  /// dF/dx^T seed.
  std::vector<T> by_point(const std::vector<T>& seed) {
    std::vector<T> adjoints(x_.size(), T(0));
    if (!any_active<S>(f_)) return adjoints;
    tape_->backward(f_, seed);
    for (std::size_t k = 0; k < x_.size(); ++k) adjoints[k] = tape_->adjoint(x_[k]);
    return adjoints;
  }

 private:
  static typename tape<T>::activation cleared(tape<T>& t) {
    t.clear();
    return t.activate();
  }
  template <class Leaf>
  S input(const Leaf& leaf, std::vector<S>& inputs) {
    S v(leaf);
    tape_->input(v);
    inputs.push_back(v);
    return v;
  }

  lease<tape<T>> tape_;
  typename tape<T>::activation active_;
  std::vector<S> x_, z_, f_;
};

inline constexpr const char* implicit_matrix = "dF/dz of implicit at its solution";

// F_z dz = -F_x dx
template <class F>
struct implicit_jvp {
  F residual;
  template <class X, class Z>
  auto operator()(const X& x, const Z& z, const X& dx) const {
    using T = base_t<Z>;
    const auto direction = scalars_of<T>(dx);
    recorded_residual<T> f(residual, x, z);
    std::vector<T> product(real_count(z), T(0));
    linear_system<T> by_z(f.by_solution(&direction, &product), implicit_matrix);
    for (T& p : product) p = -p;
    return by_z.solve(product);
  }
};

// F_z^T l = -w, and the adjoint of x is F_x^T l
template <class F>
struct implicit_vjp {
  F residual;
  template <class X, class Z>
  auto operator()(const X& x, const Z& z, const Z& w) const {
    using T = base_t<Z>;
    recorded_residual<T> f(residual, x, z);
    linear_system<T> by_z(f.by_solution(), implicit_matrix);
    auto multipliers = by_z.solve_transposed(scalars_of<T>(w));
    for (T& l : multipliers) l = -l;
    return f.by_point(multipliers);
  }
};

}  // namespace detail

/// The solution z(x) of residual(x, z) = 0 that solve(x) finds, as a function with derivatives of any order:
/// by the implicit function theorem, not through the iterations, so they are as exact as the solution is.
/// Shapes: z is a scalar or of any structure, residual returns as many numbers as z has; several arguments
/// are one tuple x for residual, as for a rule, and several for solve, which gets plain numbers. A fixed
/// point of g has the residual z - g(x, z). residual must be generic in its scalar. Throws domain_error where
/// dF/dz is singular. Cost of a derivative: one recording of residual, as many sweeps as z has numbers, and a
/// dense elimination. Source: Griewank and Walther, Evaluating Derivatives (2008), section 15.1.
///
///   const auto root = dad::implicit([](const auto& x, const auto& z) { return z * z * z + z - x; }, solve);
///   auto [z, slope] = dad::value_and_gradient([&](const auto& x) { return root(x); }, 10.0);   // 2, 1 / 13
template <class F, class Solve>
auto implicit(F residual, Solve solve) {
  detail::implicit_jvp<F> jvp{residual};
  return rule(std::move(solve), std::move(jvp), detail::implicit_vjp<F>{std::move(residual)});
}

}  // namespace dad
