// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a batch call computes for each input beside the value, and the name by which a result gives it.

#pragma once

namespace dad::detail {

#define DAD_DEFINE_KIND(kind, name)                                        \
  struct kind {                                                            \
    template <class Part>                                                  \
    struct holder {                                                        \
      Part name;                                                           \
    };                                                                     \
    static constexpr auto& part(auto& item) noexcept { return item.name; } \
  };
DAD_DEFINE_KIND(gradients, gradient)
DAD_DEFINE_KIND(tangents, tangent)
DAD_DEFINE_KIND(adjoints, adjoint)
DAD_DEFINE_KIND(jacobians, jacobian)
DAD_DEFINE_KIND(hessians, hessian)
DAD_DEFINE_KIND(products, product)
#undef DAD_DEFINE_KIND

/// The seeds of a kind that has none.
struct no_seeds {};

}  // namespace dad::detail
