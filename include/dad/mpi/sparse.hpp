// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Jacobians and Hessians over ranks, in blocks of the seeds of their plans.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <type_traits>

#include <dad/mpi/sparse_task.hpp>

namespace dad::mpi {

namespace detail {

template <bool HasValue>
struct sparse_jacobian_kind {
  static constexpr const char* routine = HasValue ? "value_and_sparse_jacobian" : "sparse_jacobian";
  static constexpr const char* subject = "sparse Jacobian";
  static constexpr bool has_value = HasValue;
  template <class Value>
  using result = value_jacobian<Value, sparse_matrix>;
};
template <bool HasValue>
struct sparse_hessian_kind {
  static constexpr const char* routine = HasValue ? "value_and_sparse_hessian" : "sparse_hessian";
  static constexpr const char* subject = "sparse Hessian";
  static constexpr bool has_value = HasValue;
  template <class Value>
  using result = value_hessian<Value, sparse_matrix>;
};

template <class Kind, class F, class Where, class X, class Make, class Check>
auto find_sparse(const Where& where, const X& x, const Make& make, const options& o, Check&& check) {
  decltype(auto) point = travelling(x);
  using point_type = std::remove_cvref_t<decltype(point)>;
  using plan_type = decltype(make(point));
  shared_point<point_type> shared(point);
  no_parameters none;
  sparse_task<plan_type, point_type, Make, Kind::has_value> task(Kind::subject, shared, make);
  const auto value = compute_over_ranks<Kind, F>(where, Kind::routine, shared, none, task, o, check);
  if constexpr (Kind::has_value) {
    using value_type = typename decltype(task)::value_type;
    return typename Kind::template result<value_type>{unpacked<value_type>(value), task.take()};
  } else {
    return task.take();
  }
}

/// With the plan that each rank has. Its point is that of the plan, or of a plan that makes itself anew.
template <class Kind, class Where, class Plan, class X>
auto find_by_plan(const Where& where, const Plan& plan, const X& x, const options& o) {
  const auto make = [&](const X& at) {
    Plan own = plan;
    if (!own.holds_at(at)) (void)own(at);
    return own;
  };
  return find_sparse<Kind, Plan>(where, x, make, o, [&](bool is_root) {
    if (is_root) (void)make(x);
  });
}

template <class Kind, class Where, class F, class X>
auto find_jacobian_of(const Where& where, const F& f, const X& x, const options& o) {
  const auto make = [&](const auto& at) { return dad::sparse_jacobian_plan(f, at); };
  return find_sparse<Kind, F>(where, x, make, o, no_check);
}
template <class Kind, class Where, class F, class X>
auto find_hessian_of(const Where& where, const F& f, const X& x, const options& o) {
  const auto make = [&](const auto& at) { return dad::sparse_hessian_plan(f, at); };
  return find_sparse<Kind, F>(where, x, make, o, no_check);
}

}  // namespace detail

/// The sparse Jacobian of f at x, see dad::sparse_jacobian; over ranks as jacobian.hpp says. Each rank finds
/// pattern and colours by itself, for which f is recorded once; a plan spares it that. Eight tangents are a
/// block, and so are eight adjoints.
///
///     dad::sparse_matrix J = dad::mpi::sparse_jacobian(f, x);  // at the root
template <class F, class X>
sparse_matrix sparse_jacobian(const F& f, const X& x, const options& o = {}) {
  return detail::find_jacobian_of<detail::sparse_jacobian_kind<false>>(detail::default_communicator(), f, x,
                                                                       o);
}
template <class F, class X>
sparse_matrix sparse_jacobian(const boost::mpi::communicator& comm, const F& f, const X& x,
                              const options& o = {}) {
  return detail::find_jacobian_of<detail::sparse_jacobian_kind<false>>(MPI_Comm(comm), f, x, o);
}
/// By a plan, which every rank has made in the same way. Throws, on all ranks, as the plan does at another
/// point.
template <class F, class X>
sparse_matrix sparse_jacobian(const jacobian_plan<F, X>& plan, const std::type_identity_t<X>& x,
                              const options& o = {}) {
  return detail::find_by_plan<detail::sparse_jacobian_kind<false>>(detail::default_communicator(), plan, x,
                                                                   o);
}
template <class F, class X>
sparse_matrix sparse_jacobian(const boost::mpi::communicator& comm, const jacobian_plan<F, X>& plan,
                              const std::type_identity_t<X>& x, const options& o = {}) {
  return detail::find_by_plan<detail::sparse_jacobian_kind<false>>(MPI_Comm(comm), plan, x, o);
}

/// The value of f and its sparse Jacobian, see dad::value_and_sparse_jacobian.
///
///     auto [y, J] = dad::mpi::value_and_sparse_jacobian(f, x);
template <class F, class X>
auto value_and_sparse_jacobian(const F& f, const X& x, const options& o = {}) {
  return detail::find_jacobian_of<detail::sparse_jacobian_kind<true>>(detail::default_communicator(), f, x,
                                                                      o);
}
template <class F, class X>
auto value_and_sparse_jacobian(const boost::mpi::communicator& comm, const F& f, const X& x,
                               const options& o = {}) {
  return detail::find_jacobian_of<detail::sparse_jacobian_kind<true>>(MPI_Comm(comm), f, x, o);
}
/// By a plan, as sparse_jacobian.
template <class F, class X>
auto value_and_sparse_jacobian(const jacobian_plan<F, X>& plan, const std::type_identity_t<X>& x,
                               const options& o = {}) {
  return detail::find_by_plan<detail::sparse_jacobian_kind<true>>(detail::default_communicator(), plan, x, o);
}
template <class F, class X>
auto value_and_sparse_jacobian(const boost::mpi::communicator& comm, const jacobian_plan<F, X>& plan,
                               const std::type_identity_t<X>& x, const options& o = {}) {
  return detail::find_by_plan<detail::sparse_jacobian_kind<true>>(MPI_Comm(comm), plan, x, o);
}

/// The sparse Hessian of f, which returns a scalar, at x, see dad::sparse_hessian; as sparse_jacobian.
///
///     auto plan = dad::sparse_hessian_plan(f, x);              // on every rank
///     dad::sparse_matrix H = dad::mpi::sparse_hessian(plan, x);  // at the root
template <class F, class X>
sparse_matrix sparse_hessian(const F& f, const X& x, const options& o = {}) {
  return detail::find_hessian_of<detail::sparse_hessian_kind<false>>(detail::default_communicator(), f, x, o);
}
template <class F, class X>
sparse_matrix sparse_hessian(const boost::mpi::communicator& comm, const F& f, const X& x,
                             const options& o = {}) {
  return detail::find_hessian_of<detail::sparse_hessian_kind<false>>(MPI_Comm(comm), f, x, o);
}
/// By a plan, as sparse_jacobian.
template <class F, class X>
sparse_matrix sparse_hessian(const hessian_plan<F, X>& plan, const std::type_identity_t<X>& x,
                             const options& o = {}) {
  return detail::find_by_plan<detail::sparse_hessian_kind<false>>(detail::default_communicator(), plan, x, o);
}
template <class F, class X>
sparse_matrix sparse_hessian(const boost::mpi::communicator& comm, const hessian_plan<F, X>& plan,
                             const std::type_identity_t<X>& x, const options& o = {}) {
  return detail::find_by_plan<detail::sparse_hessian_kind<false>>(MPI_Comm(comm), plan, x, o);
}

/// The value of f, which returns a scalar, and its sparse Hessian, see dad::value_and_sparse_hessian.
///
///     auto [value, H] = dad::mpi::value_and_sparse_hessian(f, x);
template <class F, class X>
auto value_and_sparse_hessian(const F& f, const X& x, const options& o = {}) {
  return detail::find_hessian_of<detail::sparse_hessian_kind<true>>(detail::default_communicator(), f, x, o);
}
template <class F, class X>
auto value_and_sparse_hessian(const boost::mpi::communicator& comm, const F& f, const X& x,
                              const options& o = {}) {
  return detail::find_hessian_of<detail::sparse_hessian_kind<true>>(MPI_Comm(comm), f, x, o);
}
/// By a plan, as sparse_jacobian.
template <class F, class X>
auto value_and_sparse_hessian(const hessian_plan<F, X>& plan, const std::type_identity_t<X>& x,
                              const options& o = {}) {
  return detail::find_by_plan<detail::sparse_hessian_kind<true>>(detail::default_communicator(), plan, x, o);
}
template <class F, class X>
auto value_and_sparse_hessian(const boost::mpi::communicator& comm, const hessian_plan<F, X>& plan,
                              const std::type_identity_t<X>& x, const options& o = {}) {
  return detail::find_by_plan<detail::sparse_hessian_kind<true>>(MPI_Comm(comm), plan, x, o);
}

}  // namespace dad::mpi
