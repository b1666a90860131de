// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a user's serialize may do with an archive.

#pragma once

#include <cstddef>
#include <type_traits>

#include <dad/structure/access.hpp>

namespace dad::detail {

/// Boost's wrappers, known by what they have: make_nvp's by a name and a value, array_wrapper by an address
/// and a count. A struct of the user's may have a name and a value as well, but then not both ways to its
/// value.
template <class X>
concept named_value = requires(X& x) {
  x.name();
  x.value();
}
&&(requires(X& x) { x.const_value(); } || !has_serialize_member<std::remove_cv_t<X>>);

template <class X>
concept wrapped_array = requires(X& x) {
  *x.address();
  x.count();
};

/// ar & x, ar << x and ar >> x hand x to Derived::visit, without its wrapper.
template <class Derived, bool Loading>
class basic_archive {
 public:
  using is_loading = std::bool_constant<Loading>;
  using is_saving = std::bool_constant<!Loading>;

  template <class X>
  Derived& operator&(X&& x) {
    unwrap(x);
    return static_cast<Derived&>(*this);
  }
  template <class X>
  Derived& operator<<(X&& x) {
    return *this & x;
  }
  template <class X>
  Derived& operator>>(X&& x) {
    return *this & x;
  }

 private:
  template <class X>
  void unwrap(X& x) {
    if constexpr (named_value<X>)
      unwrap(x.value());
    else if constexpr (wrapped_array<X>)
      for (std::size_t i = 0; i < x.count(); ++i) unwrap(x.address()[i]);
    else
      static_cast<Derived&>(*this).visit(x);
  }
};

/// Takes everything and does nothing: only asked whether a struct serializes.
struct any_archive : basic_archive<any_archive, false> {
  template <class X>
  void visit(X&) {}
};

}  // namespace dad::detail
