// test-event-stream.cpp - the same events come out, however the bytes come in.
#include "wire/event-stream.hpp"

#include "base/glib-ptr.hpp"
#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::wire;

namespace {

using Events = std::vector<std::string>;

struct Sample {
  std::string_view stream;
  Events events;     // that are complete
  Events last = {};  // that the end completes
};

const Sample samples[] = {
    {"", {}},
    {"data: one\n\n", {"one"}},
    {"data: one\r\n\r\n", {"one"}},
    {"data: one\r\r", {"one"}},
    {"data: one\n\r\n", {"one"}},
    {"data: one\r\n\n", {"one"}},
    {"data: one\n\ndata: two\n\n", {"one", "two"}},
    {"data: one\r\n\r\ndata: two\r\n\r\n", {"one", "two"}},
    {"data: one\r\rdata: two\r\r", {"one", "two"}},
    {"data: one\n\n\n\n\r\n\r\r\n\rdata: two\n\n", {"one", "two"}},
    {"data:one\n\n", {"one"}},
    {"data:  one\n\n", {" one"}},
    {"data:\tone\n\n", {"\tone"}},
    {"data: one \n\n", {"one "}},
    {"data: a: b:c\n\n", {"a: b:c"}},
    {"data: {\ndata:   \"a\": 1\ndata: }\n\n", {"{\n  \"a\": 1\n}"}},
    {"data: {\r\ndata: }\r\n\r\n", {"{\n}"}},
    {"data\n\n", {""}},
    {"data:\n\n", {""}},
    {"data: \n\n", {""}},
    {"data\ndata\n\n", {"\n"}},
    {"data:\ndata: one\n\n", {"\none"}},
    {": OPENROUTER PROCESSING\n\n", {}},
    {":\n\n:\n\n", {}},
    {":data: no\n\n", {}},
    {": keep\n\ndata: one\n: keep\ndata: two\n\n: keep\n\n", {"one\ntwo"}},
    {"event: ping\n\n", {}},
    {"event: a\nid: 7\nretry: 5000\ndata: one\nwhatever: x\nno colon\n\n", {"one"}},
    {"Data: no\ndata : no\n data: no\ndatas: no\ndat: no\n\n", {}},
    {"\xEF\xBB\xBF"
     "data: one\n\n",
     {"one"}},
    {"\xEF\xBB\xBF"
     ": comment\n\ndata: one\n\n",
     {"one"}},
    {"\xEF\xBB\xBF\n\ndata: one\n\n", {"one"}},
    {"data: one\n\n\xEF\xBB\xBF"
     "data: no\n\n",
     {"one"}},
    {"\xEF\xBB"
     "data: no\n\n",
     {}},
    {"data: птица 鸟\n\n", {"птица 鸟"}},
    {std::string_view("data: a\0b\n\n", 11), {std::string("a\0b", 3)}},
    {"data: \xff\xfe\n\n", {"\xff\xfe"}},
    {"data: [DONE]\n\n", {"[DONE]"}},
    {"data: one\n\ndata: two\n", {"one"}, {"two"}},
    {"data: one\n\ndata: two\r", {"one"}, {"two"}},
    {"data: one\n\ndata: two\r\n", {"one"}, {"two"}},
    {"data: one\n", {}, {"one"}},
    {"data: one\ndata: two\n", {}, {"one\ntwo"}},
    {"data: one\n\ndata: two", {"one"}},
    {"data: one\ndata: tw", {}, {"one"}},
    {"data: one\n\n:", {"one"}},
    {"event: a\n", {}},
};

std::string shown(const Events& events) {
  std::string text;
  for (const std::string& event : events)
    text += "[" + event + "]";
  return text;
}

void assert_events(const Sample& sample, const std::vector<std::string_view>& pieces) {
  EventStream stream;
  Events events;
  for (std::string_view piece : pieces)
    for (std::string& event : stream.feed(piece))
      events.push_back(std::move(event));
  assert_text_eq(shown(events), shown(sample.events));
  assert_text_eq(shown(stream.end()), shown(sample.last));
  ck_assert(stream.end().empty());
}

// Whether an answer is a stream is not said by its media type alone.
struct Beginning {
  const char* media_type;
  std::string_view text;
  bool streams;
};
constexpr Beginning beginnings[] = {
    {"text/event-stream", "", true},
    {"text/event-stream", "data: {}", true},
    {"text/event-stream", ": OPENROUTER PROCESSING", true},
    {"text/event-stream", "event: a", true},
    {"text/event-stream", "d", true},
    {"text/event-stream", "whatever", true},
    {"text/event-stream",
     "\xEF\xBB\xBF"
     "data: {}",
     true},
    {"text/event-stream", "{\"error\":1}", false},
    {"text/event-stream", "\r\n \t{\"error\":1}", false},
    {"text/event-stream", "[1]", false},
    {"text/event-stream", "<html>", false},
    {"text/event-stream", "\xEF\xBB\xBF{\"error\":1}", false},
    {"application/json", "", false},
    {"application/json", "{\"id\":1}", false},
    {"application/json", "null", false},
    {"application/json", "\"data: text\"", false},
    {"application/json", "data: {}", true},
    {"application/json", "\n\ndata: {}", true},
    {"application/json",
     "\xEF\xBB\xBF"
     "data: {}",
     true},
    {"application/octet-stream", ": comment", true},
    {"text/plain", "event: a", true},
    {"", "id: 7", true},
    {"", "retry: 7", true},
    {"", "date: 7", false},
    {"", "", false},
    {"text/html", "<!doctype html>", false},
    {"text/html", "data", false},
};

}  // namespace

START_TEST(a_stream_in_one_piece_gives_its_events) {
  assert_events(samples[_i], {samples[_i].stream});
}
END_TEST

START_TEST(a_stream_cut_in_two_anywhere_gives_the_same_events) {
  const std::string_view text = samples[_i].stream;
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    assert_events(samples[_i], {text.substr(0, cut), text.substr(cut)});
}
END_TEST

START_TEST(a_stream_that_comes_byte_by_byte_gives_the_same_events) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < samples[_i].stream.size(); ++i)
    pieces.push_back(samples[_i].stream.substr(i, 1));
  assert_events(samples[_i], pieces);
}
END_TEST

START_TEST(a_stream_of_all_samples_cut_in_three_gives_all_events) {
  std::string all;
  Events wanted;
  for (const Sample& sample : samples)
    if (sample.stream.ends_with("\n\n") && !sample.stream.starts_with("\xEF")) {
      all += sample.stream;
      wanted.insert(wanted.end(), sample.events.begin(), sample.events.end());
    }
  const std::string_view text = all;
  for (std::size_t first = 0; first < text.size(); first += 7)
    for (std::size_t second = first; second < text.size(); second += 11)
      assert_events({"", wanted},
                    {text.substr(0, first), text.substr(first, second - first), text.substr(second)});
}
END_TEST

// A picture stands in one line, and its pieces are as large as a network's packets.
START_TEST(a_line_of_64_mib_is_one_event) {
  constexpr std::size_t length = 64u << 20, piece = 60'000;
  const std::string line = "data: " + std::string(length, 'A') + "\n\n";
  EventStream stream;
  std::size_t events = 0;
  for (std::size_t at = 0; at < line.size(); at += piece)
    for (const std::string& event : stream.feed(std::string_view(line).substr(at, piece))) {
      ++events;
      ck_assert_uint_eq(event.size(), length);
      ck_assert(event.find_first_not_of('A') == std::string::npos);
    }
  ck_assert_uint_eq(events, 1);
}
END_TEST

START_TEST(many_short_lines_are_read_as_well) {
  std::string text;
  for (int i = 0; i < 200'000; ++i)
    text += i % 2 ? "data: x\r\r" : ":\n";
  EventStream stream;
  ck_assert_uint_eq(stream.feed(text).size(), 100'000);
}
END_TEST

// Nobody sends that but to keep a reader busy for ever.
START_TEST(a_stream_of_line_ends_takes_no_longer_than_another) {
  EventStream stream;
  ck_assert(stream.feed(std::string(16u << 20, '\r')).empty());
  ck_assert_uint_eq(stream.feed("data: one\r\r").size(), 1);
}
END_TEST

START_TEST(an_answer_streams_if_the_table_says_so) {
  const Beginning& row = beginnings[_i];
  ck_assert_msg(is_event_stream(row.media_type, row.text) == row.streams, "%s: %s", row.media_type,
                test::one_line(std::string(row.text)).c_str());
}
END_TEST

int main() {
  Suite* suite = suite_create("event-stream");
  TCase* tcase = tcase_create("event-stream");
  constexpr int n = int(std::size(samples));
  tcase_add_loop_test(tcase, a_stream_in_one_piece_gives_its_events, 0, n);
  tcase_add_loop_test(tcase, a_stream_cut_in_two_anywhere_gives_the_same_events, 0, n);
  tcase_add_loop_test(tcase, a_stream_that_comes_byte_by_byte_gives_the_same_events, 0, n);
  tcase_add_test(tcase, a_stream_of_all_samples_cut_in_three_gives_all_events);
  tcase_add_test(tcase, a_line_of_64_mib_is_one_event);
  tcase_add_test(tcase, many_short_lines_are_read_as_well);
  tcase_add_test(tcase, a_stream_of_line_ends_takes_no_longer_than_another);
  tcase_add_loop_test(tcase, an_answer_streams_if_the_table_says_so, 0, int(std::size(beginnings)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
