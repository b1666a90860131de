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
  lease() : object_(std::exchange(shelf().object, nullptr)) {
    if (object_ == nullptr) object_ = new Object;
  }
  lease(const lease&) = delete;
  lease& operator=(const lease&) = delete;
  ~lease() {
    if (shelf().object == nullptr && !shelf().is_closed && !is_large(*object_))
      shelf().object = object_;
    else
      delete object_;
  }

  [[nodiscard]] Object& operator*() const noexcept { return *object_; }
  [[nodiscard]] Object* operator->() const noexcept { return object_; }

 private:
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
      delete std::exchange(object, nullptr);
    }
  };
  static shelf_type& shelf() {
    static thread_local shelf_type kept;
    return kept;
  }

  Object* object_;
};

}  // namespace dad::detail
