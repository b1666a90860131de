// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Hands out trials and decides which stop early, one message at a time; knows nothing of ranks but their
// numbers.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "halving.hpp"
#include "samplers.hpp"
#include "storage.hpp"
#include "trial.hpp"

namespace study {

/// What a rank says: it is free, its trial has another epoch's value, its trial is over or threw.
struct message {
  enum kind { free, epoch, done, failed };
  int what = free;
  int rank = 0;
  std::size_t trial = 0;
  double value = 0;                  // of the epoch; the trial's, when it is done
  std::vector<double> weights = {};  // of what was done
  std::string text = {};             // of what was thrown

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& what& rank& trial& value& weights& text;
  }
};

/// What it is told: after an epoch to go on or to stop early, otherwise a trial to run, or that there are no
/// more.
struct answer {
  enum kind { go_on, stop_early, run, leave };
  int what = leave;
  std::size_t trial = 0;
  values parameters = {};

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& what& trial& parameters;
  }
};

/// Seconds since 1970.
inline double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Who wants to know; called by one thread at a time. Before a trial is in the database as complete,
/// `improved` has its weights if it is the best so far: a model that is kept is never behind the database.
struct listeners {
  std::function<void(const trial&, std::span<const double>)> improved;
  std::function<void(std::span<const trial>, const trial&)> over, epoch;
};

class coordinator {
 public:
  /// Goes on from the trials in the database until `goal` are over.
  coordinator(sampler from, std::optional<halving> pruning, std::size_t goal, storage& kept, int job,
              listeners to)
      : sampler_(std::move(from)),
        pruning_(pruning),
        goal_(goal),
        storage_(kept),
        job_(job),
        listeners_(std::move(to)),
        trials_(kept.trials()) {}

  /// Never throws: where the database or a listener does, all ranks are told to leave, and rethrow() says
  /// why.
  answer handle(const message& m) noexcept {
    const std::lock_guard lock(mutex_);
    try {
      if (!problem_) return answer_to(m);
    } catch (...) {
      problem_ = std::current_exception();
    }
    return {m.what == message::epoch ? answer::stop_early : answer::leave, 0, {}};
  }

  /// Once all ranks have left.
  void rethrow() const {
    if (problem_) std::rethrow_exception(problem_);
  }
  [[nodiscard]] const std::vector<trial>& trials() const { return trials_; }

 private:
  answer answer_to(const message& m) {
    if (m.what == message::epoch) return epoch_ended(trials_.at(m.trial), m.value);
    if (m.what != message::free) trial_ended(trials_.at(m.trial), m);
    return next(m.rank);
  }

  answer epoch_ended(trial& t, double value) {
    t.epochs.push_back(value);
    storage_.save_epoch(t, now());
    if (listeners_.epoch) listeners_.epoch(trials_, t);
    if (!pruning_ || pruning_->keeps(t, trials_)) return {answer::go_on, t.number, {}};
    stopped_.insert(t.number);
    return {answer::stop_early, t.number, {}};
  }

  void trial_ended(trial& t, const message& m) {
    const trial* const best = best_of(trials_);
    trial over = t;
    over.ended = now();
    over.message = m.text;
    over.state = m.what == message::failed     ? state::failed
                 : stopped_.contains(t.number) ? state::pruned
                                               : state::complete;
    if (over.state != state::failed) over.value = m.value;
    const bool is_best = over.state == state::complete && (best == nullptr || over.value < best->value);
    if (is_best && listeners_.improved) listeners_.improved(over, m.weights);
    storage_.save(over);
    t = std::move(over);
    if (listeners_.over) listeners_.over(trials_, t);
  }

  // One that was lost with an earlier job, else a new one.
  answer next(int rank) {
    const auto lost = std::find_if(trials_.begin(), trials_.end(),
                                   [](const trial& t) { return t.state == state::waiting; });
    trial t;
    if (lost != trials_.end())
      t = trial{.number = lost->number, .parameters = lost->parameters};
    else if (trials_.size() < goal_)
      t = trial{.number = trials_.size(), .parameters = sampler_(trials_.size(), trials_)};
    else
      return {};
    t.rank = rank;
    t.job = job_;
    t.started = now();
    storage_.save(t);
    if (t.number == trials_.size())
      trials_.push_back(t);
    else
      trials_[t.number] = t;
    return {answer::run, t.number, t.parameters};
  }

  sampler sampler_;
  std::optional<halving> pruning_;
  std::size_t goal_;
  storage& storage_;
  int job_;
  listeners listeners_;
  std::vector<trial> trials_;
  std::set<std::size_t> stopped_;  // told to, their last message is still to come
  std::mutex mutex_;
  std::exception_ptr problem_;
};

}  // namespace study
