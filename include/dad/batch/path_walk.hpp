// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The way of inputs to their paths: f is recorded once per path; inputs that leave a path at a guard are set
// aside together, and one of them is recorded next. So they walk down a tree of guards, and none is tried
// against all paths.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/index_list.hpp>
#include <dad/batch/path_store.hpp>
#include <dad/batch/threads.hpp>
#include <dad/lanes/transpose.hpp>

namespace dad::detail {

/// What a walk has to know of a batch: its function and its inputs. Calls for rows come from several threads.
class recorded_batch {
 public:
  recorded_batch() = default;
  recorded_batch(const recorded_batch&) = delete;
  recorded_batch& operator=(const recorded_batch&) = delete;

  /// Records f at an input; what f throws is in the recording.
  virtual void record(std::size_t index, recording& into) = 0;
  /// The result that was recorded last is like those of all inputs of this path of the call.
  virtual void keep_result(std::size_t path_number) = 0;
  /// The reals of the points of so many inputs, for which `scratch` has room.
  virtual void point_rows(const std::size_t* indices, std::size_t count, const double** rows,
                          double* scratch) const = 0;
  /// The direction or seed of an input has so many reals.
  [[nodiscard]] virtual bool has_seed(std::size_t index, std::size_t size) const = 0;
  /// The reals of directions or seeds.
  virtual void seed_rows(const std::size_t* indices, std::size_t count, const double** rows,
                         double* scratch) const = 0;

 protected:
  ~recorded_batch() = default;
};

/// Inputs at which f threw, with the number of the text.
struct failed_inputs {
  std::vector<std::pair<std::size_t, std::size_t>> inputs;
  std::vector<std::string> texts;

  std::size_t add_text(std::string text) {
    texts.push_back(std::move(text));
    return texts.size() - 1;
  }
};

/// What one thread works with.
struct desk {
  workspace space;
  std::vector<const double*> rows;
  std::vector<double*> results;
  std::vector<const pack*> columns;
  std::vector<double> scratch;
  std::vector<double> waste;  // what lanes give that nobody asked for
  std::vector<std::size_t> indices;

  void prepare(const code& c, std::span<const double> uniforms) {
    c.prepare(space, uniforms);
    if (rows.size() < c.lanes()) rows.resize(c.lanes());
    if (indices.size() < c.lanes()) indices.resize(c.lanes());
    if (results.size() < lane_count) results.resize(lane_count);
    if (scratch.size() < c.lanes() * c.input_count()) scratch.resize(c.lanes() * c.input_count());
  }

  /// `columns` reals of each row into the inputs of a code from `first` on; the last pack is filled with
  /// copies of the last row.
  void load_columns(const code& c, std::size_t count, std::size_t first, std::size_t columns_of_row) {
    const std::size_t lanes = (count + lane_count - 1) / lane_count * lane_count;
    for (std::size_t l = count; l < lanes; ++l) rows[l] = rows[count - 1];
    if (!c.few_inputs().empty()) {
      for (const std::uint32_t k : c.few_inputs())
        if (k >= first && k < first + columns_of_row)
          for (std::size_t l = 0; l < lanes; ++l)
            c.input(space, k, l / lane_count)->set(l % lane_count, rows[l][k - first]);
      return;
    }
    for (std::size_t l = 0; l < lanes; l += lane_count)
      load_rows(rows.data() + l, columns_of_row, c.input(space, first, l / lane_count), c.width());
  }
};

struct desk_list {
  desk_list() = default;
  desk_list(const desk_list&) = delete;
  desk_list& operator=(const desk_list&) = delete;
  ~desk_list() {
    for (const desk* d : desks) delete d;
  }
  desk& of(std::size_t thread) {
    while (desks.size() <= thread) {
      desks.reserve(desks.size() + 1);
      desks.push_back(new desk);
    }
    return *desks[thread];
  }
  std::vector<desk*> desks;
};

/// Brings inputs to their paths. Path has recorded(), check() (the code of its guards, or none) and
/// is_confirmed.
template <class Path>
class path_walk {
 public:
  path_walk(recorded_batch& batch, std::size_t threads) : batch_(batch), threads_(threads) {}
  path_walk(const path_walk&) = delete;
  path_walk& operator=(const path_walk&) = delete;

  /// Evaluates inputs of one key, in ascending order.
  void run(const index_list& inputs) {
    evaluate(inputs);
    while (!set_aside_.empty() && !is_impure_) {
      const std::vector<std::size_t> bucket = std::move(set_aside_.back());
      set_aside_.pop_back();
      evaluate(bucket);
    }
  }

  /// f gave another recording for a second input of a path: only `recorded_inputs` are done.
  [[nodiscard]] bool is_impure() const noexcept { return is_impure_; }
  [[nodiscard]] const std::vector<std::size_t>& recorded_inputs() const noexcept { return recorded_; }
  /// Inputs whose recording is not for replay.
  [[nodiscard]] std::vector<std::size_t>& left_to_tape() noexcept { return left_to_tape_; }
  [[nodiscard]] failed_inputs& failures() noexcept { return failures_; }

 protected:
  ~path_walk() = default;

  /// The path of a recording, which may be taken; made where it is new.
  virtual Path& path_of(recording& r) = 0;
  /// A recording's path that is used for one input.
  virtual void run_alone(recording&& r, std::size_t index) = 0;
  /// All of these inputs, in ascending order, are on the path.
  virtual void run_path(const Path& p, const index_list& inputs) = 0;
  /// The numbers that all lanes of a code share.
  virtual std::vector<double> uniforms_of(const Path& p, const code& c) = 0;

  // work(thread's desk, part, block of inputs) for all inputs, in blocks of a code's width.
  template <class Work>
  void for_each_block(const code& c, std::span<const double> uniforms, const index_list& inputs,
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

  void load_points(const code& c, std::span<const std::size_t> inputs, desk& k) const {
    batch_.point_rows(inputs.data(), inputs.size(), k.rows.data(), k.scratch.data());
    k.load_columns(c, inputs.size(), 0, point_count_);
  }

  void fail(const Path& p, const index_list& inputs) {
    const std::size_t text = failures_.add_text(p.recorded().error);
    for (std::size_t i = 0; i < inputs.size(); ++i) failures_.inputs.emplace_back(inputs[i], text);
  }

  [[nodiscard]] std::size_t path_number() const noexcept { return path_count_ - 1; }

  recorded_batch& batch_;
  std::size_t threads_;
  std::size_t point_count_ = 0;  // the reals of an input's point
  std::vector<std::size_t> left_to_tape_;

 private:
  static constexpr std::size_t nowhere = ~std::size_t{0};

  struct departure {
    std::uint32_t guard;
    std::size_t index;
  };
  // What a part of the inputs came to.
  struct sorting {
    std::vector<std::size_t> on_path;
    std::vector<departure> left;
  };

  void evaluate(const index_list& bucket) {
    std::size_t at = 0;
    for (; at < bucket.size(); ++at) {
      batch_.record(bucket[at], spare_);
      if (spare_.is_replayable()) break;
      if (spare_.has_failed)
        failures_.inputs.emplace_back(bucket[at], failures_.add_text(spare_.error));
      else
        left_to_tape_.push_back(bucket[at]);
    }
    if (at == bucket.size()) return;
    const index_list inputs = bucket.from(at);
    point_count_ = spare_.input_count - uniform_input_count_;
    Path& p = path_of(spare_);
    recorded_.push_back(inputs[0]);
    batch_.keep_result(path_count_++);
    if (!p.is_confirmed && !confirm(p, inputs)) return;
    if (p.check()) {
      const auto on_path = sort_out(p, inputs);
      run_path(p, on_path);
    } else {
      run_path(p, inputs);
    }
  }

  // f at a second input of the path must do the same.
  bool confirm(Path& p, const index_list& inputs) {
    const std::size_t second = find_second(p, inputs);
    if (second == nowhere) return true;
    batch_.record(second, spare_);
    if (spare_.is_same_as(p.recorded())) {
      p.is_confirmed = true;
      return true;
    }
    is_impure_ = true;
    run_path(p, inputs.part(0, 1));
    if (!spare_.is_replayable()) return false;  // it goes where the rest goes, to the tape
    recorded_.push_back(second);
    batch_.keep_result(path_count_++);
    run_alone(std::move(spare_), second);
    return false;
  }

  std::size_t find_second(const Path& p, const index_list& inputs) {
    const index_list others = inputs.from(1);
    if (others.empty()) return nowhere;
    if (!p.check()) return others[0];
    const code& c = *p.check();
    const std::vector<double> uniforms = uniforms_of(p, c);
    desk& k = desks_.of(0);
    k.prepare(c, uniforms);
    for (std::size_t first = 0; first < others.size(); first += c.lanes()) {
      sorting sorted;
      const index_list some = others.part(first, std::min(c.lanes(), others.size() - first));
      check_block(c, uniforms, some.listed(k.indices.data()), k, sorted);
      if (!sorted.on_path.empty()) return sorted.on_path[0];
    }
    return nowhere;
  }

  // Who is on a path, in order; the others are set aside, by the guard at which they leave it.
  std::vector<std::size_t> sort_out(const Path& p, const index_list& inputs) {
    const code& c = *p.check();
    const std::vector<double> uniforms = uniforms_of(p, c);
    const std::size_t parts = parts_of(c, inputs.size());
    std::vector<sorting> sorted(parts);
    for_each_block(c, uniforms, inputs, parts,
                   [&](desk& k, std::size_t part, std::span<const std::size_t> block) {
                     check_block(c, uniforms, block, k, sorted[part]);
                   });
    std::vector<std::size_t> on_path;
    std::vector<std::size_t> bucket_of(c.guard_count(), nowhere);
    for (const sorting& s : sorted) {
      on_path.insert(on_path.end(), s.on_path.begin(), s.on_path.end());
      for (const departure& d : s.left) {
        std::size_t& bucket = bucket_of[d.guard];
        if (bucket == nowhere) {
          bucket = set_aside_.size();
          set_aside_.emplace_back();
        }
        set_aside_[bucket].push_back(d.index);
      }
    }
    return on_path;
  }

  void check_block(const code& c, std::span<const double> uniforms, std::span<const std::size_t> inputs,
                   desk& k, sorting& sorted) const {
    load_points(c, inputs, k);
    (void)c.run(k.space, uniforms, inputs.size());
    for (std::size_t l = 0; l < inputs.size(); ++l) {
      const std::uint32_t guard = k.space.left_at[l];
      if (guard == block_lanes::on_path)
        sorted.on_path.push_back(inputs[l]);
      else
        sorted.left.push_back({guard, inputs[l]});
    }
  }

 protected:
  std::size_t uniform_input_count_ = 0;  // recorded inputs that all items share, before the point's
  desk_list desks_;

 private:
  std::vector<std::vector<std::size_t>> set_aside_;
  std::vector<std::size_t> recorded_;
  failed_inputs failures_;
  recording spare_;
  std::size_t path_count_ = 0;
  bool is_impure_ = false;
};

}  // namespace dad::detail
