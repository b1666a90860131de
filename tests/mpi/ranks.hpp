// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the tests over ranks share: who we are, and whether a result over ranks is, bit for bit, the local
// one.

#pragma once

#include <dad/dad.hpp>

#include <cstring>
#include <exception>
#include <span>
#include <string>

#include "catch.hpp"

namespace ranks {

inline int rank() {
  int r = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &r);
  return r;
}
inline int size() {
  int s = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &s);
  return s;
}

template <class T>
bool same_bits(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

/// Whether every value, every gradient and every error is the same.
template <class Result>
bool same_results(const Result& a, const Result& b) {
  if (a.errors().size() != b.errors().size()) return false;
  for (std::size_t i = 0; i < a.errors().size(); ++i)
    if (a.errors()[i].index() != b.errors()[i].index() || a.errors()[i].text() != b.errors()[i].text())
      return false;
  return a.size() == b.size() && same_bits(a.values(), b.values()) &&
         same_bits(a.value_offsets(), b.value_offsets()) && same_bits(a.gradients(), b.gradients()) &&
         same_bits(a.offsets(), b.offsets());
}

/// What a call throws: its message, or "nothing".
template <class Error = std::exception, class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing";
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Whether the same text came out on every rank.
inline bool same_everywhere(const std::string& text) {
  char mine[512] = {};
  char roots[512] = {};
  std::memcpy(mine, text.data(), std::min(text.size(), sizeof mine - 1));
  std::memcpy(roots, mine, sizeof mine);
  MPI_Bcast(roots, sizeof roots, MPI_CHAR, 0, MPI_COMM_WORLD);
  int same = std::memcmp(mine, roots, sizeof mine) == 0 ? 1 : 0;
  int all = 0;
  MPI_Allreduce(&same, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return all == 1;
}

/// Splits every message into pieces of so many bytes while it lives.
class piece_limit {
 public:
  explicit piece_limit(std::size_t bytes) { dad::mpi::detail::piece_limit = bytes; }
  piece_limit(const piece_limit&) = delete;
  piece_limit& operator=(const piece_limit&) = delete;
  ~piece_limit() { dad::mpi::detail::piece_limit = before_; }

 private:
  std::size_t before_ = dad::mpi::detail::piece_limit;
};

}  // namespace ranks
