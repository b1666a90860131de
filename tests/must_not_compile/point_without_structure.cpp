// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A type that dad cannot walk is refused as a point, with what it would need.

// expected: dad: a struct that is an input or a result needs a .template <class Archive> void serialize

#include <dad/dad.hpp>

template <class T>
struct place {
  T x;
#ifndef MUST_NOT_COMPILE
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& x;
  }
#endif
};

auto slope() {
  return dad::gradient([](const auto& p) { return p.x * p.x; }, place<double>{2.0});
}
