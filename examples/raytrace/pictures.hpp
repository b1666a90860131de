// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What rays saw, as pictures: the colours, and their derivatives with grey for zero.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/csv.hpp"
#include "../support/png.hpp"
#include "../support/svg.hpp"

namespace raytrace {

/// 0 to 255 for 0 to 1, and the nearer of them for what is beyond.
inline std::uint8_t shade(double x) {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(x, 0.0, 1.0)));
}

/// The colours as they are, as the bytes of a PNG file.
inline std::string image(const auto& results, std::size_t width) {
  std::vector<std::uint8_t> pixels;
  for (const auto& [seen, change] : results)
    for (std::size_t k = 0; k < 3; ++k) pixels.push_back(shade(seen[k]));
  return support::colour_png(pixels, width);
}

/// The derivatives of red, green and blue: grey for 0, a full channel for `limit`, none of it for -limit.
inline std::string derivative_image(const auto& results, std::size_t width, double limit) {
  std::vector<std::uint8_t> pixels;
  for (const auto& [seen, change] : results)
    for (std::size_t k = 0; k < 3; ++k) pixels.push_back(shade((change[k] / limit + 1) / 2));
  return support::colour_png(pixels, width);
}

inline void write_rays(const std::filesystem::path& file, const auto& results, std::size_t width) {
  support::csv table(file, {"column", "row", "red", "green", "blue", "distance", "d_red", "d_green", "d_blue",
                            "d_distance"});
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::array<double, 4> seen = results[i].value, change = results[i].tangent;
    table.row(i % width, i / width, seen[0], seen[1], seen[2], seen[3], change[0], change[1], change[2],
              change[3]);
  }
  table.close();
}

/// Both pictures side by side, and what the colours of the second mean.
inline void write_figure(const std::filesystem::path& file, const std::string& image,
                         const std::string& derivative, double aspect, double limit) {
  constexpr double width = 400;
  const double height = width / aspect, foot = height + 62;
  support::svg drawing(2 * width + 60, height + 92);
  const support::text_style title{.size = 15, .colour = "#333333", .bold = true};
  drawing.text({20, 28}, "Sphere, a ray for each pixel", title);
  drawing.text({width + 40, 28}, "Derivative by the origin's x", title);
  drawing.picture(20, 42, width, height, support::png_uri(image));
  drawing.picture(width + 40, 42, width, height, support::png_uri(derivative));
  drawing.text({20, foot}, "red, green, blue: the normal's x, y, z");
  double left = width + 40;
  constexpr std::array<const char*, 3> channels = {"#ff8080", "#80ff80", "#8080ff"},
                                       opposites = {"#008080", "#800080", "#808000"};
  constexpr std::array<const char*, 3> names = {"red", "green", "blue"};
  for (std::size_t k = 0; k < 3; ++k) {
    drawing.rectangle(left, foot - 11, 14, 14, channels[k]);
    drawing.rectangle(left + 14, foot - 11, 14, 14, opposites[k]);
    drawing.text({left + 34, foot}, std::string(names[k]) + " +/-" + support::to_text(limit));
    left += 110;
  }
  drawing.rectangle(left, foot - 11, 14, 14, "#808080");
  drawing.text({left + 20, foot}, "none");
  drawing.save(file);
}

}  // namespace raytrace
