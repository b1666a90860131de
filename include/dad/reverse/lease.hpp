// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Memory that a driver borrows for one call, kept in each thread for the next.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/reverse/var.hpp>

namespace dad::detail {

/// One object per thread and type is kept between calls; a call inside a call gets one of its own.
template <class Object>
class lease {
 public:
  lease() : object_(taken()) {}
  lease(const lease&) = delete;
  lease& operator=(const lease&) = delete;
  ~lease() { give_back(object_); }

  [[nodiscard]] Object& operator*() const noexcept { return *object_; }
  [[nodiscard]] Object* operator->() const noexcept { return object_; }

 private:
  // Out of line, so that a program has them once and not in every function that it differentiates.
  [[gnu::noinline]] static Object* taken() {
    Object* const object = std::exchange(shelf().object, nullptr);
    return object != nullptr ? object : new Object;
  }
  [[gnu::noinline]] static void give_back(Object* object) noexcept {
    if constexpr (requires { object->has_deferred(); })
      if (object->has_deferred()) object->clear();
    shelf_type& kept = shelf();
    if (kept.object == nullptr && !kept.is_closed && !is_large(*object))
      kept.object = object;
    else
      destroy(object);
  }
  [[gnu::noinline, gnu::cold]] static void destroy(Object* object) noexcept { delete object; }

  // What one unusual call needed is given back to the system.
  static constexpr std::size_t most_kept_bytes = std::size_t{64} << 20;

  static bool is_large(const Object& object) {
    if constexpr (requires { object.byte_count(); })
      return object.byte_count() > most_kept_bytes;
    else if constexpr (requires { object.capacity(); })
      return object.capacity() * sizeof(object[0]) > most_kept_bytes;
    else
      return false;  // it keeps to limits of its own
  }

  struct shelf_type {
    Object* object = nullptr;
    bool is_closed = false;  // the thread is ending: destructors of other objects may still call a driver
    ~shelf_type() {
      is_closed = true;
      destroy(std::exchange(object, nullptr));
    }
  };
  [[gnu::noinline]] static shelf_type& shelf() {
    static thread_local shelf_type kept;
    return kept;
  }

  Object* object_;
};

}  // namespace dad::detail
