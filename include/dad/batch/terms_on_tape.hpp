// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The terms of a sum over a batch, one after the other on the tape.

#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>

#include <dad/core/list_view.hpp>
#include <dad/driver/recorded.hpp>
#include <dad/reverse/lease.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/structure/call.hpp>

namespace dad::detail {

/// Integers, and ranges of them: indices and labels rather than points.
template <class Item>
constexpr bool is_integer_data() {
  if constexpr (requires { typename Item::value_type; })
    return is_integer_data<typename Item::value_type>();
  else
    return std::is_integral_v<Item>;
}

/// An item as f sees it: what is made of reals in f's scalar type, as constants; anything else as it is.
template <class S, class Item>
decltype(auto) as_constant(const Item& item) {
  if constexpr (differentiable<Item> && !is_integer_data<Item>())
    return transform<S>(item, [](const auto& leaf) { return S(leaf); });
  else
    return static_cast<const Item&>(item);
}

/// Terms one after the other on the tape, for functions and items that cannot be replayed.
template <class F, class Shared>
class terms_on_tape {
  using S = var<double>;

 public:
  terms_on_tape(const F& f, const Shared& shared)
      : f_(f),
        active_(cleared(*tape_)),
        point_(fill_with_inputs(memory_, *tape_, shared,
                                [this](const auto& leaf) {
                                  ++width_;
                                  return S(leaf);
                                })),
        start_(tape_->position()) {}

  /// Adds the term of an item and its gradient. Throws what f throws, with nothing added.
  template <class Item>
  void add(const Item& item, double& value, list_view<double> gradient) {
    struct rewinding {
      tape<double>& t;
      typename tape<double>::place start;
      ~rewinding() { t.rewind(start); }
    };
    const rewinding at_end{*tape_, start_};
    static_assert(
        takes<F, std::tuple<decltype(point_), decltype(as_constant<S>(item))>>,
        "dad: f of batch_sum cannot be called as f(shared, item): it is to take two arguments, generic in "
        "their scalar (const auto&, not double), and be const (not a mutable lambda)");
    const auto y = f_(point_, as_constant<S>(item));
    check_scalar_result<std::remove_cvref_t<decltype(y)>>();
    const S term(y);
    std::span<const double> adjoints;
    if (term.is_active()) {
      tape_->clear_adjoints();
      tape_->accumulate(term, 1.0, start_);
      adjoints = tape_->adjoints();
    }
    value += term.value();
    for (std::size_t k = 0; k < width_ && k + 1 < adjoints.size(); ++k) gradient[k] += adjoints[k + 1];
  }

 private:
  static typename tape<double>::activation cleared(tape<double>& t) {
    t.clear();
    return t.activate();
  }

  const F& f_;
  lease<tape<double>> tape_;
  typename tape<double>::activation active_;
  std::size_t width_ = 0;
  point_memory<rebind_t<Shared, S>> memory_;
  const rebind_t<Shared, S>& point_;
  typename tape<double>::place start_;
};

}  // namespace dad::detail
