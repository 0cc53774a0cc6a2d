// wire/json.cpp - JSON text to values and back.
#include "wire/json.hpp"

#include <cmath>

#include "wire/json-text.hpp"

namespace seedream::wire {

Json Json::at(const char* member) const {
  return Json(is_object() ? json_object_get_member(json_node_get_object(node_), member) : nullptr);
}

std::vector<Json> Json::items() const {
  std::vector<Json> items;
  if (!is_array())
    return items;
  JsonArray* array = json_node_get_array(node_);
  for (guint i = 0; i < json_array_get_length(array); ++i)
    items.emplace_back(json_array_get_element(array, i));
  return items;
}

std::vector<std::pair<std::string, Json>> Json::members() const {
  std::vector<std::pair<std::string, Json>> members;
  if (!is_object())
    return members;
  json_object_foreach_member(
      json_node_get_object(node_),
      [](JsonObject*, const char* name, JsonNode* value, gpointer data) noexcept {
        static_cast<decltype(members)*>(data)->emplace_back(name, Json(value));
      },
      &members);
  return members;
}

std::string_view Json::view() const {
  return is_string() ? json_node_get_string(node_) : std::string_view();
}

std::optional<bool> Json::boolean() const {
  if (!node_ || !JSON_NODE_HOLDS_VALUE(node_) || json_node_get_value_type(node_) != G_TYPE_BOOLEAN)
    return std::nullopt;
  return json_node_get_boolean(node_) != FALSE;
}

std::optional<std::string> Json::text() const {
  if (!node_ || !JSON_NODE_HOLDS_VALUE(node_))
    return std::nullopt;
  switch (json_node_get_value_type(node_)) {
    case G_TYPE_STRING:
      return json_node_get_string(node_);
    case G_TYPE_INT64:
      return format("%" G_GINT64_FORMAT, json_node_get_int(node_));
    default:
      return std::nullopt;
  }
}

std::optional<double> Json::number() const {
  if (!node_ || !JSON_NODE_HOLDS_VALUE(node_))
    return std::nullopt;
  const GType type = json_node_get_value_type(node_);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return std::nullopt;
  const double number = json_node_get_double(node_);
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

Result<JsonDocument> JsonDocument::parse(std::string_view text) {
  if (text.empty())
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The text is empty");
  if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The text is not UTF-8");
  auto checked = JsonText::check(text, max_depth);
  if (!checked)
    return checked.take_error();
  text = checked->text();

  auto parser = Ref<JsonParser>::adopt(json_parser_new_immutable());
  GError* error = nullptr;
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), &error)) {
    ErrorPtr reason(error);
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The text is not JSON: %s", reason->message);
  }
  JsonDocument document;
  JsonNode* root = json_parser_get_root(parser.get());
  if (root)
    document.node_ = std::shared_ptr<JsonNode>(json_node_ref(root), json_node_unref);
  return document;
}

void JsonWriter::name(const char* name) {
  if (*name)
    json_builder_set_member_name(builder_.get(), name);
}

JsonWriter& JsonWriter::begin_object(const char* member) {
  name(member);
  json_builder_begin_object(builder_.get());
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  json_builder_end_object(builder_.get());
  return *this;
}

JsonWriter& JsonWriter::begin_array(const char* member) {
  name(member);
  json_builder_begin_array(builder_.get());
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  json_builder_end_array(builder_.get());
  return *this;
}

JsonWriter& JsonWriter::text(const char* member, const std::string& value) {
  name(member);
  json_builder_add_string_value(builder_.get(), value.c_str());
  return *this;
}

JsonWriter& JsonWriter::integer(const char* member, gint64 value) {
  name(member);
  json_builder_add_int_value(builder_.get(), value);
  return *this;
}

JsonWriter& JsonWriter::number(const char* member, double value) {
  name(member);
  json_builder_add_double_value(builder_.get(), value);
  return *this;
}

JsonWriter& JsonWriter::boolean(const char* member, bool value) {
  name(member);
  json_builder_add_boolean_value(builder_.get(), value);
  return *this;
}

JsonWriter& JsonWriter::null(const char* member) {
  name(member);
  json_builder_add_null_value(builder_.get());
  return *this;
}

JsonWriter& JsonWriter::base64(const char* member, const std::string& prefix, Bytes bytes) {
  if (stand_in_.empty())
    stand_in_ = format("%08x%08x%08x%08x", g_random_int(), g_random_int(), g_random_int(), g_random_int());
  inside_.push_back(std::move(bytes));
  return text(member, prefix + stand_in_);
}

std::string JsonWriter::print() const {
  std::unique_ptr<JsonNode, Deleter<json_node_unref>> root(json_builder_get_root(builder_.get()));
  return CharPtr(json_to_string(root.get(), FALSE)).get();
}

std::string JsonWriter::finish() {
  g_assert(inside_.empty());
  return print();
}

Body JsonWriter::finish_body() {
  const std::string text = print();
  Body body;
  std::size_t from = 0;
  for (Bytes& bytes : inside_) {
    const std::size_t at = text.find(stand_in_, from);
    g_assert(at != std::string::npos);
    body.add(Bytes::of(text.substr(from, at - from))).add_as_base64(std::move(bytes));
    from = at + stand_in_.size();
  }
  return body.add(Bytes::of(text.substr(from)));
}

}  // namespace seedream::wire
