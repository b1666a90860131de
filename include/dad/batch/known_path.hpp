// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One path of a function that the user had recorded, run for one input at a time.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/batch/desk.hpp>
#include <dad/program/path.hpp>

namespace dad::detail {

/// The reals of one input's value and of its derivatives.
struct one_result {
  std::vector<double> value;
  std::vector<double> payload;
};

template <class...>
class known_path_if_used {
 public:
  explicit known_path_if_used(recording&& r) : path_(std::move(r), derivative_kind::none) {
    if (path_.check()) check_uniforms_ = path_.check()->uniforms();
  }

  [[nodiscard]] const recording& recorded() const noexcept { return path_.recorded(); }
  [[nodiscard]] const derivative_code& value_code() const noexcept { return *path_.derivative(); }

  [[nodiscard]] bool has(const double* point, desk& k) const {
    if (!path_.check()) return true;
    const code& c = *path_.check();
    k.prepare(c, check_uniforms_);
    load(c, point, recorded().input_count, k);
    return c.run(k.space, check_uniforms_, 1) && k.space.left_at[0] == block_lanes::on_path;
  }

  /// The results of an input that is on this path: the bits that it has in a batch.
  void run(derivative_kind kind, const double* point, desk& k, one_result& out) {
    const prepared& p = of_kind(kind);
    const derivative_code& d = p.derivative;
    const code& c = d.main();
    k.prepare(c, p.uniforms);
    out.value.resize(d.value_count());
    out.payload.resize(d.payload_count());
    for (std::size_t row = 0; row < d.row_count(); ++row) {
      load(c, point, d.point_count(), k);
      // Rows that are computed one by one.
      load_unit_row(k, c, d.point_count(), d.seed_count(), row, 1);
      (void)c.run(k.space, p.uniforms, 1);
      for (std::size_t o = 0; o < d.value_count(); ++o) out.value[o] = result(c, o, k);
      for (std::size_t o = 0; o < d.row_size(); ++o)
        out.payload[row * d.row_size() + o] = result(c, d.value_count() + o, k);
    }
    if (d.is_symmetric()) mirror(d.row_count(), out.payload.data());
    if (d.is_transposed()) transpose_rows(d.row_count(), d.row_size(), out.payload.data());
  }

 private:
  struct prepared {
    derivative_kind kind;
    derivative_code derivative;
    std::vector<double> uniforms;
  };

  const prepared& of_kind(derivative_kind kind) {
    for (const prepared& p : prepared_)
      if (p.kind == kind) return p;
    prepared p{kind, kind == derivative_kind::none ? value_code() : derivative_code(recorded(), kind), {}};
    p.uniforms = p.derivative.main().uniforms();
    prepared_.push_back(std::move(p));
    return prepared_.back();
  }

  static void load(const code& c, const double* point, std::size_t count, desk& k) {
    k.rows[0] = point;
    k.load_columns(c, 1, 0, count);
  }
  static double result(const code& c, std::size_t o, const desk& k) {
    return with_one_nan(*c.output(k.space, o, 0))[0];
  }

  path path_;
  std::vector<double> check_uniforms_;
  std::vector<prepared> prepared_;
};
using known_path = known_path_if_used<>;

DAD_COMPILED_ONCE(class known_path)

}  // namespace dad::detail
