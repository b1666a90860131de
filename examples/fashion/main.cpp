// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Trains a small network on Fashion-MNIST; every mini-batch's gradient is summed over the ranks by dad.
//   mpirun -n 2 fashion --output result

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <cstdio>
#include <dad/dad.hpp>
#include <filesystem>
#include <numeric>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "evaluation.hpp"
#include "idx.hpp"
#include "network.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "stop.hpp"

namespace {

using fashion::labelled_image;

struct settings {
  std::string data = "/usr/share/datasets/fashion-mnist";
  std::string output = "fashion-output";
  std::size_t images = 60000, test_images = 10000;
  std::size_t epochs = 5, batch = 256;
  double rate = 0.1, momentum = 0.9;
  std::uint64_t seed = 1;
};

constexpr int interrupted = 130;  // what a shell calls a program that was ended by Ctrl-C

void declare(CLI::App& app, settings& s) {
  app.option_defaults()->always_capture_default();
  app.add_option("--data", s.data, "folder of the four gzipped IDX files");
  app.add_option("--output", s.output, "folder for curves and pictures, made if missing");
  app.add_option("--images", s.images, "how many training images to use")->check(CLI::Range(1, 60000));
  app.add_option("--test-images", s.test_images, "how many test images to use")->check(CLI::Range(1, 10000));
  app.add_option("--epochs", s.epochs, "passes over the training images")->check(CLI::Range(1, 100000));
  app.add_option("--batch", s.batch, "images per step")->check(CLI::Range(1, 60000));
  app.add_option("--rate", s.rate, "learning rate at first; falls linearly to zero")
      ->check(CLI::PositiveNumber);
  app.add_option("--momentum", s.momentum, "share of the last step that is kept")
      ->check(CLI::Range(0.0, 0.999));
  app.add_option("--seed", s.seed, "of the first weights and of the order of the images");
}

std::string described(const settings& s, int ranks) {
  std::ostringstream text;
  text << s.images << " training images, mini-batches of " << s.batch << ", rate " << s.rate << ", momentum "
       << s.momentum << ", seed " << s.seed << ", " << ranks << (ranks == 1 ? " rank" : " ranks");
  return text.str();
}

// The training images, a mini-batch at a time, in an order that is drawn anew for each epoch.
class mini_batches {
 public:
  mini_batches(std::span<const labelled_image> images, std::uint64_t seed)
      : images_(images), order_(images.size()), generator_(seed) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  void shuffle() { std::shuffle(order_.begin(), order_.end(), generator_); }

  /// The images from begin to end of this epoch's order; valid until the next call.
  std::span<const fashion::sample> between(std::size_t begin, std::size_t end) {
    samples_.clear();
    for (std::size_t i = begin; i < end; ++i) samples_.push_back(fashion::sample_of(images_[order_[i]]));
    return samples_;
  }

 private:
  std::span<const labelled_image> images_;
  std::vector<std::size_t> order_;
  std::mt19937_64 generator_;
  std::vector<fashion::sample> samples_;
};

int run(const boost::mpi::communicator& world, const settings& s) {
  std::vector<labelled_image> images, test_images;  // at the root only
  support::at_root(world, [&] {
    images = fashion::read_images(s.data, "train", s.images);
    test_images = fashion::read_images(s.data, "t10k", s.test_images);
    std::filesystem::create_directories(s.output);
  });
  const bool is_root = world.rank() == 0;
  const fashion::stop_request stop;
  bool is_stopped = false;

  std::vector<double> weights = fashion::initial_weights(s.seed), step(weights.size(), 0.0);
  mini_batches batches(images, s.seed);
  fashion::history history{.images_per_epoch = s.images, .steps = {}, .tests = {}};
  fashion::progress progress(is_root, s.epochs * s.images);
  progress.print("Fashion-MNIST: " + described(s, world.size()));

  bool is_verified = false;
  for (std::size_t epoch = 0; epoch < s.epochs && !is_stopped; ++epoch) {
    const double epoch_begin = progress.seconds();
    batches.shuffle();
    for (std::size_t begin = 0; begin < s.images && !is_stopped; begin += s.batch) {
      const std::size_t end = std::min(begin + s.batch, s.images), count = end - begin;
      const auto batch = is_root ? batches.between(begin, end) : std::span<const fashion::sample>();

      const auto sum = dad::mpi::batch_sum(
          [](const auto& w, const auto& image) { return fashion::loss(w, image); }, weights, batch,
          {.verify = is_verified ? dad::mpi::verify::never : dad::mpi::verify::always});
      is_verified = true;  // the ranks agree on the loss once and for all

      // The rate falls to zero towards the end, so that the last mini-batches do not shake the weights.
      const std::size_t seen = epoch * s.images + begin;
      const double rate = s.rate * (1 - static_cast<double>(seen) / static_cast<double>(s.epochs * s.images));
      const double scale = rate / static_cast<double>(count);
      for (std::size_t i = 0; i < weights.size(); ++i) {
        step[i] = s.momentum * step[i] - scale * sum.gradient[i];
        weights[i] += step[i];
      }

      const double loss = sum.value / static_cast<double>(count);
      history.steps.push_back({seen + count, loss});
      progress.update(seen + count, "loss " + std::to_string(loss));
      is_stopped = stop.is_asked_anywhere(world);
    }

    if (is_stopped) break;
    const double epoch_seconds = progress.seconds() - epoch_begin;
    support::at_root(world, [&] {
      const auto result = fashion::test(weights, test_images);
      history.tests.push_back({(epoch + 1) * s.images, progress.seconds(), epoch_seconds, result});
      char line[120];
      std::snprintf(line, sizeof line, "epoch %zu: %.2f s; loss on the test images %.4f, accuracy %.2f %%",
                    epoch + 1, epoch_seconds, result.loss, 100 * result.accuracy);
      progress.print(line);
    });
    is_stopped = stop.is_asked_anywhere(world);
  }

  support::at_root(world, [&] {
    const std::filesystem::path folder(s.output);
    fashion::write_csv(folder, history);
    fashion::write_curves(folder / "curves.svg", history, described(s, world.size()));
    const auto shown = std::span(test_images).first(std::min<std::size_t>(60, test_images.size()));
    const std::string summary = history.tests.empty()
                                    ? "Stopped before the first test."
                                    : fashion::percent(history.tests.back().result.accuracy) + " of " +
                                          std::to_string(test_images.size()) +
                                          " test images are classified correctly; these are the first.";
    fashion::write_sheet(folder / "examples.svg", weights, shown, summary);
    progress.print("Written to " + s.output + ": curves.svg, examples.svg, training.csv, test.csv");
  });
  if (is_stopped) progress.print("Stopped before the end, as asked.");
  return is_stopped ? interrupted : 0;
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "fashion",
      "Trains a network 784-64-10 on Fashion-MNIST, the gradients summed over the ranks.",
      [&](CLI::App& app) { declare(app, s); },
      [&](const boost::mpi::communicator& world) { return run(world, s); });
}
