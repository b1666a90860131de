// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A rank that is not the root of a call: it evaluates the chunks that the root sends, until the root says
// that it is over.

#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include <dad/batch/statistics.hpp>
#include <dad/mpi/chunk_work.hpp>
#include <dad/mpi/failure.hpp>
#include <dad/mpi/post.hpp>

namespace dad::mpi::detail {

using dad::detail::seconds_now;

/// A text as the only block of a letter.
inline bundle text_bundle(std::string text) {
  auto kept = std::make_shared<const std::string>(std::move(text));
  bundle b;
  b.blocks[0] = bytes_of(*kept);
  b.owner = kept;
  return b;
}
struct text_in : blocks_in {
  explicit text_in(const letter& head) : text(head.bytes[0], '\0') { to_fill[0] = writable_bytes_of(text); }
  std::string text;
};

class worker final : recipient {
 public:
  worker(channel& over, post& letters, int root, std::uint32_t call, chunk_work& work)
      : over_(over), letters_(letters), root_(root), call_(call), work_(work), opened_(seconds_now()) {}

  /// Works until the end of the call; throws what the root says is to be thrown on all ranks.
  void run() {
    failure told;
    or_end_job(over_.rank, [&] { told = work(); });
    if (told) throw_failure(told.kind, told.text);
  }

 private:
  struct task {
    letter head;
    std::unique_ptr<blocks_in> blocks;
    bool is_dropped = false;
  };

  failure work() {
    letters_.listen(root_);
    unfit_ = attempt([&] { work_.start(); });
    for (;;) {
      wait_for_task();
      task t = std::move(ready_.front());
      ready_.pop_front();
      switch (t.head.kind) {
        case message::prepare:
          prepare(t);
          break;
        case message::work:
          evaluate(t);
          break;
        default:
          return finish(t);
      }
    }
  }

  rooms room(int, const letter& head) override {
    if (head.call != call_)
      throw error("a letter of call " + std::to_string(head.call) + " came in call " + std::to_string(call_));
    coming_.push_back({head, nullptr});
    if (head.kind == message::drop) return {};
    std::unique_ptr<blocks_in>& blocks = coming_.back().blocks;
    // Without memory for what the root sends there is no way on, and no way to wait for it either.
    const failure f = attempt([&] {
      if (head.failure != 0)
        blocks = std::make_unique<text_in>(head);
      else if (head.kind == message::prepare)
        blocks = work_.preparation_room(head);
      else if (head.kind == message::work)
        blocks = head.number != 0 ? work_.input_room(head) : std::make_unique<blocks_in>();
      else
        blocks = work_.conclusion_room(head);
    });
    if (f) end_job("no room for " + std::to_string(head.total()) + " bytes from the root: " + f.text);
    return blocks->to_fill;
  }

  void arrived(int, const letter& head) override {
    task t = std::move(coming_.front());
    coming_.pop_front();
    if (head.kind != message::drop) {
      ready_.push_back(std::move(t));
      return;
    }
    for (task& waiting : ready_)
      if (waiting.head.kind == message::work && waiting.head.begin == head.begin) waiting.is_dropped = true;
  }

  void wait_for_task() {
    letters_.poll(*this);
    patience p;
    while (ready_.empty())
      if (letters_.poll(*this)) {
        p.renew();
      } else {
        p.wait();
        if (p.is_long()) require_root_alive();
      }
  }
  void require_root_alive() const {
    if (over_.processes.empty()) return;
    const auto process = [&](int rank) { return over_.processes[static_cast<std::size_t>(rank)]; };
    if (has_ended(process(root_), process(over_.rank).machine))
      end_job("rank " + std::to_string(root_) + ", the root of the call, died");
  }

  void reply(message kind, const task& t, const failure& f, letter head, const bundle& b) {
    head.kind = kind;
    head.call = call_;
    head.begin = t.head.begin;
    head.end = t.head.end;
    head.failure = static_cast<std::uint32_t>(f.kind);
    letters_.send(root_, head, f ? text_bundle(f.text) : b);
  }

  void prepare(const task& t) {
    letter head;
    const failure f = unfit_ ? unfit_ : attempt([&] {
      work_.prepare(*t.blocks);
      if (t.head.number != 0) head.number = work_.first_result(t.blocks.get());
    });
    if (f) unfit_ = f;
    reply(message::prepared, t, f, head, {});
  }

  void evaluate(const task& t) {
    if (t.is_dropped) return reply(message::dropped, t, {}, {}, {});
    letter head;
    chunk_result result;
    head.from = seconds_now() - opened_;
    const bool was_sent = t.head.number != 0;
    const failure f = unfit_ ? unfit_ : attempt([&] {
      result = work_.evaluate({t.head.begin, t.head.end}, was_sent ? t.blocks.get() : nullptr);
    });
    head.until = seconds_now() - opened_;
    head.number = result.first_error;
    head.paths = result.paths;
    reply(message::done, t, f, head, result.blocks);
  }

  failure finish(const task& t) {
    patience p;
    while (!letters_.has_sent_all())
      if (!letters_.poll(*this)) p.wait();
    // Who was lost in this call, or before.
    std::vector<int> alive(t.head.paths);
    if (!alive.empty()) {
      receive(over_, writable_bytes_of(alive), root_);
      for (const int rank : std::vector<int>(over_.alive))
        if (!std::ranges::binary_search(alive, rank)) over_.lose(rank);
    }
    if (t.head.failure != 0)
      return {static_cast<failure_kind>(t.head.failure), static_cast<const text_in&>(*t.blocks).text};
    if (unfit_) throw error("no room for results: " + unfit_.text);
    work_.conclude(t.head, *t.blocks);
    return {};
  }

  channel& over_;
  post& letters_;
  int root_;
  std::uint32_t call_;
  chunk_work& work_;
  double opened_;
  failure unfit_;  // why this rank cannot take part
  std::deque<task> coming_;
  std::deque<task> ready_;
};

}  // namespace dad::mpi::detail
