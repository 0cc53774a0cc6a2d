// plugin/json-text.cpp - what this program writes as JSON, and reads again.
#include "json-text.hpp"

#include <libgimp/gimp.h>

namespace seedream::plugin {

JsonObjectPtr parse_object(const std::string& text) {
  const auto parser = Ref<JsonParser>::adopt(json_parser_new());
  JsonNode* root = json_parser_load_from_data(parser.get(), text.data(), gssize(text.size()), nullptr)
                       ? json_parser_get_root(parser.get())
                       : nullptr;
  return JsonObjectPtr(root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_dup_object(root) : nullptr);
}

std::string text_in(JsonObject* object, const char* name) {
  const char* text = json_object_get_string_member_with_default(object, name, "");
  return text ? text : "";
}

GeglRectangle rectangle_in(JsonObject* object, const char* name) {
  JsonNode* node = json_object_get_member(object, name);
  JsonArray* array = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : nullptr;
  if (!array || json_array_get_length(array) != 4)
    return {};
  int values[4];
  for (guint i = 0; i < 4; ++i)
    values[i] = int(CLAMP(json_node_get_int(json_array_get_element(array, i)), -GIMP_MAX_IMAGE_SIZE,
                          GIMP_MAX_IMAGE_SIZE));
  return {values[0], values[1], values[2], values[3]};
}

gint64 number_in(JsonObject* object, const char* name) {
  return json_object_get_int_member_with_default(object, name, 0);
}

bool truth_in(JsonObject* object, const char* name) {
  return json_object_get_boolean_member_with_default(object, name, FALSE) != FALSE;
}

JsonObject* object_in(JsonObject* object, const char* name) {
  JsonNode* node = json_object_get_member(object, name);
  return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : nullptr;
}

}  // namespace seedream::plugin
