// jobs/store-database.cpp - the store's SQLite: opens and upgrades the file, runs statements.
#include "jobs/store-database.hpp"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstring>

#include "base/presentable.hpp"
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
    // What a job asked for in full, what became of its pictures, what it cost, and what the user rules. A
    // charge outlives its job. Whoever wrote a job before this was there when its picture came.
    R"sql(
      ALTER TABLE job ADD COLUMN size TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN aspect TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN quality TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN seed INTEGER NOT NULL DEFAULT -1;
      ALTER TABLE job ADD COLUMN placement TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE job ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE job ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE job ADD COLUMN cancel_wanted INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE job ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX job_revision ON job (revision);
      ALTER TABLE picture ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE picture ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE thumbnail (
        job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (job, number)
      ) STRICT;
      CREATE TABLE attachment (
        job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (job, name)
      ) STRICT;
      CREATE TABLE charge (
        job TEXT NOT NULL PRIMARY KEY,
        moment INTEGER NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        pictures INTEGER NOT NULL,
        usd REAL NOT NULL,
        charged INTEGER NOT NULL,
        told INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX charge_moment ON charge (moment);
      CREATE TABLE rule (
        name TEXT NOT NULL PRIMARY KEY,
        value REAL NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE revision (last INTEGER NOT NULL) STRICT;
      UPDATE job SET revision = sequence, delivered = max(created, 1) WHERE state >= 3;
      UPDATE job SET revision = sequence WHERE state < 3;
      INSERT INTO revision SELECT coalesce(max(sequence), 0) FROM job;
      INSERT INTO charge SELECT id, created, provider, model, count, cost_usd, charged, cost_is_told
        FROM job WHERE charged <> 0;
    )sql",
    // Which key a job was sent with, so that no other goes to where the record says that it was sent.
    R"sql(
      ALTER TABLE job ADD COLUMN key_mark TEXT NOT NULL DEFAULT '';
    )sql",
};
constexpr gint64 known_version = std::size(steps);

// SQLite's own words may have some of the file's in them.
std::string reason(sqlite3* connection) {
  const std::string words = presentable(sqlite3_errmsg(connection));
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
      return system ? g_strerror(system) : words;
    default:
      return words;
  }
}

// A new folder outlives a power cut only when those around it are on the disk too. Which of them are new,
// nobody knows any more: another program may have made them, or one that died right after.
void sync_around(std::string folder) {
  do {
    folder = CharPtr(g_path_get_dirname(folder.c_str())).get();
    const Fd around(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (around)
      sync_folder(around.get());
  } while (folder.size() > 1);
}

// An empty file is an empty database. It is made without being opened: closing it again could drop the locks
// that another connection of this process has on it by then. SQLite gives its own files the same mode. Where
// it is there, the folders around it are on the disk.
Result<Done> make_file(const std::string& folder, const std::string& path) {
  struct stat found = {};
  if (lstat(path.c_str(), &found) == 0)
    return Done{};
  sync_around(folder);
  if (mknod(path.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST)
    return unusable_record(folder, g_strerror(errno));
  return Done{};
}

// Most texts are not, and to look takes a tenth of the time that it takes to put them right.
bool is_spelled_oddly(const char* text) {
  for (const char* at = text; *at; at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    const bool is_wide_blank = c == 0xA0 || c == 0x3000, is_compatible = c >= 0xF900 && c <= 0xFFFF,
               is_part_of_syllable = c >= 0x1100 && c <= 0x11FF;
    if (is_wide_blank || is_compatible || is_part_of_syllable || g_unichar_combining_class(c) != 0)
      return true;
  }
  return false;
}

// has_words(text, words): whether each of the words, which are comparable, is in the text.
void has_words(sqlite3_context* context, int, sqlite3_value** values) noexcept {
  const auto text_in = [&](int i) { return reinterpret_cast<const char*>(sqlite3_value_text(values[i])); };
  const char *text = text_in(0), *words = text_in(1);
  bool all = true;
  if (text && words && *words) {
    const std::string where = comparable(text);
    const std::unique_ptr<char*, Deleter<g_strfreev>> each(g_strsplit_set(words, " \t\r\n", -1));
    for (char** word = each.get(); *word; ++word)
      all = all && where.find(*word) != std::string::npos;
  }
  sqlite3_result_int(context, all);
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

std::string comparable(const char* text) {
  if (g_str_is_ascii(text))
    return CharPtr(g_ascii_strdown(text, -1)).get();
  CharPtr valid(g_utf8_make_valid(text, -1));
  if (is_spelled_oddly(valid.get()))
    valid.reset(g_utf8_normalize(valid.get(), -1, G_NORMALIZE_ALL_COMPOSE));
  return CharPtr(g_utf8_casefold(valid.get(), -1)).get();
}

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

void Database::empty_log() const noexcept {
  sqlite3_wal_checkpoint_v2(get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

ErrorPtr Database::failure() const {
  return unusable_record(folder_, reason(get()).c_str());
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
  if (sqlite3_exec(raw, manners, nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_create_function_v2(raw, "has_words", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                 nullptr, has_words, nullptr, nullptr, nullptr) != SQLITE_OK)
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

void Statement::bind_bytes(int place, const Bytes& bytes) noexcept {
  const std::string_view blob = text_of(bytes);
  // A null pointer would be a NULL, which is something else than no bytes.
  if (!error_)
    check(sqlite3_bind_blob64(statement_.get(), place, blob.empty() ? "" : blob.data(), blob.size(),
                              SQLITE_TRANSIENT));
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

void Statement::take(int column, Bytes* bytes) noexcept {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  *bytes = Bytes::adopt(g_bytes_new(data, static_cast<gsize>(size)));
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
