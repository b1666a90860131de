// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The trace of a Hessian from its products with random directions, with a standard error.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <dad/driver/direction_products.hpp>
#include <dad/driver/probes.hpp>

namespace dad {

/// How a trace is estimated: the number of random directions, and the seed that they are a function of.
struct trace_options {
  std::size_t probes = 64;
  std::uint64_t seed = 1;
};

/// The mean of as many samples of the trace, and its standard error: NaN for one probe, which says nothing
/// of how far off it is.
template <class T = double>
struct trace_estimate {
  T value;
  double standard_error;
  std::size_t probes;
};

namespace detail {

template <class...>
void check_probe_count(std::size_t probes) {
  if (probes == 0)
    raise<shape_error>(
        "dad: hessian_trace has 0 probes, expected at least 1, and 2 for a standard error: {.probes = 64}");
}

/// The samples v' H v of the probes first, first + 1, ..., first + count - 1. The bits of a sample depend on
/// the seed, the probe and f alone; inside another derivative, where `first` is a multiple of product_block.
template <class F, class X>
[[gnu::noinline]] std::vector<base_t<X>> trace_samples(direction_multiplier<F, X>& multiply, std::size_t n,
                                                       std::uint64_t seed, std::size_t first,
                                                       std::size_t count) {
  using B = base_t<X>;
  constexpr std::size_t block = direction_multiplier<F, X>::directions_of_a_pass;
  std::vector<B> samples;
  samples.reserve(count);
  for (std::size_t done = 0; done < count; done += block) {
    const matrix probes = rademacher_probes(seed, first + done, std::min(block, count - done), n);
    const auto products = multiply(probes);
    for (std::size_t i = 0; i < probes.rows(); ++i) {
      B sum(0);
      for (std::size_t k = 0; k < n; ++k) sum += probes(i, k) * products(i, k);
      samples.push_back(sum);
    }
  }
  return samples;
}
template <class F, class X>
std::vector<base_t<X>> trace_samples(const F& f, const X& x, std::uint64_t seed, std::size_t first,
                                     std::size_t count) {
  direction_multiplier<F, X> multiply(f, x);
  return trace_samples(multiply, real_count(x), seed, first, count);
}

/// The estimate from the samples of probes 0, 1, 2, ... in this order, whoever took them; at least one. They
/// are summed as differences from the first, so that equal samples give that sample and an error of zero.
template <class T>
[[gnu::noinline]] trace_estimate<T> trace_from_samples(list_view<const T> samples) {
  const double count = static_cast<double>(samples.size());
  T sum(0);
  for (const T& sample : samples) sum += sample - samples.front();
  const T mean = samples.front() + sum / count;
  double squares = 0;
  for (const T& sample : samples) {
    const auto from_mean = static_cast<double>(plain_value(sample) - plain_value(mean));
    squares += from_mean * from_mean;
  }
  const double error = samples.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                          : std::sqrt(squares / (count * (count - 1)));
  return {mean, error, samples.size()};
}

}  // namespace detail

/// An estimate of the trace of the Hessian of f, which returns a scalar, at x, without the Hessian: the mean
/// of v' H v over random vectors v of +1 and -1. Its variance is twice the sum of the squares off the
/// Hessian's diagonal, over the number of probes. Not finite where a product
/// is not. The same options give
/// the same bits. Throws shape_error for zero probes. f is called once, and recorded; then each probe is a
/// product with the Hessian, 32 of them in a sweep.
/// Method: Hutchinson, Communications in Statistics - Simulation and Computation 19 (1990).
///
///   auto trace = dad::hessian_trace(f, x, {.probes = 64, .seed = 1});
///   trace.value, trace.standard_error
template <class F, class X>
auto hessian_trace(const F& f, const X& x, trace_options options = {}) {
  detail::check_point<X>();
  detail::check_probe_count(options.probes);
  using B = detail::base_t<X>;
  const auto samples = detail::trace_samples(f, x, options.seed, 0, options.probes);
  return detail::trace_from_samples<B>(samples);
}

}  // namespace dad
