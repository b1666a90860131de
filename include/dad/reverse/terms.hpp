// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A row of any number of terms, as functions of whole ranges write it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/reverse/id.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// A statement of any number of arguments: a full row is closed, and its result is the next row's first
/// argument.
template <class T>
class terms {
  using number = var<T>;

 public:
  terms() = default;
  terms(const terms&) = delete;
  terms& operator=(const terms&) = delete;
  // A row that an exception leaves open is taken back: every argument of a recording belongs to a statement.
  ~terms() {
    if (count_ == 0) return;
    recorder_->rows.words.cursor -= count_;
    recorder_->rows.partials.cursor -= partials_;
  }

  void add(const number& operand, const T& partial) {
    if (!operand.is_active()) return;
    tape_recorder<T>& t = count_ == 0 ? open() : *recorder_;
    t.check(operand, name_);
    (void)operand.share();
    if (t.observer != nullptr) seen_.push_back({operand.value_, operand.index()});
    if (count_ == row_word::most_arguments) {
      const std::uint64_t part = t.rows.close(row());
      if (t.observer != nullptr) t.observer->range_part(index_of(part));
      open();
      t.rows.write_word(rows<T>::argument_of(part, argument_word::plus_one));
      count_ = 1;
    }
    t.rows.write_word(rows<T>::argument_of(operand.id_, argument_word::stored));
    t.rows.write_partial(partial);
    ++count_;
    ++partials_;
  }

  void close(number& y) {
    if (count_ == 0) return;
    if (recorder_->observer != nullptr) recorder_->show(name_, seen_, y.value_);
    y.id_ = recorder_->rows.close(row());
    if (recorder_->observer != nullptr) (void)y.share();
    count_ = 0;
  }

  /// Which function an observer is told of, and errors name.
  void set_name(const char* function) noexcept { name_ = function; }

 private:
  [[nodiscard]] std::uint32_t row() const noexcept {
    return count_ * row_word::argument + partials_ * row_word::partial;
  }

  tape_recorder<T>& open() {
    count_ = partials_ = 0;
    recorder_ = &number::active_tape(name_).recorder_;
    if (recorder_->observer != nullptr) recorder_->observer->range_begins();
    recorder_->make_room(row_word::most_arguments + 1);
    return *recorder_;
  }

  const char* name_ = "a range function";
  tape_recorder<T>* recorder_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t partials_ = 0;
  std::vector<observed_value<T>> seen_;  // by an observer only
};

}  // namespace dad::detail
