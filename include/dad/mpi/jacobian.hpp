// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian of one function over ranks: columns by tangents or rows by adjoints, in blocks.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/evaluate_item.hpp>
#include <dad/driver/jacobian.hpp>
#include <dad/mpi/point_call.hpp>

namespace dad::mpi {

namespace detail {

/// How a Jacobian is taken: by whichever has fewer directions, or as the user says.
enum class way { fewest, forward, reverse };
constexpr way way_of(forward_mode) { return way::forward; }
constexpr way way_of(reverse_mode) { return way::reverse; }
template <class Mode>
concept jacobian_mode = requires(const Mode& mode) {
  way_of(mode);
};

/// The blocks are the passes and the sweeps of dad::jacobian, and so are the bits.
template <class F, class X, bool HasValue>
class jacobian_task {
  static constexpr std::size_t columns_of_a_pass = number<X> ? 1 : dad::detail::jacobian_block;
  using scalar = var<double>;

 public:
  using value_type = dad::detail::batch_value_t<F, X>;

  jacobian_task(const F& f, const shared_point<X>& x, const way& wanted) : f_(f), x_(x), wanted_(wanted) {}

  /// f recorded, unless it is called anew for each block of columns.
  struct memory {
    dad::detail::lease<tape<double>> t;
    std::vector<scalar> outputs;
    std::optional<dad::detail::jacobian_sweeps> sweeps;
    std::optional<value_type> value;
  };
  void plan(memory& kept) {
    columns_ = x_.real_count();
    is_swept_ = wanted_ == way::reverse || (wanted_ == way::fewest && columns_ > dad::detail::jacobian_block);
    if (is_swept_) {
      record(kept);
      rows_ = kept.outputs.size();
      is_swept_ = wanted_ == way::reverse || dad::detail::can_choose(*kept.t) || rows_ < columns_;
    } else {
      // A point that is passive records nothing.
      rows_ = dad::detail::real_count(dad::detail::call(
          f_, dad::detail::transform<scalar>(*x_, [](const auto& leaf) { return scalar(double(leaf)); })));
    }
    is_by_columns_ = !is_swept_ || kept.sweeps->is_by_columns();
    lines_of_a_block_ = is_swept_ ? kept.sweeps->lines_of_a_block() : columns_of_a_pass;
  }
  [[nodiscard]] std::size_t block_count() const {
    // f is called where there is nothing to differentiate too: it may throw, and has a value.
    return std::max<std::size_t>(1, (line_count() + lines_of_a_block_ - 1) / lines_of_a_block_);
  }
  void compute(std::size_t block, memory& kept, direction_results& out) const {
    if (is_swept_)
      sweep(block, kept, out);
    else
      pass(block, out);
  }

  [[nodiscard]] std::size_t size() const { return rows_ * columns_; }
  void make_room() { jacobian_ = matrix(dad::detail::unwritten{}, rows_, columns_); }
  [[nodiscard]] list_view<double> numbers() { return {jacobian_.data(), jacobian_.size()}; }
  void place(index_range blocks, list_view<const double> numbers) {
    const double* next = numbers.data();
    for (std::size_t b = blocks.begin; b < blocks.end; ++b) {
      const index_range rows = rows_of(b), columns = columns_of(b);
      for (std::size_t i = rows.begin; i < rows.end; ++i)
        for (std::size_t j = columns.begin; j < columns.end; ++j) jacobian_(i, j) = *next++;
    }
  }
  [[nodiscard]] matrix take() { return std::move(jacobian_); }

  [[nodiscard]] std::string name_of(std::size_t block) const {
    return name_of_range(is_by_columns_ ? "columns" : "rows", lines_of(block)) + " of the Jacobian";
  }

 private:
  [[nodiscard]] std::size_t line_count() const { return is_by_columns_ ? columns_ : rows_; }
  [[nodiscard]] index_range lines_of(std::size_t block) const {
    return {block * lines_of_a_block_, std::min(line_count(), (block + 1) * lines_of_a_block_)};
  }
  [[nodiscard]] index_range rows_of(std::size_t block) const {
    return is_by_columns_ ? index_range{0, rows_} : lines_of(block);
  }
  [[nodiscard]] index_range columns_of(std::size_t block) const {
    return is_by_columns_ ? lines_of(block) : index_range{0, columns_};
  }
  void require_rows(std::size_t count) const {
    if (count != rows_)
      dad::detail::raise<shape_error>("dad: f returned %zu reals, expected %zu as before at the same point",
                                      count, rows_);
  }

  // What a forward pass writes its columns to: they begin at a multiple of its width.
  struct pass_columns {
    using value_type = double;
    pass_columns(dad::detail::unwritten, std::size_t rows, std::size_t) : entries(rows * columns_of_a_pass) {}
    double& operator()(std::size_t i, std::size_t j) {
      return entries[i * columns_of_a_pass + j % columns_of_a_pass];
    }
    list<double> entries;
  };
  void pass(std::size_t block, direction_results& out) const {
    const index_range columns = lines_of(block);
    std::optional<pass_columns> found;
    const auto value =
        dad::detail::jacobian_columns<columns_of_a_pass>(f_, *x_, columns_, columns.begin, found);
    require_rows(found->entries.size() / columns_of_a_pass);
    for (std::size_t i = 0; i < rows_; ++i)
      out.numbers.append({found->entries.data() + i * columns_of_a_pass, columns.size()});
    if (block == 0) keep_value(value, out);
  }

  void sweep(std::size_t block, memory& kept, direction_results& out) const {
    if (!kept.sweeps) {
      record(kept);
      require_rows(kept.outputs.size());
    }
    const index_range rows = rows_of(block), columns = columns_of(block);
    const std::size_t before = out.numbers.size();
    out.numbers.resize(before + rows.size() * columns.size());
    double* const entries = out.numbers.data() + before;
    if (line_count() > 0)
      kept.sweeps->compute_block(block, [&](std::size_t i, std::size_t j) {
        return entries + (i - rows.begin) * columns.size() + (j - columns.begin);
      });
    if (block == 0) keep_value(*kept.value, out);
  }

  // The sweeps need the tape, but not that it is active: chunks of one call may come to several threads.
  void record(memory& kept) const {
    {
      dad::detail::recorded<F, X, double> recording(*kept.t, f_, *x_, dad::detail::unseeded{});
      kept.outputs = recording.outputs();
      kept.value = dad::detail::plain_result<scalar>(recording.result());
    }
    kept.sweeps.emplace(*kept.t, kept.outputs, columns_);
    if (!dad::detail::can_choose(*kept.t))
      kept.sweeps->prepare(dad::detail::jacobian_way::reverse_by_rows);
    else if (wanted_ == way::reverse)
      kept.sweeps->prepare(kept.sweeps->counts().reverse_way());
    else
      kept.sweeps->prepare(kept.sweeps->counts().best_way());
  }

  template <class Value>
  static void keep_value(const Value& value, direction_results& out) {
    if constexpr (HasValue) {
      static_assert(require_travels<Value>());
      packer archive(out.value);
      archive << value;
    }
  }

  const F& f_;
  const shared_point<X>& x_;
  const way& wanted_;  // the root's, once it has come
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  bool is_swept_ = false;
  bool is_by_columns_ = true;
  std::size_t lines_of_a_block_ = 1;
  matrix jacobian_;
};

struct jacobian_alone {};
struct jacobian_with_value {};

template <bool HasValue, class Where, class F, class X>
auto find_jacobian(const Where& where, const F& f, const X& x, way wanted, const options& o) {
  using kind = std::conditional_t<HasValue, jacobian_with_value, jacobian_alone>;
  constexpr const char* routine = HasValue ? "value_and_jacobian" : "jacobian";
  decltype(auto) point = travelling(x);
  using point_type = std::remove_cvref_t<decltype(point)>;
  shared_point<point_type> shared(point);
  jacobian_task<F, point_type, HasValue> task(f, shared, wanted);
  const auto value = compute_over_ranks<kind, F>(where, routine, shared, wanted, task, o, no_check);
  if constexpr (HasValue)
    return value_jacobian<typename decltype(task)::value_type, matrix>{
        unpacked<typename decltype(task)::value_type>(value), task.take()};
  else
    return task.take();
}

}  // namespace detail

// Collective, as the functions of batch.hpp, with a communicator as the first argument or without: every rank
// calls the same function with the same f and options. x is the root's (options::inputs = on::all: the same
// on all ranks, not sent), whatever it is elsewhere; the result is whole at the root and empty elsewhere
// (options::results = on::all: whole on all of them). What travels are blocks of directions, which do not
// depend on the ranks: the bits are those of the function of the same name in dad, at every number of ranks
// and with every schedule. What f throws becomes a dad::batch_error on every rank, with the lowest block that
// failed as its index.

/// The Jacobian of f at x, see dad::jacobian. With options::journal, finished blocks are kept.
///
///     dad::mpi::environment env(argc, argv);
///     dad::matrix J = dad::mpi::jacobian(f, x);  // at the root
template <class F, class X>
auto jacobian(const F& f, const X& x, const options& o = {}) {
  return detail::find_jacobian<false>(detail::default_communicator(), f, x, detail::way::fewest, o);
}
template <class F, class X>
auto jacobian(const boost::mpi::communicator& comm, const F& f, const X& x, const options& o = {}) {
  return detail::find_jacobian<false>(MPI_Comm(comm), f, x, detail::way::fewest, o);
}
/// The same forward or in reverse: jacobian(f, x, dad::forward).
template <class F, class X, detail::jacobian_mode Mode>
auto jacobian(const F& f, const X& x, Mode mode, const options& o = {}) {
  return detail::find_jacobian<false>(detail::default_communicator(), f, x, detail::way_of(mode), o);
}
template <class F, class X, detail::jacobian_mode Mode>
auto jacobian(const boost::mpi::communicator& comm, const F& f, const X& x, Mode mode,
              const options& o = {}) {
  return detail::find_jacobian<false>(MPI_Comm(comm), f, x, detail::way_of(mode), o);
}

/// The value of f and its Jacobian, see dad::value_and_jacobian.
///
///     auto [y, J] = dad::mpi::value_and_jacobian(f, x);
template <class F, class X>
auto value_and_jacobian(const F& f, const X& x, const options& o = {}) {
  return detail::find_jacobian<true>(detail::default_communicator(), f, x, detail::way::fewest, o);
}
template <class F, class X>
auto value_and_jacobian(const boost::mpi::communicator& comm, const F& f, const X& x, const options& o = {}) {
  return detail::find_jacobian<true>(MPI_Comm(comm), f, x, detail::way::fewest, o);
}
template <class F, class X, detail::jacobian_mode Mode>
auto value_and_jacobian(const F& f, const X& x, Mode mode, const options& o = {}) {
  return detail::find_jacobian<true>(detail::default_communicator(), f, x, detail::way_of(mode), o);
}
template <class F, class X, detail::jacobian_mode Mode>
auto value_and_jacobian(const boost::mpi::communicator& comm, const F& f, const X& x, Mode mode,
                        const options& o = {}) {
  return detail::find_jacobian<true>(MPI_Comm(comm), f, x, detail::way_of(mode), o);
}

}  // namespace dad::mpi
