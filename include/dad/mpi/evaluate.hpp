// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch over ranks, from the user's inputs to the flat arrays at the root.

#pragma once

#include <atomic>
#include <string>
#include <typeinfo>
#include <utility>

#include <dad/batch/evaluate.hpp>
#include <dad/mpi/shares.hpp>

namespace dad::mpi::detail {

/// The types of one kind of call, and whether f's type was verified in it before.
template <class F, class... Arguments>
struct call_memory {
  static const call_types& types(const char* routine) {
    static const std::string arguments = (std::string() + ... + typeid(Arguments).name());
    static const call_types t{
        .routine = routine, .function = typeid(F).name(), .arguments = arguments.c_str()};
    return t;
  }
  static inline std::atomic<bool> is_verified = false;
};

/// Everything that two ranks' results can differ in.
template <class Value>
std::uint64_t fingerprint_of(const batch_storage<Value>& s) {
  fingerprint f;
  f.add(bytes_of(s.values));
  f.add(bytes_of(s.value_offsets));
  f.add(bytes_of(s.payload));
  f.add(bytes_of(s.payload_offsets));
  for (const item_error& e : s.errors) f.add(e.text());
  if constexpr (!dad::detail::flat_output<Value>) {
    static_assert(require_travels<Value>());
    std::vector<std::byte> packed;
    packer archive(packed);
    for (const Value& v : s.objects) archive << v;
    f.add(packed);
  }
  return f.value();
}

/// Throws on all ranks unless f gives the same bits for the call's first input everywhere.
template <class Value, class Kind, class F, class Items, class Seeds>
void verify_first(channel& over, Kind kind, const F& f, const Items& inputs, const Seeds& seeds, int root) {
  const broadcasted<Items> input(over, inputs, root);
  const broadcasted<Seeds> seed(over, seeds, root);
  std::uint64_t result = 0;
  const failure before = attempt([&] {
    batch_storage<Value> first;
    dad::detail::evaluate_into(first, kind, f, input.part(), seed.part(), 0, root);
    result = fingerprint_of(first);
  });
  require_same(over, root, result, before);
}

/// Evaluates f for the root's inputs over the ranks of a channel; `whole` is filled at the root, its memory
/// kept, and empty elsewhere. `problem` throws at the root if the call cannot be made. Collective; throws on
/// all ranks or none.
template <class Kind, class F, class Items, class Seeds, class Problem, class Value>
void evaluate_over_ranks(channel& over, const char* routine, Kind kind, const F& f, const Items& inputs,
                         const Seeds& seeds, const options& o, const Problem& problem,
                         batch_storage<Value>& whole) {
  using memory = call_memory<F, Kind, Items, Seeds>;
  const call_description call{&memory::types(routine), &o};
  shares<Items, Seeds> share(over, inputs, seeds, call);
  share.scatter(
      inputs.size(), !memory::is_verified, [](std::size_t) { return std::size_t{1}; }, problem);
  if (share.should_verify()) {
    verify_first<Value>(over, kind, f, inputs, seeds, o.root);
    memory::is_verified = true;
  }

  batch_storage<Value> mine;
  failure failed = share.arrived();
  if (!failed)
    failed = attempt([&] {
      dad::detail::evaluate_into(mine, kind, f, share.inputs(), share.seeds(), share.range().begin, over.rank,
                                 dad::detail::thread_count(o.threads));
    });
  gathered<Value> results(over, o.root, mine);
  results.announce(failed, o.on_error);
  whole.clear();
  results.collect(whole, share.ranges());
}

}  // namespace dad::mpi::detail
