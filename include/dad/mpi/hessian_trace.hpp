// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The trace of a Hessian from its products with random directions, over ranks.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <dad/driver/hessian_trace.hpp>
#include <dad/mpi/point_call.hpp>

namespace dad::mpi {

namespace detail {

/// The probes of a pass are those of dad::hessian_trace, and so are the bits.
template <class F, class X>
class trace_task {
  static constexpr std::size_t least = dad::detail::product_block;
  static constexpr std::size_t most = 32;

 public:
  trace_task(const F& f, const shared_point<X>& x, const trace_options& wanted)
      : f_(f), x_(x), wanted_(wanted) {}

  /// f recorded.
  struct memory {
    std::optional<dad::detail::direction_multiplier<F, X>> multiply;
  };
  void plan(memory&) {}
  [[nodiscard]] std::size_t block_count() const {
    return (wanted_.probes + probes_of_a_block() - 1) / probes_of_a_block();
  }
  void compute(std::size_t block, memory& kept, direction_results& out) const {
    const index_range probes = probes_of(block);
    if (!kept.multiply) kept.multiply.emplace(f_, *x_);
    for (const double sample : dad::detail::trace_samples(*kept.multiply, x_.real_count(), wanted_.seed,
                                                          probes.begin, probes.size()))
      out.numbers.push_back(sample);
  }

  [[nodiscard]] std::size_t size() const { return wanted_.probes; }
  void make_room() { samples_.resize(wanted_.probes); }
  [[nodiscard]] list_view<double> numbers() { return samples_; }
  void place(index_range blocks, list_view<const double> numbers) {
    std::copy(numbers.begin(), numbers.end(), samples_.begin() + blocks.begin * probes_of_a_block());
  }
  [[nodiscard]] const list<double>& samples() const { return samples_; }

  [[nodiscard]] std::string name_of(std::size_t block) const {
    return name_of_range("probes", probes_of(block));
  }

 private:
  // A sweep of most probes costs about twice what one of the fewest does, and there are to be two blocks.
  [[nodiscard]] std::size_t probes_of_a_block() const {
    const std::size_t half = (wanted_.probes + 2 * least - 1) / (2 * least) * least;
    return std::clamp(half, least, most);
  }
  [[nodiscard]] index_range probes_of(std::size_t block) const {
    const std::size_t first = block * probes_of_a_block();
    return {first, std::min(wanted_.probes, first + probes_of_a_block())};
  }

  const F& f_;
  const shared_point<X>& x_;
  const trace_options& wanted_;  // the root's, once it has come
  list<double> samples_;
};

struct trace_alone {};

template <class Where, class F, class X>
trace_estimate<double> find_trace(const Where& where, const F& f, const X& x, trace_options wanted,
                                  const options& o) {
  decltype(auto) point = travelling(x);
  using point_type = std::remove_cvref_t<decltype(point)>;
  shared_point<point_type> shared(point);
  trace_task<F, point_type> task(f, shared, wanted);
  (void)compute_over_ranks<trace_alone, F>(where, "hessian_trace", shared, wanted, task, o,
                                           [&](bool is_root) {
                                             if (is_root) dad::detail::check_probe_count(wanted.probes);
                                           });
  if (task.samples().empty()) return {0.0, 0.0, 0};
  return dad::detail::trace_from_samples<double>(task.samples());
}

}  // namespace detail

/// An estimate of the trace of the Hessian of f, which returns a scalar, at x, see dad::hessian_trace; over
/// ranks as jacobian.hpp says. Each rank records f, which is most of the time unless there are many probes:
/// up to 32 of them are a block, a sweep. Probes and seed are the root's.
///
///     auto trace = dad::mpi::hessian_trace(f, x, {.probes = 256, .seed = 1});  // at the root
template <class F, class X>
auto hessian_trace(const F& f, const X& x, const trace_options& wanted = {}, const options& o = {}) {
  return detail::find_trace(detail::default_communicator(), f, x, wanted, o);
}
template <class F, class X>
auto hessian_trace(const boost::mpi::communicator& comm, const F& f, const X& x,
                   const trace_options& wanted = {}, const options& o = {}) {
  return detail::find_trace(MPI_Comm(comm), f, x, wanted, o);
}

}  // namespace dad::mpi
