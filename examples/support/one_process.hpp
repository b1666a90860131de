// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The main function of a program of one process that writes into a folder: its options by CLI11, and what
// went wrong, said once.

#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "folder.hpp"

namespace support {

/// run(folder), which is made where it is missing and named by --output, with the further options that
/// declare(app) declares. Gives the program's exit code: 0, 1 where run throws, CLI11's where options are
/// wrong.
template <class Declare, class Run>
int run_into_folder(int argc, char** argv, const std::string& name, const std::string& description,
                    Declare&& declare, Run&& run) {
  CLI::App app(description);
  std::string output = name;
  app.option_defaults()->always_capture_default();
  app.add_option("--output", output, "folder for the tables and the figure");
  declare(app);
  try {
    app.parse(argc, argv);
    make_folder(output);
    run(std::filesystem::path(output));
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
    return 1;
  }
}

}  // namespace support
