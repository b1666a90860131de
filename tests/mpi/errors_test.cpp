// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Whatever goes wrong on whatever rank: all ranks throw the same, none is left waiting, and the next call
// works.

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "mpi/ranks.hpp"

namespace {

std::vector<double> numbers(std::size_t count) {
  std::vector<double> x;
  for (std::size_t i = 0; i < count; ++i) x.push_back(static_cast<double>(i));
  return x;
}

/// Fails at the inputs from `first` to `last`, in various ways.
auto failing_from(double first, double last) {
  return [=](const auto& x) {
    if (x >= first && x <= last) {
      const int i = static_cast<int>(dad::value(x));
      if (i % 3 == 0) throw std::runtime_error("no price at " + std::to_string(i));
      if (i % 3 == 1) throw 42;
      throw std::string("not an exception");
    }
    return x * x;
  };
}

void check_that_batches_work() {
  const auto f = [](const auto& x) { return exp(x); };
  const auto r = dad::mpi::batch_eval(f, numbers(11));
  CHECK(r.size() == (ranks::rank() == 0 ? 11u : 0u));
  if (ranks::rank() == 0) CHECK(ranks::same_results(r, dad::batch_eval(f, numbers(11))));
}

// Where and when an object of this type throws on its way.
enum class trouble { none, saving, loading, constructing };
trouble next_trouble = trouble::none;
int troubled_rank = 0;

bool is_in_trouble(trouble t) { return t == next_trouble && ranks::rank() == troubled_rank; }

template <class T>
struct fragile {
  T x = 0;
  fragile() {
    if (std::is_same_v<T, double> && is_in_trouble(trouble::constructing)) throw std::bad_alloc();
  }
  explicit fragile(T value) : x(value) {}
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    constexpr bool travels = std::is_same_v<Archive, dad::mpi::detail::packer> ||
                             std::is_same_v<Archive, dad::mpi::detail::unpacker>;
    if constexpr (travels) {
      if (Archive::is_saving::value && is_in_trouble(trouble::saving))
        throw std::runtime_error("cannot save");
      if (Archive::is_loading::value && is_in_trouble(trouble::loading))
        throw std::runtime_error("cannot load");
    }
    ar& x;
  }
};

template <class T>
struct fragile_value {
  T x = 0;
  int tag = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    if constexpr (std::is_same_v<Archive, dad::mpi::detail::unpacker>)
      if (is_in_trouble(trouble::loading)) throw std::runtime_error("cannot load");
    if constexpr (std::is_same_v<Archive, dad::mpi::detail::packer>)
      if (is_in_trouble(trouble::saving)) throw std::runtime_error("cannot save");
    ar& x& tag;
  }
};

}  // namespace

TEST_CASE("f throws for one input: one batch_error on every rank") {
  for (int i = 0; i < 11; ++i) {
    const auto f = failing_from(i, i);
    try {
      dad::mpi::batch_eval(f, numbers(11));
      CHECK(false);
    } catch (const dad::batch_error& e) {
      CHECK(e.index() == static_cast<std::size_t>(i));
      CHECK(e.text() == (i % 3 == 0 ? "no price at " + std::to_string(i) : "unknown exception"));
      CHECK(ranks::has(e.what(), "input " + std::to_string(i) + " on rank " + std::to_string(e.rank())));
      CHECK(ranks::same_everywhere(e.what()));
    }
    check_that_batches_work();
  }
}

TEST_CASE("f throws on every rank at once: the lowest index is reported") {
  for (int first = 0; first < 11; ++first) {
    const std::string what = ranks::message_of<dad::batch_error>(
        [&] { dad::mpi::batch_eval(failing_from(first, 99), numbers(11)); });
    CHECK(ranks::has(what, "input " + std::to_string(first) + " "));
    CHECK(ranks::same_everywhere(what));
  }
  check_that_batches_work();
}

TEST_CASE("errors are collected, whole and in order, at the root") {
  const std::string long_text(3000, 'x');
  const auto f = [&](const auto& x) {
    if (x > 2.5 && x < 8.5)
      throw std::runtime_error(long_text + std::to_string(static_cast<int>(dad::value(x))));
    return x * x;
  };
  for (int root = 0; root < ranks::size(); ++root) {
    const auto r = dad::mpi::batch_eval(f, numbers(11), {.root = root, .on_error = dad::on_error::collect});
    const auto local = dad::batch_eval(f, numbers(11), {.on_error = dad::on_error::collect});
    if (ranks::rank() != root) {
      CHECK(r.size() == 0);
      CHECK(!r.has_errors());
      continue;
    }
    CHECK(ranks::same_results(r, local));
    CHECK(r[3].has_error());
    CHECK(r[3].error().text() == long_text + "3");
    CHECK(r[3].value != r[3].value);
    CHECK(!r[9].has_error());
    CHECK(r[9].value == 81.0);
  }
}

TEST_CASE("a long text of an error arrives whole") {
  const std::string long_text(5000, 'y');
  const auto f = [&](const auto& x) {
    if (x > 9.5) throw std::runtime_error(long_text);
    return x;
  };
  try {
    dad::mpi::batch_eval(f, numbers(11));
    CHECK(false);
  } catch (const dad::batch_error& e) {
    CHECK(e.text() == long_text);
  }
}

TEST_CASE("the first input fails: verification sees the same error everywhere") {
  for (const auto on_error : {dad::on_error::raise, dad::on_error::collect}) {
    const auto f = failing_from(0, 0);
    const std::string what = ranks::message_of([&] {
      dad::mpi::batch_eval(f, numbers(50), {.on_error = on_error, .verify = dad::mpi::verify::always});
    });
    CHECK(ranks::has(what, on_error == dad::on_error::raise ? "no price at 0" : "nothing"));
  }
}

TEST_CASE("objects that fail on their way, on each rank: all ranks throw") {
  const auto f = [](const auto& o) { return o.x * o.x; };
  std::vector<fragile<double>> inputs;
  for (const double x : numbers(11)) inputs.emplace_back(x);
  if (ranks::size() == 1) return;
  for (const auto when : {trouble::saving, trouble::loading, trouble::constructing})
    for (int rank = 0; rank < ranks::size(); ++rank)
      for (const auto verify : {dad::mpi::verify::never, dad::mpi::verify::always}) {
        next_trouble = when;
        troubled_rank = rank;
        // The root alone saves inputs, all others construct and load them.
        const bool happens = (when == trouble::saving) == (rank == 0);
        const std::string what = ranks::message_of([&] {
          dad::mpi::batch_eval(f, inputs, {.schedule = dad::mpi::schedule::even, .verify = verify});
        });
        next_trouble = trouble::none;
        INFO("trouble " << static_cast<int>(when) << " on rank " << rank);
        CHECK((what != "nothing") == happens);
        if (happens) CHECK(ranks::has(what, "rank " + std::to_string(rank) + " failed: "));
        CHECK(ranks::same_everywhere(what));
        check_that_batches_work();
      }
}

TEST_CASE("values that fail on their way: all ranks throw") {
  if (ranks::size() == 1) return;
  const auto f = [](const auto& x) {
    using S = std::remove_cvref_t<decltype(x)>;
    return fragile_value<S>{x * x, 3};
  };
  for (const auto when : {trouble::saving, trouble::loading})
    for (int rank = 0; rank < ranks::size(); ++rank) {
      next_trouble = when;
      troubled_rank = rank;
      // The root alone loads values, and has no need to save its own.
      const bool happens = (when == trouble::saving) == (rank != 0);
      const std::string what = ranks::message_of([&] {
        dad::mpi::batch_jacobian(f, numbers(11),
                                 {.schedule = dad::mpi::schedule::even, .verify = dad::mpi::verify::never});
      });
      next_trouble = trouble::none;
      CHECK((what != "nothing") == happens);
      CHECK(ranks::same_everywhere(what));
      check_that_batches_work();
    }
}

TEST_CASE("shared and items of a sum that fail on their way: all ranks throw") {
  if (ranks::size() == 1) return;
  std::vector<fragile<double>> items;
  for (const double x : numbers(11)) items.emplace_back(x);
  const auto f = [](const auto& w, const auto& o) { return w.x * o.x; };
  for (const auto when : {trouble::saving, trouble::loading})
    for (int rank = 0; rank < ranks::size(); ++rank) {
      next_trouble = when;
      troubled_rank = rank;
      const bool happens = (when == trouble::saving) == (rank == 0);
      const std::string what = ranks::message_of([&] {
        dad::mpi::batch_sum(f, fragile<double>(2.0), items, {.schedule = dad::mpi::schedule::even});
      });
      next_trouble = trouble::none;
      CHECK((what != "nothing") == happens);
      CHECK(ranks::same_everywhere(what));
      check_that_batches_work();
    }
}

TEST_CASE("a batch over ranks inside f is refused, a local one is not") {
  const auto nested = [](const auto& x) {
    dad::mpi::batch_eval([](const auto& y) { return y * y; }, std::vector<double>{1.0, 2.0});
    return x;
  };
  const std::string what =
      ranks::message_of<dad::batch_error>([&] { dad::mpi::batch_eval(nested, numbers(5)); });
  CHECK(ranks::has(what, "use dad::batch_eval there"));
  const auto nested_sum = [](const auto& w, const auto& x) {
    return w * x *
           dad::mpi::batch_sum([](const auto& v, const auto& y) { return v * y; }, 1.0, numbers(2)).value;
  };
  CHECK(ranks::has(ranks::message_of([&] { dad::mpi::batch_sum(nested_sum, 1.0, numbers(5)); }),
                   "use dad::batch_sum there"));
  const auto local = [](const auto& x) {
    return x * dad::batch_eval([](const auto& y) { return y * y; }, std::vector<double>{1.0, 2.0})[1].value;
  };
  const auto r = dad::mpi::batch_eval(local, numbers(5));
  if (ranks::rank() == 0) CHECK(r[3].value == 12.0);
  check_that_batches_work();
}
