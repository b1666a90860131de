// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a layer may do to its signals, each for any scalar type, with its derivative by hand.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include <dad/dad.hpp>

namespace network {

struct activation {
  const char* name;
  double (*derivative)(double);  // by hand
};

/// Leaky ReLU falls by a tenth below zero; maxout is the larger of two lines, z/2 + 0.2 and -0.3 z; ELU goes
/// to -1 below zero. At a kink the derivative is that of the piece from the left.
inline constexpr std::array<activation, 7> activations = {
    {{"sigmoid",
      [](double z) {
        const double g = 1 / (1 + std::exp(-z));
        return g * (1 - g);
      }},
     {"tanh", [](double z) { return 1 - std::tanh(z) * std::tanh(z); }},
     {"ReLU", [](double z) { return z > 0 ? 1.0 : 0.0; }},
     {"leaky ReLU", [](double z) { return z > 0 ? 1.0 : 0.1; }},
     {"maxout", [](double z) { return 0.5 * z + 0.2 < -0.3 * z ? -0.3 : 0.5; }},
     {"ELU", [](double z) { return z > 0 ? 1.0 : std::exp(z); }},
     {"softplus", [](double z) { return 1 / (1 + std::exp(-z)); }}}};

/// Number `which` of them at z.
template <class T>
T activate(std::size_t which, const T& z) {
  using std::expm1, std::max, std::tanh;
  switch (which) {
    case 0:
      return dad::sigmoid(z);
    case 1:
      return tanh(z);
    case 2:
      return dad::relu(z);
    case 3:
      return dad::select(z > 0, z, 0.1 * z);
    case 4:
      return max(T(0.5 * z + 0.2), T(-0.3 * z));
    case 5:
      return dad::select(z > 0, z, expm1(z));
    default:
      return dad::softplus(z);
  }
}

}  // namespace network
