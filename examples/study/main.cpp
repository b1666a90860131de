// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Searches the hyperparameters of a network for Fashion-MNIST; every rank trains networks, one after the
// other.
//   mpirun -n 2 study --sampler tpe --prune --output result

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../fashion/idx.hpp"
#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "model.hpp"
#include "objective.hpp"
#include "progress.hpp"
#include "ranks.hpp"
#include "report.hpp"
#include "storage.hpp"
#include "tables.hpp"
#include "tpe.hpp"

namespace {

struct settings {
  std::string data = "/usr/share/datasets/fashion-mnist", output = "study-output", sampler = "grid";
  std::size_t trials = 0, epochs = 16, images = 10000, validation = 5000, test_images = 10000;
  bool prune = false, is_quick = false, with_convolution = false;
  std::size_t min_resource = 1, factor = 4;
  std::vector<std::string> grid;  // NAME=VALUE,VALUE
  std::uint64_t seed = 1;
};

void declare(CLI::App& app, settings& s) {
  app.option_defaults()->always_capture_default();
  app.add_option("--data", s.data,
                 "folder of the four gzipped IDX files; made: pictures of ten patterns and noise");
  app.add_option("--output", s.output, "folder for database, tables, model and figure, made if missing");
  app.add_option("--sampler", s.sampler, "grid, random or tpe")
      ->check(CLI::IsMember({"grid", "random", "tpe"}));
  app.add_option("--trials", s.trials, "how many in all; 0: all of the grid, or 64")
      ->check(CLI::Range(0, 100000));
  app.add_option("--epochs", s.epochs, "of a trial that is not pruned")->check(CLI::Range(1, 10000));
  app.add_option("--images", s.images, "how many to train with")->check(CLI::Range(1, 59999));
  app.add_option("--validation", s.validation, "how many of the others to compare trials by")
      ->check(CLI::Range(1, 59999));
  app.add_option("--test-images", s.test_images, "how many to test the best model with")
      ->check(CLI::Range(1, 10000));
  app.add_flag("--prune", s.prune, "stop trials early, by asynchronous successive halving");
  app.add_option("--min-resource", s.min_resource, "epochs before the first trials are stopped")
      ->check(CLI::Range(1, 10000));
  app.add_option("--factor", s.factor, "one of so many goes on")->check(CLI::Range(2, 1000));
  app.add_option("--grid", s.grid, "NAME=VALUE,VALUE,...: the grid's values of a parameter; several times");
  app.add_flag("--convolution", s.with_convolution,
               "search for a small convolution before the layers as well");
  app.add_option("--seed", s.seed, "of first weights, orders of images, and samplers");
  app.add_flag("--quick", s.is_quick, "seconds instead of minutes: made data, few images, 4 epochs");
  app.parse_complete_callback([&app, &s] {
    if (!s.is_quick) return;
    const auto unless_given = [&](const char* option, auto& setting, auto quick) {
      if (app.count(option) == 0) setting = quick;
    };
    unless_given("--data", s.data, "made");
    unless_given("--images", s.images, std::size_t{400});
    unless_given("--validation", s.validation, std::size_t{200});
    unless_given("--test-images", s.test_images, std::size_t{200});
    unless_given("--epochs", s.epochs, std::size_t{4});
  });
}

study::space space_of(const settings& s) {
  study::space space = study::network_space(s.with_convolution);
  for (const std::string& text : s.grid) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      throw std::invalid_argument("--grid is \"" + text + "\", expected NAME=VALUE,VALUE,...");
    study::parameter& p = space[study::index_of(space, text.substr(0, equals))];
    p.grid.clear();
    std::istringstream values(text.substr(equals + 1));
    for (std::string value; std::getline(values, value, ',');) p.grid.push_back(study::value_of(p, value));
    if (p.grid.empty()) throw std::invalid_argument("--grid " + p.name + " has no values");
  }
  return space;
}

std::size_t goal_of(const settings& s, const study::space& space) {
  if (s.sampler != "grid") return s.trials == 0 ? 64 : s.trials;
  const std::size_t all = study::grid_size(space);
  return s.trials == 0 ? all : std::min(all, s.trials);
}

study::settings_list common_settings(const settings& s) {
  return {{"sampler", s.sampler},
          {"pruning",
           s.prune ? "halving from " + std::to_string(s.min_resource) + " by " + std::to_string(s.factor)
                   : "none"},
          {"epochs", std::to_string(s.epochs)},
          {"data", s.data},
          {"images", std::to_string(s.images)},
          {"validation", std::to_string(s.validation)},
          {"seed", std::to_string(s.seed)}};
}

struct data_set {
  study::images training, validation, test;  // the test images at the root only
};

// The root reads, the others get what they need as it lies in memory.
data_set read_data(const boost::mpi::communicator& world, const settings& s) {
  data_set d;
  support::at_root(world, [&] {
    if (s.images + s.validation > 60000) {
      throw std::invalid_argument("--images and --validation are " + std::to_string(s.images + s.validation) +
                                  " together, expected at most 60000");
    }
    const std::size_t count = s.images + s.validation;
    const bool is_made = s.data == "made";
    d.training = is_made ? study::made_images(count, 0, 1) : fashion::read_images(s.data, "train", count);
    d.test = is_made ? study::made_images(s.test_images, count, 1)
                     : fashion::read_images(s.data, "t10k", s.test_images);
    d.validation.assign(d.training.begin() + static_cast<std::ptrdiff_t>(s.images), d.training.end());
    d.training.resize(s.images);
  });
  static_assert(std::is_trivially_copyable_v<fashion::labelled_image>);
  for (auto [images, count] : {std::pair(&d.training, s.images), {&d.validation, s.validation}}) {
    images->resize(count);
    boost::mpi::broadcast(world, reinterpret_cast<unsigned char*>(images->data()),
                          static_cast<int>(count * sizeof(fashion::labelled_image)), 0);
  }
  return d;
}

// What the root alone has: the database, and what it says meanwhile.
struct root_side {
  root_side(const settings& s, const study::space& space, int ranks)
      : folder((std::filesystem::create_directories(s.output), s.output)),
        kept(folder / "study.db", space, common_settings(s)),
        goal(goal_of(s, space)),
        job(kept.begin_job(ranks, study::now())),
        earlier(kept.trials()),
        shown(count(study::state::complete) + count(study::state::pruned) + count(study::state::failed),
              goal),
        coordinator(
            study::sampler_of(s.sampler, space, s.seed),
            s.prune ? std::optional(study::halving{s.epochs, s.min_resource, s.factor}) : std::nullopt, goal,
            kept, job,
            {.improved =
                 [this, space](const study::trial& t, std::span<const double> weights) {
                   study::save(model_file(), space,
                               {t.number, t.parameters, {weights.begin(), weights.end()}});
                 },
             .over =
                 [this, space](std::span<const study::trial> trials, const study::trial& t) {
                   study::write_csv(folder, space, trials);
                   shown.over(trials, t);
                 },
             .epoch = [this](std::span<const study::trial> trials,
                             const study::trial&) { shown.bar(trials); }}) {
    std::printf("Study of %zu trials in %s: %s%s, %d %s\n", goal, (folder / "study.db").c_str(),
                s.sampler.c_str(), s.prune ? " with pruning" : "", ranks, ranks == 1 ? "rank" : "ranks");
    if (!earlier.empty()) {
      std::printf("resumed: %zu trials are over, %zu were lost and run again\n",
                  earlier.size() - count(study::state::waiting), count(study::state::waiting));
    }
    std::fflush(stdout);
  }
  root_side(const root_side&) = delete;
  root_side& operator=(const root_side&) = delete;

  [[nodiscard]] std::size_t count(study::state which) const {
    return static_cast<std::size_t>(std::count_if(
        earlier.begin(), earlier.end(), [which](const study::trial& t) { return t.state == which; }));
  }
  [[nodiscard]] std::filesystem::path model_file() const { return folder / "best_model.txt"; }

  std::filesystem::path folder;
  study::storage kept;
  std::size_t goal;
  int job;
  std::vector<study::trial> earlier;
  study::progress shown;
  study::coordinator coordinator;
};

// The end of a study: tables, the best model's test, the drawing.
int conclude(root_side& root, const settings& s, const study::space& space, const data_set& data) {
  root.shown.end();
  root.kept.end_job(root.job, study::now());
  const std::vector<study::trial>& trials = root.coordinator.trials();
  study::write_csv(root.folder, space, trials);
  std::size_t epochs = 0, pruned = 0, failed = 0;
  for (const study::trial& t : trials) {
    epochs += t.epochs.size();
    pruned += t.state == study::state::pruned;
    failed += t.state == study::state::failed;
  }
  const auto job = root.kept.job(study::busiest_job(trials));
  const auto busy = study::busy_times(trials, job);
  std::printf(
      "%zu trials, %zu of them pruned and %zu failed, %zu epochs; job %d, of most trials, took %.1f s\n",
      trials.size(), pruned, failed, epochs, job.number, busy.seconds);
  study::print_busy_times(busy);

  std::string result = "No trial is complete.";
  const study::trial* const best = study::best_of(trials);
  if (best != nullptr) {
    const study::model m = study::load_model(root.model_file(), space);
    if (m.trial != best->number) {
      throw std::runtime_error(root.model_file().string() + ": is of trial " + std::to_string(m.trial) +
                               ", expected that of trial " + std::to_string(best->number));
    }
    const double error = study::error_rate(study::architecture_of(space, m.parameters), m.weights, data.test);
    char text[120];
    std::snprintf(text, sizeof text, "best trial %zu: validation error %.4f, test error %.4f", best->number,
                  best->value, error);
    result = text;
    std::printf("%s\n", result.c_str());
    for (std::size_t i = 0; i < space.size(); ++i) {
      std::printf("  %-10s  %s\n", space[i].name.c_str(),
                  study::text_of(space[i], best->parameters[i]).c_str());
    }
  } else {
    std::printf("%s\n", result.c_str());
  }
  std::ostringstream title;
  title << "Study of " << trials.size() << " trials: " << s.sampler << (s.prune ? " with pruning" : "")
        << ", " << epochs << " epochs in all";
  study::write_report(root.folder / "study.svg", title.str(), result, space, trials, busy);
  std::printf("Written to %s: study.db, trials.csv, epochs.csv, study.svg%s\n", root.folder.c_str(),
              best == nullptr ? "" : ", best_model.txt");
  return best == nullptr ? 1 : 0;
}

int run(const boost::mpi::communicator& world, const settings& s) {
  const study::space space = space_of(s);
  const data_set data = read_data(world, s);
  std::optional<root_side> root;
  support::at_root(world, [&] { root.emplace(s, space, world.size()); });

  study::run_over_ranks(
      world, root ? &root->coordinator : nullptr, [&](const study::values& v, const auto& report) {
        auto [error, weights] =
            study::train(space, v, data.training, data.validation, s.epochs, s.seed, report);
        return study::outcome{error, std::move(weights)};
      });

  int code = 0;
  support::at_root(world, [&] {
    root->coordinator.rethrow();
    code = conclude(*root, s, space, data);
  });
  boost::mpi::broadcast(world, code, 0);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "study", "Searches the hyperparameters of a network; every rank trains some.",
      [&](CLI::App& app) { declare(app, s); },
      [&](const boost::mpi::communicator& world) { return run(world, s); });
}
