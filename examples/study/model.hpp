// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The best model in a file: the trial's parameters and its network's weights, one a line.

#pragma once

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "space.hpp"

namespace study {

/// Writes a file so that it is there as a whole or as it was before: under another name first.
template <class Write>
void write_whole(const std::filesystem::path& path, const Write& write) {
  const std::filesystem::path unfinished = path.string() + ".unfinished";
  write(unfinished);
  std::filesystem::rename(unfinished, path);
}

struct model {
  std::size_t trial = 0;
  values parameters;
  std::vector<double> weights;
};

inline void save(const std::filesystem::path& path, const space& s, const model& m) {
  write_whole(path, [&](const std::filesystem::path& unfinished) {
    std::ofstream file(unfinished);
    file << "trial " << m.trial << '\n';
    for (std::size_t i = 0; i < s.size(); ++i)
      file << s[i].name << ' ' << text_of(s[i], m.parameters[i]) << '\n';
    file << "weights " << m.weights.size() << '\n';
    for (const double w : m.weights) file << support::to_text(w) << '\n';
    file.close();
    if (!file) throw std::runtime_error(unfinished.string() + ": cannot be written");
  });
}

/// Throws std::runtime_error naming the file and what was wrong with it.
inline model load_model(const std::filesystem::path& path, const space& s) {
  const auto fail = [&](const std::string& what) { throw std::runtime_error(path.string() + ": " + what); };
  std::ifstream file(path);
  if (!file) fail("cannot be opened");
  model m;
  std::string name, text;
  const auto expect = [&](const std::string& wanted) {
    if (!(file >> name >> text) || name != wanted) fail("expected " + wanted + ", got \"" + name + "\"");
  };
  const auto count = [&] {
    std::size_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc())
      fail(name + " is \"" + text + "\", expected a number");
    return number;
  };
  expect("trial");
  m.trial = count();
  for (const parameter& p : s) {
    expect(p.name);
    m.parameters.push_back(value_of(p, text));
  }
  expect("weights");
  const std::size_t size = count();
  while (m.weights.size() < size && file >> text) {
    double w = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), w).ec != std::errc())
      fail("weight " + std::to_string(m.weights.size()) + " is \"" + text + "\", expected a number");
    m.weights.push_back(w);
  }
  if (m.weights.size() != size)
    fail("ends after " + std::to_string(m.weights.size()) + " of " + std::to_string(size) + " weights");
  return m;
}

}  // namespace study
