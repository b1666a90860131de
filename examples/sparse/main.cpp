// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse derivatives: where their entries are, which columns share a colour, and the few dense rows that are
// computed instead. sparse [FIGURE.svg] draws that.

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/svg.hpp"

namespace {

/// The area of a surface over a grid of side x side heights, clamped at zero around it.
struct surface_area {
  std::size_t side;

  template <class X>
  auto operator()(const X& heights) const {
    using T = typename X::value_type;
    const auto height = [&](std::size_t i, std::size_t j) {
      const bool is_inside = i > 0 && j > 0 && i <= side && j <= side;
      return is_inside ? heights[(i - 1) * side + j - 1] : T(0.0);
    };
    T area = 0.0;
    for (std::size_t i = 0; i <= side; ++i)
      for (std::size_t j = 0; j <= side; ++j) {
        const T down = height(i + 1, j) - height(i, j), right = height(i, j + 1) - height(i, j);
        area += sqrt(1.0 + down * down + right * right);
      }
    return area;
  }
};

/// Energies of a chain whose links all feel one more variable, the last: a band with an arrowhead.
const auto chain = [](const auto& x) {
  auto energy = 0 * x[0];
  const std::size_t last = x.size() - 1;
  for (std::size_t i = 0; i + 1 < last; ++i) energy += cosh(x[i + 1] - x[i]) * x[last];
  return energy;
};

/// The residuals of a boundary value problem: a row is coupled to two neighbours on both sides.
const auto residuals = [](const auto& u) {
  using T = typename std::remove_cvref_t<decltype(u)>::value_type;
  const auto at = [&](std::size_t i) { return i < 2 || i >= u.size() + 2 ? T(0.0) : u[i - 2]; };
  std::vector<T> r;
  for (std::size_t i = 2; i < u.size() + 2; ++i)
    r.push_back(at(i - 2) - 4 * at(i - 1) + 6 * at(i) - 4 * at(i + 1) + at(i + 2) - exp(at(i)));
  return r;
};

/// One column of the figure: the matrix, its entries in the colours of their columns, and below it the
/// rows that are computed.
void draw(support::svg& figure, double left, const std::string& title, const dad::sparse_pattern& pattern,
          const dad::colouring& colours) {
  static constexpr const char* palette[] = {"#1f6fb2", "#e08214", "#35978f", "#c2377a",
                                            "#7b5ea7", "#8c9a2b", "#777777"};
  static constexpr double width = 252, top = 52;
  const double cell = width / static_cast<double>(pattern.cols());
  figure.text({left, 24}, title, {.size = 14, .colour = "#222222", .bold = true});
  figure.text({left, 42},
              std::to_string(pattern.size()) + " entries, " + std::to_string(colours.count) + " colours");
  figure.rectangle(left, top, width, width, "#f4f4f4");
  for (std::size_t i = 0; i < pattern.rows(); ++i)
    for (const std::size_t j : pattern.row(i))
      figure.rectangle(left + cell * static_cast<double>(j), top + cell * static_cast<double>(i), cell * 0.92,
                       cell * 0.92, palette[colours.colours[j] % std::size(palette)]);
  static constexpr double bar = 11, gap = 30;
  figure.text({left, top + width + gap - 10}, "computed: one row for each colour", {.size = 11});
  for (std::size_t k = 0; k < colours.count; ++k)
    figure.rectangle(left, top + width + gap + bar * static_cast<double>(k), width, bar - 2,
                     palette[k % std::size(palette)]);
}

/// The largest difference of two matrices.
double difference(const dad::sparse_matrix& sparse, const dad::matrix& dense) {
  double largest = 0;
  for (std::size_t i = 0; i < dense.rows(); ++i)
    for (std::size_t j = 0; j < dense.cols(); ++j)
      largest = std::max(largest, std::abs(sparse(i, j) - dense(i, j)));
  return largest;
}

template <class Plan, class X>
void show(support::svg& figure, double left, const char* title, Plan&& plan, const X& x,
          const dad::matrix& dense) {
  const dad::sparse_matrix m = plan(x);
  std::printf("%-24s %3zu x %zu, %4zu entries, %zu colours, %s the dense one\n", title, m.rows(), m.cols(),
              m.values().size(), plan.colour_count(), difference(m, dense) < 1e-12 ? "equal to" : "NOT");
  draw(figure, left, title, m.pattern(), plan.colours());
}

}  // namespace

int main(int argc, char** argv) try {
  support::svg figure(852, 424);
  const surface_area surface{6};
  std::vector<double> x(36);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.1 * static_cast<double>(i * i % 11);
  show(figure, 20, "Hessian of a surface", dad::sparse_hessian_plan(surface, x), x, dad::hessian(surface, x));
  show(figure, 300, "Hessian of a chain", dad::sparse_hessian_plan(chain, x), x, dad::hessian(chain, x));
  show(figure, 580, "Jacobian of residuals", dad::sparse_jacobian_plan(residuals, x), x,
       dad::jacobian(residuals, x));
  if (argc > 1) figure.save(argv[1]);
} catch (const std::exception& e) {
  std::fprintf(stderr, "sparse: %s\n", e.what());
  return 1;
}
