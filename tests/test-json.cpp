// test-json.cpp - JSON text of friends and of enemies.
#include "wire/json.hpp"

#include <cmath>

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::wire;

namespace {

constexpr std::string_view rich =
    R"({"id":"j\u00e9\"\\","n":-12.5e-1,"big":9007199254740993,"yes":true,"no":null,)"
    R"("deep":{"list":[1,[],{},"птица",{"a":[{"b":"c"}]}]},"":"empty name"})";

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

void assert_refused(std::string_view text) {
  auto document = JsonDocument::parse(text);
  ck_assert_msg(!document, "“%.40s” was taken", test::one_line(std::string(text)).c_str());
  ck_assert(g_error_matches(document.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
}

constexpr std::string_view broken[] = {
    "{",
    "[1,",
    "{\"a\":}",
    "{\"a\" 1}",
    "\"a",
    "nul",
    "<html>",
    "{} {}x",
    "{\"a\":01x}",
    "[1 2]",
    "{'a'}",
    "\xff\xfe{}",
    "{\"a\":\"\xc3\"}",
    "\xed\xa0\x80",
    "{\"a\":\"\xf8\x88\x80\x80\x80\"}",
    std::string_view("{\"a\":1}\0", 8),
    std::string_view("\0", 1),
    "",
    "  \n",
    "[1,]",
    "[,1]",
    "[1}",
    "{]",
    "{\"a\":1,}",
    "{\"a\",1}",
    "{\"a\":1:2}",
    "{1:2}",
    "[\"a\":1]",
    "}",
    ",",
    ":1",
    // json-glib would take all of these, or end the program.
    "{}{}",
    "[] []",
    "null{}",
    "1 {\"a\":2}",
    "\"a\" \"b\"",
    "/* */ [1]",
    "[\"a\" /* \" */ ]",
    "['a']",
    "[0x10]",
    "[010]",
    "[.5]",
    "[1.]",
    "[1e]",
    "[$1]",
    "var a = [1];",
    "[\"\\x41\"]",
    "[\"\\u00zz\"]",
    "[\"\\u004\"]",
};

}  // namespace

START_TEST(what_is_no_json_is_refused) {
  assert_refused(broken[_i]);
}
END_TEST

START_TEST(sixty_four_levels_are_the_limit) {
  ck_assert(bool(JsonDocument::parse(nested(64))));
  assert_refused(nested(65));
  assert_refused(nested(1'000'000));
  assert_refused(std::string(1'000'000, '{'));
  std::string objects;
  for (int i = 0; i < 65; ++i)
    objects += "{\"a\":";
  assert_refused(objects);
}
END_TEST

// json-glib skips comments and recurses: a quote in one must not hide what stands behind it.
START_TEST(a_comment_hides_no_levels) {
  assert_refused("/*\"*/" + std::string(1'000'000, '['));
  assert_refused("//\"\n" + std::string(1'000'000, '['));
  assert_refused("'\"'" + std::string(1'000'000, '['));
}
END_TEST

START_TEST(brackets_in_a_string_are_no_levels) {
  const std::string text = "{\"a\":\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"}";
  auto document = JsonDocument::parse(text);
  ck_assert(bool(document));
  ck_assert_uint_eq(document->root().at("a").text()->size(), 2001);
}
END_TEST

// The loop variable is where the document is cut.
START_TEST(a_document_cut_anywhere_is_read_or_refused) {
  auto document = JsonDocument::parse(rich.substr(0, static_cast<std::size_t>(_i)));
  if (static_cast<std::size_t>(_i) == rich.size())
    ck_assert(bool(document));
  if (!document)
    return;
  const Json root = document->root();
  root.at("deep").at("list").items();
  root.at("id").text();
}
END_TEST

// The loop variable is which byte is wrong.
START_TEST(a_document_with_a_wrong_byte_is_read_or_refused) {
  for (int value = 0; value < 256; value += 5) {
    std::string text(rich);
    text[static_cast<std::size_t>(_i)] = static_cast<char>(value);
    auto document = JsonDocument::parse(text);
    if (document && document->root().at("deep").is_object())
      document->root().at("deep").at("list").items();
  }
}
END_TEST

START_TEST(members_are_read_by_their_type) {
  auto document = JsonDocument::parse(rich);
  ck_assert(bool(document));
  const Json root = document->root();
  assert_text_eq(root.at("id").text().value_or("nothing"), "jé\"\\");
  ck_assert_double_eq(*root.at("n").number(), -1.25);
  assert_text_eq(root.at("big").text().value_or("nothing"), "9007199254740993");
  assert_text_eq(root.at("").text().value_or("nothing"), "empty name");
  const auto items = root.at("deep").at("list").items();
  ck_assert_uint_eq(items.size(), 5);
  ck_assert_double_eq(*items[0].number(), 1);
  assert_text_eq(items[3].text().value_or("nothing"), "птица");
  assert_text_eq(items[4].at("a").items()[0].at("b").text().value_or("nothing"), "c");
  assert_text_eq(std::string(items[3].view()), "птица");
  ck_assert(root.at("yes").boolean() == true);
}
END_TEST

START_TEST(members_come_in_the_text_s_order) {
  auto document = JsonDocument::parse(R"({"z":1,"a":null,"m":{"x":2}})");
  ck_assert(bool(document));
  std::string names;
  for (const auto& [name, value] : document->root().members())
    names += name + (value ? "+" : "-");
  assert_text_eq(names, "z+a-m+");
}
END_TEST

// A price without end would be written into a ledger.
START_TEST(a_number_that_is_too_large_is_none) {
  for (const char* text : {"1e999", "-1e999", "1e309"}) {
    auto document = JsonDocument::parse(text);
    ck_assert_msg(bool(document) && !document->root().number(), "%s", text);
  }
  ck_assert_double_eq(*JsonDocument::parse("1e308")->root().number(), 1e308);
}
END_TEST

// json-glib would read -1: of a number, or of a job's id.
START_TEST(an_integer_that_is_too_large_is_a_number_with_a_point) {
  auto document = JsonDocument::parse(
      R"({"a":99999999999999999999,"b":-9223372036854775809,"c":9223372036854775808,"d":9223372036854775807,)"
      R"("e":-9223372036854775808})");
  ck_assert(bool(document));
  const Json root = document->root();
  ck_assert_double_eq(*root.at("a").number(), 1e20);
  ck_assert_double_eq(*root.at("b").number(), -9223372036854775808.0);
  ck_assert_double_eq(*root.at("c").number(), 9223372036854775808.0);
  ck_assert(!root.at("a").text() && !root.at("b").text() && !root.at("c").text());
  assert_text_eq(root.at("d").text().value_or("nothing"), "9223372036854775807");
  assert_text_eq(root.at("e").text().value_or("nothing"), "-9223372036854775808");
}
END_TEST

// Who cuts a text in the middle of a character sends half of it. The picture beside it was paid for.
START_TEST(half_a_character_does_not_spoil_the_text_around_it) {
  auto document = JsonDocument::parse(
      R"({"a":"x\ud83dy","b":"\ude00","c":"\ud83d\u0041","d":"a\u0000b","e":"\ud83d\ude00","f":"\ud83d",)"
      R"("g":"\\ud83d","h\udc00":1})");
  ck_assert(bool(document));
  const Json root = document->root();
  const std::pair<const char*, const char*> wanted[] = {
      {"a", "x\uFFFDy"},   {"b", "\uFFFD"}, {"c", "\uFFFDA"}, {"d", "a\uFFFDb"},
      {"e", "\U0001F600"}, {"f", "\uFFFD"}, {"g", "\\ud83d"}};
  for (const auto& [name, text] : wanted)
    assert_text_eq(root.at(name).text().value_or("nothing"), text);
  ck_assert_double_eq(*root.at("h\uFFFD").number(), 1);
}
END_TEST

START_TEST(a_byte_order_mark_is_no_part_of_the_text) {
  auto document = JsonDocument::parse("\xEF\xBB\xBF{\"a\":1}");
  ck_assert(document && document->root().at("a").number() == 1);
}
END_TEST

START_TEST(what_is_missing_or_of_another_type_reads_as_nothing) {
  auto document = JsonDocument::parse(rich);
  ck_assert(bool(document));
  const Json root = document->root();
  for (Json nothing : {root.at("missing"), root.at("missing").at("more").at("still"), root.at("id").at("a"),
                       root.at("deep").at("list").at("a"), root.at("no"), Json()}) {
    ck_assert(!nothing);
    ck_assert(!nothing.text() && !nothing.number() && !nothing.boolean() && nothing.view().empty());
    ck_assert(nothing.items().empty() && nothing.members().empty());
    ck_assert(!nothing.is_object() && !nothing.is_array());
  }
  ck_assert(!root.at("yes").text() && !root.at("yes").number() && root.at("yes").view().empty());
  ck_assert(!root.at("id").boolean() && !root.at("n").boolean() && !root.boolean());
  ck_assert(root.at("big").view().empty() && !root.at("big").is_string());
  ck_assert(root.at("deep").at("list").members().empty());
  ck_assert(!root.at("id").number());
  ck_assert(!root.at("n").text());
  ck_assert(!root.text() && !root.number() && root.items().empty());
  ck_assert(root.at("id").items().empty());
}
END_TEST

START_TEST(a_document_lives_as_long_as_a_copy_of_it) {
  std::optional<JsonDocument> copy;
  {
    auto document = JsonDocument::parse(rich);
    ck_assert(bool(document));
    copy = *document;
  }
  assert_text_eq(copy->root().at("id").text().value_or("nothing"), "jé\"\\");
}
END_TEST

constexpr const char* roots[] = {"\"text\"", "12", "null", "true", "[]", "{}"};

START_TEST(any_value_may_be_the_root) {
  auto document = JsonDocument::parse(roots[_i]);
  ck_assert(bool(document));
  ck_assert(!document->root().at("a"));
}
END_TEST

START_TEST(what_is_written_is_read_again) {
  const std::string text = JsonWriter()
                               .begin_object()
                               .text("a", "quotes \" slashes \\ / lines\n\t\x01 птица")
                               .integer("b", G_MININT64)
                               .number("c", 0.04)
                               .boolean("d", false)
                               .null("e")
                               .begin_array("f")
                               .text("", "one")
                               .integer("", 2)
                               .begin_object()
                               .end_object()
                               .end_array()
                               .end_object()
                               .finish();
  auto document = JsonDocument::parse(text);
  ck_assert_msg(bool(document), "%s", test::one_line(text).c_str());
  const Json root = document->root();
  assert_text_eq(root.at("a").text().value_or("nothing"), "quotes \" slashes \\ / lines\n\t\x01 птица");
  assert_text_eq(root.at("b").text().value_or("nothing"), "-9223372036854775808");
  ck_assert_double_eq(*root.at("c").number(), 0.04);
  ck_assert(!root.at("e"));
  ck_assert_uint_eq(root.at("f").items().size(), 3);
}
END_TEST

int main() {
  Suite* suite = suite_create("json");
  TCase* tcase = tcase_create("json");
  tcase_add_loop_test(tcase, what_is_no_json_is_refused, 0, int(std::size(broken)));
  tcase_add_test(tcase, sixty_four_levels_are_the_limit);
  tcase_add_test(tcase, a_comment_hides_no_levels);
  tcase_add_test(tcase, brackets_in_a_string_are_no_levels);
  tcase_add_loop_test(tcase, a_document_cut_anywhere_is_read_or_refused, 0, int(rich.size()) + 1);
  tcase_add_loop_test(tcase, a_document_with_a_wrong_byte_is_read_or_refused, 0, int(rich.size()));
  tcase_add_test(tcase, members_are_read_by_their_type);
  tcase_add_test(tcase, members_come_in_the_text_s_order);
  tcase_add_test(tcase, a_number_that_is_too_large_is_none);
  tcase_add_test(tcase, an_integer_that_is_too_large_is_a_number_with_a_point);
  tcase_add_test(tcase, half_a_character_does_not_spoil_the_text_around_it);
  tcase_add_test(tcase, a_byte_order_mark_is_no_part_of_the_text);
  tcase_add_test(tcase, what_is_missing_or_of_another_type_reads_as_nothing);
  tcase_add_test(tcase, a_document_lives_as_long_as_a_copy_of_it);
  tcase_add_loop_test(tcase, any_value_may_be_the_root, 0, int(std::size(roots)));
  tcase_add_test(tcase, what_is_written_is_read_again);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
