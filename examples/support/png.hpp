// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Pictures as PNG: in files, and in data URIs to be embedded in an SVG or HTML file. Needs zlib.

#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {
namespace detail {

inline std::string big_endian(std::size_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

inline const Bytef* as_bytes(const std::string& text) { return reinterpret_cast<const Bytef*>(text.data()); }

// Length, name, data, and the checksum of name and data.
inline std::string png_chunk(const std::string& name, const std::string& data) {
  const std::string named = name + data;
  return big_endian(data.size()) + named +
         big_endian(crc32(0, as_bytes(named), static_cast<uInt>(named.size())));
}

inline std::string deflated(const std::string& bytes) {
  std::string result(compressBound(static_cast<uLong>(bytes.size())), '\0');
  uLongf size = static_cast<uLongf>(result.size());
  if (compress2(reinterpret_cast<Bytef*>(result.data()), &size, as_bytes(bytes),
                static_cast<uLong>(bytes.size()), 9) != Z_OK) {
    throw std::runtime_error("zlib could not compress a picture");
  }
  result.resize(size);
  return result;
}

inline std::string base64(const std::string& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      result += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63];
    }
  }
  return result;
}

// PNG (ISO/IEC 15948) with rows of filter bytes and pixels; kind is 0 for grey, 2 for colours.
inline std::string png_of(const std::string& rows, std::size_t width, std::size_t height, char kind) {
  const std::string depth_and_kind{8, kind, 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", big_endian(width) + big_endian(height) + depth_and_kind) +
         png_chunk("IDAT", deflated(rows)) + png_chunk("IEND", "");
}

}  // namespace detail

/// The bytes of a PNG file as a URI that <image> and <img> take.
inline std::string png_uri(const std::string& png) { return "data:image/png;base64," + detail::base64(png); }

/// A URI of `pixels` row by row, 0 black to 255 white; their number is a multiple of `width`.
inline std::string grey_png(std::span<const std::uint8_t> pixels, std::size_t width) {
  std::string rows;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (i % width == 0) rows += '\0';  // every row says how it is filtered: not at all
    rows += static_cast<char>(pixels[i]);
  }
  return png_uri(detail::png_of(rows, width, pixels.size() / width, 0));
}

/// The bytes of a PNG file: `pixels` are red, green and blue from 0 to 255, row by row; their number is a
/// multiple of 3 `width`.
inline std::string colour_png(std::span<const std::uint8_t> pixels, std::size_t width) {
  std::string rows;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const bool is_first = i % (3 * width) < 3;
    if (i % (3 * width) == 0) rows += '\1';  // rows hold differences to the pixel on the left: they shrink
    rows += static_cast<char>(pixels[i] - (is_first ? 0 : pixels[i - 3]));
  }
  return detail::png_of(rows, width, pixels.size() / (3 * width), 2);
}

/// Throws std::runtime_error where the file could not be written.
inline void save_png(const std::filesystem::path& path, const std::string& png) {
  std::ofstream file(path, std::ios::binary);
  file << png;
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
}

}  // namespace support
