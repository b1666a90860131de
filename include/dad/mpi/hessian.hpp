// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Hessian of one function over ranks, in blocks of rows.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <dad/driver/hessian.hpp>
#include <dad/mpi/point_call.hpp>

namespace dad::mpi {

namespace detail {

/// The blocks are the sweeps of dad::hessian, and so are the bits: entries of the lower triangle, the others
/// follow by symmetry.
template <class F, class X, bool HasValue>
class hessian_task {
 public:
  hessian_task(const F& f, const shared_point<X>& x) : f_(f), x_(x) {}

  /// f recorded.
  struct memory {
    dad::detail::lease<dad::detail::hessian_products> products;
    dad::detail::lease<dad::detail::lane_slots> lanes;
    bool is_recorded = false;
    double value = 0.0;
  };
  void plan(memory& kept) {
    size_ = x_.real_count();
    if constexpr (!number<X>) {
      record(kept);
      planned_ = &*kept.products;
    }
  }
  [[nodiscard]] std::size_t block_count() const {
    return planned_ == nullptr ? 1 : std::max<std::size_t>(1, planned_->block_count());
  }
  void compute(std::size_t block, memory& kept, direction_results& out) const {
    if constexpr (number<X>) {
      const auto [value, hessian] = dad::value_and_hessian(f_, *x_);
      out.numbers.push_back(hessian(0, 0));
      kept.value = value;
    } else {
      record_once(kept);
      if (block < kept.products->block_count())
        kept.products->compute_block(block, *kept.lanes,
                                     out.numbers.extend(kept.products->number_count(block)));
    }
    if (HasValue && block == 0) packer(out.value) << kept.value;
  }
  void compute_in_place(std::size_t block, memory& kept, std::vector<std::byte>& value) {
    if constexpr (number<X>) {
      direction_results out;
      compute(block, kept, out);
      place({block, block + 1}, out.numbers);
      value = std::move(out.value);
    } else {
      record_once(kept);
      if (block < kept.products->block_count()) kept.products->write_block(block, *kept.lanes, hessian_);
      if (HasValue && block == 0) packer(value) << kept.value;
    }
  }
  /// The value and the gradient, and a product with the Hessian in a direction that all inputs have part in.
  void sample(memory& kept, direction_results& out) const {
    if constexpr (number<X>) {
      compute(0, kept, out);
    } else {
      dad::detail::hessian_products& products = *kept.products;
      matrix product(1, products.input_count());
      products.multiply(*kept.lanes, product,
                        [](std::size_t, std::size_t k) { return 1.0 + 1.0 / double(k + 2); });
      out.numbers.append({product.data(), product.size()});
      for (std::size_t k = 0; k < products.input_count(); ++k) out.numbers.push_back(products.gradient(k));
      out.numbers.push_back(kept.value);
    }
  }

  [[nodiscard]] std::size_t size() const { return size_ * size_; }
  void make_room() { hessian_ = planned_ == nullptr ? matrix(size_, size_) : planned_->room(); }
  [[nodiscard]] list_view<double> numbers() { return {hessian_.data(), hessian_.size()}; }
  void place(index_range blocks, list_view<const double> numbers) {
    const double* next = numbers.data();
    if (planned_ == nullptr) {
      hessian_(0, 0) = *next;
      return;
    }
    const std::size_t end = std::min(blocks.end, planned_->block_count());
    std::size_t expected = 0;
    for (std::size_t b = blocks.begin; b < end; ++b) expected += planned_->number_count(b);
    require_place(name_of(blocks.begin), 0, numbers.size(), expected, size());
    for (std::size_t b = blocks.begin; b < end; next += planned_->number_count(b++))
      planned_->place_block(b, next, hessian_);
  }
  [[nodiscard]] matrix take() { return std::move(hessian_); }

  [[nodiscard]] static std::string name_of(std::size_t block) {
    return "sweep " + std::to_string(block) + " of the Hessian";
  }

 private:
  void record_once(memory& kept) const {
    if (!kept.is_recorded) record(kept);
  }
  void record(memory& kept) const {
    kept.value = kept.products->record(f_, *x_);
    kept.is_recorded = true;
  }

  const F& f_;
  const shared_point<X>& x_;
  std::size_t size_ = 0;
  const dad::detail::hessian_products* planned_ = nullptr;  // none for a number: one second derivative
  matrix hessian_;
};

struct hessian_alone {};
struct hessian_with_value {};

template <bool HasValue, class Where, class F, class X>
auto find_hessian(const Where& where, const F& f, const X& x, const options& o) {
  using kind = std::conditional_t<HasValue, hessian_with_value, hessian_alone>;
  constexpr const char* routine = HasValue ? "value_and_hessian" : "hessian";
  decltype(auto) point = travelling(x);
  using point_type = std::remove_cvref_t<decltype(point)>;
  shared_point<point_type> shared(point);
  hessian_task<F, point_type, HasValue> task(f, shared);
  no_parameters none;
  const auto value = compute_over_ranks<kind, F>(where, routine, shared, none, task, o, no_check);
  if constexpr (HasValue)
    return value_hessian<double, matrix>{unpacked<double>(value), task.take()};
  else
    return task.take();
}

}  // namespace detail

/// The Hessian of f, which returns a scalar, at x, see dad::hessian; over ranks as jacobian.hpp says.
///
///     dad::matrix H = dad::mpi::hessian(f, x);  // at the root
template <class F, class X>
auto hessian(const F& f, const X& x, const options& o = {}) {
  return detail::find_hessian<false>(detail::default_communicator(), f, x, o);
}
template <class F, class X>
auto hessian(const boost::mpi::communicator& comm, const F& f, const X& x, const options& o = {}) {
  return detail::find_hessian<false>(MPI_Comm(comm), f, x, o);
}

/// The value of f and its Hessian, see dad::value_and_hessian.
///
///     auto [value, H] = dad::mpi::value_and_hessian(f, x);
template <class F, class X>
auto value_and_hessian(const F& f, const X& x, const options& o = {}) {
  return detail::find_hessian<true>(detail::default_communicator(), f, x, o);
}
template <class F, class X>
auto value_and_hessian(const boost::mpi::communicator& comm, const F& f, const X& x, const options& o = {}) {
  return detail::find_hessian<true>(MPI_Comm(comm), f, x, o);
}

}  // namespace dad::mpi
