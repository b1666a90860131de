// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The graph behind a derivative: forward in each input, one sweep back, and every value and adjoint in
// between. graph | dot -Tsvg

#include <cmath>
#include <cstdio>
#include <tuple>

#include <dad/dad.hpp>

// A loss of two weights; u is used twice.
const auto loss = [](const auto& w1, const auto& w2) {
  const auto u = w2 * log(w1);
  return u + sqrt(u);
};

// A function s of z of two inputs; x goes into z in two ways.
const auto inner = [](const auto& x, const auto& y) { return x * y + sin(x); };
const auto outer = [](const auto& z) { return exp(z) / (1 + square(z)); };

int main() {
  const std::tuple w{3.0, 2.0};
  const double u = 2 * std::log(3.0), outside = 1 + 0.5 / std::sqrt(u);
  std::printf("// dL/dw1: forward %.9f, by hand %.9f\n", dad::jvp(loss, w, std::tuple{1.0, 0.0}).tangent,
              outside * 2 / 3);
  std::printf("// dL/dw2: forward %.9f, by hand %.9f\n", dad::jvp(loss, w, std::tuple{0.0, 1.0}).tangent,
              outside * std::log(3.0));

  const double x = 0.7, y = -1.3, dsdz = dad::derivative(outer, inner(x, y));
  const auto [sx, sy] =
      dad::gradient([](const auto& a, const auto& b) { return outer(inner(a, b)); }, std::tuple{x, y});
  std::printf("// ds/dx: in reverse %.9f, by the chain rule %.9f\n", sx, dsdz * (y + std::cos(x)));
  std::printf("// ds/dy: in reverse %.9f, by the chain rule %.9f\n", sy, dsdz * x);

  dad::tape<> tape;
  const auto active = tape.activate();
  const dad::observation seen(tape);
  dad::var<> w1 = 3, w2 = 2;
  tape.input(w1), tape.input(w2);
  tape.backward(loss(w1, w2));
  std::printf("%s", seen.dot().c_str());
}
