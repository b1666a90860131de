// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A symmetric matrix from blocks of its columns, whose rows are somewhere else.

#include <catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include <dad/driver/symmetric_block.hpp>

namespace {

using dad::detail::symmetric_block;

// Different for every pair of lines, and no other number of a block has it.
double entry(std::size_t i, std::size_t j) {
  const auto least = static_cast<double>(std::min(i, j)), largest = static_cast<double>(std::max(i, j));
  return 1.0 + least + 1e-3 * largest;
}

}  // namespace

TEST_CASE("a symmetric matrix is put together from blocks of any width", "[driver]") {
  for (const std::size_t n : {1u, 2u, 7u, 8u, 9u, 31u, 100u})
    for (const std::size_t of_a_block : {1u, 3u, 8u, 48u})
      for (const std::size_t left_out : {0u, 2u, 3u}) {
        CAPTURE(n, of_a_block, left_out);
        std::vector<std::uint32_t> lines;
        for (std::size_t i = 0; i < n; ++i)
          if (left_out == 0 || i % left_out != 1) lines.push_back(static_cast<std::uint32_t>(i));
        dad::matrix expected(n, n), at_once(n, n), by_numbers(n, n);
        for (const std::size_t i : lines)
          for (const std::size_t j : lines) expected(i, j) = entry(i, j);

        std::size_t all = 0;
        for (std::size_t first = 0; first < lines.size(); first += of_a_block) {
          const std::size_t count = std::min(of_a_block, lines.size() - first);
          const symmetric_block block({lines.data(), lines.size()}, first, count);
          // A row as a sweep leaves it: also with what is on the other side of the diagonal, which is not
          // read.
          std::vector<std::vector<double>> rows(lines.size(), std::vector<double>(count, std::nan("")));
          for (std::size_t i = first; i < lines.size(); ++i)
            for (std::size_t c = 0; c < count && first + c <= i; ++c)
              rows[i][c] = entry(lines[i], lines[first + c]);
          const auto row = [&](std::size_t i) { return rows[i].data(); };

          block.place_rows(at_once, row);
          std::vector<double> numbers(block.size() + 1, -7.0);
          block.copy(numbers.data(), row);
          CHECK(numbers.back() == -7.0);
          block.place(by_numbers, numbers.data());
          all += block.size();
        }
        CHECK(all == lines.size() * (lines.size() + 1) / 2);
        CHECK(at_once == expected);
        CHECK(by_numbers == expected);
      }
}
