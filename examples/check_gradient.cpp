// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Is a derivative right? Three functions with a mistake, one without, and what the check says of them.

#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

namespace {

template <class F>
void show(const char* name, const F& f) {
  const auto report = dad::check_gradient(f, std::vector{2.0, 2.0, 0.5});
  if (report.passed())
    std::printf("%s: right, slope of the Taylor remainder %.1f\n", name, report.slope.value_or(0));
  else
    std::printf("%s: %s\n  %s: derivative %.4f, differences %.4f\n", name, report.description.c_str(),
                report.place.c_str(), report.derivative, report.difference);
}

}  // namespace

int main() {
  show("smooth", [](const auto& x) { return x[0] * sin(x[1]) + exp(x[2]); });
  show("tie", [](const auto& x) { return max(x[0], x[1]) * x[2]; });
  show("lost", [](const auto& x) { return x[0] / (1 + dad::value(x[1])); });
  const auto cube = dad::rule([](const auto& x) { return x * x * x; },
                              [](const auto& x, const auto& dx) { return 3 * x * dx; }, dad::derived);
  show("rule", [&](const auto& x) { return x[0] + cube(x[2]); });
}
