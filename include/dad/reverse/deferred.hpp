// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a recording leaves to its sweeps: steps whose derivatives are computed when a sweep comes to them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/core/list.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

/// A part of a recording that is not written down: of its outputs, values without arguments, it adds the
/// adjoints to those of its inputs, all of which are earlier. A tape may sweep over it any number of times.
template <class T>
class deferred_step {
 public:
  deferred_step() = default;
  deferred_step(const deferred_step&) = delete;
  deferred_step& operator=(const deferred_step&) = delete;
  virtual ~deferred_step() = default;

  /// adjoints[i] is that of value i. Must not record on the tape that is swept, nor sweep it.
  virtual void sweep(T* adjoints) = 0;

  /// What it keeps between sweeps: its own size and that of the reals in it, of captured ones only their
  /// variables.
  [[nodiscard]] virtual std::size_t bytes() const = 0;

  std::vector<std::uint32_t> inputs;  // by real of the step's arguments; 0 for a passive one
  std::uint32_t first_output = 0;     // its outputs are in a row
};

/// The steps of a recording in order, each with the place behind its outputs.
template <class T>
class deferred_steps {
 public:
  deferred_steps() = default;
  deferred_steps(const deferred_steps&) = delete;
  deferred_steps& operator=(const deferred_steps&) = delete;
  ~deferred_steps() { cut(0); }

  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }

  /// Takes the step over, also where there is no memory to note it.
  void append(const mark& after, deferred_step<T>* step) {
    try {
      list_.push_back({after, step});
    } catch (...) {
      delete step;
      throw;
    }
  }

  /// Deletes the steps whose outputs are not all among the first so many values.
  void cut(std::size_t values) noexcept {
    while (!list_.empty() && (values == 0 || list_.back().after.values > values)) {
      delete list_.back().step;
      list_.pop_back();
    }
  }

  [[nodiscard]] std::size_t bytes() const {
    return list_.capacity() * sizeof(entry) + between(0, ~std::size_t{0}).bytes;
  }

  /// The steps whose outputs are behind the first so many values and among the last, and their bytes.
  struct share {
    std::size_t count, bytes;
  };
  [[nodiscard]] share between(std::size_t first, std::size_t last) const {
    share found{0, 0};
    for_each_newest(first, [&](const mark& after, const deferred_step<T>& step) {
      if (after.values > last) return;
      ++found.count;
      found.bytes += step.bytes() + step.inputs.capacity() * sizeof(std::uint32_t);
    });
    return found;
  }

  /// visit(after, step) for the steps behind the first so many values, the newest first.
  template <class Visit>
  void for_each_newest(std::size_t values, Visit&& visit) const {
    for (std::size_t i = list_.size(); i > 0 && list_[i - 1].after.values > values; --i)
      visit(list_[i - 1].after, *list_[i - 1].step);
  }

 private:
  struct entry {
    mark after;
    deferred_step<T>* step;
  };
  list<entry> list_;
};

}  // namespace dad::detail
