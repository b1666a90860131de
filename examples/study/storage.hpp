// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A study in a database: every trial as it goes, so that a second process can watch and a later one resume.

#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "database.hpp"
#include "trial.hpp"

namespace study {

/// What all trials of a study have in common: a later job must ask for the same.
using settings_list = std::vector<std::pair<std::string, std::string>>;

/// A file that one process at a time holds, until its end, whatever that is.
class file_lock {
 public:
  explicit file_lock(const std::filesystem::path& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ < 0) throw std::runtime_error(path.string() + ": cannot be opened: " + std::strerror(errno));
    if (flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    close(file_);
    throw std::runtime_error(path.string() + ": another study is using this database");
  }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock() { close(file_); }

 private:
  int file_;
};

/// The tables are described in README.md. Each member function is one transaction; errors are database_error.
class storage {
 public:
  /// Makes the database, or takes one of the same space and settings; another one is refused and left as it
  /// is. Trials that were running when an earlier job ended are waiting now.
  storage(const std::filesystem::path& path, const space& s, const settings_list& settings)
      : lock_(path.string() + ".lock"), path_(path), space_(s), database_(path) {
    database_.transaction([&] {
      if (!database_.query("SELECT 1 FROM sqlite_master WHERE name = 'settings'").next()) make(settings);
    });
    compare("setting", stored_settings(), settings);
    compare("parameter", stored_space(), described_space());
    database_.transaction([&] {
      database_.run("DELETE FROM epochs WHERE trial IN (SELECT number FROM trials WHERE state = 'running')");
      database_.run("UPDATE trials SET state = 'waiting', value = NULL WHERE state = 'running'");
    });
  }

  /// All trials by number, which are 0, 1, 2, ...
  [[nodiscard]] std::vector<trial> trials() {
    std::vector<trial> result;
    auto rows = database_.query(
        "SELECT number, state, value, rank, job, started, ended, message FROM trials ORDER BY number");
    while (rows.next()) {
      trial t;
      t.number = static_cast<std::size_t>(rows.integer(0));
      t.state = state_of(rows.text(1));
      t.value = rows.number(2);
      t.rank = static_cast<int>(rows.integer(3));
      t.job = static_cast<int>(rows.integer(4));
      t.started = rows.number(5);
      t.ended = rows.number(6);
      t.message = rows.text(7);
      if (t.number != result.size())
        throw database_error(path_.string() + ": has no trial " + std::to_string(result.size()) +
                             " but later ones");
      auto parameters =
          database_.query("SELECT value FROM trial_parameters WHERE trial = ? ORDER BY position", t.number);
      while (parameters.next()) t.parameters.push_back(parameters.number(0));
      auto epochs = database_.query("SELECT value FROM epochs WHERE trial = ? ORDER BY epoch", t.number);
      while (epochs.next()) t.epochs.push_back(epochs.number(0));
      result.push_back(std::move(t));
    }
    return result;
  }

  /// A job of so many ranks begins; its number, from 1 on.
  int begin_job(int ranks, double now) {
    database_.run("INSERT INTO jobs (ranks, started) VALUES (?, ?)", ranks, now);
    auto row = database_.query("SELECT max(number) FROM jobs");
    row.next();
    return static_cast<int>(row.integer(0));
  }
  struct job_record {
    int number, ranks;
    double started, ended;  // ended is NaN where it runs, or was killed
  };
  [[nodiscard]] job_record job(int number) {
    auto row = database_.query("SELECT number, ranks, started, ended FROM jobs WHERE number = ?", number);
    if (!row.next()) throw database_error(path_.string() + ": has no job " + std::to_string(number));
    return {static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1)), row.number(2), row.number(3)};
  }
  void end_job(int job, double now) { database_.run("UPDATE jobs SET ended = ? WHERE number = ?", now, job); }

  /// A trial was handed out, or is over: what there was of it is written anew, but for its epochs.
  void save(const trial& t) {
    database_.transaction([&] {
      database_.run(
          "INSERT OR REPLACE INTO trials (number, state, value, rank, job, started, ended, message) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          t.number, std::string_view(name_of(t.state)), t.value, t.rank, t.job, t.started, t.ended,
          t.message);
      for (std::size_t i = 0; i < space_.size(); ++i) {
        database_.run("INSERT OR REPLACE INTO trial_parameters VALUES (?, ?, ?, ?, ?)", t.number, i,
                      space_[i].name, t.parameters[i], text_of(space_[i], t.parameters[i]));
      }
    });
  }

  /// The value after the trial's last epoch.
  void save_epoch(const trial& t, double now) {
    database_.run("INSERT INTO epochs VALUES (?, ?, ?, ?)", t.number, t.epochs.size(), t.epochs.back(), now);
  }

 private:
  using named = settings_list;

  void make(const settings_list& settings) {
    for (const char* sql :
         {"CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
          "CREATE TABLE parameters (position INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, "
          "description TEXT NOT NULL)",
          "CREATE TABLE jobs (number INTEGER PRIMARY KEY, ranks INTEGER NOT NULL, started REAL NOT NULL, "
          "ended REAL)",
          "CREATE TABLE trials (number INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('waiting', "
          "'running', 'complete', 'pruned', 'failed')), value REAL, rank INTEGER NOT NULL, job INTEGER NOT "
          "NULL, started REAL NOT NULL, ended REAL, message TEXT NOT NULL)",
          "CREATE TABLE trial_parameters (trial INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT "
          "NULL, value REAL NOT NULL, text TEXT NOT NULL, PRIMARY KEY (trial, position))",
          "CREATE TABLE epochs (trial INTEGER NOT NULL, epoch INTEGER NOT NULL, value REAL, at REAL NOT "
          "NULL, PRIMARY KEY (trial, epoch))"}) {
      database_.run(sql);
    }
    for (const auto& [name, value] : settings)
      database_.run("INSERT INTO settings VALUES (?, ?)", name, value);
    const named described = described_space();
    for (std::size_t i = 0; i < described.size(); ++i) {
      database_.run("INSERT INTO parameters VALUES (?, ?, ?)", i, described[i].first, described[i].second);
    }
  }

  named stored_settings() {
    named result;
    auto stored = database_.query("SELECT name, value FROM settings ORDER BY rowid");
    while (stored.next()) result.emplace_back(stored.text(0), stored.text(1));
    return result;
  }
  named stored_space() {
    named result;
    auto stored = database_.query("SELECT name, description FROM parameters ORDER BY position");
    while (stored.next()) result.emplace_back(stored.text(0), stored.text(1));
    return result;
  }
  [[nodiscard]] named described_space() const {
    named result;
    for (const parameter& p : space_) {
      std::ostringstream text;
      text << name_of(p.what);
      for (const auto& choice : p.choices) text << ' ' << choice;
      if (p.choices.empty())
        text << " from " << support::to_text(p.low) << " to " << support::to_text(p.high);
      if (p.choices.empty() && p.step > 0) text << " by " << support::to_text(p.step);
      if (!p.grid.empty()) text << ", grid";
      for (const double v : p.grid) text << ' ' << text_of(p, v);
      result.emplace_back(p.name, text.str());
    }
    return result;
  }

  void compare(const std::string& what, const named& stored, const named& wanted) const {
    const auto text = [](const named& r, std::size_t i) {
      return i < r.size() ? r[i].first + " = " + r[i].second : "none";
    };
    for (std::size_t i = 0; i < std::max(stored.size(), wanted.size()); ++i) {
      if (text(stored, i) == text(wanted, i)) continue;
      throw database_error(path_.string() + ": holds another study: its " + what + " " + text(stored, i) +
                           ", this one's " + text(wanted, i));
    }
  }

  state state_of(const std::string& name) const {
    for (std::size_t i = 0; i < std::size(state_names); ++i) {
      if (name == state_names[i]) return static_cast<state>(i);
    }
    throw database_error(path_.string() + ": a trial's state is \"" + name + "\"");
  }

  file_lock lock_;
  std::filesystem::path path_;
  space space_;
  database database_;
};

}  // namespace study
