// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Jacobians and Hessians over ranks, in blocks of the seeds of their plans.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/mpi/point_call.hpp>
#include <dad/sparsity/hessian.hpp>
#include <dad/sparsity/jacobian.hpp>

namespace dad::mpi {

namespace detail {

/// Whether a plan has a way that is shorter than seeds, which is not shared out.
template <class F, class X>
bool is_direct(const jacobian_plan<F, X>& plan) {
  return plan.multiplication_count() > 0;
}
template <class F, class X>
bool is_direct(const hessian_plan<F, X>& plan) {
  return plan.form_count() > 0;
}

/// Eight seeds share an evaluation of a plan, and are a block; what a plan has a direct way for is one block.
/// So the bits are those of the plan alone.
template <class Plan, class X, class Make>
class sparse_task {
  static constexpr std::size_t seeds_of_a_pass = 8;

 public:
  /// make(x) gives each rank its plan, the same on all of them.
  sparse_task(const char* subject, const shared_point<X>& x, Make make)
      : subject_(subject), x_(x), make_(std::move(make)) {}

  /// A plan is one thread's.
  struct memory {
    std::optional<Plan> plan;
  };
  void plan(memory&) { plan_.emplace(make_(*x_)); }
  [[nodiscard]] std::size_t block_count() const {
    if (is_direct(*plan_)) return 1;
    // f is called where all is zero too: it may throw.
    return std::max<std::size_t>(1, (plan_->seed_count() + seeds_of_a_pass - 1) / seeds_of_a_pass);
  }
  void compute(std::size_t block, memory& kept, direction_results& out) const {
    if (!kept.plan) kept.plan.emplace(*plan_);
    if (is_direct(*plan_)) {
      const sparse_matrix whole = (*kept.plan)(*x_);
      out.numbers.append(list_view<const double>(whole.values().data(), whole.values().size()));
      return;
    }
    const index_range seeds = seeds_of(block);
    const std::size_t before = out.numbers.size();
    out.numbers.resize(before + seeds.size() * plan_->row_size());
    (void)kept.plan->compressed_into({out.numbers.data() + before, out.numbers.size() - before}, *x_,
                                     seeds.begin, seeds.size());
  }

  [[nodiscard]] std::size_t size() const {
    return is_direct(*plan_) ? plan_->pattern().size() : plan_->seed_count() * plan_->row_size();
  }
  void make_room() {
    numbers_.resize(size());
    has_room_ = true;
  }
  [[nodiscard]] list_view<double> numbers() { return numbers_; }
  void place(index_range blocks, list_view<const double> numbers) {
    std::copy(numbers.begin(), numbers.end(),
              numbers_.begin() + blocks.begin * seeds_of_a_pass * plan_->row_size());
  }
  /// Empty at ranks that got no numbers.
  [[nodiscard]] sparse_matrix take() const {
    if (!has_room_) return {};
    if (is_direct(*plan_)) return {plan_->pattern(), {numbers_.begin(), numbers_.end()}};
    return plan_->recover({numbers_.data(), numbers_.size()});
  }

  [[nodiscard]] std::string name_of(std::size_t block) const {
    return is_direct(*plan_) ? subject_ : name_of_range("seeds", seeds_of(block)) + " of the " + subject_;
  }

 private:
  [[nodiscard]] index_range seeds_of(std::size_t block) const {
    return {block * seeds_of_a_pass, std::min(plan_->seed_count(), (block + 1) * seeds_of_a_pass)};
  }

  const char* subject_;
  const shared_point<X>& x_;
  Make make_;
  std::optional<Plan> plan_;
  list<double> numbers_;  // rows of the compressed matrix, or entries of the pattern
  bool has_room_ = false;
};

struct sparse_jacobian_alone {};
struct sparse_hessian_alone {};

template <class Kind, class F, class Where, class X, class Make, class Check>
sparse_matrix find_sparse(const Where& where, const X& x, const Make& make, const options& o, Check&& check) {
  static constexpr bool is_jacobian = std::is_same_v<Kind, sparse_jacobian_alone>;
  decltype(auto) point = travelling(x);
  using point_type = std::remove_cvref_t<decltype(point)>;
  using plan_type = decltype(make(point));
  shared_point<point_type> shared(point);
  no_parameters none;
  sparse_task<plan_type, point_type, Make> task(is_jacobian ? "sparse Jacobian" : "sparse Hessian", shared,
                                                make);
  (void)compute_over_ranks<Kind, F>(where, is_jacobian ? "sparse_jacobian" : "sparse_hessian", shared, none,
                                    task, o, check);
  return task.take();
}

/// With the plan that each rank has. Its point is that of the plan, or of a plan that makes itself anew.
template <class Kind, class Where, class Plan, class X>
sparse_matrix find_by_plan(const Where& where, const Plan& plan, const X& x, const options& o) {
  const auto make = [&](const X& at) {
    Plan own = plan;
    if (!own.holds_at(at)) (void)own(at);
    return own;
  };
  return find_sparse<Kind, Plan>(where, x, make, o, [&](bool is_root) {
    if (is_root) (void)make(x);
  });
}

}  // namespace detail

/// The sparse Jacobian of f at x, see dad::sparse_jacobian; over ranks as jacobian.hpp says. Each rank finds
/// pattern and colours by itself, for which f is recorded once; a plan spares it that. Eight seeds are a
/// block.
///
///     dad::sparse_matrix J = dad::mpi::sparse_jacobian(f, x);  // at the root
template <class F, class X>
sparse_matrix sparse_jacobian(const F& f, const X& x, const options& o = {}) {
  const auto make = [&](const auto& at) { return dad::sparse_jacobian_plan(f, at); };
  return detail::find_sparse<detail::sparse_jacobian_alone, F>(detail::default_communicator(), x, make, o,
                                                               detail::no_check);
}
template <class F, class X>
sparse_matrix sparse_jacobian(const boost::mpi::communicator& comm, const F& f, const X& x,
                              const options& o = {}) {
  const auto make = [&](const auto& at) { return dad::sparse_jacobian_plan(f, at); };
  return detail::find_sparse<detail::sparse_jacobian_alone, F>(MPI_Comm(comm), x, make, o, detail::no_check);
}
/// By a plan, which every rank has made in the same way. Throws, on all ranks, as the plan does at another
/// point.
template <class F, class X>
sparse_matrix sparse_jacobian(const jacobian_plan<F, X>& plan, const std::type_identity_t<X>& x,
                              const options& o = {}) {
  return detail::find_by_plan<detail::sparse_jacobian_alone>(detail::default_communicator(), plan, x, o);
}
template <class F, class X>
sparse_matrix sparse_jacobian(const boost::mpi::communicator& comm, const jacobian_plan<F, X>& plan,
                              const std::type_identity_t<X>& x, const options& o = {}) {
  return detail::find_by_plan<detail::sparse_jacobian_alone>(MPI_Comm(comm), plan, x, o);
}

/// The sparse Hessian of f, which returns a scalar, at x, see dad::sparse_hessian; as sparse_jacobian.
///
///     auto plan = dad::sparse_hessian_plan(f, x);              // on every rank
///     dad::sparse_matrix H = dad::mpi::sparse_hessian(plan, x);  // at the root
template <class F, class X>
sparse_matrix sparse_hessian(const F& f, const X& x, const options& o = {}) {
  const auto make = [&](const auto& at) { return dad::sparse_hessian_plan(f, at); };
  return detail::find_sparse<detail::sparse_hessian_alone, F>(detail::default_communicator(), x, make, o,
                                                              detail::no_check);
}
template <class F, class X>
sparse_matrix sparse_hessian(const boost::mpi::communicator& comm, const F& f, const X& x,
                             const options& o = {}) {
  const auto make = [&](const auto& at) { return dad::sparse_hessian_plan(f, at); };
  return detail::find_sparse<detail::sparse_hessian_alone, F>(MPI_Comm(comm), x, make, o, detail::no_check);
}
template <class F, class X>
sparse_matrix sparse_hessian(const hessian_plan<F, X>& plan, const std::type_identity_t<X>& x,
                             const options& o = {}) {
  return detail::find_by_plan<detail::sparse_hessian_alone>(detail::default_communicator(), plan, x, o);
}
template <class F, class X>
sparse_matrix sparse_hessian(const boost::mpi::communicator& comm, const hessian_plan<F, X>& plan,
                             const std::type_identity_t<X>& x, const options& o = {}) {
  return detail::find_by_plan<detail::sparse_hessian_alone>(MPI_Comm(comm), plan, x, o);
}

}  // namespace dad::mpi
