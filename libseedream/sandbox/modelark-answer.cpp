// sandbox/modelark-answer.cpp - tells ModelArk's client of its pictures.
#include "sandbox/modelark-answer.hpp"

#include "image/picture.hpp"
#include "sandbox/trouble.hpp"

namespace seedream::sandbox::modelark {
namespace {

constexpr gint64 pixels_per_token = 256;

gint64 now() {
  return g_get_real_time() / G_USEC_PER_SEC;
}

void write_error(wire::JsonWriter& json, const char* code, const char* message) {
  json.begin_object("error").text("code", code).text("message", message).end_object();
}

void write_moderated(wire::JsonWriter& json) {
  write_error(json, "OutputImageSensitiveContentDetected",
              "The request failed because the output image may contain sensitive information.");
}

void write_broken(wire::JsonWriter& json) {
  write_error(json, "InternalServiceError", "The service encountered an unexpected internal error.");
}

// What is given back instead of a drawing has its own size, if it has one.
Size size_of(const Bytes& picture, Size ordered) {
  auto info = image::probe(picture);
  return info ? Size{info->width, info->height} : ordered;
}

}  // namespace

Delivery::Delivery(const Order& order, std::shared_ptr<Answer> answer, Faults& faults, Downloads& downloads)
    : answer_(std::move(answer)),
      faults_(faults),
      downloads_(downloads),
      model_(*order.model),
      model_id_(order.model_id),
      format_(order.commission.format),
      name_("img_" + std::string(CharPtr(g_uuid_string_random()).get())),
      inputs_(order.commission.inputs.size()),
      count_(order.commission.count),
      size_(order.commission.size),
      base64_(order.base64),
      stream_(order.stream),
      searches_web_(order.searches_web),
      fails_(faults.strikes("job-fails")),
      empty_(faults.strikes("no-output")),
      last_fails_(order.commission.count > 1 && faults.strikes("part-fails")) {
  whole_.begin_object().text("model", model_id_).integer("created", now());
  if (!fails_)
    whole_.begin_array("data");
}

void Delivery::show(unsigned index, const Bytes& picture) {
  if (fails_ || empty_)
    return;
  const bool moderated = last_fails_ && index + 1 == count_;
  wire::JsonWriter event;
  wire::JsonWriter& json = stream_ ? event : whole_;
  const char* type = moderated ? "image_generation.partial_failed" : "image_generation.partial_succeeded";
  if (stream_) {
    begin_event(json, type);
    json.integer("image_index", index);
  } else {
    json.begin_object();
  }
  if (moderated)
    write_moderated(json);
  else
    write_picture(json, index, picture);
  json.end_object();
  if (stream_)
    send(type, json, moderated ? Piece::other : Piece::picture);
}

void Delivery::write_picture(wire::JsonWriter& json, unsigned index, const Bytes& picture) {
  const Size size = size_of(picture, size_);
  if (base64_) {
    const Bytes given = spoil_picture(picture, faults_);
    json.text("b64_json", CharPtr(g_base64_encode(given.data(), given.size())).get());
  } else {
    json.text("url", downloads_.add(name_, index, picture));
  }
  json.text("size", format("%dx%d", size.width, size.height));
  if (model_.picks_format)
    json.text("output_format", format_);
  ++generated_;
  tokens_ += (gint64(size.width) * size.height + pixels_per_token / 2) / pixels_per_token;
}

void Delivery::finish() {
  if (stream_)
    finish_stream();
  else
    finish_whole();
}

void Delivery::finish_whole() {
  if (fails_)
    write_broken(whole_);
  else
    whole_.end_array();
  write_usage(whole_);
  whole_.end_object();
  answer_->finish(json_reply(200, whole_));
}

void Delivery::finish_stream() {
  wire::JsonWriter json;
  if (fails_) {
    json.begin_object();
    write_broken(json);
    json.end_object();
    send(nullptr, json);
  } else {
    constexpr const char* type = "image_generation.completed";
    begin_event(json, type);
    write_usage(json);
    json.end_object();
    send(type, json);
  }
  answer_->write("data: [DONE]\n\n");
  answer_->end();
}

void Delivery::write_usage(wire::JsonWriter& json) const {
  json.begin_object("usage");
  if (model_.counts_inputs)
    json.integer("input_images", gint64(inputs_));
  json.integer("generated_images", generated_)
      .integer("output_tokens", tokens_)
      .integer("total_tokens", tokens_);
  if (model_.searches_web)
    json.begin_object("tool_usage").integer("web_search", searches_web_ ? 1 : 0).end_object();
  json.end_object();
}

void Delivery::begin_event(wire::JsonWriter& json, const char* type) const {
  json.begin_object().text("type", type).text("model", model_id_).integer("created", now());
}

// The head of the answer comes with the first event and not before: so does the service's.
void Delivery::send(const char* type, wire::JsonWriter& json, Piece piece) {
  if (!std::exchange(streaming_, true))
    answer_->begin_stream();
  const std::string event = type ? format("event: %s\n", type) : "";
  answer_->write(event + "data: " + json.finish() + "\n\n", piece);
}

}  // namespace seedream::sandbox::modelark
