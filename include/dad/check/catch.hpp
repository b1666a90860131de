// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A matcher for tests with Catch2, version 2 or 3; not a part of <dad/dad.hpp>.

#pragma once

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#elif __has_include(<catch2/catch.hpp>)
#include <catch2/catch.hpp>
#else
#error "dad: <dad/check/catch.hpp> needs Catch2, version 2 or 3"
#endif

#include <string>

#include <dad/check/report.hpp>

/// A failed test shows the whole report.
template <>
struct Catch::StringMaker<dad::check_report> {
  static std::string convert(const dad::check_report& report) { return report.text(); }
};

namespace dad {

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
using check_matcher_base = Catch::Matchers::MatcherBase<check_report>;
#else
using check_matcher_base = Catch::MatcherBase<check_report>;
#endif

/// Matches the report of a check that passed.
class right_derivatives : public check_matcher_base {
 public:
  [[nodiscard]] bool match(const check_report& report) const override { return report.passed(); }
  [[nodiscard]] std::string describe() const override { return "has right derivatives"; }
};

/// For tests of one's own functions:
///
///   #include <dad/check/catch.hpp>
///   CHECK_THAT(dad::check_gradient(f, x), dad::has_right_derivatives());
inline right_derivatives has_right_derivatives() { return {}; }

}  // namespace dad
