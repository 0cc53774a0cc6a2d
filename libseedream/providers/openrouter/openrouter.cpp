// providers/openrouter/openrouter.cpp - OpenRouter's chat completions that answer with pictures, whole or
// streamed. https://openrouter.ai/docs is the source.
#include <glib/gi18n-lib.h>

#include "base/presentable.hpp"
#include "providers/hearing.hpp"
#include "providers/inputs.hpp"
#include "providers/openrouter/account.hpp"
#include "providers/openrouter/fault.hpp"
#include "providers/size.hpp"

namespace seedream {

extern const Provider openrouter_provider;

namespace {

using wire::Json;
using wire::JsonWriter;

// The text first: where pictures stand before it, some models do not read it.
void write_message(JsonWriter& json, const Request& request) {
  json.begin_array("messages").begin_object().text("role", "user").begin_array("content");
  json.begin_object().text("type", "text").text("text", request.prompt).end_object();
  for (const Upload& upload : request.uploads) {
    json.begin_object().text("type", "image_url");
    json.begin_object("image_url");
    write_address(json, "url", upload);
    json.end_object().end_object();
  }
  json.end_array().end_object().end_array();
}

void write_size(JsonWriter& json, const SizeChoice& size) {
  if (size.name.empty())
    return;
  json.begin_object("image_config");
  if (!size.ratio.empty())
    json.text("aspect_ratio", size.ratio);
  json.text("image_size", size.name).end_object();
}

class Talk final : public Exchange {
 public:
  Result<ServiceCall> open(const Request& request, const Model& model) noexcept override {
    auto size = choose_size(model, request);
    if (!size)
      return size.take_error();
    // Its comments keep the connection alive where proxies cut what is silent.
    const bool streams = request.stream.value_or(model.streams);
    JsonWriter json;
    json.begin_object().text("model", model.service_id);
    write_message(json, request);
    json.begin_array("modalities").text("", "image").end_array();
    write_size(json, *size);
    if (request.seed)
      json.integer("seed", *request.seed);
    json.boolean("stream", streams).end_object();
    return ServiceCall{.method = "POST",
                       .path = "/api/v1/chat/completions",
                       .headers = openrouter::attribution(),
                       .body = json.finish_body(),
                       .body_type = "application/json",
                       .creates = true,
                       .streams = streams};
  }

  Steps hear(const HttpAnswer& answer) noexcept override {
    if (!answer.succeeded())
      return just(openrouter::failure_of_answer(answer, true));
    auto document = wire::JsonDocument::parse(answer.text());
    if (!document || !document->root().is_object())
      return just(unreadable(openrouter_provider, _("%s's answer is not JSON.")));
    Steps steps = hear_beginning(answer);
    take_chunk(document->root(), "message", steps);
    conclude(steps);
    return steps;
  }

  Steps hear_beginning(const HttpAnswer& head) noexcept override {
    Steps steps;
    accept(head.header(openrouter::generation_header), steps);
    return steps;
  }

  Steps hear_event(std::string_view data) noexcept override {
    Steps steps;
    if (data == "[DONE]")
      conclude(steps);
    else if (auto event = hearing_.read_event(data, steps))
      take_chunk(event->root(), "delta", steps);
    return steps;
  }

  // Without [DONE]: whole if the model had finished, else cut.
  Steps hear_end() noexcept override {
    Steps steps;
    if (finished_)
      conclude(steps);
    else
      hearing_.cut(steps);
    return steps;
  }

 private:
  void accept(const std::string& id, Steps& steps) {
    if (accepted_ || id.empty())
      return;
    accepted_ = true;
    steps.emplace_back(Accepted{id});
    steps.emplace_back(Underway{SEEDREAM_JOB_STATE_RUNNING});
  }

  // An answer and a chunk of one differ only in what the message is called.
  void take_chunk(Json chunk, const char* message, Steps& steps) {
    accept(chunk.at("id").text().value_or(""), steps);
    Hearing::take_cost(chunk.at("usage").at("cost").number(), steps);
    Json error = chunk.at("error");
    for (const Json choice : chunk.at("choices").items()) {
      finished_ = finished_ || choice.at("finish_reason").is_string();
      filtered_ = filtered_ || choice.at("finish_reason").view() == "content_filter";
      take_message(choice.at(message), steps);
      if (!error)
        error = choice.at("error");
    }
    if (error)
      hearing_.fail(failure_of(openrouter::read_fault(error, 200), true), steps);
  }

  void take_message(Json message, Steps& steps) {
    for (const Json picture : message.at("images").items())
      hearing_.take_address(picture.at("image_url").at("url").view(), steps);
    refusal_ += message.at("refusal").view();
    words_ += message.at("content").view();
  }

  void conclude(Steps& steps) {
    if (hearing_.pictures() == 0)
      if (ErrorPtr why = why_there_is_none())
        hearing_.fail({std::move(why), SEEDREAM_CHARGE_UNKNOWN}, steps);
    hearing_.finish(steps);
  }

  // nullptr: the answer does not tell.
  ErrorPtr why_there_is_none() const {
    const std::string refusal = presentable(refusal_), words = presentable(words_);
    if (!refusal.empty())
      return make_error(SEEDREAM_ERROR_REFUSED, _("The model refuses: “%s”."), refusal.c_str());
    if (filtered_)
      return make_error(SEEDREAM_ERROR_REFUSED,
                        _("The model's filter keeps the picture back. Change the prompt or the pictures."));
    if (!words.empty())
      return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("%s answered without a picture. It says: “%s”."),
                        openrouter_provider.name, words.c_str());
    return nullptr;
  }

  Hearing hearing_{openrouter_provider};
  bool accepted_ = false;
  bool finished_ = false;  // the model has said that it is done
  bool filtered_ = false;  // and that what it drew is not for us
  std::string refusal_, words_;
};

constexpr Region regions[] = {{"global", "https://openrouter.ai"}};

}  // namespace

const Provider openrouter_provider = {.id = "openrouter",
                                      .name = "OpenRouter",
                                      .regions = regions,
                                      .api_prefix = "/api/v1",
                                      .program = nullptr,
                                      .key_variable = "OPENROUTER_API_KEY",
                                      .base_url_variable = "OPENROUTER_BASE_URL",
                                      .key_page = "https://openrouter.ai/settings/keys",
                                      .keeps_jobs = false,
                                      .begin = [] { return std::unique_ptr<Exchange>(new Talk); },
                                      .account = &openrouter::account_calls,
                                      .discovery = &openrouter::chat_discovery_calls};
}  // namespace seedream
