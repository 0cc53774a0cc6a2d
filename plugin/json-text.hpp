// plugin/json-text.hpp - what this program writes as JSON, and reads again. Only text of ours is read, but
// anybody may have changed the file: what is missing reads as nothing.
#pragma once
#include <gegl.h>
#include <json-glib/json-glib.h>

#include <memory>
#include <string>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

// One object, member by member.
class JsonText {
 public:
  JsonText() { json_builder_begin_object(builder_.get()); }
  void text(const char* name, const char* value) {
    key(name);
    if (value)
      json_builder_add_string_value(builder_.get(), value);
    else
      json_builder_add_null_value(builder_.get());
  }
  void number(const char* name, gint64 value) {
    key(name);
    json_builder_add_int_value(builder_.get(), value);
  }
  void amount(const char* name, double value) {
    key(name);
    json_builder_add_double_value(builder_.get(), value);
  }
  void truth(const char* name, bool value) {
    key(name);
    json_builder_add_boolean_value(builder_.get(), value);
  }
  void rectangle(const char* name, const GeglRectangle& r) {
    key(name);
    json_builder_begin_array(builder_.get());
    for (int value : {r.x, r.y, r.width, r.height})
      json_builder_add_int_value(builder_.get(), value);
    json_builder_end_array(builder_.get());
  }
  template <typename Items, typename Each>
  void list(const char* name, const Items& items, Each each) {
    key(name);
    json_builder_begin_array(builder_.get());
    for (const auto& item : items) {
      json_builder_begin_object(builder_.get());
      each(item);
      json_builder_end_object(builder_.get());
    }
    json_builder_end_array(builder_.get());
  }
  template <typename Fill>
  void object(const char* name, Fill fill) {
    key(name);
    json_builder_begin_object(builder_.get());
    fill();
    json_builder_end_object(builder_.get());
  }
  std::string finish() {
    json_builder_end_object(builder_.get());
    const std::unique_ptr<JsonNode, Deleter<json_node_unref>> root(json_builder_get_root(builder_.get()));
    return CharPtr(json_to_string(root.get(), TRUE)).get();
  }

 private:
  void key(const char* name) { json_builder_set_member_name(builder_.get(), name); }
  const Ref<JsonBuilder> builder_ = Ref<JsonBuilder>::adopt(json_builder_new());
};

using JsonObjectPtr = std::unique_ptr<JsonObject, Deleter<json_object_unref>>;
// Nothing: the text is no object.
JsonObjectPtr parse_object(const std::string& text);

std::string text_in(JsonObject* object, const char* name);
gint64 number_in(JsonObject* object, const char* name);
bool truth_in(JsonObject* object, const char* name);
GeglRectangle rectangle_in(JsonObject* object, const char* name);
// nullptr: there is none.
JsonObject* object_in(JsonObject* object, const char* name);
template <typename Each>
void for_objects(JsonObject* parent, const char* name, Each each) {
  JsonNode* node = json_object_get_member(parent, name);
  JsonArray* array = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : nullptr;
  for (guint i = 0; array && i < json_array_get_length(array); ++i)
    if (JsonNode* item = json_array_get_element(array, i); JSON_NODE_HOLDS_OBJECT(item))
      each(json_node_get_object(item));
}

}  // namespace seedream::plugin
