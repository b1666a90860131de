// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A call over ranks about one function at one point, from what the user gave to the result.

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

/// Throws unless the numbers of some blocks, `count` from number `first`, are as many as belong to these
/// blocks and lie in the whole result: a rank that computes another f has others.
DAD_ENGINE void require_place(const std::string& name, std::size_t first, std::size_t count,
                              std::size_t expected, std::size_t size);

/// "rows 8 to 11", for messages.
DAD_ENGINE std::string name_of_range(const char* what, index_range r);

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
DAD_ENGINE void broadcast_bytes(const channel& over, std::vector<std::byte>& bytes, int root);
/// Refuses what has no meaning for a derivative of one function, whose result is one.
DAD_ENGINE void require_for_directions(const options& o);
/// Throws on all ranks unless they have the same point; `all` are the records of their opening.
DAD_ENGINE void require_same_points(const channel& over, const std::vector<opening_record>& all, int root);

#if DAD_DEFINES_ENGINE

DAD_ENGINE void require_place(const std::string& name, std::size_t first, std::size_t count,
                              std::size_t expected, std::size_t size) {
  if (count == expected && first <= size && count <= size - first) return;
  dad::detail::raise<shape_error>(
      "dad: %s came with %zu numbers for the place from %zu of %zu, expected %zu that end there",
      name.c_str(), count, first, size, expected);
}

DAD_ENGINE std::string name_of_range(const char* what, index_range r) {
  if (r.size() == 0) return std::string("no ") + what;
  return what + (" " + std::to_string(r.begin)) + " to " + std::to_string(r.end - 1);
}

DAD_ENGINE void broadcast_bytes(const channel& over, std::vector<std::byte>& bytes, int root) {
  std::uint64_t size = bytes.size();
  broadcast(over, size, root);
  or_end_job(over.rank, [&] { bytes.resize(size); });
  broadcast(over, bytes, root);
}

DAD_ENGINE void require_for_directions(const options& o) {
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

DAD_ENGINE void require_same_points(const channel& over, const std::vector<opening_record>& all, int root) {
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

#endif

struct no_parameters {
  char none = 0;
};

/// All ranks mean the same call, and have the root's point and parameters; then they compute tasks together,
/// over the ranks of a channel, or in this process where `over` is null. Kind: a type that, with F and X,
/// tells calls apart. Parameters: trivially copyable, what else tells them apart in a journal.
template <class Kind, class F, class X, class Parameters = no_parameters>
class point_call {
  using memory = call_memory<F, Kind, X>;

 public:
  /// Collective; throws on all ranks or none. check(is_root) throws for parameters that make no sense.
  template <class Check>
  point_call(channel* over, const char* routine, shared_point<X>& point, Parameters& parameters,
             const options& o, Check&& check)
      : over_(over), o_(o), description_{&memory::types(routine), &o} {
    const bool sends_point = o.inputs != on::all;
    std::vector<std::byte> bytes;
    opening_record mine;
    mine.is_first_call = memory::known.is_verified ? 0 : 1;
    failure mine_failed = attempt([&] {
      require_root(o, over == nullptr ? 1 : over->size);
      require_valid(o);
      require_for_directions(o);
      check(is_root());
      threads_ = dad::detail::thread_count(o.threads);
      watch_.emplace(o, threads_, rank(), over == nullptr ? MPI_COMM_WORLD : over->comm);
      if (!is_root() && sends_point) return;
      bytes = point.packed();
      fingerprint f;
      f.add(bytes);
      f.add(std::as_bytes(std::span(&parameters, 1)));
      mine.count = point.real_count();
      mine.inputs = f.value();
    });
    if (over == nullptr) {
      settle_here(mine_failed);
      said_ = {mine};
      return;
    }
    said_ = open(*over, mine, description_, mine_failed);
    if (!sends_point) {
      require_same_points(*over, said_, o.root);
      return;
    }
    broadcast(*over, parameters, o.root);
    broadcast_bytes(*over, bytes, o.root);
    settle(*over, attempt([&] {
      if (!is_root()) point.unpack(bytes);
    }));
  }

  [[nodiscard]] int rank() const noexcept { return over_ == nullptr ? 0 : over_->rank; }
  [[nodiscard]] bool is_root() const noexcept { return rank() == o_.root; }

  /// Computes a task: the result is in it, and the value of f, packed, is returned, where `o` says, which may
  /// differ from the call's options in where that is. Collective; throws on all ranks or none.
  template <class Task>
  std::vector<std::byte> compute(Task& task, const options& o) {
    const bool is_shared = o.results == on::all;
    direction_work<Task> work(task, is_shared, {rank(), threads_, watch_->state()});
    if (over_ != nullptr) over_->call_count += 1;
    const failure mine = is_root() ? attempt([&] { work.plan(); }) : failure{};
    if (over_ == nullptr) settle_here(mine);
    opened_call call;
    call.over = over_;
    call.o = &o;
    call.count = is_root() && !mine ? task.block_count() : 0;
    call.is_alike = true;
    call.fingerprint = said_[static_cast<std::size_t>(o.root)].inputs;
    for (std::size_t r = 0; r < said_.size(); ++r) {
      call.is_first = call.is_first || said_[r].is_first_call != 0;
      const bool has_point = o.inputs == on::all || static_cast<int>(r) == o.root;
      call.inputs.push_back({0, has_point ? call.count : 0});
    }
    batch_statistics statistics;
    const std::size_t bytes_of_block = call.count == 0 ? 0 : task.size() * sizeof(double) / call.count;
    // The others say that they are prepared, or why not, when they have planned.
    run_call(call, description_, memory::known, work, {.prepares = true, .bytes_per_input = bytes_of_block},
             statistics, mine);
    return work.value_of_f();
  }

 private:
  static void settle_here(const failure& mine) {
    if (mine) throw_failure(mine.kind, mine.text);
  }

  channel* over_;
  const options& o_;
  call_description description_;
  std::size_t threads_ = 1;
  std::optional<call_watch> watch_;
  std::vector<opening_record> said_;  // by each rank, at the opening
};

inline constexpr auto no_check = [](bool) {};

/// One task over a communicator of the user's; gives the value of f, packed, where the results are.
template <class Kind, class F, class Where, class X, class Parameters, class Task, class Check>
std::vector<std::byte> compute_over_ranks(const Where& where, const char* routine, shared_point<X>& point,
                                          Parameters& parameters, Task& task, const options& o,
                                          Check&& check) {
  const auto compute = [&](channel* over) {
    return point_call<Kind, F, X, Parameters>(over, routine, point, parameters, o, check).compute(task, o);
  };
  return dispatch(
      where, routine, o, [&](channel& over) { return compute(&over); }, [&] { return compute(nullptr); });
}

/// What was packed; a fresh one at ranks that did not get it.
template <class Value>
Value unpacked(const std::vector<std::byte>& bytes) {
  Value v{};
  if (bytes.empty()) return v;
  unpacker archive(bytes);
  archive >> v;
  return v;
}

}  // namespace dad::mpi::detail
