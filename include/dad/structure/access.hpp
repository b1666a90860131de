// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a struct's serialize is found and called: a member, or a free function, as for Boost.Serialization.

#pragma once

#include <type_traits>

#include <dad/structure/type_name.hpp>

// Named but never included: a struct may befriend Boost's access, and free functions may live in Boost's
// namespace.
namespace boost::serialization {
class access;
template <class X>
struct version;
}  // namespace boost::serialization

namespace dad {

/// Befriended by a struct whose serialize is private: `friend struct dad::access;`
struct access {
  template <class Archive, class X>
  static constexpr bool has_member = requires(Archive& archive, X& x) {
    x.serialize(archive, 0U);
  };

  template <class Archive, class X>
  static void serialize(Archive& archive, X& x, unsigned version) {
    x.serialize(archive, version);
  }
};

namespace detail {

struct any_archive;

template <class X>
concept serializes_through_member = std::is_class_v<X> && access::has_member<any_archive, X>;

struct has_serialize {
  int serialize;
};
template <class X>
struct serialize_twice : X, has_serialize {};

/// The member is public: a plain one has an address, and a template's instance can be an argument of a
/// template. (The address of an overload set alone is not yet checked for access.)
template <class X>
concept shows_serialize = requires {
  &X::serialize;
}
|| requires {
  typename std::integral_constant<decltype(&X::template serialize<any_archive>),
                                  &X::template serialize<any_archive>>;
};

/// X has a member of this name that we may not touch: the name is ambiguous in a struct that inherits it
/// twice.
template <class X>
constexpr bool hides_serialize() {
  if constexpr (std::is_class_v<X> && !std::is_final_v<X>) return !requires {
      &serialize_twice<X>::serialize;
    }
  &&!shows_serialize<X>;
  else return false;
}

template <class X>
concept is_complete = requires {
  sizeof(X);
};

template <class X, class BoostAccess = boost::serialization::access>
concept serializes_through_boost_access = is_complete<BoostAccess> && hides_serialize<X>();

template <class X>
concept serializes_through_function = std::is_class_v<X> && requires(any_archive& archive, X& x) {
  serialize(archive, x, 0U);
};

/// A version number that makes lookup see Boost's namespace too. The deleted function makes Boost's own
/// default, which fits every type, ambiguous; a function for a type of the user's is more special than both.
namespace boost_style {
template <class Access>
struct version_number {
  unsigned value;
  constexpr operator unsigned() const noexcept { return value; }
};
template <class Archive, class X>
void serialize(Archive&, X&, unsigned) = delete;
}  // namespace boost_style

using version_number = boost_style::version_number<boost::serialization::access>;

template <class X>
concept serializes_through_boost_function = std::is_class_v<X> &&
    requires(any_archive& archive, X& x, version_number version) {
  serialize(archive, x, version);
};

template <class X>
concept has_serialize_member = serializes_through_member<X> || serializes_through_boost_access<X>;
/// Boost's own functions for the types of other libraries want more than dad's archives have: such a type is
/// a container or data.
template <class X>
inline constexpr bool is_of_a_library =
    type_name<X>().starts_with("std::") || type_name<X>().starts_with("boost::");

template <class X>
concept has_serialize_function = serializes_through_function<X> ||
    (serializes_through_boost_function<X> && !is_of_a_library<X>);

/// X can be walked.
template <class X>
concept serializable = has_serialize_member<X> || has_serialize_function<X>;

/// The version that Boost saves X with (BOOST_CLASS_VERSION); 0 without Boost.
template <class X>
constexpr unsigned class_version() {
  if constexpr (requires { boost::serialization::version<X>::value; })
    return static_cast<unsigned>(boost::serialization::version<X>::value);
  else
    return 0;
}

/// Runs X's serialize, which may be a non-const function even where it only reads.
template <class Archive, class X, class BoostAccess = boost::serialization::access>
void call_serialize(Archive& archive, X& x, unsigned version) {
  if constexpr (serializes_through_member<X>)
    access::serialize(archive, x, version);
  else if constexpr (serializes_through_boost_access<X>)
    BoostAccess::serialize(archive, x, version);
  else if constexpr (serializes_through_function<X>)
    serialize(archive, x, version);
  else
    serialize(archive, x, version_number{version});
}

}  // namespace detail
}  // namespace dad
