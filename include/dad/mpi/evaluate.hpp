// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A call over ranks, from what the user gave to the results: who has which inputs, how they become chunks,
// and the part of this rank in it.

#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <dad/batch/partition.hpp>
#include <dad/mpi/exit_watch.hpp>
#include <dad/mpi/root.hpp>
#include <dad/mpi/sent_items.hpp>
#include <dad/mpi/straddling_leaf.hpp>
#include <dad/mpi/watchdog.hpp>

namespace dad::mpi::detail {

using dad::detail::chunk_plan;
using dad::detail::chunk_policy;

/// The types of one kind of call, and what is known of it from earlier ones.
template <class F, class... Arguments>
struct call_memory {
  static const call_types& types(const char* routine) {
    static const std::string arguments = ((std::string(typeid(Arguments).name()) + " ") + ...);
    static const call_types t{
        .routine = routine, .function = typeid(F).name(), .arguments = arguments.c_str()};
    return t;
  }
  static inline std::atomic<bool> is_verified = false;
  static inline std::atomic<double> seconds_per_input = 0.0;
  static inline std::atomic<bool> was_alike = false;
};

/// The letters of a channel, which are listened for from call to call.
inline post& letters_of(channel& over) {
  if (over.correspondence == nullptr) over.correspondence = std::make_shared<post>(over);
  return *static_cast<post*>(over.correspondence.get());
}

/// A fingerprint of items, whatever they are made of.
template <class Items>
void add_items(fingerprint& f, const Items& items) {
  sent_items<Items> all(items, 0);
  static constexpr std::size_t at_once = 4096;
  for (std::size_t begin = 0; begin < items.size(); begin += at_once) {
    const auto p = all.pack({begin, std::min(items.size(), begin + at_once)});
    f.add(p.bytes());
    f.add(p.lengths());
  }
}
inline void add_items(fingerprint&, const no_seeds&) {}

/// Bytes of an input, as far as they are the same for all; 0 for objects.
template <class Items>
std::size_t bytes_of_one(const Items& items) {
  using X = item_t<Items>;
  if constexpr (fixed_size<X>)
    return sizeof(X);
  else if constexpr (number_row<X>)
    return items.size() == 0 ? 0 : items[0].size() * sizeof(items[0][0]);
  else
    return 0;
}

/// What a rank knows of a call after its opening.
struct opened_call {
  channel* over = nullptr;  // null where this process is alone
  const options* o = nullptr;
  std::size_t count = 0;
  std::vector<index_range> inputs;  // of each rank
  bool is_first = false;
  bool is_alike = false;  // inputs cost the same
  std::uint64_t fingerprint = 0;

  [[nodiscard]] std::size_t size() const noexcept { return inputs.size(); }
  [[nodiscard]] int rank() const noexcept { return over == nullptr ? 0 : over->rank; }
  [[nodiscard]] bool is_root() const noexcept { return rank() == o->root; }
  [[nodiscard]] index_range own_inputs() const { return inputs[static_cast<std::size_t>(rank())]; }
  /// The even share of a rank, or its own inputs.
  [[nodiscard]] index_range share(std::size_t r, std::size_t grain) const {
    if (o->inputs == on::each) return whole_leaves(inputs, r, grain);
    return dad::detail::even_share(count, grain, static_cast<int>(size()), static_cast<int>(r));
  }
};

/// Opens a call: all ranks mean the same, and none failed `before`. Collective; throws on all ranks or none.
inline opened_call open_call(channel* over, const options& o, const call_description& description,
                             std::size_t own_count, std::uint64_t own_fingerprint, bool is_first,
                             const failure& before) {
  opened_call c;
  c.over = over;
  c.o = &o;
  c.is_first = is_first;
  if (over == nullptr) {
    if (before) throw_failure(before.kind, before.text);
    c.count = own_count;
    c.inputs = {{0, own_count}};
    c.fingerprint = own_fingerprint;
    return c;
  }
  over->call_count += 1;
  opening_record mine;
  mine.count = own_count;
  mine.inputs = own_fingerprint;
  mine.is_first_call = is_first ? 1 : 0;
  const std::vector<opening_record> all = open(*over, mine, description, before);
  const auto root = static_cast<std::size_t>(o.root);
  fingerprint f;
  for (std::size_t r = 0; r < all.size(); ++r) {
    c.is_first = c.is_first || all[r].is_first_call != 0;
    if (o.inputs == on::each) {
      const std::size_t has = over->is_alive(static_cast<int>(r)) ? all[r].count : 0;
      c.inputs.push_back({c.count, c.count + has});
      c.count += has;
      f.add(std::to_string(all[r].inputs));
      continue;
    }
    if (o.inputs == on::all && all[r].count != all[root].count)
      throw_together(shape_error("dad: rank " + std::to_string(r) + " has " + std::to_string(all[r].count) +
                                 " inputs, expected " + std::to_string(all[root].count) + " as the root (" +
                                 std::to_string(root) + ") has, with inputs = on::all"));
    c.count = all[root].count;
    c.inputs.push_back({0, o.inputs == on::all || r == root ? all[root].count : 0});
  }
  c.fingerprint = o.inputs == on::each ? f.value() : all[root].inputs;
  return c;
}

/// What a call's journal belongs to; empty where it has none.
inline journal_identity identity_of(const opened_call& c, const call_description& d, std::size_t grain) {
  if (c.o->journal.empty()) return {};
  return {d.types->routine, d.words(1), d.words(2), c.fingerprint, c.count, grain};
}

/// How the root makes chunks. `bytes_per_input` where they are sent.
inline chunk_plan plan_of(const opened_call& c, std::size_t grain, std::size_t bytes_per_input,
                          const dad::detail::known_cost& before, bool is_valid) {
  // An even share in pieces of this many bytes: results come back while the next piece is evaluated.
  static constexpr std::size_t piece_bytes = std::size_t{8} << 20;
  const options& o = *c.o;
  chunk_plan plan;
  plan.count = c.count;
  plan.grain = grain;
  plan.ranks = c.size();
  plan.chunk = o.chunk;
  if (is_valid) plan.costs = o.costs;
  plan.before = before;
  const bool is_even = o.schedule == schedule::even || o.inputs == on::each || o.results == on::each;
  plan.policy = is_even                           ? chunk_policy::even
                : o.schedule == schedule::dynamic ? chunk_policy::dynamic
                                                  : chunk_policy::automatic;
  for (std::size_t r = 0; r < c.size(); ++r) plan.shares.push_back(c.share(r, grain));
  plan.is_alike = c.is_alike;
  plan.is_timed = !o.journal.empty() || o.progress;
  if (bytes_per_input > 0 && c.count / c.size() * bytes_per_input > piece_bytes)
    plan.piece = std::max(grain, piece_bytes / bytes_per_input / grain * grain);
  return plan;
}

/// The part of this rank in an opened call; throws on all ranks or none. `so_far` says how the root fared.
template <class Memory>
void run_call(const opened_call& c, chunk_work& work, bool prepares, std::size_t grain,
              std::size_t bytes_per_input, const journal_identity& identity, batch_statistics& statistics,
              const failure& so_far = {}) {
  const options& o = *c.o;
  post* const letters = c.over == nullptr ? nullptr : &letters_of(*c.over);
  const std::uint32_t number = c.over == nullptr ? 0 : c.over->call_count;
  if (!c.is_root()) {
    worker(*c.over, *letters, o.root, number, work).run();
    Memory::is_verified = true;
    return;
  }
  statistics.start(c.size());
  const bool verifies =
      c.size() > 1 && c.own_inputs().size() > 0 && should_verify(o.verify, c.count, c.size(), c.is_first);
  std::unique_ptr<journal> book;
  const failure before = so_far ? so_far : attempt([&] {
    require_cost_count(o, c.count);
    if (!o.journal.empty()) book = open_journal(o.journal, identity, o.retry_errors);
  });
  root_settings settings;
  settings.verifies = verifies;
  settings.prepares = prepares;
  settings.sends_inputs = o.inputs == on::root;
  settings.raises = o.on_error == on_error::raise;
  settings.is_in_place = book == nullptr;
  settings.progress = o.progress ? &o.progress : nullptr;
  settings.is_bound = o.inputs == on::each || o.results == on::each;
  settings.book = book.get();
  settings.own_inputs = c.own_inputs();
  const dad::detail::known_cost known = {Memory::seconds_per_input, Memory::was_alike};
  settings.expected_seconds =
      known.seconds_per_input * static_cast<double>(c.count) / static_cast<double>(c.size());
  chunk_queue queue(plan_of(c, grain, bytes_per_input, known, !before));
  std::optional<lost_ranks> lost;
  if (c.over != nullptr) lost.emplace(*c.over, o.lease);
  root(letters, lost ? &*lost : nullptr, o.root, c.size(), number, work, queue, settings, statistics)
      .run(before);
  statistics.schedule = c.over == nullptr ? "local" : queue.is_dynamic() ? "dynamic" : "even";
  if (const dad::detail::known_cost learned = queue.cost(); learned.seconds_per_input > 0.0) {
    Memory::seconds_per_input = learned.seconds_per_input;
    Memory::was_alike = learned.was_alike;
  }
  Memory::is_verified = Memory::is_verified || verifies;
}

/// What watches over f in this rank's part of a call: which input it is at, and that it comes back.
class call_watch {
 public:
  call_watch(const options& o, std::size_t threads, int rank, MPI_Comm comm)
      : watch_(threads, rank, watchdog::clock_for(o.deadline)), dog_(watch_, o.deadline, comm) {}
  [[nodiscard]] dad::detail::call_state state() noexcept { return {&watch_, &reads_numbers_, number_}; }

 private:
  static std::uint64_t next_number() noexcept {
    static std::atomic<std::uint64_t> count = 0;
    return ++count;
  }

  bool reads_numbers_ = false;
  std::uint64_t number_ = next_number();
  dad::detail::input_watch watch_;
  watchdog dog_;
};

}  // namespace dad::mpi::detail
