// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A struct that serializes but has no scalar parameter cannot hold anything but doubles.

// expected: dad: dad does not know the scalar of this struct: make the scalar its first template parameter

#include <dad/dad.hpp>

#ifndef MUST_NOT_COMPILE
template <class T>
#else
using T = double;
#endif
struct place {
  T x;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& x;
  }
};

auto slope() {
#ifdef MUST_NOT_COMPILE
  return dad::gradient([](const auto& p) { return p.x * p.x; }, place{2.0});
#else
  return dad::gradient([](const auto& p) { return p.x * p.x; }, place<double>{2.0});
#endif
}
