// jobs/store-database.cpp - the store's SQLite: opens and upgrades the file, runs statements.
#include "jobs/store-database.hpp"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "jobs/store-files.hpp"

namespace seedream::jobs {
namespace {

constexpr int patience_ms = 10'000;  // for another program's transaction: a slow disk takes seconds to sync

// Step n leads from version n to n + 1. What stands here has been released: append, never edit; and only add,
// as an older program may have the file open while a newer one upgrades it.
constexpr const char* steps[] = {
    R"sql(
      CREATE TABLE job (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        base_url TEXT NOT NULL,
        model TEXT NOT NULL,
        prompt TEXT NOT NULL,
        operation INTEGER NOT NULL,
        count INTEGER NOT NULL,
        format TEXT NOT NULL,
        state INTEGER NOT NULL,
        charged INTEGER NOT NULL,
        service_id TEXT NOT NULL,
        cost_usd REAL NOT NULL,
        cost_is_told INTEGER NOT NULL,
        error_code INTEGER NOT NULL,
        error_message TEXT NOT NULL,
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE note (
        job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (job, place)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE picture (
        job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        url TEXT NOT NULL,
        file TEXT NOT NULL DEFAULT '',
        media_type TEXT NOT NULL DEFAULT '',
        width INTEGER NOT NULL DEFAULT 0,
        height INTEGER NOT NULL DEFAULT 0,
        damaged INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (job, number)
      ) STRICT, WITHOUT ROWID;
    )sql",
};
constexpr gint64 known_version = std::size(steps);

const char* reason(sqlite3* connection) {
  const int status = sqlite3_extended_errcode(connection);
  if (status == SQLITE_CANTOPEN_SYMLINK)
    return _("it is a symbolic link, which is not followed");
  const int system = sqlite3_system_errno(connection);
  switch (status & 0xFF) {
    case SQLITE_FULL:
      return _("the disk is full");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return _("another program does not let go of it");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return _("it is damaged; move jobs.sqlite away to begin a new one");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return _("it may not be written");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return system ? g_strerror(system) : sqlite3_errmsg(connection);
    default:
      return sqlite3_errmsg(connection);
  }
}

// A new folder outlives a power cut only when the one around it is on the disk too.
void sync_around(const std::string& folder) {
  const Fd around(open((folder + "/..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (around)
    sync_folder(around.get());
}

// An empty file is an empty database. It is made without being opened: closing it again could drop the locks
// that another connection of this process has on it by then. SQLite gives its own files the same mode.
Result<Done> make_file(const std::string& folder, const std::string& path) {
  if (mknod(path.c_str(), S_IFREG | 0600, 0) == 0)
    sync_around(folder);
  else if (errno != EEXIST)
    return unusable_record(folder, g_strerror(errno));
  return Done{};
}

// Two programs that turn a new file to WAL at once would wait for each other, so SQLite turns one away at
// once, without patience.
int enter_wal(sqlite3* connection) {
  const gint64 end = g_get_monotonic_time() + gint64{patience_ms} * 1000;
  for (;;) {
    const int status = sqlite3_exec(connection, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (status != SQLITE_BUSY || g_get_monotonic_time() > end)
      return status;
    g_usleep(5000);
  }
}

}  // namespace

ErrorPtr unusable_record(const std::string& folder, const char* why) {
  const CharPtr shown(g_filename_display_name(folder.c_str()));
  return make_error(SEEDREAM_ERROR_FAILED, _("The record of jobs in “%s” cannot be used: %s."), shown.get(),
                    why);
}

void Database::Close::operator()(sqlite3* connection) const noexcept {
  sqlite3_close(connection);
}

Result<Database> Database::open(const std::string& folder) noexcept {
  Database database(folder);
  if (auto connected = database.connect(); !connected)
    return connected.take_error();
  if (auto upgraded = database.upgrade(); !upgraded)
    return upgraded.take_error();
  return database;
}

ErrorPtr Database::failure() const {
  return unusable_record(folder_, reason(get()));
}

Result<Done> Database::connect() {
  const std::string path = folder_ + "/jobs.sqlite";
  if (auto made = make_file(folder_, path); !made)
    return made;
  sqlite3* raw = nullptr;
  const int status = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(raw);
  if (status != SQLITE_OK)
    return failure();
  sqlite3_busy_timeout(raw, patience_ms);
  // Whoever can write the file shall not make it do anything: it is data.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  constexpr const char* manners =
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
      "PRAGMA cell_size_check = ON;";
  if (sqlite3_exec(raw, manners, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure();
  return Done{};
}

// Fails for a version that is not known here.
Result<gint64> Database::version() {
  gint64 found = 0;
  Statement statement(*this, "PRAGMA user_version");
  if (statement.next())
    statement.read(&found);
  if (statement.failed())
    return statement.take_error();
  if (found < 0 || found > known_version)
    return unusable_record(folder_, _("a newer version of this program has written it"));
  return found;
}

Result<Done> Database::upgrade() {
  auto found = version();
  if (!found)
    return found.take_error();
  if (*found == known_version)
    return Done{};
  if (enter_wal(get()) != SQLITE_OK)
    return failure();
  Change change(*this);
  found = version();  // another program may have been faster
  if (!found)
    return found.take_error();
  for (gint64 step = *found; step < known_version; ++step)
    if (sqlite3_exec(get(), steps[step], nullptr, nullptr, nullptr) != SQLITE_OK)
      return failure();
  change.run(format("PRAGMA user_version = %d", static_cast<int>(known_version)).c_str());
  return change.commit();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement::Statement(const Database& database, const char* sql) noexcept : database_(database) {
  sqlite3_stmt* raw = nullptr;
  const int status = sqlite3_prepare_v2(database.get(), sql, -1, &raw, nullptr);
  statement_.reset(raw);
  check(status);
}

// To be called right after what may have failed: the connection remembers its last call only.
void Statement::check(int status) noexcept {
  if (status != SQLITE_OK && status != SQLITE_ROW && status != SQLITE_DONE && !error_)
    error_ = database_.failure();
}

void Statement::reset() noexcept {
  if (!error_)
    check(sqlite3_reset(statement_.get()));
}

void Statement::bind_text(int place, std::string_view text) noexcept {
  if (!error_)
    check(sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_TRANSIENT,
                              SQLITE_UTF8));
}

void Statement::bind_integer(int place, gint64 number) noexcept {
  if (!error_)
    check(sqlite3_bind_int64(statement_.get(), place, number));
}

void Statement::bind_real(int place, double number) noexcept {
  if (!error_)
    check(sqlite3_bind_double(statement_.get(), place, number));
}

bool Statement::next() noexcept {
  if (error_)
    return false;
  const int status = sqlite3_step(statement_.get());
  check(status);
  return status == SQLITE_ROW;
}

// Always valid UTF-8 without a NUL in it: the file may have been written by anybody.
void Statement::take(int column, std::string* text) noexcept {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (!bytes || g_utf8_validate(bytes, size, nullptr)) {
    text->assign(bytes ? bytes : "", bytes ? static_cast<std::size_t>(size) : 0);
    return;
  }
  *text = CharPtr(g_utf8_make_valid(bytes, size)).get();
}

void Statement::take(int column, gint64* number) noexcept {
  *number = sqlite3_column_int64(statement_.get(), column);
}

void Statement::take(int column, double* number) noexcept {
  *number = sqlite3_column_double(statement_.get(), column);
}

Change::Change(const Database& database) noexcept : database_(database) {
  run("BEGIN IMMEDIATE");
  open_ = !error_;
}

Change::~Change() {
  if (open_)
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

int Change::finish(Statement* statement) noexcept {
  const int before = sqlite3_total_changes(database_.get());
  int found = 0;
  while (statement->next())
    ++found;
  error_ = statement->take_error();
  return error_ ? 0 : found + sqlite3_total_changes(database_.get()) - before;
}

void Change::fail(ErrorPtr why) noexcept {
  if (!error_)
    error_ = std::move(why);
}

Result<Done> Change::so_far() noexcept {
  if (error_)
    return std::move(error_);
  return Done{};
}

Result<Done> Change::commit() noexcept {
  run("COMMIT");
  open_ = open_ && error_;
  return so_far();
}

}  // namespace seedream::jobs
