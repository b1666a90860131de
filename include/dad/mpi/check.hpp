// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input of a batch over ranks has the derivative that fits worst.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/find_nonfinite.hpp>
#include <dad/check/batch.hpp>
#include <dad/mpi/point_call.hpp>
#include <dad/mpi/run_batch.hpp>

namespace dad::mpi::detail {

/// A report as it travels, in a row of numbers. Which rank it comes from is not in it: all make the same.
struct packed_report {
  check_report report;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    check_report& r = report;
    archive& r.cause& r.entry& r.output& r.place& r.derivative& r.difference& r.difference_error;
    archive& r.tolerance& r.forward& r.replayed& r.slope& r.entries& r.undecided& r.modes& r.description;
  }

  [[nodiscard]] std::vector<std::byte> bytes();
  static check_report from(std::span<const std::byte> packed);
};

#if DAD_DEFINES_ENGINE
DAD_ENGINE std::vector<std::byte> packed_report::bytes() {
  std::vector<std::byte> packed;
  packer(packed) << *this;
  return packed;
}
DAD_ENGINE check_report packed_report::from(std::span<const std::byte> packed) {
  packed_report p;
  unpacker archive(packed);
  archive >> p;
  return std::move(p.report);
}
#endif

/// What a batch of checks computes for each input: no derivative, but a report of it.
struct checks {};
template <class F>
struct function_to_check {
  const F& f;
  const check_options& how;
};

/// The results of a batch of checks: of each input the bytes of its report, and these in a row of numbers.
template <class X>
class check_results {
 public:
  using storage_type = batch_storage<std::vector<double>>;
  [[nodiscard]] storage_type& storage() noexcept { return storage_; }
  [[nodiscard]] std::vector<X>& prototypes() noexcept { return prototypes_; }
  [[nodiscard]] batch_statistics& statistics() noexcept { return statistics_; }

  /// The report that is worst, with its item and its rank. Throws shape_error where there is none.
  [[nodiscard]] check_report worst() const {
    if (storage_.count == 0)
      dad::detail::raise<shape_error>("dad: batch_check_gradient got no inputs, expected one");
    check_report worst;
    for (std::size_t i = 0; i < storage_.count; ++i) {
      const auto size = static_cast<std::size_t>(storage_.values[storage_.value_offsets[i]]);
      const double* const row = storage_.payload.data() + storage_.payload_offsets[i];
      check_report r = packed_report::from({reinterpret_cast<const std::byte*>(row), size});
      if (i != 0 && !dad::detail::is_worse_report(r, worst)) continue;
      worst = std::move(r);
      worst.item = i;
    }
    worst.rank = dad::detail::rank_of_item(statistics_, *worst.item).value_or(0);
    return worst;
  }

 private:
  storage_type storage_;
  std::vector<X> prototypes_;
  batch_statistics statistics_;
};

}  // namespace dad::mpi::detail

namespace dad::detail {

/// Checks are not replayed: each input is looked at by itself.
template <class F, class Items, class Seeds>
class batch_evaluation<mpi::detail::checks, mpi::detail::function_to_check<F>, Items, Seeds,
                       std::vector<double>> {
 public:
  batch_evaluation(mpi::detail::checks, const mpi::detail::function_to_check<F>& f, const Items& items,
                   const Seeds&, batch_storage<std::vector<double>>& out, std::size_t first_index,
                   const call_state& call)
      : f_(f), items_(items), out_(out), first_index_(first_index), watch_(call.watch) {}

  void run(int rank, std::size_t threads, const progress& tell) {
    run_in_parts(items_.size(), out_, tell,
                 [&](index_range part, result_rows& rows) { run_part(part, rows, rank, threads); });
  }
  void run_part(index_range part, result_rows& rows, int rank, std::size_t threads) {
    struct result {
      std::vector<std::byte> report;
      std::string error;
    };
    std::vector<result> results(part.size());
    in_parallel(threads, part.size(), [&](std::size_t thread, std::size_t k) {
      const std::size_t i = part.begin + k;
      const watched_call watched(watch_, thread, first_index_ + i);
      catch_any(
          [&] {
            results[k].report = mpi::detail::packed_report{check_gradient(f_.f, items_[i], f_.how)}.bytes();
          },
          [&](const char* text) { results[k].error = text; });
    });
    for (std::size_t k = 0; k < results.size(); ++k) {
      const std::vector<std::byte>& report = results[k].report;
      const std::size_t i = part.begin + k;
      if (report.empty()) {
        store_failed(out_, rows, i, {first_index_ + i, rank, results[k].error}, 0);
        continue;
      }
      std::vector<double> row((report.size() + sizeof(double) - 1) / sizeof(double));
      std::memcpy(row.data(), report.data(), report.size());
      const double size = double(report.size());
      rows.write(i, {&size, 1}, {row.data(), row.size()});
    }
    out_.path_count = 0;
  }

 private:
  const mpi::detail::function_to_check<F>& f_;
  const Items& items_;
  batch_storage<std::vector<double>>& out_;
  std::size_t first_index_;
  input_watch* watch_;
};

}  // namespace dad::detail

namespace dad::mpi {

namespace detail {

template <class Where, class F, class Inputs>
check_report check_batch(const Where& where, const F& f, const Inputs& inputs, const check_options& wanted,
                         options o) {
  static constexpr const char* routine = "batch_check_gradient";
  o.results = on::root;
  const auto items = dad::detail::items_of(inputs);
  const auto no_seed_items = dad::detail::items_of(no_seeds{});
  const function_to_check<F> checked{f, wanted};
  const auto check = [&] {
    dad::detail::check_check_options(wanted, routine);
    if (o.on_error == on_error::collect)
      refuse("on_error is collect", "raise: one report comes back, and no results of inputs");
    if (!o.journal.empty()) refuse("journal is set", "none: one report comes back, and no results of inputs");
  };
  check_results<dad::detail::item_t<std::remove_cvref_t<decltype(items)>>> results;
  const auto run = [&](channel* over) {
    run_batch(over, results, checks{}, routine, checked, items, no_seed_items, o, check);
  };
  const auto over_ranks = [&](channel& over) {
    run(&over);
    packed_report worst;
    std::vector<std::byte> bytes;
    settle_at(over, o.root, attempt([&] {
                if (over.rank != o.root) return;
                worst.report = results.worst();
                bytes = worst.bytes();
              }));
    broadcast_bytes(over, bytes, o.root);
    int rank = worst.report.rank.value_or(0);
    std::uint64_t item = worst.report.item.value_or(0);
    broadcast(over, rank, o.root);
    broadcast(over, item, o.root);
    or_end_job(over.rank, [&] { worst.report = packed_report::from(bytes); });
    worst.report.rank = rank;
    worst.report.item = item;
    return std::move(worst.report);
  };
  return dispatch(where, routine, o, over_ranks, [&] {
    run(nullptr);
    return results.worst();
  });
}

}  // namespace detail

/// check_gradient of f at every input of a batch over ranks, and the report of the input that fits worst,
/// failed or not, with its index in report.item and the rank that looked at it in report.rank: but for the
/// rank, that of dad::batch_check_gradient, at every number of ranks. Collective; every rank has the report.
/// Of the options, results has no meaning here, and neither a journal nor on_error = collect is taken. Throws
/// shape_error where there are no inputs, batch_error where f throws or an input is not finite.
///
///     auto report = dad::mpi::batch_check_gradient(f, inputs);
///     if (!report && env.rank() == 0) std::cerr << report.text();
///     // item 4711 on rank 2: f is not differentiable here ...
template <class F, class Inputs>
[[nodiscard]] check_report batch_check_gradient(const boost::mpi::communicator& comm, const F& f,
                                                const Inputs& inputs, const check_options& how = {},
                                                const options& o = {}) {
  return detail::check_batch(MPI_Comm(comm), f, inputs, how, o);
}
template <class F, class Inputs>
[[nodiscard]] check_report batch_check_gradient(const F& f, const Inputs& inputs,
                                                const check_options& how = {}, const options& o = {}) {
  return detail::check_batch(detail::default_communicator(), f, inputs, how, o);
}

}  // namespace dad::mpi
