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

/// The rows of a pass are those of dad::hessian, and so are the bits: of each row the entries from the first
/// of the pass on, the others follow by symmetry.
template <class F, class X, bool HasValue>
class hessian_task {
  static constexpr std::size_t rows_of_a_pass = number<X> ? 1 : dad::detail::hessian_block;

 public:
  hessian_task(const F& f, const shared_point<X>& x) : f_(f), x_(x) {}

  struct memory {};
  void plan(memory&) { size_ = x_.real_count(); }
  [[nodiscard]] std::size_t block_count() const {
    // f is called where there is nothing to differentiate too: it may throw, and has a value.
    return std::max<std::size_t>(1, (size_ + rows_of_a_pass - 1) / rows_of_a_pass);
  }
  void compute(std::size_t block, memory&, direction_results& out) const {
    using S = dual<double, rows_of_a_pass, dad::detail::level<F>>;
    const index_range rows = rows_of(block);
    const auto seeded = [&](double value, std::size_t k) {
      S s(value);
      if (k >= rows.begin && k < rows.end) s.tangent(k - rows.begin) = 1.0;
      return s;
    };
    const dad::detail::lease<tape<S>> t;
    dad::detail::with_dual_gradient(*t, f_, *x_, seeded, [&](double value, list_view<const S> gradient) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = rows.begin; j < size_; ++j) out.numbers.push_back(gradient[j].tangent(i));
      if (HasValue && block == 0) packer(out.value) << value;
    });
  }

  void make_room() { hessian_ = matrix(size_, size_); }
  [[nodiscard]] list_view<double> numbers() { return {hessian_.data(), hessian_.size()}; }
  void place(index_range blocks, list_view<const double> numbers) {
    const double* next = numbers.data();
    for (std::size_t b = blocks.begin; b < blocks.end; ++b) {
      const index_range rows = rows_of(b);
      for (std::size_t i = rows.begin; i < rows.end; ++i) {
        next += i - rows.begin;  // where two rows of a pass meet, the upper one counts
        for (std::size_t j = i; j < size_; ++j) hessian_(i, j) = hessian_(j, i) = *next++;
      }
    }
  }
  [[nodiscard]] matrix take() { return std::move(hessian_); }

  [[nodiscard]] std::string name_of(std::size_t block) const {
    return name_of_range("rows", rows_of(block)) + " of the Hessian";
  }

 private:
  [[nodiscard]] index_range rows_of(std::size_t block) const {
    return {block * rows_of_a_pass, std::min(size_, (block + 1) * rows_of_a_pass)};
  }

  const F& f_;
  const shared_point<X>& x_;
  std::size_t size_ = 0;
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
