// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is done for a call over ranks that does not depend on what it is of: the part of the root, with its
// journal and its chunks, and that of the others. Compiled once where dad's machinery is (core/engine.hpp).

#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dad/mpi/exit_watch.hpp>
#include <dad/mpi/opened_call.hpp>
#include <dad/mpi/root.hpp>
#include <dad/mpi/watchdog.hpp>

namespace dad::mpi::detail {

using dad::detail::chunk_plan;
using dad::detail::chunk_policy;

DAD_ENGINE index_range whole_leaves(const std::vector<index_range>& ranges, std::size_t rank,
                                    std::size_t leaf) {
  const std::size_t count = ranges.back().end;
  const auto up = [&](std::size_t i) { return std::min(count, (i + leaf - 1) / leaf * leaf); };
  return {up(ranges[rank].begin), up(ranges[rank].end)};
}

DAD_ENGINE index_range opened_call::share(std::size_t r, std::size_t grain) const {
  if (o->inputs == on::each) return whole_leaves(inputs, r, grain);
  return dad::detail::even_share(count, grain, static_cast<int>(size()), static_cast<int>(r));
}

DAD_ENGINE opened_call open_call(channel* over, const options& o, const call_description& description,
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

/// The letters of a channel, which are listened for from call to call.
DAD_ENGINE post& letters_of(channel& over) {
  if (over.correspondence == nullptr) over.correspondence = std::make_shared<post>(over);
  return *static_cast<post*>(over.correspondence.get());
}

/// Ranks with at least this many inputs pay for the verification without noticing.
inline constexpr std::size_t verified_share = 20;

/// Whether all ranks evaluate the call's first input and compare.
DAD_ENGINE bool should_verify(verify when, std::size_t count, std::size_t ranks, bool is_first_call) {
  if (when == verify::never || count == 0) return false;
  return when == verify::always || is_first_call || count / ranks >= verified_share;
}

/// What a call's journal belongs to.
DAD_ENGINE journal_identity identity_of(const opened_call& c, const call_description& d, std::size_t grain) {
  return {d.types->routine, d.words(1), d.words(2), c.fingerprint, c.count, grain};
}

/// How the root makes chunks. `bytes_per_input` where they are sent.
DAD_ENGINE chunk_plan plan_of(const opened_call& c, std::size_t grain, std::size_t bytes_per_input,
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

DAD_ENGINE void run_call(const opened_call& c, const call_description& description, call_experience& known,
                         chunk_work& work, const run_settings& how, batch_statistics& statistics,
                         const failure& so_far) {
  const options& o = *c.o;
  post* const letters = c.over == nullptr ? nullptr : &letters_of(*c.over);
  const std::uint32_t number = c.over == nullptr ? 0 : c.over->call_count;
  if (!c.is_root()) {
    worker(*c.over, *letters, o.root, number, work).run();
    known.is_verified = true;
    return;
  }
  statistics.start(c.size());
  const bool verifies =
      c.size() > 1 && c.own_inputs().size() > 0 && should_verify(o.verify, c.count, c.size(), c.is_first);
  std::unique_ptr<journal> book;
  const failure before = so_far ? so_far : attempt([&] {
    require_cost_count(o, c.count);
    if (!o.journal.empty())
      book = open_journal(o.journal, identity_of(c, description, how.grain), o.retry_errors);
  });
  root_settings settings;
  settings.verifies = verifies;
  settings.prepares = how.prepares;
  settings.sends_inputs = o.inputs == on::root;
  settings.raises = o.on_error == on_error::raise;
  settings.is_in_place = book == nullptr;
  settings.progress = o.progress ? &o.progress : nullptr;
  settings.is_bound = o.inputs == on::each || o.results == on::each;
  settings.book = book.get();
  settings.own_inputs = c.own_inputs();
  const dad::detail::known_cost cost = {known.seconds_per_input, known.was_alike};
  settings.expected_seconds =
      cost.seconds_per_input * static_cast<double>(c.count) / static_cast<double>(c.size());
  chunk_queue queue(plan_of(c, how.grain, how.bytes_per_input, cost, !before));
  std::optional<lost_ranks> lost;
  if (c.over != nullptr) lost.emplace(*c.over, o.lease);
  root(letters, lost ? &*lost : nullptr, o.root, c.size(), number, work, queue, settings, statistics)
      .run(before);
  statistics.schedule = c.over == nullptr ? "local" : queue.is_dynamic() ? "dynamic" : "even";
  if (const dad::detail::known_cost learned = queue.cost(); learned.seconds_per_input > 0.0) {
    known.seconds_per_input = learned.seconds_per_input;
    known.was_alike = learned.was_alike;
  }
  known.is_verified = known.is_verified || verifies;
}

DAD_ENGINE call_watch::call_watch(const options& o, std::size_t threads, int rank, MPI_Comm comm)
    : watch_(threads, rank, watchdog::clock_for(o.deadline)) {
  static std::atomic<std::uint64_t> count = 0;
  number_ = ++count;
  dog_ = std::make_shared<watchdog>(watch_, o.deadline, comm);
}

}  // namespace dad::mpi::detail
