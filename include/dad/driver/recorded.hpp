// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One recording of a user's function at a point, and the sweeps over it that every reverse driver needs.

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <dad/core/list_view.hpp>
#include <dad/driver/level.hpp>
#include <dad/reverse/lease.hpp>

namespace dad::detail {

/// The point as f sees it: its reals are number(x_k). A vector of scalars is kept from call to call, other
/// structures are made anew.
template <class Point>
class point_memory {
 public:
  static constexpr bool is_row = [] {
    if constexpr (is_array<Point>)
      return scalar<element_t<Point>>;
    else
      return false;
  }();

  template <class X, class Number>
  Point& fill(const X& x, Number&& number) {
    if constexpr (is_row && is_array<X>) {
      point_.emplace();
      for (std::size_t i = 0; i < x.size(); ++i) (*point_)[i] = number(x[i]);
    } else {
      point_.emplace(transform<base_t<Point>>(x, number));
    }
    return *point_;
  }

 private:
  std::optional<Point> point_;
};

template <scalar S>
class point_memory<std::vector<S>> {
 public:
  static constexpr bool is_row = true;

  template <class X, class Number>
  std::vector<S>& fill(const X& x, Number&& number) {
    if constexpr (is_vector<X> && arithmetic<element_t<X>>) {
      point_->resize(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) (*point_)[i] = number(x[i]);
    } else {
      point_->clear();
      for_each_real(x, [&](const auto& leaf) { point_->push_back(number(leaf)); });
    }
    return *point_;
  }
  [[nodiscard]] std::vector<S>& resized(std::size_t size) {
    point_->resize(size);
    return *point_;
  }

 private:
  lease<std::vector<S>> point_;
};

/// The same, and all of them are inputs of a tape then: at once where they are in a row.
template <class Point, class T, class X, class Number>
const Point& fill_with_inputs(point_memory<Point>& memory, tape<T>& t, const X& x, Number&& number) {
  if constexpr (point_memory<Point>::is_row) {
    Point& point = memory.fill(x, number);
    t.input(point);
    return point;
  } else {
    return memory.fill(x, [&](const auto& leaf) {
      base_t<Point> v(number(leaf));
      t.input(v);
      return v;
    });
  }
}

/// The same for the numbers of a vector as they are: in one pass, where values and inputs after each other
/// would go through memory twice.
template <scalar S, class T, class X>
const std::vector<S>& fill_with_inputs(point_memory<std::vector<S>>& memory, tape<T>& t, const X& x) {
  std::vector<S>& point = memory.resized(x.size());
  t.input(point.data(), x.data(), x.size());
  return point;
}

/// The number with which f is recorded over T.
template <class F, class T>
struct recorded_number {
  using type = var<T>;
};

/// The value of an input itself, which is what a plain recording seeds it with.
struct unseeded {
  template <class B>
  const B& operator()(const B& x, std::size_t) const {
    return x;
  }
};

/// What a recording at a point needs that does not depend on the function: a program that differentiates many
/// has it once. The tape is cleared first, and active until this goes out of scope. Input k of the point is
/// statement k + 1; Number is what it consists of.
template <class X, class T, class Number = var<T>>
class recording_at {
 public:
  using S = Number;
  using point_type = rebind_t<X, S>;

  explicit recording_at(tape<T>& t) : tape_(t), active_(cleared(t)) {}

  [[nodiscard]] std::size_t input_count() const noexcept { return input_count_; }

  /// The adjoints of the inputs for the seed of one output; zeros for a passive output.
  [[nodiscard, gnu::noinline]] list_view<const T> sweep(const S& y, const T& seed = T(1)) {
    if (!y.is_active()) return zeros();
    tape_.backward(y, seed);
    return adjoints();
  }

  /// The same for seeds of several outputs at once.
  [[nodiscard]] list_view<const T> sweep(const std::vector<var<T>>& ys, const std::vector<T>& seeds) {
    bool any_active = false;
    for (const var<T>& y : ys) any_active = any_active || y.is_active();
    if (!any_active) return zeros();
    tape_.backward(ys, seeds);
    return adjoints();
  }

 protected:
  /// The point, its reals with the values seeded(x_k, k).
  template <class Seeded>
  [[gnu::noinline]] const point_type& make_point(const X& x, Seeded& seeded) {
    if constexpr (std::is_same_v<Seeded, unseeded> && is_vector_of_numbers && std::is_floating_point_v<T>) {
      input_count_ = x.size();
      return fill_with_inputs(point_, tape_, x);
    } else {
      return fill_with_inputs(point_, tape_, x, [&](const auto& leaf) {
        return S(seeded(static_cast<base_t<X>>(leaf), input_count_++));
      });
    }
  }

 private:
  static typename tape<T>::activation cleared(tape<T>& t) {
    t.clear();
    return t.activate();
  }

  static constexpr bool is_vector_of_numbers = [] {
    if constexpr (is_vector<X>)
      return arithmetic<element_t<X>> && !std::is_same_v<element_t<X>, bool>;
    else
      return false;
  }();

  list_view<const T> adjoints() const noexcept { return tape_.adjoints().subspan(1, input_count_); }
  list_view<const T> zeros() {
    zeros_.resize_down(0);
    zeros_.resize(input_count_);
    return {zeros_.begin(), zeros_.size()};
  }

  tape<T>& tape_;
  typename tape<T>::activation active_;
  std::size_t input_count_ = 0;
  point_memory<point_type> point_;
  stream<T> zeros_;
};

/// f recorded at x.
template <class F, class X, class T>
class recorded : public recording_at<X, T, typename recorded_number<F, T>::type> {
 public:
  using S = typename recorded_number<F, T>::type;
  using at = recording_at<X, T, S>;
  using result_type = std::remove_cvref_t<decltype(call(std::declval<const F&>(),
                                                        std::declval<const typename at::point_type&>()))>;

  template <class Seeded>
  recorded(tape<T>& t, const F& f, const X& x, Seeded&& seeded)
      : at(t), result_(call(f, this->make_point(x, seeded))) {
    check_result<F, result_type>();
  }

  [[nodiscard]] const result_type& result() const noexcept { return result_; }

  /// The reals of f's result as values of this recording; those that do not depend on it are passive.
  [[nodiscard]] std::vector<var<T>> outputs() const {
    std::vector<var<T>> ys;
    for_each_real(result_, [&](const auto& leaf) { ys.push_back(S(leaf)); });
    return ys;
  }

 private:
  result_type result_;
};

/// The structure of x with its reals replaced in order by those of a row; float inputs have float gradients.
template <class B, class X, class Row>
[[gnu::noinline]] auto structured_like(const X& x, const Row& row) {
  std::size_t k = 0;
  using To = std::conditional_t<scalar<B>, B, same>;
  return transform<To>(x, [&](const auto&) { return row[k++]; });
}

}  // namespace dad::detail
