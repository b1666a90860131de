// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The layers below a batch: messages in pieces, the gate, the private duplicate of a communicator.

#include <boost/mpi/communicator.hpp>

#include <cstdint>
#include <numeric>
#include <vector>

#include "mpi/ranks.hpp"

using namespace dad::mpi::detail;

namespace {
channel& world() { return channel_registry::instance().of(MPI_COMM_WORLD); }
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
      transfer messages(over);
      for (int peer = 0; peer < over.size; ++peer) {
        if (peer == over.rank) continue;
        for (const std::size_t kind : {0u, 1u}) {
          auto& block = received[2 * static_cast<std::size_t>(peer) + kind];
          block.resize(size);
          messages.receive(writable_bytes_of(block), peer, kind == 0 ? tag::inputs : tag::values);
          messages.send(bytes_of(sent), peer, kind == 0 ? tag::inputs : tag::values);
        }
      }
      messages.run();
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
    handles.push_back(MPI_Comm_c2f(channel_registry::instance().of(own).comm));
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
