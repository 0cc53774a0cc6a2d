// sandbox/openrouter-images.cpp - OpenRouter's Image API: one JSON answer, asked for as a stream or not.
#include "sandbox/openrouter-drawing.hpp"

namespace seedream::sandbox::openrouter {
namespace {

using wire::JsonWriter;

Reply reply_with(const Order& order, const std::vector<Bytes>& pictures) {
  JsonWriter json;
  json.begin_object().integer("created", order.generation.created()).begin_array("data");
  for (const Bytes& picture : pictures) {
    const CharPtr base64(g_base64_encode(picture.data(), picture.size()));
    json.begin_object().text("b64_json", base64.get());
    if (const std::string type = media_type_of(picture); !type.empty())
      json.text("media_type", type);
    json.end_object();
  }
  json.end_array();
  write_usage(json, order.generation);
  json.end_object();
  return json_reply(200, json);
}

}  // namespace

void draw_images(const OrderPtr& order, Desk& desk) {
  draw_whole(order, desk, reply_with);
}

}  // namespace seedream::sandbox::openrouter
