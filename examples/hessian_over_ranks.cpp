// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of one function, shared out over MPI ranks: the Hessian of a network's loss, the ends of its
// spectrum, its trace, and the Jacobian of the network's outputs. The same at every number of ranks:
//   mpirun -np 2 build/release/examples/hessian_over_ranks

#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <dad/dad.hpp>

// The outputs of a 2-12-1 network (tanh, linear) on a grid of 25 points, as a function of its 48 weights.
const auto network = [](const auto& weights) {
  auto out = weights;
  out.clear();
  for (int i = 0; i < 25; ++i) {
    const double x = (i % 5 - 2) / 2.0, y = (i / 5 - 2) / 2.0;
    auto sum = 0 * weights[0];
    for (std::size_t k = 0; k < weights.size(); k += 4)
      sum += weights[k + 3] * tanh(weights[k] * x + weights[k + 1] * y + weights[k + 2]);
    out.push_back(sum);
  }
  return out;
};
// How far they are from x y.
const auto loss = [](const auto& weights) {
  const auto out = network(weights);
  auto sum = 0 * weights[0];
  for (int i = 0; i < 25; ++i) {
    const double wanted = (i % 5 - 2) * (i / 5 - 2) / 4.0;
    sum += square(out[static_cast<std::size_t>(i)] - wanted) / 25;
  }
  return sum;
};

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  const bool is_root = env.rank() == 0;

  std::vector<double> weights;  // read at rank 0 alone
  for (int i = 0; is_root && i < 48; ++i) weights.push_back(std::sin(i * i));

  const auto [value, hessian] = dad::mpi::value_and_hessian(loss, weights);
  if (is_root) {
    double trace = 0;
    for (std::size_t i = 0; i < hessian.rows(); ++i) trace += hessian(i, i);
    std::printf("loss %.6f, Hessian %zu x %zu, trace %.6f\n", value, hessian.rows(), hessian.cols(), trace);
  }

  const auto estimate = dad::mpi::hessian_trace(loss, weights, {.probes = 512, .seed = 2});
  if (is_root)
    std::printf("%zu probes: %.2f +- %.2f\n", estimate.probes, estimate.value, estimate.standard_error);

  const auto ends = dad::mpi::hessian_eigenvalues(loss, weights, {.largest = 2, .block = 16});
  if (is_root)
    std::printf("eigenvalues %.6f, %.6f, ..., %.6f\n", ends.largest.values[0], ends.largest.values[1],
                ends.smallest.values[0]);

  // On every rank; the same 25 outputs again, in rows.
  const dad::matrix jacobian = dad::mpi::jacobian(network, weights, {.results = dad::mpi::on::all});
  double norm = 0;
  for (std::size_t i = 0; i < jacobian.size(); ++i) norm = std::hypot(norm, jacobian.data()[i]);
  if (is_root) std::printf("Jacobian %zu x %zu, norm %.6f\n", jacobian.rows(), jacobian.cols(), norm);

  const auto broken = [](const auto& x) {
    if (x[0] > -2) throw std::range_error("the network has left its grid");
    return loss(x);
  };
  try {
    (void)dad::mpi::hessian(broken, weights);
  } catch (const dad::batch_error& e) {  // on every rank; none is left waiting
    if (is_root) std::printf("block %zu: %s\n", e.index(), e.text().c_str());
  }
}
