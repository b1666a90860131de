// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Writes a table as comma-separated values, millions of rows in seconds.

#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// The shortest decimal text that reads back as the same number, with a point whatever the locale.
inline std::string to_text(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

/// csv table("curve.csv", {"step", "loss"}); table.row(1, 2.30); table.close();
/// Cells are numbers, written so that they read back as they were, or words without commas.
class csv {
 public:
  csv(const std::filesystem::path& path, std::initializer_list<std::string_view> columns)
      : path_(path), file_(path, std::ios::binary) {
    for (const std::string_view name : columns) cell(name);
    end_row();
  }

  /// Where the columns are known at run time only.
  csv(const std::filesystem::path& path, const std::vector<std::string>& columns)
      : path_(path), file_(path, std::ios::binary) {
    row_of(columns);
  }
  void row_of(const std::vector<std::string>& cells) {
    for (const std::string& word : cells) cell(std::string_view(word));
    end_row();
  }

  template <class... Cells>
  void row(const Cells&... cells) {
    (cell(cells), ...);
    end_row();
  }

  /// Throws std::runtime_error where the file could not be written.
  void close() {
    write();
    file_.close();
    if (!file_) throw std::runtime_error(path_.string() + ": cannot be written");
  }

 private:
  void cell(std::string_view word) { (text_ += word) += ','; }
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number>
  void cell(Number number) {
    char text[32];
    const char* const end = std::to_chars(text, text + sizeof text, number).ptr;
    (text_ += std::string_view(text, static_cast<std::size_t>(end - text))) += ',';
  }

  void end_row() {
    text_.back() = '\n';
    constexpr std::size_t piece = 1 << 18;  // small enough to stay in the cache
    if (text_.size() > piece) write();
  }

  void write() {
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }

  std::filesystem::path path_;
  std::ofstream file_;
  std::string text_;  // not written yet
};

}  // namespace support
