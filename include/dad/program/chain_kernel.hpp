// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A chain over all lanes of a block: its terms are added up in registers, so many packs at a time.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/program/instruction.hpp>

namespace dad::detail {

/// A product as it is rounded alone: no compiler contracts it with what it is added to.
inline pack rounded(pack p) {
#if defined(__x86_64__) || defined(__i386__)
  asm("" : "+v"(p.native()));
#elif defined(__aarch64__)
  asm("" : "+w"(p.native()));
#else
  asm("" : "+m"(p.native()));
#endif
  return p;
}

// The terms of one run onto Width accumulators, whose first pack is pack k of the block.
template <std::size_t Width>
inline void add_run(const chain_run& run, const block& b, std::size_t k, pack (&sum)[Width]) {
  const std::uint32_t* o = b.chain_operands + run.first;
  const std::uint32_t* const end = o + run.count * (run.kind >= chain_run::varying_product ? 2U : 1U);
  const pack* const memory = b.memory + k;
  const pack sign(run.is_negative ? -1.0 : 1.0);
  // sign * x is exact: contracted or not, the sum is the same.
  switch (run.kind) {
    case chain_run::varying:
      for (; o != end; ++o) {
        const pack* x = memory + *o;
        for (std::size_t g = 0; g < Width; ++g) sum[g] = sum[g] + sign * x[g];
      }
      break;
    case chain_run::uniform:
      for (; o != end; ++o) {
        const pack u(b.uniforms[*o]);
        for (std::size_t g = 0; g < Width; ++g) sum[g] = sum[g] + sign * u;
      }
      break;
    case chain_run::varying_product:
      for (; o != end; o += 2) {
        const pack* x = memory + o[0];
        const pack* y = memory + o[1];
        for (std::size_t g = 0; g < Width; ++g) sum[g] = sum[g] + sign * rounded(x[g] * y[g]);
      }
      break;
    case chain_run::uniform_product:
      for (; o != end; o += 2) {
        const pack* x = memory + o[0];
        const pack u(b.uniforms[o[1]]);
        for (std::size_t g = 0; g < Width; ++g) sum[g] = sum[g] + sign * rounded(x[g] * u);
      }
      break;
    case chain_run::masked_product:
      for (; o != end; o += 2) {
        const pack* x = memory + o[0];
        const pack* y = memory + o[1];
        for (std::size_t g = 0; g < Width; ++g)
          sum[g] = sum[g] + sign * select(y[g] == 0.0, pack(0.0), rounded(x[g] * y[g]));
      }
      break;
    case chain_run::masked_uniform:
      for (; o != end; o += 2) {
        const pack u(b.uniforms[o[0]]);
        const pack* y = memory + o[1];
        for (std::size_t g = 0; g < Width; ++g)
          sum[g] = sum[g] + sign * select(y[g] == 0.0, pack(0.0), rounded(u * y[g]));
      }
      break;
  }
}

template <std::size_t Width>
inline std::size_t run_chain_packs(const instruction& i, block& b, std::size_t k) {
  for (; k + Width <= b.pack_count; k += Width) {
    pack sum[Width];
    for (pack& s : sum) s = pack(-0.0);  // which added to anything leaves it as it is
    const chain_run* const runs = b.runs + i.from[0];
    for (std::size_t r = 0; r < i.from[1]; ++r) add_run<Width>(runs[r], b, k, sum);
    pack* y = b.memory + i.to + k;
    for (std::size_t g = 0; g < Width; ++g) y[g] = sum[g];
  }
  return k;
}

// One term of a short chain, with its sign. A uniform factor is kept in `uniform`, outside: an object whose
// address is taken is not kept in registers.
template <bool IsProduct>
class short_term {
 public:
  short_term(const chain_run& run, const block& b, pack& uniform) : sign_(run.is_negative ? -1.0 : 1.0) {
    const std::uint32_t* o = b.chain_operands + run.first;
    x_ = b.memory + o[0];
    if (run.kind == chain_run::varying_product) {
      y_ = b.memory + o[1];
      step_ = 1;
    } else if (run.kind == chain_run::uniform_product) {
      uniform = pack(b.uniforms[o[1]]);
      y_ = &uniform;
    }
  }
  // sum + the term in pack k
  [[nodiscard]] pack added_to(pack sum, std::size_t k) const {
    if constexpr (IsProduct)
      return sum + sign_ * rounded(x_[k] * y_[k * step_]);
    else
      return sum + sign_ * x_[k];
  }

 private:
  pack sign_;
  const pack* x_ = nullptr;
  const pack* y_ = nullptr;
  std::size_t step_ = 0;
};

/// A chain of two or three runs of one term each, of which it is known which are products: most chains are
/// this short.
template <bool First, bool Second>
void run_short_chain(const instruction& i, block& b) {
  const chain_run* const runs = b.runs + i.from[0];
  pack uniforms[2];
  const short_term<First> first(runs[0], b, uniforms[0]);
  const short_term<Second> second(runs[1], b, uniforms[1]);
  pack* const y = b.memory + i.to;
  for (std::size_t k = 0; k < b.pack_count; ++k) y[k] = second.added_to(first.added_to(-0.0, k), k);
}
template <bool First, bool Second, bool Third>
void run_short_chain(const instruction& i, block& b) {
  const chain_run* const runs = b.runs + i.from[0];
  pack uniforms[3];
  const short_term<First> first(runs[0], b, uniforms[0]);
  const short_term<Second> second(runs[1], b, uniforms[1]);
  const short_term<Third> third(runs[2], b, uniforms[2]);
  pack* const y = b.memory + i.to;
  for (std::size_t k = 0; k < b.pack_count; ++k)
    y[k] = third.added_to(second.added_to(first.added_to(-0.0, k), k), k);
}

using chain_kernel = void(const instruction&, block&);

/// The kernel of a chain of `count` runs with these forms, or null where there is none of its own.
template <class...>
chain_kernel* short_chain_kernel(const chain_run* runs, std::size_t count) {
  static constexpr chain_kernel* two[] = {&run_short_chain<false, false>, &run_short_chain<true, false>,
                                          &run_short_chain<false, true>, &run_short_chain<true, true>};
  static constexpr chain_kernel* three[] = {
      &run_short_chain<false, false, false>, &run_short_chain<true, false, false>,
      &run_short_chain<false, true, false>,  &run_short_chain<true, true, false>,
      &run_short_chain<false, false, true>,  &run_short_chain<true, false, true>,
      &run_short_chain<false, true, true>,   &run_short_chain<true, true, true>};
  if (count < 2 || count > 3) return nullptr;
  std::size_t products = 0;  // a bit for each
  for (std::size_t r = 0; r < count; ++r) {
    const chain_run::form form = runs[r].kind;
    const bool is_product = form == chain_run::varying_product || form == chain_run::uniform_product;
    if (runs[r].count != 1 || !(is_product || form == chain_run::varying)) return nullptr;
    if (is_product) products |= std::size_t{1} << r;
  }
  return count == 2 ? two[products] : three[products];
}

/// from[0], from[1]: the first of its runs and their number.
template <class...>
void run_chain(const instruction& i, block& b) {
  std::size_t k = run_chain_packs<8>(i, b, 0);
  k = run_chain_packs<2>(i, b, k);
  run_chain_packs<1>(i, b, k);
}

}  // namespace dad::detail
