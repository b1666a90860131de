// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The paths of a function that were recorded, in this call and in earlier ones.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <dad/core/list.hpp>

#include <dad/program/path.hpp>

namespace dad::detail {

/// What is kept of one function. (A node is some hundred bytes with the code made of it.)
inline constexpr std::size_t most_kept_paths = 1024;
inline constexpr std::size_t most_kept_nodes = std::size_t{1} << 20;

/// Paths are found by their recordings, which a call makes anew for each path: so a path of an earlier call
/// is used only where f still does the same.
template <class Path>
class path_store {
 public:
  path_store() = default;
  path_store(const path_store&) = delete;
  path_store& operator=(const path_store&) = delete;
  ~path_store() { clear(); }

  /// The path of a recording; `r` is taken if it is new.
  template <class... Arguments>
  Path& take(recording& r, const Arguments&... arguments) {
    for (Path* p : paths_)
      if (p->recorded().is_same_as(r)) {
        p->was_met = true;
        return *p;
      }
    paths_.reserve(paths_.size() + 1);
    node_count_ += r.operations.size();
    paths_.push_back(new Path(std::exchange(r, {}), arguments...));
    return *paths_.back();
  }

  /// At the end of a call: forgets what no second input confirmed and this call did not meet, and everything
  /// where there is too much of it. (Calls with single inputs meet the same path again and again.)
  void tidy() {
    if (paths_.size() > most_kept_paths || node_count_ > most_kept_nodes) return clear();
    std::size_t kept = 0;
    for (Path* p : paths_) {
      if (p->is_confirmed || std::exchange(p->was_met, false))
        paths_[kept++] = p;
      else {
        node_count_ -= p->recorded().operations.size();
        delete p;
      }
    }
    paths_.resize(kept);
  }
  void clear() {
    for (const Path* p : paths_) delete p;
    paths_.clear();
    node_count_ = 0;
    first_ = nullptr;
  }

  /// The path that the first input of a call took, for the call's further parts; null where it is not known.
  /// It must be confirmed. Calls have numbers from 1.
  [[nodiscard]] Path* first_of(std::uint64_t call) const noexcept { return call == call_ ? first_ : nullptr; }
  void note_first(std::uint64_t call, Path* first) noexcept {
    call_ = call;
    first_ = first;
  }

  [[nodiscard]] std::size_t size() const noexcept { return paths_.size(); }

 private:
  list<Path*> paths_;
  std::size_t node_count_ = 0;
  std::uint64_t call_ = 0;
  Path* first_ = nullptr;
};

/// The paths that one Owner, a kind of call of a function type, has from call to call of a thread. Whether it
/// is the same function, recordings tell.
template <class Path, class Owner>
struct kept_paths : path_store<Path> {};

}  // namespace dad::detail
