// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Tables that are read as they were written, and what is said of those that are wrong.

#include "../tables.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"

namespace {

using namespace greeks;

// A file that is gone after the test.
struct temporary_file {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("dad-greeks-test-" + std::to_string(::getpid()) + ".csv");
  ~temporary_file() { std::filesystem::remove(path); }
  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
};

const std::string head = "spot,strike,rate,volatility,maturity,kind\n";

}  // namespace

TEST_CASE("options come out of a table as they stand in it") {
  const temporary_file file;
  const std::string rows = "42,40.5,-0.01,2e-1,.5,call\n1,2,0,4,5,put";
  const std::string padded =
      "\xef\xbb\xbfspot, strike, rate, volatility, maturity, kind\r\n"
      " 42 ,\t40.5, -0.01,2e-1,.5 , call\r\n1,2,0,4,5,put\r\n\r\n";
  for (const std::string& text : {head + rows, head + rows + "\n", padded}) {
    file.write(text);
    const auto options = read_options(file.path);
    REQUIRE(options.size() == 2);
    const auto& [spot, strike, rate, volatility, maturity, kind] = options[0];
    CHECK(spot == 42);
    CHECK(strike == 40.5);
    CHECK(rate == -0.01);
    CHECK(volatility == 0.2);
    CHECK(maturity == 0.5);
    CHECK(kind == call);
    CHECK(options[1].maturity == 5);
    CHECK(options[1].kind == put);
  }
  file.write(head);
  CHECK(read_options(file.path).empty());
}

TEST_CASE("a table that is wrong is named with the line, the column and what was expected") {
  const temporary_file file;
  const std::string good = "100,100,0.05,0.2,1,call\n";
  const struct {
    std::string text, message;
  } rows[] = {
      {"",
       "line 1: the first line is \"\", expected the names of the columns: "
       "spot,strike,rate,volatility,maturity,kind"},
      {good,
       "line 1: the first line is \"100,100,0.05,0.2,1,call\", expected the names of the columns: "
       "spot,strike,rate,volatility,maturity,kind"},
      {head + good + "100,abc,0.05,0.2,1,call\n", "line 3: strike is \"abc\", expected a number"},
      {head + "1OO,100,0.05,0.2,1,call", "line 2: spot is \"1OO\", expected a number"},
      {head + "100;100;0.05;0.2;1;call", "line 2: spot is \"100;100;0.05;0.2;1;call\", expected a number"},
      {head + "100,,0.05,0.2,1,call", "line 2: strike is \"\", expected a number"},
      {head + good + "\n" + good, "line 3: spot is \"\", expected a number"},
      {head + "100,1e999,0.05,0.2,1,call",
       "line 2: strike is \"1e999\", expected a number in the range of double"},
      {head + "0,100,0.05,0.2,1,call", "line 2: spot is \"0\", expected a positive number"},
      {head + good + good + "100,100,0.05,-0.2,1,call",
       "line 4: volatility is \"-0.2\", expected a positive number"},
      {head + "100,100,0.05,0.2,inf,call", "line 2: maturity is \"inf\", expected a positive number"},
      {head + "100,100,nan,0.2,1,call", "line 2: rate is \"nan\", expected a finite number"},
      {head + "100,100,0.05,0.2,1,straddle", "line 2: kind is \"straddle\", expected call or put"},
      {head + "100,100,0.05,0.2,1\n" + good,
       "line 2: the row has 5 cells, expected 6: spot,strike,rate,volatility,maturity,kind"},
      {head + "100\n" + good,
       "line 2: the row has 1 cell, expected 6: spot,strike,rate,volatility,maturity,kind"},
      {head + "100,100,0.05,0.2,1,call,\n",
       "line 2: the row has more than 6 cells: spot,strike,rate,volatility,maturity,kind"},
  };
  for (const auto& [text, message] : rows) {
    file.write(text);
    CHECK_THROWS_WITH(read_options(file.path), file.path.string() + ", " + message);
  }
  CHECK_THROWS_WITH(read_options("/nowhere/at/all.csv"),
                    "/nowhere/at/all.csv: cannot be opened: No such file or directory");
  CHECK_THROWS_WITH(read_options(std::filesystem::temp_directory_path()),
                    std::filesystem::temp_directory_path().string() + ": is a folder");
}

TEST_CASE("random options are a table that is read, the same for the same seed") {
  const temporary_file file;
  write_random_options(file.path, 5000, 3);  // more than is written at once
  const auto options = read_options(file.path);
  REQUIRE(options.size() == 5000);
  std::size_t calls = 0;
  for (const auto& o : options) {
    calls += o.kind == call;
    CHECK((o.spot >= 50 && o.spot <= 150 && o.volatility >= 0.1 && o.volatility <= 0.6));
  }
  CHECK((calls > 2300 && calls < 2700));
  CHECK_THROWS_WITH(write_random_options(file.path, 1, 3),
                    file.path.string() + ": is there already, and is not replaced by random options");

  std::filesystem::remove(file.path);
  write_random_options(file.path, 10, 3);
  const auto again = read_options(file.path);
  for (std::size_t i = 0; i < 10; ++i) CHECK(again[i].strike == options[i].strike);
}

TEST_CASE("Greeks are written in full under their names") {
  const temporary_file file;
  struct row {
    double price;
    option<double> by;
  };
  write_greeks(file.path, std::vector<row>{{1.5, {0.1, -0.2, 30, 40, 1.0 / 3, call}}});
  std::ifstream stream(file.path);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  CHECK(text == "price,delta,dual_delta,rho,vega,theta\n1.5,0.1,-0.2,30,40,-0.3333333333333333\n");
}
