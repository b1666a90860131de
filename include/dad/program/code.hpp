// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A program as it runs: instructions over a workspace, in which a block of inputs has a lane each.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/core/list_view.hpp>
#include <dad/program/chain_kernel.hpp>
#include <dad/program/kernels.hpp>
#include <dad/program/lane_sum_kernel.hpp>
#include <dad/program/recording.hpp>
#include <dad/program/slots.hpp>

namespace dad::detail {

/// Where an instruction finds a value: in packs from the workspace's start; step 0 where all lanes share one.
struct place {
  std::uint32_t first = 0;
  std::uint8_t step = 0;
};

/// A lane_sum of nodes: a, or a b where b is not 0.
struct node_sum {
  node_id a = 0;
  node_id b = 0;
  bool is_negative = false;
  std::uint32_t target = 0;

  [[nodiscard]] node_id ready_at() const noexcept { return a > b ? a : b; }
};

/// The memory of one thread for running code.
struct workspace {
  list<pack> memory;
  list<std::uint32_t> left_at;
};

/// What a code is made from; read while it is made.
struct code_source {
  const graph* operations = nullptr;
  std::size_t input_count = 0;
  std::size_t uniform_count = 0;  // numbers of a call that all lanes share
  list_view<const node_id> outputs = {};
  list_view<const guard> guards = {};  // in the order in which they are met
  list_view<const node_sum> sums = {};
};

template <class...>
class code_if_used {
 public:
  explicit code_if_used(const code_source& source);

  [[nodiscard]] std::size_t input_count() const noexcept { return input_count_; }
  /// The inputs that are read, where they are so few that it is worth while to load no others.
  [[nodiscard]] list_view<const std::uint32_t> few_inputs() const noexcept { return few_inputs_; }
  [[nodiscard]] std::size_t output_count() const noexcept { return outputs_.size(); }
  [[nodiscard]] std::size_t guard_count() const noexcept { return guard_count_; }
  [[nodiscard]] std::size_t uniform_count() const noexcept { return uniform_count_; }
  [[nodiscard]] std::size_t instruction_count() const noexcept { return instructions_.size(); }
  [[nodiscard]] std::size_t slot_count() const noexcept { return slot_count_; }
  /// The packs, and lanes, of a whole block.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t lanes() const noexcept { return width_ * lane_count; }

  /// The table of uniform numbers, the call's first.
  [[nodiscard]] std::vector<double> uniforms(list_view<const double> of_call = {}) const {
    std::vector<double> table(uniforms_.begin(), uniforms_.end());
    for (std::size_t i = 0; i < of_call.size(); ++i) table[i] = of_call[i];
    return table;
  }

  /// Makes a workspace ready for any number of blocks.
  void prepare(workspace& w, list_view<const double> uniforms) const {
    const std::size_t size = shared_packs_.size() + slot_count_ * width_;
    if (w.memory.size() < size) w.memory.resize(size);
    if (w.left_at.size() < lanes()) w.left_at.resize(lanes());
    for (std::size_t i = 0; i < shared_packs_.size(); ++i) w.memory[i] = pack(uniforms[shared_packs_[i]]);
  }

  /// Pack p of input k in a workspace; input k + 1 is width() packs further.
  [[nodiscard]] pack* input(workspace& w, std::size_t k, std::size_t p) const {
    return w.memory.data() + shared_packs_.size() + k * width_ + p;
  }

  /// Runs all instructions on the first `lanes` lanes (the last pack is full of copies). False if every lane
  /// left the path; w.left_at says where each did. Sums over lanes are added to `totals`.
  bool run(workspace& w, list_view<const double> uniforms, std::size_t lanes,
           double* totals = nullptr) const {
    const std::size_t packs = (lanes + lane_count - 1) / lane_count;
    block b{w.memory.data(),
            packs,
            uniforms.data(),
            runs_.data(),
            chain_operands_.data(),
            {w.left_at.data(), packs * lane_count},
            lane_sums_.data(),
            totals,
            lanes};
    if (guard_count_ == 0) {
      for (const instruction& i : instructions_) i.run(i, b);
      return true;
    }
    for (std::size_t i = 0; i < packs * lane_count; ++i) w.left_at[i] = block_lanes::on_path;
    for (const instruction& i : instructions_) {
      i.run(i, b);
      if (b.lanes.remaining == 0) return false;
    }
    return true;
  }

  /// Pack p of output k.
  [[nodiscard]] const pack* output(const workspace& w, std::size_t k, std::size_t p) const {
    return w.memory.data() + outputs_[k].first + p * outputs_[k].step;
  }

 private:
  template <class...>
  friend class code_writer_if_used;

  std::size_t input_count_ = 0;
  std::size_t uniform_count_ = 0;
  std::size_t guard_count_ = 0;
  std::size_t slot_count_ = 0;
  std::size_t width_ = 1;
  list<instruction> instructions_;
  list<chain_run> runs_;
  list<std::uint32_t> chain_operands_;
  list<lane_sum> lane_sums_;
  list<double> uniforms_;             // room for the call's, then constants
  list<std::uint32_t> shared_packs_;  // the uniform numbers of which the workspace has a pack
  list<place> outputs_;
  list<std::uint32_t> few_inputs_;
};
using code = code_if_used<>;

}  // namespace dad::detail

#include <dad/program/code_writer.hpp>
