// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a call over ranks asks of the types it is of: their names, and fingerprints and sizes of inputs.

#pragma once

#include <string>
#include <typeinfo>

#include <dad/mpi/opened_call.hpp>
#include <dad/mpi/sent_items.hpp>

namespace dad::mpi::detail {

/// The types of one kind of call, and what is known of it from earlier ones.
template <class F, class... Arguments>
struct call_memory {
  static const call_types& types(const char* routine) {
    static const call_types t = types_of(routine, typeid(F), {&typeid(Arguments)...});
    return t;
  }
  static inline constinit call_experience known;
};

/// A fingerprint of items, whatever they are made of.
template <class Items>
void add_items(fingerprint& f, const Items& items) {
  sent_items<Items> all(items, 0);
  static constexpr std::size_t at_once = 4096;
  for (std::size_t begin = 0; begin < items.size(); begin += at_once) {
    const auto p = all.pack({begin, std::min(items.size(), begin + at_once)});
    f.add(p.bytes());
    f.add(p.lengths());
  }
}
inline void add_items(fingerprint&, const no_seeds&) {}

/// Bytes of an input, as far as they are the same for all; 0 for objects.
template <class Items>
std::size_t bytes_of_one(const Items& items) {
  using X = item_t<Items>;
  if constexpr (fixed_size<X>)
    return sizeof(X);
  else if constexpr (number_row<X>)
    return items.size() == 0 ? 0 : items[0].size() * sizeof(items[0][0]);
  else
    return 0;
}

}  // namespace dad::mpi::detail
