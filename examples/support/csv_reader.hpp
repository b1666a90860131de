// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Reads a table of comma-separated values, millions of rows in seconds. Errors name file, line and column.

#pragma once

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// csv_reader table("points.csv", {"x", "y"}); while (table.next_row()) use(table.number(), table.number());
/// The first line holds the names of the columns; a row's cells are asked for from left to right, all of
/// them. Cells may be padded with blanks, lines may end as on Windows, empty lines at the end are left out.
/// Throws std::runtime_error.
class csv_reader {
 public:
  csv_reader(std::filesystem::path path, std::vector<std::string_view> columns)
      : path_(std::move(path)), columns_(std::move(columns)), text_(content()) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // a byte order mark, as spreadsheets write it
    const std::string expected = joined(columns_);
    if (!next_line()) line_number_ = 1;
    if (blanks_removed(line_) != expected) {
      fail("the first line is " + quoted(line_) + ", expected the names of the columns: " + expected);
    }
  }

  csv_reader(const csv_reader&) = delete;  // line_ looks into text_
  csv_reader& operator=(const csv_reader&) = delete;

  /// The number of bytes in the file.
  [[nodiscard]] std::size_t size() const { return text_.size(); }

  /// Goes to the next row; false after the last one.
  bool next_row() {
    if (!next_line()) return false;
    column_ = 0;
    return true;
  }

  /// The next cell of the row.
  double number() {
    const std::string_view cell = word();
    double result = 0;
    const char* const end = cell.data() + cell.size();
    const auto [stop, code] = std::from_chars(cell.data(), end, result);
    if (code == std::errc::result_out_of_range) refuse(cell, "a number in the range of double");
    if (code != std::errc() || stop != end) refuse(cell, "a number");
    return result;
  }
  std::string_view word() {
    if (is_at_end_) {
      fail("the row has " + counted(column_) + ", expected " + std::to_string(columns_.size()) + ": " +
           joined(columns_));
    }
    const std::size_t comma = line_.find(',');
    const std::string_view cell = trimmed(line_.substr(0, comma));
    ++column_;
    is_at_end_ = comma == std::string_view::npos;
    line_.remove_prefix(is_at_end_ ? line_.size() : comma + 1);
    if (column_ == columns_.size() && !is_at_end_) {
      fail("the row has more than " + counted(column_) + ": " + joined(columns_));
    }
    return cell;
  }

  /// Throws: the cell that was read last should have been something else.
  [[noreturn]] void refuse(std::string_view cell, const std::string& expected) const {
    fail(std::string(columns_[column_ - 1]) + " is " + quoted(cell) + ", expected " + expected);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_.string() + ", line " + std::to_string(line_number_) + ": " + what);
  }

  [[nodiscard]] std::string content() const {
    if (std::filesystem::is_directory(path_)) throw std::runtime_error(path_.string() + ": is a folder");
    errno = 0;
    std::ifstream file(path_, std::ios::binary);
    if (!file) throw std::runtime_error(path_.string() + ": cannot be opened: " + std::strerror(errno));
    std::string text;
    std::size_t size = 0;
    do {  // not by the file's size: a pipe has none
      size = text.size();
      text.resize(size + (1 << 20));
      file.read(text.data() + size, 1 << 20);
      size += static_cast<std::size_t>(file.gcount());
      text.resize(size);
    } while (file);
    if (file.bad()) throw std::runtime_error(path_.string() + ": cannot be read");
    return text;
  }

  bool next_line() {
    if (std::string_view(text_).find_first_not_of("\r\n", at_) == std::string_view::npos) return false;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    line_ = std::string_view(text_).substr(at_, end - at_);
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    at_ = std::min(end + 1, text_.size());
    ++line_number_;
    is_at_end_ = false;
    return true;
  }

  static std::string_view trimmed(std::string_view cell) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!cell.empty() && is_blank(cell.front())) cell.remove_prefix(1);
    while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
    return cell;
  }
  static std::string blanks_removed(std::string_view line) {
    std::string result(line);
    std::erase(result, ' ');
    return result;
  }
  static std::string joined(const std::vector<std::string_view>& names) {
    std::string result;
    for (const std::string_view name : names) (result += result.empty() ? "" : ",") += name;
    return result;
  }
  static std::string counted(std::size_t cells) {
    return std::to_string(cells) + (cells == 1 ? " cell" : " cells");
  }
  static std::string quoted(std::string_view words) {
    constexpr std::size_t most = 60;
    return '"' + std::string(words.substr(0, most)) + (words.size() > most ? "...\"" : "\"");
  }

  std::filesystem::path path_;
  std::vector<std::string_view> columns_;
  std::string text_;
  std::size_t at_ = 0;           // where the next line begins
  std::string_view line_;        // what is left of this one
  std::size_t line_number_ = 0;  // from 1 on
  std::size_t column_ = 0;       // cells read so far
  bool is_at_end_ = false;
};

}  // namespace support
