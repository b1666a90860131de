// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What stays of a training: its curves as CSV and SVG, and a sheet of test images with the network's answers.

#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "../support/csv.hpp"
#include "../support/png.hpp"
#include "../support/svg.hpp"
#include "evaluation.hpp"
#include "network.hpp"

namespace fashion {

/// The mean loss of each mini-batch, and the tests in between.
struct history {
  struct step {
    std::size_t images;  // seen so far, this mini-batch included
    double loss;
  };
  struct test {
    std::size_t images;
    double seconds;        // since the training began
    double epoch_seconds;  // of the epoch before it, without the test
    test_result result;
  };
  std::size_t images_per_epoch;
  std::vector<step> steps;
  std::vector<test> tests;

  double epoch(std::size_t images) const {
    return static_cast<double>(images) / static_cast<double>(images_per_epoch);
  }
};

inline std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

/// training.csv: a row for each mini-batch; test.csv: a row for each test.
inline void write_csv(const std::filesystem::path& folder, const history& h) {
  support::csv steps(folder / "training.csv", {"epoch", "images", "loss"});
  for (const auto& s : h.steps) steps.row(h.epoch(s.images), s.images, s.loss);
  steps.close();
  support::csv tests(folder / "test.csv",
                     {"epoch", "images", "seconds", "epoch_seconds", "loss", "accuracy"});
  for (const auto& t : h.tests)
    tests.row(h.epoch(t.images), t.images, t.seconds, t.epoch_seconds, t.result.loss, t.result.accuracy);
  tests.close();
}

/// Loss and accuracy over the epochs; `settings` says below the title what was trained how.
inline void write_curves(const std::filesystem::path& path, const history& h, const std::string& settings) {
  const std::string pale = "#9ecae1", blue = "#1f6fb4", orange = "#d95f02";

  // A mini-batch's loss is noisy; the mean over the last twentieth of an epoch shows where it goes.
  support::curve single{.name = "one mini-batch", .colour = pale, .points = {}, .width = 1};
  support::curve mean{.name = "running mean", .colour = blue, .points = {}};
  const std::size_t stride = 1 + h.steps.size() / 2000;  // more points than that do not show
  std::size_t first = 0;
  double sum = 0;
  for (std::size_t i = 0; i < h.steps.size(); ++i) {
    const auto& now = h.steps[i];
    sum += now.loss;
    while (h.steps[first].images + h.images_per_epoch / 20 < now.images) sum -= h.steps[first++].loss;
    if (i % stride != 0) continue;
    single.points.emplace_back(h.epoch(now.images), now.loss);
    mean.points.emplace_back(h.epoch(now.images), sum / static_cast<double>(i - first + 1));
  }
  support::curve test{.name = "test images", .colour = orange, .points = {}, .dots = true};
  support::curve accuracy{.name = "", .colour = orange, .points = {}, .dots = true, .last_value = true};
  for (const auto& t : h.tests) {
    test.points.emplace_back(h.epoch(t.images), t.result.loss);
    accuracy.points.emplace_back(h.epoch(t.images), 100 * t.result.accuracy);
  }

  support::svg drawing(960, 420);
  drawing.text({24, 34}, "Fashion-MNIST, network 784-64-10", {.size = 19, .colour = "#222222", .bold = true});
  drawing.text({24, 56}, settings, {.size = 13});
  draw_chart(drawing, {10, 74, 470, 340}, "Loss", {.title = "epochs", .least = 0},
             {.title = "cross-entropy per image (nats)", .least = 0}, {single, mean, test});
  draw_chart(drawing, {480, 74, 470, 340}, "Accuracy on the test images", {.title = "epochs", .least = 0},
             {.title = "right answers (%)"}, {accuracy});
  drawing.save(path);
}

/// The images in rows of ten, each with the network's answer: green and its probability if right, red and the
/// truth if wrong.
inline void write_sheet(const std::filesystem::path& path, const std::vector<double>& weights,
                        std::span<const labelled_image> images, const std::string& summary) {
  static constexpr std::array<const char*, class_count> names{
      "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};
  constexpr std::size_t columns = 10;
  constexpr double cell_width = 94, cell_height = 128, picture = 78, margin = 26, top = 84;
  const std::size_t rows = (images.size() + columns - 1) / columns;
  support::svg drawing(2 * margin + columns * cell_width - (cell_width - picture),
                       top + static_cast<double>(rows) * cell_height + 4);
  drawing.text({margin, 34}, "What the network sees in images it did not learn from",
               {.size = 19, .colour = "#222222", .bold = true});
  drawing.text({margin, 58}, summary, {.size = 13});

  for (std::size_t i = 0; i < images.size(); ++i) {
    const double x = margin + static_cast<double>(i % columns) * cell_width;
    const double y = top + static_cast<double>(i / columns) * cell_height;
    const double middle = x + picture / 2;
    const auto [label, probability] = answer_of(scores_of(weights, images[i]));
    const bool is_right = label == images[i].label;
    const std::string colour = is_right ? "#1a7f37" : "#cf222e", mark = is_right ? "\u2713 " : "\u2717 ";

    drawing.rectangle(x - 3, y - 3, picture + 6, picture + 6, colour, 4);
    drawing.picture(x, y, picture, picture, support::grey_png(images[i].pixels, image_side));
    drawing.text({middle, y + picture + 18}, mark + names[label],
                 {.colour = colour, .anchor = "middle", .bold = true});
    drawing.text({middle, y + picture + 32},
                 is_right ? percent(probability) : std::string("is: ") + names[images[i].label],
                 {.size = 10.5, .colour = "#666666", .anchor = "middle"});
  }
  drawing.save(path);
}

}  // namespace fashion
