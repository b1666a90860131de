// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The bytes that a tape's statistics name are the pages that it has: those written, and no others.

#include <dad/driver/reverse.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "../../bench/functions/gmm.hpp"
#include "catch.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace {

using dad::var;

/// Counts the operations of a recording, one for each that f writes down; inside a range function none.
struct operation_count final : dad::tape_observer<double> {
  std::size_t count = 0;
  void operation(const char*, dad::detail::list_view<const dad::observed_value<double>>,
                 const dad::observed_value<double>&) override {
    ++count;
  }
};

TEST_CASE("a mixture takes at most 16 bytes for each operation, with what is kept for growth") {
  for (const bench::gmm& f : {bench::gmm{2, 5, 1000}, bench::gmm{10, 25, 100}}) {
    const auto x = f.point();
    dad::tape<> t;
    (void)dad::gradient(t, f, x);
    const auto kept = static_cast<double>(t.statistics().bytes);
    operation_count operations;
    {
      dad::tape<> watched;
      watched.observe(&operations);
      const auto guard = watched.activate();
      std::vector<var<>> v(x.begin(), x.end());
      watched.input(v);
      (void)f(v);
    }
    INFO(f.dimensions << " dimensions, " << operations.count << " operations");
    CHECK(kept <= 16.0 * static_cast<double>(operations.count));
    CHECK(kept >= 8.0 * static_cast<double>(operations.count));  // they are there
  }
}

#if defined(__linux__)
constexpr std::size_t page = 4096;  // as dad counts them

/// Of the memory that begins there, the bytes whose pages are in memory.
std::size_t resident(const void* begin, std::size_t bytes) {
  std::vector<unsigned char> is_resident(bytes / page + 1);
  if (mincore(const_cast<void*>(begin), bytes, is_resident.data()) != 0) return 0;
  std::size_t found = 0;
  for (const unsigned char r : is_resident) found += r & 1u ? page : 0;
  return found;
}
/// Of a tape that had so many adjoints at most.
std::size_t resident(const dad::tape<>& t, std::size_t most_adjoints) {
  const auto& rows = t.rows();
  return resident(rows.words.begin(), rows.words.capacity() * sizeof(std::uint32_t)) +
         resident(rows.partials.begin(), rows.partials.capacity() * sizeof(double)) +
         resident(rows.factors.begin(), rows.factors.capacity() * sizeof(double)) +
         resident(t.adjoints().data(), most_adjoints * sizeof(double));
}
bool pages_are_large() {
  std::ifstream in("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string words;
  std::getline(in, words);
  return sysconf(_SC_PAGESIZE) != page || words.find("[always]") != std::string::npos;
}

/// Each step has a product of two values, both of them factors, and a partial.
var<> powers(dad::tape<>& t, std::size_t steps) {
  var<> x = 0.5;
  t.input(x);
  var<> y = x, sum = 0.0;
  for (std::size_t i = 0; i < steps; ++i) {
    y = y * x;
    sum += 0.5 * y;
  }
  return sum;
}

TEST_CASE("the bytes of the statistics are the pages that the tape has") {
  if (pages_are_large()) return;
  dad::tape<> t;
  const auto guard = t.activate();
  // All streams are large enough here to have pages of their own.
  t.backward(powers(t, 150'000));
  CHECK(t.statistics().bytes > 3'000'000);
  std::size_t most_adjoints = 0;
  const auto bytes_agree = [&] {
    most_adjoints = std::max(most_adjoints, t.adjoints().size());
    const std::size_t bytes = t.statistics().bytes, pages = resident(t, most_adjoints);
    INFO(bytes << " bytes by the statistics, " << pages << " in pages");
    CHECK(bytes >= pages);
    CHECK(bytes <= pages + page);  // the list of stretches; a page whose words were taken back
  };
  bytes_agree();
  t.clear();
  t.backward(powers(t, 400'000));  // grows, by moving
  bytes_agree();
  const std::size_t most = t.statistics().bytes;

  const auto start = t.position();
  t.backward(powers(t, 1000));
  t.rewind(start);
  t.backward(powers(t, 900));  // over what was there
  bytes_agree();
  t.clear();
  t.backward(powers(t, 400'000));
  bytes_agree();
  CHECK(t.statistics().bytes - most <= 16 * page);  // of the thousand steps more

  t.clear();  // what is kept is what there was
  CHECK(t.statistics().bytes - most <= 16 * page);
  CHECK(t.statistics().bytes >= most);
}
#endif

}  // namespace
