// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Replay of a batch: the code of each path run over blocks of its inputs, the results written by index.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <dad/batch/path_walk.hpp>
#include <dad/batch/result_rows.hpp>
#include <dad/core/list_view.hpp>

namespace dad::detail {

#if !DAD_DEFINES_ENGINE
extern template class path_walk<path>;
extern template class path_store<path>;
#elif defined(DAD_ENGINE_SOURCE)
template class path_walk<path>;
template class path_store<path>;
#endif

/// An input, and the number of its path in a call.
struct input_path {
  std::size_t index;
  std::size_t path;
};

template <class...>
class replay_if_used final : public path_walk<path> {
 public:
  replay_if_used(recorded_batch& batch, derivative_kind kind, result_rows& results, path_store<path>& paths,
                 std::size_t threads, bool notes_paths)
      : path_walk(batch, threads), kind_(kind), results_(results), paths_(paths), notes_paths_(notes_paths) {}

  /// For each evaluated input its path in this call, where asked for.
  [[nodiscard]] const list<input_path>& paths_of_inputs() const noexcept { return path_of_input_; }

 private:
  DAD_ENGINE path& path_of(recording& r) override;
  std::vector<double> uniforms_of(const path&, const code& c) override { return c.uniforms(); }

  void run_alone(recording&& r, std::size_t number, std::size_t index) override {
    const path own(std::move(r), kind_);
    run_path(own, number, index_list(index));
  }

  void run_path(const path& p, std::size_t number, const index_list& all) override {
    if (!p.derivative()) return fail(p, all);
    const derivative_code& d = *p.derivative();
    list<std::size_t> with_seed;
    index_list inputs = all;
    if (d.row_count() == 1 && d.seed_count() > 0) {
      // The tape says what is wrong with the others.
      for (std::size_t i = 0; i < all.size(); ++i)
        (batch_.has_seed(all[i], d.seed_count()) ? with_seed : left_to_tape_).push_back(all[i]);
      inputs = with_seed;
    }
    results_.set_sizes(inputs, d.value_count(), d.payload_count());
    run_blocks(d, inputs);
    if (notes_paths_)
      for (std::size_t i = 0; i < inputs.size(); ++i) path_of_input_.push_back({inputs[i], number});
  }

  void run_blocks(const derivative_code& d, const index_list& inputs) {
    const code& c = d.main();
    const std::vector<double> uniforms = c.uniforms();
    for_each_block(c, uniforms, inputs, parts_of(c, inputs.size()),
                   [&](desk& k, std::size_t, list_view<const std::size_t> block) {
                     for (std::size_t row = 0; row < d.row_count(); ++row) {
                       load_points(c, block, k);
                       load_seeds(d, block, row, k);
                       fetch_payload(d, block, row, k);
                       (void)c.run(k.space, uniforms, block.size());
                       store(d, block, row, k);
                     }
                     for (const std::size_t i : block) {
                       if (d.is_symmetric()) mirror(d.row_count(), results_.payload(i));
                       if (d.is_transposed())
                         transpose_rows(d.row_count(), d.row_size(), results_.payload(i));
                     }
                   });
  }

  // Those of the call, or where there are several rows a row of the unit matrix.
  void load_seeds(const derivative_code& d, list_view<const std::size_t> inputs, std::size_t row,
                  desk& k) const {
    const code& c = d.main();
    if (d.seed_count() == 0) return;
    if (d.row_count() == 1) {
      batch_.seed_rows(inputs.data(), inputs.size(), k.rows.data(), k.scratch.data());
      k.load_columns(c, inputs.size(), d.point_count(), d.seed_count());
      return;
    }
    load_unit_row(k, c, d.point_count(), d.seed_count(), row, (inputs.size() + lane_count - 1) / lane_count);
  }

  // Asks for the memory of a block's results before the code runs, so that it is at hand when they are
  // stored. (Measured: a sixth to a third of the time of short functions.)
  void fetch_payload(const derivative_code& d, list_view<const std::size_t> inputs, std::size_t row,
                     desk& k) const {
    static constexpr std::size_t line = 64 / sizeof(double), most = 4096;
    const std::size_t columns = d.row_size();
    if (columns * inputs.size() > most) return;
    results_.payload_rows(inputs, row * columns, k.results.data());
    for (std::size_t l = 0; l < inputs.size(); ++l)
      for (std::size_t j = 0; j < columns; j += line) __builtin_prefetch(k.results[l] + j, 1);
  }

  void store(const derivative_code& d, list_view<const std::size_t> inputs, std::size_t row, desk& k) const {
    const std::size_t values = d.value_count();
    const std::size_t columns = d.row_size();
    if (k.waste.size() < values + columns) k.waste.resize(values + columns);
    results_.value_rows(inputs, k.results.data());
    store_outputs(d.main(), inputs.size(), 0, values, k);
    results_.payload_rows(inputs, row * columns, k.results.data());
    store_outputs(d.main(), inputs.size(), values, columns, k);
  }

  // `count` outputs from one on, into a row of results for each lane.
  static void store_outputs(const code& c, std::size_t lanes, std::size_t first, std::size_t count, desk& k) {
    std::size_t packs = (lanes + lane_count - 1) / lane_count;
    for (std::size_t l = lanes; l < packs * lane_count; ++l) k.results[l] = k.waste.data();
    for (std::size_t p = 0; p < packs; ++p)
      store_rows(k.results.data() + p * lane_count, count,
                 [&](std::size_t o) { return with_one_nan(*c.output(k.space, first + o, p)); });
  }

  derivative_kind kind_;
  result_rows& results_;
  path_store<path>& paths_;
  bool notes_paths_;
  list<input_path> path_of_input_;
};
using replay = replay_if_used<>;

#if DAD_DEFINES_ENGINE
template <class... Lazy>
path& replay_if_used<Lazy...>::path_of(recording& r) {
  return paths_.take(r, kind_);
}
#endif

DAD_COMPILED_ONCE(class replay)

}  // namespace dad::detail
