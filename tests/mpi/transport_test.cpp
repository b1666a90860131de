// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The layers below a batch: messages in pieces, the gate, the private duplicate of a communicator.

#include <boost/mpi/communicator.hpp>

#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <dad/mpi/post.hpp>

#include "mpi/ranks.hpp"

using namespace dad::mpi::detail;

namespace {
channel& world() { return channel_of(MPI_COMM_WORLD); }
constexpr auto square = [](const auto& x) { return x * x; };
}  // namespace

TEST_CASE("blocks of every size arrive in pieces of every size") {
  channel& over = world();
  for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{64} << 20}) {
    const ranks::piece_limit pieces(limit);
    for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 6, 7, 8, 63, 64, 65, 1000}) {
      std::vector<std::uint8_t> sent(size);
      std::iota(sent.begin(), sent.end(), static_cast<std::uint8_t>(over.rank));
      // Everybody sends to everybody, two kinds at once.
      std::vector<std::vector<std::uint8_t>> received(2 * static_cast<std::size_t>(over.size));
      std::vector<MPI_Request> requests;
      for (int peer = 0; peer < over.size; ++peer) {
        if (peer == over.rank) continue;
        for (const std::size_t kind : {0u, 1u}) {
          auto& block = received[2 * static_cast<std::size_t>(peer) + kind];
          block.resize(size);
          start_receive(over, writable_bytes_of(block), peer, kind == 0 ? tag::step : tag::block, requests);
          start_send(over, bytes_of(sent), peer, kind == 0 ? tag::step : tag::block, requests);
        }
      }
      wait_for(over, requests);
      for (int peer = 0; peer < over.size; ++peer) {
        if (peer == over.rank) continue;
        std::vector<std::uint8_t> expected(size);
        std::iota(expected.begin(), expected.end(), static_cast<std::uint8_t>(peer));
        CHECK(received[2 * static_cast<std::size_t>(peer)] == expected);
        CHECK(received[2 * static_cast<std::size_t>(peer) + 1] == expected);
      }
    }
  }
}

TEST_CASE("a broadcast brings the root's bytes, from every root") {
  channel& over = world();
  for (const std::size_t limit : {std::size_t{3}, std::size_t{64} << 20}) {
    const ranks::piece_limit pieces(limit);
    for (int root = 0; root < over.size; ++root) {
      std::vector<double> block(17, over.rank);
      broadcast(over, writable_bytes_of(block), root);
      CHECK(block == std::vector<double>(17, root));
    }
  }
}

TEST_CASE("records of all ranks") {
  struct record {
    int rank;
    double x;
  };
  const auto all = exchange(world(), record{ranks::rank(), 0.5 * ranks::rank()});
  CHECK(all.size() == static_cast<std::size_t>(ranks::size()));
  for (int r = 0; r < ranks::size(); ++r) {
    CHECK(all[static_cast<std::size_t>(r)].rank == r);
    CHECK(all[static_cast<std::size_t>(r)].x == 0.5 * r);
  }
}

TEST_CASE("the gate names the routine and gives MPI's text") {
  channel& over = world();
  const auto send_to_nobody = [&] {
    call("MPI_Send", MPI_Send(nullptr, 0, MPI_BYTE, over.size, 0, over.comm));
  };
  try {
    send_to_nobody();
    CHECK(false);
  } catch (const dad::mpi::error& e) {
    CHECK(e.routine() == "MPI_Send");
    CHECK(ranks::has(e.text(), "MPI_ERR_RANK"));
    CHECK(ranks::has(e.what(), "dad: MPI_Send failed: "));
    const dad::error& base = e;
    CHECK(std::string(base.what()) == e.what());
  }
}

TEST_CASE("a communicator is duplicated once, and its error handler stays as it is") {
  MPI_Errhandler before = MPI_ERRHANDLER_NULL;
  MPI_Comm_get_errhandler(MPI_COMM_WORLD, &before);
  channel& first = world();
  dad::mpi::batch_eval(square, std::vector<double>{1.0, 2.0});
  CHECK(&world() == &first);
  MPI_Errhandler after = MPI_ERRHANDLER_NULL;
  MPI_Comm_get_errhandler(MPI_COMM_WORLD, &after);
  CHECK(before == after);
  CHECK(after == MPI_ERRORS_ARE_FATAL);
  int relation = MPI_UNEQUAL;
  MPI_Comm_compare(first.comm, MPI_COMM_WORLD, &relation);
  CHECK(relation == MPI_CONGRUENT);
}

TEST_CASE("duplicates go with their communicators") {
  // Open MPI hands out the lowest handle that is free: it grows if duplicates are kept.
  std::vector<MPI_Fint> handles;
  double sum = 0;
  for (int i = 0; i < 50; ++i) {
    const boost::mpi::communicator own(MPI_COMM_WORLD, boost::mpi::comm_duplicate);
    const auto product = [](const auto& w, const auto& x) { return w * x; };
    sum += dad::mpi::batch_sum(own, product, 2.0, std::vector<double>{3.0}).value;
    handles.push_back(MPI_Comm_c2f(channel_of(own).comm));
  }
  CHECK(sum == 300.0);
  CHECK(handles.back() <= handles.front() + 2);
}

TEST_CASE("a user's message with any tag does not meet dad's") {
  if (ranks::size() == 1) return;
  const int to = (ranks::rank() + 1) % ranks::size();
  const int from = (ranks::rank() + ranks::size() - 1) % ranks::size();
  double received = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Irecv(&received, 1, MPI_DOUBLE, from, MPI_ANY_TAG, MPI_COMM_WORLD, &request);
  const auto r = dad::mpi::batch_eval(square, std::vector<double>{1.0, 2.0, 3.0, 4.0});
  if (ranks::rank() == 0) CHECK(r[3].value == 16.0);
  const double sent = 42.0 + ranks::rank();
  MPI_Send(&sent, 1, MPI_DOUBLE, to, 0, MPI_COMM_WORLD);
  MPI_Wait(&request, MPI_STATUS_IGNORE);
  CHECK(received == 42.0 + from);
}

namespace {
// Takes letters in: their blocks, in the order in which they came.
struct inbox final : recipient {
  std::vector<std::pair<letter, std::vector<std::vector<std::uint8_t>>>> letters;
  std::size_t arrived_count = 0;
  rooms room(int, const letter& head) override {
    letters.push_back({head, std::vector<std::vector<std::uint8_t>>(block_count)});
    rooms r;
    for (std::size_t i = 0; i < block_count; ++i) {
      letters.back().second[i].resize(head.bytes[i]);
      r[i] = writable_bytes_of(letters.back().second[i]);
    }
    return r;
  }
  void arrived(int, const letter& head) override {
    CHECK(head.begin == letters[arrived_count].first.begin);
    ++arrived_count;
  }
};
}  // namespace

TEST_CASE("letters arrive whole and in order, whatever the sizes of their blocks") {
  if (ranks::size() == 1) return;
  const auto own = make_own_channel(MPI_COMM_WORLD);
  channel& over = *own;
  post letters(over);
  for (const std::size_t limit : {std::size_t{500}, std::size_t{64} << 20}) {
    const ranks::piece_limit pieces(limit);
    MPI_Barrier(MPI_COMM_WORLD);  // a piece limit that differs between ranks would cut messages
    inbox in;
    const int to = (over.rank + 1) % over.size;
    const int from = (over.rank + over.size - 1) % over.size;
    letters.listen(from);
    const std::vector<std::size_t> sizes = {0, 1, 100, 1919, 1920, 1921, 5000, 3, 70000, 0, 2};
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      auto owner = std::make_shared<std::vector<std::uint8_t>>(sizes[k]);
      std::iota(owner->begin(), owner->end(), static_cast<std::uint8_t>(over.rank + 1));
      bundle b;
      // In two blocks, of which the first may be empty.
      b.blocks[1] = bytes_of(*owner).first(sizes[k] / 3);
      b.blocks[4] = bytes_of(*owner).subspan(sizes[k] / 3);
      b.owner = owner;
      letter head;
      head.begin = k;
      letters.send(to, head, b);
    }
    patience p;
    while (in.arrived_count < sizes.size() || !letters.has_sent_all())
      if (!letters.poll(in)) p.wait();
    CHECK(letters.take_bytes_sent() == std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0}));
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      std::vector<std::uint8_t> expected(sizes[k]);
      std::iota(expected.begin(), expected.end(), static_cast<std::uint8_t>(from + 1));
      std::vector<std::uint8_t> got = in.letters[k].second[1];
      got.insert(got.end(), in.letters[k].second[4].begin(), in.letters[k].second[4].end());
      CHECK(got == expected);
    }
  }
}

TEST_CASE("the tree of ranks has every rank once, under every root") {
  for (int size = 1; size <= 40; ++size)
    for (const int root : {0, size / 2, size - 1}) {
      std::vector<int> parents(static_cast<std::size_t>(size), -1);
      for (int rank = 0; rank < size; ++rank) {
        channel pretended;
        pretended.rank = rank;
        pretended.size = size;
        for (int r = 0; r < size; ++r) pretended.alive.push_back(r);
        const rank_tree tree(pretended, root);
        CHECK(tree.is_root() == (rank == root));
        int below = 1;
        tree.for_each_child([&](int place, int count) {
          parents[static_cast<std::size_t>(tree.rank_of(place))] = rank;
          below += count;
        });
        if (tree.is_root()) CHECK(below == size);
      }
      for (int rank = 0; rank < size; ++rank) {
        channel pretended;
        pretended.rank = rank;
        pretended.size = size;
        for (int r = 0; r < size; ++r) pretended.alive.push_back(r);
        if (rank != root)
          CHECK(parents[static_cast<std::size_t>(rank)] == rank_tree(pretended, root).parent());
      }
    }
}
