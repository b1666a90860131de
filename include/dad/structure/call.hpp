// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// f of a point: a tuple or pair gives f several arguments.

#pragma once

#include <tuple>

#include <dad/structure/shape.hpp>

namespace dad::detail {

template <class F, class Y>
constexpr decltype(auto) call(const F& f, const Y& y) {
  if constexpr (is_tuple<Y>)
    return std::apply(f, y);
  else
    return f(y);
}

}  // namespace dad::detail
