// sandbox/openrouter-shapes.cpp - what OpenRouter's requests look like, member by member: the requests'
// schemas, down to what an image needs.
#include "sandbox/openrouter-shapes.hpp"

namespace seedream::sandbox::openrouter {
namespace {

using Words = std::vector<std::string_view>;

Shape a(unsigned kinds) {
  return {.kinds = kinds};
}

Shape maybe(Shape shape) {
  shape.kinds |= Shape::null;
  return shape;
}

Shape one_of(Words words) {
  return {.kinds = Shape::text, .words = std::move(words)};
}

Shape list_of(Shape item, std::size_t least = 0, std::size_t most = std::numeric_limits<std::size_t>::max()) {
  return {.kinds = Shape::list, .least = least, .most = most, .items = {std::move(item)}};
}

Shape object_of(std::vector<Member> members) {
  return {.kinds = Shape::object, .members = std::move(members)};
}

Shape map_of(Shape each) {
  return {.kinds = Shape::object, .others = {std::move(each)}};
}

Shape either(std::vector<Shape> shapes) {
  return {.either = std::move(shapes)};
}

const Shape boolean = a(Shape::boolean), integer = a(Shape::integer), number = a(Shape::number),
            text = a(Shape::text), null = a(Shape::null), anything = a(~0u), object = a(Shape::object);

// An object that is told from others by its type.
Shape typed(Words types, std::vector<Member> members = {}) {
  members.push_back({"type", one_of(std::move(types)), true});
  return object_of(std::move(members));
}

Shape image_part(std::vector<Member> members_of_image_url) {
  members_of_image_url.push_back({"url", text, true});
  return typed({"image_url"}, {{"image_url", object_of(std::move(members_of_image_url)), true}});
}

// Messages

Shape text_part() {
  return typed({"text"},
               {{"text", text, true},
                {"cache_control", typed({"ephemeral"})},
                {"prompt_cache_breakpoint", maybe(object_of({{"mode", one_of({"explicit"}), true}}))}});
}

Shape part() {
  const Shape video = object_of({{"url", text, true}});
  return either({text_part(), image_part({{"detail", one_of({"auto", "low", "high", "original"})}}),
                 typed({"input_audio"},
                       {{"input_audio", object_of({{"data", text, true}, {"format", text, true}}), true}}),
                 typed({"input_video", "video_url"}, {{"video_url", video, true}}),
                 typed({"file"}, {{"file", object, true}})});
}

Shape message(Words roles, Shape content, bool needs_content = true, std::vector<Member> members = {}) {
  members.push_back({"role", one_of(std::move(roles)), true});
  members.push_back({"content", std::move(content), needs_content});
  return object_of(std::move(members));
}

Shape messages() {
  const Shape said = either({text, list_of(part())}), texts = either({text, list_of(text_part())});
  const Shape pictures = list_of(object_of({{"image_url", object_of({{"url", text, true}}), true}}));
  return list_of(
      either({message({"user"}, said, true, {{"name", text}}),
              message({"system", "developer"}, texts, true, {{"name", text}}),
              message({"assistant"}, either({said, null}), false, {{"name", text}, {"images", pictures}}),
              message({"tool"}, said, true, {{"tool_call_id", text, true}})}),
      1);
}

// Where to send it

Shape sort() {
  const Words by = {"price", "throughput", "latency", "exacto"};
  return either({one_of(by), maybe(object_of({{"by", maybe(one_of(by))},
                                              {"partition", maybe(one_of({"model", "none"}))}}))});
}

std::vector<Member> choice_of_providers() {
  return {{"order", maybe(list_of(text))},
          {"only", maybe(list_of(text))},
          {"ignore", maybe(list_of(text))},
          {"allow_fallbacks", maybe(boolean)},
          {"sort", sort()}};
}

Shape provider_of_chat() {
  const Words quantizations = {"int4", "int8",  "fp4",  "mxfp4", "nvfp4", "fp6",
                               "fp8",  "mxfp8", "fp16", "bf16",  "fp32",  "unknown"};
  const Shape percentiles = either({maybe(number), object_of({{"p50", maybe(number)},
                                                              {"p75", maybe(number)},
                                                              {"p90", maybe(number)},
                                                              {"p99", maybe(number)}})});
  std::vector<Member> members = choice_of_providers();
  members.insert(
      members.end(),
      {{"data_collection", maybe(one_of({"deny", "allow"}))},
       {"enforce_distillable_text", maybe(boolean)},
       {"max_price",
        object_of(
            {{"audio", text}, {"completion", text}, {"image", text}, {"prompt", text}, {"request", text}})},
       {"preferred_max_latency", percentiles},
       {"preferred_min_throughput", percentiles},
       {"quantizations", maybe(list_of(one_of(quantizations)))},
       {"require_parameters", maybe(boolean)},
       {"zdr", maybe(boolean)}});
  Shape shape = maybe(object_of(std::move(members)));
  shape.closed = true;
  return shape;
}

Shape provider_of_images() {
  std::vector<Member> members = choice_of_providers();
  members.push_back({"options", map_of(anything)});
  return object_of(std::move(members));
}

// What a chat may have beside its messages and its pictures: nothing here changes a picture.
std::vector<Member> settings_of_chat() {
  const Words efforts = {"max", "xhigh", "high", "medium", "low", "minimal", "none"};
  const Shape format = either({typed({"text", "json_object", "python"}),
                               typed({"json_schema"}, {{"json_schema", object, true}}),
                               typed({"grammar"}, {{"grammar", text, true}})});
  Shape session = text;
  session.most = 256;
  return {
      {"cache_control", typed({"ephemeral"})},
      {"debug", object_of({{"echo_upstream_body", boolean}})},
      {"frequency_penalty", maybe(number)},
      {"logit_bias", maybe(map_of(number))},
      {"logprobs", maybe(boolean)},
      {"max_completion_tokens", maybe(integer)},
      {"max_tokens", maybe(integer)},
      {"metadata", map_of(text)},
      {"min_p", maybe(number)},
      {"models", list_of(text)},
      {"parallel_tool_calls", maybe(boolean)},
      {"plugins", list_of(object_of({{"id", text, true}}))},
      {"prediction",
       maybe(typed({"content"},
                   {{"content", either({text, list_of(typed({"text"}, {{"text", text, true}}))}), true}}))},
      {"presence_penalty", maybe(number)},
      {"prompt_cache_key", maybe(text)},
      {"prompt_cache_options",
       maybe(object_of({{"mode", one_of({"explicit"}), true}, {"ttl", maybe(text)}}))},
      {"reasoning", object_of({{"effort", maybe(one_of(efforts))},
                               {"summary", maybe(one_of({"auto", "concise", "detailed"}))}})},
      {"reasoning_effort", maybe(one_of(efforts))},
      {"repetition_penalty", maybe(number)},
      {"response_format", format},
      {"route", maybe(one_of({"fallback", "sort"}))},
      {"service_tier", maybe(one_of({"auto", "default", "fast", "flex", "priority", "scale"}))},
      {"session_id", session},
      {"stop", either({text, list_of(text, 0, 4), null})},
      {"stop_server_tools_when", list_of(object, 1)},
      {"stream_options", maybe(object_of({{"include_usage", boolean}}))},
      {"temperature", maybe(number)},
      {"tool_choice", either({one_of({"none", "auto", "required"}), object_of({{"type", text, true}})})},
      {"tools", list_of(object_of({{"type", text, true}}))},
      {"top_a", maybe(number)},
      {"top_k", maybe(integer)},
      {"top_logprobs", maybe(integer)},
      {"top_p", maybe(number)},
      {"trace", object_of({{"generation_name", text},
                           {"parent_span_id", text},
                           {"span_name", text},
                           {"trace_id", text},
                           {"trace_name", text}})},
      {"user", text}};
}

Shape make_chat_request() {
  std::vector<Member> members = settings_of_chat();
  members.insert(members.end(), {{"model", text},
                                 {"messages", messages(), true},
                                 {"modalities", list_of(one_of({"text", "image", "audio"}))},
                                 {"image_config", map_of(a(Shape::text | Shape::number | Shape::list))},
                                 {"stream", boolean},
                                 {"seed", maybe(integer)},
                                 {"provider", provider_of_chat()}});
  return object_of(std::move(members));
}

Shape make_images_request() {
  Shape prompt = text;
  prompt.least = 1;
  return object_of(
      {{"model", text, true},
       {"prompt", prompt, true},
       {"n", integer},
       {"resolution", one_of({"512", "1K", "2K", "4K"})},
       {"aspect_ratio",
        one_of({"1:1", "1:2", "1:4",  "1:8",  "2:1",    "2:3",    "3:2",  "3:4",  "4:1",  "4:3",  "4:5",
                "5:4", "8:1", "9:16", "16:9", "9:19.5", "19.5:9", "9:20", "20:9", "9:21", "21:9", "auto"})},
       {"size", text},
       {"quality", one_of({"auto", "low", "medium", "high"})},
       {"output_format", one_of({"png", "jpeg", "webp", "svg"})},
       {"output_compression", integer},
       {"background", one_of({"auto", "transparent", "opaque"})},
       {"seed", integer},
       {"stream", boolean},
       {"input_references", list_of(image_part({}), 0, 16)},
       {"provider", provider_of_images()}});
}

}  // namespace

const Shape& chat_request() {
  static const Shape shape = make_chat_request();
  return shape;
}

const Shape& images_request() {
  static const Shape shape = make_images_request();
  return shape;
}

}  // namespace seedream::sandbox::openrouter
