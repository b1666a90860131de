// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Several numbers of a type, one in each lane of a pack.

#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <dad/forward/dual.hpp>
#include <dad/lanes/math.hpp>

namespace dad::detail {

// x[0], x[Stride], x[2 Stride], ...: as many as a pack has.
template <std::size_t Stride>
[[gnu::always_inline]] inline pack load_strided(const double* x) {
#if DAD_LANE_COUNT > 1
  return [x]<std::size_t... Lane>(std::index_sequence<Lane...>) {
    if constexpr (Stride == 2) {
      native_pack low, high;  // the last number of high is behind the last that is asked for: left out
      __builtin_memcpy(&low, x, sizeof low);
      __builtin_memcpy(&high, x + lane_count - 1, sizeof high);
      return pack::of(
          __builtin_shufflevector(low, high, (Lane < lane_count / 2 ? 2 * Lane : 2 * Lane + 1)...));
    } else {
      return pack::of(native_pack{x[Lane * Stride]...});
    }
  }
  (std::make_index_sequence<lane_count>());
#else
  return pack(*x);
#endif
}

/// The type that holds `count` numbers of type T in lanes: for double a pack, for duals a dual of that. Other
/// types have none.
template <class T>
struct lanes_over {
  static constexpr bool are_there = false;
};

template <>
struct lanes_over<double> {
  static constexpr bool are_there = true;
  using type = pack;

  /// get(lane) in each lane.
  template <class Get>
  static pack gather(Get&& get) {
    pack x;
    for (std::size_t l = 0; l < lane_count; ++l) x.set(l, get(l));
    return x;
  }
  /// The numbers that are Stride doubles apart, in all lanes.
  template <std::size_t Stride>
  [[gnu::always_inline]] static pack load(const double* x) {
    if constexpr (Stride == 1)
      return pack::load_unaligned(x);
    else
      return load_strided<Stride>(x);
  }
  /// The first `count` lanes, to neighbours.
  static void scatter(const pack& x, double* to, std::size_t count) {
    if (count == lane_count) return x.store_unaligned(to);
    for (std::size_t l = 0; l < count; ++l) to[l] = x[l];
  }
  static constexpr std::size_t pack_count = 1;
  static const pack* packs(const pack& x) { return &x; }
};

template <class T, std::size_t N, class Tag>
requires(lanes_over<T>::are_there) struct lanes_over<dual<T, N, Tag>> {
  static constexpr bool are_there = true;
  using type = dual<typename lanes_over<T>::type, N, Tag>;

  template <class Get>
  static type gather(Get&& get) {
    type x;
    x.value() = lanes_over<T>::gather([&](std::size_t l) -> const T& { return get(l).value(); });
    for (std::size_t k = 0; k < N; ++k)
      x.tangent(k) = lanes_over<T>::gather([&](std::size_t l) -> const T& { return get(l).tangent(k); });
    return x;
  }
  template <std::size_t Stride>
  static type load(const dual<T, N, Tag>* x) {
    type y;
    y.value() = lanes_over<T>::template load<Stride>(&x->value());
    for (std::size_t k = 0; k < N; ++k) y.tangent(k) = lanes_over<T>::template load<Stride>(&x->tangent(k));
    return y;
  }
  static void scatter(const type& x, dual<T, N, Tag>* to, std::size_t count) {
    constexpr std::size_t numbers = sizeof(dual<T, N, Tag>) / sizeof(double);
    static_assert(numbers == pack_count);
    double* const target = reinterpret_cast<double*>(to);
    for (std::size_t c = 0; c < numbers; ++c)
      for (std::size_t l = 0; l < count; ++l) target[l * numbers + c] = packs(x)[c][l];
  }
  static constexpr std::size_t pack_count = sizeof(type) / sizeof(pack);
  static const pack* packs(const type& x) { return reinterpret_cast<const pack*>(&x); }
};

/// Whether many numbers are the same, bit for bit.
template <class T>
class same_in_all_lanes {
  using lanes = lanes_over<T>;

 public:
  /// The number that all are compared with is the first lane of x.
  explicit same_in_all_lanes(const typename lanes::type& x) {
    for (std::size_t c = 0; c < lanes::pack_count; ++c) first_[c] = lanes::packs(x)[c][0];
  }
  void compare(const typename lanes::type& x) {
    for (std::size_t c = 0; c < lanes::pack_count; ++c)
      difference_ |= bits(lanes::packs(x)[c]) ^ bits(first_[c]);
  }
  [[nodiscard]] bool are_same() const { return !any(pack::condition::of(difference_ != native_bits{})); }

 private:
  static native_bits bits(const pack& x) { return __builtin_bit_cast(native_bits, x.native()); }

  std::array<pack, lanes::pack_count> first_;
  native_bits difference_{};
};

}  // namespace dad::detail
