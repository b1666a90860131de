// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The object behind the functions of batch.hpp, for programs that want one of their own.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <memory>
#include <utility>

#include <dad/mpi/batch_sum.hpp>
#include <dad/mpi/check.hpp>
#include <dad/mpi/find_nonfinite.hpp>
#include <dad/mpi/run_batch.hpp>

namespace dad::mpi {

/// Makes batch calls over the ranks of a communicator, with a private duplicate of it and options of its own,
/// which it keeps from call to call. Construction is collective, and so is every call; each has the meaning
/// of the function of the same name in batch.hpp. Calls from two threads at once throw dad::mpi::error; with
/// one executor for each thread they work, where MPI was initialised with MPI_THREAD_MULTIPLE. Without MPI,
/// calls run in this process. It may outlive MPI; calls throw then.
///
///     dad::mpi::batch_executor ranks({.schedule = dad::mpi::schedule::dynamic});
///     auto r = ranks.batch_eval(f, inputs);
class batch_executor {
 public:
  explicit batch_executor(options o = {}) : batch_executor(detail::default_communicator(), std::move(o)) {}
  explicit batch_executor(const boost::mpi::communicator& comm, options o = {})
      : batch_executor(MPI_Comm(comm), std::move(o)) {}

  /// May be changed between calls, on all ranks alike.
  [[nodiscard]] options& settings() noexcept { return settings_; }
  [[nodiscard]] const options& settings() const noexcept { return settings_; }

  template <class F, class Inputs>
  auto batch_eval(const F& f, const Inputs& inputs) {
    return detail::batch(place(), dad::detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{},
                         settings_);
  }
  template <class Input, class Value, class F, class Inputs>
  void batch_eval_into(batch_result<dad::detail::gradients, Input, Value>& r, const F& f,
                       const Inputs& inputs) {
    detail::batch_into(place(), r, dad::detail::gradients{}, "batch_eval", f, inputs, detail::no_seeds{},
                       settings_);
  }
  template <class F, class Inputs>
  [[nodiscard]] nonfinite_report batch_find_nonfinite(const F& f, const Inputs& inputs) {
    return detail::find_nonfinite(place(), f, inputs, settings_);
  }
  template <class F, class Inputs>
  [[nodiscard]] check_report batch_check_gradient(const F& f, const Inputs& inputs,
                                                  const check_options& how = {}) {
    return detail::check_batch(place(), f, inputs, how, settings_);
  }
  template <class F, class Inputs, class Tangents>
  auto batch_jvp(const F& f, const Inputs& inputs, const Tangents& directions) {
    return detail::batch(place(), dad::detail::tangents{}, "batch_jvp", f, inputs, directions, settings_);
  }
  template <class Input, class Value, class F, class Inputs, class Tangents>
  void batch_jvp_into(batch_result<dad::detail::tangents, Input, Value>& r, const F& f, const Inputs& inputs,
                      const Tangents& directions) {
    detail::batch_into(place(), r, dad::detail::tangents{}, "batch_jvp", f, inputs, directions, settings_);
  }
  template <class F, class Inputs, class Seeds>
  auto batch_vjp(const F& f, const Inputs& inputs, const Seeds& seeds) {
    return detail::batch(place(), dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds, settings_);
  }
  template <class Input, class Value, class F, class Inputs, class Seeds>
  void batch_vjp_into(batch_result<dad::detail::adjoints, Input, Value>& r, const F& f, const Inputs& inputs,
                      const Seeds& seeds) {
    detail::batch_into(place(), r, dad::detail::adjoints{}, "batch_vjp", f, inputs, seeds, settings_);
  }
  template <class F, class Inputs>
  auto batch_jacobian(const F& f, const Inputs& inputs) {
    return detail::batch(place(), dad::detail::jacobians{}, "batch_jacobian", f, inputs, detail::no_seeds{},
                         settings_);
  }
  template <class Input, class Value, class F, class Inputs>
  void batch_jacobian_into(batch_result<dad::detail::jacobians, Input, Value>& r, const F& f,
                           const Inputs& inputs) {
    detail::batch_into(place(), r, dad::detail::jacobians{}, "batch_jacobian", f, inputs, detail::no_seeds{},
                       settings_);
  }
  template <class F, class Inputs>
  auto batch_hessian(const F& f, const Inputs& inputs) {
    return detail::batch(place(), dad::detail::hessians{}, "batch_hessian", f, inputs, detail::no_seeds{},
                         settings_);
  }
  template <class Input, class Value, class F, class Inputs>
  void batch_hessian_into(batch_result<dad::detail::hessians, Input, Value>& r, const F& f,
                          const Inputs& inputs) {
    detail::batch_into(place(), r, dad::detail::hessians{}, "batch_hessian", f, inputs, detail::no_seeds{},
                       settings_);
  }
  template <class F, class Inputs, class Directions>
  auto batch_hvp(const F& f, const Inputs& inputs, const Directions& directions) {
    return detail::batch(place(), dad::detail::products{}, "batch_hvp", f, inputs, directions, settings_);
  }
  template <class Input, class Value, class F, class Inputs, class Directions>
  void batch_hvp_into(batch_result<dad::detail::products, Input, Value>& r, const F& f, const Inputs& inputs,
                      const Directions& directions) {
    detail::batch_into(place(), r, dad::detail::products{}, "batch_hvp", f, inputs, directions, settings_);
  }

  template <class F, class Shared, class Inputs>
  auto batch_sum(const F& f, const Shared& shared, const Inputs& inputs) {
    return detail::batch_sum(place(), f, shared, inputs, settings_);
  }

 private:
  batch_executor(MPI_Comm users, options o) : settings_(std::move(o)) {
    if (detail::is_finalized()) throw error("batch_executor was made after MPI was finalised");
    if (!detail::is_initialized()) return;
    detail::require_usable(users);
    over_ = detail::make_own_channel(users);
  }
  [[nodiscard]] detail::own_channel place() const { return {over_.get()}; }

  detail::own_channel_pointer over_;
  options settings_;
};

}  // namespace dad::mpi
