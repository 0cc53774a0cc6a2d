// test-store-faults.cpp - the record of jobs on full disks, out of damaged files and among hostile ones.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;
using namespace seedream::test;

namespace {

constexpr uid_t nobody = 65534;

void become_nobody() {
  ck_assert(geteuid() != 0 || seteuid(nobody) == 0);
}

template <typename T>
void assert_sound_or_typed(Result<T> result) {
  if (result)
    return;
  const ErrorPtr error = result.take_error();
  ck_assert(error->domain == SEEDREAM_ERROR);
  ck_assert(error->code == SEEDREAM_ERROR_FAILED || error->code == SEEDREAM_ERROR_INVALID);
}

// Whatever the files hold, every call comes back.
void call_everything(const std::string& folder) {
  auto store = Store::open(folder);
  if (!store)
    return assert_sound_or_typed(std::move(store));
  assert_sound_or_typed((*store)->list());
  assert_sound_or_typed((*store)->find(id_of(1)));
  assert_sound_or_typed((*store)->prompts(SEEDREAM_OPERATION_GENERATE, 10));
  assert_sound_or_typed((*store)->usual_duration("imarouter", {}));
  assert_sound_or_typed((*store)->begin(job_of(1000)));
  assert_sound_or_typed((*store)->update(job_of(1)));
  assert_sound_or_typed((*store)->keep(id_of(2), picture_of(1), bytes_of(1)));
  assert_sound_or_typed((*store)->forget(id_of(3)));
}

void limit_files_to(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);  // or it would end the program, which a full disk does not
  struct rlimit limit = {};
  ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void assert_names_folder(const std::string& message, const std::string& folder) {
  ck_assert_msg(message.find(folder) != std::string::npos, "%s", one_line(message).c_str());
}

}  // namespace

START_TEST(another_version_is_refused_and_left_alone) {
  const TempFolder folder;
  fill(folder.path(), 1);
  const int known = std::stoi(answer_of(folder.path(), "PRAGMA user_version"));
  const int versions[] = {known + 1, 1'000'000, -1};
  meddle(folder.path(), format("PRAGMA user_version = %d", versions[_i]));
  const std::string before = content_of(folder / "jobs.sqlite");
  const std::string message = assert_fails(Store::open(folder.path()), SEEDREAM_ERROR_FAILED);
  assert_names_folder(message, folder.path());
  ck_assert_ptr_nonnull(strstr(message.c_str(), "newer version"));
  ck_assert(content_of(folder / "jobs.sqlite") == before);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused_and_left_alone) {
  const std::string contents[] = {"text", std::string(100, 'x'), std::string(100'000, '\0'),
                                  "SQLite format 3" + std::string(5000, '\xFF')};
  const TempFolder folder;
  write_file(folder / "jobs.sqlite", contents[_i]);
  const std::string message = assert_fails(Store::open(folder.path()), SEEDREAM_ERROR_FAILED);
  assert_names_folder(message, folder.path());
  ck_assert_ptr_nonnull(strstr(message.c_str(), "damaged"));
  ck_assert(content_of(folder / "jobs.sqlite") == contents[_i]);
}
END_TEST

START_TEST(a_database_of_somebody_else_is_refused) {
  const TempFolder folder;
  meddle(folder.path(), "CREATE TABLE job (title TEXT)");
  assert_names_folder(assert_fails(Store::open(folder.path()), SEEDREAM_ERROR_FAILED), folder.path());
  meddle(folder.path(), "PRAGMA user_version = 1");
  assert_names_folder(assert_fails(Store::open(folder.path()), SEEDREAM_ERROR_FAILED), folder.path());
  meddle(folder.path(), "PRAGMA user_version = 2");
  call_everything(folder.path());
  assert_fails(opened(folder.path())->list(), SEEDREAM_ERROR_FAILED);
  assert_fails(opened(folder.path())->prompts(SEEDREAM_OPERATION_GENERATE, 10), SEEDREAM_ERROR_FAILED);
  assert_fails(opened(folder.path())->usual_duration("imarouter", {}), SEEDREAM_ERROR_FAILED);
}
END_TEST

START_TEST(no_damage_to_the_file_is_worse_than_an_error) {
  const TempFolder whole;
  fill(whole.path(), 12);
  const std::string before = content_of(whole / "jobs.sqlite");
  constexpr std::size_t page = 4096;
  ck_assert_uint_ge(before.size(), 5 * page);
  std::vector<std::string> spoiled;
  for (std::size_t at = 0; at < 100; at += 3)  // the header
    (spoiled.emplace_back(before))[at] = static_cast<char>(before[at] ^ 0xFF);
  for (std::size_t at = page; at < before.size(); at += page) {
    spoiled.push_back(before.substr(0, at));
    spoiled.push_back(before.substr(0, at - 100));
    spoiled.emplace_back(before).replace(at, page, page, '\0');
    spoiled.emplace_back(before).replace(at, 200, 200, '\xFF');
  }
  for (const std::string& content : spoiled) {
    const TempFolder folder;
    write_file(folder / "jobs.sqlite", content);
    call_everything(folder.path());
  }
}
END_TEST

START_TEST(a_log_full_of_rubbish_costs_no_job) {
  const TempFolder folder;
  fill(folder.path(), 2);
  write_file(folder / "jobs.sqlite-wal", std::string(100'000, '\x37'));
  assert_whole(found(*opened(folder.path()), id_of(1)), 1);
}
END_TEST

START_TEST(a_file_in_the_place_of_the_folder_is_an_error) {
  const TempFolder folder;
  write_file(folder / "file", "text");
  for (const char* place : {"file", "file/below"})
    assert_names_folder(assert_fails(Store::open(folder / place), SEEDREAM_ERROR_FAILED), folder / place);
  assert_text_eq(content_of(folder / "file"), "text");
}
END_TEST

START_TEST(a_folder_in_the_place_of_the_file_is_an_error) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "jobs.sqlite");
  assert_names_folder(assert_fails(Store::open(folder.path()), SEEDREAM_ERROR_FAILED), folder.path());
}
END_TEST

// Root may write everywhere, so somebody else tries.
START_TEST(a_folder_that_may_not_be_written_is_an_error) {
  const TempFolder folder;
  fill(folder / "old", 1);
  std::filesystem::create_directory(folder / "new");
  for (const char* name : {"new", "old/pictures", "old", "."})
    ck_assert_int_eq(chmod((folder / name).c_str(), 0555), 0);
  ck_assert_int_eq(chmod((folder / "old/jobs.sqlite").c_str(), 0444), 0);
  in_child([&] {
    become_nobody();
    for (const char* name : {"new", "old", "none"})
      assert_names_folder(assert_fails(Store::open(folder / name), SEEDREAM_ERROR_FAILED), folder / name);
  });
  for (const char* name : {".", "old", "old/pictures", "new"})
    ck_assert_int_eq(chmod((folder / name).c_str(), 0755), 0);
  assert_whole(found(*opened(folder / "old"), id_of(0)), 0);
}
END_TEST

START_TEST(pictures_that_may_not_be_written_are_an_error) {
  const TempFolder folder;
  fill(folder.path(), 1);
  ck_assert_int_eq(chmod(folder.path().c_str(), 0777), 0);
  ck_assert_int_eq(chmod((folder / "jobs.sqlite").c_str(), 0666), 0);
  ck_assert_int_eq(chmod((folder / "pictures").c_str(), 0555), 0);
  in_child([&] {
    become_nobody();
    const auto store = opened(folder.path());
    const auto kept = assert_fails(store->keep(id_of(0), picture_of(1), bytes_of(1)), SEEDREAM_ERROR_FAILED);
    const auto forgotten = assert_fails(store->forget(id_of(0)), SEEDREAM_ERROR_FAILED);
    assert_names_folder(kept, folder / "pictures");
    assert_names_folder(forgotten, folder / "pictures");
  });
  ck_assert_int_eq(chmod((folder / "pictures").c_str(), 0755), 0);
  ck_assert_int_eq(chmod((folder / "jobs.sqlite").c_str(), 0600), 0);
  const auto store = opened(folder.path());
  ck_assert_uint_eq(sound(store->list()).size(), 1);
  assert_whole(found(*store, id_of(0)), 0);
}
END_TEST

START_TEST(a_disk_that_fills_up_costs_nothing_that_was_confirmed) {
  const TempFolder folder;
  in_child([&] {
    const auto store = opened(folder.path());
    limit_files_to(400'000);
    StoredJob job = job_of(0);
    job.prompt.resize(10'000, 'x');
    unsigned begun = 0;
    std::string message;
    for (; message.empty(); ++begun) {
      job.id = id_of(begun);
      if (auto result = store->begin(job); !result)
        message = assert_fails(std::move(result), SEEDREAM_ERROR_FAILED);
    }
    --begun;  // the last one was refused
    assert_names_folder(message, folder.path());
    ck_assert_uint_gt(begun, 3);
    ck_assert_uint_eq(sound(store->list()).size(), begun);
    limit_files_to(RLIM_INFINITY);
    sound(store->begin(job));
    ck_assert_uint_eq(sound(store->list()).size(), begun + 1);
  });
  assert_text_eq(answer_of(folder.path(), "PRAGMA integrity_check"), "ok");
}
END_TEST

START_TEST(a_picture_that_does_not_fit_on_the_disk_leaves_nothing) {
  const TempFolder folder;
  in_child([&] {
    const auto store = opened(folder.path());
    sound(store->begin(job_of(1)));
    limit_files_to(500'000);
    assert_names_folder(
        assert_fails(store->keep(id_of(1), picture_of(0), bytes_of(1, 500'001)), SEEDREAM_ERROR_FAILED),
        folder.path());
    ck_assert(names_in(folder / "pictures").empty());
    ck_assert(as_written(found(*store, id_of(1))) == job_of(1));
    sound(store->keep(id_of(1), picture_of(0), bytes_of(1, 500'000)));
  });
}
END_TEST

START_TEST(a_store_that_cannot_be_made_on_a_full_disk_is_made_later) {
  const TempFolder folder;
  in_child([&] {
    limit_files_to(static_cast<rlim_t>(_i) * 5000);
    assert_fails(Store::open(folder.path()), SEEDREAM_ERROR_FAILED);
  });
  fill(folder.path(), 1);
}
END_TEST

START_TEST(an_id_that_is_no_uuid_reaches_no_file) {
  const TempFolder folder;
  const auto store = opened(folder / "store");
  write_file(folder / "victim-0.png", "mine");
  const std::string ids[] = {"",
                             ".",
                             "../../victim",
                             folder / "victim",
                             id_of(1) + "/../../../victim",
                             id_of(1) + "\n",
                             "0000000A-0000-4000-8000-0123456789ab",
                             "%08x"};
  for (const std::string& id : ids) {
    StoredJob job = job_of(1);
    job.id = id;
    assert_fails(store->begin(job), SEEDREAM_ERROR_INVALID);
    assert_fails(store->keep(id, picture_of(0), bytes_of(1)), SEEDREAM_ERROR_INVALID);
    assert_fails(store->forget(id), SEEDREAM_ERROR_INVALID);
  }
  assert_text_eq(content_of(folder / "victim-0.png"), "mine");
  ck_assert(names_in(folder.path()) == std::vector<std::string>({"store", "victim-0.png"}));
  ck_assert(names_in(folder / "store/pictures").empty());
}
END_TEST

START_TEST(a_row_that_names_a_strange_file_is_neither_followed_nor_deleted) {
  const TempFolder folder;
  const std::string store_folder = folder / "store";
  fill(store_folder, 2);
  write_file(folder / "victim", "mine");
  const std::string names[] = {"../../victim",
                               folder / "victim",
                               id_of(0) + "-folder/../../../victim",
                               id_of(1) + "-0.png",  // another job's
                               ".",
                               id_of(0) + "-folder"};
  std::filesystem::create_directory(store_folder + "/pictures/" + id_of(0) + "-folder");
  for (const std::string& name : names) {
    meddle(store_folder, "UPDATE picture SET file = '" + name + "' WHERE job = '" + id_of(0) + "'");
    assert_whole(found(*opened(store_folder), id_of(0)), 0);
  }
  for (const std::string& name : names) {
    meddle(store_folder, "UPDATE picture SET file = '" + name + "' WHERE job = '" + id_of(0) + "'");
    sound(opened(store_folder)->forget(id_of(0)));
    run_job(*opened(store_folder), 0);
  }
  assert_text_eq(content_of(folder / "victim"), "mine");
  assert_whole(found(*opened(store_folder), id_of(1)), 1);
}
END_TEST

START_TEST(what_no_program_of_ours_wrote_is_read_as_something_sound) {
  const TempFolder folder;
  fill(folder.path(), 2);
  meddle(folder.path(),
         "UPDATE job SET state = 99, charged = -1, operation = 1e15, count = -5, error_code = -77,"
         " prompt = CAST(x'ff00fe41' AS TEXT), cost_is_told = 7 WHERE sequence = 1;"
         "UPDATE picture SET width = -1e15, height = 1e15, damaged = 2, media_type = CAST(x'c3' AS TEXT);"
         "INSERT INTO picture (job, number, url) SELECT id, -1, 'a' FROM job;"
         "INSERT INTO picture (job, number, url) SELECT id, 4294967296, 'a' FROM job;"
         "CREATE TEMP TABLE strange AS SELECT * FROM job LIMIT 1;"
         "UPDATE strange SET sequence = 50, id = 'no uuid'; INSERT INTO job SELECT * FROM strange;"
         "UPDATE strange SET sequence = 51, id = '../../0000'; INSERT INTO job SELECT * FROM strange");
  const auto store = opened(folder.path());
  ck_assert(ids_in(*store) == std::vector({id_of(1), id_of(0)}));
  ck_assert(!sound(store->find("no uuid")));
  const StoredJob job = found(*store, id_of(0));
  ck_assert(job.standing == (Standing{SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN}));
  ck_assert_int_eq(job.operation, SEEDREAM_OPERATION_GENERATE);
  ck_assert_uint_eq(job.count, 1);
  ck_assert_int_eq(job.error_code, SEEDREAM_ERROR_FAILED);
  ck_assert(job.cost_is_told);
  ck_assert(g_utf8_validate(job.prompt.data(), static_cast<gssize>(job.prompt.size()), nullptr));
  ck_assert_uint_eq(job.pictures.size(), 1);
  ck_assert_int_eq(job.pictures[0].width, 0);
  ck_assert_int_eq(job.pictures[0].height, 0);
  ck_assert(g_utf8_validate(job.pictures[0].media_type.c_str(), -1, nullptr));
  meddle(folder.path(), "UPDATE job SET operation = 0 WHERE sequence = 1");
  meddle(folder.path(),
         "UPDATE job SET state = 3, created = -0x7FFFFFFFFFFFFFFF, updated = 0x7FFFFFFFFFFFFFFF");
  ck_assert(!sound(store->usual_duration("imarouter", {})));
  for (const std::string& prompt : sound(store->prompts(SEEDREAM_OPERATION_GENERATE, 10)))
    ck_assert(g_utf8_validate(prompt.data(), static_cast<gssize>(prompt.size()), nullptr));
}
END_TEST

// SQLite's reason has the name in it.
START_TEST(a_table_with_a_strange_name_is_told_of_in_sound_words) {
  const TempFolder folder;
  fill(folder.path(), 1);
  meddle(folder.path(),
         "DROP TABLE note; CREATE TABLE note (job TEXT NOT NULL REFERENCES \"j\xff\x1b\n\" (id) ON DELETE CASCADE,"
         " place INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (job, place)) STRICT, WITHOUT ROWID");
  StoredJob job = job_of(1);
  job.notes = {"a note"};
  const std::string message = assert_fails(opened(folder.path())->begin(job), SEEDREAM_ERROR_FAILED);
  assert_names_folder(message, folder.path());
  ck_assert_ptr_nonnull(strstr(message.c_str(), "no such table"));
  assert_text_eq(message, one_line(message));
}
END_TEST

START_TEST(a_trigger_in_the_file_does_nothing) {
  const TempFolder folder;
  fill(folder.path(), 1);
  meddle(folder.path(), "CREATE TRIGGER trap AFTER INSERT ON job BEGIN DELETE FROM picture; END");
  const auto store = opened(folder.path());
  sound(store->begin(job_of(1)));
  assert_whole(found(*store, id_of(0)), 0);
}
END_TEST

START_TEST(a_link_in_the_place_of_the_file_is_not_followed) {
  const TempFolder folder;
  fill(folder / "other", 1);
  const std::string before = content_of(folder / "other/jobs.sqlite");
  for (const char* target : {"other/jobs.sqlite", "missing"}) {
    const TempFolder store;
    std::filesystem::create_symlink(folder / target, store / "jobs.sqlite");
    assert_names_folder(assert_fails(Store::open(store.path()), SEEDREAM_ERROR_FAILED), store.path());
  }
  ck_assert(content_of(folder / "other/jobs.sqlite") == before);
  ck_assert(names_in(folder.path()) == std::vector<std::string>({"other"}));
}
END_TEST

START_TEST(a_link_in_the_place_of_the_log_is_not_followed) {
  constexpr const char* names[] = {"jobs.sqlite-wal", "jobs.sqlite-shm"};
  const TempFolder folder;
  fill(folder / "store", 1);
  write_file(folder / "victim", "mine");
  std::filesystem::create_symlink(folder / "victim", folder / "store/" + names[_i]);
  call_everything(folder / "store");
  assert_text_eq(content_of(folder / "victim"), "mine");
}
END_TEST

START_TEST(a_link_in_the_place_of_the_pictures_is_not_followed) {
  const TempFolder folder;
  fill(folder / "store", 1);
  std::filesystem::rename(folder / "store/pictures", folder / "elsewhere");
  std::filesystem::create_directory_symlink(folder / "elsewhere", folder / "store/pictures");
  const auto store = opened(folder / "store");
  assert_text_eq(found(*store, id_of(0)).pictures[0].file, "");
  assert_fails(store->keep(id_of(0), picture_of(1), bytes_of(1)), SEEDREAM_ERROR_FAILED);
  assert_fails(store->forget(id_of(0)), SEEDREAM_ERROR_FAILED);
  ck_assert_uint_eq(names_in(folder / "elsewhere").size(), 1);
  ck_assert_uint_eq(sound(store->list()).size(), 1);
}
END_TEST

START_TEST(a_link_in_the_place_of_a_picture_is_not_followed) {
  const TempFolder folder;
  const std::string link = folder / "store/pictures/" + id_of(0) + "-0.png";
  fill(folder / "store", 1);
  const auto store = opened(folder / "store");
  write_file(folder / "victim", std::string(text_of(bytes_of(0))));
  ck_assert(std::filesystem::remove(link));
  std::filesystem::create_symlink(folder / "victim", link);
  assert_text_eq(found(*store, id_of(0)).pictures[0].file, "");
  const std::string file = sound(store->keep(id_of(0), picture_of(0), bytes_of(0)));
  ck_assert(!std::filesystem::is_symlink(file));
  ck_assert(content_of(file) == text_of(bytes_of(0)));
  sound(store->forget(id_of(0)));
  ck_assert(names_in(folder / "store/pictures").empty());
  ck_assert(content_of(folder / "victim") == text_of(bytes_of(0)));
}
END_TEST

START_TEST(links_on_the_way_to_the_folder_are_the_users_own) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "disk");
  std::filesystem::create_directory_symlink(folder / "disk", folder / "home");
  fill(folder / "home/store", 1);
  assert_whole(found(*opened(folder / "disk/store"), id_of(0)), 0);
}
END_TEST

int main() {
  Suite* suite = suite_create("store-faults");
  TCase* damage = tcase_create("damage");
  tcase_add_loop_test(damage, another_version_is_refused_and_left_alone, 0, 3);
  tcase_add_loop_test(damage, a_file_that_is_no_database_is_refused_and_left_alone, 0, 4);
  tcase_add_test(damage, a_database_of_somebody_else_is_refused);
  tcase_add_test(damage, no_damage_to_the_file_is_worse_than_an_error);
  tcase_add_test(damage, a_log_full_of_rubbish_costs_no_job);
  suite_add_tcase(suite, damage);
  TCase* disk = tcase_create("disk");
  tcase_add_test(disk, a_file_in_the_place_of_the_folder_is_an_error);
  tcase_add_test(disk, a_folder_in_the_place_of_the_file_is_an_error);
  tcase_add_test(disk, a_folder_that_may_not_be_written_is_an_error);
  tcase_add_test(disk, pictures_that_may_not_be_written_are_an_error);
  tcase_add_test(disk, a_disk_that_fills_up_costs_nothing_that_was_confirmed);
  tcase_add_test(disk, a_picture_that_does_not_fit_on_the_disk_leaves_nothing);
  tcase_add_loop_test(disk, a_store_that_cannot_be_made_on_a_full_disk_is_made_later, 1, 5);
  suite_add_tcase(suite, disk);
  TCase* malice = tcase_create("malice");
  tcase_add_test(malice, an_id_that_is_no_uuid_reaches_no_file);
  tcase_add_test(malice, a_row_that_names_a_strange_file_is_neither_followed_nor_deleted);
  tcase_add_test(malice, what_no_program_of_ours_wrote_is_read_as_something_sound);
  tcase_add_test(malice, a_table_with_a_strange_name_is_told_of_in_sound_words);
  tcase_add_test(malice, a_trigger_in_the_file_does_nothing);
  tcase_add_test(malice, a_link_in_the_place_of_the_file_is_not_followed);
  tcase_add_loop_test(malice, a_link_in_the_place_of_the_log_is_not_followed, 0, 2);
  tcase_add_test(malice, a_link_in_the_place_of_the_pictures_is_not_followed);
  tcase_add_test(malice, a_link_in_the_place_of_a_picture_is_not_followed);
  tcase_add_test(malice, links_on_the_way_to_the_folder_are_the_users_own);
  suite_add_tcase(suite, malice);
  return run_suite(suite);
}
