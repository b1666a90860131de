// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Small networks: the rules of their layers against one sweep of dad, activations with their derivatives, and
// XOR learned from many random starts, which are one batch over ranks, with the Hessians before and after.
//   mpirun -n 2 network --output FOLDER

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "figures.hpp"
#include "layers.hpp"
#include "tables.hpp"
#include "xor.hpp"

namespace {

using namespace network;

struct settings {
  std::size_t starts = 256;
  descent way;
  std::uint64_t seed = 1;
  std::filesystem::path output = ".";
};

double largest_difference(const std::vector<table<double>>& a, const std::vector<table<double>>& b) {
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    for (std::size_t i = 0; i < a[k].numbers.size(); ++i)
      largest = std::max(largest, std::abs(a[k].numbers[i] - b[k].numbers[i]));
  return largest;
}

void compare_layers(const std::filesystem::path& output) {
  layers_table rows(output / "layers.csv");
  for (std::size_t which = 0; which < activations.size(); ++which) {
    const auto net = some_layers();
    const auto hand = derivatives_by_hand(net, which), swept = derivatives_by_dad(net, which);
    std::printf("%-10s  by hand and by dad differ by %.0e in dL/dv, %.0e in dL/dW\n", activations[which].name,
                largest_difference(hand.v, swept.v), largest_difference(hand.w, swept.w));
    auto whole = net;
    (void)loss(whole, which);
    rows.add(activations[which].name, whole, hand, swept);
  }
  rows.close();
}

std::vector<activation_curve> differentiate_activations() {
  std::vector<activation_curve> curves;
  for (std::size_t which = 0; which < activations.size(); ++which) {
    activation_curve c;
    for (int k = -80; k <= 80; ++k) c.places.push_back(0.05 * k);
    const auto r = dad::batch_eval([&](const auto& z) { return activate(which, z); }, c.places);
    c.values.assign(r.values().begin(), r.values().end());
    c.derivatives.assign(r.gradients().begin(), r.gradients().end());
    curves.push_back(c);
  }
  return curves;
}

void run(const boost::mpi::communicator& world, const settings& s) {
  const auto starts = random_starts(s.starts, s.seed);
  const training t = train(starts, s.way, 60);
  const std::vector<xor_weights> eigenvalues[] = {spectra(starts), spectra(t.weights)};
  support::at_root(world, [&] {
    std::filesystem::create_directories(s.output);
    compare_layers(s.output);

    std::printf("exact XOR  ");
    for (const double a : {0.0, 1.0})
      for (const double b : {0.0, 1.0}) std::printf(" %g", exact_xor(std::vector{a, b}));
    const auto learned =
        std::count_if(t.losses.back().begin(), t.losses.back().end(), [](double l) { return l < 1e-3; });
    std::printf("\nXOR learned by %td of %zu starts in %zu steps\n", learned, starts.size(), s.way.steps);
    for (const int trained : {0, 1}) {
      double smallest = 0, largest = 0;
      for (const auto& e : eigenvalues[trained])
        smallest = std::min(smallest, e[0]), largest = std::max(largest, e[8]);
      std::printf("%s training eigenvalues from %.4f to %.4f\n", trained == 1 ? "after " : "before", smallest,
                  largest);
    }

    const auto curves = differentiate_activations();
    write_activations(s.output / "activations.csv", curves);
    draw_activations(s.output / "activations.svg", curves);
    write_xor(s.output / "xor.csv", starts, t, eigenvalues);
    draw_xor(s.output / "xor.svg", t, eigenvalues);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  const auto options = [&](CLI::App& app) {
    app.option_defaults()->always_capture_default();
    app.add_option("--starts", s.starts, "of the training of XOR")->check(CLI::Range(1, 1000000));
    app.add_option("--steps", s.way.steps, "of gradient descent")->check(CLI::Range(1, 10000000));
    app.add_option("--rate", s.way.rate, "of a step")->check(CLI::PositiveNumber);
    app.add_option("--momentum", s.way.momentum, "what a step keeps of the one before")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--seed", s.seed, "of the starts");
    app.add_option("--output", s.output, "folder of tables and figures");
  };
  return support::run_program(argc, argv, "network",
                              "Learns XOR from many starts, and checks the rules of layers.", options,
                              [&](const auto& world) { return run(world, s), 0; });
}
