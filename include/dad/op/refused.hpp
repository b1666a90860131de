// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What <cmath> has and dad refuses by name, with what to write instead: a call fails to compile, never
// silently.

#pragma once

#include <dad/core/concepts.hpp>

namespace dad {

#define DAD_REFUSE(f, advice)                                                                             \
  template <class... A>                                                                                   \
  requires(scalar<std::remove_cvref_t<A>> || ...) void f(const A&...) {                                   \
    static_assert(sizeof...(A) == 0, "dad: " #f " is not available for differentiable scalars: " advice); \
  }

// Integers have no derivative.
DAD_REFUSE(ilogb, "write logb(x), or std::ilogb(dad::value(x)) for the integer")
DAD_REFUSE(lrint, "write rint(x), or std::lrint(dad::value(x)) for the integer")
DAD_REFUSE(llrint, "write rint(x), or std::llrint(dad::value(x)) for the integer")
DAD_REFUSE(lround, "write round(x), or std::lround(dad::value(x)) for the integer")
DAD_REFUSE(llround, "write round(x), or std::llround(dad::value(x)) for the integer")
DAD_REFUSE(scalbln, "write scalbn(x, n) with an int n")
DAD_REFUSE(remquo, "write remainder(x, y), or std::remquo of the values for the quotient's bits")
DAD_REFUSE(nexttoward, "write nextafter(x, y)")
// Special functions whose derivatives are not in dad.
#define DAD_REFUSE_SPECIAL(f) DAD_REFUSE(f, "its derivative is not in dad; write it with other functions")
DAD_REFUSE(beta, "write exp(lgamma(x) + lgamma(y) - lgamma(x + y)) for positive x and y")
DAD_REFUSE_SPECIAL(assoc_laguerre)
DAD_REFUSE_SPECIAL(assoc_legendre)
DAD_REFUSE_SPECIAL(comp_ellint_1)
DAD_REFUSE_SPECIAL(comp_ellint_2)
DAD_REFUSE_SPECIAL(comp_ellint_3)
DAD_REFUSE_SPECIAL(cyl_bessel_i)
DAD_REFUSE_SPECIAL(cyl_bessel_j)
DAD_REFUSE_SPECIAL(cyl_bessel_k)
DAD_REFUSE_SPECIAL(cyl_neumann)
DAD_REFUSE_SPECIAL(ellint_1)
DAD_REFUSE_SPECIAL(ellint_2)
DAD_REFUSE_SPECIAL(ellint_3)
DAD_REFUSE_SPECIAL(expint)
DAD_REFUSE_SPECIAL(hermite)
DAD_REFUSE_SPECIAL(laguerre)
DAD_REFUSE_SPECIAL(legendre)
DAD_REFUSE_SPECIAL(riemann_zeta)
DAD_REFUSE_SPECIAL(sph_bessel)
DAD_REFUSE_SPECIAL(sph_legendre)
DAD_REFUSE_SPECIAL(sph_neumann)

#undef DAD_REFUSE_SPECIAL
#undef DAD_REFUSE

}  // namespace dad
