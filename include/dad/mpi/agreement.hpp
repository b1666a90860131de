// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ranks must mean the same call: what every call opens with, and the check that f computes the same on all of
// them.

#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/mpi/failure.hpp>
#include <dad/mpi/options.hpp>
#if DAD_DEFINES_ENGINE
#include <boost/core/demangle.hpp>
#endif

namespace dad::mpi::detail {

/// A fingerprint of bytes (FNV-1a over 64-bit words): for accidents, not against attackers.
class fingerprint {
 public:
  void add(std::span<const std::byte> bytes) noexcept;
  void add(std::string_view text) noexcept { add(std::as_bytes(std::span(text))); }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

 private:
  void mix(std::span<const std::byte> bytes, std::size_t count) noexcept;

  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

DAD_ENGINE std::uint64_t fingerprint_of(std::string_view text) noexcept;

/// The types of a call, with their fingerprints: made once per combination of types.
struct call_types {
  const char* routine;   // "batch_eval"
  const char* function;  // mangled type of f
  std::string
      arguments;  // mangled types of what the call is over (inputs, seeds, shared), a space after each
  std::array<std::uint64_t, 3> fingerprints;
};
DAD_ENGINE call_types types_of(const char* routine, const std::type_info& function,
                               std::initializer_list<const std::type_info*> arguments);

/// What ranks have to agree on: as numbers for the comparison, as words for the message.
struct call_description {
  const call_types* types;
  const options* settings;

  static constexpr std::array<const char*, 5> topics = {"the batch function", "the type of f",
                                                        "the type of the inputs", "the root", "the options"};

  [[nodiscard]] std::array<std::uint64_t, topics.size()> numbers() const noexcept;
  [[nodiscard]] std::string words(std::size_t topic) const;
};

/// What each rank says at the opening of a call.
struct opening_record {
  std::array<std::uint64_t, call_description::topics.size()> topics = {};
  std::uint64_t count = 0;   // of the inputs that it has
  std::uint64_t inputs = 0;  // their fingerprint, for a journal
  failure_kind kind = failure_kind::none;
  std::uint32_t is_first_call = 0;
};

/// "rank 3", "ranks 0, 2, 3", and of many the first eight.
DAD_ENGINE std::string name_ranks(const std::vector<int>& ranks);

/// The opening of a call: the records of all ranks, when all of them mean the same call and none failed
/// before it; throws on all of them otherwise. Of `mine`, dad fills in topics and kind.
DAD_ENGINE std::vector<opening_record> open(channel& over, opening_record mine, const call_description& call,
                                            const failure& before);

#if DAD_DEFINES_ENGINE

DAD_ENGINE void fingerprint::add(std::span<const std::byte> bytes) noexcept {
  for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t))) mix(bytes, 8);
  mix(bytes, bytes.size());
}
DAD_ENGINE void fingerprint::mix(std::span<const std::byte> bytes, std::size_t count) noexcept {
  std::uint64_t word = count << 56;  // a last word that is not full differs from one that ends in zeros
  if (count != 0) std::memcpy(&word, bytes.data(), count);
  hash_ = (hash_ ^ word) * 0x100000001b3u;
  hash_ ^= hash_ >> 32;
}
DAD_ENGINE std::uint64_t fingerprint_of(std::string_view text) noexcept {
  fingerprint f;
  f.add(text);
  return f.value();
}

DAD_ENGINE call_types types_of(const char* routine, const std::type_info& function,
                               std::initializer_list<const std::type_info*> arguments) {
  std::string names;
  for (const std::type_info* const type : arguments) names.append(type->name()).append(1, ' ');
  return {routine,
          function.name(),
          names,
          {fingerprint_of(routine), fingerprint_of(function.name()), fingerprint_of(names)}};
}

/// "point, vector<double>" for mangled names with a space after each.
DAD_ENGINE std::string demangled_all(std::string_view names) {
  std::string text;
  while (!names.empty()) {
    const std::size_t end = names.find(' ');
    text += (text.empty() ? "" : ", ") + boost::core::demangle(std::string(names.substr(0, end)).c_str());
    names.remove_prefix(end + 1);
  }
  return text;
}

DAD_ENGINE std::array<std::uint64_t, call_description::topics.size()> call_description::numbers()
    const noexcept {
  const auto& [routine, function, arguments] = types->fingerprints;
  std::uint64_t chosen = 0;
  for (const std::uint64_t choice :
       {static_cast<std::uint64_t>(settings->on_error), static_cast<std::uint64_t>(settings->verify),
        static_cast<std::uint64_t>(settings->schedule), static_cast<std::uint64_t>(settings->inputs),
        static_cast<std::uint64_t>(settings->results)})
    chosen = (chosen << 8) | choice;
  return {routine, function, arguments, static_cast<std::uint64_t>(settings->root), chosen};
}

DAD_ENGINE std::string call_description::words(std::size_t topic) const {
  static constexpr std::array<const char*, 3> verifies = {"automatic", "always", "never"};
  static constexpr std::array<const char*, 3> schedules = {"automatic", "even", "dynamic"};
  static constexpr std::array<const char*, 3> places = {"root", "all", "each"};
  switch (topic) {
    case 0:
      return std::string("dad::mpi::") + types->routine;
    case 1:
      return boost::core::demangle(types->function);
    case 2:
      return demangled_all(types->arguments);
    case 3:
      return "root = " + std::to_string(settings->root);
    default:
      return std::string("on_error::") + (settings->on_error == on_error::raise ? "raise" : "collect") +
             ", verify::" + verifies[static_cast<std::size_t>(settings->verify)] +
             ", schedule::" + schedules[static_cast<std::size_t>(settings->schedule)] +
             ", inputs = on::" + places[static_cast<std::size_t>(settings->inputs)] +
             ", results = on::" + places[static_cast<std::size_t>(settings->results)];
  }
}

DAD_ENGINE std::string name_ranks(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (i == 8) return text + ", ... (" + std::to_string(ranks.size()) + " in all)";
    text += (i == 0 ? "" : ", ") + std::to_string(ranks[i]);
  }
  return text;
}

/// Throws on all ranks, with each side's words. Collective; `said` is what each rank's record says on the
/// topic.
[[noreturn]] DAD_ENGINE void throw_disagreement(channel& over, std::size_t topic,
                                                const std::vector<std::uint64_t>& said,
                                                const call_description& mine) {
  std::string text = std::string("ranks disagree on ") + call_description::topics[topic] + ":";
  std::vector<bool> is_named(said.size(), false);
  for (std::size_t first = 0; first < said.size(); ++first) {
    if (is_named[first]) continue;
    std::vector<int> group;
    for (std::size_t rank = first; rank < said.size(); ++rank)
      if (said[rank] == said[first]) {
        is_named[rank] = true;
        group.push_back(static_cast<int>(rank));
      }
    short_text words(mine.words(topic));
    broadcast(over, words, static_cast<int>(first));
    text += (first == 0 ? " " : "; ") + name_ranks(group) + (group.size() == 1 ? " has " : " have ") +
            words.c_str();
  }
  throw_together(error(text));
}

DAD_ENGINE std::vector<opening_record> open(channel& over, opening_record mine, const call_description& call,
                                            const failure& before) {
  mine.kind = before.kind;
  mine.topics = call.numbers();
  const std::span<const opening_record> all = exchange(over, mine);
  throw_if_any_failed(over, all, before);
  for (const opening_record& record : all)
    for (std::size_t topic = 0; topic < record.topics.size(); ++topic)
      if (record.topics[topic] != all.front().topics[topic]) {
        std::vector<std::uint64_t> said;
        for (const opening_record& r : all) said.push_back(r.topics[topic]);
        throw_disagreement(over, topic, said, call);
      }
  return {all.begin(), all.end()};
}

#endif

}  // namespace dad::mpi::detail
