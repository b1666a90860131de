// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A study as tables: trials.csv, epochs.csv, and who was busy for how long.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <dad/batch/statistics.hpp>

#include "../support/csv.hpp"
#include "model.hpp"
#include "space.hpp"
#include "storage.hpp"
#include "trial.hpp"

namespace study {

namespace detail {

// Cells are words without commas.
inline std::string cell(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ',' || c == '\n' || c == '\r'; }, ';');
  return text;
}
inline std::string cell(double number) { return std::isnan(number) ? "" : support::to_text(number); }

}  // namespace detail

/// trials.csv has a row for each trial, epochs.csv one for each epoch of each. Both are there as a whole at
/// any time.
inline void write_csv(const std::filesystem::path& folder, const space& s, std::span<const trial> trials) {
  write_whole(folder / "trials.csv", [&](const std::filesystem::path& path) {
    std::vector<std::string> columns{"trial", "state", "value", "rank", "job", "started", "ended", "epochs"};
    for (const parameter& p : s) columns.push_back(p.name);
    columns.push_back("message");
    support::csv table(path, columns);
    for (const trial& t : trials) {
      std::vector<std::string> row{std::to_string(t.number), name_of(t.state),
                                   detail::cell(t.value),    std::to_string(t.rank),
                                   std::to_string(t.job),    detail::cell(t.started),
                                   detail::cell(t.ended),    std::to_string(t.epochs.size())};
      for (std::size_t i = 0; i < s.size(); ++i) row.push_back(detail::cell(text_of(s[i], t.parameters[i])));
      row.push_back(detail::cell(t.message));
      table.row_of(row);
    }
    table.close();
  });
  write_whole(folder / "epochs.csv", [&](const std::filesystem::path& path) {
    support::csv table(path, {"trial", "epoch", "value"});
    for (const trial& t : trials) {
      for (std::size_t i = 0; i < t.epochs.size(); ++i) table.row(t.number, i + 1, t.epochs[i]);
    }
    table.close();
  });
}

/// The job that ran most of the trials, of a study that was resumed.
inline int busiest_job(std::span<const trial> trials) {
  std::map<int, int> counts;
  for (const trial& t : trials) ++counts[t.job];
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? 1 : most->first;
}

/// Who ran which trial when in a job, in the form in which dad's batches say it: a trial is a chunk of one
/// input.
inline dad::batch_statistics busy_times(std::span<const trial> trials, const storage::job_record& job) {
  dad::batch_statistics result;
  result.start(static_cast<std::size_t>(job.ranks));
  result.schedule = "dynamic";
  double ended = job.started;
  for (const trial& t : trials) {
    if (t.job != job.number || !t.is_over()) continue;
    result.add({t.rank, t.number, t.number + 1, t.started - job.started, t.ended - job.started}, 1);
    ended = std::max(ended, t.ended);
  }
  result.seconds = (std::isnan(job.ended) ? ended : job.ended) - job.started;
  return result;
}

inline void print_busy_times(const dad::batch_statistics& job) {
  std::printf("  rank  trials  busy, s  idle, s\n");
  for (std::size_t i = 0; i < job.ranks.size(); ++i) {
    const auto& rank = job.ranks[i];
    std::printf("  %4zu  %6zu  %7.2f  %7.2f\n", i, rank.items, rank.seconds, job.seconds - rank.seconds);
  }
}

}  // namespace study
