// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives at many inputs, over ranks: the functions of dad/batch/batch.hpp with the same results, bit for
// bit.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <dad/mpi/run_batch.hpp>

namespace dad::mpi {

// All of them are collective: every rank of the communicator (the first argument; all ranks of the job
// without it) calls the same function with the same f and options. Inputs and seeds are read at
// options::root, the others may pass empty ones of the same type. The result is whole at the root, in input
// order, and empty elsewhere (options::inputs and results change that). Without MPI they run in this process.
// What f throws for an input becomes one dad::batch_error, for the lowest index, on every rank, or is
// collected at the root; dad::mpi::error, also on every rank, says that MPI failed or that ranks disagree.
// Those that end in _into write into the memory of an earlier result of the same type.

/// The value and gradient of f at each input, see dad::batch_eval.
///
///     dad::mpi::environment env(argc, argv);
///     auto r = dad::mpi::batch_eval(f, inputs);
///     for (auto [value, gradient] : r) ...  // at the root
template <class F, class Inputs>
auto batch_eval(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
                const options& o = {}) {
  return detail::batch(MPI_Comm(comm), dad::detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{},
                       o);
}
template <class F, class Inputs>
auto batch_eval(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::gradients{}, "batch_eval", f, inputs,
                       detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_eval_into(const boost::mpi::communicator& comm,
                     batch_result<dad::detail::gradients, Input, Value>& r, const F& f, const Inputs& inputs,
                     const options& o = {}) {
  detail::batch_into(MPI_Comm(comm), r, dad::detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{},
                     o);
}
template <class Input, class Value, class F, class Inputs>
void batch_eval_into(batch_result<dad::detail::gradients, Input, Value>& r, const F& f, const Inputs& inputs,
                     const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::gradients{}, "batch_eval", f, inputs,
                     detail::no_seeds{}, o);
}

/// The value and tangent of f at each input along its direction, see dad::batch_jvp.
template <class F, class Inputs, class Tangents>
auto batch_jvp(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
               const Tangents& directions, const options& o = {}) {
  return detail::batch(MPI_Comm(comm), dad::detail::tangents{}, "batch_jvp", f, inputs, directions, o);
}
template <class F, class Inputs, class Tangents>
auto batch_jvp(const F& f, const Inputs& inputs, const Tangents& directions, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::tangents{}, "batch_jvp", f, inputs,
                       directions, o);
}
template <class Input, class Value, class F, class Inputs, class Tangents>
void batch_jvp_into(const boost::mpi::communicator& comm,
                    batch_result<dad::detail::tangents, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Tangents& directions, const options& o = {}) {
  detail::batch_into(MPI_Comm(comm), r, dad::detail::tangents{}, "batch_jvp", f, inputs, directions, o);
}
template <class Input, class Value, class F, class Inputs, class Tangents>
void batch_jvp_into(batch_result<dad::detail::tangents, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Tangents& directions, const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::tangents{}, "batch_jvp", f, inputs,
                     directions, o);
}

/// The value of f at each input and the input's adjoint for its seed, see dad::batch_vjp.
template <class F, class Inputs, class Seeds>
auto batch_vjp(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs, const Seeds& seeds,
               const options& o = {}) {
  return detail::batch(MPI_Comm(comm), dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds, o);
}
template <class F, class Inputs, class Seeds>
auto batch_vjp(const F& f, const Inputs& inputs, const Seeds& seeds, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds,
                       o);
}
template <class Input, class Value, class F, class Inputs, class Seeds>
void batch_vjp_into(const boost::mpi::communicator& comm,
                    batch_result<dad::detail::adjoints, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Seeds& seeds, const options& o = {}) {
  detail::batch_into(MPI_Comm(comm), r, dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds, o);
}
template <class Input, class Value, class F, class Inputs, class Seeds>
void batch_vjp_into(batch_result<dad::detail::adjoints, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Seeds& seeds, const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::adjoints{}, "batch_vjp", f, inputs,
                     seeds, o);
}

/// The value and Jacobian of f at each input, see dad::batch_jacobian.
template <class F, class Inputs>
auto batch_jacobian(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
                    const options& o = {}) {
  return detail::batch(MPI_Comm(comm), dad::detail::jacobians{}, "batch_jacobian", f, inputs,
                       detail::no_seeds{}, o);
}
template <class F, class Inputs>
auto batch_jacobian(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::jacobians{}, "batch_jacobian", f, inputs,
                       detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_jacobian_into(const boost::mpi::communicator& comm,
                         batch_result<dad::detail::jacobians, Input, Value>& r, const F& f,
                         const Inputs& inputs, const options& o = {}) {
  detail::batch_into(MPI_Comm(comm), r, dad::detail::jacobians{}, "batch_jacobian", f, inputs,
                     detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_jacobian_into(batch_result<dad::detail::jacobians, Input, Value>& r, const F& f,
                         const Inputs& inputs, const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::jacobians{}, "batch_jacobian", f, inputs,
                     detail::no_seeds{}, o);
}

/// The value and Hessian of f at each input, see dad::batch_hessian.
template <class F, class Inputs>
auto batch_hessian(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
                   const options& o = {}) {
  return detail::batch(MPI_Comm(comm), dad::detail::hessians{}, "batch_hessian", f, inputs,
                       detail::no_seeds{}, o);
}
template <class F, class Inputs>
auto batch_hessian(const F& f, const Inputs& inputs, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::hessians{}, "batch_hessian", f, inputs,
                       detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_hessian_into(const boost::mpi::communicator& comm,
                        batch_result<dad::detail::hessians, Input, Value>& r, const F& f,
                        const Inputs& inputs, const options& o = {}) {
  detail::batch_into(MPI_Comm(comm), r, dad::detail::hessians{}, "batch_hessian", f, inputs,
                     detail::no_seeds{}, o);
}
template <class Input, class Value, class F, class Inputs>
void batch_hessian_into(batch_result<dad::detail::hessians, Input, Value>& r, const F& f,
                        const Inputs& inputs, const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::hessians{}, "batch_hessian", f, inputs,
                     detail::no_seeds{}, o);
}

/// The value of f at each input and its Hessian times the input's direction, see dad::batch_hvp.
template <class F, class Inputs, class Directions>
auto batch_hvp(const boost::mpi::communicator& comm, const F& f, const Inputs& inputs,
               const Directions& directions, const options& o = {}) {
  return detail::batch(MPI_Comm(comm), dad::detail::products{}, "batch_hvp", f, inputs, directions, o);
}
template <class F, class Inputs, class Directions>
auto batch_hvp(const F& f, const Inputs& inputs, const Directions& directions, const options& o = {}) {
  return detail::batch(detail::default_communicator(), dad::detail::products{}, "batch_hvp", f, inputs,
                       directions, o);
}
template <class Input, class Value, class F, class Inputs, class Directions>
void batch_hvp_into(const boost::mpi::communicator& comm,
                    batch_result<dad::detail::products, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Directions& directions, const options& o = {}) {
  detail::batch_into(MPI_Comm(comm), r, dad::detail::products{}, "batch_hvp", f, inputs, directions, o);
}
template <class Input, class Value, class F, class Inputs, class Directions>
void batch_hvp_into(batch_result<dad::detail::products, Input, Value>& r, const F& f, const Inputs& inputs,
                    const Directions& directions, const options& o = {}) {
  detail::batch_into(detail::default_communicator(), r, dad::detail::products{}, "batch_hvp", f, inputs,
                     directions, o);
}

}  // namespace dad::mpi
