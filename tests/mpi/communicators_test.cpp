// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches over communicators of the user's: parts of the job, other orders, one rank, none.

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/intercommunicator.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "mpi/ranks.hpp"

namespace {

const std::vector<double> numbers = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
constexpr auto f = [](const auto& x) { return sin(x) * x; };
constexpr auto product = [](const auto& w, const auto& x) { return w * x; };

void check_over(const boost::mpi::communicator& comm, int root) {
  const bool is_root = comm.rank() == root;
  const auto r = dad::mpi::batch_eval(comm, f, is_root ? numbers : std::vector<double>(), {.root = root});
  if (is_root)
    CHECK(ranks::same_results(r, dad::batch_eval(f, numbers)));
  else
    CHECK(r.size() == 0);
  const auto s = dad::mpi::batch_sum(comm, product, is_root ? 3.0 : 0.0,
                                     is_root ? numbers : std::vector<double>(), {.root = root});
  CHECK(s.value == 84.0);
  CHECK(s.gradient == 28.0);
}

}  // namespace

TEST_CASE("every function takes a communicator") {
  const boost::mpi::communicator world;
  const auto t = dad::mpi::batch_jvp(world, f, numbers, numbers);
  const auto a = dad::mpi::batch_vjp(world, f, numbers, numbers);
  const auto j = dad::mpi::batch_jacobian(world, f, numbers);
  const auto h = dad::mpi::batch_hessian(world, f, numbers);
  const auto p = dad::mpi::batch_hvp(world, f, numbers, numbers);
  auto r = dad::mpi::batch_eval(world, f, numbers);
  dad::mpi::batch_eval_into(world, r, f, numbers);
  if (world.rank() != 0) return;
  CHECK(ranks::same_results(t, dad::batch_jvp(f, numbers, numbers)));
  CHECK(ranks::same_results(a, dad::batch_vjp(f, numbers, numbers)));
  CHECK(ranks::same_results(j, dad::batch_jacobian(f, numbers)));
  CHECK(ranks::same_results(h, dad::batch_hessian(f, numbers)));
  CHECK(ranks::same_results(p, dad::batch_hvp(f, numbers, numbers)));
  CHECK(ranks::same_results(r, dad::batch_eval(f, numbers)));
}

TEST_CASE("the root counts in the communicator's order") {
  const boost::mpi::communicator world;
  const auto reversed = world.split(0, world.size() - world.rank());
  CHECK(reversed.rank() == world.size() - 1 - world.rank());
  for (int root = 0; root < reversed.size(); ++root) check_over(reversed, root);
}

TEST_CASE("two halves of the job at once") {
  const boost::mpi::communicator world;
  const auto half = world.split(world.rank() % 2);
  for (int root = 0; root < half.size(); ++root) check_over(half, root);
  check_over(world, 0);
}

TEST_CASE("a communicator of this rank alone") {
  const boost::mpi::communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  check_over(self, 0);
}

TEST_CASE("a rank that is not part of the communicator") {
  const boost::mpi::communicator nobody(MPI_COMM_NULL, boost::mpi::comm_attach);
  CHECK(ranks::has(ranks::message_of<dad::mpi::error>([&] { dad::mpi::batch_eval(nobody, f, numbers); }),
                   "null"));
}

TEST_CASE("an intercommunicator is refused") {
  const boost::mpi::communicator world;
  if (world.size() == 1) return;
  const auto half = world.split(world.rank() % 2);
  MPI_Comm inter = MPI_COMM_NULL;
  MPI_Intercomm_create(half, 0, world, world.rank() % 2 == 0 ? 1 : 0, 7, &inter);
  const boost::mpi::communicator both(inter, boost::mpi::comm_take_ownership);
  CHECK(ranks::has(ranks::message_of<dad::mpi::error>([&] { dad::mpi::batch_eval(both, f, numbers); }),
                   "intercommunicator"));
}

TEST_CASE("a second thread over the same communicator gets a clear error") {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  const boost::mpi::communicator world;
  if (level < MPI_THREAD_MULTIPLE || world.size() == 1) return;
  // f of the first call makes the second one from another thread, so that they surely meet.
  std::atomic<bool> is_refused = true;
  const auto calls_from_a_thread = [&](const auto& x) {
    std::thread([&] {
      is_refused = is_refused &&
                   ranks::has(ranks::message_of<dad::mpi::error>([&] { dad::mpi::batch_eval(f, numbers); }),
                              "another thread is inside a batch over the same communicator");
    }).join();
    return x;
  };
  dad::mpi::batch_eval(calls_from_a_thread, numbers);
  CHECK(is_refused);
  check_over(world, 0);
}
