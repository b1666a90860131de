// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The drawing's panels.

#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "../support/chart.hpp"
#include "../support/gantt.hpp"
#include "../support/svg.hpp"
#include "importance.hpp"

namespace study {

namespace {

constexpr const char *blue = "#1f6fb4", *orange = "#d95f02", *grey = "#b5b5b5", *red = "#cf222e";

/// Errors in per cent; those above are drawn at `top`, so that the good ones can be told apart.
struct error_scale {
  double top;
  explicit error_scale(std::span<const trial> trials) {
    const trial* const best = best_of(trials);
    top = best == nullptr ? 100 : std::clamp(std::ceil(250 * best->value), 10.0, 100.0);
  }
  double operator()(double error) const { return std::min(100 * error, top); }
  [[nodiscard]] std::string title() const {
    return "error, % (above " + support::to_text(top) + ": at the top)";
  }
};

support::curve dots(std::string name, const char* colour) {
  return {.name = std::move(name), .colour = colour, .points = {}, .width = 0, .dots = true};
}

void draw_history(support::svg& drawing, support::area where, std::span<const trial> trials,
                  const error_scale& scale) {
  support::curve best{.name = "best so far", .colour = orange, .points = {}};
  auto complete = dots("complete", blue), pruned = dots("pruned", grey), failed = dots("failed", red);
  double lowest = 2;
  for (const trial& t : trials) {
    const double x = static_cast<double>(t.number);
    if (t.state == state::failed) failed.points.emplace_back(x, scale.top);
    if (t.state == state::pruned) pruned.points.emplace_back(x, scale(t.value));
    if (t.state == state::complete) {
      complete.points.emplace_back(x, scale(t.value));
      if (lowest <= 1) best.points.emplace_back(x, scale(lowest));  // a step
      lowest = std::min(lowest, t.value);
      best.points.emplace_back(x, scale(lowest));
    }
  }
  std::vector<support::curve> curves{best, complete};
  if (!pruned.points.empty()) curves.push_back(pruned);
  if (!failed.points.empty()) curves.push_back(failed);
  draw_chart(drawing, where, "Trials", {.title = "trial", .least = 0}, {.title = scale.title()}, curves);
}

void draw_epochs(support::svg& drawing, support::area where, std::span<const trial> trials,
                 const error_scale& scale) {
  const trial* const best = best_of(trials);
  std::vector<support::curve> curves;
  support::curve best_curve{.name = "best", .colour = orange, .points = {}, .width = 2.5};
  auto stopped = dots("pruned here", "#888888");
  bool is_named = false;
  for (const trial& t : trials) {
    const bool is_pruned = t.state == state::pruned;
    support::curve c{.name = "", .colour = is_pruned ? grey : blue, .points = {}, .width = 1, .opacity = 0.7};
    for (std::size_t i = 0; i < t.epochs.size(); ++i)
      c.points.emplace_back(static_cast<double>(i + 1), scale(t.epochs[i]));
    if (is_pruned && !c.points.empty()) stopped.points.push_back(c.points.back());
    if (best != nullptr && t.number == best->number) {
      best_curve.points = c.points;
      continue;
    }
    if (t.state == state::complete && !is_named) c.name = "complete", is_named = true;
    curves.push_back(c);
  }
  curves.push_back(best_curve);
  if (!stopped.points.empty()) curves.push_back(stopped);
  draw_chart(drawing, where, "Validation error after each epoch", {.title = "epoch", .least = 0},
             {.title = scale.title()}, curves);
}

void draw_slice(support::svg& drawing, support::area where, const parameter& p, std::size_t at,
                std::span<const trial> trials, const error_scale& scale) {
  auto complete = dots("", blue), pruned = dots("", grey), best_dot = dots("", orange);
  const trial* const best = best_of(trials);
  const bool is_labelled = p.step > 0 && (p.high - p.low) / p.step < 6;
  for (const trial& t : trials) {
    if (t.state != state::complete && t.state != state::pruned) continue;
    const double v = t.parameters[at];
    const double x = is_labelled ? (v - p.low) / p.step : p.what == kind::log_uniform ? std::log10(v) : v;
    (t.state == state::pruned ? pruned : complete).points.emplace_back(x, scale(t.value));
    if (&t == best) best_dot.points.emplace_back(x, scale(t.value));
  }
  support::axis horizontal{.title = p.what == kind::log_uniform ? "log10 of " + p.name : p.name};
  for (double v = p.low; is_labelled && v < p.high + p.step / 2; v += p.step)
    horizontal.labels.push_back(text_of(p, v));
  draw_chart(drawing, where, "", horizontal, {.title = "error, %"}, {pruned, complete, best_dot});
}

constexpr double bar_step = 22;

double importances_height(std::size_t count) {
  return count == 0 ? 0 : 46 + bar_step * static_cast<double>((count + 1) / 2);
}

// A bar for each parameter, the longest first, in two columns.
void draw_importances(support::svg& drawing, support::area where, const space& s,
                      const std::vector<std::size_t>& varied, std::span<const trial> trials) {
  if (varied.empty()) return;
  std::vector<std::pair<importance, std::size_t>> bars;
  for (const std::size_t i : varied) bars.emplace_back(importance_of(trials, i), i);
  std::stable_sort(bars.begin(), bars.end(),
                   [](const auto& a, const auto& b) { return a.first.share > b.first.share; });
  drawing.text({where.x + 10, where.y + 18}, "Share of the errors' variance that goes with each parameter",
               {.size = 14, .colour = "#333333", .bold = true});
  drawing.text({where.x + where.width, where.y + 18}, "line: what chance gives on average",
               {.anchor = "end"});
  const std::size_t rows = (bars.size() + 1) / 2;
  for (std::size_t k = 0; k < bars.size(); ++k) {
    const auto [of, i] = bars[k];
    const double left = where.x + 14 + where.width / 2 * static_cast<double>(k / rows);
    const double top = where.y + 32 + bar_step * static_cast<double>(k % rows), begin = left + 84,
                 whole = where.width / 2 - 160;
    drawing.text({begin - 8, top + 12}, s[i].name, {.anchor = "end"});
    drawing.rectangle(begin, top, whole, 15, "#f2f2f2");
    drawing.rectangle(begin, top, whole * of.share, 15, blue);
    const support::point mark[] = {{begin + whole * of.by_chance, top},
                                   {begin + whole * of.by_chance, top + 15}};
    drawing.line(mark, "#333333", 1.5);
    drawing.text({begin + whole + 8, top + 12}, support::to_text(std::round(1000 * of.share) / 10) + " %");
  }
}

}  // namespace

void write_report(const std::filesystem::path& path, const std::string& title, const std::string& subtitle,
                  const space& s, std::span<const trial> trials, const dad::batch_statistics& job) {
  std::vector<std::size_t> varied;
  for (std::size_t i = 0; i < s.size(); ++i) {
    std::set<double> taken;
    for (const trial& t : trials) taken.insert(t.parameters[i]);
    if (taken.size() > 1) varied.push_back(i);
  }
  constexpr double width = 1000, slice_width = 245, slice_height = 225, top = 70, charts = 340;
  const double slices = slice_height * static_cast<double>((varied.size() + 3) / 4);
  const double bars = importances_height(varied.size());
  support::svg drawing(width, top + charts + slices + bars + support::gantt_height(job.ranks.size()) + 16);
  drawing.text({24, 34}, title, {.size = 19, .colour = "#222222", .bold = true});
  drawing.text({24, 56}, subtitle, {.size = 13});
  const error_scale scale(trials);
  draw_history(drawing, {10, top, 490, charts}, trials, scale);
  draw_epochs(drawing, {505, top, 490, charts}, trials, scale);
  for (std::size_t i = 0; i < varied.size(); ++i) {
    const support::area where{10 + slice_width * static_cast<double>(i % 4),
                              top + charts - 30 + slice_height * static_cast<double>(i / 4), slice_width,
                              slice_height + 20};
    draw_slice(drawing, where, s[varied[i]], varied[i], trials, scale);
  }
  draw_importances(drawing, {10, top + charts + slices + 8, width - 20, bars}, s, varied, trials);
  draw_gantt(drawing, {10, top + charts + slices + bars + 8}, width - 20,
             "Trials of each rank, in the job that ran most of them", job, job.seconds, "the job began");
  drawing.save(path);
}

}  // namespace study
