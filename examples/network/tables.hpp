// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the program found, as comma-separated values.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "../support/csv.hpp"
#include "activations.hpp"
#include "layers.hpp"
#include "xor.hpp"

namespace network {

/// Values and dad's derivatives of one activation at places from -4 to 4.
struct activation_curve {
  std::vector<double> places, values, derivatives;
};

inline void write_activations(const std::filesystem::path& path,
                              const std::vector<activation_curve>& curves) {
  support::csv table(path, {"activation", "z", "value", "derivative"});
  for (std::size_t which = 0; which < curves.size(); ++which)
    for (std::size_t i = 0; i < curves[which].places.size(); ++i)
      table.row(activations[which].name, curves[which].places[i], curves[which].values[i],
                curves[which].derivatives[i]);
  table.close();
}

/// Every entry of v_0 to v_n and of the weights W_1 (layer 0) to W_n, with its derivatives.
class layers_table {
 public:
  explicit layers_table(const std::filesystem::path& path)
      : table_(path, {"activation", "kind", "layer", "row", "column", "value", "by_hand", "by_dad"}) {}

  void add(const char* activation, const layers<double>& net, const layers<double>& hand,
           const layers<double>& swept) {
    add(activation, "v", net.v, hand.v, swept.v);
    add(activation, "w", net.w, hand.w, swept.w);
  }
  void close() { table_.close(); }

 private:
  using tables = std::vector<table<double>>;
  void add(const char* activation, const char* kind, const tables& x, const tables& hand,
           const tables& swept) {
    for (std::size_t k = 0; k < x.size(); ++k)
      for (std::size_t i = 0; i < x[k].rows; ++i)
        for (std::size_t j = 0; j < x[k].columns; ++j)
          table_.row(activation, kind, k, i, j, x[k](i, j), hand[k](i, j), swept[k](i, j));
  }

  support::csv table_;
};

/// A row for each start before training and one after it.
inline void write_xor(const std::filesystem::path& path, const std::vector<xor_weights>& starts,
                      const training& t, const std::vector<xor_weights> (&eigenvalues)[2]) {
  support::csv table(path, {"start", "trained", "loss", "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7",
                            "w8",    "e0",      "e1",   "e2", "e3", "e4", "e5", "e6", "e7", "e8"});
  for (std::size_t i = 0; i < starts.size(); ++i)
    for (const int trained : {0, 1}) {
      const double loss = (trained == 1 ? t.losses.back() : t.losses.front())[i];
      std::apply([&](const auto&... cells) { table.row(i, trained, loss, cells...); },
                 std::tuple_cat(trained == 1 ? t.weights[i] : starts[i], eigenvalues[trained][i]));
    }
  table.close();
}

}  // namespace network
