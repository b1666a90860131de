// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A struct and its rebound twin, walked in step by the user's serialize: what changes its type between them
// is real, everything else is data. The first walk notes where each leaf is, the second takes them in the
// same order.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dad/core/error.hpp>
#include <dad/core/list.hpp>
#include <dad/structure/archive.hpp>
#include <dad/structure/leaf.hpp>
#include <dad/structure/shape.hpp>
#include <dad/structure/type_name.hpp>

namespace dad::detail {

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

  [[nodiscard]] list<leaf>& leaves() noexcept { return leaves_; }

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
      leaves_.push_back({&container_mark, nullptr, x.has_value()});
      if (x) walk(*x, stays);
    } else {
      leaves_.push_back({&container_mark, nullptr, x.size()});
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
    const unsigned version = class_version<X>();
    leaves_.push_back({&struct_mark, nullptr, version});
    begin_ = reinterpret_cast<std::uintptr_t>(&x);
    end_ = begin_ + (stays ? sizeof(X) : 0);
    call_serialize(*this, x, version);
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

  list<leaf> leaves_;
  list<copy> copies_;
  // The object whose serialize is running.
  std::uintptr_t begin_ = 0;
  std::uintptr_t end_ = 0;
};

/// The second walk: over the twin, whose leaves are filled in. Throws shape_error where it goes another way.
template <class... Lazy>
class twin_filler_if_used : public basic_archive<twin_filler_if_used<Lazy...>, true> {
 public:
  /// Fills a twin of probes, and marks the leaves that are a probe there as real.
  explicit twin_filler_if_used(list<leaf>& leaves) : leaves_(leaves), is_marking_(true) {}
  /// Fills a twin with what fn makes of the reals.
  twin_filler_if_used(list<leaf>& leaves, void* fn) : leaves_(leaves), fn_(fn) {}

  template <class From, class X>
  void fill(X& x) {
    names_ = [] { return std::string(type_name<From>()) + " and of " + std::string(type_name<X>()); };
    visit(x);
    if (next_ != leaves_.size()) mismatch(next_, leaves_[next_].kind->name(), "nothing");
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
      call_serialize(*this, x, static_cast<unsigned>(count(struct_mark)));
    } else if constexpr (is_tuple<X>) {
      std::apply([&](auto&... part) { (visit(part), ...); }, x);
    } else if constexpr (is_optional<X>) {
      x.reset();
      if (count(container_mark) > 0) visit(x.emplace());
    } else {
      fill_container(x, count(container_mark));
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

  std::size_t count(const leaf_kind& mark) {
    const leaf& from = next(mark.name);
    if (from.kind != &mark) mismatch(next_ - 1, from.kind->name(), mark.name());
    return from.count;
  }

  template <class X>
  void fill_leaf(X& x) {
    leaf& from = next(&type_name<X>);
    const leaf_kind& kind = *from.kind;
    if (kind.type == tag_of<X>() && !from.is_real) {
      copy_leaf(x, from.address);
    } else if (is_marking_ && kind.probed_type == tag_of<X>()) {
      from.is_real = true;
      kind.probe(from.address, &x);
    } else if (!is_marking_ && kind.rebound_type == tag_of<X>()) {
      kind.replace(from.address, &x, fn_);
    } else {
      mismatch(next_ - 1, kind.name(), type_name<X>());
    }
  }

  template <class X>
  static void copy_leaf(X& x, const void* from) {
    static_assert(
        std::is_copy_assignable_v<X>,
        "dad: serialize visits a member that cannot be copied, so dad cannot carry it along as data");
    if constexpr (std::is_enum_v<X>)
      std::memcpy(&x, from, sizeof(X));
    else
      x = *static_cast<const X*>(from);
  }

  leaf& next(std::string_view (*wanted)()) {
    if (next_ == leaves_.size()) mismatch(next_, "nothing", wanted());
    return leaves_[next_++];
  }

  [[noreturn]] void mismatch(std::size_t member, std::string_view from, std::string_view to) const {
    throw shape_error("dad: serialize of " + names_() +
                      " must visit the same members in the same order, but member " + std::to_string(member) +
                      " is " + std::string(from) + " in the first and " + std::string(to) + " in the second");
  }

  list<leaf>& leaves_;
  std::size_t next_ = 0;
  bool is_marking_ = false;
  void* fn_ = nullptr;
  std::string (*names_)() = nullptr;
};
using twin_filler = twin_filler_if_used<>;

}  // namespace dad::detail
