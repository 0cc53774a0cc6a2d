// test-body-reader.cpp - however a body is read, what comes is its parts in their order, pictures in base64.
#include "wire/body-reader.hpp"

#include <vector>

#include "support/check.hpp"
#include "support/pictures.hpp"
#include "support/suite.h"
#include "wire/json.hpp"

using namespace seedream;
using namespace seedream::wire;

namespace {

Bytes some_noise(std::size_t size) {
  const auto noise = test::noise(size);
  return Bytes::adopt(g_bytes_new(noise.data(), noise.size()));
}

std::string encoded(const Bytes& bytes) {
  return CharPtr(g_base64_encode(bytes.data(), bytes.size())).get();
}

std::string read_by(const Body& body, std::size_t size) {
  BodyReader reader(body);
  std::string all;
  std::vector<char> piece(size);
  while (const std::size_t came = reader.read(piece)) {
    all.append(piece.data(), came);
    if (came < size)
      break;
  }
  ck_assert_uint_eq(reader.read(piece), 0);
  return all;
}

// Two pictures of so many bytes each, the second after a text and before none.
Body two_pictures(std::size_t size, std::string& wanted) {
  const Bytes one = some_noise(size), other = some_noise(size + 1);
  wanted = "{\"a\":\"" + encoded(one) + "\",\"b\":" + encoded(other);
  return Body(Bytes::of("{\"a\":\"")).add_as_base64(one).add(Bytes::of("\",\"b\":")).add_as_base64(other);
}

}  // namespace

// The loop variable is how many bytes are read at once.
START_TEST(a_body_is_the_same_in_pieces_of_any_size) {
  for (std::size_t size = 0; size <= 20; ++size) {
    std::string wanted;
    const Body body = two_pictures(size, wanted);
    ck_assert_uint_eq(body.size(), wanted.size());
    assert_text_eq(read_by(body, static_cast<std::size_t>(_i)), wanted);
  }
}
END_TEST

START_TEST(a_large_picture_is_read_whole) {
  std::string wanted;
  const Body body = two_pictures(3'000'000, wanted);
  for (const std::size_t size : {8192, 8191, 100'000'000})
    ck_assert(read_by(body, size) == wanted);
}
END_TEST

START_TEST(no_body_has_no_bytes) {
  const Body none, missing((Bytes()));
  for (const Body& body : {none, missing}) {
    ck_assert(!body);
    ck_assert_uint_eq(body.size(), 0);
    assert_text_eq(read_by(body, 10), "");
  }
}
END_TEST

START_TEST(an_empty_body_is_one) {
  const Body body(Bytes::of(""));
  ck_assert(bool(body));
  ck_assert_uint_eq(body.size(), 0);
  assert_text_eq(read_by(body, 10), "");
}
END_TEST

START_TEST(a_part_is_let_go_of_once_it_is_read) {
  bool freed = false;
  static const char bytes[9] = {};
  Body body(Bytes::adopt(g_bytes_new_with_free_func(
      bytes, sizeof bytes, [](gpointer data) { *static_cast<bool*>(data) = true; }, &freed)));
  body.add(Bytes::of("rest"));
  BodyReader reader(body);
  body = {};
  char piece[9];
  ck_assert_uint_eq(reader.read({piece, 8}), 8);
  ck_assert(!freed);
  ck_assert_uint_eq(reader.read({piece, 1}), 1);
  ck_assert(freed);
  ck_assert_uint_eq(reader.read(piece), 4);
}
END_TEST

START_TEST(a_document_with_pictures_is_that_with_their_text) {
  const Bytes one = some_noise(100), other = some_noise(1), none = Bytes::of("");
  JsonWriter by_parts, simple;
  by_parts.begin_object().text("prompt", "a pear").base64("a", "data:image/\"png\";base64,", one);
  by_parts.begin_array("b").base64("", "", other).base64("", "x/", none).base64("", "y", one).end_array();
  simple.begin_object().text("prompt", "a pear").text("a", "data:image/\"png\";base64," + encoded(one));
  simple.begin_array("b").text("", encoded(other)).text("", "x/").text("", "y" + encoded(one)).end_array();
  const Body body = by_parts.integer("n", 1).end_object().finish_body();
  assert_text_eq(read_by(body, 7), simple.integer("n", 1).end_object().finish());
  ck_assert(read_by(body, 7).find("a pear") != std::string::npos);
}
END_TEST

START_TEST(a_document_without_pictures_is_one_part) {
  JsonWriter json;
  const Body body = json.begin_object().text("a", "b").end_object().finish_body();
  ck_assert_uint_eq(body.parts().size(), 1);
  assert_text_eq(read_by(body, 100), "{\"a\":\"b\"}");
}
END_TEST

int main() {
  Suite* suite = suite_create("body-reader");
  TCase* tcase = tcase_create("body-reader");
  tcase_add_loop_test(tcase, a_body_is_the_same_in_pieces_of_any_size, 1, 20);
  tcase_add_test(tcase, a_large_picture_is_read_whole);
  tcase_add_test(tcase, no_body_has_no_bytes);
  tcase_add_test(tcase, an_empty_body_is_one);
  tcase_add_test(tcase, a_part_is_let_go_of_once_it_is_read);
  tcase_add_test(tcase, a_document_with_pictures_is_that_with_their_text);
  tcase_add_test(tcase, a_document_without_pictures_is_one_part);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
