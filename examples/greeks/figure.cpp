// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "figure.hpp"

#include <cstddef>
#include <dad/dad.hpp>
#include <functional>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "../support/svg.hpp"
#include "option.hpp"

namespace greeks {
namespace {

struct term {
  double maturity;
  std::string name, colour;
};
// From light to dark, as the maturity grows.
const std::vector<term> terms = {
    {0.1, "0.1", "#9ecae1"}, {0.5, "0.5", "#4292c6"}, {1, "1", "#08519c"}, {2, "2 years", "#08204a"}};

std::vector<option<double>> calls(double maturity) {
  std::vector<option<double>> result;
  for (double spot = 40; spot <= 160; ++spot) result.push_back({spot, 100, 0.03, 0.25, maturity, call});
  return result;
}

// What one panel shows of an option: its price, gradient and Hessian.
using quantity = std::function<double(double, const option<double>&, const dad::matrix&)>;

}  // namespace

void write_figure(const std::filesystem::path& path) {
  struct {
    std::string title, unit;
    quantity of;
    std::vector<support::curve> curves = {};
  } panels[] = {
      {"Price", "", [](double price, const auto&, const auto&) { return price; }},
      {"Delta", "per unit of the spot", [](double, const auto& by, const auto&) { return by.spot; }},
      {"Gamma", "delta per unit of the spot", [](double, const auto&, const auto& h) { return h(0, 0); }},
      {"Vega", "per unit of volatility", [](double, const auto& by, const auto&) { return by.volatility; }},
      {"Theta", "per year that passes", [](double, const auto& by, const auto&) { return -by.maturity; }},
      {"Rho", "per unit of the rate", [](double, const auto& by, const auto&) { return by.rate; }},
  };

  for (const auto& [maturity, name, colour] : terms) {
    const auto options = calls(maturity);
    const auto first = dad::batch_eval(black_scholes(), options);
    const auto second = dad::batch_hessian(black_scholes(), options);
    for (auto& panel : panels) {
      support::curve curve{.name = name, .colour = colour, .points = {}};
      for (std::size_t i = 0; i < options.size(); ++i) {
        curve.points.emplace_back(options[i].spot,
                                  panel.of(first[i].value, first[i].gradient, second[i].hessian));
      }
      panel.curves.push_back(std::move(curve));
    }
  }

  support::svg drawing(1110, 720);
  drawing.text({24, 34}, "The Greeks of a European call", {.size = 19, .colour = "#222222", .bold = true});
  drawing.text({24, 56}, "Strike 100, rate 3 %, volatility 25 %; a curve for each maturity", {.size = 13});
  for (std::size_t i = 0; i < std::size(panels); ++i) {
    const support::area where{10 + 365 * static_cast<double>(i % 3), 74 + 320 * static_cast<double>(i / 3),
                              360, 315};
    draw_chart(drawing, where, panels[i].title, {.title = "spot"}, {.title = panels[i].unit},
               panels[i].curves);
  }
  drawing.save(path);
}

}  // namespace greeks
