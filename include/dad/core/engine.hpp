// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// dad is header-only, and every source that calls a batch compiles the machinery of replay. A program of many
// sources may compile that part once: DAD_SEPARATE_ENGINE defined for all of them, and one that defines
// DAD_ENGINE_SOURCE as well and includes <dad/dad.hpp>. What runs once per path is marked cold: compiled for
// size, it takes less time to compile.

#pragma once

#if defined(DAD_ENGINE_SOURCE) || defined(DAD_SEPARATE_ENGINE)
#define DAD_SEPARATE_ENGINE_USED 1
#else
#define DAD_SEPARATE_ENGINE_USED 0
#endif

#if defined(DAD_ENGINE_SOURCE)
#define DAD_ENGINE
#define DAD_IF_USED
#define DAD_DEFINES_ENGINE 1
#elif defined(DAD_SEPARATE_ENGINE)
#define DAD_ENGINE
#define DAD_IF_USED
#define DAD_DEFINES_ENGINE 0
#else
#define DAD_ENGINE inline
#define DAD_IF_USED template <class...>
#define DAD_DEFINES_ENGINE 1
#endif

// A class template `name`_if_used without parameters, of which `name` is the only one.
#if defined(DAD_ENGINE_SOURCE)
#define DAD_COMPILED_ONCE(name) template name##_if_used<>;
#elif defined(DAD_SEPARATE_ENGINE)
#define DAD_COMPILED_ONCE(name) extern template name##_if_used<>;
#else
#define DAD_COMPILED_ONCE(name)
#endif
