// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every misuse of a recording is a tape_error that says what happened, never a wrong number.

#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

#include <functional>
#include <thread>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::var;

/// The message of the tape_error that work() throws; a failure if it throws nothing or something else.
template <class Work>
std::string message_of(Work&& work) {
  try {
    work();
  } catch (const dad::tape_error& e) {
    return e.what();
  } catch (...) {
    return "another type of exception";
  }
  return "no exception";
}

/// What must not be done with `x` on the active tape t, each with the word its message begins with.
void check_refused(dad::tape<>& t, var<>& x, const var<>& mine, const std::string& reason) {
  const auto check = [&](const char* subject, const std::function<void()>& work) {
    CAPTURE(subject);
    const std::string message = message_of(work);
    CHECK_THAT(message, contains(std::string("dad: ") + subject + " got a var of"));
    CHECK_THAT(message, contains(reason));
  };
  const std::size_t before = t.statistics().statements;
  check("input", [&] { t.input(x); });
  check("backward", [&] { t.backward(x); });
  check("backward", [&] { t.backward(std::vector{mine, x}, std::vector{1.0, 1.0}); });
  check("accumulate", [&] { t.accumulate(x, 1.0, t.position()); });
  check("adjoint", [&] { (void)t.adjoint(x); });
  check("adjoint", [&] { (void)x.adjoint(); });
  check("sin", [&] { (void)sin(x); });
  check("add", [&] { (void)(mine + x); });
  check("multiply", [&] { (void)(x * 2.0); });
  check("multiply", [&] {
    var<> y = mine;
    y *= x;
  });
  check("pow", [&] { (void)pow(mine, x); });
  check("fma", [&] { (void)fma(mine, 2.0, x); });
  check("dot", [&] { (void)dot(std::vector{mine, x}, std::vector{1.0, 2.0}); });
  check("norm", [&] { (void)norm(std::vector{mine, x}); });
  CHECK(t.statistics().statements == before);
  // The tape is as good as before.
  t.backward(mine * mine);
  CHECK(mine.adjoint() == 2 * mine.value());
}

TEST_CASE("a var of another tape is refused") {
  dad::tape<> t, other;
  var<> x = 2.0;
  other.input(x);
  const auto guard = t.activate();
  var<> mine = 3.0;
  t.input(mine);
  check_refused(t, x, mine, "another, a cleared or a rewound recording");
}

TEST_CASE("a var of a cleared recording is refused") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  t.clear();
  SECTION("on the empty tape") {
    CHECK_THAT(message_of([&] { t.backward(x); }), contains("cleared"));
    CHECK_THAT(message_of([&] { (void)(x + x); }), contains("cleared"));
  }
  SECTION("where another value has its place") {
    var<> mine = 3.0;
    t.input(mine);
    REQUIRE(mine.index() == x.index());
    check_refused(t, x, mine, "another, a cleared or a rewound recording");
  }
}

TEST_CASE("a var of a rewound stretch is refused") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> mine = 3.0;
  t.input(mine);
  const auto start = t.position();
  var<> x = mine * 2;
  t.rewind(start);
  SECTION("on the shorter tape") {
    CHECK_THAT(message_of([&] { t.backward(x); }), contains("rewound"));
  }
  SECTION("where another value has its place") {
    const var<> y = mine * 5;
    REQUIRE(y.index() == x.index());
    check_refused(t, x, mine, "another, a cleared or a rewound recording");
    t.backward(y);
    CHECK(mine.adjoint() == 5.0);
  }
  SECTION("after many rewinds") {
    std::vector<var<>> old{x};
    for (int i = 0; i < 10; ++i) {
      const var<> kept = mine + i;
      const auto middle = t.position();
      old.push_back(kept * 2);
      t.rewind(middle);
      if (i % 3 == 0) {
        old.push_back(kept);
        t.rewind(start);
      }
    }
    for (auto& y : old) check_refused(t, y, mine, "rewound");
  }
}

TEST_CASE("a kept var takes part again after a new value") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  for (int i = 0; i < 3; ++i) {
    t.clear();
    x = 2.0 + i;
    t.input(x);
    t.backward(x * x);
    CHECK(x.adjoint() == 2.0 * (2.0 + i));
  }
}

TEST_CASE("passive values have no sweep and no adjoint") {
  dad::tape<> t;
  const auto guard = t.activate();
  const var<> constant = 2.0;
  const std::string expected = "a passive value, expected one that depends on an input of this tape";
  CHECK(message_of([&] { t.backward(constant); }) == "dad: backward got " + expected);
  CHECK(message_of([&] { t.backward(constant * 3); }) == "dad: backward got " + expected);
  CHECK(message_of([&] {
          t.backward(std::vector{constant, constant}, std::vector{1.0, 1.0});
        }) == "dad: backward got " + expected);
  CHECK(message_of([&] { (void)t.adjoint(constant); }) == "dad: adjoint got " + expected);
  CHECK(message_of([&] { (void)constant.adjoint(); }) == "dad: adjoint got " + expected);
  CHECK(message_of([&] { t.accumulate(constant, 1.0, t.position()); }) == "dad: accumulate got " + expected);
}

TEST_CASE("without an active tape nothing is recorded silently") {
  dad::tape<> t;
  var<> x = 2.0;
  t.input(x);
  const std::string expected = "got a var of a tape that is not active in this thread";
  CHECK_THAT(message_of([&] { (void)(x * x); }), contains("dad: multiply " + expected));
  CHECK_THAT(message_of([&] { (void)sin(x); }), contains("dad: sin " + expected));
  CHECK_THAT(message_of([&] { (void)dot(std::vector{x}, std::vector{1.0}); }), contains(expected));
  CHECK_THAT(message_of([&] { (void)x.adjoint(); }), contains("dad: adjoint " + expected));
  CHECK_THAT(message_of([&] { (void)x.adjoint(); }), contains("keep the guard of tape.activate()"));
  const var<> passive = 3.0;
  CHECK((passive * passive + 1).value() == 10.0);
}

TEST_CASE("an active tape is not active in another thread") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  std::string message;
  std::thread([&] { message = message_of([&] { (void)(x * x); }); }).join();
  CHECK_THAT(message, contains("not active in this thread"));
}

TEST_CASE("positions of another, a cleared or a rewound recording are refused") {
  dad::tape<> t, other;
  const auto guard = t.activate();
  var<> x = 1.0, y = 1.0;
  t.input(x);
  other.input(y);
  const auto foreign = other.position();
  const auto before = t.position();
  const auto z = x * x;
  const auto after = t.position();
  const std::string expected = "dad: rewind got a position of another, a cleared or a rewound recording";
  CHECK(message_of([&] { t.rewind(foreign); }) == expected);
  CHECK_THAT(message_of([&] { t.accumulate(z, 1.0, foreign); }), contains("dad: accumulate got a position"));
  t.rewind(before);
  CHECK(message_of([&] { t.rewind(after); }) == expected);
  const auto w = x * 3;
  CHECK(message_of([&] { t.rewind(after); }) == expected);
  t.backward(w);
  CHECK(x.adjoint() == 3.0);
  t.clear();
  CHECK(message_of([&] { t.rewind(before); }) == expected);
  var<> v = 1.0;
  t.input(v);
  CHECK(message_of([&] { t.rewind(before); }) == expected);
}

TEST_CASE("positions before the first value are refused by other tapes and after a clear") {
  dad::tape<> t, other;
  const auto guard = t.activate();
  const auto start = t.position(), foreign = other.position();
  const std::string reason = "got a position of another, a cleared or a rewound recording";
  const auto check_foreign = [&] {
    CHECK(message_of([&] { t.rewind(foreign); }) == "dad: rewind " + reason);
    CHECK(message_of([&] { (void)t.statistics(foreign); }) == "dad: statistics " + reason);
    CHECK(message_of([&] { t.rewind(dad::tape<>::place()); }) == "dad: rewind " + reason);
  };
  check_foreign();
  for (int i = 0; i < 3; ++i) {
    var<> x = 2.0;
    t.input(x);
    const var<> y = x * x;
    check_foreign();
    CHECK(message_of([&] { t.accumulate(y, 1.0, foreign); }) == "dad: accumulate " + reason);
    t.accumulate(y, 1.0, start);
    CHECK(x.adjoint() == 4.0);
    CHECK(t.statistics(start).statements == 2);
    t.rewind(start);
    CHECK(t.statistics().statements == 0);
  }
  t.clear();
  CHECK(message_of([&] { t.rewind(start); }) == "dad: rewind " + reason);
  t.rewind(t.position());
  dad::tape<> fresh;
  CHECK(message_of([&] { fresh.rewind(dad::tape<>::place()); }) == "dad: rewind " + reason);
}

TEST_CASE("a guard must be kept") {
  // [[nodiscard]] on the guard makes `t.activate();` a warning; here it ends at once.
  dad::tape<> t;
  (void)t.activate();
  CHECK(dad::tape<>::active() == nullptr);
}

/// A sum that throws one level below is as it was, and so is its row.
TEST_CASE("a sum of recorded numbers that throws is not half made") {
  using inner = var<>;
  for (int kind = 0; kind < 4; ++kind) {
    CAPTURE(kind);
    dad::tape<> below, other;
    dad::tape<inner> t;
    const auto guard = t.activate();
    const auto below_guard = below.activate();
    inner p = 2.0, q = 3.0, foreign = 5.0;
    below.input(p);
    below.input(q);
    {
      const auto other_guard = other.activate();
      other.input(foreign);
    }
    var<inner> a = p, b = q, c = foreign;
    t.input(a);
    t.input(b);
    t.input(c);
    var<inner> x = 0.0;  // passive, an input, a sum that nobody else knows, one that is known
    if (kind == 1) x = a;
    if (kind >= 2) x += a * b;
    [[maybe_unused]] const var<inner> known = kind == 3 ? x : var<inner>(0.0);
    const double before = dad::value(x);
    CHECK(message_of([&] { x += c; }) != "no exception");
    CHECK(dad::value(x) == before);
    const var<inner> y = x + a;
    t.backward(y);
    CHECK(dad::value(c.adjoint()) == 0.0);
    CHECK(dad::value(a.adjoint()) == (kind == 0 ? 1.0 : kind == 1 ? 2.0 : 4.0));
  }
}

}  // namespace
