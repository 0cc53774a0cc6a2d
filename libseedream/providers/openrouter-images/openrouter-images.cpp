// providers/openrouter-images/openrouter-images.cpp - OpenRouter's image API, which answers at once with
// pictures in base64. https://openrouter.ai/docs is the source.
#include <glib/gi18n-lib.h>

#include "providers/hearing.hpp"
#include "providers/inputs.hpp"
#include "providers/openrouter/account.hpp"
#include "providers/openrouter/fault.hpp"
#include "providers/size.hpp"

namespace seedream {

extern const Provider openrouter_images_provider;

namespace {

using wire::Json;
using wire::JsonWriter;

void write_references(JsonWriter& json, const std::vector<Upload>& uploads) {
  if (uploads.empty())
    return;
  json.begin_array("input_references");
  for (const Upload& upload : uploads) {
    json.begin_object().text("type", "image_url");
    json.begin_object("image_url");
    write_address(json, "url", upload);
    json.end_object().end_object();
  }
  json.end_array();
}

class Talk final : public Exchange {
 public:
  // A field that the model's endpoint does not list is an error there, so only those go that its data knows.
  Result<ServiceCall> open(const Request& request, const Model& model) noexcept override {
    auto size = choose_size(model, request);
    if (!size)
      return size.take_error();
    JsonWriter json;
    json.begin_object().text("model", model.service_id).text("prompt", request.prompt);
    if (!size->name.empty())
      json.text("resolution", size->name);
    if (!size->ratio.empty())
      json.text("aspect_ratio", size->ratio);
    if (model.max_per_request > 1)
      json.integer("n", request.count);
    if (request.seed)
      json.integer("seed", *request.seed);
    if (!request.quality.empty())
      json.text("quality", request.quality);
    if (!request.format.empty())
      json.text("output_format", request.format);
    write_references(json, request.uploads);
    json.end_object();
    return ServiceCall{.method = "POST",
                       .path = "/api/v1/images",
                       .headers = openrouter::attribution(),
                       .body = json.finish_body(),
                       .body_type = "application/json",
                       .creates = true,
                       .streams = true};  // others of its models stream; what comes is read either way
  }

  Steps hear(const HttpAnswer& answer) noexcept override {
    if (!answer.succeeded())
      return just(openrouter::failure_of_answer(answer, true));
    auto document = wire::JsonDocument::parse(answer.text());
    if (!document || !document->root().is_object())
      return just(unreadable(openrouter_images_provider, _("%s's answer is not JSON.")));
    Steps steps = hear_beginning(answer);
    const Json root = document->root();
    for (const Json picture : root.at("data").items())
      hearing_.take_picture(picture, steps);
    Hearing::take_cost(root.at("usage").at("cost").number(), steps);
    if (const Json error = root.at("error"))
      hearing_.fail(failure_of(openrouter::read_fault(error, answer.status), true), steps);
    hearing_.finish(steps);
    return steps;
  }

  Steps hear_beginning(const HttpAnswer& head) noexcept override {
    Steps steps;
    if (const std::string id = head.header(openrouter::generation_header); !id.empty())
      steps.emplace_back(Accepted{id});
    return steps;
  }

  // Previews and texts on the way are no pictures.
  Steps hear_event(std::string_view data) noexcept override {
    Steps steps;
    if (data == "[DONE]")
      hearing_.finish(steps);
    else if (auto event = hearing_.read_event(data, steps))
      take_event(event->root(), steps);
    return steps;
  }

  Steps hear_end() noexcept override {
    Steps steps;
    if (hearing_.pictures() > 0)
      hearing_.finish(steps);
    else
      hearing_.cut(steps);
    return steps;
  }

 private:
  void take_event(Json event, Steps& steps) {
    if (event.at("type").view() == "image_generation.completed")
      hearing_.take_picture(event, steps);
    Hearing::take_cost(event.at("usage").at("cost").number(), steps);
    if (const Json error = event.at("error"))
      hearing_.fail(failure_of(openrouter::read_fault(error, 200), true), steps);
  }

  Hearing hearing_{openrouter_images_provider};
};

constexpr Region regions[] = {{"global", "https://openrouter.ai"}};

}  // namespace

const Provider openrouter_images_provider = {.id = "openrouter-images",
                                             .name = "OpenRouter (image API)",
                                             .regions = regions,
                                             .api_prefix = "/api/v1",
                                             .program = nullptr,
                                             .key_variable = "OPENROUTER_API_KEY",
                                             .base_url_variable = "OPENROUTER_BASE_URL",
                                             .key_page = "https://openrouter.ai/settings/keys",
                                             .keeps_jobs = false,
                                             .begin = [] { return std::unique_ptr<Exchange>(new Talk); },
                                             .account = &openrouter::account_calls,
                                             .discovery = &openrouter::discovery_calls};

}  // namespace seedream
