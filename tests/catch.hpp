// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Catch2, whichever of version 2 or 3 is found, under the names they share. A file that has the main function
// defines DAD_TEST_RUNNER before it includes this, and runs Catch::Session.

#pragma once

#if __has_include(<catch2/catch_all.hpp>)

#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#ifdef DAD_TEST_RUNNER
#include <catch2/catch_session.hpp>
#endif

#else

#ifdef DAD_TEST_RUNNER
#define CATCH_CONFIG_RUNNER
#endif
#include <catch2/catch.hpp>

#endif

#include <string>

/// Matches a string that contains `text`: REQUIRE_THROWS_WITH(f(), contains("expected 4")).
inline auto contains(const std::string& text) {
#if __has_include(<catch2/catch_all.hpp>)
  return Catch::Matchers::ContainsSubstring(text);
#else
  return Catch::Matchers::Contains(text);
#endif
}
