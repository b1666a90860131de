// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a part of a function goes on the tape as a deferred step, and is recorded again in the sweep.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <dad/reverse/lease.hpp>
#include <dad/rule/recording_access.hpp>

namespace dad::detail {

/// Deletes what nobody took over.
template <class Object>
struct owner {
  Object* object;
  explicit owner(Object* o) : object(o) {}
  owner(const owner&) = delete;
  owner& operator=(const owner&) = delete;
  ~owner() { delete object; }
  Object* release() { return std::exchange(object, nullptr); }
};

template <class S, class X>
bool any_active(const X& x) {
  bool active = false;
  for_each_real(x, [&](const auto& leaf) { active = active || S(leaf).is_active(); });
  return active;
}

/// y, plain at the level of S, as outputs of the step on the active tape. Takes the step over. Throws
/// tape_error for an x of another recording.
template <class S, class X, class Y>
auto deferred_result(const X& x, const Y& y, const char* subject,
                     deferred_step<typename S::value_type>* step) {
  owner<deferred_step<typename S::value_type>> owned(step);
  auto& t = recording_access::tape_of<typename S::value_type>(x, subject, step->inputs);
  auto result = transform<S>(y, [&](const auto& leaf) {
    S v = S(S(leaf).value());
    recording_access::write_value(t, v, "rule");  // the one step that is deferred while someone watches
    if (step->first_output == 0) step->first_output = v.index();
    return v;
  });
  if (step->first_output != 0) recording_access::defer(t, owned.release());
  return result;
}

/// The memory of a structure over T, with all its reals.
template <class T, class X>
std::size_t bytes_of(const X& x) {
  if constexpr (number<X>)
    return sizeof(X);
  else
    return sizeof(X) + real_count(x) * sizeof(T);
}

/// Adds what a step found to the adjoints of its inputs.
template <class T>
void add_to_inputs(const deferred_step<T>& step, const std::vector<T>& found, T* adjoints) {
  for (std::size_t k = 0; k < step.inputs.size(); ++k)
    if (step.inputs[k] != 0) adjoints[step.inputs[k]] += found[k];
}

/// f at the point x once more, now recorded on a tape of its own: replaces `adjoints`, of f's reals, by those
/// of x's. Only reals that are wanted(k) are inputs, the others get zero.
template <class F, class X, class T, class Wanted>
void adjoints_through(tape<T>& t, const F& f, const X& x, const char* subject, Wanted&& wanted,
                      std::vector<T>& adjoints) {
  using S = var<T>;
  t.clear();
  const auto active = t.activate();
  std::vector<S> inputs;
  const auto point = transform<S>(x, [&](const auto& leaf) {
    S v(leaf);
    if (wanted(inputs.size())) t.input(v);
    inputs.push_back(v);
    return v;
  });
  const auto outputs = checked_reals<S>(f(point), adjoints.size(), subject,
                                        "number that it returned when it was called first: it must be pure");
  if (any_active<S>(outputs)) t.backward(outputs, adjoints);
  adjoints.assign(inputs.size(), T(0));
  for (std::size_t k = 0; k < inputs.size(); ++k)
    if (inputs[k].is_active()) adjoints[k] = t.adjoint(inputs[k]);
}

}  // namespace dad::detail
