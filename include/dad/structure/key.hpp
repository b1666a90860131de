// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What an input is apart from the values of its reals, as bytes: inputs with equal keys can share a program.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dad/structure/transform.hpp>

namespace dad::detail {

template <class Reference, class T>
concept refers_to = std::is_same_v<std::remove_cvref_t<Reference>, T>;

/// A range of the standard library or of Boost: nothing in it but its elements.
template <class X>
concept known_range = is_of_a_library<X> && requires(const X& x) {
  { *x.begin() } -> refers_to<typename X::value_type>;
  x.end();
  x.size();
};

/// A container's order or hash is made at run time, so that its elements do not say all about it.
template <class X>
constexpr bool has_stateful_order() {
  if constexpr (requires { typename X::key_equal; })
    return !std::is_empty_v<typename X::hasher> || !std::is_empty_v<typename X::key_equal>;
  else if constexpr (requires { typename X::key_compare; })
    return !std::is_empty_v<typename X::key_compare>;
  else
    return false;
}

template <class X>
concept known_variant = is_of_a_library<X> && requires(const X& x) {
  x.index();
  x.valueless_by_exception();
};

template <class X>
concept known_shared_pointer = is_of_a_library<X> && requires(const X& x) {
  x.get();
  x.use_count();
};

/// Elements of type T one after the other in memory.
template <class X, class T>
concept contiguous_range_of = requires(const X& x) {
  std::span<const T>(x);
};

/// How many bytes of a T hold its value: the rest of an x87 long double is padding.
template <class T>
inline constexpr std::size_t value_size = std::is_floating_point_v<T>&& std::numeric_limits<T>::digits == 64
                                              ? 10
                                              : sizeof(T);

/// Hands the parts of data to a sink: bytes(address, count) of what the data holds, size(count) before the
/// elements of what has no fixed number of them, and no_key() for a type whose bytes do not say its value.
template <class X, class Sink>
void visit_data(const X& x, Sink& sink) {
  if constexpr (std::is_empty_v<X>) {
    return;
  } else if constexpr (std::is_arithmetic_v<X>) {
    sink.bytes(&x, value_size<X>);
  } else if constexpr (shape_of<X> == shape::structure) {
    sink.template structure<false>(x);
  } else if constexpr (is_tuple<X>) {
    std::apply([&](const auto&... part) { (visit_data(part, sink), ...); }, x);
  } else if constexpr (is_array<X>) {
    for (const auto& part : x) visit_data(part, sink);
  } else if constexpr (is_optional<X>) {
    sink.size(x.has_value());
    if (x) visit_data(*x, sink);
  } else if constexpr (known_range<X> && !has_stateful_order<X>()) {
    sink.size(x.size());
    using T = typename X::value_type;
    if constexpr (std::is_arithmetic_v<T> && value_size<T> == sizeof(T) && contiguous_range_of<X, T>)
      sink.bytes(std::span<const T>(x).data(), x.size() * sizeof(T));
    else
      for (const auto& part : x) visit_data(part, sink);
  } else if constexpr (known_variant<X>) {
    sink.size(x.index());
    if (!x.valueless_by_exception()) visit([&](const auto& part) { visit_data(part, sink); }, x);
  } else if constexpr (known_shared_pointer<X>) {
    const void* const address = x.get();
    sink.bytes(&address, sizeof(address));
  } else if constexpr (std::has_unique_object_representations_v<X>) {
    sink.bytes(&x, sizeof(X));
  } else {
    sink.no_key();
  }
}

/// Hands the parts of x to a sink: its reals in the order of for_each_real, to real(r), and what lies between
/// them as data.
template <bool WithInts, class X, class Sink>
void visit_parts(const X& x, Sink& sink) {
  if constexpr (shape_of<X> == shape::real) {
    sink.real(x);
  } else if constexpr (!has_reals<X> && !(WithInts && is_all_int<X>)) {
    visit_data(x, sink);
  } else if constexpr (shape_of<X> == shape::integer) {
    sink.real(x);
  } else if constexpr (shape_of<X> == shape::structure) {
    sink.template structure<true>(x);
  } else if constexpr (is_tuple<X>) {
    std::apply([&](const auto&... part) { (visit_parts<WithInts>(part, sink), ...); }, x);
  } else if constexpr (is_optional<X>) {
    sink.size(x.has_value());
    if (x) visit_parts<WithInts>(*x, sink);
  } else if constexpr (shape_of<X> == shape::mapping) {
    sink.size(x.size());
    for (const auto& [key, mapped] : x) {
      visit_data(key, sink);
      visit_parts<WithInts>(mapped, sink);
    }
  } else {
    if constexpr (!is_array<X>) sink.size(x.size());
    for (const auto& part : x) visit_parts<WithInts>(part, sink);
  }
}

/// In a key a tag stands before each leaf of a struct: its type, by tag_of (a type's name depends on the
/// translation unit), and whether it is real.
using key_tag = std::uintptr_t;
inline constexpr key_tag real_flag = 1;
inline key_tag leaf_tag(const void* type, bool is_real) noexcept {
  return (reinterpret_cast<key_tag>(type) << 1) | (is_real ? real_flag : 0);
}
/// And one where a struct begins.
constexpr key_tag struct_tag(std::size_t version) noexcept { return key_tag(version) << 1; }

/// A leaf of type L in a struct X can be real.
template <class L, class X>
inline constexpr bool may_be_real = has_reals<X>&& can_be_real<leaves_t<L>, leaves_t<X>>;

/// How the leaves of a struct X are handed to a sink.
template <class X, class Sink>
struct described {
  struct kind_type : leaf_kind {
    void (*visit)(const void* address, bool is_real, Sink& sink);
  };
  struct to_probe {
    template <class T>
    probe operator()(const T& number) const {
      return as_probe(number);
    }
  };
  template <class L>
  struct kind_of {
    static void visit(const void* address, bool is_real, Sink& sink) {
      const L& x = *static_cast<const L*>(address);
      if constexpr (may_be_real<L, X>)
        if (is_real) return visit_parts<false>(x, sink);
      visit_data(x, sink);
    }
    static constexpr kind_type kind = {replacement<X, probe, const to_probe>::template kind_of<L>::make(),
                                       &visit};
  };
};

/// Hands the leaves of a struct to a sink, with tag(t) before each. Its reals are found by a walk over a twin
/// of probes; without HasReals all leaves are data.
template <bool HasReals, class X, class Sink>
void visit_struct(const X& x, Sink& sink) {
  source<described<X, Sink>::template kind_of> from(x);
  if constexpr (HasReals) {
    rebound_t<X, probe, false> marked{};
    twin_filler(from.leaves()).template fill<X>(marked);
  }
  for (const leaf& part : from.leaves()) {
    if (part.kind == &struct_mark) {
      sink.tag(struct_tag(part.count));
    } else if (part.kind == &container_mark) {
      sink.size(part.count);
    } else {
      const auto& kind = static_cast<const typename described<X, Sink>::kind_type&>(*part.kind);
      sink.tag(leaf_tag(kind.type, part.is_real));
      kind.visit(part.address, part.is_real, sink);
    }
  }
}

/// Writes the key of what it is handed, and counts the reals.
template <class...>
class key_writer_if_used {
 public:
  explicit key_writer_if_used(std::vector<unsigned char>& key) noexcept : key_(key) {}

  /// False where something cannot be compared by its bytes.
  [[nodiscard]] bool has_key() const noexcept { return has_key_; }
  [[nodiscard]] std::size_t real_count() const noexcept { return real_count_; }

  template <class R>
  void real(const R&) {
    ++real_count_;
  }
  void bytes(const void* from, std::size_t count) {
    if (count == 0) return;
    const std::size_t size = key_.size();
    key_.resize(size + count);
    std::memcpy(key_.data() + size, from, count);
  }
  void size(std::size_t count) { bytes(&count, sizeof(count)); }
  void tag(key_tag t) { bytes(&t, sizeof(t)); }
  void no_key() { has_key_ = false; }
  template <bool HasReals, class X>
  void structure(const X& x) {
    visit_struct<HasReals>(x, *this);
  }

 private:
  std::vector<unsigned char>& key_;
  std::size_t real_count_ = 0;
  bool has_key_ = true;
};
using key_writer = key_writer_if_used<>;

/// Appends the key of x: bytes that two X of one process have in common exactly where everything but the
/// values of their reals is equal. Data numbers count by their bits, pointers by where they point, an
/// unordered container by its elements in their order. Returns false where x holds data of a type that dad
/// cannot compare by its bytes: then x has no key. Throws shape_error as transform does.
template <class X>
bool append_key(std::vector<unsigned char>& key, const X& x) {
  key_writer writer(key);
  visit_parts<is_all_int<X>>(x, writer);
  return writer.has_key();
}

template <class X, bool WithInts>
constexpr bool find_trivial_key() {
  if constexpr (shape_of<X> == shape::real || (WithInts && shape_of<X> == shape::integer))
    return true;
  else if constexpr (is_array<X>)
    return find_trivial_key<element_t<X>, WithInts>();
  else
    return std::is_empty_v<X>;
}
template <class X, bool WithInts>
inline constexpr bool is_key_trivial = find_trivial_key<X, WithInts>();
template <class... T, bool WithInts>
inline constexpr bool is_key_trivial<std::tuple<T...>, WithInts> =
    (is_key_trivial<std::remove_cvref_t<T>, WithInts> && ...);
template <class A, class B, bool WithInts>
inline constexpr bool is_key_trivial<std::pair<A, B>, WithInts> =
    is_key_trivial<std::remove_cvref_t<A>, WithInts>&& is_key_trivial<std::remove_cvref_t<B>, WithInts>;

/// Every X has the same key, that of no bytes.
template <class X>
inline constexpr bool has_trivial_key = is_key_trivial<X, is_all_int<X>>;

}  // namespace dad::detail
