// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The user's names for parts of a function, which whoever watches its operations reads.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <dad/core/engine.hpp>
#include <dad/core/list.hpp>

namespace dad {

class scope;

namespace detail {
class scope_labels;
inline constinit thread_local const scope* innermost_scope = nullptr;
}  // namespace detail

/// Names what is computed until it goes out of scope, in reports and listings: scopes nest to "loss/layer 2".
/// Where nothing is watched it is two writes of a pointer. A label that is a pointer is kept as that. To be
/// made and destroyed in one thread, the innermost first.
///
///   dad::scope s("loss");
///   for (std::size_t i = 0; i < layers.size(); ++i) {
///     dad::scope t("layer", i);
///     ...
class [[nodiscard]] scope {
 public:
  explicit scope(const char* label) noexcept : label_(label) { enter(); }
  /// "layer 2"; nothing is put together unless it is read.
  scope(const char* label, std::size_t number) noexcept : label_(label), number_(number), has_number_(true) {
    enter();
  }
  explicit scope(std::string label) noexcept : kept_(std::move(label)), label_(kept_.c_str()) { enter(); }
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;
  ~scope() { detail::innermost_scope = outer_; }

 private:
  friend class detail::scope_labels;
  void enter() noexcept {
    outer_ = detail::innermost_scope;
    detail::innermost_scope = this;
  }

  std::string kept_;
  const char* label_;
  std::size_t number_ = 0;
  bool has_number_ = false;
  const scope* outer_ = nullptr;
  mutable std::uint64_t identity_ = 0;  // given by the first watcher that sees it
};

namespace detail {

/// The labels of scopes that a watcher met, by number; 0 is where there is no scope.
class scope_labels {
 public:
  /// The number of where this thread is now.
  [[nodiscard]] std::uint32_t here() {
    if (innermost_scope == nullptr) return 0;
    if (innermost_scope->identity_ == latest_identity_ && latest_identity_ != 0) return latest_;
    return meet(*innermost_scope);
  }
  [[nodiscard]] std::string operator[](std::uint32_t number) const;
  void clear();

 private:
  std::uint32_t meet(const scope& s);
  static void append_path(std::string& path, const scope& s);

  std::string text_;        // all labels in a row
  list<std::size_t> ends_;  // label i, from 1, ends at ends_[i - 1]
  std::uint64_t latest_identity_ = 0;
  std::uint32_t latest_ = 0;
};

#if DAD_DEFINES_ENGINE
[[gnu::cold]] DAD_ENGINE std::string scope_labels::operator[](std::uint32_t number) const {
  if (number == 0) return {};
  const std::size_t begin = number == 1 ? 0 : ends_[number - 2];
  return text_.substr(begin, ends_[number - 1] - begin);
}

[[gnu::cold]] DAD_ENGINE void scope_labels::clear() {
  text_.clear();
  ends_.clear();
  latest_identity_ = 0;
  latest_ = 0;
}

[[gnu::cold]] DAD_ENGINE void scope_labels::append_path(std::string& path, const scope& s) {
  if (s.outer_ != nullptr) {
    append_path(path, *s.outer_);
    path += '/';
  }
  path += s.label_;
  if (s.has_number_) path.append(1, ' ').append(std::to_string(s.number_));
}

[[gnu::cold, gnu::noinline]] DAD_ENGINE std::uint32_t scope_labels::meet(const scope& s) {
  // An address may be that of an earlier scope: what tells scopes apart is a number of their own, among those
  // of all threads, as a watched tape may go from one to another.
  static constinit std::uint64_t identities = 0;
  if (s.identity_ == 0) s.identity_ = __atomic_add_fetch(&identities, 1, __ATOMIC_RELAXED);
  latest_identity_ = s.identity_;
  std::string path;
  append_path(path, s);
  // In a loop the same labels come again; among many different ones they are not looked for far back.
  static constexpr std::uint32_t searched = 64;
  const auto count = static_cast<std::uint32_t>(ends_.size());
  for (std::uint32_t back = 0; back < searched && back < count; ++back)
    if ((*this)[count - back] == path) return latest_ = count - back;
  text_ += path;
  ends_.push_back(text_.size());
  return latest_ = count + 1;
}
#endif

}  // namespace detail
}  // namespace dad
