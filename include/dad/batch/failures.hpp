// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs at which f threw.

#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <dad/batch/index_list.hpp>
#include <dad/batch/result_rows.hpp>

namespace dad::detail {

/// Runs `evaluation`; the text of what it throws, of any type, goes to `failed`.
template <class Evaluation, class Failed>
void catch_any(Evaluation&& evaluation, Failed&& failed) {
  try {
    evaluation();
  } catch (const std::exception& e) {
    failed(e.what());
  } catch (...) {
    failed("unknown exception");
  }
}

/// The inputs of a batch that failed, in the order in which they did, and the texts of what f threw.
template <class...>
class failed_inputs_if_used {
 public:
  [[gnu::cold]] void add(const index_list& inputs, std::string text) {
    texts_.push_back(std::move(text));
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs_.push_back({inputs[i], texts_.size() - 1});
  }
  void forget() { inputs_.clear(); }
  /// Forgets those of which `is_kept` says so.
  void keep(const list<char>& is_kept) {
    std::size_t kept = 0;
    for (const failure& f : inputs_)
      if (is_kept[f.index] != 0) inputs_[kept++] = f;
    inputs_.resize(kept, {});
  }

  /// item(index, text) for each, by index. Shapes: of a batch of `count` inputs.
  template <class Item>
  void for_each(std::size_t count, Item&& item) const {
    if (inputs_.empty()) return;
    list<const std::string*> text_of(count, nullptr);
    for (const auto& [index, text] : inputs_) text_of[index] = &texts_[text];
    for (std::size_t i = 0; i < count; ++i)
      if (text_of[i] != nullptr) item(i, *text_of[i]);
  }

 private:
  struct failure {
    std::size_t index;
    std::size_t text;
  };
  list<failure> inputs_;
  std::vector<std::string> texts_;
};
using failed_inputs = failed_inputs_if_used<>;

/// The results of a failed input: the error, and NaN for what is known to belong there.
template <class Value>
[[gnu::cold]] void store_failed(batch_storage<Value>& out, result_rows& rows, std::size_t i, item_error error,
                                std::size_t payload_size) {
  batch_storage<Value> failed;
  failed.close_failed(std::move(error), payload_size);
  rows.write(i, failed.values, failed.payload);
  if constexpr (!flat_output<Value>) out.objects[i] = std::move(failed.objects[0]);
  out.errors.push_back(std::move(failed.errors[0]));
}

DAD_COMPILED_ONCE(class failed_inputs)

}  // namespace dad::detail
