// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ends of the spectrum of a Hessian over ranks: the root searches, all compute the products it asks for.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <dad/driver/hessian_eigenvalues.hpp>
#include <dad/mpi/point_call.hpp>

namespace dad::mpi {

namespace detail {

/// Products with the rows of a matrix; the directions of a pass are those of dad::hessian_eigenvalues, and so
/// are the bits.
template <class F, class X>
class products_task {
  static constexpr std::size_t directions_of_a_pass = dad::detail::product_block;

 public:
  using multiplier = dad::detail::direction_multiplier<F, X>;

  /// f recorded, for each thread that multiplies; from step to step.
  class shelf {
   public:
    std::unique_ptr<multiplier> take(const F& f, const X& x) {
      const std::lock_guard lock(mutex_);
      if (kept_.empty()) return std::make_unique<multiplier>(f, x);
      auto newest = std::move(kept_.back());
      kept_.pop_back();
      return newest;
    }
    void give_back(std::unique_ptr<multiplier> m) {
      const std::lock_guard lock(mutex_);
      kept_.push_back(std::move(m));
    }

   private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<multiplier>> kept_;
  };

  /// Directions for every rank.
  products_task(const F& f, const shared_point<X>& x, const matrix& directions, shelf& recorded)
      : f_(f), x_(x), directions_(directions), recorded_(recorded) {}

  struct memory {
    shelf* from = nullptr;
    std::unique_ptr<multiplier> multiply = nullptr;
    ~memory() {
      if (multiply != nullptr) from->give_back(std::move(multiply));
    }
  };
  void plan(memory&) {}
  [[nodiscard]] std::size_t block_count() const {
    return (directions_.rows() + directions_of_a_pass - 1) / directions_of_a_pass;
  }
  void compute(std::size_t block, memory& kept, direction_results& out) const {
    if (kept.multiply == nullptr) {
      kept.from = &recorded_;
      kept.multiply = recorded_.take(f_, *x_);
    }
    const index_range rows = rows_of(block);
    matrix directions(rows.size(), directions_.cols());
    std::copy(directions_.row(rows.begin).data(), directions_.data() + rows.end * directions_.cols(),
              directions.data());
    const matrix products = (*kept.multiply)(directions);
    out.numbers.append(list_view<const double>(products.data(), products.size()));
  }

  [[nodiscard]] std::size_t size() const { return directions_.size(); }
  void make_room() { products_ = matrix(dad::detail::unwritten{}, directions_.rows(), directions_.cols()); }
  [[nodiscard]] list_view<double> numbers() { return {products_.data(), products_.size()}; }
  void place(index_range blocks, list_view<const double> numbers) {
    std::copy(numbers.begin(), numbers.end(), products_.row(rows_of(blocks.begin).begin).data());
  }
  [[nodiscard]] matrix take() { return std::move(products_); }

  [[nodiscard]] std::string name_of(std::size_t block) const {
    return name_of_range("directions", rows_of(block));
  }

 private:
  [[nodiscard]] index_range rows_of(std::size_t block) const {
    return {block * directions_of_a_pass, std::min(directions_.rows(), (block + 1) * directions_of_a_pass)};
  }

  const F& f_;
  const shared_point<X>& x_;
  const matrix& directions_;
  shelf& recorded_;
  matrix products_;
};

struct eigenvalues_alone {};

/// Refuses what has no meaning where one step depends on the one before.
DAD_ENGINE void require_for_steps(const options& o);
/// The root's result on every rank.
DAD_ENGINE void broadcast_result(const channel& over, extreme_eigenvalues& e, int root);

#if DAD_DEFINES_ENGINE

DAD_ENGINE void require_for_steps(const options& o) {
  if (!o.journal.empty())
    refuse("journal is set", "none: each step of hessian_eigenvalues depends on the one before");
  if (o.progress)
    refuse("progress is set", "none: how many steps hessian_eigenvalues takes is not known beforehand");
}

DAD_ENGINE void broadcast_result(const channel& over, extreme_eigenvalues& e, int root) {
  std::vector<std::byte> bytes;
  const auto walk = [&](auto& archive) {
    for (eigenpairs* const pairs : {&e.largest, &e.smallest})
      archive & pairs->values & pairs->residuals & pairs->vectors;
    archive& e.converged& e.products;
  };
  if (over.rank == root) {
    packer archive(bytes);
    walk(archive);
  }
  broadcast_bytes(over, bytes, root);
  if (over.rank == root) return;
  unpacker archive(bytes);
  walk(archive);
}

#endif

template <class Where, class F, class X>
extreme_eigenvalues find_eigenvalues(const Where& where, const F& f, const X& x,
                                     const eigenvalue_options& wanted, const options& o) {
  static constexpr const char* routine = "hessian_eigenvalues";
  decltype(auto) point = travelling(x);
  using point_type = std::remove_cvref_t<decltype(point)>;
  shared_point<point_type> shared(point);
  no_parameters none;
  options of_steps = o;
  of_steps.results = on::root;

  const auto search = [&](channel* over) {
    point_call<eigenvalues_alone, F, point_type> call(over, routine, shared, none, o,
                                                      [&](bool) { require_for_steps(o); });
    matrix directions;
    typename products_task<F, point_type>::shelf recorded;
    const auto multiply = [&] {
      products_task<F, point_type> task(f, shared, directions, recorded);
      (void)call.compute(task, of_steps);
      return task.take();
    };
    // What the root does next: another product, with this many directions, or none.
    const auto next_step = [&](const failure& mine) {
      if (over == nullptr) return;
      settle_at(*over, o.root, mine);
      std::uint64_t rows = directions.rows();
      broadcast(*over, rows, o.root);
      if (!call.is_root()) or_end_job(over->rank, [&] { directions = matrix(rows, shared.real_count()); });
      broadcast(*over, writable_bytes_of(std::span(directions.data(), directions.size())), o.root);
    };

    extreme_eigenvalues result;
    if (call.is_root()) {
      std::exception_ptr thrown_by_all;
      const failure mine = attempt([&] {
        result = dad::detail::block_lanczos(shared.real_count(), wanted, [&](const matrix& asked) {
          directions = asked;
          try {
            next_step({});
            return multiply();
          } catch (...) {
            thrown_by_all = std::current_exception();
            throw;
          }
        });
      });
      if (thrown_by_all) std::rethrow_exception(thrown_by_all);
      directions = {};
      if (over == nullptr && mine) throw_failure(mine.kind, mine.text);
      next_step(mine);
    } else {
      for (next_step({}); directions.rows() > 0; next_step({})) (void)multiply();
    }
    if (over != nullptr && o.results == on::all) broadcast_result(*over, result, o.root);
    return result;
  };
  return dispatch(
      where, routine, o, [&](channel& over) { return search(&over); }, [&] { return search(nullptr); });
}

}  // namespace detail

/// The largest and the smallest eigenvalues of the Hessian of f, which returns a scalar, at x, see
/// dad::hessian_eigenvalues, with the same bits; over ranks as jacobian.hpp says. What is wanted is the
/// root's, and the root alone keeps the vectors of the search. Each rank records f once; it takes eight
/// directions at a time, which cost little more than one: with {.block = 8 * ranks} all ranks have some. (The
/// bits depend on the block, so dad does not choose it by the ranks.) There is no journal.
///
///     auto e = dad::mpi::hessian_eigenvalues(f, x, {.largest = 5, .block = 16});  // at the root, of 2 ranks
template <class F, class X>
extreme_eigenvalues hessian_eigenvalues(const F& f, const X& x, const eigenvalue_options& wanted = {},
                                        const options& o = {}) {
  return detail::find_eigenvalues(detail::default_communicator(), f, x, wanted, o);
}
template <class F, class X>
extreme_eigenvalues hessian_eigenvalues(const boost::mpi::communicator& comm, const F& f, const X& x,
                                        const eigenvalue_options& wanted = {}, const options& o = {}) {
  return detail::find_eigenvalues(MPI_Comm(comm), f, x, wanted, o);
}

}  // namespace dad::mpi
