// jobs/store-database.hpp - the store's SQLite: opens and upgrades the file, runs statements. One thread at a
// time.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace seedream::jobs {

// As the database's function has_words() compares texts: in one case, and each character written in one way.
// Half or full width, a blank of any kind, an accent in the letter or behind it make no difference.
std::string comparable(const char* text);

ErrorPtr unusable_record(const std::string& folder, const char* why);

class Database {
 public:
  // Opens jobs.sqlite in the folder, and makes it where it is missing. No part of the path may be a link.
  static Result<Database> open(const std::string& folder) noexcept;

  // Brings into the file what the log beside it holds, and empties that: what was removed stands there as it
  // was. Gives up where another program does not let go of it.
  void empty_log() const noexcept;

  // Why the last call failed, as a sentence that names the folder.
  ErrorPtr failure() const;
  sqlite3* get() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept;
  };

  explicit Database(std::string folder) : folder_(std::move(folder)) {}
  Result<Done> connect();
  Result<gint64> version();
  Result<Done> upgrade();

  std::string folder_;
  std::unique_ptr<sqlite3, Close> connection_;
};

// One statement with its values, and the rows that it answers. After its first failure it does nothing more.
class Statement {
 public:
  Statement(const Database& database, const char* sql) noexcept;
  template <typename... Values>
  Statement(const Database& database, const char* sql, const Values&... values) noexcept
      : Statement(database, sql) {
    bind_all(values...);
  }

  // Once more, with other values.
  template <typename... Values>
  void restart(const Values&... values) noexcept {
    reset();
    bind_all(values...);
  }

  // On to the next row. False: there is none, or it failed.
  bool next() noexcept;
  bool failed() const noexcept { return bool(error_); }
  ErrorPtr take_error() noexcept { return std::move(error_); }

  // The row's columns, from the first on.
  template <typename... Values>
  void read(Values*... values) noexcept {
    int column = 0;
    (take(column++, values), ...);
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };

  template <typename... Values>
  void bind_all(const Values&... values) noexcept {
    int place = 0;
    (bind(++place, values), ...);
  }
  template <typename Value>
  void bind(int place, const Value& value) noexcept {
    if constexpr (std::is_same_v<Value, Bytes>)
      bind_bytes(place, value);
    else if constexpr (std::is_convertible_v<Value, std::string_view>)
      bind_text(place, value);
    else if constexpr (std::is_floating_point_v<Value>)
      bind_real(place, value);
    else
      bind_integer(place, static_cast<gint64>(value));
  }
  void bind_bytes(int place, const Bytes& bytes) noexcept;
  void bind_text(int place, std::string_view text) noexcept;
  void bind_integer(int place, gint64 number) noexcept;
  void bind_real(int place, double number) noexcept;
  void check(int status) noexcept;
  void reset() noexcept;

  void take(int column, std::string* text) noexcept;
  void take(int column, Bytes* bytes) noexcept;
  void take(int column, gint64* number) noexcept;
  void take(int column, double* number) noexcept;

  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  ErrorPtr error_;
};

// Statements that take effect together or not at all. Nobody else writes meanwhile, in no process. After the
// first failure the others are not run.
class Change {
 public:
  explicit Change(const Database& database) noexcept;
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;
  ~Change();

  // Returns how many rows it changed or found.
  template <typename... Values>
  int run(const char* sql, const Values&... values) noexcept {
    if (error_)
      return 0;
    Statement statement(database_, sql, values...);
    return finish(&statement);
  }
  void fail(ErrorPtr why) noexcept;
  // Fails with what has failed.
  Result<Done> so_far() noexcept;
  // On the disk when it returns.
  Result<Done> commit() noexcept;

 private:
  int finish(Statement* statement) noexcept;

  const Database& database_;
  bool open_ = false;
  ErrorPtr error_;
};

}  // namespace seedream::jobs
