// test-data-url.cpp - pictures as text: nothing is lost, and nothing with a hole passes for whole.
#include "wire/data-url.hpp"

#include "support/check.hpp"
#include "support/pictures.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::wire;

namespace {

constexpr std::string_view broken[] = {
    "",
    "data:",
    "data:image/png;base64",
    "data:image/png,AAEC",
    "data:image/png;charset=utf-8,AAEC",
    "https://cdn.example.net/1.png",
    "DATA;base64,AAEC",
    "image/png;base64,AAEC",
    "data:image/png;base64,A",
    "data:image/png;base64,AA",
    "data:image/png;base64,AAE",
    "data:image/png;base64,AAECA",
    "data:image/png;base64,AA C",
    "data:image/png;base64,AAE\n",
    "data:image/png;base64,AA-_",
    "data:image/png;base64,AAE*",
    "data:image/png;base64,AAE\xc3",
    "data:image/png;base64,AA==AAEC",
    "data:image/png;base64,A===",
    "data:image/png;base64,====",
    "data:image/png;base64,=AEC",
};

}  // namespace

// The loop variable is the size: every length of the last, padded group.
START_TEST(bytes_come_back_as_they_went) {
  const auto noise = test::noise(static_cast<std::size_t>(_i));
  const Bytes bytes = Bytes::adopt(g_bytes_new(noise.data(), noise.size()));
  const std::string url = write_data_url("image/webp", bytes);
  ck_assert(is_data_url(url));
  auto read = read_data_url(url);
  ck_assert(bool(read));
  assert_text_eq(read->media_type, "image/webp");
  ck_assert_uint_eq(read->bytes.size(), bytes.size());
  ck_assert(g_bytes_equal(read->bytes.get(), bytes.get()));
}
END_TEST

START_TEST(a_url_that_is_cut_anywhere_is_refused_or_shorter_by_whole_groups) {
  const auto noise = test::noise(30);
  const std::string url = write_data_url("image/png", Bytes::adopt(g_bytes_new(noise.data(), noise.size())));
  const std::size_t head = url.find(',') + 1;
  for (std::size_t size = 0; size < url.size(); ++size) {
    auto read = read_data_url(std::string_view(url).substr(0, size));
    ck_assert_msg(bool(read) == (size >= head && (size - head) % 4 == 0), "%zu", size);
  }
}
END_TEST

START_TEST(what_is_broken_is_refused) {
  auto read = read_data_url(broken[_i]);
  ck_assert_msg(!read, "“%s” was taken, %zu bytes", std::string(broken[_i]).c_str(),
                read ? read->bytes.size() : 0);
  ck_assert(g_error_matches(read.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
}
END_TEST

START_TEST(parameters_are_no_part_of_the_type) {
  auto read = read_data_url("data:image/png;name=a.png;base64,AAEC");
  ck_assert(bool(read));
  assert_text_eq(read->media_type, "image/png");
  auto bare = read_data_url("data:;base64,AAEC");
  ck_assert(bool(bare));
  assert_text_eq(bare->media_type, "");
}
END_TEST

int main() {
  Suite* suite = suite_create("data-url");
  TCase* tcase = tcase_create("data-url");
  tcase_add_loop_test(tcase, bytes_come_back_as_they_went, 0, 20);
  tcase_add_test(tcase, a_url_that_is_cut_anywhere_is_refused_or_shorter_by_whole_groups);
  tcase_add_loop_test(tcase, what_is_broken_is_refused, 0, int(std::size(broken)));
  tcase_add_test(tcase, parameters_are_no_part_of_the_type);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
