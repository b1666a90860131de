// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tree-structured Parzen estimator: parameters that are likely among the good trials and not among the
// others. Bergstra, Bardenet, Bengio, Kégl: Algorithms for hyper-parameter optimization (2011), section 4.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "samplers.hpp"

namespace study {

/// The paper's settings but for the number of random trials to begin with.
struct tpe_settings {
  std::size_t startup = 10;     // so many trials are random
  double good = 0.15;           // share of the trials that count as good
  std::size_t candidates = 24;  // drawn from the good ones' density; the best ratio wins
};

namespace detail {

/// The density of one parameter over trials. Numbers: a mixture of normal distributions cut off at the ends,
/// one at each trial, as wide as the longer gap to its neighbours, and one of the whole range's width in its
/// middle, the prior. Choices: how often each was taken, and once more for the prior.
class parzen {
 public:
  parzen(const parameter& p, const std::vector<double>& taken) : p_(p) {
    std::tie(low_, high_) = ends(p);
    if (p.what == kind::categorical) {
      weights_.assign(p.choices.size(), 1.0);
      for (const double v : taken) weights_[static_cast<std::size_t>(v)] += 1;
      return;
    }
    const double range = high_ - low_, middle = (low_ + high_) / 2;
    for (const double v : taken) centres_.push_back(std::clamp(to_line(p, v), low_, high_));
    centres_.push_back(middle);
    std::sort(centres_.begin(), centres_.end());
    const std::size_t prior = static_cast<std::size_t>(
        std::lower_bound(centres_.begin(), centres_.end(), middle) - centres_.begin());
    const double narrowest = range / std::min(100.0, 1.0 + static_cast<double>(centres_.size()));
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      const double before = centres_[i] - (i == 0 ? low_ : centres_[i - 1]);
      const double after = (i + 1 == centres_.size() ? high_ : centres_[i + 1]) - centres_[i];
      widths_.push_back(i == prior ? range : std::clamp(std::max(before, after), narrowest, range));
    }
  }

  double draw(std::mt19937_64& random) const {
    if (p_.what == kind::categorical) {
      std::discrete_distribution<int> choice(weights_.begin(), weights_.end());
      return choice(random);
    }
    const auto i = std::uniform_int_distribution<std::size_t>(0, centres_.size() - 1)(random);
    std::normal_distribution<double> normal(centres_[i], widths_[i]);
    for (;;) {  // at least about a third of a component lies between the ends
      const double x = normal(random);
      if (x >= low_ && x <= high_) return from_line(p_, x);
    }
  }

  /// The logarithm of the density, or of a step's probability; up to a constant of the parameter.
  [[nodiscard]] double log_density(double value) const {
    if (p_.what == kind::categorical) {
      double total = 0;
      for (const double w : weights_) total += w;
      return std::log(weights_[static_cast<std::size_t>(value)] / total);
    }
    const double x = to_line(p_, value);
    double sum = 0;
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      const auto below = [&](double y) {
        return std::erfc((centres_[i] - y) / (widths_[i] * std::numbers::sqrt2)) / 2;
      };
      const double z = (x - centres_[i]) / widths_[i];
      const double part =
          p_.step > 0 ? below(x + p_.step / 2) - below(x - p_.step / 2) : std::exp(-z * z / 2) / widths_[i];
      sum += part / (below(high_) - below(low_));
    }
    return std::log(std::max(sum / static_cast<double>(centres_.size()), 1e-300));
  }

 private:
  const parameter& p_;
  double low_ = 0, high_ = 0;
  std::vector<double> weights_;           // of choices
  std::vector<double> centres_, widths_;  // on the line
};

/// Whether a is the better trial: complete ones by value; then pruned ones, which went further before, then
/// by value; then those that failed. A running one counts as worse than all that are over, which keeps
/// other ranks from trying the same at once.
inline bool is_better(const trial& a, const trial& b) {
  const auto order = [](state s) {
    return s == state::complete ? 0 : s == state::pruned ? 1 : s == state::failed ? 2 : 3;
  };
  if (order(a.state) != order(b.state)) return order(a.state) < order(b.state);
  if (a.state == state::pruned && a.epochs.size() != b.epochs.size())
    return a.epochs.size() > b.epochs.size();
  if ((a.state == state::complete || a.state == state::pruned) && a.value != b.value)
    return a.value < b.value;
  return a.number < b.number;
}

}  // namespace detail

/// Each parameter by itself: the candidate, of those drawn from the density of the good trials, at which it
/// is highest against the density of the others.
inline sampler tpe_sampler(space s, std::uint64_t seed, tpe_settings settings = {}) {
  return [s, seed, settings](std::size_t number, std::span<const trial> trials) {
    auto random = generator_of(seed, number);
    std::vector<const trial*> known;
    std::size_t over = 0;
    for (const trial& t : trials) known.push_back(&t), over += t.is_over();
    if (over < settings.startup || over == 0) return random_values(s, random);
    std::sort(known.begin(), known.end(),
              [](const trial* a, const trial* b) { return detail::is_better(*a, *b); });
    const auto good = static_cast<std::size_t>(std::ceil(settings.good * static_cast<double>(over)));

    values result;
    for (std::size_t i = 0; i < s.size(); ++i) {
      std::vector<double> of_good, of_others;
      for (std::size_t k = 0; k < known.size(); ++k)
        (k < good ? of_good : of_others).push_back(known[k]->parameters[i]);
      const detail::parzen likely(s[i], of_good), unlikely(s[i], of_others);
      double best = 0, best_ratio = -std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < settings.candidates; ++k) {
        const double candidate = likely.draw(random);
        const double ratio = likely.log_density(candidate) - unlikely.log_density(candidate);
        if (ratio > best_ratio) best = candidate, best_ratio = ratio;
      }
      result.push_back(best);
    }
    return result;
  };
}

/// By its name: grid, random or tpe. Throws std::invalid_argument for others.
inline sampler sampler_of(const std::string& name, const space& s, std::uint64_t seed) {
  if (name == "grid") return grid_sampler(s);
  if (name == "random") return random_sampler(s, seed);
  if (name == "tpe") return tpe_sampler(s, seed);
  throw std::invalid_argument("sampler is \"" + name + "\", expected grid, random or tpe");
}

}  // namespace study
