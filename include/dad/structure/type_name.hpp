// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The compiler's name of a type, for messages.

#pragma once

#include <string_view>

namespace dad::detail {

template <class T>
constexpr std::string_view type_name() {
#ifdef __GNUC__
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  return name.substr(0, name.find_first_of(";]"));
#else
  return "this type";
#endif
}

}  // namespace dad::detail
