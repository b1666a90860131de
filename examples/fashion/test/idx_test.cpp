// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reader of Fashion-MNIST on small files made here, whole and broken in every way it reports.

#include "../idx.hpp"

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"

namespace {

// A folder that is gone after the test.
struct temporary_folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("dad-idx-test-" + std::to_string(::getpid()));
  temporary_folder() { std::filesystem::create_directories(path); }
  ~temporary_folder() { std::filesystem::remove_all(path); }
};

std::string idx(std::initializer_list<unsigned> extents, const std::string& bytes) {
  std::string result{'\0', '\0', '\x08', static_cast<char>(extents.size())};
  for (const unsigned extent : extents) {
    for (const int shift : {24, 16, 8, 0}) result += static_cast<char>(extent >> shift & 0xff);
  }
  return result + bytes;
}

void write_plain(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void write_gzipped(const std::filesystem::path& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Three images: every pixel of image i is 10 i, except that pixel (1, 2) is 255.
std::string three_images() {
  std::string pixels;
  for (int i = 0; i < 3; ++i) {
    std::string image(fashion::pixel_count, static_cast<char>(10 * i));
    image[1 * fashion::image_side + 2] = '\xff';
    pixels += image;
  }
  return idx({3, 28, 28}, pixels);
}

const std::string image_name = "train-images-idx3-ubyte.gz", label_name = "train-labels-idx1-ubyte.gz";

}  // namespace

TEST_CASE("images and labels come out as they were written, gzipped or plain") {
  const temporary_folder folder;
  const auto write = GENERATE(&write_gzipped, &write_plain);
  write(folder.path / image_name, three_images());
  write(folder.path / label_name, idx({3}, {'\x09', '\x00', '\x04'}));

  const auto images = fashion::read_images(folder.path, "train", 3);
  REQUIRE(images.size() == 3);
  CHECK(images[0].label == 9);
  CHECK(images[1].label == 0);
  CHECK(images[2].label == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(images[i].pixels[0] == 10 * i);
    CHECK(images[i].pixels[1 * fashion::image_side + 2] == 255);
    CHECK(images[i].pixels[fashion::pixel_count - 1] == 10 * i);
  }
  CHECK(fashion::read_images(folder.path, "train", 2).size() == 2);
}

TEST_CASE("an array has the extents of its head") {
  const temporary_folder folder;
  write_gzipped(folder.path / "array.gz", idx({2, 1, 3}, "abcdef"));
  const auto array = fashion::read_idx(folder.path / "array.gz", 3);
  CHECK(array.extents == std::vector<std::size_t>{2, 1, 3});
  CHECK(std::string(array.bytes.begin(), array.bytes.end()) == "abcdef");
}

TEST_CASE("a broken file is named with what is wrong") {
  const temporary_folder folder;
  const auto path = folder.path / "broken.gz";
  const std::string good = idx({2, 3}, "abcdef");
  struct {
    std::string bytes, message;
  } const rows[] = {
      {"", "ends too early: has 0 of the 4 bytes of its head"},
      {good.substr(0, 9), "ends too early: has 1 of the 4 bytes of its head"},
      {good.substr(0, 15), "ends too early: has 3 of the 6 bytes of its data"},
      {good + "g", "goes on after the data that its head announces"},
      {"<html>not here</html>", "is not an IDX file: it does not begin with two zero bytes"},
      {idx({6}, "abcdef"), "has 1 dimensions, expected 2"},
      {std::string("\0\0\x0d\2", 4) + good.substr(4), "has elements of type 13, expected 8 (unsigned bytes)"},
      {idx({0x10000, 0x10000}, ""), "announces more than 1 GiB of data, its head must be broken"},
  };
  for (const auto& [bytes, message] : rows) {
    for (const auto write : {&write_gzipped, &write_plain}) {
      write(path, bytes);
      CHECK_THROWS_WITH(fashion::read_idx(path, 2), path.string() + ": " + message);
    }
  }
}

TEST_CASE("a gzip stream that was cut or changed is damaged") {
  const temporary_folder folder;
  const auto path = folder.path / "broken.gz";
  std::string noise(2000, ' ');
  unsigned state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  write_gzipped(path, idx({20, 100}, noise));
  const std::string whole = content(path);

  write_plain(path, whole.substr(0, whole.size() / 2));
  CHECK_THROWS_WITH(fashion::read_idx(path, 2), contains(path.string() + ": ends too early: has "));
  write_plain(path, whole.substr(0, whole.size() - 6));  // all data is there, the checksum is not
  CHECK_THROWS_WITH(fashion::read_idx(path, 2), path.string() + ": ends too early: its checksum is missing");

  std::string flipped = whole;
  flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
  write_plain(path, flipped);
  CHECK_THROWS_WITH(fashion::read_idx(path, 2), contains(path.string() + ": is damaged"));
}

TEST_CASE("files that are not there, or do not fit together") {
  const temporary_folder folder;
  const auto read = [&](std::size_t count) { return fashion::read_images(folder.path, "train", count); };
  CHECK_THROWS_WITH(
      read(1), contains(image_name + ": does not exist (Debian's package dataset-fashion-mnist has it)"));
  CHECK_THROWS_WITH(fashion::read_idx(folder.path / "a.gz", 1),
                    contains("a.gz: cannot be opened: No such file"));
  std::filesystem::create_directory(folder.path / image_name);
  CHECK_THROWS_WITH(fashion::read_idx(folder.path / image_name, 3), contains(image_name + ": is a folder"));
  std::filesystem::remove(folder.path / image_name);

  write_gzipped(folder.path / image_name, three_images());
  CHECK_THROWS_WITH(read(1), contains(label_name + ": does not exist"));
  write_gzipped(folder.path / label_name, idx({2}, "\1\2"));
  CHECK_THROWS_WITH(read(1), contains(label_name + ": has 2 labels for 3 images"));
  write_gzipped(folder.path / label_name, idx({3}, "\1\2\x0a"));
  CHECK_THROWS_WITH(read(3), contains(label_name + ": label 2 is 10, expected less than 10"));
  CHECK_THROWS_WITH(read(4), contains(image_name + ": has 3 images, asked for 4"));
  write_gzipped(folder.path / image_name, idx({1, 2, 2}, "abcd"));
  CHECK_THROWS_WITH(read(1), contains(image_name + ": has images of 2 x 2 pixels, expected 28 x 28"));
}
