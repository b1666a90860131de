// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Reads Fashion-MNIST: images and labels in IDX files (http://yann.lecun.com/exdb/mnist), gzipped or plain.

#pragma once

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "network.hpp"

namespace fashion {

/// A data file that is missing or broken: what() names the file and what was wrong with it.
struct data_error : std::runtime_error {
  data_error(const std::filesystem::path& file, const std::string& what)
      : std::runtime_error(file.string() + ": " + what) {}
};

/// Bytes and the extents of the array they fill, the last index running fastest.
struct idx_array {
  std::vector<std::size_t> extents;
  std::vector<std::uint8_t> bytes;
};

namespace detail {

// A gzip stream that reports what zlib knows; it also reads files that are not compressed.
class gzip_reader {
 public:
  explicit gzip_reader(std::filesystem::path path) : path_(std::move(path)) {
    if (std::filesystem::is_directory(path_)) throw data_error(path_, "is a folder, expected an IDX file");
    errno = 0;
    stream_.reset(gzopen(path_.c_str(), "rb"));
    if (!stream_) throw data_error(path_, "cannot be opened: " + std::string(std::strerror(errno)));
  }

  void read(std::uint8_t* bytes, std::size_t count, const std::string& what) {
    const std::size_t got = read_some(bytes, count);
    if (got == count) return;
    throw data_error(path_, "ends too early: has " + std::to_string(got) + " of the " +
                                std::to_string(count) + " bytes of its " + what);
  }

  // Reading past the last byte makes zlib compare the checksum as well.
  void expect_end() {
    std::uint8_t extra = 0;
    if (read_some(&extra, 1) != 0) throw data_error(path_, "goes on after the data that its head announces");
    int code = Z_OK;
    gzerror(stream_.get(), &code);
    if (code == Z_BUF_ERROR) throw data_error(path_, "ends too early: its checksum is missing");
  }

 private:
  struct closer {
    void operator()(gzFile file) const { gzclose(file); }
  };

  std::size_t read_some(std::uint8_t* bytes, std::size_t count) {
    std::size_t got = 0;
    while (got < count) {
      const auto piece = static_cast<unsigned>(std::min<std::size_t>(count - got, 1u << 24));
      const int n = gzread(stream_.get(), bytes + got, piece);
      if (n < 0) {
        int code = 0;
        const char* text = gzerror(stream_.get(), &code);
        throw data_error(path_, "is damaged: " + std::string(code == Z_ERRNO ? std::strerror(errno) : text));
      }
      if (n == 0) break;
      got += static_cast<std::size_t>(n);
    }
    return got;
  }

  std::filesystem::path path_;
  std::unique_ptr<std::remove_pointer_t<gzFile>, closer> stream_;
};

}  // namespace detail

/// Reads an IDX file of bytes with the given number of dimensions, whole. Throws data_error.
inline idx_array read_idx(const std::filesystem::path& path, std::size_t dimensions) {
  detail::gzip_reader file(path);

  // Head: two zero bytes, the element type (8: unsigned byte), the number of dimensions, their big-endian
  // extents.
  std::uint8_t magic[4];
  file.read(magic, 4, "head");
  if (magic[0] != 0 || magic[1] != 0)
    throw data_error(path, "is not an IDX file: it does not begin with two zero bytes");
  if (magic[2] != 8) {
    throw data_error(path,
                     "has elements of type " + std::to_string(magic[2]) + ", expected 8 (unsigned bytes)");
  }
  if (magic[3] != dimensions) {
    throw data_error(
        path, "has " + std::to_string(magic[3]) + " dimensions, expected " + std::to_string(dimensions));
  }

  idx_array result;
  std::size_t size = 1;
  constexpr std::size_t largest = std::size_t{1} << 30;  // a broken head must not take all memory
  for (std::size_t i = 0; i < dimensions; ++i) {
    std::uint8_t b[4];
    file.read(b, 4, "head");
    result.extents.push_back(std::size_t{b[0]} << 24 | std::size_t{b[1]} << 16 | std::size_t{b[2]} << 8 |
                             b[3]);
    size *= result.extents.back();
    if (size > largest) throw data_error(path, "announces more than 1 GiB of data, its head must be broken");
  }

  result.bytes.resize(size);
  file.read(result.bytes.data(), size, "data");
  file.expect_end();
  return result;
}

/// The first `count` images of `<name>-images-idx3-ubyte.gz` with their labels. Throws data_error.
inline std::vector<labelled_image> read_images(const std::filesystem::path& folder, const std::string& name,
                                               std::size_t count) {
  const auto image_path = folder / (name + "-images-idx3-ubyte.gz");
  const auto label_path = folder / (name + "-labels-idx1-ubyte.gz");
  for (const auto& path : {image_path, label_path}) {
    if (std::filesystem::exists(path)) continue;
    throw data_error(path, "does not exist (Debian's package dataset-fashion-mnist has it)");
  }
  const idx_array images = read_idx(image_path, 3);
  const idx_array labels = read_idx(label_path, 1);

  if (images.extents[1] != image_side || images.extents[2] != image_side) {
    throw data_error(image_path, "has images of " + std::to_string(images.extents[1]) + " x " +
                                     std::to_string(images.extents[2]) + " pixels, expected 28 x 28");
  }
  if (labels.extents[0] != images.extents[0]) {
    throw data_error(label_path, "has " + std::to_string(labels.extents[0]) + " labels for " +
                                     std::to_string(images.extents[0]) + " images");
  }
  if (images.extents[0] < count) {
    throw data_error(image_path, "has " + std::to_string(images.extents[0]) + " images, asked for " +
                                     std::to_string(count));
  }

  std::vector<labelled_image> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(images.bytes.data() + i * pixel_count, pixel_count, result[i].pixels.data());
    result[i].label = labels.bytes[i];
    if (result[i].label >= class_count) {
      throw data_error(label_path, "label " + std::to_string(i) + " is " + std::to_string(result[i].label) +
                                       ", expected less than " + std::to_string(class_count));
    }
  }
  return result;
}

}  // namespace fashion
