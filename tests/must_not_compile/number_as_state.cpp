// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A loop whose state is a plain number has no derivative by what its step captured.
// expected: a scalar that it captures must be part of the state

#include <tuple>

#include <dad/dad.hpp>

int main() {
  const auto power = [](const auto& x) {
#ifdef MUST_NOT_COMPILE
    return dad::checkpoint_loop([&](const auto& u) { return u * x; }, 1.0, 3);
#else
    const auto step = [](const auto& u, const auto& v) { return std::tuple(u * v, v); };
    using T = std::decay_t<decltype(x)>;
    return std::get<0>(dad::checkpoint_loop(step, std::tuple(T(1), x), 3));
#endif
  };
  return dad::derivative(power, 2.0) == 0;
}
