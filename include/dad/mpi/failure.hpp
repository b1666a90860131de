// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// When one rank fails, all throw: a call runs in steps, each ends with an exchange of whether it went well
// everywhere, and no message is on its way while a step may still fail.

#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <dad/mpi/transport.hpp>

namespace dad::mpi::detail {

/// The exceptions that keep their type on the way to other ranks; input: f threw for an input.
enum class failure_kind : std::uint32_t { none, dad, shape, tape, mpi, foreign, input, domain };

/// How this rank's part of a step went.
struct failure {
  failure_kind kind = failure_kind::none;
  std::string text;

  explicit operator bool() const noexcept { return kind != failure_kind::none; }
};

/// An input's error as a text that travels: index, rank and what f threw.
DAD_ENGINE std::string pack_error(const item_error& e);
/// What a rank says of its failure to the others.
DAD_ENGINE std::string text_for_others(int rank, const failure& f);

/// The exception that is being handled; an input's error as that of the input.
DAD_ENGINE failure failure_in_flight();

/// Runs this rank's part of a step; an exception becomes the failure.
template <class Work>
[[nodiscard]] failure attempt(Work&& work) {
  try {
    std::forward<Work>(work)();
    return {};
  } catch (...) {
    return failure_in_flight();
  }
}

/// Work that all ranks rely on, and that none can tell the others of when it fails: then the job ends.
DAD_ENGINE void end_job_if(const failure& f, int rank);
template <class Work>
void or_end_job(int rank, Work&& work) {
  end_job_if(attempt(std::forward<Work>(work)), rank);
}

/// Throws a failure that every rank throws.
[[noreturn]] DAD_ENGINE void throw_failure(failure_kind kind, const std::string& what);
/// Throws the failure of one rank on all of them. Collective; every rank knows kind and rank already.
[[noreturn]] DAD_ENGINE void throw_failure_of(channel& over, int rank, failure_kind kind,
                                              const failure& mine);
/// Throws on all ranks if the records, each with a `kind`, say that a rank failed; the lowest such rank is
/// reported.
template <class Record>
void throw_if_any_failed(channel& over, std::span<const Record> records, const failure& mine) {
  for (std::size_t rank = 0; rank < records.size(); ++rank)
    if (records[rank].kind != failure_kind::none)
      throw_failure_of(over, static_cast<int>(rank), records[rank].kind, mine);
}
/// The end of a step: returns if it went well on every rank, throws on all of them otherwise.
DAD_ENGINE void settle(channel& over, const failure& mine);
/// The end of a step in which only the root could fail.
DAD_ENGINE void settle_at(channel& over, int root, const failure& mine);

/// A text of bounded length that can be broadcast without allocating.
class short_text {
 public:
  short_text() = default;
  explicit short_text(std::string_view text) noexcept {
    std::memcpy(chars_.data(), text.data(), std::min(text.size(), chars_.size() - 1));
  }
  [[nodiscard]] const char* c_str() const noexcept { return chars_.data(); }

 private:
  std::array<char, 1024> chars_ = {};
};

#if DAD_DEFINES_ENGINE

DAD_ENGINE std::string pack_error(const item_error& e) {
  return std::to_string(e.index()) + ' ' + std::to_string(e.rank()) + ' ' + e.text();
}
DAD_ENGINE item_error unpack_error(const std::string& packed) {
  std::size_t used = 0;
  const std::size_t index = std::stoull(packed, &used);
  const std::string rest = packed.substr(used + 1);
  const int rank = std::stoi(rest, &used);
  return {index, rank, rest.substr(used + 1)};
}

DAD_ENGINE failure failure_in_flight() {
  try {
    throw;
  } catch (const error& e) {
    return {failure_kind::mpi, e.what()};
  } catch (const batch_error& e) {
    return {failure_kind::input, pack_error(e.item())};
  } catch (const shape_error& e) {
    return {failure_kind::shape, e.what()};
  } catch (const tape_error& e) {
    return {failure_kind::tape, e.what()};
  } catch (const domain_error& e) {
    return {failure_kind::domain, e.what()};
  } catch (const dad::error& e) {
    return {failure_kind::dad, e.what()};
  } catch (const std::exception& e) {
    return {failure_kind::foreign, e.what()};
  } catch (...) {
    return {failure_kind::foreign, "unknown exception"};
  }
}

DAD_ENGINE void end_job_if(const failure& f, int rank) {
  if (f) end_job("rank " + std::to_string(rank) + " cannot go on: " + f.text);
}

DAD_ENGINE std::string text_for_others(int rank, const failure& f) {
  return f.kind == failure_kind::foreign ? "rank " + std::to_string(rank) + " failed: " + f.text : f.text;
}

DAD_ENGINE void throw_failure(failure_kind kind, const std::string& what) {
  switch (kind) {
    case failure_kind::shape:
      throw_together(shape_error(what));
    case failure_kind::tape:
      throw_together(tape_error(what));
    case failure_kind::domain:
      throw_together(domain_error(what));
    case failure_kind::dad:
      throw_together(dad::error(what));
    case failure_kind::input:
      throw_together(batch_error(unpack_error(what)));
    default:
      throw_together(error(what.starts_with("dad: ") ? what.substr(5) : what));
  }
}

DAD_ENGINE void throw_failure_of(channel& over, int rank, failure_kind kind, const failure& mine) {
  short_text text(text_for_others(rank, mine));
  broadcast(over, text, rank);
  throw_failure(kind, text.c_str());
}

DAD_ENGINE void settle(channel& over, const failure& mine) {
  struct record {
    failure_kind kind;
  };
  throw_if_any_failed(over, exchange(over, record{mine.kind}), mine);
}

DAD_ENGINE void settle_at(channel& over, int root, const failure& mine) {
  failure_kind kind = mine.kind;
  broadcast(over, kind, root);
  if (kind != failure_kind::none) throw_failure_of(over, root, kind, mine);
}

#endif

}  // namespace dad::mpi::detail
