// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a source compiles of dad, which is header-only. A source that calls no batch compiles nothing of the
// machinery of replay: it is made of templates without parameters. One that does compiles what it calls. A
// program of many such sources may compile all of it once: DAD_SEPARATE_ENGINE defined for all of them, and
// one that defines DAD_ENGINE_SOURCE as well and includes <dad/dad.hpp>. What runs once per path is marked
// cold: compiled for size, it takes less time to compile.

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

// `name` is `class x` or `struct x`, where x is x_if_used<>: compiled here, or elsewhere, or where it is
// used.
#if defined(DAD_ENGINE_SOURCE)
#define DAD_COMPILED_ONCE(name) template name##_if_used<>;
#elif defined(DAD_SEPARATE_ENGINE)
#define DAD_COMPILED_ONCE(name) extern template name##_if_used<>;
#else
#define DAD_COMPILED_ONCE(name)
#endif
