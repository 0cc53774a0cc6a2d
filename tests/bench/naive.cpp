// bench/naive.cpp - the way that plug-ins go: a temporary file, and everything whole and one after another.
#include "bench/naive.hpp"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include <cstring>

namespace bench {
namespace {

constexpr int compression = 6;  // zlib's own habit, and so that of most programs

std::string temporary_path() {
  GError* error = nullptr;
  gchar* path = nullptr;
  const int file = g_file_open_tmp("seedream-bench-XXXXXX.png", &path, &error);
  if (file < 0)
    give_up(error->message);
  g_close(file, nullptr);
  return CharPtr(path).get();
}

CharPtr base64_of_png(GeglBuffer* buffer) {
  const std::string path = temporary_path();
  const auto graph = Ref<GeglNode>::adopt(gegl_node_new());
  GeglNode* source =
      gegl_node_new_child(graph.get(), "operation", "gegl:buffer-source", "buffer", buffer, nullptr);
  GeglNode* sink = gegl_node_new_child(graph.get(), "operation", "gegl:png-save", "path", path.c_str(),
                                       "compression", compression, "bitdepth", 8, nullptr);
  gegl_node_link(source, sink);
  gegl_node_process(sink);
  gchar* png = nullptr;
  gsize size = 0;
  check(g_file_get_contents(path.c_str(), &png, &size, nullptr) && size > 0, "gegl:png-save wrote nothing");
  const CharPtr held(png);
  g_unlink(path.c_str());
  return CharPtr(g_base64_encode(reinterpret_cast<const guchar*>(png), size));
}

void add_content(JsonBuilder* json, GeglBuffer* input) {
  json_builder_begin_object(json);
  json_builder_set_member_name(json, "type");
  json_builder_add_string_value(json, "image_url");
  json_builder_set_member_name(json, "image_url");
  json_builder_begin_object(json);
  json_builder_set_member_name(json, "url");
  const CharPtr base64 = base64_of_png(input);
  const CharPtr url(g_strconcat("data:image/png;base64,", base64.get(), nullptr));
  json_builder_add_string_value(json, url.get());
  json_builder_end_object(json);
  json_builder_end_object(json);
}

Bytes write_request(GeglBuffer* input) {
  const auto json = Ref<JsonBuilder>::adopt(json_builder_new());
  json_builder_begin_object(json.get());
  json_builder_set_member_name(json.get(), "messages");
  json_builder_begin_array(json.get());
  json_builder_begin_object(json.get());
  json_builder_set_member_name(json.get(), "content");
  json_builder_begin_array(json.get());
  if (input)
    add_content(json.get(), input);
  json_builder_end_array(json.get());
  json_builder_end_object(json.get());
  json_builder_end_array(json.get());
  json_builder_end_object(json.get());
  const auto generator = Ref<JsonGenerator>::adopt(json_generator_new());
  JsonNode* root = json_builder_get_root(json.get());
  json_generator_set_root(generator.get(), root);
  json_node_free(root);
  gsize size = 0;
  gchar* text = json_generator_to_data(generator.get(), &size);
  return Bytes::adopt(g_bytes_new_take(text, size));
}

Bytes ask(const std::string& url, const Bytes& body) {
  const auto session = Ref<SoupSession>::adopt(soup_session_new());
  const auto message =
      Ref<SoupMessage>::adopt(soup_message_new("POST", (url + "/api/v1/chat/completions").c_str()));
  soup_message_set_request_body_from_bytes(message.get(), "application/json", body.get());
  GError* error = nullptr;
  GBytes* answer = soup_session_send_and_read(session.get(), message.get(), nullptr, &error);
  if (!answer)
    give_up(error->message);
  return Bytes::adopt(answer);
}

std::vector<guint8> picture_in(const Bytes& answer) {
  const auto parser = Ref<JsonParser>::adopt(json_parser_new());
  check(json_parser_load_from_data(parser.get(), reinterpret_cast<const char*>(answer.data()),
                                   gssize(answer.size()), nullptr),
        "the server's answer is no JSON");
  JsonObject* root = json_node_get_object(json_parser_get_root(parser.get()));
  JsonObject* choice = json_array_get_object_element(json_object_get_array_member(root, "choices"), 0);
  JsonObject* message = json_object_get_object_member(choice, "message");
  JsonObject* image = json_array_get_object_element(json_object_get_array_member(message, "images"), 0);
  const char* url = json_object_get_string_member(json_object_get_object_member(image, "image_url"), "url");
  gsize size = 0;
  const std::unique_ptr<guchar, seedream::Deleter<g_free>> png(
      g_base64_decode(std::strchr(url, ',') + 1, &size));
  return {png.get(), png.get() + size};
}

Ref<GeglBuffer> load(const std::vector<guint8>& png) {
  const std::string path = temporary_path();
  check(g_file_set_contents(path.c_str(), reinterpret_cast<const char*>(png.data()), gssize(png.size()),
                            nullptr),
        "there is no room for a picture");
  const auto graph = Ref<GeglNode>::adopt(gegl_node_new());
  GeglBuffer* buffer = nullptr;
  GeglNode* source =
      gegl_node_new_child(graph.get(), "operation", "gegl:png-load", "path", path.c_str(), nullptr);
  GeglNode* sink =
      gegl_node_new_child(graph.get(), "operation", "gegl:buffer-sink", "buffer", &buffer, nullptr);
  gegl_node_link(source, sink);
  gegl_node_process(sink);
  g_unlink(path.c_str());
  check(buffer != nullptr, "gegl:png-load read nothing");
  return Ref<GeglBuffer>::adopt(buffer);
}

}  // namespace

Run run_naive(const std::string& url, GeglBuffer* input) {
  Run run;
  run.started = g_get_monotonic_time();
  run.picture = load(picture_in(ask(url, write_request(input))));
  run.finished = g_get_monotonic_time();
  return run;
}

}  // namespace bench
