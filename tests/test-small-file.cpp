// test-small-file.cpp - files that people may have written, and all that may lie in their place.
#include "base/small-file.hpp"

#include <filesystem>
#include <functional>

#include "support/check.hpp"
#include "support/store.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::test;

namespace {

constexpr std::size_t longest = 100000;

void write(const std::string& path, const std::string& text) {
  ck_assert(g_file_set_contents(path.c_str(), text.data(), gssize(text.size()), nullptr));
}

// What is put in the place of a file.
const struct {
  std::function<void(const std::string&)> make;
} strange[] = {
    {[](const std::string&) {}},
    {[](const std::string& path) { ck_assert_int_eq(mkfifo(path.c_str(), 0600), 0); }},
    {[](const std::string& path) { ck_assert_int_eq(mkdir(path.c_str(), 0700), 0); }},
    {[](const std::string& path) { std::filesystem::create_symlink("/dev/zero", path); }},
    {[](const std::string& path) { std::filesystem::create_symlink("/dev/tty", path); }},
    {[](const std::string& path) { std::filesystem::create_symlink("/nonexistent/file", path); }},
    {[](const std::string& path) { std::filesystem::create_symlink(path, path); }},
    {[](const std::string& path) { write(path, std::string(longest + 1, 'x')); }},
    {[](const std::string& path) {
      write(path, "");
      ck_assert_int_eq(truncate(path.c_str(), off_t{1} << 36), 0);  // 64 GiB, of which the disk keeps none
    }},
};

}  // namespace

START_TEST(a_file_is_read_to_the_byte) {
  const TempFolder folder;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1} << 14, longest}) {
    const std::string text(size, '\0');
    write(folder / "file", text);
    assert_text_eq(sound(read_small_file(folder / "file", longest)), text);
  }
}
END_TEST

START_TEST(a_link_to_a_file_is_followed) {
  const TempFolder folder;
  write(folder / "file", "text");
  std::filesystem::create_symlink("file", folder / "link");
  assert_text_eq(sound(read_small_file(folder / "link", longest)), "text");
}
END_TEST

START_TEST(what_is_no_file_or_too_long_is_refused_at_once) {
  const TempFolder folder;
  strange[_i].make(folder / "file");
  assert_fails(read_small_file(folder / "file", longest), SEEDREAM_ERROR_INVALID);
}
END_TEST

int main() {
  Suite* suite = suite_create("small-file");
  TCase* tcase = tcase_create("file");
  tcase_add_test(tcase, a_file_is_read_to_the_byte);
  tcase_add_test(tcase, a_link_to_a_file_is_followed);
  tcase_add_loop_test(tcase, what_is_no_file_or_too_long_is_refused_at_once, 0, int(std::size(strange)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
