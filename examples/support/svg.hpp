// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A drawing in SVG: lines, rectangles, circles, text and embedded pictures, in pixels from the upper left
// corner.

#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "csv.hpp"

namespace support {

using point = std::pair<double, double>;

/// How text is set: `anchor` is start, middle or end; `turn` is in degrees, clockwise.
struct text_style {
  double size = 12;
  std::string_view colour = "#444444";
  std::string_view anchor = "start";
  bool bold = false;
  double turn = 0;
};

class svg {
 public:
  svg(double width, double height) {
    body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " +
            number(height) + "\" width=\"" + number(width) + "\" height=\"" + number(height) +
            "\" font-family=\"'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif\">\n";
    rectangle(0, 0, width, height, "#ffffff");
  }

  void rectangle(double x, double y, double width, double height, std::string_view fill, double radius = 0) {
    body_ += "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) +
             "\" height=\"" + number(height) + "\"";
    if (radius > 0) body_ += " rx=\"" + number(radius) + "\"";
    body_ += " fill=\"" + std::string(fill) + "\"/>\n";
  }

  void circle(point centre, double radius, std::string_view fill) {
    body_ += "<circle cx=\"" + number(centre.first) + "\" cy=\"" + number(centre.second) + "\" r=\"" +
             number(radius) + "\" fill=\"" + std::string(fill) + "\"/>\n";
  }

  void line(std::span<const point> points, std::string_view colour, double width = 1, double opacity = 1) {
    body_ += "<polyline fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\" stroke=\"" +
             std::string(colour) + "\" stroke-width=\"" + number(width) + "\"";
    if (opacity < 1) body_ += " stroke-opacity=\"" + number(opacity) + "\"";
    body_ += " points=\"";
    for (const auto& [x, y] : points) body_ += number(x) + "," + number(y) + " ";
    body_ += "\"/>\n";
  }

  void text(point at, std::string_view words, const text_style& style = {}) {
    const std::string x = number(at.first), y = number(at.second);
    body_ += "<text x=\"" + x + "\" y=\"" + y + "\" font-size=\"" + number(style.size) + "\" fill=\"" +
             std::string(style.colour) + "\" text-anchor=\"" + std::string(style.anchor) + "\"";
    if (style.bold) body_ += " font-weight=\"bold\"";
    if (style.turn != 0) body_ += " transform=\"rotate(" + number(style.turn) + " " + x + " " + y + ")\"";
    body_ += '>';
    body_ += escaped(words) + "</text>\n";
  }

  /// `uri` is a data URI (see png.hpp), so that the drawing stays one file; its pixels are shown as they are.
  void picture(double x, double y, double width, double height, std::string_view uri) {
    body_ += "<image x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) +
             "\" height=\"" + number(height) + "\" style=\"image-rendering:pixelated\" href=\"" +
             std::string(uri) + "\"/>\n";
  }

  /// Throws std::runtime_error where the file could not be written.
  void save(const std::filesystem::path& path) const {
    std::ofstream file(path);
    file << body_ << "</svg>\n";
    file.close();
    if (!file) throw std::runtime_error(path.string() + ": cannot be written");
  }

 private:
  // A hundredth of a pixel is enough, and keeps long curves small.
  static std::string number(double x) { return to_text(std::round(x * 100) / 100); }

  static std::string escaped(std::string_view words) {
    std::string result;
    for (const char c : words) {
      if (c == '&')
        result += "&amp;";
      else if (c == '<')
        result += "&lt;";
      else if (c == '>')
        result += "&gt;";
      else
        result += c;
    }
    return result;
  }

  std::string body_;
};

}  // namespace support
