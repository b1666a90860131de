// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A batch of this process in parts, so that its progress can be told.

#pragma once

#include <cstddef>

#include <dad/batch/options.hpp>
#include <dad/batch/partition.hpp>
#include <dad/batch/statistics.hpp>

namespace dad::detail {

/// work(part) for consecutive parts of `count` inputs, which begin at multiples of grain and take about 50 ms
/// each; progress is told before the first and after each. All at once where nobody wants to know.
template <class Work>
void for_each_part(std::size_t count, std::size_t grain, const progress& tell, Work&& work) {
  if (!tell || count == 0) return work(index_range{0, count});
  static constexpr double wanted = 0.05;
  tell(0, count);
  std::size_t size = grain;
  for (std::size_t begin = 0; begin < count;) {
    const std::size_t end = count - begin > size ? begin + size : count;
    const double start = seconds_now();
    work(index_range{begin, end});
    tell(end, count);
    const double seconds = seconds_now() - start;
    if (seconds < wanted / 2)
      size *= seconds < wanted / 8 ? 4 : 2;
    else if (seconds > 2 * wanted && size > grain)
      size = size / 2 / grain * grain;
    begin = end;
  }
}

}  // namespace dad::detail
