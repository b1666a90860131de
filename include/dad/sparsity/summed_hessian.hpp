// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Hessian of a sum of many terms of few forms: one program for each form, replayed over its terms in
// lanes, and the small Hessians added up in the sparse one.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/program/path.hpp>
#include <dad/sparsity/matrix.hpp>
#include <dad/sparsity/summands.hpp>

namespace dad::detail {

/// The terms of one form.
template <class...>
class summed_form_if_used {
 public:
  /// Entries of a term's Hessian that are missing in the pattern are zero.
  [[gnu::cold]] summed_form_if_used(const summand_group& g, const sparse_pattern& pattern)
      : input_count_(g.input_count),
        constant_count_(g.constant_count),
        inputs_(g.inputs),
        constants_(g.constants),
        weights_(g.weights),
        code_(write(g)),
        uniforms_(code_.uniforms()) {
    for (std::size_t t = 0; t < weights_.size(); ++t)
      for (const auto& [a, b] : entries_) {
        const std::size_t i = inputs_[t * input_count_ + a], j = inputs_[t * input_count_ + b];
        places_.push_back(static_cast<std::uint32_t>(i < j ? pattern.find(i, j) : pattern.find(j, i)));
      }
  }

  /// Adds the Hessians of all terms at a row of reals, on and right of the diagonal. There is room for one
  /// number more, for what is missing.
  void add_to(double* values, const double* row, workspace& w) const {
    code_.prepare(w, uniforms_);
    for (std::size_t first = 0; first < weights_.size(); first += code_.lanes()) {
      const std::size_t left = weights_.size() - first, count = left < code_.lanes() ? left : code_.lanes();
      load(first, count, row, w);
      (void)code_.run(w, uniforms_, count);
      const std::uint32_t* place = places_.data() + first * entries_.size();
      for (std::size_t l = 0; l < count; ++l)
        for (std::size_t k = 0; k < entries_.size(); ++k)
          values[*place++] += weights_[first + l] * (*code_.output(w, k, l / lane_count))[l % lane_count];
    }
  }

 private:
  struct entry {
    std::uint32_t a;
    std::uint32_t b;
  };

  code write(const summand_group& g) {
    const recording r = g.recorded();
    row_writer rows(r);
    rows.hessian();
    const std::size_t n = r.input_count;
    list<node_id> outputs;
    for (std::size_t a = 0; a < input_count_; ++a)
      for (std::size_t b = a; b < input_count_; ++b)
        if (const node_id id = rows.row()[a * n + b]) {
          entries_.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)});
          outputs.push_back(id);
        }
    return make_code<>(rows.nodes(), rows.input_count(), outputs, {});
  }

  // The last pack is filled with copies of the last term.
  void load(std::size_t first, std::size_t count, const double* row, workspace& w) const {
    const std::size_t lanes = (count + lane_count - 1) / lane_count * lane_count;
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::size_t t = first + (l < count ? l : count - 1);
      for (std::size_t k = 0; k < input_count_; ++k)
        code_.input(w, k, l / lane_count)->set(l % lane_count, row[inputs_[t * input_count_ + k]]);
      for (std::size_t k = 0; k < constant_count_; ++k)
        code_.input(w, input_count_ + k, l / lane_count)
            ->set(l % lane_count, constants_[t * constant_count_ + k]);
    }
  }

  std::size_t input_count_;
  std::size_t constant_count_;
  list<std::uint32_t> inputs_;
  list<double> constants_;
  list<double> weights_;
  list<entry> entries_;  // of a term's Hessian that may differ from zero
  code code_;
  std::vector<double> uniforms_;
  list<std::uint32_t> places_;  // of the entries of each term among those of the pattern
};
using summed_form = summed_form_if_used<>;

template <class...>
class summed_hessian_if_used {
 public:
  summed_hessian_if_used() = default;
  /// Empty where the recorded function is no such sum.
  [[gnu::cold]] summed_hessian_if_used(const recording& r, const sparse_pattern& pattern) {
    if (r.outputs.size() != 1 || pattern.size() >= ~std::uint32_t{0}) return;
    const summands sum(r);
    if (!sum.is_sum()) return;
    for (const summand_group& g : sum.groups()) forms_.push_back(summed_form(g, pattern));
    for (std::size_t i = 0; i < pattern.rows(); ++i)
      for (std::size_t k = pattern.row_offsets()[i]; k < pattern.row_offsets()[i + 1]; ++k) {
        const std::size_t j = pattern.columns()[k];
        if (j < i) mirrored_.push_back({k, pattern.find(j, i)});
      }
    values_.resize(pattern.size() + 1);
  }

  [[nodiscard]] bool empty() const noexcept { return forms_.empty(); }
  [[nodiscard]] std::size_t form_count() const noexcept { return forms_.size(); }

  /// The Hessian at a row of reals, in a matrix of the pattern.
  void evaluate(const double* row, sparse_matrix& hessian) {
    for (double& v : values_) v = 0;
    for (const summed_form& f : forms_) f.add_to(values_.data(), row, workspace_);
    double* const values = hessian.values().data();
    for (std::size_t k = 0; k + 1 < values_.size(); ++k) values[k] = values_[k];
    for (const auto& [k, from] : mirrored_) values[k] = values[from];
  }

 private:
  struct mirrored {
    std::size_t place;
    std::size_t from;
  };

  std::vector<summed_form> forms_;
  list<mirrored> mirrored_;  // left of the diagonal
  list<double> values_;
  workspace workspace_;
};
using summed_hessian = summed_hessian_if_used<>;

}  // namespace dad::detail
