// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The family of errors, and what an error of a batch knows.

#include <dad/core/error.hpp>

#include <string>
#include <type_traits>

#include "catch.hpp"

namespace {

TEST_CASE("everything thrown is a dad::error and a std::runtime_error") {
  STATIC_REQUIRE(std::is_base_of_v<std::runtime_error, dad::error>);
  STATIC_REQUIRE(std::is_base_of_v<dad::error, dad::shape_error>);
  STATIC_REQUIRE(std::is_base_of_v<dad::error, dad::tape_error>);
  STATIC_REQUIRE(std::is_base_of_v<dad::error, dad::domain_error>);
  STATIC_REQUIRE(std::is_base_of_v<dad::error, dad::batch_error>);
  STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<dad::shape_error>);
  CHECK_THROWS_AS(throw dad::shape_error("a"), std::runtime_error);
  CHECK_THROWS_WITH(throw dad::domain_error("dad: b"), "dad: b");
}

TEST_CASE("the error of an input names its index, its rank and the user's text") {
  const dad::item_error e(7, 3, "no root in [0, 1]");
  CHECK(e.index() == 7);
  CHECK(e.rank() == 3);
  CHECK(e.text() == "no root in [0, 1]");
  CHECK(std::string(e.what()) == "dad: input 7 on rank 3: no root in [0, 1]");

  SECTION("it is a string, and tells an error from none") {
    const std::string message = e;
    CHECK(message == e.what());
    CHECK(dad::item_error().empty());
    CHECK(dad::item_error().text().empty());
  }
  SECTION("thrown, it keeps its parts") {
    const dad::batch_error thrown(e);
    CHECK(std::string(thrown.what()) == e.what());
    CHECK(thrown.index() == 7);
    CHECK(thrown.rank() == 3);
    CHECK(thrown.text() == "no root in [0, 1]");
    CHECK(thrown.item().what() == std::string(e.what()));
    try {
      throw dad::batch_error(e);
    } catch (const dad::error& caught) {
      CHECK(std::string(caught.what()) == "dad: input 7 on rank 3: no root in [0, 1]");
    }
  }
}

}  // namespace
