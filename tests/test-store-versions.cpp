// test-store-versions.cpp - the record of jobs that earlier versions of this program have written goes on,
// whole, whoever is killed or writes on meanwhile.
#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

// A version as it was released: how it made its file, how its programs wrote, and what it could remember. It
// is frozen: who adds a version adds a fixture of the one before.
struct Version {
  std::string (*schema)();
  std::string (*begin)(const StoredJob& job);
  std::string (*update)(const StoredJob& job);
  std::string (*keep)(const StoredJob& job, const StoredPicture& picture);
  StoredJob (*remembered)(StoredJob job);  // as the newest version shows it
  bool (*has_cost)(const StoredJob& job);  // whether the ledger counts it
};

std::string literal(const std::string& text) {
  std::unique_ptr<char, Deleter<sqlite3_free>> sql(sqlite3_mprintf("%Q", text.c_str()));
  return sql.get();
}

std::string sum_of(const StoredJob& job) {
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  return g_ascii_dtostr(number, sizeof number, job.cost_usd);
}

namespace first {

std::string schema() {
  return R"sql(
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
  PRAGMA user_version = 1;
)sql";
}

std::string write_notes(const StoredJob& job) {
  const std::string id = literal(job.id);
  std::string sql = format("DELETE FROM note WHERE job = %s;", id.c_str());
  int place = 0;
  for (const std::string& note : job.notes)
    sql += format("INSERT INTO note (job, place, text) VALUES (%s, %d, %s);", id.c_str(), place++,
                  literal(note).c_str());
  return sql;
}

std::string write_pictures(const StoredJob& job) {
  std::string sql;
  for (const StoredPicture& picture : job.pictures)
    sql += format(
        "INSERT INTO picture (job, number, url) VALUES (%s, %u, %s)"
        " ON CONFLICT DO UPDATE SET url = excluded.url WHERE excluded.url NOT IN ('', url);",
        literal(job.id).c_str(), picture.number, literal(picture.url).c_str());
  return sql;
}

std::string begin(const StoredJob& job) {
  return format(
             "INSERT INTO job (id, provider, base_url, model, prompt, operation, count, format, state, "
             "charged,"
             " service_id, cost_usd, cost_is_told, error_code, error_message, created, updated)"
             " VALUES (%s, %s, %s, %s, %s, %d, %u, %s, %d, %d, %s, %s, %d, %d, %s, %" G_GINT64_FORMAT
             ", %" G_GINT64_FORMAT ") ON CONFLICT DO NOTHING;",
             literal(job.id).c_str(), literal(job.provider).c_str(), literal(job.base_url).c_str(),
             literal(job.model).c_str(), literal(job.prompt).c_str(), job.operation, job.count,
             literal(job.format).c_str(), job.standing.state, job.standing.charged,
             literal(job.service_id).c_str(), sum_of(job).c_str(), job.cost_is_told, job.error_code,
             literal(job.error_message).c_str(), job.created, job.completed) +
         write_notes(job) + write_pictures(job);
}

std::string update(const StoredJob& job) {
  return format(
             "UPDATE job SET state = %d, charged = %d, service_id = %s, cost_usd = %s, cost_is_told = %d,"
             " error_code = %d, error_message = %s, updated = max(updated, %" G_GINT64_FORMAT
             ") WHERE id = %s;",
             job.standing.state, job.standing.charged, literal(job.service_id).c_str(), sum_of(job).c_str(),
             job.cost_is_told, job.error_code, literal(job.error_message).c_str(), job.completed,
             literal(job.id).c_str()) +
         write_notes(job) + write_pictures(job);
}

std::string keep(const StoredJob& job, const StoredPicture& picture) {
  return format(
      "INSERT INTO picture (job, number, url, file, media_type, width, height, damaged)"
      " SELECT id, %u, %s, %s, %s, %d, %d, %d FROM job WHERE id = %s"
      " ON CONFLICT DO UPDATE SET url = CASE excluded.url WHEN '' THEN url ELSE excluded.url END,"
      " file = excluded.file, media_type = excluded.media_type, width = excluded.width,"
      " height = excluded.height, damaged = excluded.damaged;",
      picture.number, literal(picture.url).c_str(), literal(picture.file).c_str(),
      literal(picture.media_type).c_str(), picture.width, picture.height, picture.damaged,
      literal(job.id).c_str());
}

// Whoever wrote it was there when its picture came.
StoredJob remembered(StoredJob job) {
  StoredJob plain = job;
  plain.key_mark = plain.size = plain.aspect = plain.quality = plain.placement = "";
  plain.seed = -1;
  plain.late = plain.starred = false;
  plain.delivered = is_final(job.standing.state) ? std::max(job.created, gint64{1}) : 0;
  for (StoredPicture& picture : plain.pictures)
    picture.told = 0;
  return plain;
}

bool has_cost(const StoredJob& job) {
  return job.standing.charged != SEEDREAM_CHARGE_NO;
}

}  // namespace first

namespace second {

// A new file was made by the same steps as an old one was upgraded by.
std::string schema() {
  return first::schema() + R"sql(
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
  PRAGMA user_version = 2;
)sql";
}

std::string write_pictures(const StoredJob& job) {
  std::string sql;
  for (const StoredPicture& picture : job.pictures)
    sql += format("INSERT INTO picture (job, number, url, told) VALUES (%s, %u, %s, %" G_GINT64_FORMAT
                  ") ON CONFLICT DO UPDATE SET url = excluded.url, told = excluded.told"
                  " WHERE excluded.url NOT IN ('', url);",
                  literal(job.id).c_str(), picture.number, literal(picture.url).c_str(), picture.told);
  return sql;
}

// What is under way may cost something yet.
bool has_cost(const StoredJob& job) {
  return !is_final(job.standing.state) || job.standing.charged != SEEDREAM_CHARGE_NO;
}

std::string write_charge(const StoredJob& job) {
  if (!has_cost(job))
    return format("DELETE FROM charge WHERE job = %s;", literal(job.id).c_str());
  const auto pictures = static_cast<unsigned>(job.pictures.size());
  const std::string usd = sum_of(job);
  return format(
      "INSERT INTO charge (job, moment, provider, model, pictures, usd, charged, told)"
      " SELECT id, created, provider, model, max(count, %u), %s, %d, %d FROM job WHERE id = %s"
      " ON CONFLICT DO UPDATE SET charged = excluded.charged, told = excluded.told,"
      " pictures = CASE %u WHEN 0 THEN pictures ELSE %u END,"
      " usd = CASE WHEN %d OR %s > 0 THEN %s ELSE usd END;",
      pictures, usd.c_str(), job.standing.charged, job.cost_is_told, literal(job.id).c_str(), pictures,
      pictures, job.cost_is_told, usd.c_str(), usd.c_str());
}

std::string touch(const StoredJob& job) {
  return format(
      "UPDATE revision SET last = last + 1;"
      "UPDATE job SET revision = (SELECT last FROM revision) WHERE id = %s;",
      literal(job.id).c_str());
}

std::string begin(const StoredJob& job) {
  return format(
             "INSERT INTO job (id, provider, base_url, model, prompt, operation, count, format, state, "
             "charged,"
             " service_id, cost_usd, cost_is_told, error_code, error_message, created, updated, size, aspect,"
             " quality, seed, placement, late, starred, delivered)"
             " VALUES (%s, %s, %s, %s, %s, %d, %u, %s, %d, %d, %s, %s, %d, %d, %s, %" G_GINT64_FORMAT
             ", %" G_GINT64_FORMAT ", %s, %s, %s, %" G_GINT64_FORMAT ", %s, %d, %d, %" G_GINT64_FORMAT
             ") ON CONFLICT DO NOTHING;",
             literal(job.id).c_str(), literal(job.provider).c_str(), literal(job.base_url).c_str(),
             literal(job.model).c_str(), literal(job.prompt).c_str(), job.operation, job.count,
             literal(job.format).c_str(), job.standing.state, job.standing.charged,
             literal(job.service_id).c_str(), sum_of(job).c_str(), job.cost_is_told, job.error_code,
             literal(job.error_message).c_str(), job.created, job.completed, literal(job.size).c_str(),
             literal(job.aspect).c_str(), literal(job.quality).c_str(), job.seed,
             literal(job.placement).c_str(), job.late, job.starred, job.delivered) +
         first::write_notes(job) + write_pictures(job) + touch(job) + write_charge(job);
}

std::string update(const StoredJob& job) {
  return format(
             "UPDATE job SET state = %d, charged = %d, service_id = %s, cost_usd = %s, cost_is_told = %d,"
             " error_code = %d, error_message = %s, updated = max(updated, %" G_GINT64_FORMAT
             "), late = max(late, %d) WHERE id = %s;",
             job.standing.state, job.standing.charged, literal(job.service_id).c_str(), sum_of(job).c_str(),
             job.cost_is_told, job.error_code, literal(job.error_message).c_str(), job.completed, job.late,
             literal(job.id).c_str()) +
         first::write_notes(job) + write_pictures(job) + write_charge(job) + touch(job);
}

std::string keep(const StoredJob& job, const StoredPicture& picture) {
  return format(
             "INSERT INTO picture (job, number, url, file, media_type, width, height, damaged)"
             " SELECT id, %u, %s, %s, %s, %d, %d, %d FROM job WHERE id = %s"
             " ON CONFLICT DO UPDATE SET url = CASE excluded.url WHEN '' THEN url ELSE excluded.url END,"
             " file = excluded.file, media_type = excluded.media_type, width = excluded.width,"
             " height = excluded.height, damaged = excluded.damaged, purged = 0;",
             picture.number, literal(picture.url).c_str(), literal(picture.file).c_str(),
             literal(picture.media_type).c_str(), picture.width, picture.height, picture.damaged,
             literal(job.id).c_str()) +
         touch(job);
}

// It knew no key.
StoredJob remembered(StoredJob job) {
  job.key_mark.clear();
  return job;
}

}  // namespace second

constexpr Version versions[] = {
    {first::schema, first::begin, first::update, first::keep, first::remembered, first::has_cost},
    {second::schema, second::begin, second::update, second::keep, second::remembered, second::has_cost},
};
constexpr int n_versions = std::size(versions);

// Of every state and charge.
std::vector<StoredJob> all_kinds() {
  std::vector<StoredJob> jobs;
  for (int state = 0; state <= SEEDREAM_JOB_STATE_UNKNOWN; ++state)
    for (int charged = 0; charged <= SEEDREAM_CHARGE_UNKNOWN; ++charged) {
      const auto number = static_cast<unsigned>(jobs.size());
      StoredJob job = job_of(number);
      job.standing = {static_cast<SeedreamJobState>(state), static_cast<SeedreamCharge>(charged)};
      job.count = 1 + number % 3;
      job.prompt = "’s “Bär”; -- '熊'";
      job.service_id = number % 2 ? "j1,j2" : "";
      job.cost_usd = 0.125 * number;
      job.cost_is_told = number % 2 != 0;
      job.notes.assign(number % 3, "a note's text");
      job.error_code = number % 4 ? static_cast<int>(number % 4) : StoredJob::no_error;
      job.error_message = number % 4 ? "It is too early." : "";
      job.created = number;
      job.completed = number * 2;
      job.size = number % 3 ? "2K" : "";
      job.aspect = number % 2 ? "16:9" : "";
      job.quality = number % 4 ? "" : "high";
      job.seed = number % 5 ? gint64{number} : -1;
      job.placement = number % 2 ? "{\"layer\":7}" : "";
      job.late = number % 6 == 1;
      job.starred = number % 3 == 1;
      job.delivered = number % 4 == 1 ? 1000 + gint64{number} : 0;
      job.key_mark = "of a later version";
      jobs.push_back(job);
    }
  return jobs;
}

// Two pictures for every other job: one whose bytes are here, one that is known by its address alone.
void add_pictures(const std::string& folder, StoredJob* job) {
  StoredPicture here = picture_of(0), away;
  here.url = "https://example.org/here";
  here.file = folder + "/pictures/" + job->id + "-0.png";
  write_file(here.file, job->id);
  away.number = 1;
  away.url = "https://example.org/away";
  job->pictures = {here, away};
}

std::string keep_all(const Version& version, const StoredJob& job) {
  std::string sql;
  for (StoredPicture picture : job.pictures)
    if (!picture.file.empty()) {
      picture.file = std::filesystem::path(picture.file).filename();
      sql += version.keep(job, picture);
    }
  return sql;
}

// A record as that version left it. Returns what it was told.
std::vector<StoredJob> write_as(const Version& version, const std::string& folder) {
  std::filesystem::create_directory(folder + "/pictures");
  const CharPtr real(realpath(folder.c_str(), nullptr));
  std::vector<StoredJob> jobs = all_kinds();
  std::string sql = "PRAGMA journal_mode = WAL;" + version.schema() + "BEGIN;";
  for (StoredJob& job : jobs) {
    if ((&job - jobs.data()) % 2 != 0)
      add_pictures(real.get(), &job);
    sql += version.begin(job) + version.update(job) + keep_all(version, job);
  }
  meddle(folder, sql + "COMMIT");
  return jobs;
}

bool is_in_ledger(const std::string& folder, const StoredJob& job) {
  const std::string sql = "SELECT count(*) FROM charge WHERE job = " + literal(job.id);
  return answer_of(folder, sql.c_str()) == "1";
}

std::string version_of(const std::string& folder) {
  return answer_of(folder, "PRAGMA user_version");
}

std::string newest_version() {
  const TempFolder folder;
  opened(folder.path());
  return version_of(folder.path());
}

void assert_migrated(const Version& version, const std::string& folder, const std::vector<StoredJob>& jobs) {
  const auto store = opened(folder);
  assert_text_eq(version_of(folder), newest_version());
  ck_assert_uint_eq(sound(store->list()).size(), jobs.size());
  for (const StoredJob& job : jobs) {
    const StoredJob now = found(*store, job.id);
    ck_assert_msg(as_written(now) == version.remembered(job), "%s is another", job.id.c_str());
    ck_assert(!now.attended);
    ck_assert(is_in_ledger(folder, job) == version.has_cost(job));
  }
  assert_text_eq(answer_of(folder, "PRAGMA integrity_check"), "ok");
  assert_text_eq(answer_of(folder, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
}

// The schema's text, whatever stands between its words.
std::string schema_of(const std::string& folder) {
  return answer_of(folder,
                   "SELECT group_concat(name || ':' || columns, ' ') FROM (SELECT t.name AS name,"
                   " (SELECT group_concat(name || ' ' || type || ' ' || \"notnull\" || ' ' ||"
                   " coalesce(dflt_value, '')) FROM pragma_table_info(t.name)) AS columns"
                   " FROM sqlite_schema t WHERE t.type = 'table' ORDER BY t.name)");
}

const Version& version_at(int index) {
  return versions[static_cast<std::size_t>(index)];
}

}  // namespace

START_TEST(there_is_a_fixture_of_every_version_but_the_newest) {
  assert_text_eq(newest_version(), format("%d", n_versions + 1));
  for (int index = 0; index < n_versions; ++index) {
    const TempFolder folder;
    write_as(version_at(index), folder.path());
    assert_text_eq(version_of(folder.path()), format("%d", index + 1));
  }
}
END_TEST

START_TEST(what_an_earlier_version_wrote_is_all_there) {
  const TempFolder folder;
  const auto jobs = write_as(version_at(_i), folder.path());
  assert_migrated(version_at(_i), folder.path(), jobs);
  assert_migrated(version_at(_i), folder.path(), jobs);
}
END_TEST

START_TEST(an_upgraded_file_is_made_like_a_new_one) {
  const TempFolder upgraded, made;
  write_as(version_at(_i), upgraded.path());
  opened(upgraded.path());
  opened(made.path());
  assert_text_eq(schema_of(upgraded.path()), schema_of(made.path()));
}
END_TEST

// Each amount by itself: what was charged, and what may have been.
START_TEST(what_was_charged_before_stands_in_the_ledger) {
  const TempFolder folder;
  double charged = 0, told = 0, uncertain = 0;
  gint64 pictures = 0;
  for (const StoredJob& job : write_as(version_at(_i), folder.path())) {
    const bool yes = job.standing.charged == SEEDREAM_CHARGE_YES;
    charged += yes ? job.cost_usd : 0;
    told += yes && job.cost_is_told ? job.cost_usd : 0;
    pictures += yes ? job.count : 0;
    uncertain += !yes && version_at(_i).has_cost(job) ? job.cost_usd : 0;
  }
  const auto totals = sound(opened(folder.path())->totals(SEEDREAM_PERIOD_ALL, false));
  ck_assert_uint_eq(totals.size(), 1);
  ck_assert_double_eq_tol(totals[0].usd, charged, 1e-9);
  ck_assert_double_eq_tol(totals[0].estimated_usd, charged - told, 1e-9);
  ck_assert_double_eq_tol(totals[0].uncertain_usd, uncertain, 1e-9);
  ck_assert_int_eq(totals[0].pictures, pictures);
}
END_TEST

START_TEST(upgraded_jobs_are_searched_changed_and_forgotten) {
  const TempFolder folder;
  const auto jobs = write_as(version_at(_i), folder.path());
  const auto store = opened(folder.path());
  const auto before = sound(store->changes(0));
  ck_assert_uint_eq(before.jobs.size(), jobs.size());
  ck_assert_uint_eq(sound(store->query({.words = "BÄR 熊"})).size(), jobs.size());
  sound(store->star(jobs[0].id, true));
  sound(store->forget(jobs[1].id));
  const auto after = sound(store->changes(before.revision));
  ck_assert_uint_eq(after.jobs.size(), 1);
  assert_text_eq(after.jobs[0].id, jobs[0].id);
  ck_assert_int_eq(after.total, static_cast<gint64>(jobs.size()) - 1);
  sound(store->begin(job_of(1000)));
  assert_text_eq(ids_in(*store)[0], id_of(1000));
}
END_TEST

// Killed somewhere in the time that an upgrade takes here.
START_TEST(an_upgrade_that_is_killed_leaves_either_version_whole) {
  const Version& version = version_at(_i % n_versions);
  const TempFolder folder, trial;
  write_as(version, trial.path());
  const auto jobs = write_as(version, folder.path());
  const std::string before = schema_of(folder.path());
  const gint64 start = g_get_monotonic_time();
  in_child([&] { opened(trial.path()); });
  const auto needed = static_cast<gint32>(g_get_monotonic_time() - start);

  const pid_t child = start_child([&] { opened(folder.path()); });
  g_usleep(static_cast<gulong>(g_random_int_range(0, needed + 1)));
  end_at_once(child);
  const bool upgraded = version_of(folder.path()) == newest_version();
  assert_text_eq(schema_of(folder.path()), upgraded ? schema_of(trial.path()) : before);
  assert_migrated(version, folder.path(), jobs);
}
END_TEST

START_TEST(programs_that_upgrade_at_once_do_it_once) {
  const Version& version = version_at(_i % n_versions);
  const TempFolder folder;
  const auto jobs = write_as(version, folder.path());
  race(4, [&](unsigned program) {
    const auto store = opened(folder.path());
    run_job(*store, 1000 + program);
  });
  {
    const auto store = opened(folder.path());
    for (unsigned program = 0; program < 4; ++program) {
      assert_whole(found(*store, id_of(1000 + program)), 1000 + program);
      sound(store->forget(id_of(1000 + program)));
    }
  }
  assert_migrated(version, folder.path(), jobs);
}
END_TEST

// It has read the version and the schema by then, and does not look again.
START_TEST(an_older_program_writes_on_while_a_newer_one_upgrades) {
  const Version& version = version_at(_i);
  const TempFolder folder;
  const auto jobs = write_as(version, folder.path());
  StoredJob job = job_of(1000);
  sqlite3* older = nullptr;
  ck_assert_int_eq(sqlite3_open((folder / "jobs.sqlite").c_str(), &older), SQLITE_OK);
  const auto run = [older](const std::string& sql) {
    ck_assert_msg(sqlite3_exec(older, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, "%s",
                  sqlite3_errmsg(older));
  };
  job.standing = {SEEDREAM_JOB_STATE_QUEUED, SEEDREAM_CHARGE_UNKNOWN};
  run("PRAGMA foreign_keys = ON;" + version.begin(job));

  const auto store = opened(folder.path());
  ck_assert(as_written(found(*store, job.id)) == version.remembered(job));
  StoredJob another = job_of(1001);
  for (StoredJob* each : {&job, &another}) {
    each->standing = {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_YES};
    each->notes = {"a note"};
    add_pictures(store->folder(), each);
    run("BEGIN IMMEDIATE;" + version.begin(*each) + version.update(*each) + keep_all(version, *each) +
        "COMMIT");
    ck_assert(as_written(found(*store, each->id)) == version.remembered(*each));
  }
  run("DELETE FROM job WHERE id = " + literal(another.id));
  ck_assert(!sound(store->find(another.id)));
  sqlite3_close(older);
  sound(store->forget(job.id));
  assert_migrated(version, folder.path(), jobs);
}
END_TEST

int main() {
  Suite* suite = suite_create("store-versions");
  TCase* tcase = tcase_create("store-versions");
  tcase_add_test(tcase, there_is_a_fixture_of_every_version_but_the_newest);
  tcase_add_loop_test(tcase, what_an_earlier_version_wrote_is_all_there, 0, n_versions);
  tcase_add_loop_test(tcase, an_upgraded_file_is_made_like_a_new_one, 0, n_versions);
  tcase_add_loop_test(tcase, what_was_charged_before_stands_in_the_ledger, 0, n_versions);
  tcase_add_loop_test(tcase, upgraded_jobs_are_searched_changed_and_forgotten, 0, n_versions);
  tcase_add_loop_test(tcase, an_upgrade_that_is_killed_leaves_either_version_whole, 0, 12 * n_versions);
  tcase_add_loop_test(tcase, programs_that_upgrade_at_once_do_it_once, 0, 4 * n_versions);
  tcase_add_loop_test(tcase, an_older_program_writes_on_while_a_newer_one_upgrades, 0, n_versions);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
