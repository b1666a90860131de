// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The results of a batch in input order: flat arrays, and one item at a time from them.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <dad/batch/kind.hpp>
#include <dad/batch/row_view.hpp>
#include <dad/batch/statistics.hpp>
#include <dad/batch/storage.hpp>
#include <dad/core/decomposable.hpp>
#include <dad/core/matrix.hpp>
#include <dad/core/span.hpp>
#include <dad/driver/recorded.hpp>

namespace dad {

/// The result of one input: value, and a member named after the kind of batch (gradient, tangent, adjoint,
/// jacobian, hessian or product). Takes apart: auto [value, gradient] = r[i]. The error lives as long as the
/// batch result.
template <class Kind, class Value, class Part>
struct batch_item : Kind::template holder<Part>, detail::decomposable<batch_item<Kind, Value, Part>> {
  Value value;
  const item_error* failure = nullptr;

  batch_item(Value v, Part part, const item_error* f)
      : Kind::template holder<Part>{std::move(part)},
        detail::decomposable<batch_item>{},
        value(std::move(v)),
        failure(f) {}

  [[nodiscard]] bool has_error() const noexcept { return failure != nullptr; }
  /// The message, which also knows index(), rank() and text(); empty where there is no error.
  [[nodiscard]] const item_error& error() const noexcept {
    static const item_error none;
    return failure != nullptr ? *failure : none;
  }

  template <std::size_t I, class Self>
  [[nodiscard]] static auto& part(Self& self) noexcept {
    if constexpr (I == 0)
      return self.value;
    else
      return Kind::part(self);
  }
};

namespace detail {

/// Inputs whose structure the number of their reals gives back need not be kept for their gradients.
template <class Input>
struct flat_structure : std::false_type {};
template <arithmetic E>
struct flat_structure<E> : std::true_type {
  static promoted_t<E> of(std::span<const double> row) { return static_cast<promoted_t<E>>(row[0]); }
};
template <arithmetic E, std::size_t N>
struct flat_structure<std::array<E, N>> : std::true_type {
  static auto of(std::span<const double> row) {
    std::array<promoted_t<E>, N> x{};
    for (std::size_t k = 0; k < N; ++k) x[k] = static_cast<promoted_t<E>>(row[k]);
    return x;
  }
};
template <arithmetic E>
struct flat_structure<std::vector<E>> : std::true_type {
  static auto of(std::span<const double> row) { return std::vector<promoted_t<E>>(row.begin(), row.end()); }
};
template <class E>
requires(arithmetic<std::remove_const_t<E>>) struct flat_structure<std::span<E>>
    : flat_structure<std::vector<std::remove_const_t<E>>> {
};

/// Inputs and values that are vectors of doubles have their results as views of the flat memory.
template <class Structure>
inline constexpr bool is_viewed = false;
template <>
inline constexpr bool is_viewed<std::vector<double>> = true;
template <class E>
inline constexpr bool is_viewed<std::span<E>> = std::is_same_v<std::remove_const_t<E>, double>;

template <class Kind, class Input>
inline constexpr bool needs_prototypes =
    !flat_structure<Input>::value &&
    (std::is_same_v<Kind, gradients> || std::is_same_v<Kind, adjoints> || std::is_same_v<Kind, products>);

/// A row of reals as a matrix with the given number of rows; a failed input has an empty one.
template <class...>
inline matrix matrix_of(std::size_t rows, list_view<const double> row) {
  if (rows == 0 || row.empty()) return {};
  matrix m(rows, row.size() / rows);
  std::copy(row.data(), row.data() + row.size(), m.data());
  return m;
}

}  // namespace detail

/// The results of a batch. r[i] belongs to inputs[i]; r.size() is the number of inputs; r iterates.
template <class Kind, class Input, class Value>
class batch_result {
 public:
  using storage_type = detail::batch_storage<Value>;

  [[nodiscard]] std::size_t size() const noexcept { return storage_.count; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  /// One result. Rows of vectors are views that live as long as this; other structures are rebuilt at each
  /// access, so loops that want speed read the flat arrays. Of a temporary result, rows are vectors of their
  /// own.
  [[nodiscard]] auto operator[](std::size_t i) const& { return item<true>(i); }
  [[nodiscard]] auto operator[](std::size_t i) const&& { return item<false>(i); }

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = decltype(std::declval<const batch_result&>()[0]);
    using pointer = void;
    using reference = value_type;

    iterator() = default;
    iterator(const batch_result& r, std::size_t i) : result_(&r), i_(i) {}
    [[nodiscard]] reference operator*() const { return (*result_)[i_]; }
    iterator& operator++() {
      ++i_;
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++i_;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.i_ == b.i_; }

   private:
    const batch_result* result_ = nullptr;
    std::size_t i_ = 0;
  };
  [[nodiscard]] iterator begin() const { return {*this, 0}; }
  [[nodiscard]] iterator end() const { return {*this, size()}; }

  /// The reals of all values, input by input: one per input where f returns a scalar.
  [[nodiscard]] std::span<const double> values() const noexcept { return detail::span_over(storage_.values); }
  [[nodiscard]] std::span<const std::size_t> value_offsets() const noexcept {
    return detail::span_over(storage_.value_offsets);
  }

  /// The reals of all gradients (tangents, adjoints, Jacobians, ...), input by input: those of input i are at
  /// [offsets()[i], offsets()[i + 1]).
  [[nodiscard]] std::span<const double> gradients() const noexcept {
    return detail::span_over(storage_.payload);
  }
  [[nodiscard]] std::span<const double> tangents() const noexcept {
    return detail::span_over(storage_.payload);
  }
  [[nodiscard]] std::span<const double> adjoints() const noexcept {
    return detail::span_over(storage_.payload);
  }
  [[nodiscard]] std::span<const double> jacobians() const noexcept {
    return detail::span_over(storage_.payload);
  }
  [[nodiscard]] std::span<const double> hessians() const noexcept {
    return detail::span_over(storage_.payload);
  }
  [[nodiscard]] std::span<const double> products() const noexcept {
    return detail::span_over(storage_.payload);
  }
  [[nodiscard]] std::span<const std::size_t> offsets() const noexcept {
    return detail::span_over(storage_.payload_offsets);
  }

  /// The errors of all failed inputs by index.
  [[nodiscard]] std::span<const item_error> errors() const noexcept {
    return detail::span_over(storage_.errors);
  }
  [[nodiscard]] bool has_errors() const noexcept { return !storage_.errors.empty(); }

  /// The place of r[0] in the whole batch: 0 unless each rank has its own part of the results.
  [[nodiscard]] std::size_t first_index() const noexcept { return storage_.first_index; }

  /// Who evaluated what, and when.
  [[nodiscard]] const batch_statistics& statistics() const noexcept { return statistics_; }
  [[nodiscard]] batch_statistics& statistics() noexcept { return statistics_; }

  /// The memory behind it, to be filled again.
  [[nodiscard]] storage_type& storage() noexcept { return storage_; }
  [[nodiscard]] std::vector<Input>& prototypes() noexcept { return prototypes_; }

 private:
  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    const auto& at = storage_.payload_offsets;
    return gradients().subspan(at[i], at[i + 1] - at[i]);
  }

  template <bool Views>
  [[nodiscard]] auto item(std::size_t i) const {
    auto value = value_at<Views>(i);
    auto part = part_at<Views>(i, value);
    return batch_item<Kind, decltype(value), decltype(part)>(std::move(value), std::move(part), error_at(i));
  }

  template <bool Views>
  [[nodiscard]] auto value_at(std::size_t i) const {
    if constexpr (detail::flat_output<Value>) {
      const auto& at = storage_.value_offsets;
      const auto reals = values().subspan(at[i], at[i + 1] - at[i]);
      if constexpr (Views && detail::is_viewed<Value>)
        return row_view(reals);
      else
        return detail::from_reals<Value>(reals);
    } else {
      return storage_.objects[i];
    }
  }

  template <bool Views, class Structured>
  [[nodiscard]] auto part_at(std::size_t i, const Structured& value) const {
    const std::span<const double> reals = row(i);
    if constexpr (std::is_same_v<Kind, detail::tangents>) {
      // A failed input has no tangent: the NaN of its value stand for it.
      if constexpr (Views && detail::is_viewed<Value>)
        return row_view(reals);
      else
        return reals.size() == detail::real_count(value) ? detail::structured_like<double>(value, reals)
                                                         : value;
    } else if constexpr (std::is_same_v<Kind, detail::jacobians>) {
      return detail::matrix_of(storage_.value_offsets[i + 1] - storage_.value_offsets[i], reals);
    } else if constexpr (std::is_same_v<Kind, detail::hessians>) {
      return detail::matrix_of(static_cast<std::size_t>(std::lround(std::sqrt(reals.size()))), reals);
    } else if constexpr (detail::needs_prototypes<Kind, Input>) {
      return detail::structured_like<double>(prototypes_[i], reals);
    } else if constexpr (Views && detail::is_viewed<Input>) {
      return row_view(reals);
    } else {
      return detail::flat_structure<Input>::of(reals);
    }
  }

  [[nodiscard]] const item_error* error_at(std::size_t place) const noexcept {
    const auto& errors = storage_.errors;
    const std::size_t i = storage_.first_index + place;
    std::size_t first = 0;  // errors before this one have lower indices
    for (std::size_t last = errors.size(); first < last;) {
      const std::size_t middle = first + (last - first) / 2;
      if (errors[middle].index() < i)
        first = middle + 1;
      else
        last = middle;
    }
    return first < errors.size() && errors[first].index() == i ? &errors[first] : nullptr;
  }

  storage_type storage_;
  std::vector<Input> prototypes_;
  batch_statistics statistics_;
};

}  // namespace dad

template <class Kind, class Value, class Part>
struct std::tuple_size<dad::batch_item<Kind, Value, Part>> : std::integral_constant<std::size_t, 2> {};
template <std::size_t I, class Kind, class Value, class Part>
struct std::tuple_element<I, dad::batch_item<Kind, Value, Part>> {
  using type = std::conditional_t<I == 0, Value, Part>;
};
