// test-rights.cpp - a program that may do more than whoever started it: it gets no key, no service and no
// folder. The test makes one of itself. Only root can, and only where such programs are allowed.
#include "base/rights.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "seedream.h"
#include "support/check.hpp"
#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::test;

namespace {

constexpr uid_t nobody = 65534;
constexpr int not_allowed = 77;
constexpr const char* inside = "--inside";

void take_answer(GObject*, GAsyncResult* result, gpointer kept) {
  *static_cast<GAsyncResult**>(kept) = G_ASYNC_RESULT(g_object_ref(result));
}

SeedreamKeySource source_of_key() {
  GAsyncResult* answer = nullptr;
  SeedreamKeySource source = SEEDREAM_KEY_SOURCE_NOT_NEEDED;
  seedream_provider_lookup_key_async(seedream_provider_lookup("imarouter"), nullptr, take_answer, &answer);
  while (!answer)
    g_main_context_iteration(nullptr, TRUE);
  g_free(
      seedream_provider_lookup_key_finish(seedream_provider_lookup("imarouter"), answer, &source, nullptr));
  g_object_unref(answer);
  return source;
}

// What the program does that has the other rights; a bit for each thing that it was given.
int ask_for_everything(const char* folder) {
  if (!has_borrowed_rights())
    return not_allowed;
  SeedreamClient* client = seedream_client_new("imarouter", nullptr);
  SeedreamHistory* usual = seedream_history_new(nullptr, nullptr);
  SeedreamHistory* named = seedream_history_new(folder, nullptr);
  const bool has_key = source_of_key() == SEEDREAM_KEY_SOURCE_ENVIRONMENT;
  const bool has_problem = *seedream_model_get_problems() != nullptr;
  return (client ? 1 : 0) | (usual ? 2 : 0) | (named ? 4 : 0) | (has_key ? 8 : 0) | (has_problem ? 16 : 0);
}

void copy_of_myself(const std::string& path, mode_t mode) {
  char* data = nullptr;
  gsize size = 0;
  ck_assert(g_file_get_contents("/proc/self/exe", &data, &size, nullptr));
  const CharPtr held(data);
  ck_assert(g_file_set_contents(path.c_str(), data, gssize(size), nullptr));
  ck_assert_int_eq(chmod(path.c_str(), mode), 0);
}

// Runs the copy as somebody else; returns its exit status.
int status_of(const std::string& program, const std::string& folder) {
  const pid_t child = fork();
  if (child == 0) {
    g_setenv("IMAROUTER_API_KEY", "of-the-environment", TRUE);
    g_setenv("XDG_DATA_HOME", folder.c_str(), TRUE);
    g_setenv("TSAN_OPTIONS", "report_bugs=0", TRUE);  // its list of exceptions is not read with such rights
    if (setresgid(nobody, nobody, nobody) == 0 && setresuid(nobody, nobody, nobody) == 0)
      execl(program.c_str(), program.c_str(), inside, (folder + "/named").c_str(), nullptr);
    _exit(126);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFEXITED(status));
  return WEXITSTATUS(status);
}

// mode: of the copy. A model's file that is wrong lies in the user's folder.
int status_with(mode_t mode) {
  const TempFolder folder;
  ck_assert_int_eq(chmod(folder.path().c_str(), 0777), 0);
  ck_assert_int_eq(g_mkdir_with_parents((folder / "seedream/models").c_str(), 0777), 0);
  ck_assert_int_eq(chmod((folder / "seedream").c_str(), 0777), 0);
  ck_assert(g_file_set_contents((folder / "seedream/models/wrong.json").c_str(), "{", -1, nullptr));
  copy_of_myself(folder / "program", mode);
  return status_of(folder / "program", folder.path());
}

bool is_root() {
  if (geteuid() != 0)
    std::puts("# not root: nothing was tested");
  return geteuid() == 0;
}

}  // namespace

START_TEST(a_program_with_its_users_rights_gets_everything) {
  ck_assert(!has_borrowed_rights());
  SeedreamClient* client = seedream_client_new("imarouter", nullptr);
  ck_assert_ptr_nonnull(client);
  g_object_unref(client);
}
END_TEST

START_TEST(a_setuid_program_gets_nothing) {
  if (!is_root())
    return;
  const int status = status_with(04755);
  if (status == not_allowed)
    std::puts("# no setuid program is allowed here: nothing was tested");
  else
    ck_assert_int_eq(status, 0);
}
END_TEST

int main(int n, char** words) {
  if (n == 3 && strcmp(words[1], inside) == 0)
    return ask_for_everything(words[2]);
  Suite* suite = suite_create("rights");
  TCase* tcase = tcase_create("rights");
  tcase_add_test(tcase, a_program_with_its_users_rights_gets_everything);
  tcase_add_test(tcase, a_setuid_program_gets_nothing);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
