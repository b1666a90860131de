// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a batch call is run in this process.

#pragma once

#include <concepts>
#include <cstddef>
#include <utility>

#include <dad/core/error.hpp>

namespace dad {

/// What becomes of inputs at which f throws: raise throws one batch_error for the lowest of them; collect
/// keeps the other results, and the errors beside them.
enum class on_error { raise, collect };

/// Any callable(done, total), or none.
class progress {
 public:
  progress() = default;
  template <std::invocable<std::size_t, std::size_t> F>
  requires(!std::same_as<std::remove_cvref_t<F>, progress>) progress(F&& f)
      : call_(new holder<std::remove_cvref_t<F>>(std::forward<F>(f))) {}
  progress(const progress& other) : call_(other.call_ == nullptr ? nullptr : other.call_->clone()) {}
  progress(progress&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}
  progress& operator=(progress other) noexcept {
    std::swap(call_, other.call_);
    return *this;
  }
  ~progress() { delete call_; }

  [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }
  void operator()(std::size_t done, std::size_t total) const { call_->call(done, total); }

 private:
  struct callable {
    callable() = default;
    callable(const callable&) = delete;
    callable& operator=(const callable&) = delete;
    virtual ~callable() = default;
    virtual void call(std::size_t done, std::size_t total) = 0;
    [[nodiscard]] virtual callable* clone() const = 0;
  };
  template <class F>
  struct holder final : callable {
    template <class G>
    explicit holder(G&& g) : f(std::forward<G>(g)) {}
    void call(std::size_t done, std::size_t total) override { f(done, total); }
    [[nodiscard]] callable* clone() const override { return new holder(f); }
    F f;
  };

  callable* call_ = nullptr;
};

/// Options of the batch calls of this process. threads: how many take part, 0 for one a core; results do not
/// depend on it, and f is called by the calling thread alone where it can be replayed. progress: called by
/// the calling thread, at first with 0 done, then as parts of the batch are.
struct options {
  int threads = 1;
  dad::on_error on_error = dad::on_error::raise;
  dad::progress progress = {};
};

}  // namespace dad
