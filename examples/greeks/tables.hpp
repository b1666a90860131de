// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tables of the program: options in, prices and Greeks out.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "../support/csv.hpp"
#include "../support/csv_reader.hpp"
#include "option.hpp"

namespace greeks {

/// Reads the columns spot, strike, rate, volatility, maturity (numbers) and kind (call or put). Throws
/// std::runtime_error, which names the line, for anything else and for options that have no price.
inline std::vector<option<double>> read_options(const std::filesystem::path& path) {
  support::csv_reader table(path, {"spot", "strike", "rate", "volatility", "maturity", "kind"});
  const auto positive = [&] {
    const double x = table.number();
    if (!(x > 0 && std::isfinite(x))) table.refuse(support::to_text(x), "a positive number");
    return x;
  };
  const auto finite = [&] {
    const double x = table.number();
    if (!std::isfinite(x)) table.refuse(support::to_text(x), "a finite number");
    return x;
  };
  const auto call_or_put = [&] {
    const std::string_view word = table.word();
    if (word != "call" && word != "put") table.refuse(word, "call or put");
    return word == "call" ? call : put;
  };

  std::vector<option<double>> result;
  result.reserve(table.size() / 32);  // about what a row takes
  while (table.next_row()) {
    // In braces, the cells are read from left to right.
    result.push_back({positive(), positive(), finite(), positive(), positive(), call_or_put()});
  }
  return result;
}

/// Writes a table of random options as read_options reads it. Throws where there is a file already.
inline void write_random_options(const std::filesystem::path& path, std::size_t count, std::uint64_t seed) {
  if (std::filesystem::exists(path)) {
    throw std::runtime_error(path.string() + ": is there already, and is not replaced by random options");
  }
  std::mt19937_64 generator(seed);
  // Rounded as a market would quote them: prices to cents, the others to a hundredth of a percent or of a
  // year.
  const auto random = [&](double least, double most, double digits) {
    return std::round(std::uniform_real_distribution<double>(least, most)(generator) * digits) / digits;
  };
  support::csv table(path, {"spot", "strike", "rate", "volatility", "maturity", "kind"});
  for (std::size_t i = 0; i < count; ++i) {
    const double spot = random(50, 150, 100), strike = random(50, 150, 100), rate = random(0, 0.06, 1e4);
    const double volatility = random(0.1, 0.6, 1e4), maturity = random(0.05, 3, 100);
    table.row(spot, strike, rate, volatility, maturity, generator() % 2 == 0 ? "call" : "put");
  }
  table.close();
}

/// Writes a row for each result of a batch of options: the price and its derivatives under the names that
/// traders give them. Theta is the change as time passes, so it is minus the derivative by the maturity.
template <class Results>
void write_greeks(const std::filesystem::path& path, const Results& results) {
  support::csv table(path, {"price", "delta", "dual_delta", "rho", "vega", "theta"});
  for (const auto& [price, by] : results)
    table.row(price, by.spot, by.strike, by.rate, by.volatility, -by.maturity);
  table.close();
}

}  // namespace greeks
