// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The way of inputs to their paths, down a tree of guards: f is recorded once per path; inputs that leave a
// path at a guard go on together along the path of one of them. So none is tried against all paths. They go
// some at a time, which stay in the cache from their guards to their derivatives.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/batch/desk.hpp>
#include <dad/batch/failures.hpp>
#include <dad/batch/index_list.hpp>
#include <dad/batch/path_store.hpp>
#include <dad/batch/recorded_batch.hpp>
#include <dad/batch/set_aside.hpp>
#include <dad/batch/threads.hpp>
#include <dad/core/list_view.hpp>

namespace dad::detail {

/// Brings inputs to their paths. Path has recorded(), check() (the code of its guards, or none) and
/// is_confirmed.
template <class Path>
class path_walk {
 public:
  path_walk(recorded_batch& batch, std::size_t threads) : batch_(batch), threads_(threads) {}
  path_walk(const path_walk&) = delete;
  path_walk& operator=(const path_walk&) = delete;

  /// Evaluates inputs of one key, in ascending order. `known` is where an earlier part of the same call
  /// began: f need not be recorded again to find it; null where there was none.
  void run(const index_list& inputs, Path* known = nullptr) {
    junctions_.clear();
    std::size_t at = 0;
    const std::size_t root = known != nullptr ? begin_with(*known) : record_first(inputs, at);
    if (root == nowhere) return;
    while (at < inputs.size() && !is_impure_) {
      const std::size_t count = std::min(inputs.size() - at, inputs_at_once());
      evaluate(root, inputs.part(at, count));
      while (!set_aside_.empty() && !is_impure_) {
        follow(set_aside_.take());
      }
      at += count;
    }
    set_aside_.clear();
  }

  /// f gave another recording for a second input of a path: only `recorded_inputs` are done.
  [[nodiscard]] bool is_impure() const noexcept { return is_impure_; }
  [[nodiscard]] const list<std::size_t>& recorded_inputs() const noexcept { return recorded_; }
  /// Inputs whose recording is not for replay.
  [[nodiscard]] list<std::size_t>& left_to_tape() noexcept { return left_to_tape_; }
  [[nodiscard]] failed_inputs& failures() noexcept { return failures_; }
  /// f reads a number before it branches: so it does for every input, and all go to the tape.
  [[nodiscard]] bool leaves_all_to_tape() const {
    return path_count_ == 1 && !is_impure_ && !junctions_.empty() &&
           !junctions_[0].path->recorded().is_replayable() && !junctions_[0].path->check();
  }
  /// The path of the first input, if further parts of the call may begin with it.
  [[nodiscard]] Path* first_path() const {
    if (is_impure_ || junctions_.empty()) return nullptr;
    Path* const first = junctions_[0].path;
    return first->is_confirmed && first->recorded().is_replayable() ? first : nullptr;
  }
  /// The paths that were met.
  [[nodiscard]] std::size_t path_count() const noexcept { return path_count_; }

 protected:
  ~path_walk() = default;

  /// The path of a recording, which may be taken; made where it is new.
  virtual Path& path_of(recording& r) = 0;
  /// A recording's path, of this number in the call, that is used for one input.
  virtual void run_alone(recording&& r, std::size_t number, std::size_t index) = 0;
  /// All of these inputs, in ascending order, are on the path of this number in the call; there may be
  /// others.
  virtual void run_path(const Path& p, std::size_t number, const index_list& inputs) = 0;
  /// f threw for this input, after it had read a number: what it did holds for no other.
  virtual void fail_alone(std::size_t /*index*/) {}
  /// The numbers that all lanes of a code share.
  virtual std::vector<double> uniforms_of(const Path& p, const code& c) = 0;

  // work(thread's desk, part, block of inputs) for all inputs, in blocks of a code's width.
  template <class Work>
  void for_each_block(const code& c, list_view<const double> uniforms, const index_list& inputs,
                      std::size_t parts, Work&& work) {
    const std::size_t lanes = c.lanes();
    const std::size_t blocks = (inputs.size() + lanes - 1) / lanes;
    const std::size_t threads = parts == 1 ? 1 : threads_;
    for (std::size_t t = 0; t < threads; ++t) desks_.of(t).prepare(c, uniforms);
    in_parallel(threads, parts, [&](std::size_t thread, std::size_t part) {
      desk& k = *desks_.desks[thread];
      for (std::size_t b = blocks * part / parts; b < blocks * (part + 1) / parts; ++b)
        work(k, part,
             inputs.part(b * lanes, std::min(lanes, inputs.size() - b * lanes)).listed(k.indices.data()));
    });
  }
  // Several parts a thread, so that all end together.
  [[nodiscard]] std::size_t parts_of(const code& c, std::size_t inputs) const {
    const std::size_t blocks = (inputs + c.lanes() - 1) / c.lanes();
    return threads_ == 1 || blocks < 2 * threads_ ? 1 : std::min(blocks, threads_ * 8);
  }

  void load_points(const code& c, list_view<const std::size_t> inputs, desk& k) const {
    batch_.point_rows(inputs.data(), inputs.size(), k.rows.data(), k.scratch.data());
    k.load_columns(c, inputs.size(), 0, point_count_);
  }

  void fail(const Path& p, const index_list& inputs) { failures_.add(inputs, p.recorded().error); }

  recorded_batch& batch_;
  std::size_t threads_;
  std::size_t point_count_ = 0;  // the reals of an input's point
  list<std::size_t> left_to_tape_;

 private:
  static constexpr std::size_t nowhere = ~std::size_t{0};

  // A path in this call, and where the inputs that leave it go on, by guard.
  struct junction {
    Path* path;
    std::size_t number;
    std::size_t recorded_input;
    list<std::size_t> next = {};  // a junction or nowhere
  };
  // As many as stay in the cache, but some blocks for every path.
  [[nodiscard]] std::size_t inputs_at_once() const {
    static constexpr std::size_t reals = std::size_t{1} << 15, of_a_path = 512;
    if (!junctions_[0].path->check()) return ~std::size_t{0};
    return threads_ * std::max(reals / std::max<std::size_t>(1, point_count_), of_a_path * junctions_.size());
  }

  // Records the first of the inputs whose recording tells of others: its junction, and its place in `inputs`.
  // Where f reads a number or becomes too long, the branches before that tell who else goes to the tape.
  std::size_t record_first(const index_list& inputs, std::size_t& at) {
    for (at = 0; at < inputs.size(); ++at) {
      const std::size_t input = inputs[at];
      batch_.record(input, spare_);
      if (spare_.is_replayable() || !spare_.has_failed) {
        point_count_ = spare_.input_count - uniform_input_count_;
        if (spare_.is_replayable()) {
          recorded_.push_back(input);
          batch_.keep_result(path_count_);
        } else {
          forget_end(spare_);
        }
        junctions_.push_back({&path_of(spare_), path_count_++, input});
        return junctions_.size() - 1;
      }
      failures_.add(index_list(input), spare_.error);
      fail_alone(input);
    }
    return nowhere;
  }

  std::size_t begin_with(Path& known) {
    point_count_ = known.recorded().input_count - uniform_input_count_;
    junctions_.push_back({&known, path_count_++, nowhere});
    return junctions_.size() - 1;
  }

  static void forget_end(recording& r) {
    r.outputs.clear();
    r.result_key.clear();
    r.has_failed = false;
    r.error.clear();
  }

  void follow(const bucket& b) {
    const index_list inputs = b.inputs;
    std::size_t at = 0;
    std::size_t to = junctions_[b.from].next[b.guard];
    if (to == nowhere) {
      to = record_first(inputs, at);
      if (to == nowhere) return;
      junctions_[b.from].next[b.guard] = to;
    }
    evaluate(to, inputs.from(at));
  }

  void evaluate(std::size_t at, const index_list& inputs) {
    const Path& p = *junctions_[at].path;
    if (!p.check()) return run_confirmed(junctions_[at], inputs);
    const list<std::size_t> on_path = sort_out(at, inputs);
    if (inputs[0] == junctions_[at].recorded_input && (on_path.empty() || on_path[0] != inputs[0]))
      throw error("dad: an input is not on the path that was recorded of it; this is a mistake in dad");
    if (!on_path.empty()) run_confirmed(junctions_[at], on_path);
  }

  void run_confirmed(const junction& j, const index_list& inputs) {
    if (j.path->is_confirmed || confirm(j, inputs)) run(j, inputs);
  }
  void run(const junction& j, const index_list& inputs) {
    if (j.path->recorded().is_replayable()) return run_path(*j.path, j.number, inputs);
    for (std::size_t i = 0; i < inputs.size(); ++i) left_to_tape_.push_back(inputs[i]);
  }

  // f at a second input of the path must do the same.
  bool confirm(const junction& j, const index_list& inputs) {
    const bool has_first = inputs[0] == j.recorded_input;
    if (has_first && inputs.size() == 1) return true;
    const std::size_t second = inputs[has_first ? 1 : 0];
    batch_.record(second, spare_);
    if (!j.path->recorded().is_replayable() && !spare_.is_replayable()) forget_end(spare_);
    if (spare_.is_same_as(j.path->recorded())) {
      j.path->is_confirmed = true;
      return true;
    }
    is_impure_ = true;
    if (has_first) run(j, inputs.part(0, 1));
    if (!spare_.is_replayable()) return false;  // it goes where the rest goes, to the tape
    recorded_.push_back(second);
    batch_.keep_result(path_count_);
    run_alone(std::move(spare_), path_count_++, second);
    return false;
  }

  // Who is on a path, in order; the others are set aside, by the guard at which they leave it.
  list<std::size_t> sort_out(std::size_t at, const index_list& inputs) {
    const code& c = *junctions_[at].path->check();
    const std::vector<double> uniforms = uniforms_of(*junctions_[at].path, c);
    const std::size_t parts = parts_of(c, inputs.size());
    std::vector<sorting> sorted(parts);
    for_each_block(c, uniforms, inputs, parts,
                   [&](desk& k, std::size_t part, list_view<const std::size_t> block) {
                     check_block(c, uniforms, block, k, sorted[part]);
                   });
    if (junctions_[at].next.empty()) junctions_[at].next.assign(c.guard_count(), nowhere);
    return set_aside_.put_together(sorted, at, c.guard_count());
  }

  void check_block(const code& c, list_view<const double> uniforms, list_view<const std::size_t> inputs,
                   desk& k, sorting& sorted) const {
    load_points(c, inputs, k);
    (void)c.run(k.space, uniforms, inputs.size());
    sorted.add(inputs, k.space.left_at);
  }

 protected:
  std::size_t uniform_input_count_ = 0;  // recorded inputs that all items share, before the point's
  desk_list desks_;

 private:
  std::vector<junction> junctions_;
  buckets set_aside_;
  list<std::size_t> recorded_;
  failed_inputs failures_;
  recording spare_;
  std::size_t path_count_ = 0;
  bool is_impure_ = false;
};

}  // namespace dad::detail
