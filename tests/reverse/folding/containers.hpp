// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random statements on ranges: containers that grow and shrink, and the standard algorithms.

#pragma once

#include <algorithm>
#include <deque>
#include <list>

#include "reverse/folding/statements.hpp"

namespace test {

template <class S>
void change_container(world<S>& w, dice d) {
  std::vector<S>& e = w.elements;
  const dice a = d.split();
  const auto position = [&](std::size_t count) { return static_cast<std::ptrdiff_t>(d(count)); };
  switch (d(14)) {
    case 0:
      e.push_back(expression(w, a));
      break;
    case 1:
      e.push_back(e[d(e.size())]);
      e.back() += e.front();
      break;
    case 2: {
      S t = expression(w, a);
      e.insert(e.begin() + position(e.size()), std::move(t));
      break;
    }
    case 3:
      if (e.size() > 2) e.erase(e.begin() + position(e.size()));
      e.front() -= e.back() * e.front();
      break;
    case 4:
      e.resize(2 + d(6));
      break;
    case 5: {
      S t = expression(w, a);
      e.assign(2 + d(3), t);
      e[1] += t;
      break;
    }
    case 6: {
      std::vector<S> copy = e;
      for (S& x : copy) x += e[0];
      e = d(2) == 0 ? copy : std::move(copy);
      break;
    }
    case 7: {
      std::vector<S> grown;  // moves its elements at every growth
      for (const S& x : e) grown.emplace_back(x * e.back());
      for (std::size_t i = 1; i < grown.size(); ++i) grown[i] += grown[i - 1];
      grown.shrink_to_fit();
      std::swap(e, grown);
      break;
    }
    case 8: {
      std::deque<S> q(e.begin(), e.end());
      q.push_front(expression(w, a));
      q.push_back(std::move(q.front()));
      q.pop_front();
      q.back() += q.front();
      e.assign(q.begin(), q.end());
      break;
    }
    case 9: {
      std::list<S> l(e.begin(), e.end());
      l.push_front(expression(w, a));
      l.front() += l.back();
      l.reverse();
      e.assign(std::make_move_iterator(l.begin()), std::make_move_iterator(l.end()));
      break;
    }
    case 10: {
      S& last = e.emplace_back(expression(w, a));
      last += e.front();
      break;
    }
    case 11:
      e = {e.front() * e.back(), expression(w, a), e.front()};
      break;
    case 12: {
      std::vector<std::vector<S>> rows(2, e);
      rows.push_back({e[0] * e[1], e[1]});
      for (auto& row : rows) row[0] += row[1];
      rows.erase(rows.begin());
      e = std::move(rows[0]);
      e.push_back(std::move(rows[1][0]));
      break;
    }
    default:
      e.insert(e.end(), {expression(w, a), e.front()});
      e[0] -= e[e.size() - 1];
  }
}

template <class S>
void reorder(world<S>& w, dice d) {
  std::vector<S>& e = w.elements;
  const auto less = [&](const S& x, const S& y) { return w.decide(x < y); };
  if (d(2) == 0) e.push_back(expression(w, d.split()));
  const auto middle = e.begin() + static_cast<std::ptrdiff_t>(d(e.size()));
  switch (d(13)) {
    case 0:
      std::sort(e.begin(), e.end(), less);
      break;
    case 1:
      std::stable_sort(e.begin(), e.end(), less);
      break;
    case 2:
      std::rotate(e.begin(), middle, e.end());
      break;
    case 3:
      std::reverse(e.begin(), e.end());
      break;
    case 4:
      std::nth_element(e.begin(), middle, e.end(), less);
      break;
    case 5:
      std::partition(e.begin(), e.end(), [&](const S& x) { return w.decide(x > 0); });
      break;
    case 6: {
      const auto end = std::remove_if(e.begin(), e.end(), [&](const S& x) { return w.decide(x > 1); });
      e.erase(end, e.end());
      while (e.size() < 2) e.push_back(w.variables[0] * w.number(d.split()));
      break;
    }
    case 7:
      std::iter_swap(e.begin(), middle);
      e.front() += *middle;
      break;
    case 8:
      std::make_heap(e.begin(), e.end(), less);
      std::pop_heap(e.begin(), e.end(), less);
      e.back() *= e.front();
      break;
    case 9: {
      S& largest = *std::max_element(e.begin(), e.end(), less);
      largest = largest * e.front() + std::move(largest);
      break;
    }
    case 10: {
      std::vector<S> merged(2 * e.size());
      std::sort(e.begin(), e.end(), less);
      const std::vector<S> same = e;
      std::merge(std::make_move_iterator(e.begin()), std::make_move_iterator(e.end()), same.begin(),
                 same.end(), merged.begin(), less);
      e.assign(merged.begin(), merged.begin() + static_cast<std::ptrdiff_t>(e.size()));
      break;
    }
    case 11: {
      std::random_access_iterator auto from = e.begin();
      std::move_backward(from, e.end() - 1, e.end());
      *from = w.variables[1] * w.variables[0];
      break;
    }
    default:
      std::sort(w.variables.begin(), w.variables.end(), less);
  }
}

template <class S>
void run_algorithm(world<S>& w, dice d) {
  std::vector<S>& e = w.elements;
  std::vector<S> out(e.size());
  S& t = w.pick(d.split());
  S& u = w.variables[d(w.variables.size())];
  const S start = expression(w, d.split());
  const auto times = [](const auto& x, const auto& y) { return x * y; };
  switch (d(14)) {
    case 0:
      std::partial_sum(e.begin(), e.end(), out.begin());
      break;
    case 1:
      std::partial_sum(e.begin(), e.end(), out.begin(), times);
      break;
    case 2:
      std::partial_sum(e.begin(), e.end(), e.begin());
      out = e;
      break;
    case 3:
      std::exclusive_scan(e.begin(), e.end(), out.begin(), start);
      break;
    case 4:
      std::exclusive_scan(e.begin(), e.end(), out.begin(), start, times);
      break;
    case 5:
      std::inclusive_scan(e.begin(), e.end(), out.begin(), std::plus<>(), start);
      break;
    case 6:
      std::adjacent_difference(e.begin(), e.end(), out.begin());
      break;
    case 7:
      std::adjacent_difference(e.begin(), e.end(), out.begin(), times);
      break;
    case 8:
      std::transform(e.begin(), e.end(), out.begin(), [&](const S& x) { return x * start - x; });
      break;
    case 9:
      std::transform_exclusive_scan(e.begin(), e.end(), out.begin(), S(start), std::plus<>(),
                                    [&](const S& x) { return x * u; });
      break;
    case 10: {
      S s = start;
      std::generate(out.begin(), out.end(), [&] { return s += u; });
      break;
    }
    case 11:
      std::for_each(e.begin(), e.end(), [&, s = start](S& x) mutable { x = s += x; });
      out = e;
      break;
    case 12:
      std::iota(out.begin(), out.end(), u);
      break;
    default:
      out[0] = std::accumulate(e.begin(), e.end(), start, [](const S& s, const S& x) { return s + s * x; });
      std::fill(out.begin() + 1, out.end(), out[0]);
      out.back() += start;
  }
  if (d(2) == 0) {
    t = std::accumulate(out.begin(), out.end(), S(0.0));
  } else {
    t += out.back() * out.front();
    std::swap(w.elements, out);
  }
}

}  // namespace test
