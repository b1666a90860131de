// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Fits models to the data of NIST's reference problems of nonlinear regression, from all given starts and
// from random ones, spread over the ranks by dad, and counts correct digits.
//   mpirun -n 2 nist_fit --starts 100 Misra1a.dat Thurber.dat --figure fits.svg

#include <CLI/CLI.hpp>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "figures.hpp"
#include "report.hpp"
#include "starts.hpp"

namespace {

struct settings {
  std::vector<std::string> files;
  std::string model, output, parameters, figure, digits_figure;
  std::size_t starts = 20;
  double around = 0.3;
  std::uint64_t seed = 1;
};

void declare(CLI::App& app, settings& s) {
  app.option_defaults()->always_capture_default();
  app.add_option("files", s.files, "problems in NIST's format, .dat")->required();
  app.add_option("--model", s.model, "by its name (Misra1a); otherwise by the files' names and formulas");
  app.add_option("--starts", s.starts, "random starts for each problem")->check(CLI::Range(0, 1000000));
  app.add_option("--around", s.around, "powers of ten by which they go beyond the given ones")
      ->check(CLI::Range(0.0, 10.0));
  app.add_option("--seed", s.seed, "of the random starts");
  app.add_option("--output", s.output, "table to write, a row for each fit");
  app.add_option("--parameters", s.parameters, "table to write, a row for each parameter");
  app.add_option("--figure", s.figure, "data and fitted curves, as SVG");
  app.add_option("--digits-figure", s.digits_figure, "correct digits beside published averages, as SVG");
}

/// The problems, on all ranks: files are read at the root.
std::vector<nist_fit::problem> read_all(const boost::mpi::communicator& world, const settings& s) {
  std::vector<std::string> texts;
  std::vector<nist_fit::problem> problems;
  support::at_root(world, [&] {
    for (const std::string& path : s.files) {
      texts.push_back(nist_fit::content_of(path));
      try {
        problems.push_back(nist_fit::read_problem(path, texts.back()));
        nist_fit::model_of(problems.back(), s.model);
      } catch (const std::exception& error) {
        const std::string what = error.what();
        throw std::runtime_error(what.starts_with(path) ? what : path + ": " + what);
      }
    }
  });
  boost::mpi::broadcast(world, texts, 0);
  for (std::size_t i = problems.size(); i < texts.size(); ++i)
    problems.push_back(nist_fit::read_problem(s.files[i], texts[i]));
  return problems;
}

/// A batch's function: where a fit from this start ends. That does not depend on the start in first order, so
/// its tangents are zero.
struct fit_from {
  const std::vector<nist_fit::problem>& problems;
  const std::string& model;

  template <class T>
  std::vector<double> operator()(const std::vector<T>& job) const {
    const nist_fit::problem& p = problems[static_cast<std::size_t>(dad::value(job[0]))];
    std::vector<double> start;
    for (std::size_t j = 1; j < job.size(); ++j) start.push_back(dad::value(job[j]));
    const nist_fit::fitted f = fit(p, nist_fit::model_of(p, model), start);
    std::vector<double> row = {f.has_converged ? 1.0 : 0.0, static_cast<double>(f.steps), f.sum_of_squares,
                               f.residual_deviation, f.start_sum_of_squares};
    row.insert(row.end(), f.parameters.begin(), f.parameters.end());
    row.insert(row.end(), f.deviations.begin(), f.deviations.end());
    return row;
  }
};

nist_fit::fitted unpacked(const std::vector<double>& row) {
  const auto begin = row.begin() + 5, middle = begin + (row.end() - begin) / 2;
  return {{begin, middle}, {middle, row.end()}, row[2], row[3], static_cast<std::size_t>(row[1]), row[0] == 1,
          row[4]};
}

void run(const boost::mpi::communicator& world, const settings& s) {
  const auto problems = read_all(world, s);
  const auto jobs = nist_fit::jobs_of(problems, s.starts, s.around, s.seed);
  // Some fits take ten steps, others a thousand.
  const auto fits =
      dad::mpi::batch_jvp(fit_from{problems, s.model}, jobs, jobs,
                          {.schedule = dad::mpi::schedule::dynamic, .inputs = dad::mpi::on::all});
  support::at_root(world, [&] {
    std::vector<nist_fit::run> runs;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto index = static_cast<std::size_t>(jobs[i][0]);
      const bool is_first = runs.empty() || runs.back().problem != index;
      const std::vector<double> row = fits[i].value;
      runs.push_back(
          nist_fit::compared(problems[index], index, is_first ? 0 : runs.back().start + 1, unpacked(row)));
    }
    nist_fit::print_report(problems, runs);
    if (!s.output.empty()) nist_fit::write_runs(s.output, problems, runs);
    if (!s.parameters.empty()) nist_fit::write_parameters(s.parameters, problems, runs);
    if (!s.figure.empty()) nist_fit::draw_fits(s.figure, problems, runs, s.model);
    if (!s.digits_figure.empty()) nist_fit::draw_digits(s.digits_figure, problems, runs);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "nist_fit",
      "Fits models to NIST's reference problems of nonlinear regression, spread over the ranks.",
      [&](CLI::App& app) { declare(app, s); },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
