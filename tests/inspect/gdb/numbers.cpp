// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Numbers that printers_test.py looks at in gdb.

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

#include <vector>

[[gnu::noinline]] void stop() { asm volatile("" ::: "memory"); }

int main() {
  dad::dual<> one(3.0, 1.0);
  dad::dual<double, 3> three(2.5, 1.0, 0.0, -0.5);
  dad::dual<dad::dual<>> nested(one, dad::dual<>(1.0, 0.0));

  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> passive = 4.0;
  std::vector<dad::var<>> inputs{2.0, 3.0};
  t.input(inputs);
  dad::var<> product = inputs[0] * inputs[1];

  dad::tape<dad::dual<>> higher;
  const auto higher_guard = higher.activate();
  dad::var<dad::dual<>> mixed = one;
  higher.input(mixed);
  stop();
  return product.value() + passive.value() + mixed.value().value() + three.value() + nested.value().value() >
                 0
             ? 0
             : 1;
}
