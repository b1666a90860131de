// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a study keeps: the database and its resumption, the coordinator that writes it, the model file.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "../coordinator.hpp"
#include "../model.hpp"
#include "catch.hpp"

namespace {

using Catch::Matchers::Contains;
using study::answer, study::message, study::state;

const study::space two{study::uniform("x", 0, 1), study::categorical("word", {"a", "b"})};
const study::settings_list settings{{"epochs", "4"}, {"sampler", "random"}};

// A folder of its own, gone at the end.
struct scratch {
  std::filesystem::path path;
  explicit scratch(const std::string& name)
      : path(std::filesystem::temp_directory_path() / ("dad-study-" + name + std::to_string(getpid()))) {
    std::filesystem::create_directories(path);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { std::filesystem::remove_all(path); }
};

study::trial some_trial(std::size_t number, state s) {
  study::trial t;
  t.number = number;
  t.state = s;
  t.parameters = {1.0 / (3.0 + static_cast<double>(number)), static_cast<double>(number % 2)};
  t.started = 1.7e9 + 0.123456;
  t.job = 1;
  if (s == state::complete || s == state::pruned) t.value = 0.1 + 0.2, t.ended = t.started + 1e-3;
  if (s == state::failed) t.message = "it's \"broken\", as was; said";
  return t;
}

}  // namespace

TEST_CASE("a database gives back what was kept, and the running trials to be run again") {
  const scratch folder("resume");
  const auto path = folder.path / "study.db";
  const state states[] = {state::complete, state::running, state::pruned, state::failed};
  {
    study::storage kept(path, two, settings);
    CHECK(kept.trials().empty());
    CHECK(kept.begin_job(2, 1.0) == 1);
    for (std::size_t i = 0; i < 4; ++i) {
      study::trial t = some_trial(i, states[i]);
      kept.save(t);
      for (const double value : {0.5, 1.0 / 3}) {
        t.epochs.push_back(value);
        kept.save_epoch(t, 2.0);
      }
    }
  }
  study::storage again(path, two, settings);
  CHECK(again.begin_job(1, 3.0) == 2);
  CHECK(std::isnan(again.job(1).ended));
  const auto trials = again.trials();
  REQUIRE(trials.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const study::trial expected = some_trial(i, states[i]);
    const bool was_running = states[i] == state::running;
    CHECK(trials[i].state == (was_running ? state::waiting : states[i]));
    CHECK(trials[i].parameters == expected.parameters);
    CHECK(trials[i].started == expected.started);
    CHECK((trials[i].ended == expected.ended || std::isnan(expected.ended)));
    CHECK((trials[i].value == expected.value || (std::isnan(expected.value) && std::isnan(trials[i].value))));
    CHECK(trials[i].message == expected.message);
    CHECK(trials[i].epochs == (was_running ? std::vector<double>{} : std::vector<double>{0.5, 1.0 / 3}));
  }
}

TEST_CASE("a database of another study, or of nothing, is refused and left as it is") {
  const scratch folder("refused");
  const auto path = folder.path / "study.db";
  {
    study::storage kept(path, two, settings);
    CHECK_THROWS_WITH(study::storage(path, two, settings), Contains("another study is using this database"));
  }
  auto other = settings;
  other[0].second = "5";
  CHECK_THROWS_WITH(study::storage(path, two, other),
                    Contains("its setting epochs = 4, this one's epochs = 5"));
  CHECK_THROWS_WITH(study::storage(path, {study::uniform("x", 0, 2), two[1]}, settings),
                    Contains("x = uniform from 0 to 1") && Contains("x = uniform from 0 to 2"));
  CHECK_NOTHROW(study::storage(path, two, settings));

  std::ofstream(path) << "these are words, and no database; long enough to be looked at as one";
  CHECK_THROWS_WITH(study::storage(path, two, settings), Contains("file is not a database"));
  CHECK_THROWS_WITH(study::storage(folder.path / "no" / "study.db", two, settings),
                    Contains("cannot be opened: No such file or directory"));
}

TEST_CASE("a coordinator hands out every trial once, lost ones first") {
  const scratch folder("coordinator");
  const auto path = folder.path / "study.db";
  // What it draws depends on how many trials are over, as it does for tpe.
  const study::sampler sampler = [](std::size_t number, std::span<const study::trial> trials) {
    const auto over = std::count_if(trials.begin(), trials.end(), [](const auto& t) { return t.is_over(); });
    return study::values{static_cast<double>(number) / 8 + static_cast<double>(over) / 64, 0};
  };
  std::optional<study::storage> kept(std::in_place, path, two, settings);
  std::optional<study::coordinator> root(std::in_place, sampler, std::nullopt, 4, *kept, 1,
                                         study::listeners{});
  const answer first = root->handle({.what = message::free, .rank = 0});
  const answer second = root->handle({.what = message::free, .rank = 1});
  REQUIRE(first.what == answer::run);
  REQUIRE(second.what == answer::run);
  CHECK(first.parameters == study::values{0, 0});
  CHECK(second.parameters == study::values{0.125, 0});
  CHECK(root->handle({.what = message::epoch, .trial = 0, .value = 0.5}).what == answer::go_on);
  // Trial 1 fails and makes room for trial 2; the job is lost while 0 and 2 run.
  CHECK(root->handle({.what = message::failed, .rank = 1, .trial = 1, .text = "no"}).trial == 2);
  root.reset();
  kept.reset();

  kept.emplace(path, two, settings);
  root.emplace(sampler, std::nullopt, 4, *kept, 2, study::listeners{});
  const answer lost = root->handle({.what = message::free, .rank = 5});
  CHECK(lost.trial == 0);
  CHECK(lost.parameters == study::values{0, 0});  // as before, though now it would draw 1/64
  const answer other = root->handle({.what = message::done, .rank = 5, .trial = 0, .value = 0.25});
  CHECK(other.trial == 2);
  CHECK(other.parameters == study::values{0.25 + 1.0 / 64, 0});  // not 2/64
  CHECK(root->handle({.what = message::done, .rank = 5, .trial = 2, .value = 0.75}).trial == 3);
  CHECK(root->handle({.what = message::done, .rank = 5, .trial = 3, .value = 0.5}).what == answer::leave);
  CHECK_NOTHROW(root->rethrow());
  const auto trials = kept->trials();
  REQUIRE(trials.size() == 4);
  CHECK(trials[1].state == state::failed);
  CHECK(study::best_of(trials)->number == 0);
  CHECK(trials[0].parameters == study::values{0, 0});
  CHECK(trials[2].parameters == other.parameters);
  CHECK(trials[0].rank == 5);
  CHECK(trials[0].job == 2);
}

TEST_CASE("a pruned trial says so, a better model is kept before its trial is complete") {
  const scratch folder("pruned");
  study::storage kept(folder.path / "study.db", two, settings);
  std::vector<std::size_t> improved;
  const study::listeners to{.improved =
                                [&](const study::trial& t, std::span<const double> weights) {
                                  CHECK(kept.trials()[t.number].state == state::running);
                                  CHECK(weights.size() == 1);
                                  improved.push_back(t.number);
                                },
                            .over = {},
                            .epoch = {}};
  study::coordinator root(study::random_sampler(two, 3), study::halving{}, 3, kept, 1, to);
  root.handle({.what = message::free});
  root.handle({.what = message::free});
  CHECK(root.handle({.what = message::epoch, .trial = 0, .value = 0.5}).what == answer::go_on);
  CHECK(root.handle({.what = message::epoch, .trial = 1, .value = 0.6}).what == answer::stop_early);
  root.handle({.what = message::done, .trial = 1, .value = 0.6, .weights = {1}});
  root.handle({.what = message::done, .trial = 2, .value = 0.5, .weights = {1}});
  root.handle({.what = message::done, .trial = 0, .value = 0.5, .weights = {1}});  // as good, but later
  CHECK(kept.trials()[1].state == state::pruned);
  CHECK(kept.trials()[1].value == 0.6);
  CHECK(improved == std::vector<std::size_t>{2});
  CHECK(study::best_of(kept.trials())->number == 2);
}

TEST_CASE("what a coordinator cannot do makes all ranks leave") {
  const scratch folder("broken");
  study::storage kept(folder.path / "study.db", two, settings);
  const study::listeners to{
      .improved = {}, .over = [](auto...) { throw std::runtime_error("disk full"); }, .epoch = {}};
  study::coordinator root(study::random_sampler(two, 3), std::nullopt, 9, kept, 1, to);
  root.handle({.what = message::free, .rank = 0});
  root.handle({.what = message::free, .rank = 1});
  CHECK(root.handle({.what = message::done, .rank = 0, .trial = 0, .value = 1}).what == answer::leave);
  CHECK(root.handle({.what = message::epoch, .rank = 1, .trial = 1, .value = 1}).what == answer::stop_early);
  CHECK(root.handle({.what = message::done, .rank = 1, .trial = 1, .value = 1}).what == answer::leave);
  CHECK_THROWS_WITH(root.rethrow(), "disk full");
}

TEST_CASE("a model file gives back its weights, and says where it is broken") {
  const scratch folder("model");
  const auto path = folder.path / "model.txt";
  const study::model m{7, {1.0 / 3, 1}, {0.1 + 0.2, -1e-300, 5}};
  study::save(path, two, m);
  const study::model read = study::load_model(path, two);
  CHECK(read.trial == 7);
  CHECK(read.parameters == m.parameters);
  CHECK(read.weights == m.weights);
  CHECK_FALSE(std::filesystem::exists(path.string() + ".unfinished"));

  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 2);
  CHECK_THROWS_WITH(study::load_model(path, two), Contains("ends after 2 of 3 weights"));
  CHECK_THROWS_WITH(study::load_model(path, {two[1]}), Contains("expected word, got \"x\""));
  CHECK_THROWS_WITH(study::load_model(folder.path / "none", two), Contains("cannot be opened"));
}
