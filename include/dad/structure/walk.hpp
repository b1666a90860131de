// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A struct and its rebound twin, walked in step by the user's serialize: what changes its type between them
// is real, everything else is data. The first walk notes where each leaf is, the second takes them in the
// same order.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/structure/archive.hpp>
#include <dad/structure/shape.hpp>

namespace dad::detail {

/// Its address tells types apart.
template <class T>
inline char type_tag = 0;

/// The compiler's name of T, for messages.
template <class T>
std::string type_name() {
#ifdef __GNUC__
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  return std::string(name.substr(0, name.find_first_of(";]")));
#else
  return "this type";
#endif
}

/// A leaf is copied or replaced as a whole: a number, data, or a container of either. Everything else is
/// walked into.
template <class X>
constexpr bool is_leaf() {
  if constexpr (std::is_array_v<X> || shape_of<X> == shape::structure)
    return false;
  else if constexpr (is_container<X> && !is_span<X>)
    return is_leaf<element_t<X>>();
  else
    return !is_tuple<X>;
}

/// What can become of a leaf of one type; null where it can only be data.
struct leaf_kind {
  const void* type;
  std::string (*name)();
  const void* probed_type = nullptr;
  void (*probe)(const void* from, void* to) = nullptr;
  const void* rebound_type = nullptr;
  void (*replace)(const void* from, void* to, void* fn) = nullptr;
};

struct leaf {
  const leaf_kind* kind;
  const void* address;
  std::size_t count = 0;  // of the elements that follow, where this is a container's size
  bool is_real = false;
};

/// Stands for the size of a container whose elements are walked one by one.
struct container_size {};
inline constexpr leaf_kind size_kind = {&type_tag<container_size>,
                                        [] { return std::string("a container's size"); }};

/// The first walk: over a struct as it is. KindOf<T>::kind says what can become of a leaf of type T.
template <template <class> class KindOf>
class source : public basic_archive<source<KindOf>, false> {
 public:
  template <class X>
  explicit source(const X& x) {
    leaves_.reserve(16);
    enter(const_cast<X&>(x), true);
  }
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  ~source() {
    for (const auto& made : copies_) made.destroy(made.object);
  }

  [[nodiscard]] std::vector<leaf>& leaves() noexcept { return leaves_; }

  template <class X>
  void visit(X& x) {
    const auto address = reinterpret_cast<std::uintptr_t>(&x);
    walk(const_cast<std::remove_cv_t<X>&>(x), begin_ <= address && address < end_);
  }

 private:
  // A local of the user's serialize is gone when the second walk comes: only parts of the object stay.
  template <class X>
  void walk(X& x, bool stays) {
    if constexpr (std::is_array_v<X> || is_array<X>) {
      for (auto& part : x) walk(part, stays);
    } else if constexpr (is_leaf<X>()) {
      leaves_.push_back({&KindOf<X>::kind, stays ? &x : copied(x)});
    } else if constexpr (shape_of<X> == shape::structure) {
      const auto outer = std::tuple(begin_, end_);
      enter(x, stays);
      std::tie(begin_, end_) = outer;
    } else if constexpr (is_tuple<X>) {
      std::apply([&](auto&... part) { (walk(part, stays), ...); }, x);
    } else if constexpr (is_optional<X>) {
      leaves_.push_back({&size_kind, nullptr, x.has_value()});
      if (x) walk(*x, stays);
    } else {
      leaves_.push_back({&size_kind, nullptr, x.size()});
      for (auto& part : x) {
        if constexpr (shape_of<X> == shape::mapping) {
          walk(const_cast<typename X::key_type&>(part.first), stays);
          walk(part.second, stays);
        } else {
          walk(part, stays);
        }
      }
    }
  }

  template <class X>
  void enter(X& x, bool stays) {
    begin_ = reinterpret_cast<std::uintptr_t>(&x);
    end_ = begin_ + (stays ? sizeof(X) : 0);
    call_serialize(*this, x);
  }

  template <class X>
  const void* copied(const X& x) {
    static_assert(
        std::is_copy_constructible_v<X>,
        "dad: serialize visits a member that cannot be copied, so dad cannot carry it along as data");
    copies_.reserve(copies_.size() + 1);
    copies_.push_back({new X(x), [](void* object) { delete static_cast<X*>(object); }});
    return copies_.back().object;
  }

  struct copy {
    void* object;
    void (*destroy)(void*);
  };

  std::vector<leaf> leaves_;
  std::vector<copy> copies_;
  // The object whose serialize is running.
  std::uintptr_t begin_ = 0;
  std::uintptr_t end_ = 0;
};

/// The second walk: over the twin, whose leaves are filled in. Throws shape_error where it goes another way.
class target : public basic_archive<target, true> {
 public:
  /// Fills a twin of probes, and marks the leaves that are a probe there as real.
  explicit target(std::vector<leaf>& leaves) : leaves_(leaves), is_marking_(true) {}
  /// Fills a twin with what fn makes of the reals.
  target(std::vector<leaf>& leaves, void* fn) : leaves_(leaves), fn_(fn) {}

  template <class From, class X>
  void fill(X& x) {
    names_ = [] { return type_name<From>() + " and of " + type_name<X>(); };
    call_serialize(*this, x);
    if (next_ != leaves_.size()) mismatch(leaves_[next_].kind->name(), "nothing");
  }

  template <class X>
  void visit(X& x) {
    static_assert(!std::is_const_v<X>,
                  "dad: serialize must not be const or visit const members: it also loads");
    if constexpr (std::is_array_v<X> || is_array<X>) {
      for (auto& part : x) visit(part);
    } else if constexpr (is_leaf<X>()) {
      fill_leaf(x);
    } else if constexpr (shape_of<X> == shape::structure) {
      call_serialize(*this, x);
    } else if constexpr (is_tuple<X>) {
      std::apply([&](auto&... part) { (visit(part), ...); }, x);
    } else if constexpr (is_optional<X>) {
      x.reset();
      if (size() > 0) visit(x.emplace());
    } else {
      fill_container(x, size());
    }
  }

 private:
  template <class X>
  void fill_container(X& x, std::size_t count) {
    x.clear();
    for (std::size_t i = 0; i < count; ++i) {
      if constexpr (shape_of<X> == shape::mapping) {
        typename X::key_type key{};
        visit(key);
        typename X::mapped_type mapped{};
        visit(mapped);
        x.emplace(std::move(key), std::move(mapped));
      } else {
        x.push_back(element_t<X>());
        visit(x.back());
      }
    }
  }

  std::size_t size() {
    const leaf& from = next<container_size>();
    if (from.kind != &size_kind) mismatch(from.kind->name(), size_kind.name());
    return from.count;
  }

  template <class X>
  void fill_leaf(X& x) {
    leaf& from = next<X>();
    const leaf_kind& kind = *from.kind;
    if (kind.type == &type_tag<X> && !from.is_real) {
      static_assert(
          std::is_copy_assignable_v<X>,
          "dad: serialize visits a member that cannot be copied, so dad cannot carry it along as data");
      x = *static_cast<const X*>(from.address);
    } else if (is_marking_ && kind.probed_type == &type_tag<X>) {
      from.is_real = true;
      kind.probe(from.address, &x);
    } else if (!is_marking_ && kind.rebound_type == &type_tag<X>) {
      kind.replace(from.address, &x, fn_);
    } else {
      mismatch(kind.name(), type_name<X>());
    }
  }

  template <class X>
  leaf& next() {
    if (next_ == leaves_.size()) mismatch("nothing", type_name<X>());
    return leaves_[next_++];
  }

  [[noreturn]] void mismatch(const std::string& from, const std::string& to) const {
    throw shape_error("dad: serialize of " + names_() +
                      " must visit the same members in the same order, but member " + std::to_string(next_) +
                      " is " + from + " in the first and " + to + " in the second");
  }

  std::vector<leaf>& leaves_;
  std::size_t next_ = 0;
  bool is_marking_ = false;
  void* fn_ = nullptr;
  std::string (*names_)() = nullptr;
};

}  // namespace dad::detail
