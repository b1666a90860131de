// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One message of more than 2^31 bytes, for real; smaller limits on counts are injected in the other tests.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mpi/ranks.hpp"

// ranks: 2

TEST_CASE("an input of more than 2^31 bytes arrives whole") {
  static constexpr std::size_t size = (std::size_t{1} << 31) + 12345;
  // Both inputs are views of one block at the root; the other rank gets the second.
  std::vector<unsigned char> block;
  std::vector<std::span<const unsigned char>> inputs;
  if (ranks::rank() == 0) {
    block.resize(size);
    for (std::size_t i = 0; i < size; i += 4096) block[i] = static_cast<unsigned char>(i / 4096 * 31);
    block[size - 1] = 77;
    inputs = {block, block};
  }
  const auto f = [](const auto& w, const auto& bytes) {
    std::uint64_t sum = bytes.size();
    for (std::size_t i = 0; i < bytes.size(); i += 4096) sum += bytes[i];
    return w * static_cast<double>(sum + bytes[bytes.size() - 1]);
  };
  const auto r = dad::mpi::batch_sum(
      f, 2.0, inputs, {.schedule = dad::mpi::schedule::even, .chunk = 1, .verify = dad::mpi::verify::never});
  std::uint64_t expected = size + 77;
  for (std::size_t k = 0; k * 4096 < size; ++k) expected += static_cast<unsigned char>(k * 31);
  CHECK(r.value == 4.0 * static_cast<double>(expected));
  CHECK(r.gradient == 2.0 * static_cast<double>(expected));
  if (ranks::rank() == 0) CHECK(r.statistics().bytes_moved() > (std::uint64_t{1} << 31));
}
