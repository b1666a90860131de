// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The terms of a sum on their paths: first every input finds its path, then leaves are added up.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/batch/path_walk.hpp>
#include <dad/core/list_view.hpp>
#include <dad/program/sum_path.hpp>

namespace dad::detail {

#if !DAD_DEFINES_ENGINE
extern template class path_walk<sum_path>;
extern template class path_store<sum_path>;
#elif defined(DAD_ENGINE_SOURCE)
template class path_walk<sum_path>;
template class path_store<sum_path>;
#endif

template <class...>
class sum_walk_if_used final : public path_walk<sum_path> {
 public:
  sum_walk_if_used(recorded_batch& batch, list_view<const double> shared, std::size_t count,
                   path_store<sum_path>& paths, std::size_t threads)
      : path_walk(batch, threads), shared_(shared), paths_(paths), path_of_(count, none) {
    uniform_input_count_ = shared.size();
    after_.resize(threads);
    for (std::size_t t = 0; t < threads; ++t) (void)desks_.of(t);
  }

  /// No input has a path any more, and none failed.
  void forget() {
    path_of_.assign(path_of_.size(), none);
    failures().forget();
  }
  [[nodiscard]] bool is_without_path(std::size_t i) const { return path_of_[i] == none; }
  [[nodiscard]] bool has_inputs_without_path() const {
    for (const std::uint32_t p : path_of_)
      if (p == none) return true;
    return false;
  }
  [[nodiscard]] std::size_t largest_table(std::size_t least) const {
    for (const way& w : ways_)
      if (w.path != nullptr) least = std::max(least, w.path->table_size());
    return least;
  }

  /// Adds the terms of inputs [begin, end) and the adjoints of the shared inputs: paths by their lowest
  /// input, the inputs of a path in order. Behind the adjoints is room for the largest table.
  void add_leaf(std::size_t thread, std::size_t begin, std::size_t end, double& value,
                list_view<double> adjoints) {
    list<std::size_t> members;
    list<char> is_done(end - begin, 0);
    for (std::size_t i = begin; i < end; ++i) {
      if (is_done[i - begin] != 0 || path_of_[i] >= ways_.size()) continue;
      members.clear();
      for (std::size_t k = i; k < end; ++k)
        if (path_of_[k] == path_of_[i]) members.push_back(k), is_done[k - begin] = 1;
      add_terms(ways_[path_of_[i]], thread, members, value, adjoints);
    }
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t failed = none - 1;

  // A path in this call.
  struct way {
    const sum_path* path = nullptr;
    std::vector<double> uniforms = {};
    std::size_t point_count = 0;
  };

  DAD_ENGINE sum_path& path_of(recording& r) override;
  void run_alone(recording&&, std::size_t, std::size_t) override {}
  void fail_alone(std::size_t index) override { path_of_[index] = failed; }
  std::vector<double> uniforms_of(const sum_path& p, const code& c) override {
    return c.uniforms(p.table(shared_));
  }

  void run_path(const sum_path& p, std::size_t number, const index_list& inputs) override {
    const std::uint32_t place = p.lanes() ? static_cast<std::uint32_t>(number) : failed;
    for (std::size_t i = 0; i < inputs.size(); ++i) path_of_[inputs[i]] = place;
    if (place == failed) return fail(p, inputs);
    if (ways_.size() <= number) ways_.resize(number + 1);
    if (ways_[number].path == nullptr) ways_[number] = {&p, uniforms_of(p, *p.lanes()), point_count_};
  }

  void add_terms(const way& w, std::size_t thread, list_view<const std::size_t> inputs, double& value,
                 list_view<double> adjoints) {
    const code& c = *w.path->lanes();
    const std::size_t shared = shared_.size();
    for (std::size_t i = shared; i < w.path->table_size(); ++i) adjoints[i] = 0.0;
    desk& k = *desks_.desks[thread];
    k.prepare(c, w.uniforms);
    for (std::size_t first = 0; first < inputs.size(); first += c.lanes()) {
      const auto block = inputs.subspan(first, std::min(c.lanes(), inputs.size() - first));
      batch_.point_rows(block.data(), block.size(), k.rows.data(), k.scratch.data());
      k.load_columns(c, block.size(), 0, w.point_count);
      (void)c.run(k.space, w.uniforms, block.size(), adjoints.data());
      for (std::size_t l = 0; l < block.size(); ++l)
        value += (*c.output(k.space, 0, l / lane_count))[l % lane_count];
    }
    w.path->finish(after_[thread], shared_, adjoints);
  }

  list_view<const double> shared_;
  path_store<sum_path>& paths_;
  list<std::uint32_t> path_of_;
  std::vector<way> ways_;
  std::vector<workspace> after_;
};
using sum_walk = sum_walk_if_used<>;

#if DAD_DEFINES_ENGINE
template <class... Lazy>
sum_path& sum_walk_if_used<Lazy...>::path_of(recording& r) {
  return paths_.take(r, shared_.size());
}
#endif

DAD_COMPILED_ONCE(class sum_walk)

}  // namespace dad::detail
