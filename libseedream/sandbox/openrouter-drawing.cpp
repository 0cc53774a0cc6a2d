// sandbox/openrouter-drawing.cpp - what both of OpenRouter's transports have in common.
#include "sandbox/openrouter-drawing.hpp"

#include "image/picture.hpp"

namespace seedream::sandbox::openrouter {

void draw_whole(const OrderPtr& order, Desk& desk, Telling tell) {
  if (desk.faults.strikes("job-fails"))
    return order->answer->finish(refuse(provider_failure()));
  if (desk.faults.strikes("job-sticks"))
    return;  // and nobody ever answers
  const auto on_done = [order, &desk, tell](const Canvasses& canvasses) {
    if (!canvasses.error.empty())
      return order->answer->finish(refuse(refusal_of(canvasses)));
    const auto pictures = settle(*order, canvasses, desk);
    Reply reply = tell(*order, pictures);
    reply.headers = headers_of(order->generation);
    order->answer->finish(std::move(reply));
  };
  desk.studio.accept(std::move(order->asked.commission), {.on_done = on_done});
}

std::vector<Bytes> settle(Order& order, const Canvasses& canvasses, Desk& desk) {
  std::vector<Bytes> pictures;
  if (!desk.faults.strikes("no-output"))
    for (const Bytes& picture : canvasses.pictures)
      pictures.push_back(spoil_picture(picture, desk.faults));
  if (pictures.size() > 1 && desk.faults.strikes("part-fails")) {  // fewer may come than were asked for
    order.generation.cost *= 1 - 1 / double(pictures.size());
    pictures.pop_back();
  }
  order.generation.pictures = unsigned(pictures.size());
  order.generation.took = g_get_real_time() - order.generation.begun;
  desk.ledger.add(order.generation);
  return pictures;
}

std::string media_type_of(const Bytes& picture) {
  auto info = image::probe(picture);
  return info ? info->codec->media_type : "";
}

void write_usage(wire::JsonWriter& json, const Generation& generation) {
  json.begin_object("usage")
      .integer("prompt_tokens", 0)
      .integer("completion_tokens", generation.tokens())
      .integer("total_tokens", generation.tokens())
      .number("cost", generation.cost)
      .boolean("is_byok", false)
      .begin_object("cost_details")
      .null("upstream_inference_cost")
      .number("upstream_inference_prompt_cost", 0)
      .number("upstream_inference_completions_cost", generation.cost)
      .end_object()
      .begin_object("completion_tokens_details")
      .integer("reasoning_tokens", 0)
      .integer("image_tokens", generation.tokens())
      .end_object()
      .end_object();
}

Headers headers_of(const Generation& generation) {
  return {{"X-Generation-Id", generation.id}};
}

}  // namespace seedream::sandbox::openrouter
