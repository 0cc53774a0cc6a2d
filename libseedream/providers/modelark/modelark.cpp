// providers/modelark/modelark.cpp - ByteDance's own image API: BytePlus ModelArk, and Volcengine's Ark in
// China. https://docs.byteplus.com/en/docs/ModelArk/1666945 is the source.
#include <glib/gi18n-lib.h>

#include "providers/hearing.hpp"
#include "providers/inputs.hpp"
#include "providers/modelark/fault.hpp"
#include "providers/size.hpp"

namespace seedream {

extern const Provider modelark_provider;

namespace {

using wire::Json;
using wire::JsonWriter;

void write_images(JsonWriter& json, const Request& request) {
  if (request.uploads.size() == 1)
    write_address(json, "image", request.uploads.front());
  else if (!request.uploads.empty())
    write_addresses(json, "image", request.uploads);
}

// A field that the model does not know is an error there.
void write_group(JsonWriter& json, const Request& request, const Model& model) {
  if (!model.draws_groups)
    return;
  const bool several = request.count > 1;
  json.text("sequential_image_generation", several ? "auto" : "disabled");
  if (several)
    json.begin_object("sequential_image_generation_options")
        .integer("max_images", request.count)
        .end_object();
}

class Talk final : public Exchange {
 public:
  Result<ServiceCall> open(const Request& request, const Model& model) noexcept override {
    auto size = choose_size(model, request);
    if (!size)
      return size.take_error();
    const bool streams = model.streams && request.stream.value_or(request.count > 1);
    JsonWriter json;
    json.begin_object().text("model", model.service_id).text("prompt", request.prompt);
    write_images(json, request);
    if (!size->name.empty())
      json.text("size", size->name);
    if (request.seed)
      json.integer("seed", *request.seed);
    write_group(json, request, model);
    json.text("response_format", model.field("response_format", "url"));
    if (!request.format.empty())
      json.text("output_format", request.format);
    if (model.streams)
      json.boolean("stream", streams);
    json.boolean("watermark", false).end_object();  // its default is true
    return ServiceCall{.method = "POST",
                       .path = "/api/v3/images/generations",
                       .body = json.finish_body(),
                       .body_type = "application/json",
                       .creates = true,
                       .streams = streams};
  }

  Steps hear(const HttpAnswer& answer) noexcept override {
    auto document = wire::JsonDocument::parse(answer.text());
    const Json root = document ? document->root() : Json();
    if (!answer.succeeded())
      return just(failure_of(modelark::read_fault(root.at("error"), answer.status), true));
    if (!root.is_object())
      return just(unreadable(modelark_provider, _("%s's answer is not JSON.")));
    Steps steps;
    for (const Json place : root.at("data").items())
      take_place(place, steps);
    take_error(root, steps);
    conclude(steps);
    return steps;
  }

  Steps hear_beginning(const HttpAnswer&) noexcept override {
    return just(Underway{SEEDREAM_JOB_STATE_RUNNING});
  }

  Steps hear_event(std::string_view data) noexcept override {
    Steps steps;
    if (data == "[DONE]")
      conclude(steps);
    else if (auto event = hearing_.read_event(data, steps))
      take_event(event->root(), steps);
    return steps;
  }

  Steps hear_end() noexcept override {
    Steps steps;
    if (finished_)
      conclude(steps);
    else
      hearing_.cut(steps);
    return steps;
  }

 private:
  void take_event(Json event, Steps& steps) {
    const std::string_view type = event.at("type").view();
    if (type == "image_generation.partial_succeeded" || type == "image_generation.partial_failed")
      return take_place(event, steps);
    finished_ = finished_ || type == "image_generation.completed";
    take_error(event, steps);
  }

  // The place of one picture: itself, or why there is none.
  void take_place(Json place, Steps& steps) {
    const unsigned before = hearing_.pictures();
    hearing_.take_picture(place, steps);
    const Json error = place.at("error");
    if (hearing_.pictures() > before || !error)
      return;
    // Pictures that fail are not charged.
    Failed failed = failure_of(modelark::read_fault(error, 200), true);
    refusal_ = ErrorPtr(g_error_copy(failed.error.get()));
    steps.emplace_back(Missing{std::move(failed.error)});
  }

  // Why there is no further picture.
  void take_error(Json root, Steps& steps) {
    if (const Json error = root.at("error"))
      hearing_.fail(failure_of(modelark::read_fault(error, 200), true), steps);
  }

  void conclude(Steps& steps) {
    if (hearing_.pictures() == 0 && refusal_)
      hearing_.fail({std::move(refusal_), SEEDREAM_CHARGE_NO}, steps);
    hearing_.finish(steps);
  }

  Hearing hearing_{modelark_provider};
  bool finished_ = false;  // the service has said that this was all
  ErrorPtr refusal_;       // why the last picture that failed did
};

constexpr Region regions[] = {
    {"ap-southeast-1", "https://ark.ap-southeast.bytepluses.com"},
    {"eu-west-1", "https://ark.eu-west.bytepluses.com"},
    {"cn-beijing", "https://ark.cn-beijing.volces.com"},
};

}  // namespace

const Provider modelark_provider = {.id = "modelark",
                                    .name = "ModelArk",
                                    .regions = regions,
                                    .api_prefix = "/api/v3",
                                    .program = nullptr,
                                    .key_variable = "ARK_API_KEY",
                                    .base_url_variable = "ARK_BASE_URL",
                                    .key_page = "https://console.byteplus.com/ark/apiKey",
                                    .keeps_jobs = false,
                                    .keeps_pictures = std::chrono::hours(24),
                                    .begin = [] { return std::unique_ptr<Exchange>(new Talk); }};

}  // namespace seedream
