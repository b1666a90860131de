// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the figures rest on: ticks, PNG pictures, SVG text, CSV tables.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../../support/chart.hpp"
#include "../../support/csv.hpp"
#include "../../support/png.hpp"
#include "../../support/svg.hpp"
#include "catch.hpp"

namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> tick_labels(double least, double most, double count) {
  std::vector<std::string> result;
  for (const double t : support::detail::ticks(least, most, count))
    result.push_back(support::detail::tick_label(t));
  return result;
}

const auto folder = std::filesystem::temp_directory_path();

}  // namespace

TEST_CASE("ticks are round and cover the axis") {
  CHECK(tick_labels(0, 2.47, 5) == std::vector<std::string>{"0", "0.5", "1", "1.5", "2", "2.5"});
  CHECK(tick_labels(0, 5, 6) == std::vector<std::string>{"0", "1", "2", "3", "4", "5"});
  CHECK(tick_labels(79.1, 84.8, 5) == std::vector<std::string>{"78", "80", "82", "84", "86"});
  CHECK(tick_labels(-0.03, 0.03, 4) == std::vector<std::string>{"-0.04", "-0.02", "0", "0.02", "0.04"});
  CHECK(tick_labels(0, 60000, 6) ==
        std::vector<std::string>{"0", "10000", "20000", "30000", "40000", "50000", "60000"});
  CHECK(tick_labels(3, 3, 2).size() >= 2);
}

TEST_CASE("base64 of the RFC 4648 examples") {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : rows) CHECK(support::detail::base64(bytes) == text);
}

TEST_CASE("a PNG has its chunks, and its pixels come back") {
  CHECK(support::detail::png_chunk("IEND", "") == std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12));

  const std::string rows("\0\x01\x02\0\xfe\xff", 6);
  const std::string deflated = support::detail::deflated(rows);
  std::string inflated(6, ' ');
  uLongf size = 6;
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(inflated.data()), &size,
                     reinterpret_cast<const Bytef*>(deflated.data()),
                     static_cast<uLong>(deflated.size())) == Z_OK);
  CHECK(inflated == rows);

  const std::uint8_t pixels[] = {1, 2, 254, 255};
  CHECK(support::grey_png(pixels, 2).starts_with(
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4"));
}

TEST_CASE("text in a drawing is escaped") {
  const auto path = folder / "dad-figures-test.svg";
  support::svg drawing(10.004, 20);
  drawing.text({1, 2}, "a < b & c");
  drawing.save(path);
  const std::string text = content(path);
  std::filesystem::remove(path);
  CHECK(text.find("width=\"10\" height=\"20\"") != std::string::npos);
  CHECK(text.find(">a &lt; b &amp; c</text>") != std::string::npos);
  CHECK(text.ends_with("</svg>\n"));
  CHECK_THROWS_WITH(drawing.save("/nowhere/at/all.svg"), "/nowhere/at/all.svg: cannot be written");
}

TEST_CASE("a chart without points, with one, and with values that are no numbers, is drawn") {
  support::svg drawing(100, 100);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const support::curve rows[] = {{.name = "none", .colour = "red", .points = {}},
                                 {.name = "one", .colour = "red", .points = {{1, 2}}},
                                 {.name = "nan", .colour = "red", .points = {{nan, 2}, {1, nan}}}};
  for (const auto& row : rows) {
    support::draw_chart(drawing, {0, 0, 100, 100}, "t", {.title = "x"}, {.title = "y"}, {row});
  }
  const auto path = folder / "dad-figures-test.svg";
  drawing.save(path);
  CHECK(content(path).find("nan,") == std::string::npos);
  std::filesystem::remove(path);
}

TEST_CASE("a table's numbers read back as they were") {
  const auto path = folder / "dad-figures-test.csv";
  support::csv table(path, {"step", "loss", "note"});
  table.row(1, 0.1, "first");
  table.row(std::size_t{2}, 1.0 / 3, "second");
  table.close();
  CHECK(content(path) == "step,loss,note\n1,0.1,first\n2,0.3333333333333333,second\n");
  std::filesystem::remove(path);
  support::csv nowhere("/nowhere/at/all.csv", {"a"});
  CHECK_THROWS_WITH(nowhere.close(), "/nowhere/at/all.csv: cannot be written");
}
