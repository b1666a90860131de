// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A derivative of one function over ranks, from what the user gave to the result.

#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/mpi/direction_work.hpp>
#include <dad/mpi/evaluate.hpp>
#include <dad/structure/leaves.hpp>

namespace dad::mpi::detail {

/// A point as it travels: a span's numbers do, and f gets a vector of them either way.
template <class X>
constexpr decltype(auto) travelling(const X& x) {
  if constexpr (dad::detail::is_span<X>)
    return std::vector<std::remove_const_t<typename X::element_type>>(x.begin(), x.end());
  else
    return (x);
}

/// The point of a derivative: the root's, or what has come of it.
template <class X>
class shared_point {
 public:
  explicit shared_point(const X& x) : here_(&x) {
    dad::detail::check_point<X>();
    static_assert(std::same_as<dad::detail::base_t<X>, double>,
                  "dad: a derivative over ranks is taken at a point of plain numbers: inside another "
                  "derivative, use the function of the same name in dad::");
    static_assert(require_travels<X>());
  }

  [[nodiscard]] const X& operator*() const noexcept { return arrived_ ? *arrived_ : *here_; }

  void pack(packer& archive) const { archive << **this; }
  void unpack(unpacker& archive) {
    arrived_.emplace();
    archive >> *arrived_;
  }

 private:
  const X* here_;
  std::optional<X> arrived_;
};

/// Refuses what has no meaning for a derivative of one function, whose result is one.
inline void require_for_directions(const options& o) {
  if (o.inputs == on::each)
    refuse("inputs is on::each", "on::root or on::all: a derivative of one function has one point");
  if (o.results == on::each)
    refuse("results is on::each", "on::root or on::all: the derivative of one function is one result");
  if (o.on_error == on_error::collect)
    refuse("on_error is collect", "raise: a derivative of one function is whole or there is none");
  if (!o.costs.empty())
    refuse("costs has " + std::to_string(o.costs.size()) + " numbers",
           "none: the blocks of directions of one function cost the same");
}

/// What the root's plan and its point are, for a journal; the bits of the point where all ranks have it.
template <class Task>
std::uint64_t fingerprint_of_task(const Task& task) {
  std::vector<std::byte> bytes;
  packer archive(bytes);
  task.pack(archive, true);
  fingerprint f;
  f.add(bytes);
  return f.value();
}

/// Opens a derivative: all ranks mean the same, and none failed `before`. `mine` says how many reals this
/// rank's point has, and its fingerprint. Collective; throws on all ranks or none.
inline opened_call open_directions(channel* over, const options& o, const call_description& description,
                                   std::size_t blocks, opening_record mine, const failure& before) {
  if (over == nullptr) return open_call(over, o, description, blocks, mine.inputs, false, before);
  over->call_count += 1;
  const std::vector<opening_record> all = open(*over, mine, description, before);
  const auto root = static_cast<std::size_t>(o.root);
  opened_call c;
  c.over = over;
  c.o = &o;
  c.count = blocks;
  c.fingerprint = all[root].inputs;
  for (std::size_t r = 0; r < all.size(); ++r) {
    c.is_first = c.is_first || all[r].is_first_call != 0;
    c.inputs.push_back({0, o.inputs == on::all || r == root ? blocks : 0});
    if (o.inputs != on::all || !over->is_alive(static_cast<int>(r))) continue;
    const std::string who = "dad: rank " + std::to_string(r) + " has a point ";
    const std::string as_root = " the root (" + std::to_string(root) + ") has, with inputs = on::all";
    if (all[r].count != all[root].count)
      throw_together(shape_error(who + "with " + std::to_string(all[r].count) + " reals, expected " +
                                 std::to_string(all[root].count) + " as" + as_root));
    if (all[r].inputs != all[root].inputs)
      throw_together(shape_error(who + "with other bits than" + as_root));
  }
  return c;
}

/// Computes a task over the ranks of a channel, or in this process where `over` is null. The result is in the
/// task, and the value of f, packed, is returned, where o.results says. Kind and X: types that, with f's,
/// tell calls apart.
template <class Kind, class F, class X, class Task>
std::vector<std::byte> run_directions(channel* over, const char* routine, Task& task, const options& o) {
  using memory = call_memory<F, Kind, X>;
  const call_description description{&memory::types(routine), &o};
  const int rank = over == nullptr ? 0 : over->rank;
  const bool is_root = over == nullptr || rank == o.root;
  const std::size_t threads = dad::detail::thread_count(o.threads);
  std::optional<call_watch> watch;
  opening_record mine;
  mine.is_first_call = memory::is_verified ? 0 : 1;
  failure before = attempt([&] {
    require_root(o, over == nullptr ? 1 : over->size);
    require_valid(o);
    require_for_directions(o);
    watch.emplace(o, threads, rank, over == nullptr ? MPI_COMM_WORLD : over->comm);
    mine.count = task.real_count();
    if (o.inputs == on::all) mine.inputs = fingerprint_of_task(task);
  });
  if (!before && is_root) {
    const dad::detail::watched_call watched(watch->state().watch, 0, 0);
    dad::detail::catch_any([&] { task.plan(); },
                           [&](const char* text) {
                             before = {failure_kind::input, pack_error({0, rank, text})};
                           });
    if (o.inputs != on::all && !o.journal.empty()) mine.inputs = fingerprint_of_task(task);
  }
  const opened_call call = open_directions(over, o, description, task.block_count(), mine, before);
  const bool is_shared = o.results == on::all;
  direction_work<Task> work(task, o.inputs != on::all, is_shared, {rank, threads, watch->state()});
  batch_statistics statistics;
  run_call<memory>(call, work, call.size() > 1, 1, 0, identity_of(call, description, 1), statistics);
  const auto value = work.value_of_f();
  return {value.begin(), value.end()};
}

/// The same over a communicator of the user's.
template <class Kind, class F, class X, class Where, class Task>
std::vector<std::byte> compute_over_ranks(const Where& where, const char* routine, Task& task,
                                          const options& o) {
  return dispatch(
      where, routine, o, [&](channel& over) { return run_directions<Kind, F, X>(&over, routine, task, o); },
      [&] { return run_directions<Kind, F, X>(nullptr, routine, task, o); });
}

/// What a value was packed as; a fresh one at ranks that did not get it.
template <class Value>
Value unpacked(const std::vector<std::byte>& bytes) {
  Value v{};
  if (bytes.empty()) return v;
  unpacker archive(bytes);
  archive >> v;
  return v;
}

}  // namespace dad::mpi::detail
