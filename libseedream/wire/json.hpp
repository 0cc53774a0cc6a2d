// wire/json.hpp - JSON text to values and back. The only room that knows json-glib.
#pragma once
#include <json-glib/json-glib.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/body.hpp"
#include "base/result.hpp"

namespace seedream::wire {

// A place in a document, perhaps an empty one: what is missing or of another type reads as nothing, so that
// readers need no ladder of checks. Borrowed from its JsonDocument.
class Json {
 public:
  explicit Json(JsonNode* node = nullptr) : node_(node) {}

  explicit operator bool() const { return node_ && !JSON_NODE_HOLDS_NULL(node_); }
  bool is_object() const { return node_ && JSON_NODE_HOLDS_OBJECT(node_); }
  bool is_string() const {
    return node_ && JSON_NODE_HOLDS_VALUE(node_) && json_node_get_value_type(node_) == G_TYPE_STRING;
  }
  bool is_array() const { return node_ && JSON_NODE_HOLDS_ARRAY(node_); }

  Json at(const char* member) const;
  std::vector<Json> items() const;                            // of an array; else none
  std::vector<std::pair<std::string, Json>> members() const;  // of an object, in the text's order; else none
  std::optional<std::string> text() const;                    // of a string; a number is given as its digits
  std::string_view view() const;         // of a string, uncopied: it may be a picture; else empty
  std::optional<double> number() const;  // of a number that is not too large for one
  std::optional<bool> boolean() const;

 private:
  JsonNode* node_;
};

class JsonDocument {
 public:
  // Refuses what is no JSON, no UTF-8, or nested deeper than any service's answer is.
  static Result<JsonDocument> parse(std::string_view text);
  Json root() const { return Json(node_.get()); }

 private:
  static constexpr std::size_t max_depth = 64;  // json-glib recurses; the deepest documented answer nests 8 levels
  std::shared_ptr<JsonNode> node_;
};

// Writes one document, member after member. An empty name writes an array's element.
class JsonWriter {
 public:
  JsonWriter() : builder_(Ref<JsonBuilder>::adopt(json_builder_new())) {}
  JsonWriter& begin_object(const char* member = "");
  JsonWriter& end_object();
  JsonWriter& begin_array(const char* member = "");
  JsonWriter& end_array();
  JsonWriter& text(const char* member, const std::string& value);
  JsonWriter& integer(const char* member, gint64 value);
  JsonWriter& number(const char* member, double value);
  JsonWriter& boolean(const char* member, bool value);
  JsonWriter& null(const char* member);
  // A string: the prefix, then the bytes in base64, which are neither copied nor encoded here.
  JsonWriter& base64(const char* member, const std::string& prefix, Bytes bytes);
  // A document without base64().
  std::string finish();
  Body finish_body();

 private:
  void name(const char* name);
  std::string print() const;
  Ref<JsonBuilder> builder_;
  std::string stand_in_;       // stands in the text where bytes go; nobody can guess it
  std::vector<Bytes> inside_;  // in the text's order
};

}  // namespace seedream::wire
