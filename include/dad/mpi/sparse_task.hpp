// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sparse derivative as blocks of the seeds of its plan.

#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <dad/mpi/point_call.hpp>
#include <dad/sparsity/hessian.hpp>
#include <dad/sparsity/jacobian.hpp>

namespace dad::mpi::detail {

/// Whether a plan has a way that is shorter than seeds, which is not shared out.
template <class F, class X>
bool is_direct(const jacobian_plan<F, X>& plan) {
  return plan.multiplication_count() > 0;
}
template <class F, class X>
bool is_direct(const hessian_plan<F, X>& plan) {
  return plan.form_count() > 0;
}

/// The seeds of a plan that are tangents; those behind them are adjoints.
template <class F, class X>
std::size_t tangent_count(const jacobian_plan<F, X>& plan) {
  return plan.tangent_count();
}
template <class F, class X>
std::size_t tangent_count(const hessian_plan<F, X>& plan) {
  return plan.seed_count();
}

/// Eight seeds of a kind share an evaluation of a plan, and are a block; what a plan has a direct way for is
/// one block. So the bits are those of the plan alone.
template <class Plan, class X, class Make, bool HasValue>
class sparse_task {
  static constexpr std::size_t seeds_of_a_pass = 8;
  static constexpr std::size_t passes(std::size_t seeds) {
    return (seeds + seeds_of_a_pass - 1) / seeds_of_a_pass;
  }

 public:
  using value_type = std::remove_cvref_t<decltype(std::declval<Plan&>().into(std::declval<sparse_matrix&>(),
                                                                             std::declval<const X&>()))>;

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
    // f is called where all is zero too: it may throw, and has a value.
    const std::size_t tangents = tangent_count(*plan_);
    return std::max<std::size_t>(1, passes(tangents) + passes(plan_->seed_count() - tangents));
  }
  void compute(std::size_t block, memory& kept, direction_results& out) const {
    if (!kept.plan) kept.plan.emplace(*plan_);
    if (is_direct(*plan_)) {
      sparse_matrix whole;
      keep_value(kept.plan->into(whole, *x_), out);
      out.numbers.append(list_view<const double>(whole.values().data(), whole.values().size()));
      return;
    }
    const index_range seeds = seeds_of(block);
    const std::size_t before = out.numbers.size();
    out.numbers.resize(before + seeds.size() * plan_->row_size());
    const auto value = kept.plan->compressed_into({out.numbers.data() + before, out.numbers.size() - before},
                                                  *x_, seeds.begin, seeds.size());
    if (block == 0) keep_value(value, out);
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
    const std::size_t first = seeds_of(blocks.begin).begin * plan_->row_size();
    const std::size_t last = is_direct(*plan_) ? size() : seeds_of(blocks.end - 1).end * plan_->row_size();
    require_place(name_of(blocks.begin), first, numbers.size(), last - first, numbers_.size());
    std::copy(numbers.begin(), numbers.end(), numbers_.begin() + first);
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
    const std::size_t tangents = tangent_count(*plan_), blocks_of_tangents = passes(tangents);
    const auto part = [](std::size_t first, std::size_t last, std::size_t k) {
      return index_range{std::min(last, first + k * seeds_of_a_pass),
                         std::min(last, first + (k + 1) * seeds_of_a_pass)};
    };
    return block < blocks_of_tangents ? part(0, tangents, block)
                                      : part(tangents, plan_->seed_count(), block - blocks_of_tangents);
  }

  static void keep_value(const value_type& value, direction_results& out) {
    if constexpr (HasValue) {
      static_assert(require_travels<value_type>());
      packer archive(out.value);
      archive << value;
    }
  }

  const char* subject_;
  const shared_point<X>& x_;
  Make make_;
  std::optional<Plan> plan_;
  list<double> numbers_;  // rows of the compressed matrix, or entries of the pattern
  bool has_room_ = false;
};

}  // namespace dad::mpi::detail
