// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where things stand in a file of NIST's, line by line.

#include "data_file.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace nist_fit {
namespace {

std::string lower(std::string_view words) {
  std::string result(words);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view blanks = " \t\r";
  for (std::size_t at = line.find_first_not_of(blanks); at != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

/// Lines from 1 on.
struct range {
  std::size_t first, last;
};

class reader {
 public:
  reader(const std::string& path, std::string_view text) : path_(path) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      lines_.push_back(text.substr(0, end));
      if (lines_.back().ends_with('\r')) lines_.back().remove_suffix(1);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  problem read() {
    problem p;
    p.name = name();
    const range starts = lines("starting values"), certified = lines("certified values"),
                data = lines("data");
    p.text = formula();
    read_parameters(p, starts);
    p.sum_of_squares = labelled(certified, "residual sum of squares");
    p.residual_deviation = labelled(certified, "residual standard deviation");
    const std::size_t count_line = line_labelled(certified, "number of observations");
    const double count = labelled(certified, "number of observations");
    read_data(p, data);
    const auto rows = static_cast<double>(p.observations()), columns = static_cast<double>(p.parameters());
    if (count != rows)
      fail(count_line, "the number of observations is " + text_of(count) + ", but there are " +
                           text_of(rows) + " lines of data");
    // The degrees of freedom are not looked at: Rat43.dat is published with 9 in place of 11.
    if (rows <= columns)
      fail(count_line, text_of(rows) + " observations do not determine " + text_of(columns) + " parameters");
    return p;
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& what) const {
    throw std::runtime_error(path_ + ", line " + std::to_string(line) + ": " + what);
  }
  [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(path_ + ": " + what); }

  static std::string text_of(double count) { return std::to_string(static_cast<long long>(count)); }

  [[nodiscard]] std::string_view line(std::size_t number) const { return lines_[number - 1]; }

  double number(std::size_t at, std::string_view word) const {
    const std::string_view digits = word.starts_with('+') ? word.substr(1) : word;
    double result = 0;
    const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
    if (code != std::errc() || stop != digits.data() + digits.size() || !std::isfinite(result))
      fail(at, '"' + std::string(word) + "\", expected a number");
    return result;
  }

  std::string name() const {
    for (std::size_t i = 1; i <= lines_.size(); ++i) {
      if (!lower(line(i)).starts_with("dataset name:")) continue;
      const auto words = words_of(line(i).substr(std::strlen("dataset name:")));
      if (words.empty()) fail(i, "expected a name after \"Dataset Name:\"");
      return std::string(words[0]);
    }
    fail("is no file of NIST's: no line begins with \"Dataset Name:\"");
  }

  /// Of "Data              (lines 61 to 74)".
  range lines(std::string_view what) const {
    for (std::size_t i = 1; i <= lines_.size(); ++i) {
      std::string text = lower(line(i));
      const std::size_t open = text.find("(lines");
      if (open == text.npos) continue;
      const std::string title = text.substr(0, open);
      if (title.find(what) == title.npos) continue;
      for (char& c : text)
        if (c == '(' || c == ')') c = ' ';
      const auto words = words_of(std::string_view(text).substr(open));
      if (words.size() < 4 || words[2] != "to") fail(i, "expected \"(lines FIRST to LAST)\"");
      const double first = number(i, words[1]), last = number(i, words[3]);
      const auto count = static_cast<double>(lines_.size());
      if (!(first >= 1 && first <= last && last <= count) || first != std::floor(first) ||
          last != std::floor(last))
        fail(i, "lines " + std::string(words[1]) + " to " + std::string(words[3]) + " of a file with " +
                    text_of(count) + " lines");
      return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
    }
    fail("no line says \"" + std::string(what) + " (lines FIRST to LAST)\"");
  }

  /// "y = ..." to "... + e", also over several lines; empty where there is none.
  std::string formula() const {
    for (std::size_t i = 1; i <= lines_.size(); ++i) {
      if (const auto words = words_of(line(i));
          words.empty() || (words[0] != "y" && lower(line(i)).find("log") == std::string::npos))
        continue;
      std::string text;
      for (std::size_t j = i; j <= std::min(i + 5, lines_.size()); ++j) {
        for (const char c : lower(line(j)))
          if (!std::isspace(static_cast<unsigned char>(c))) text += c == '[' ? '(' : c == ']' ? ')' : c;
        if (!text.ends_with("+e")) continue;
        text.resize(text.size() - 2);
        for (std::size_t at = 0; (at = text.find('^')) != text.npos;) text.replace(at, 1, "**");
        if (text.starts_with("y=") || text.starts_with("log(y)=")) return text;
        break;
      }
    }
    return {};
  }

  /// Of "b1 =   500         250           2.3894212918E+02  2.7070075241E+00": starts, certified value,
  /// deviation.
  void read_parameters(problem& p, range where) const {
    for (std::size_t i = where.first; i <= where.last; ++i) {
      std::string row, expected = "b";
      expected.append(std::to_string(i - where.first + 1)).append(" = ");
      for (const char c : line(i)) c == '=' ? row.append(" = ") : row.append(1, c);
      const auto words = words_of(row);
      if (words.size() < 2 || words[1] != "=" || std::string(words[0]).append(" = ") != expected)
        fail(i, "expected starting values: \"" + expected + "...\"");
      if (words.size() < 5)
        fail(i, "expected a start or several, the certified value and its standard deviation after \"" +
                    expected + '"');
      const std::size_t starts = words.size() - 4;
      if (i == where.first) p.starts.resize(starts);
      if (starts != p.starts.size())
        fail(i, std::to_string(starts + 2) + " numbers, but " + std::to_string(p.starts.size() + 2) +
                    " in the first row of parameters");
      for (std::size_t s = 0; s < starts; ++s) p.starts[s].push_back(number(i, words[2 + s]));
      p.certified.push_back(number(i, words[words.size() - 2]));
      p.deviations.push_back(number(i, words.back()));
    }
  }

  std::size_t line_labelled(range where, std::string_view label) const {
    for (std::size_t i = where.first; i <= where.last; ++i)
      if (lower(line(i)).find(label) != std::string::npos) return i;
    fail(where.last, "no \"" + std::string(label) + "\" in the lines of certified values, " +
                         std::to_string(where.first) + " to " + std::to_string(where.last));
  }
  double labelled(range where, std::string_view label) const {
    const std::size_t i = line_labelled(where, label);
    const std::size_t colon = std::min(line(i).find(':'), line(i).size() - 1);
    const auto words = words_of(line(i).substr(colon + 1));
    if (words.size() != 1) fail(i, "expected one number after \"" + std::string(label) + ":\"");
    return number(i, words[0]);
  }

  void read_data(problem& p, range where) const {
    for (std::size_t i = where.first; i <= where.last; ++i) {
      const auto words = words_of(line(i));
      if (i == where.first) {
        if (words.size() < 2) fail(i, "expected a response and its predictors");
        p.predictors = words.size() - 1;
      }
      if (words.size() != p.predictors + 1)
        fail(i, std::to_string(words.size()) + " numbers, expected " + std::to_string(p.predictors + 1) +
                    " as in the first line of data");
      p.responses.push_back(number(i, words[0]));
      for (std::size_t k = 1; k < words.size(); ++k) p.x.push_back(number(i, words[k]));
    }
    for (std::size_t i = where.last + 1; i <= lines_.size(); ++i)
      if (!words_of(line(i)).empty())
        fail(i, "expected nothing behind the data, which end in line " + std::to_string(where.last));
  }

  std::string path_;
  std::vector<std::string_view> lines_;
};

}  // namespace

std::string content_of(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw std::runtime_error(path + ": is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be opened: " + std::strerror(errno));
  return {std::istreambuf_iterator<char>(file), {}};
}

problem read_problem(const std::string& path, std::string_view text) { return reader(path, text).read(); }

}  // namespace nist_fit
