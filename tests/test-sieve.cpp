// test-sieve.cpp - pictures leave the text and nothing else does, wherever it is cut into pieces. The simple
// way, which parses the whole text and decodes what stands in it, says what they are.
#include "wire/sieve.hpp"

#include <algorithm>

#include "support/check.hpp"
#include "support/pictures.hpp"
#include "support/suite.h"
#include "support/talks.hpp"
#include "wire/data-url.hpp"

using namespace seedream;
using namespace seedream::wire;

namespace {

struct Caught {
  std::string bytes;
  bool ended = false, whole = false;
};

struct Sieved {
  std::string text;
  std::vector<Caught> pictures;
  std::vector<std::string> names;

  // With a name that does not change.
  std::string plain_text() const {
    std::string plain = text;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (const auto at = plain.find(names[i]); at != std::string::npos)
        plain.replace(at, names[i].size(), format("<%zu>", i));
    return plain;
  }
};

Sieved sieved(std::string_view text, std::size_t piece) {
  Sieved all;
  Sieve sieve({.begins =
                   [&](unsigned number) {
                     ck_assert_uint_eq(number, all.pictures.size());
                     ck_assert(all.pictures.empty() || all.pictures.back().ended);
                     all.pictures.emplace_back();
                   },
               .bytes =
                   [&](std::span<const guint8> bytes) {
                     ck_assert(!bytes.empty() && !all.pictures.back().ended);
                     all.pictures.back().bytes.append(bytes.begin(), bytes.end());
                   },
               .ends =
                   [&](bool whole) {
                     ck_assert(!std::exchange(all.pictures.back().ended, true));
                     all.pictures.back().whole = whole;
                   }});
  for (std::size_t at = 0; at < text.size(); at += piece)
    all.text += sieve.feed(text.substr(at, piece));
  all.text += sieve.end();
  ck_assert(all.pictures.empty() || all.pictures.back().ended);
  for (unsigned i = 0; i < all.pictures.size(); ++i)
    all.names.push_back(sieve.name_of(i));
  return all;
}

// Each picture as "010203", or "damaged"; what came of a damaged one is nobody's business.
std::string told(const Sieved& all) {
  std::string text;
  for (const Caught& picture : all.pictures) {
    text += text.empty() ? "" : " ";
    for (const char c : picture.whole ? picture.bytes : "")
      text += format("%02x", static_cast<guint8>(c));
    text += picture.whole ? "" : "damaged";
  }
  return text;
}

struct Case {
  std::string_view text, rest, pictures;
};

const Case cases[] = {
    // What is caught.
    {R"({"url":"data:image/png;base64,AAEC"})", R"({"url":"<0>"})", "000102"},
    {R"({"url":"data:image\/png;base64,AAEC"})", R"({"url":"<0>"})", "000102"},
    {R"({"url":"\u0064ata:image\u002Fpng\u003bbase64\u002cAAEC"})", R"({"url":"<0>"})", "000102"},
    {R"({"url":"data:;base64,AA=="})", R"({"url":"<0>"})", "00"},
    {R"({"url":"data:image/png;name=a.png;base64,AAE="})", R"({"url":"<0>"})", "0001"},
    {R"({ "url" : "data:image/png;base64,AAEC" , "n" : 1 })", R"({ "url" : "<0>" , "n" : 1 })", "000102"},
    {R"("data:image/png;base64,AAEC")", R"("<0>")", "000102"},
    {R"(["data:image/png;base64,AAEC","x","data:a;base64,AQ=="])", R"(["<0>","x","<1>"])", "000102 01"},
    {R"({"a":{"b":[{"c":"d"},{"url":"data:x;base64,AQ=="}]},"e":["data:x;base64,Ag=="]})",
     R"({"a":{"b":[{"c":"d"},{"url":"<0>"}]},"e":["<1>"]})", "01 02"},
    {R"({"b64_json":"AAEC"})", R"({"b64_json":"<0>"})", "000102"},
    {R"({"b64_json":"data"})", R"({"b64_json":"<0>"})", "75ab5a"},
    {R"({"b64_json":"dataAAEC"})", R"({"b64_json":"<0>"})", "75ab5a000102"},
    {R"({"b64_json":"data:image/png;base64,AAEC"})", R"({"b64_json":"<0>"})", "000102"},
    {R"({"b64_json":"\/\u002b\u002F+"})", R"({"b64_json":"<0>"})", "ffeffe"},
    {R"({"b64_json":"AA\u003d\u003D"})", R"({"b64_json":"<0>"})", "00"},
    {R"({"b64_json":"\u0041AEC"})", R"({"b64_json":"<0>"})", "000102"},
    {R"({"x":"b64_json","b64_json":"AAEC","b64_json":"AQ=="})",
     R"({"x":"b64_json","b64_json":"<0>","b64_json":"<1>"})", "000102 01"},
    {"{\"b64_json\":\n  \"AAEC\"\n}", "{\"b64_json\":\n  \"<0>\"\n}", "000102"},
    // What is damaged.
    {R"({"url":"data:image/png;base64,AAE"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AA EC"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AA=\n"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AA==AAEC"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AAE\""})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AAE\\"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AAE\u0141"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AAE\u0000"})", R"({"url":"<0>"})", "damaged"},
    {R"({"url":"data:image/png;base64,AAE\u00"})", R"({"url":"<0>"})", "damaged"},
    {R"({"b64_json":"AA-_"})", R"({"b64_json":"<0>"})", "damaged"},
    {R"({"b64_json":"*","b64_json":"AAEC"})", R"({"b64_json":"<0>","b64_json":"<1>"})", "damaged 000102"},
    {R"({"b64_json":"\"\\AAEC"})", R"({"b64_json":"<0>"})", "damaged"},
    {R"({"b64_json":"https://x/1.png"})", R"({"b64_json":"<0>"})", "damaged"},
    // What is cut.
    {R"({"url":"data:image/png;base64,AAEC)", R"({"url":"<0>)", "damaged"},
    {R"({"b64_json":"AAECAAEC)", R"({"b64_json":"<0>)", "damaged"},
    {R"({"b64_json":"AAEC\u00)", R"({"b64_json":"<0>)", "damaged"},
    {R"({"url":"data:image/pn)", R"({"url":"data:image/pn)", ""},
    {R"({"url":"data:image\u002)", R"({"url":"data:image\u002)", ""},
    {R"({"url":"data:image/png;base64,)", R"({"url":"data:image/png;base64,)", ""},
    {R"({"url":")", R"({"url":")", ""},
    // What passes.
    {"", "", ""},
    {R"({"url":"","b64_json":"","c":"data","d":"data:","e":"dat\u0061:x"})",
     R"({"url":"","b64_json":"","c":"data","d":"data:","e":"dat\u0061:x"})", ""},
    {R"({"url":"data:image/png;base64,"})", R"({"url":"data:image/png;base64,"})", ""},
    {R"({"b64_json":"data:image/png;base64,"})", R"({"b64_json":"data:image/png;base64,"})", ""},
    {R"({"b64_json":"data:image/png,AAEC"})", R"({"b64_json":"data:image/png,AAEC"})", ""},
    {R"({"url":"data:image/png,AAEC"})", R"({"url":"data:image/png,AAEC"})", ""},
    {R"({"url":"data:text/plain,x;base64,AAEC"})", R"({"url":"data:text/plain,x;base64,AAEC"})", ""},
    {R"({"url":"Data:image/png;base64,AAEC"})", R"({"url":"Data:image/png;base64,AAEC"})", ""},
    {R"({"url":" data:image/png;base64,AAEC"})", R"({"url":" data:image/png;base64,AAEC"})", ""},
    {R"({"url":"x \"data:image/png;base64,AAEC"})", R"({"url":"x \"data:image/png;base64,AAEC"})", ""},
    {R"({"data:image/png;base64,AAEC":"x","a":1,"data:a;base64,AQ==":2})",
     R"({"data:image/png;base64,AAEC":"x","a":1,"data:a;base64,AQ==":2})", ""},
    {R"([{"a":[1,{"b":{}}],"data:a;base64,AQ==":2}])", R"([{"a":[1,{"b":{}}],"data:a;base64,AQ==":2}])", ""},
    {R"({"b64_json":null,"b64_json":5,"b64_json":{"a":"b"},"b64_json":["AAEC"],"c":"AAEC"})",
     R"({"b64_json":null,"b64_json":5,"b64_json":{"a":"b"},"b64_json":["AAEC"],"c":"AAEC"})", ""},
    {R"({"b64_jso":"AAEC","b64_json_":"AAEC","xb64_json":"AAEC","b64_json\\":"AAEC","":"AAEC"})",
     R"({"b64_jso":"AAEC","b64_json_":"AAEC","xb64_json":"AAEC","b64_json\\":"AAEC","":"AAEC"})", ""},
    {R"({"a":"\\","b":"\\\"","c":"\u0022data:a;base64,AQ=="})",
     R"({"a":"\\","b":"\\\"","c":"\u0022data:a;base64,AQ=="})", ""},
    {"<html>it's \"odd", "<html>it's \"odd", ""},
    {"{\"url\":\"caught:0123456789abcdef/0\"}", "{\"url\":\"caught:0123456789abcdef/0\"}", ""},
    // Event streams.
    {"data: {\"b64_json\":\"AAEC\"}\n\ndata: [DONE]\n\n", "data: {\"b64_json\":\"<0>\"}\n\ndata: [DONE]\n\n",
     "000102"},
    {": it's \"odd\nevent: a\ndata: {\"b64_json\":\"AAEC\"}\n\n",
     ": it's \"odd\nevent: a\ndata: {\"b64_json\":\"<0>\"}\n\n", "000102"},
    {": \"odd\\\r\ndata: {\"b64_json\":\"AAEC\"}\r\n\r\n",
     ": \"odd\\\r\ndata: {\"b64_json\":\"<0>\"}\r\n\r\n", "000102"},
    {"data: {\"a\": [\n\ndata: {\"b64_json\":\"AAEC\",\"data:a;base64,AQ==\":1}\n\n",
     "data: {\"a\": [\n\ndata: {\"b64_json\":\"<0>\",\"data:a;base64,AQ==\":1}\n\n", "000102"},
    {"data: }}]]\ndata: {\"b64_json\":\"AAEC\",\"data:a;base64,AQ==\":1}",
     "data: }}]]\ndata: {\"b64_json\":\"<0>\",\"data:a;base64,AQ==\":1}", "000102"},
    {"data: {\"b64_json\":\ndata: \"AAEC\",\ndata: \"b64_json\":\"AQ==\"}\n\n",
     "data: {\"b64_json\":\ndata: \"<0>\",\ndata: \"b64_json\":\"<1>\"}\n\n", "000102 01"},
    {"data: {\"b64_json\":\"AAEC\ndata: {\"b64_json\":\"AQ==\"}",
     "data: {\"b64_json\":\"<0>\ndata: {\"b64_json\":\"<1>\"}", "damaged 01"},
    {"data: {\"url\":\"data:image/p\ndata: {\"b64_json\":\"AQ==\"}",
     "data: {\"url\":\"data:image/p\ndata: {\"b64_json\":\"<0>\"}", "01"},
    {"data: {\"url\":\"data:image\\u00\ndata: {\"b64_json\":\"AQ==\"}",
     "data: {\"url\":\"data:image\\u00\ndata: {\"b64_json\":\"<0>\"}", "01"},
};

}  // namespace

START_TEST(pictures_leave_the_text_and_nothing_else_does) {
  const Case& each = cases[_i];
  for (std::size_t piece = 1; piece <= each.text.size() + 1; ++piece) {
    const Sieved all = sieved(each.text, piece);
    ck_assert_msg(all.plain_text() == each.rest, "“%s” by %zu: “%s”", std::string(each.text).c_str(), piece,
                  test::one_line(all.plain_text()).c_str());
    ck_assert_msg(told(all) == each.pictures, "“%s” by %zu: “%s”", std::string(each.text).c_str(), piece,
                  told(all).c_str());
  }
}
END_TEST

namespace {

// The simple way: the pictures of a whole document, as told() has them.
void add_pictures(Json place, bool wants_bytes, std::string& text) {
  const std::string_view view = place.view();
  const bool is_url = is_data_url(view);
  if (is_url || (wants_bytes && !view.empty())) {
    auto url = read_data_url(view);
    auto bytes = is_url ? (url ? Result<Bytes>(url->bytes) : url.take_error()) : decode_base64(view);
    text += text.empty() ? "" : " ";
    text += bytes ? "" : "damaged";
    for (std::size_t i = 0; bytes && i < bytes->size(); ++i)
      text += format("%02x", bytes->data()[i]);
  }
  for (const Json item : place.items())
    add_pictures(item, false, text);
  for (const auto& [name, value] : place.members())
    add_pictures(value, name == "b64_json", text);
}

std::string escaped_oddly(const std::string& text, unsigned how) {
  std::string odd;
  for (const char c : text)
    if (g_random_int_range(0, 100) >= static_cast<int>(how))
      odd += c;
    else
      odd += c == '/' && how % 2 == 0 ? "\\/"
                                      : format(how % 3 == 0 ? "\\u%04X" : "\\u%04x", static_cast<guint8>(c));
  return odd;
}

// Pictures among other members; some are damaged.
std::string some_document(unsigned how) {
  std::string text = "{\"a\":[1,\"\\\"\",{}],\"images\":[";
  for (unsigned i = 0; i < 4; ++i) {
    const auto noise = test::noise(1 + static_cast<std::size_t>(g_random_int_range(0, 400)));
    std::string base64 = CharPtr(g_base64_encode(noise.data(), noise.size())).get();
    if (g_random_int_range(0, 5) == 0)
      base64[static_cast<std::size_t>(g_random_int_range(0, static_cast<int>(base64.size())))] = "*=A "[i];
    text += i % 2 == 0 ? "{\"url\":\"" + escaped_oddly("data:image/png;base64,", how) : "{\"b64_json\":\"";
    text += escaped_oddly(base64, how) + "\",\"n\":" + std::to_string(i) + "},";
  }
  return text + "null],\"usage\":{\"cost\":0.04}}";
}

}  // namespace

// The loop variable is how many in a hundred characters are escaped, and how.
START_TEST(what_is_caught_is_what_the_simple_way_reads) {
  g_random_set_seed(static_cast<guint32>(_i));
  for (int round = 0; round < 50; ++round) {
    const std::string text = some_document(static_cast<unsigned>(_i));
    auto document = JsonDocument::parse(text);
    ck_assert(bool(document));
    std::string wanted;
    add_pictures(document->root(), false, wanted);
    for (const std::size_t piece : {1, 7, 64, 1000, 100'000}) {
      const Sieved all = sieved(text, piece);
      assert_text_eq(told(all), wanted);
      auto rest = JsonDocument::parse(all.text);
      ck_assert(bool(rest));
      const auto images = rest->root().at("images").items();
      for (unsigned i = 0; i < 4; ++i)
        assert_text_eq(std::string(images[i].at(i % 2 == 0 ? "url" : "b64_json").view()), all.names[i]);
      ck_assert(rest->root().at("usage").at("cost").number() == 0.04);
    }
  }
}
END_TEST

START_TEST(a_large_picture_is_caught_whole) {
  const auto noise = test::noise(5'000'001);
  const CharPtr base64(g_base64_encode(noise.data(), noise.size()));
  const std::string text = std::string("{\"url\":\"data:image/png;base64,") + base64.get() + "\",\"n\":1}";
  for (const std::size_t piece : {4096, 100'003, 10'000'000}) {
    const Sieved all = sieved(text, piece);
    assert_text_eq(all.plain_text(), "{\"url\":\"<0>\",\"n\":1}");
    ck_assert(all.pictures.size() == 1 && all.pictures[0].whole);
    ck_assert(std::equal(noise.begin(), noise.end(), all.pictures[0].bytes.begin(),
                         all.pictures[0].bytes.end(),
                         [](guint8 a, char b) { return a == static_cast<guint8>(b); }));
  }
}
END_TEST

START_TEST(a_head_as_long_as_no_data_url_has_passes) {
  for (const std::size_t length : {100, 1000, 100'000}) {
    const std::string text = "[\"data:" + std::string(length, 'x') + ";base64,AAEC\"]";
    for (const std::size_t piece : {1, 1000}) {
      const Sieved all = sieved(text, piece);
      assert_text_eq(all.plain_text(), length > 200 ? text : "[\"<0>\"]");
    }
  }
}
END_TEST

// As deep as a document that is read may be.
START_TEST(levels_are_told_apart_however_deep_they_are) {
  const std::string text = std::string(31, '[') + "{\"a\":" + std::string(31, '[') +
                           "{\"b64_json\":\"AAEC\"}" + std::string(31, ']') + ",\"data:a;base64,AQ==\":1}" +
                           std::string(31, ']');
  const Sieved all = sieved(text, 10);
  ck_assert(bool(JsonDocument::parse(all.text)));
  assert_text_eq(told(all), "000102");
}
END_TEST

START_TEST(names_are_of_one_sieve_alone) {
  const Sieve one({}), other({});
  ck_assert(is_caught(one.name_of(0)) && is_caught(one.name_of(12)));
  ck_assert(one.name_of(0) != one.name_of(1));
  ck_assert(one.name_of(0) != other.name_of(0));
  ck_assert_uint_eq(one.name_of(3).size(), strlen("caught:") + 16 + strlen("/3"));
  for (const char* url : {"", "caught", "https://x/caught:1", "data:image/png;base64,AAEC"})
    ck_assert(!is_caught(url));
}
END_TEST

namespace {

constexpr std::pair<const char*, const char*> folders[] = {
    {"openrouter", "openrouter"}, {"openrouter-images", "openrouter-images"}, {"modelark", "modelark"},
    {"imarouter", "imarouter"},   {"imarouter-v1", "imarouter-v1"},
};

// By a talk whose create has just been sent, or by one that asks for a job.
Steps heard(const char* provider, const std::string& name, const std::string& text, bool asks) {
  auto exchange = test::opened(provider);
  if (asks)
    exchange->resume("job-1");
  return name.ends_with(".sse") ? test::hear_stream(*exchange, text)
                                : exchange->hear(test::answer(200, text));
}

// With pictures in the place of their names.
std::string put_back(std::string told_steps, const Sieved& all) {
  for (std::size_t i = all.names.size(); i-- > 0;) {
    const std::string name = "at " + all.names[i];
    const auto at = told_steps.find(name);
    if (at == std::string::npos)
      continue;
    std::string here = all.pictures[i].whole ? "here " : "missing bad-answer";
    for (const char c : all.pictures[i].whole ? all.pictures[i].bytes : "")
      here += format("%02x", static_cast<guint8>(c));
    told_steps.replace(at, name.size(), here);
  }
  return told_steps;
}

}  // namespace

START_TEST(answers_are_heard_as_before) {
  const auto& [provider, folder] = folders[_i];
  unsigned pictures = 0;
  for (const std::string& path : test::files_in(std::string("fixtures/") + folder)) {
    if (!path.ends_with(".json") && !path.ends_with(".sse"))
      continue;
    const std::string text = test::file(path);
    for (const std::size_t piece : {1, 3, 50, 100'000})
      for (const bool asks : {false, true}) {
        const Sieved all = sieved(text, piece);
        pictures += static_cast<unsigned>(all.pictures.size());
        const std::string wanted = test::told(heard(provider, path, text, asks));
        const std::string got = put_back(test::told(heard(provider, path, all.text, asks)), all);
        ck_assert_msg(got == wanted, "%s by %zu: “%s” and not “%s”", path.c_str(), piece, got.c_str(),
                      wanted.c_str());
        ck_assert_msg(test::told(heard(provider, path, all.text, asks)).find("here") == std::string::npos,
                      "%s has one left", path.c_str());
      }
  }
  ck_assert_uint_gt(pictures, 0);
}
END_TEST

int main() {
  Suite* suite = suite_create("sieve");
  TCase* tcase = tcase_create("sieve");
  tcase_add_loop_test(tcase, pictures_leave_the_text_and_nothing_else_does, 0, int(std::size(cases)));
  tcase_add_loop_test(tcase, what_is_caught_is_what_the_simple_way_reads, 0, 12);
  tcase_add_test(tcase, a_large_picture_is_caught_whole);
  tcase_add_test(tcase, a_head_as_long_as_no_data_url_has_passes);
  tcase_add_test(tcase, levels_are_told_apart_however_deep_they_are);
  tcase_add_test(tcase, names_are_of_one_sieve_alone);
  suite_add_tcase(suite, tcase);
  TCase* answers = tcase_create("answers");
  tcase_add_loop_test(answers, answers_are_heard_as_before, 0, int(std::size(folders)));
  suite_add_tcase(suite, answers);
  return run_suite(suite);
}
