// bench/store.cpp - what a look at a long history takes, beside reading all of it. Ratios only: machines
// differ.
#include "jobs/store.hpp"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

using namespace seedream;
using namespace seedream::jobs;

namespace {

constexpr int n_jobs = 10'000, rounds = 9;

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

template <typename T>
T sound(Result<T> result) {
  if (!result)
    give_up(result.take_error()->message);
  return std::move(*result);
}

// A folder that goes with it.
struct Folder {
  std::string path = CharPtr(g_dir_make_tmp("seedream-bench-XXXXXX", nullptr)).get();
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

// All at once and past the store, which would sync the disk ten thousand times. One in ten is of another
// script.
void fill(const std::string& folder) {
  sound(Store::open(folder));
  const std::string sql = format(
      "PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS"
      " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i,"
      " printf('%%08x-0000-4000-8000-0123456789ab', i) AS id FROM n;"
      "INSERT INTO job (id, provider, base_url, model, prompt, operation, count, format, state, charged,"
      " service_id, cost_usd, cost_is_told, error_code, error_message, created, updated, delivered, revision)"
      " SELECT id, 'imarouter', 'https://api.example.org', 'seedream-4.5', printf('%%s number %%d, %%s', CASE"
      " i %% 10 WHEN 0 THEN 'ein großer Bär auf der Straße' ELSE 'a large bear in the street' END, i, 'in the"
      " manner of an old master, with long shadows, warm light and a great deal of detail everywhere'), 0, 1,"
      " 'png', 3, 1, 'j' || i, 0.04, 0, -1, '', 1700000000000000 + i, 1700000000000009 + i, i, i FROM n;"
      "INSERT INTO picture (job, number, url, file, media_type, width, height)"
      " SELECT id, 0, 'https://example.org/' || id, id || '-0.png', 'image/png', 2048, 2048 FROM n;"
      "INSERT INTO charge SELECT id, created, provider, model, 1, 0.04, 1, 0 FROM job;"
      "UPDATE revision SET last = %d; COMMIT",
      n_jobs, n_jobs);
  sqlite3* raw = nullptr;
  if (sqlite3_open((folder + "/jobs.sqlite").c_str(), &raw) != SQLITE_OK ||
      sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    give_up(sqlite3_errmsg(raw));
  sqlite3_close(raw);
  g_mkdir((folder + "/pictures").c_str(), 0700);
  for (int i = 1; i <= n_jobs; ++i)
    if (!g_file_set_contents(
            format("%s/pictures/%08x-0000-4000-8000-0123456789ab-0.png", folder.c_str(), i).c_str(), "", 0,
            nullptr))
      give_up("a picture cannot be written");
}

struct Look {
  const char* name;
  std::function<std::size_t(Store&)> take;  // returns how many jobs it has seen
  std::size_t wanted;
  std::vector<double> milliseconds = {};
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(Look* look, Store& store) {
  const gint64 start = g_get_monotonic_time();
  const std::size_t seen = look->take(store);
  look->milliseconds.push_back(double(g_get_monotonic_time() - start) / 1000);
  if (seen != look->wanted)
    give_up(look->name);
}

}  // namespace

int main() {
  const Folder folder;
  fill(folder.path);
  const auto store = sound(Store::open(folder.path));
  Look looks[] = {
      {"whole list", [](Store& s) { return sound(s.list()).size(); }, n_jobs},
      {"first page", [](Store& s) { return sound(s.query({})).size(); }, 100},
      {"a page in the midst", [](Store& s) { return sound(s.query({.before = n_jobs / 2})).size(); }, 100},
      {"search, common word", [](Store& s) { return sound(s.query({.words = "SHADOWS"})).size(); }, 100},
      {"search, rare word", [](Store& s) { return sound(s.query({.words = "9999"})).size(); }, 1},
      {"search, accents", [](Store& s) { return sound(s.query({.words = "STRASSE bär"})).size(); }, 100},
      {"search in vain", [](Store& s) { return sound(s.query({.words = "fox"})).size(); }, 0},
      {"one change", [](Store& s) { return sound(s.changes(n_jobs - 1)).jobs.size(); }, 1},
      {"one job", [](Store& s) { return sound(s.find("00000007")).has_value() ? 1u : 0u; }, 1},
      {"the totals", [](Store& s) { return sound(s.totals(SEEDREAM_PERIOD_MONTH, true)).size(); }, 1},
      {"a rehearsed purge", [](Store& s) { return std::size_t(sound(s.purge(0, true)).pictures); }, 0},
  };
  for (int round = 0; round < rounds; ++round)
    for (Look& look : looks)
      measure(&look, *store);
  const double whole = median(looks[0].milliseconds);
  std::printf("%d jobs with a picture each; medians of %d interleaved rounds\n", n_jobs, rounds);
  for (const Look& look : looks)
    std::printf("%-20s %8.2f ms  1/%.1f of the whole list\n", look.name, median(look.milliseconds),
                whole / median(look.milliseconds));
  return 0;
}
