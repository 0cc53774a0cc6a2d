// test-address.cpp - which addresses a job may talk to.
#include "jobs/address.hpp"

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::jobs;

namespace {

struct Root {
  const char *text, *root;  // root: nullptr where it is refused
};

constexpr Root roots[] = {
    {"https://api.example.org", "https://api.example.org"},
    {"https://api.example.org/", "https://api.example.org"},
    {"https://api.example.org///", "https://api.example.org"},
    {"https://api.example.org/v1", "https://api.example.org"},
    {"https://api.example.org/v1/", "https://api.example.org"},
    {"https://api.example.org//v1//", "https://api.example.org"},
    {"https://api.example.org/proxy/v1", "https://api.example.org/proxy"},
    {"https://api.example.org/v10", "https://api.example.org/v10"},
    {"https://api.example.org:8443", "https://api.example.org:8443"},
    {"https://10.0.0.1", "https://10.0.0.1"},  // the user's own word is believed
    {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
    {"http://127.1.2.3", "http://127.1.2.3"},
    {"http://[::1]:8080/v1", "http://[::1]:8080"},
    {"http://localhost:8080", "http://localhost:8080"},
    {"http://api.example.org", nullptr},
    {"http://10.0.0.1", nullptr},
    {"http://0.0.0.0", nullptr},
    {"http://[::2]", nullptr},
    {"http://localhost.example.org", nullptr},
    {"http://127.0.0.1.example.org", nullptr},
    {"http://127.0.0.1@example.org", nullptr},
    {"ftp://127.0.0.1", nullptr},
    {"file:///etc/passwd", nullptr},
    {"api.example.org", nullptr},
    {"/v1", nullptr},
    {"", nullptr},
    {"https://", nullptr},
    {"https:///v1", nullptr},
    {"https://api.example.org?x=1", nullptr},
    {"https://api.example.org#x", nullptr},
    {"https://api.example.org:99999", nullptr},
    {"https://api example.org", nullptr},
    {"https://api.example.org/a b", nullptr},
    {"https://api.example.org/\r\nX-Evil: 1", nullptr},
    {"https://%FF@api.example.org", nullptr},  // libsoup cannot take it
    {"https://%zz/", nullptr},
};

constexpr const char* loopback = "http://127.0.0.1:4711";
constexpr const char* far_away = "https://api.example.org";

struct Place {
  const char *url, *base;
  bool followed;
};

constexpr Place places[] = {
    {"https://cdn.example.net/r/1.png", far_away, true},
    {"https://cdn.example.net:8443/r/1.png?sig=a%2Fb#x", far_away, true},
    {"https://8.8.8.8/1.png", far_away, true},
    {"https://[2001:4860::8888]/1.png", far_away, true},
    {"https://cdn.example.net/1.png", loopback, true},
    {"http://127.0.0.1:4711/1.png", loopback, true},
    {"http://localhost:4711/1.png", loopback, true},
    {"http://[::1]:4711/1.png", loopback, true},
    {"https://10.0.0.1/1.png", "https://10.0.0.1", true},  // where the user says that the service is
    {"https://10.0.0.1:443/1.png", "https://10.0.0.1/api", true},
    {"https://10.0.0.1:444/1.png", "https://10.0.0.1", false},
    {"http://10.0.0.1/1.png", "https://10.0.0.1", false},
    {"https://10.0.0.2/1.png", "https://10.0.0.1", false},
    {"https://api.example.org/1.png", far_away, true},
    {"http://127.0.0.1:9/1.png", loopback, false},  // whoever else serves on this machine
    {"https://127.0.0.1:4711/1.png", loopback, false},
    {"http://localhost/1.png", loopback, false},
    {"http://[::1]/1.png", loopback, false},
    {"http://cdn.example.net/1.png", far_away, false},
    {"http://cdn.example.net/1.png", loopback, false},
    {"http://127.0.0.1/1.png", far_away, false},
    {"https://127.0.0.1/1.png", far_away, false},
    {"https://127.8.8.8/1.png", far_away, false},
    {"https://localhost/1.png", far_away, false},
    {"https://LOCALHOST/1.png", far_away, false},
    {"https://localhost./1.png", far_away, false},
    {"https://[::1]/1.png", far_away, false},
    {"https://10.1.2.3/1.png", far_away, false},
    {"https://172.16.0.1/1.png", far_away, false},
    {"https://172.31.255.255/1.png", far_away, false},
    {"https://172.32.0.1/1.png", far_away, true},
    {"https://192.168.0.1/1.png", far_away, false},
    {"https://169.254.169.254/latest", far_away, false},
    {"https://0.0.0.0/1.png", far_away, false},
    {"https://224.0.0.1/1.png", far_away, false},
    {"https://100.64.0.1/1.png", far_away, false},
    {"https://[fe80::1]/1.png", far_away, false},
    {"https://[fc00::1]/1.png", far_away, false},
    {"https://[fd12:3456::1]/1.png", far_away, false},
    {"https://[ff02::1]/1.png", far_away, false},
    {"https://[::]/1.png", far_away, false},
    {"https://[::ffff:10.0.0.1]/1.png", far_away, false},  // an IPv4 address in IPv6 clothes
    {"https://[::ffff:127.0.0.1]/1.png", far_away, false},
    {"https://2130706433/1.png", far_away, false},  // 127.0.0.1 as resolvers read it
    {"https://0x7f.1/1.png", far_away, false},
    {"http://10.0.0.1/1.png", loopback, false},
    {"https://192.168.0.1/1.png", loopback, false},
    {"http://127.0.0.1.example.net/1.png", loopback, false},
    {"file:///etc/passwd", loopback, false},
    {"ftp://cdn.example.net/1.png", far_away, false},
    {"data:image/png;base64,AAAA", far_away, false},
    {"/r/1.png", loopback, false},
    {"1.png", loopback, false},
    {"", loopback, false},
    {"https://", far_away, false},
    {"https:1.png", far_away, false},
    {"https://%FF@cdn.example.net/1.png", far_away, false},  // libsoup cannot take it
    {"https://cdn.example.net/%zz", far_away, false},
    {"https://cdn.example.net/\r\nX-Evil: 1", far_away, false},
};

struct Extent {
  const char *url, *base;
  Reach reach;
};

constexpr Extent extents[] = {
    {"https://cdn.example.net/1.png", far_away, Reach::public_only},
    {"https://cdn.example.net/1.png", loopback, Reach::public_only},
    {"https://8.8.8.8/1.png", "https://10.0.0.1", Reach::public_only},
    {"https://api.example.org/1.png", far_away, Reach::anywhere},
    {"https://10.0.0.1/1.png", "https://10.0.0.1", Reach::anywhere},
    {"http://localhost:4711/1.png", loopback, Reach::this_machine},
    {"https://[::1]/1.png", "https://localhost", Reach::this_machine},
};

struct Redirect {
  const char *url, *location, *target;  // target: nullptr where it leads nowhere
};

constexpr Redirect redirects[] = {
    {"https://a.example/r/1.png", "https://b.example/2.png", "https://b.example/2.png"},
    {"https://a.example/r/1.png", "//b.example/2.png", "https://b.example/2.png"},
    {"https://a.example/r/1.png", "/2.png", "https://a.example/2.png"},
    {"https://a.example/r/1.png", "2.png", "https://a.example/r/2.png"},
    {"https://a.example/r/1.png", "../2.png", "https://a.example/2.png"},
    {"https://a.example/r/1.png", "?sig=a%2Fb", "https://a.example/r/1.png?sig=a%2Fb"},
    {"https://a.example/r/1.png", "file:///etc/passwd", "file:///etc/passwd"},  // check_picture_url stops it
    {"https://a.example/r/1.png", "https://b.example:99999/", nullptr},
    {"https://a.example/r/1.png", "https://b.example/%zz", nullptr},
};

}  // namespace

START_TEST(a_base_url_is_read_as_the_table_says) {
  const Root& root = roots[_i];
  auto read = read_base_url(root.text, "/v1");
  if (!root.root) {
    ck_assert_msg(!read, "“%s” was taken", test::one_line(root.text).c_str());
    ck_assert(g_error_matches(read.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
    return;
  }
  ck_assert_msg(bool(read), "“%s” was refused", root.text);
  assert_text_eq(*read, root.root);
}
END_TEST

START_TEST(a_provider_without_a_prefix_keeps_the_path) {
  auto read = read_base_url("https://api.example.org/v1/", nullptr);
  ck_assert(bool(read));
  assert_text_eq(*read, "https://api.example.org/v1");
}
END_TEST

// Records are read by later versions, too.
START_TEST(a_mark_tells_a_key_and_where_it_went) {
  const std::string mark = mark_of(Secret("sk-test-1234"), "imarouter", far_away);
  assert_text_eq(mark, "1902cbc13c180cb1e15462545a555a68fdae10d56c417acc1e45e06907fd3da9");
  ck_assert(mark != mark_of(Secret("sk-test-1235"), "imarouter", far_away));
  ck_assert(mark != mark_of(Secret("sk-test-1234"), "openrouter", far_away));
  ck_assert(mark != mark_of(Secret("sk-test-1234"), "imarouter", loopback));
  ck_assert(mark_of(Secret(), "imarouter", far_away).empty());
}
END_TEST
START_TEST(a_picture_is_fetched_only_where_the_table_says) {
  const Place& place = places[_i];
  auto checked = check_picture_url(place.url, place.base);
  ck_assert_msg(bool(checked) == place.followed, "“%s” is %sfollowed for %s",
                test::one_line(place.url).c_str(), checked ? "" : "not ", place.base);
  if (!checked)
    ck_assert(g_error_matches(checked.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
}
END_TEST

// A service's own address is its user's word; anybody else's has to be public, whatever its name leads to.
START_TEST(a_picture_is_fetched_no_further_than_the_table_says) {
  const Extent& extent = extents[_i];
  auto checked = check_picture_url(extent.url, extent.base);
  ck_assert(bool(checked));
  ck_assert_msg(*checked == extent.reach, "%s", extent.url);
}
END_TEST

START_TEST(a_redirect_leads_where_the_table_says) {
  const Redirect& redirect = redirects[_i];
  auto target = follow(redirect.url, redirect.location);
  if (!redirect.target) {
    ck_assert_msg(!target, "“%s” leads somewhere", redirect.location);
    ck_assert(g_error_matches(target.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
    return;
  }
  ck_assert_msg(bool(target), "“%s” leads nowhere", redirect.location);
  assert_text_eq(*target, redirect.target);
}
END_TEST

int main() {
  Suite* suite = suite_create("address");
  TCase* tcase = tcase_create("address");
  tcase_add_loop_test(tcase, a_base_url_is_read_as_the_table_says, 0, int(std::size(roots)));
  tcase_add_test(tcase, a_provider_without_a_prefix_keeps_the_path);
  tcase_add_test(tcase, a_mark_tells_a_key_and_where_it_went);
  tcase_add_loop_test(tcase, a_picture_is_fetched_only_where_the_table_says, 0, int(std::size(places)));
  tcase_add_loop_test(tcase, a_picture_is_fetched_no_further_than_the_table_says, 0, int(std::size(extents)));
  tcase_add_loop_test(tcase, a_redirect_leads_where_the_table_says, 0, int(std::size(redirects)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
