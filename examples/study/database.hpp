// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An SQLite database: statements with values bound to them, transactions, errors that name the file.

#pragma once

#include <sqlite3.h>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace study {

/// What SQLite refused: what() names the file, what was to be done and SQLite's own words.
struct database_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class database {
 public:
  /// Opens the file, which is made if missing. Others may read while it is written (write-ahead log).
  explicit database(std::filesystem::path path) : path_(std::move(path)) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(path_.c_str(), &opened);
    connection_.reset(opened);
    if (code != SQLITE_OK) fail("cannot be opened");
    sqlite3_busy_timeout(opened, 3000);  // ms that a writer waits for another one
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");  // survives the end of the process; power loss may cost the last rows
    run("PRAGMA foreign_keys = ON");
  }

  class statement {
   public:
    statement(database& owner, std::string_view sql) : owner_(owner) {
      sqlite3_stmt* prepared = nullptr;
      const int code = sqlite3_prepare_v2(owner.connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                          &prepared, nullptr);
      prepared_.reset(prepared);
      if (code != SQLITE_OK) owner.fail(std::string(sql));
    }

    /// The values of the question marks, from left to right. NaN becomes NULL.
    template <class... Values>
    statement& bind(const Values&... v) {
      int at = 0;
      (bind_at(++at, v), ...);
      return *this;
    }

    /// Goes to the next row; false after the last one.
    bool next() {
      const int code = sqlite3_step(prepared_.get());
      if (code != SQLITE_ROW && code != SQLITE_DONE) owner_.fail(sqlite3_sql(prepared_.get()));
      return code == SQLITE_ROW;
    }

    [[nodiscard]] double number(int column) const {
      if (sqlite3_column_type(prepared_.get(), column) == SQLITE_NULL)
        return std::numeric_limits<double>::quiet_NaN();
      return sqlite3_column_double(prepared_.get(), column);
    }
    [[nodiscard]] std::int64_t integer(int column) const {
      return sqlite3_column_int64(prepared_.get(), column);
    }
    [[nodiscard]] std::string text(int column) const {
      const auto* words = reinterpret_cast<const char*>(sqlite3_column_text(prepared_.get(), column));
      return words == nullptr ? "" : words;
    }

   private:
    void bind_at(int at, std::integral auto v) {
      check(sqlite3_bind_int64(prepared_.get(), at, static_cast<sqlite3_int64>(v)));
    }
    void bind_at(int at, double v) {
      check(std::isnan(v) ? sqlite3_bind_null(prepared_.get(), at)
                          : sqlite3_bind_double(prepared_.get(), at, v));
    }
    void bind_at(int at, std::string_view v) {
      check(sqlite3_bind_text(prepared_.get(), at, v.data(), static_cast<int>(v.size()), SQLITE_TRANSIENT));
    }
    void check(int code) {
      if (code != SQLITE_OK) owner_.fail(sqlite3_sql(prepared_.get()));
    }

    struct closer {
      void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
    };
    database& owner_;
    std::unique_ptr<sqlite3_stmt, closer> prepared_;
  };

  /// run("INSERT INTO t VALUES (?, ?)", 1, "one"): a statement without rows, or whose rows are not wanted.
  template <class... Values>
  void run(std::string_view sql, const Values&... v) {
    statement s(*this, sql);
    s.bind(v...);
    while (s.next()) {
    }
  }

  /// statement s = query("SELECT a FROM t WHERE b = ?", 1); while (s.next()) use(s.number(0));
  template <class... Values>
  statement query(std::string_view sql, const Values&... v) {
    statement s(*this, sql);
    s.bind(v...);
    return s;
  }

  /// All of what the action writes, or nothing of it.
  template <class Action>
  void transaction(const Action& action) {
    run("BEGIN IMMEDIATE");
    try {
      action();
      run("COMMIT");
    } catch (...) {
      sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
      throw;
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw database_error(path_.string() + ": " + what + ": " + sqlite3_errmsg(connection_.get()));
  }

  struct closer {
    void operator()(sqlite3* c) const { sqlite3_close_v2(c); }
  };
  std::filesystem::path path_;
  std::unique_ptr<sqlite3, closer> connection_;
};

}  // namespace study
