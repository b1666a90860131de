// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function with as many paths as its loop has lengths, and its gradient by hand.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// All that is paid for a loan until nothing is left of it; the last payment is as small as the rest is. The
/// inputs: the loan, the rate of interest of a period, the payment of a period. A loan of n periods is a path
/// of its own.
struct loan {
  static constexpr std::size_t longest = 500;
  using point_type = std::array<double, 3>;

  template <class X>
  real_of<X> operator()(const X& x) const {
    using T = real_of<X>;
    const T &rate = x[1], &payment = x[2];
    T balance = x[0], paid(0.0);
    while (balance > 0.0) {
      balance += balance * rate - payment;
      paid += payment;
    }
    return paid + balance;
  }

  /// Loans of 1 to 500 periods, in turns.
  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    const double amount = uniform(10, 3 * i, 50.0, 150.0), rate = uniform(10, 3 * i + 1, 0.001, 0.005);
    // The payment that ends the loan amid its last period.
    const double periods = static_cast<double>(i * 7 % longest) + 0.5;
    return {amount, rate, amount * rate / -std::expm1(-periods * std::log1p(rate))};
  }

  /// The value, with the gradient by hand: the tangents go along.
  static double by_hand(const point_type& x, point_type& gradient) {
    const auto [amount, rate, payment] = x;
    double balance = amount, by_amount = 1.0, by_rate = 0.0, by_payment = 0.0, paid = 0.0, periods = 0.0;
    while (balance > 0.0) {
      by_amount += by_amount * rate;
      by_rate += by_rate * rate + balance;
      by_payment += by_payment * rate - 1.0;
      balance += balance * rate - payment;
      paid += payment;
      periods += 1.0;
    }
    gradient = {by_amount, by_rate, by_payment + periods};
    return paid + balance;
  }
};

}  // namespace bench
