// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse derivatives: where their entries are, which columns or rows share a colour, and the few dense
// columns and rows that are computed instead. sparse [FIGURE.svg] draws that.

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

/// What suppliers lack, each at its marginal cost and one price, and what the buyers do: an arrowhead.
const auto market = [](const auto& x) {
  auto lacks = x;
  const auto& price = x.back();
  lacks.back() = -10.0 / price;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    lacks[i] = x[i] * x[i] * x[i] + x[i] - price;
    lacks.back() += x[i];
  }
  return lacks;
};

const dad::colouring no_rows;

/// Which of the products has entry (i, j): that of its column's colour where the row has this colour once,
/// otherwise that of its row's, which in a Hessian is the same as a column's.
std::size_t product_of(std::size_t i, std::size_t j, const dad::sparse_pattern& pattern,
                       const dad::colouring& columns, const dad::colouring& rows) {
  const std::size_t colour = columns.colours[j];
  std::size_t count = 0;
  for (const std::size_t k : pattern.row(i)) count += columns.colours[k] == colour ? 1 : 0;
  if (colour != dad::colouring::none && count == 1) return colour;
  return rows.count == 0 ? columns.colours[i] : columns.count + rows.colours[i];
}

/// A matrix, its entries in the colours of the products that have them: columns beside it, rows below it.
void draw(support::svg& figure, double left, double top, const std::string& title, const std::string& what,
          const dad::sparse_pattern& pattern, const dad::colouring& columns, const dad::colouring& rows) {
  static constexpr const char* palette[] = {"#1f6fb2", "#e08214", "#35978f", "#c2377a",
                                            "#7b5ea7", "#8c9a2b", "#777777"};
  static constexpr double width = 252, heading = 32, bar = 11, gap = 8;
  const auto colour_of = [&](std::size_t product) { return palette[product % std::size(palette)]; };
  const double cell = width / static_cast<double>(pattern.cols());
  figure.text({left, top + 4}, title, {.size = 14, .colour = "#222222", .bold = true});
  figure.text({left, top + 22}, std::to_string(pattern.size()) + " entries, " + what);
  top += heading;
  figure.rectangle(left, top, width, width, "#f4f4f4");
  for (std::size_t i = 0; i < pattern.rows(); ++i)
    for (const std::size_t j : pattern.row(i))
      figure.rectangle(left + cell * static_cast<double>(j), top + cell * static_cast<double>(i), cell * 0.92,
                       cell * 0.92, colour_of(product_of(i, j, pattern, columns, rows)));
  for (std::size_t k = 0; k < columns.count; ++k)
    figure.rectangle(left + width + gap + bar * static_cast<double>(k), top, bar - 2, width, colour_of(k));
  for (std::size_t k = 0; k < rows.count; ++k)
    figure.rectangle(left, top + width + gap + bar * static_cast<double>(k), width, bar - 2,
                     colour_of(columns.count + k));
}

/// The largest difference of two matrices.
double difference(const dad::sparse_matrix& sparse, const dad::matrix& dense) {
  double largest = 0;
  for (std::size_t i = 0; i < dense.rows(); ++i)
    for (std::size_t j = 0; j < dense.cols(); ++j)
      largest = std::max(largest, std::abs(sparse(i, j) - dense(i, j)));
  return largest;
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void compare(const char* title, const dad::sparse_matrix& m, const std::string& what,
             const dad::matrix& dense) {
  std::printf("%-24s %3zu x %zu, %4zu entries, %s, %s the dense one\n", title, m.rows(), m.cols(),
              m.values().size(), what.c_str(), difference(m, dense) < 1e-12 ? "equal to" : "NOT");
}

template <class F>
void show_hessian(support::svg& figure, double left, double top, const char* title, const F& f,
                  const std::vector<double>& x) {
  auto plan = dad::sparse_hessian_plan(f, x);
  const std::string what = counted(plan.colour_count(), "direction");
  compare(title, plan(x), what, dad::hessian(f, x));
  draw(figure, left, top, title, what, plan.pattern(), plan.colours(), no_rows);
}

template <class F>
void show_jacobian(support::svg& figure, double left, double top, const char* title, const F& f,
                   const std::vector<double>& x) {
  auto plan = dad::sparse_jacobian_plan(f, x);
  std::string what = counted(plan.tangent_count(), "tangent");
  if (plan.adjoint_count() > 0) what += " and " + counted(plan.adjoint_count(), "adjoint");
  compare(title, plan(x), what, dad::jacobian(f, x));
  draw(figure, left, top, title, what, plan.pattern(), plan.column_colours(), plan.row_colours());
}

}  // namespace

int main(int argc, char** argv) try {
  support::svg figure(764, 710);
  const surface_area surface{6};
  std::vector<double> x(36);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.1 * static_cast<double>(1 + i * i % 11);
  show_hessian(figure, 20, 24, "Hessian of a surface", surface, x);
  show_hessian(figure, 390, 24, "Hessian of a chain", chain, x);
  show_jacobian(figure, 20, 350, "Jacobian of residuals", residuals, x);
  show_jacobian(figure, 390, 350, "Jacobian of a market", market, x);
  figure.text({20, 680}, "Computed are the columns beside a matrix and the rows below it.");
  figure.text({20, 697}, "Its entries have the colours of those in which they are found.");
  if (argc > 1) figure.save(argv[1]);
} catch (const std::exception& e) {
  std::fprintf(stderr, "sparse: %s\n", e.what());
  return 1;
}
