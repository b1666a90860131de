// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The main function of a program over ranks: its options by CLI11, and what went wrong, said once.

#pragma once

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include <dad/dad.hpp>

#include "finite_number.hpp"

namespace support {

/// Collective: run(world) with the options that declare(app) declares. Gives the program's exit code: that of
/// run, 1 where it throws, CLI11's where options are wrong; the root alone prints what was.
template <class Declare, class Run>
int run_program(int argc, char** argv, const std::string& name, const std::string& description,
                Declare&& declare, Run&& run) {
  dad::mpi::environment environment(argc, argv);
  const boost::mpi::communicator world;
  const bool is_root = world.rank() == 0;
  CLI::App app(description);
  declare(app);
  try {
    app.parse(argc, argv);
    return run(world);
  } catch (const CLI::ParseError& error) {
    std::ostringstream silent;
    return is_root ? app.exit(error) : app.exit(error, silent, silent);
  } catch (const std::exception& error) {
    if (is_root) std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace support
