// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A picture and its derivative: what every pixel's ray sees, and how that changes as the camera's rays move
// to the right. A ray is one input of a batch over ranks.
//   mpirun -n 2 raytrace --output raytrace

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "../support/folder.hpp"
#include "pictures.hpp"
#include "scene.hpp"

namespace {

using namespace raytrace;

struct settings {
  std::string output = "raytrace";
  std::size_t width = 400, height = 225;
  double x = 0, limit = 2;
};

const ray along_x = {{1, 0, 0}, {0, 0, 0}};

void print_central_ray(double x) {
  const auto [seen, change] = dad::jvp(scene(), ray{{x, 0, 0}, {0, 0, -1}}, along_x);
  std::printf("central ray: t %.12g, colour (%.12g, %.12g, %.12g), derivative (%.12g, %.12g, %.12g)\n",
              seen[3], seen[0], seen[1], seen[2], change[0] + 0, change[1] + 0, change[2] + 0);
}

void run(const boost::mpi::communicator& world, const settings& s) {
  support::at_root(world, [&] { support::make_folder(s.output); });
  std::vector<ray> rays;  // at the root only
  if (world.rank() == 0) rays = camera_rays(s.width, s.height, s.x);
  const auto seen = dad::mpi::batch_jvp(scene(), rays, std::vector<ray>(rays.size(), along_x));

  support::at_root(world, [&] {
    const std::filesystem::path folder(s.output);
    std::size_t hits = 0;
    for (const auto& [colour, change] : seen) hits += colour[3] > 0;
    std::printf("%zu x %zu rays, %zu meet the sphere\n", s.width, s.height, hits);
    print_central_ray(s.x);
    const std::string picture = image(seen, s.width), change = derivative_image(seen, s.width, s.limit);
    support::save_png(folder / "image.png", picture);
    support::save_png(folder / "derivative.png", change);
    write_rays(folder / "rays.csv", seen, s.width);
    write_figure(folder / "raytrace.svg", picture, change,
                 static_cast<double>(s.width) / static_cast<double>(s.height), s.limit);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "raytrace", "Draws a sphere and its derivative, spread over the ranks.",
      [&](CLI::App& app) {
        app.option_defaults()->always_capture_default();
        app.add_option("--output", s.output, "folder for pictures, the table and the figure");
        app.add_option("--width", s.width, "in pixels")->check(CLI::Range(1, 10000));
        app.add_option("--height", s.height, "in pixels")->check(CLI::Range(1, 10000));
        app.add_option("--x", s.x, "where the rays begin, to the right of the sphere's centre")
            ->check(CLI::Range(-100.0, 100.0) & support::finite_number());
        app.add_option("--limit", s.limit, "derivative that is drawn as a full colour")
            ->check(CLI::PositiveNumber & support::finite_number());
      },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
