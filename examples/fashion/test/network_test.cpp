// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The network's loss, and its gradient by dad against the one worked out by hand.

#include "../evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <dad/dad.hpp>
#include <numeric>
#include <span>
#include <vector>

#include "catch.hpp"

namespace {

using namespace fashion;

// An image like the real ones: a blob with an empty margin.
labelled_image blob(std::uint8_t label) {
  labelled_image image{.label = label};
  for (std::size_t row = 4; row < 24; ++row) {
    for (std::size_t column = 6; column < 22; ++column) {
      image.pixels[row * image_side + column] =
          static_cast<std::uint8_t>((row * 31 + column * 17 + label) % 256);
    }
  }
  return image;
}

// Back-propagation as textbooks have it: the output's error is softmax minus the label's unit vector.
std::vector<double> gradient_by_hand(const std::vector<double>& w, const labelled_image& image,
                                     double& loss) {
  std::vector<double> x(pixel_count), hidden(hidden_count), out(class_count), gradient(weight_count);
  for (std::size_t p = 0; p < pixel_count; ++p) x[p] = image.pixels[p] / 255.0;
  for (std::size_t u = 0; u < hidden_count; ++u) {
    double sum = w[hidden_bias + u];
    for (std::size_t p = 0; p < pixel_count; ++p) sum += w[u * pixel_count + p] * x[p];
    hidden[u] = std::tanh(sum);
  }
  double normaliser = 0;
  for (std::size_t c = 0; c < class_count; ++c) {
    out[c] = w[output_bias + c];
    for (std::size_t u = 0; u < hidden_count; ++u)
      out[c] += w[output_weights + c * hidden_count + u] * hidden[u];
    normaliser += std::exp(out[c]);
  }
  loss = std::log(normaliser) - out[image.label];

  std::vector<double> hidden_error(hidden_count);
  for (std::size_t c = 0; c < class_count; ++c) {
    const double error = std::exp(out[c]) / normaliser - (c == image.label ? 1 : 0);
    gradient[output_bias + c] = error;
    for (std::size_t u = 0; u < hidden_count; ++u) {
      gradient[output_weights + c * hidden_count + u] = error * hidden[u];
      hidden_error[u] += error * w[output_weights + c * hidden_count + u] * (1 - hidden[u] * hidden[u]);
    }
  }
  for (std::size_t u = 0; u < hidden_count; ++u) {
    gradient[hidden_bias + u] = hidden_error[u];
    for (std::size_t p = 0; p < pixel_count; ++p) gradient[u * pixel_count + p] = hidden_error[u] * x[p];
  }
  return gradient;
}

}  // namespace

TEST_CASE("with all weights zero every class is as likely as the others") {
  const std::vector<double> zero(weight_count, 0.0);
  CHECK(std::fabs(loss(zero, sample_of(blob(3))) - std::log(10.0)) < 1e-15);
}

TEST_CASE("the loss and its gradient are those worked out by hand") {
  for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{4}, std::uint8_t{9}}) {
    const auto weights = initial_weights(label + 1u);
    const auto image = blob(label);
    const std::vector<sample> batch = {sample_of(image)};
    const auto [value, gradient] =
        dad::batch_sum([](const auto& w, const auto& x) { return loss(w, x); }, weights, batch);

    double expected_value = 0;
    const auto expected = gradient_by_hand(weights, image, expected_value);
    CHECK(std::fabs(value - expected_value) < 1e-13 * expected_value);
    REQUIRE(gradient.size() == weight_count);
    double worst = 0;
    for (std::size_t i = 0; i < weight_count; ++i)
      worst = std::fmax(worst, std::fabs(gradient[i] - expected[i]));
    CHECK(worst < 1e-14);
  }
}

TEST_CASE("a sample holds the pixels from 0 to 1 and a one for the class") {
  labelled_image image{.label = 7};
  image.pixels[3] = 255, image.pixels[pixel_count - 1] = 51;
  const sample x = sample_of(image);
  CHECK(x[3] == 1);
  CHECK(x[pixel_count - 1] == 0.2);
  CHECK(x[pixel_count + 7] == 1);
  CHECK(std::accumulate(x.begin(), x.end(), 0.0) == 2.2);
}

TEST_CASE("plain numbers are multiplied and summed whatever their count") {
  for (const std::size_t count : {0u, 1u, 15u, 16u, 17u, 40u}) {
    std::vector<double> a(count), b(count);
    double expected = 0;
    for (std::size_t i = 0; i < count; ++i) {
      a[i] = static_cast<double>(i + 1), b[i] = static_cast<double>(2 * i) - 7;
      expected += a[i] * b[i];  // integers, so exact in any order
    }
    CHECK(dot(std::span<const double>(a), std::span<const double>(b)) == expected);
  }
}

TEST_CASE("the test counts right answers and averages the loss") {
  const auto weights = initial_weights(1);
  const std::vector<labelled_image> images = {blob(0), blob(3), blob(8)};
  double loss_sum = 0, right = 0;
  for (const auto& image : images) {
    double value = 0;
    gradient_by_hand(weights, image, value);
    loss_sum += value;
    const auto s = scores_of(weights, image);
    right += s[image.label] == *std::max_element(s.begin(), s.end());
  }
  const auto result = test(weights, images);
  CHECK(std::fabs(result.loss - loss_sum / 3) < 1e-14);
  CHECK(result.accuracy == right / 3);
}

TEST_CASE("first weights fill their range, and a seed gives them again") {
  const auto weights = initial_weights(7);
  CHECK(weights == initial_weights(7));
  CHECK(weights != initial_weights(8));
  const double bound = std::sqrt(6.0 / 848);
  double sum = 0, largest = 0;
  for (std::size_t i = 0; i < hidden_bias; ++i)
    sum += weights[i], largest = std::fmax(largest, std::fabs(weights[i]));
  CHECK(largest <= bound);
  CHECK(largest > 0.99 * bound);
  CHECK(std::fabs(sum / hidden_bias) < 0.02 * bound);
  for (std::size_t i = hidden_bias; i < output_weights; ++i) CHECK(weights[i] == 0);
}
