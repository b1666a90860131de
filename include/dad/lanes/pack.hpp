// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A pack: as many doubles as the target computes with at once, and a scalar of dad. Compiler vectors, because
// the intrinsics' headers take longer to compile than all of this.

#pragma once

#include <concepts>
#include <cstddef>

#include <dad/op/declarations.hpp>

// The lanes of a pack follow the compile flags; DAD_LANES_SCALAR asks for one.
#if defined(DAD_LANES_SCALAR)
#define DAD_LANE_COUNT 1
#elif defined(__AVX512F__)
#define DAD_LANE_COUNT 8
#elif defined(__AVX__)
#define DAD_LANE_COUNT 4
#elif defined(__SSE2__)
#define DAD_LANE_COUNT 2
#else
#define DAD_LANE_COUNT 1
#endif

namespace dad {

namespace detail {
class pack;
}
/// The functions of dad are found for what is derived from this.
struct number_in_lanes {};
template <>
inline constexpr bool is_scalar<detail::pack> = true;
template <>
inline constexpr bool is_base<detail::pack> = true;

namespace detail {

inline constexpr std::size_t lane_count = DAD_LANE_COUNT;

// What the compiler computes with: vectors, or for one lane plain numbers. A comparison of vectors gives
// integers, 0 or -1.
#if DAD_LANE_COUNT > 1
typedef double native_pack __attribute__((vector_size(8 * DAD_LANE_COUNT)));
typedef long long native_bits __attribute__((vector_size(8 * DAD_LANE_COUNT)));
using native_mask = native_bits;
// To be indexed.
inline native_pack& lanes_of(native_pack& x) { return x; }
inline const native_pack& lanes_of(const native_pack& x) { return x; }
inline native_mask mask_of(bool holds) { return native_mask{} - (holds ? 1 : 0); }
#if DAD_LANE_COUNT == 8
// The mask of AVX-512's builtins, a char for some compilers and an unsigned char for others.
inline constexpr auto every_lane =
    static_cast<decltype(__builtin_ia32_cmpq512_mask(native_bits{}, native_bits{}, 0, 0))>(-1);
#endif
#else
using native_pack = double;
using native_bits = long long;
using native_mask = bool;
inline native_pack* lanes_of(native_pack& x) { return &x; }
inline const native_pack* lanes_of(const native_pack& x) { return &x; }
inline native_mask mask_of(bool holds) { return holds; }
#endif

/// lane_count doubles, and the arithmetic on all of them. Derivatives are never taken of packs: what a pack
/// has to do is the value of every operation, in pack::apply (lanes/math.hpp).
class alignas(sizeof(native_pack)) pack : number_in_lanes {
 public:
  using value_type = double;
  class condition;

  pack() = default;
  /// The same number in all lanes.
  template <arithmetic A>
  pack(A x) : native_(static_cast<double>(x) - native_pack{}) {}  // 0 + x would lose the sign of -0

  static pack of(native_pack x) {
    pack p;
    p.native_ = x;
    return p;
  }
  [[nodiscard]] native_pack& native() { return native_; }
  [[nodiscard]] const native_pack& native() const { return native_; }

  /// lane_count doubles from x, which load and store want aligned as a pack is.
  static pack load(const double* x) {
    return load_unaligned(static_cast<const double*>(__builtin_assume_aligned(x, sizeof(pack))));
  }
  static pack load_unaligned(const double* x) {
    pack p;
    __builtin_memcpy(&p.native_, x, sizeof(native_pack));
    return p;
  }
  void store(double* x) const {
    store_unaligned(static_cast<double*>(__builtin_assume_aligned(x, sizeof(pack))));
  }
  void store_unaligned(double* x) const { __builtin_memcpy(x, &native_, sizeof(native_pack)); }

  template <std::integral I>
  [[nodiscard]] double operator[](I lane) const {
    return lanes_of(native_)[lane];
  }
  template <std::integral I>
  void set(I lane, double x) {
    lanes_of(native_)[lane] = x;
  }

  /// In all lanes.
  [[nodiscard]] bool is_zero() const;
  /// As plain numbers are.
  static constexpr bool is_constant() { return true; }

  /// The value of an operation in every lane; operands are packs or numbers.
  template <class Op, class... A>
  static pack apply(const Op& op, const A&... x);
  template <class Op, class... A>
  static condition condition_of(const A&... x);
  static pack choose(const condition& c, const pack& x, const pack& y);
  static pack masked_product(const pack& partial, const pack& seed);
  /// 0 where either is exactly zero.
  static pack product_of_nonzeros(const pack& x, const pack& y);

// Exact overloads: the operators for all scalars would otherwise be better matches.
#define DAD_DEFINE_OPERATOR(sign)                                                                  \
  friend pack operator sign(const pack& x, const pack& y) { return of(x.native_ sign y.native_); } \
  friend pack operator sign(const pack& x, double y) { return of(x.native_ sign y); }              \
  friend pack operator sign(double x, const pack& y) { return of(x sign y.native_); }              \
  friend pack& operator sign##=(pack& x, const pack& y) { return x = x sign y; }
  DAD_DEFINE_OPERATOR(+)
  DAD_DEFINE_OPERATOR(-)
  DAD_DEFINE_OPERATOR(*)
  DAD_DEFINE_OPERATOR(/)
#undef DAD_DEFINE_OPERATOR
  friend pack operator-(const pack& x) { return of(-x.native_); }

 private:
  native_pack native_;
};
static_assert(sizeof(pack) == alignof(pack) && sizeof(pack) == lane_count * sizeof(double));

/// What a comparison of packs gives: yes or no in every lane.
class pack::condition {
 public:
  using scalar_type = pack;

  condition() = default;
  /// The same in all lanes.
  condition(bool holds) : native_(mask_of(holds)) {}

  static condition of(native_mask m) {
    condition c;
    c.native_ = m;
    return c;
  }
  [[nodiscard]] const native_mask& native() const { return native_; }

  /// Bit l of bits for lane l.
  static condition from_bits(unsigned bits) {
#if DAD_LANE_COUNT == 8
    constexpr native_bits bit = {1, 2, 4, 8, 16, 32, 64, 128};
#elif DAD_LANE_COUNT == 4
    constexpr native_bits bit = {1, 2, 4, 8};
#elif DAD_LANE_COUNT == 2
    constexpr native_bits bit = {1, 2};
#else
    constexpr native_bits bit = 1;
#endif
    return of((bit & static_cast<long long>(bits)) != 0);
  }
  /// The lanes below n.
  static condition first_lanes(std::size_t n) { return from_bits((1U << n) - 1U); }

  /// Lanes may differ.
  template <std::same_as<bool> B>
  explicit operator B() const {
    static_assert(
        !std::same_as<B, bool>,
        "dad: several elements at once take no branch: choose by select, min, max or abs, not by if, ?: "
        "or &&");
    return false;
  }

  /// 1 where it holds, 0 elsewhere.
  explicit operator pack() const { return pack::choose(*this, pack(1.0), pack(0.0)); }

  /// One bit a lane.
  friend unsigned bits(const condition& c) { return c.bits_of_lanes(); }
  friend bool any(const condition& c) { return bits(c) != 0; }
  friend bool all(const condition& c) { return bits(c) == (1U << lane_count) - 1U; }

  static condition both(const condition& a, const condition& b) {
    return of((a.native_ & b.native_) != native_mask{});
  }
  static condition either(const condition& a, const condition& b) {
    return of((a.native_ | b.native_) != native_mask{});
  }
  static condition negated(const condition& c) { return of(c.native_ == native_mask{}); }

 private:
  [[nodiscard]] unsigned bits_of_lanes() const {
#if DAD_LANE_COUNT == 8 && defined(__AVX512DQ__) && __has_builtin(__builtin_ia32_cvtq2mask512)
    return static_cast<unsigned char>(__builtin_ia32_cvtq2mask512(native_));
#elif DAD_LANE_COUNT == 8 && __has_builtin(__builtin_ia32_cmpq512_mask)
    return static_cast<unsigned char>(__builtin_ia32_cmpq512_mask(native_, native_mask{}, 1, every_lane));
#elif DAD_LANE_COUNT == 4 && __has_builtin(__builtin_ia32_movmskpd256)
    return static_cast<unsigned>(__builtin_ia32_movmskpd256(__builtin_bit_cast(native_pack, native_)));
#elif DAD_LANE_COUNT == 2 && __has_builtin(__builtin_ia32_movmskpd)
    return static_cast<unsigned>(__builtin_ia32_movmskpd(__builtin_bit_cast(native_pack, native_)));
#elif DAD_LANE_COUNT == 1
    return native_ ? 1U : 0U;
#else
    unsigned all_bits = 0;
    for (std::size_t l = 0; l < lane_count; ++l) all_bits |= native_[l] != 0 ? 1U << l : 0U;
    return all_bits;
#endif
  }

  native_mask native_;
};

inline pack::condition both(const pack::condition& a, const pack::condition& b) {
  return pack::condition::both(a, b);
}
inline pack::condition either(const pack::condition& a, const pack::condition& b) {
  return pack::condition::either(a, b);
}
inline pack::condition negated(const pack::condition& c) { return pack::condition::negated(c); }

#define DAD_DEFINE_COMPARISON(sign)                                    \
  inline pack::condition operator sign(const pack& x, const pack& y) { \
    return pack::condition::of(x.native() sign y.native());            \
  }                                                                    \
  inline pack::condition operator sign(const pack& x, double y) {      \
    return pack::condition::of(x.native() sign y);                     \
  }                                                                    \
  inline pack::condition operator sign(double x, const pack& y) {      \
    return pack::condition::of(x sign y.native());                     \
  }
DAD_DEFINE_COMPARISON(<)
DAD_DEFINE_COMPARISON(<=)
DAD_DEFINE_COMPARISON(>)
DAD_DEFINE_COMPARISON(>=)
DAD_DEFINE_COMPARISON(==)
DAD_DEFINE_COMPARISON(!=)
#undef DAD_DEFINE_COMPARISON

/// bits(x > y), which not every compiler makes of that without a detour.
inline unsigned bits_of_greater(const pack& x, const pack& y) {
#if DAD_LANE_COUNT == 8 && __has_builtin(__builtin_ia32_cmppd512_mask)
  return static_cast<unsigned char>(__builtin_ia32_cmppd512_mask(x.native(), y.native(), 14, every_lane, 4));
#else
  return bits(x > y);
#endif
}

/// x where the condition holds, y elsewhere.
inline pack select(const pack::condition& c, const pack& x, const pack& y) {
  return pack::of(c.native() ? x.native() : y.native());
}

/// x with the same bits for every NaN. Which of two NaN comes out of an operation is up to the machine code.
inline pack with_one_nan(const pack& x) { return select(x == x, x, pack(__builtin_nan(""))); }

inline bool pack::is_zero() const { return all(*this == 0.0); }

inline pack pack::choose(const condition& c, const pack& x, const pack& y) { return select(c, x, y); }

inline pack pack::masked_product(const pack& partial, const pack& seed) {
  return select(seed == 0.0, pack(0.0), partial * seed);
}

inline pack pack::product_of_nonzeros(const pack& x, const pack& y) {
  return select(x == 0.0, pack(0.0), masked_product(x, y));
}

template <class Op, class... A>
pack::condition pack::condition_of(const A&... x) {
  return Op::holds(pack(x)...);
}

}  // namespace detail

}  // namespace dad
