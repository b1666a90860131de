// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recurrent network that predicts the next of a sequence, as in ADBench, and its gradient by hand.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The mean log-likelihood loss of a stack of long short-term memory layers (Hochreiter and Schmidhuber,
/// 1997; here, as in ADBench, with diagonal weights) over a fixed sequence. The inputs: for each layer the
/// weights of its four gates (4 b) and their biases (4 b); then the weights into the stack, out of it, and
/// the bias out of it (3 b).
struct lstm {
  using point_type = std::vector<double>;

  std::size_t layers, width, length;
  std::vector<double> state = uniform_vector(7, 2 * layers * width, -0.5, 0.5);  // hidden, cell of each layer
  std::vector<double> sequence = uniform_vector(8, length* width, 0.0, 1.0);

  template <class X>
  auto operator()(const X& x) const {
    using std::exp, std::log, std::tanh;
    using T = real_of<X>;
    const std::size_t b = width;
    const auto logistic = [](const T& z) { return 1.0 / (1.0 + exp(-z)); };
    const T* const ends = &x[8 * layers * b];

    std::vector<T> hidden(layers * b), cell(layers * b), signal(b), predicted(b);
    for (std::size_t l = 0; l < layers; ++l)
      for (std::size_t i = 0; i < b; ++i) {
        hidden[l * b + i] = state[2 * l * b + i];
        cell[l * b + i] = state[(2 * l + 1) * b + i];
      }

    T total(0.0);
    for (std::size_t t = 0; t + 1 < length; ++t) {
      for (std::size_t i = 0; i < b; ++i) signal[i] = sequence[t * b + i] * ends[i];
      for (std::size_t l = 0; l < layers; ++l) {
        const T* const weight = &x[8 * l * b];
        const T* const bias = weight + 4 * b;
        T* const h = &hidden[l * b];
        T* const c = &cell[l * b];
        for (std::size_t i = 0; i < b; ++i) {
          const T forget = logistic(signal[i] * weight[i] + bias[i]);
          const T in = logistic(h[i] * weight[b + i] + bias[b + i]);
          const T out = logistic(signal[i] * weight[2 * b + i] + bias[2 * b + i]);
          const T change = tanh(h[i] * weight[3 * b + i] + bias[3 * b + i]);
          c[i] = c[i] * forget + in * change;
          h[i] = out * tanh(c[i]);
          signal[i] = h[i];
        }
      }
      T sum(2.0);
      for (std::size_t i = 0; i < b; ++i) {
        predicted[i] = signal[i] * ends[b + i] + ends[2 * b + i];
        sum += exp(predicted[i]);
      }
      const T log_sum = log(sum);
      for (std::size_t i = 0; i < b; ++i) total += sequence[(t + 1) * b + i] * (predicted[i] - log_sum);
    }
    return -total / static_cast<double>((length - 1) * b);
  }

  [[nodiscard]] point_type point() const { return uniform_vector(9, (8 * layers + 3) * width, -0.5, 0.5); }

  /// The value, with the gradient by hand (back-propagation through time): forward, what each cell read and
  /// what its gates let through is kept; from the last element to the first, it is differentiated.
  double by_hand(const point_type& x, point_type& gradient) const {
    const std::size_t b = width, times = length - 1;
    const double scale = -1.0 / static_cast<double>(times * b);
    const auto logistic = [](double z) { return 1.0 / (1.0 + std::exp(-z)); };
    const double *const from_in = &x[8 * layers * b], *const to_out = from_in + b,
                        *const bias_out = to_out + b;
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double *const by_in = &gradient[8 * layers * b], *const by_out = by_in + b, *const by_bias = by_out + b;

    std::vector<cell_step> steps(times * layers * b);
    std::vector<double> hidden(layers * b), cell(layers * b), signal(b), predicted(b);
    for (std::size_t l = 0; l < layers; ++l) {
      std::copy_n(&state[2 * l * b], b, &hidden[l * b]);
      std::copy_n(&state[(2 * l + 1) * b], b, &cell[l * b]);
    }
    std::vector<double> by_signals(times * b);  // of what leaves the stack
    double total = 0.0;
    cell_step* step = steps.data();
    for (std::size_t t = 0; t < times; ++t) {
      for (std::size_t i = 0; i < b; ++i) signal[i] = sequence[t * b + i] * from_in[i];
      for (std::size_t l = 0; l < layers; ++l) {
        const double *const weight = &x[8 * l * b], *const bias = weight + 4 * b;
        for (std::size_t i = 0; i < b; ++i, ++step) {
          double &h = hidden[l * b + i], &c = cell[l * b + i];
          *step = {.signal = signal[i],
                   .hidden = h,
                   .cell = c,
                   .forget = logistic(signal[i] * weight[i] + bias[i]),
                   .in = logistic(h * weight[b + i] + bias[b + i]),
                   .out = logistic(signal[i] * weight[2 * b + i] + bias[2 * b + i]),
                   .change = std::tanh(h * weight[3 * b + i] + bias[3 * b + i])};
          c = c * step->forget + step->in * step->change;
          step->squashed = std::tanh(c);
          signal[i] = h = step->out * step->squashed;
        }
      }

      const double* const seen = &sequence[(t + 1) * b];
      double sum = 2.0, seen_sum = 0.0;
      for (std::size_t i = 0; i < b; ++i) {
        predicted[i] = signal[i] * to_out[i] + bias_out[i];
        total += seen[i] * predicted[i];
        seen_sum += seen[i];
        sum += predicted[i] = std::exp(predicted[i]);
      }
      total -= seen_sum * std::log(sum);
      for (std::size_t i = 0; i < b; ++i) {
        const double by_predicted = scale * (seen[i] - seen_sum * predicted[i] / sum);
        by_out[i] += by_predicted * signal[i];
        by_bias[i] += by_predicted;
        by_signals[t * b + i] = by_predicted * to_out[i];
      }
    }

    std::vector<double> by_hidden(layers * b, 0.0), by_cell(layers * b, 0.0);
    for (std::size_t t = times; t-- > 0;) {
      double* const by_signal = &by_signals[t * b];
      for (std::size_t l = layers; l-- > 0;) {
        const double* const weight = &x[8 * l * b];
        double *const by_weight = &gradient[8 * l * b], *const by_bias_in = by_weight + 4 * b;
        const cell_step* const cells = &steps[(t * layers + l) * b];
        for (std::size_t i = 0; i < b; ++i) {
          const cell_step& s = cells[i];
          const double by_h = by_hidden[l * b + i] + by_signal[i];
          const double by_c = by_cell[l * b + i] + by_h * s.out * (1.0 - s.squashed * s.squashed);
          // Over the sums inside of the gates.
          const double forget = by_c * s.cell * s.forget * (1.0 - s.forget);
          const double in = by_c * s.change * s.in * (1.0 - s.in);
          const double out = by_h * s.squashed * s.out * (1.0 - s.out);
          const double change = by_c * s.in * (1.0 - s.change * s.change);
          by_weight[i] += forget * s.signal;
          by_weight[b + i] += in * s.hidden;
          by_weight[2 * b + i] += out * s.signal;
          by_weight[3 * b + i] += change * s.hidden;
          by_bias_in[i] += forget;
          by_bias_in[b + i] += in;
          by_bias_in[2 * b + i] += out;
          by_bias_in[3 * b + i] += change;
          by_signal[i] = forget * weight[i] + out * weight[2 * b + i];
          by_hidden[l * b + i] = in * weight[b + i] + change * weight[3 * b + i];
          by_cell[l * b + i] = by_c * s.forget;
        }
      }
      for (std::size_t i = 0; i < b; ++i) by_in[i] += by_signal[i] * sequence[t * b + i];
    }
    return scale * total;
  }

 private:
  // One cell at one element: what it read, what its gates and its candidate for a change were, and tanh of
  // its new state.
  struct cell_step {
    double signal, hidden, cell, forget, in, out, change, squashed = 0.0;
  };
};

}  // namespace bench
