// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Partial sums of Taylor series against their functions: partial_sums FIGURE.svg draws them, and prints each
// sum's largest error over the half of the range that is nearer to the point of expansion.

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/chart.hpp"
#include "../support/svg.hpp"

namespace {

constexpr int highest = 30;

// Draws f over -reach to reach, and the sums of the given orders as far as they stay in the picture.
template <class F>
void draw(support::svg& drawing, const support::area& where, const std::string& title, const F& f,
          double reach, double least, double most) {
  const auto c = dad::taylor<highest>(f, 0.0);
  std::vector<support::curve> curves{
      {.name = "f", .colour = "#222222", .points = {}, .width = 4, .opacity = 0.35}};
  for (int i = -200; i <= 200; ++i) {
    const double t = reach * i / 200;
    curves[0].points.emplace_back(t, f(t));
  }
  const struct {
    std::size_t order;
    const char* colour;
  } sums[] = {{2, "#e69f00"}, {6, "#009e73"}, {14, "#0072b2"}, {highest, "#cc79a7"}};
  std::printf("%s\n", title.c_str());
  for (const auto& [order, colour] : sums) {
    support::curve curve{.name = "order " + std::to_string(order), .colour = colour, .points = {}};
    double error = 0.0;
    for (const auto& [t, exact] : curves[0].points) {
      double sum = 0.0;
      for (std::size_t k = order + 1; k-- > 0;) sum = sum * t + c[k];
      if (std::fabs(t) <= reach / 2) error = std::fmax(error, std::fabs(sum - exact));
      if (sum >= least && sum <= most) curve.points.emplace_back(t, sum);
    }
    std::printf("  order %2zu: %.1e\n", order, error);
    curves.push_back(curve);
  }
  draw_chart(drawing, where, title, {.title = "t"}, {.title = "", .least = least, .most = most}, curves);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: partial_sums FIGURE.svg\n");
    return 2;
  }
  support::svg drawing(1000, 420);
  drawing.text({24, 34}, "Taylor series and how far they carry",
               {.size = 19, .colour = "#222222", .bold = true});
  drawing.text({24, 56}, "An entire function everywhere, a function with poles at \u00b1i no further than 1",
               {.size = 13});
  draw(
      drawing, {10, 74, 485, 335}, "exp(sin(t))",
      [](const auto& t) {
        using std::exp, std::sin;
        return exp(sin(t));
      },
      4.0, -1.0, 4.0);
  draw(
      drawing, {505, 74, 485, 335}, "1 / (1 + t\u00b2)", [](const auto& t) { return 1 / (1 + t * t); }, 1.6,
      -0.5, 1.5);
  drawing.save(argv[1]);
}
