// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where in a point its k-th real is, for people to read.

#pragma once

#include <cstddef>
#include <string>
#include <tuple>

#include <dad/core/text.hpp>
#include <dad/structure/transform.hpp>

namespace dad::detail {

/// Adds the way to real k of x, where x has as many; otherwise takes the reals of x off k.
template <class X>
bool find_place(const X& x, std::size_t& k, std::string& place) {
  const std::size_t count = real_count(x);
  if (k >= count) {
    k -= count;
    return false;
  }
  if constexpr (is_tuple<X>) {
    std::size_t i = 0;
    std::apply(
        [&](const auto&... part) {
          const auto is_in = [&](const auto& p) {
            std::string inside;
            const bool found = find_place(p, k, inside);
            if (found) place += joined({"<", std::to_string(i), ">", inside});
            ++i;
            return found;
          };
          (void)(is_in(part) || ...);
        },
        x);
  } else if constexpr (is_optional<X>) {
    find_place(*x, k, place);
  } else if constexpr (shape_of<X> == shape::mapping) {
    place += joined({", real ", std::to_string(k)});
  } else if constexpr (is_container<X>) {
    std::size_t i = 0;
    for (const auto& part : x) {
      std::string inside;
      if (find_place(part, k, inside)) {
        place += joined({"[", std::to_string(i), "]", inside});
        break;
      }
      ++i;
    }
  } else if constexpr (shape_of<X> == shape::structure) {
    place += joined({", real ", std::to_string(k), " that serialize visits"});
  }
  return true;
}

/// "x[3]"; for several arguments "argument 1[3]".
template <class X>
std::string place_of(const X& x, std::size_t k) {
  std::string place = "x";
  if (!find_place(x, k, place)) return "x";
  if (is_tuple<X>) {
    const std::size_t end = place.find('>');
    place = joined({"argument ", place.substr(2, end - 2), place.substr(end + 1)});
  }
  return place;
}

}  // namespace dad::detail
