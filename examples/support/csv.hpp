// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Writes a table of numbers as comma-separated values.

#pragma once

#include <charconv>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace support {

/// The shortest decimal text that reads back as the same number, with a point whatever the locale.
inline std::string to_text(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

/// csv table("curve.csv", {"step", "loss"}); table.row({1, 2.30}); table.close();
class csv {
 public:
  csv(const std::filesystem::path& path, std::initializer_list<const char*> columns)
      : path_(path), file_(path) {
    write(columns, [](const char* name) { return std::string(name); });
  }

  void row(std::initializer_list<double> numbers) { write(numbers, to_text); }

  /// Throws std::runtime_error where the file could not be written.
  void close() {
    file_.close();
    if (!file_) throw std::runtime_error(path_.string() + ": cannot be written");
  }

 private:
  void write(const auto& cells, const auto& text) {
    const char* separator = "";
    for (const auto& cell : cells) {
      file_ << separator << text(cell);
      separator = ",";
    }
    file_ << '\n';
  }

  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace support
