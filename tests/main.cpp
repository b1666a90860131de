// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The main function of every test program without ranks.

#define DAD_TEST_RUNNER
#include "catch.hpp"

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
