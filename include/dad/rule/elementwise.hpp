// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function of numbers applied to whole ranges, element by element.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/core/list.hpp>
#include <dad/op/reduction.hpp>
#include <dad/reverse/elementwise_rows.hpp>
#include <dad/reverse/lease.hpp>
#include <dad/reverse/var.hpp>
#include <dad/rule/lanes_over.hpp>

// Every call inside of a function in line. g++ forgets that in copies that it makes of the function.
#if defined(__clang__)
#define DAD_ALL_IN_LINE [[gnu::flatten]]
#else
#define DAD_ALL_IN_LINE [[gnu::flatten, gnu::noclone]]
#endif

namespace dad {

namespace detail {

/// A number, which is the same for all elements, or a range of numbers.
template <class A>
concept elementwise_operand = number<A> || number_range<A>;

template <class A>
struct elementwise_number {
  using type = std::remove_cvref_t<decltype(std::declval<const A&>()[std::size_t(0)])>;
};
template <number A>
struct elementwise_number<A> {
  using type = A;
};
template <class A>
using elementwise_number_t = typename elementwise_number<A>::type;

/// The tag of the tangents that an elementwise function takes along its operands.
template <class F>
struct elementwise_level;

/// One number as a range of it.
template <class A>
struct one_number {
  const A& number;
  [[nodiscard]] static constexpr std::size_t size() { return 1; }
  const A& operator[](std::size_t) const { return number; }
};

template <class A>
constexpr decltype(auto) as_range(const A& a) {
  if constexpr (number<A>)
    return one_number<A>{a};
  else
    return static_cast<const A&>(a);
}
template <class A>
constexpr const auto& operand_at(const A& a, std::size_t i) {
  if constexpr (number<A>)
    return a;
  else
    return a[i];
}

template <class S, class A>
inline constexpr bool is_active_operand = !embeds<elementwise_number_t<A>, typename S::value_type>;

template <class S>
inline constexpr bool is_tape_number = false;
template <class T>
inline constexpr bool is_tape_number<var<T>> = true;
template <class T>
inline constexpr bool is_tape_number<fused_var<T>> = true;

/// Numbers that are neighbours in memory.
template <class A>
concept neighbours = requires(const A& a) {
  requires std::is_same_v<decltype(a.data() + 0), const elementwise_number_t<A>*> ||
      std::is_same_v<decltype(a.data() + 0), elementwise_number_t<A>*>;
};

/// Elements of an operand from i on, in lanes: the numbers of type T that get takes of them. Lanes from `width` on
/// hold the last of these.
template <class T, class A, class Get>
[[gnu::always_inline]] inline auto operand_in_lanes(const A& a, std::size_t i, std::size_t width, Get&& get) {
  using lanes = lanes_over<T>;
  using element = elementwise_number_t<A>;
  if constexpr (number<A>) {
    return lanes::gather([&](std::size_t) -> decltype(auto) { return get(a); });
  } else {
    if constexpr (neighbours<A> && std::is_reference_v<decltype(get(a[0]))> &&
                  sizeof(element) % sizeof(double) == 0)
      if (width == lane_count) return lanes::template load<sizeof(element) / sizeof(double)>(&get(a[i]));
    return lanes::gather(
        [&](std::size_t l) -> decltype(auto) { return get(a[i + (l < width ? l : width - 1)]); });
  }
}
template <class S, class A>
[[gnu::always_inline]] inline auto operand_in_lanes(const A& a, std::size_t i, std::size_t width) {
  using element = elementwise_number_t<A>;
  if constexpr (arithmetic<element> && !std::is_same_v<element, double>)
    return operand_in_lanes<double>(a, i, width, [](const element& x) { return static_cast<double>(x); });
  else
    return operand_in_lanes<element>(a, i, width, [](const element& x) -> const element& { return x; });
}

/// f at some elements, in lanes, with its partials by those operands that are of type S, a var of T.
template <class S, class F, class... A>
class elementwise_partials {
  using T = typename S::value_type;
  using lanes = lanes_over<T>;
  static constexpr std::size_t count = (std::size_t{0} + ... + is_active_operand<S, A>);
  using lane_number = dual<typename lanes::type, count, elementwise_level<F>>;

 public:
  elementwise_partials(const F& f, const A&... a) : f_(f), operands_(a...) {}

  /// n values, n partials by each operand, one after the other, and whether all partials by it are the same.
  void operator()(std::size_t n, T* values, T* partials, bool* are_equal) const {
    evaluate(n, values, partials, are_equal, std::make_index_sequence<count>());
  }

 private:
  template <std::size_t... K>
  DAD_ALL_IN_LINE void evaluate(std::size_t n, T* values, T* partials, bool* are_equal, std::index_sequence<K...>) const {
    const lane_number first = at(0, n < lane_count ? n : lane_count);
    same_in_all_lanes<T> same[] = {same_in_all_lanes<T>(first.tangent(K))...};
    const auto write = [&](const lane_number& y, std::size_t i, std::size_t width) {
      lanes::scatter(y.value(), values + i, width);
      (lanes::scatter(y.tangent(K), partials + K * n + i, width), ...);
      (same[K].compare(y.tangent(K)), ...);
    };
    write(first, 0, n < lane_count ? n : lane_count);
    // The last ones once more together with some before them: f gives the same again.
    for (std::size_t i = lane_count; i < n; i += lane_count) {
      const std::size_t from = i + lane_count <= n ? i : n - lane_count;
      write(at(from, lane_count), from, lane_count);
    }
    ((are_equal[K] = same[K].are_same()), ...);
  }

  [[gnu::always_inline]] lane_number at(std::size_t i, std::size_t width) const {
    return at(i, width, std::index_sequence_for<A...>{});
  }
  template <std::size_t... I>
  [[gnu::always_inline]] lane_number at(std::size_t i, std::size_t width, std::index_sequence<I...>) const {
    return call(f_, operand<I>(i, width)...);
  }
  // With all of f in line, and then itself: tangents that are always zero, which are most, cost nothing then.
  template <class... X>
  DAD_ALL_IN_LINE static lane_number call(const F& f, const X&... x) {
    if constexpr (std::is_same_v<decltype(f(x...)), lane_number>)
      return f(x...);
    else
      return lane_number(f(x...));
  }
  // The only tangent that is not zero is that of its own place.
  template <std::size_t Place, std::size_t... K>
  [[gnu::always_inline]] static lane_number seeded(const typename lanes::type& value, std::index_sequence<K...>) {
    return {value, typename lanes::type(K == Place ? 1.0 : 0.0)...};
  }
  template <std::size_t I>
  [[gnu::always_inline]] auto operand(std::size_t i, std::size_t width) const {
    const auto& a = std::get<I>(operands_);
    using kind = std::tuple_element_t<I, std::tuple<A...>>;
    if constexpr (is_active_operand<S, kind>) {
      const auto value = [](const auto& x) -> const T& { return x.value(); };
      return seeded<place<I>>(operand_in_lanes<T>(a, i, width, value), std::make_index_sequence<count>());
    } else {
      return operand_in_lanes<T>(a, i, width);
    }
  }
  // Among the operands of type S.
  template <std::size_t I>
  static constexpr std::size_t place = [] {
    constexpr bool active[] = {is_active_operand<S, A>...};
    std::size_t before = 0;
    for (std::size_t k = 0; k < I; ++k) before += active[k];
    return before;
  }();

  const F& f_;
  std::tuple<const A&...> operands_;
};

template <class S, class... A>
auto active_operands(const A&... a) {
  const auto one = [](const auto& x) {
    using kind = std::remove_cvref_t<decltype(x)>;
    if constexpr (is_active_operand<S, kind>)
      return std::tuple<decltype(as_range(x))>(as_range(x));
    else
      return std::tuple<>();
  };
  return std::tuple_cat(one(a)...);
}

template <class... A>
std::size_t elementwise_size(const A&... a) {
  static_assert((!number<A> || ...), "dad: elementwise needs a range among its operands");
  std::size_t size = 0, place = 0;
  bool is_known = false;
  const auto look = [&](const auto& x) {
    ++place;
    if constexpr (!number<std::remove_cvref_t<decltype(x)>>) {
      if (is_known && x.size() != size)
        raise<shape_error>("dad: range %zu of elementwise has %zu entries, expected %zu", place,
                           std::size_t(x.size()), size);
      size = x.size();
      is_known = true;
    }
  };
  (look(a), ...);
  return size;
}

/// The elements of y one by one, as values that are known to nobody else: element(i) for each.
template <class S, class Y, class Element>
void assign_elements(Y& y, std::size_t n, Element&& element) {
  std::vector<S> elements;  // y may be among the operands
  elements.reserve(n);
  for (std::size_t i = 0; i < n; ++i) elements.push_back(element(i));
  for (std::size_t i = 0; i < n; ++i) y[i] = elements[i];
}

/// A row for an element, with partial(k) by operand k.
template <class S, class Ranges, class Partial>
S elementwise_row_of(const typename S::value_type& value, std::size_t i, const Ranges& operands,
                     Partial&& partial) {
  return S::reduce(value, [&](auto& sum) {
    set_name(sum, "elementwise");
    std::size_t k = 0;
    const auto add = [&](const auto& range) { sum.add(range[range.size() == 1 ? 0 : i], partial(k++)); };
    std::apply([&](const auto&... range) { (add(range), ...); }, operands);
  });
}

/// f at one element, with its partials by those operands that are of type S.
template <class S, class F, class... A>
auto elementwise_dual_at(const F& f, std::size_t i, const A&... a) {
  using T = typename S::value_type;
  using number_t = dual<T, (std::size_t{0} + ... + is_active_operand<S, A>), elementwise_level<F>>;
  std::size_t k = 0;
  const auto operand = [&](const auto& x) {
    if constexpr (is_active_operand<S, std::remove_cvref_t<decltype(x)>>) {
      number_t seeded(operand_at(x, i).value());
      seeded.tangent(k++) = T(1);
      return seeded;
    } else {
      return operand_at(x, i);
    }
  };
  const std::tuple operands{operand(a)...};  // in their order
  return number_t(std::apply(f, operands));
}

/// On the tape: one row for all, or where that cannot be one for each element.
template <class S, class Y, class F, class... A>
void elementwise_on_tape(Y& y, std::size_t n, const F& f, const A&... a) {
  using T = typename S::value_type;
  const auto operands = active_operands<S>(a...);
  constexpr std::size_t count = std::tuple_size_v<std::remove_const_t<decltype(operands)>>;
  if constexpr (lanes_over<T>::are_there) {
    const elementwise_partials<S, F, A...> evaluate(f, a...);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(y[0])>, S>) {
      const auto write = [&](const auto&... range) {
        return elementwise_rows<T>::write(
            y, n, [&](T* values, T* partials, bool* are_equal) { evaluate(n, values, partials, are_equal); },
            range...);
      };
      if (std::apply(write, operands)) return;
    }
    const lease<list<T>> memory;
    memory->resize(n * (count + 1));
    T* const values = memory->data();
    bool are_equal[count];
    evaluate(n, values, values + n, are_equal);
    assign_elements<S>(y, n, [&](std::size_t i) {
      return elementwise_row_of<S>(values[i], i, operands, [&](std::size_t k) { return values[(k + 1) * n + i]; });
    });
  } else {
    assign_elements<S>(y, n, [&](std::size_t i) {
      const auto result = elementwise_dual_at<S>(f, i, a...);
      return elementwise_row_of<S>(result.value(), i, operands, [&](std::size_t k) { return result.tangent(k); });
    });
  }
}

/// In numbers that no tape records: duals and plain ones in lanes, others one by one.
template <class S, class Y, class F, class... A>
void elementwise_in_numbers(Y& y, std::size_t n, const F& f, const A&... a) {
  if constexpr (lanes_over<S>::are_there) {
    using lanes = lanes_over<S>;
    const lease<list<S>> memory;
    memory->resize(n);
    S* const values = memory->data();
    const auto fill = [&](std::size_t i, std::size_t width) {
      lanes::scatter(typename lanes::type(f(operand_in_lanes<S>(a, i, width)...)), values + i, width);
    };
    if (n < lane_count) fill(0, n);
    for (std::size_t i = 0; n >= lane_count && i < n; i += lane_count)
      fill(i + lane_count <= n ? i : n - lane_count, lane_count);
    for (std::size_t i = 0; i < n; ++i) y[i] = values[i];
  } else {
    assign_elements<S>(y, n, [&](std::size_t i) { return S(f(operand_at(a, i)...)); });
  }
}

}  // namespace detail

/// y[i] = f(a[i], b[i], ...) for every i. An operand is a range of numbers, or one number for all i; y has
/// the size of the ranges, and may be one of them. f is generic in its scalar type and differentiated by its
/// arguments alone: what it captures is constant. It is called for as many elements at a time as the target
/// computes with at once, in numbers whose comparisons are no bool: it chooses by select, min and max, not by
/// if. On the tape all elements together are one short row of partials; numbers of other types, and variables
/// that are not at equal distances there, have a row for each element. Throws shape_error for ranges of
/// different sizes.
/// Method: vector mode preaccumulation; Griewank and Walther, Evaluating Derivatives (2008), section 10.2.
template <class Y, class F, detail::elementwise_operand... A>
void elementwise_into(Y&& y, const F& f, const A&... a) {
  using S = promoted_t<promote_t<detail::elementwise_number_t<A>...>>;
  const std::size_t n = detail::elementwise_size(a...);
  if (y.size() != n)
    detail::raise<shape_error>("dad: the range that elementwise writes has %zu entries, expected %zu",
                               std::size_t(y.size()), n);
  if (n == 0) return;
  if constexpr (detail::is_tape_number<S>)
    detail::elementwise_on_tape<S>(y, n, f, a...);
  else
    detail::elementwise_in_numbers<S>(y, n, f, a...);
}

/// The same in a new vector.
///
///   auto s = dad::elementwise([](const auto& x, const auto& w, const auto& b) { return tanh(w * x + b); }, x, w, b);
template <class F, detail::elementwise_operand... A>
auto elementwise(const F& f, const A&... a) {
  std::vector<promoted_t<promote_t<detail::elementwise_number_t<A>...>>> y(detail::elementwise_size(a...));
  elementwise_into(y, f, a...);
  return y;
}

}  // namespace dad

#undef DAD_ALL_IN_LINE
