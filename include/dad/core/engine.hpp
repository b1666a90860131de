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
#define DAD_DEFINES_ENGINE 1
#elif defined(DAD_SEPARATE_ENGINE)
#define DAD_ENGINE
#define DAD_DEFINES_ENGINE 0
#else
#define DAD_ENGINE inline
#define DAD_DEFINES_ENGINE 1
#endif
