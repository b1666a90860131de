// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A derivative of one function over ranks, from what the user gave to the result.

#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// The point of a derivative: this rank's own, until the root's has come.
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
  [[nodiscard]] std::size_t real_count() const { return dad::detail::real_count(**this); }

  [[nodiscard]] std::vector<std::byte> packed() const {
    std::vector<std::byte> bytes;
    packer(bytes) << **this;
    return bytes;
  }
  void unpack(std::span<const std::byte> bytes) {
    arrived_.emplace();
    unpacker archive(bytes);
    archive >> *arrived_;
  }

 private:
  const X* here_;
  std::optional<X> arrived_;
};

/// The root's bytes on every rank. Collective.
inline void broadcast_bytes(const channel& over, std::vector<std::byte>& bytes, int root) {
  std::uint64_t size = bytes.size();
  broadcast(over, size, root);
  bytes.resize(size);
  broadcast(over, bytes, root);
}

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

/// Throws on all ranks unless they have the same point; `all` are the records of their opening.
inline void require_same_points(const channel& over, const std::vector<opening_record>& all, int root) {
  const opening_record& expected = all[static_cast<std::size_t>(root)];
  for (const int rank : over.alive) {
    const opening_record& r = all[static_cast<std::size_t>(rank)];
    const std::string who = "dad: rank " + std::to_string(rank) + " has a point ";
    const std::string as_root = " the root (" + std::to_string(root) + ") has, with inputs = on::all";
    if (r.count != expected.count)
      throw_together(shape_error(who + "of " + std::to_string(r.count) + " reals, expected " +
                                 std::to_string(expected.count) + " as" + as_root));
    if (r.inputs != expected.inputs) throw_together(error(who.substr(5) + "with other bits than" + as_root));
  }
}

/// Computes a task at a point over the ranks of a channel, or in this process where `over` is null. The
/// result is in the task, and the value of f, packed, is returned, where o.results says. Kind and X: types
/// that, with f's, tell calls apart; `parameters`: what else tells them apart in a journal.
template <class Kind, class F, class X, class Task>
std::vector<std::byte> run_directions(channel* over, const char* routine, shared_point<X>& point, Task& task,
                                      std::string_view parameters, const options& o) {
  using memory = call_memory<F, Kind, X>;
  const call_description description{&memory::types(routine), &o};
  opened_call call;
  call.over = over;
  call.o = &o;
  const bool is_root = call.is_root();
  const std::size_t threads = dad::detail::thread_count(o.threads);
  std::optional<call_watch> watch;
  std::vector<std::byte> bytes;
  opening_record mine;
  mine.is_first_call = memory::is_verified ? 0 : 1;
  failure before = attempt([&] {
    require_root(o, over == nullptr ? 1 : over->size);
    require_valid(o);
    require_for_directions(o);
    watch.emplace(o, threads, call.rank(), over == nullptr ? MPI_COMM_WORLD : over->comm);
    if (!is_root && o.inputs == on::root) return;
    bytes = point.packed();
    fingerprint f;
    f.add(bytes);
    f.add(parameters);
    mine.count = point.real_count();
    mine.inputs = call.fingerprint = f.value();
  });
  std::vector<opening_record> all = {mine};
  if (over != nullptr) {
    over->call_count += 1;
    all = open(*over, mine, description, before);
    if (o.inputs == on::all)
      require_same_points(*over, all, o.root);
    else
      broadcast_bytes(*over, bytes, o.root);
  } else if (before) {
    throw_failure(before.kind, before.text);
  }

  const bool is_shared = o.results == on::all;
  direction_work<Task> work(task, is_root || is_shared, is_shared, {call.rank(), threads, watch->state()});
  before = attempt([&] {
    if (!is_root && o.inputs == on::root) point.unpack(bytes);
  });
  if (!before)
    dad::detail::catch_any([&] { work.plan(); },
                           [&](const char* text) {
                             before = {failure_kind::input, pack_error({0, call.rank(), text})};
                           });
  if (over != nullptr)
    settle(*over, before);
  else if (before)
    throw_failure(before.kind, before.text);

  call.count = task.block_count();
  for (std::size_t r = 0; r < all.size(); ++r) {
    call.is_first = call.is_first || all[r].is_first_call != 0;
    const bool has_point = o.inputs == on::all || static_cast<int>(r) == o.root;
    call.inputs.push_back({0, has_point ? call.count : 0});
  }
  batch_statistics statistics;
  run_call<memory>(call, work, false, 1, 0, identity_of(call, description, 1), statistics);
  return work.value_of_f();
}

/// The same over a communicator of the user's.
template <class Kind, class F, class X, class Where, class Task>
std::vector<std::byte> compute_over_ranks(const Where& where, const char* routine, shared_point<X>& point,
                                          Task& task, std::string_view parameters, const options& o) {
  return dispatch(
      where, routine, o,
      [&](channel& over) { return run_directions<Kind, F>(&over, routine, point, task, parameters, o); },
      [&] { return run_directions<Kind, F>(nullptr, routine, point, task, parameters, o); });
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
