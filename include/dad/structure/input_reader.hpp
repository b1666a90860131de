// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reals of many inputs of one type as rows of doubles, for as long as the inputs share a key.

#pragma once

#include <cstddef>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dad/structure/key.hpp>
#include <dad/structure/layout.hpp>

namespace dad::detail {

/// Compares what it is handed with a key, and copies the reals on the way.
class key_matcher {
 public:
  key_matcher(const std::vector<unsigned char>& key, double* reals)
      : at_(key.data()), end_(key.data() + key.size()), reals_(reals) {}

  /// All of the key was met, and nothing else.
  [[nodiscard]] bool matches() const noexcept { return matches_ && at_ == end_; }

  // Sizes and tags come before the reals that they stand for: there are never more reals than the key's.
  template <class R>
  void real(const R& r) {
    if (matches_) *reals_++ = static_cast<double>(value(r));
  }
  // Inlined, a comparison of few bytes is one instruction.
  [[gnu::always_inline]] void bytes(const void* from, std::size_t count) {
    if (count == 0) return;
    matches_ = matches_ && count <= left() && std::memcmp(at_, from, count) == 0;
    if (matches_) at_ += count;
  }
  void size(std::size_t count) { bytes(&count, sizeof(count)); }
  void no_key() { matches_ = false; }

  void tag(key_tag t) { bytes(&t, sizeof(t)); }
  /// The next leaf is of this type; returns whether it is real.
  bool meets_real(const void* type) {
    key_tag next = 0;
    if (left() >= sizeof(next)) std::memcpy(&next, at_, sizeof(next));
    const bool is_real = (next & real_flag) != 0;
    tag(leaf_tag(type, is_real));
    return matches_ && is_real;
  }
  template <bool HasReals, class X>
  void structure(const X& x);

 private:
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  const unsigned char* at_;
  const unsigned char* end_;
  double* reals_;
  bool matches_ = true;
};

/// Walks a struct along a key, which says which leaves are real.
template <class X>
class follower : public basic_archive<follower<X>, false> {
 public:
  explicit follower(key_matcher& key) : key_(key) {}

  template <class Part>
  void visit(Part& part) {
    walk(const_cast<std::remove_cv_t<Part>&>(part));
  }
  // In the order of source.
  template <class Part>
  void walk(Part& x) {
    if constexpr (std::is_array_v<Part> || is_array<Part>) {
      for (auto& part : x) walk(part);
    } else if constexpr (is_leaf<Part>()) {
      const bool is_real = key_.meets_real(tag_of<Part>());
      if constexpr (may_be_real<Part, X>)
        if (is_real) return visit_parts<false>(x, key_);
      visit_data(x, key_);
    } else if constexpr (shape_of<Part> == shape::structure) {
      key_.tag(struct_tag(class_version<Part>()));
      call_serialize(*this, x, class_version<Part>());
    } else if constexpr (is_tuple<Part>) {
      std::apply([&](auto&... part) { (walk(part), ...); }, x);
    } else if constexpr (is_optional<Part>) {
      key_.size(x.has_value());
      if (x) walk(*x);
    } else {
      key_.size(x.size());
      for (auto& part : x) {
        if constexpr (shape_of<Part> == shape::mapping) {
          walk(const_cast<typename Part::key_type&>(part.first));
          walk(part.second);
        } else {
          walk(part);
        }
      }
    }
  }

 private:
  key_matcher& key_;
};

template <bool HasReals, class X>
void key_matcher::structure(const X& x) {
  follower<X>(*this).walk(const_cast<X&>(x));
}

/// The reals of x, in the order of for_each_real, as real_count(x) doubles.
template <class X>
void copy_reals(const X& x, double* out) {
  for_each_real(x, [&out](const auto& real) { *out++ = static_cast<double>(value(real)); });
}

/// Reads inputs as rows of doubles for as long as they have the key of a prototype.
template <class X>
class input_reader {
 public:
  /// Throws what serialize throws, or shape_error where it does not walk in step.
  explicit input_reader(const X& prototype) : layout_(prototype) {}

  /// False: nothing is known to be like the prototype, and its reals are read by copy_reals.
  [[nodiscard]] bool has_key() const noexcept { return layout_.has_key(); }
  [[nodiscard]] const std::vector<unsigned char>& key() const noexcept { return layout_.key(); }
  [[nodiscard]] std::size_t real_count() const noexcept { return layout_.real_count(); }

  /// The reals of x, where they are in x or else in scratch, which has room for real_count() doubles. Null if
  /// x has not the key of the prototype.
  const double* row(const X& x, double* scratch) const {
    if constexpr (std::is_same_v<X, double>) {
      return &x;
    } else if constexpr (is_contiguous<X>) {
      return x.size() == real_count() ? contiguous_reals(x) : nullptr;
    } else if constexpr (has_trivial_key<X>) {
      copy_reals(x, scratch);
      return scratch;
    } else {
      // Where the layout is fixed, other data is another key.
      if (layout_.is_fixed()) return layout_.fits(x) ? layout_.reals(x, scratch) : nullptr;
      key_matcher matcher(key(), scratch);
      visit_parts<is_all_int<X>>(x, matcher);
      return matcher.matches() ? scratch : nullptr;
    }
  }

 private:
  layout<X> layout_;
};

}  // namespace dad::detail
