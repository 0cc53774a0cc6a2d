// sandbox/imarouter-v1.cpp - ImaRouter's contract as its documents and clients have it. What its Seedream
// takes is written down nowhere; this is ModelArk's Seedream 4.5 in the words of its sisters.
#include "sandbox/imarouter.hpp"
#include "sandbox/models.hpp"
#include "sandbox/order.hpp"

namespace seedream::sandbox::imarouter {
namespace {

using wire::Json;

constexpr std::string_view upstream_id = "seedream-4-5-251128";
constexpr unsigned max_outputs = 10;
constexpr double usd_per_picture = 0.04;

bool knows(const std::string& operation) {
  return operation.empty();
}

std::optional<Reply> refuse_size(const Model& model, Json body, Commission& commission) {
  const std::string size = word(body, "size", ""), ratio = word(body, "aspect_ratio", "");
  if (const auto pixels = size_of_pixels(size)) {
    if (!ratio.empty())
      return wrong_parameter("aspect_ratio does not go with a size in pixels");
    if (!model.draws(*pixels))
      return wrong_parameter("size is outside 3686400 to 16777216 pixels, or longer than 16 to 1");
    commission.size = *pixels;
    return std::nullopt;
  }
  const auto tier = size_of_tier(size.empty() ? "2K" : size, ratio);
  if (!tier)
    return wrong_parameter("size and aspect_ratio name no size");
  commission.size = *tier;
  return std::nullopt;
}

std::optional<Reply> refuse_images(const Model& model, Json body, Commission& commission) {
  if (body.at("image") && body.at("images"))
    return wrong_parameter("image and images exclude each other");
  if (body.at("image")) {
    if (!body.at("image").is_string())
      return wrong_parameter("image is not a string");
    commission.inputs = {*body.at("image").text()};
  }
  if (body.at("images")) {
    const auto urls = texts(body.at("images"));
    if (!urls || urls->empty() || urls->size() > model.max_inputs)
      return wrong_parameter("images is not an array of 1 to 14 strings");
    commission.inputs = *urls;
  }
  return std::nullopt;
}

std::optional<Reply> refuse(const std::string&, Json body, Commission& commission) {
  const std::string model = word(body, "model", "");
  if (model.empty())
    return wrong_parameter("model is required");
  if (!is_one_of(model, {"doubao-seedream-4.5", "seedream-4.5"}))
    return error_reply(404, "model_not_found", "There is no such model");
  commission.prompt = word(body, "prompt", "");
  if (commission.prompt.empty() || !body.at("prompt").is_string())
    return wrong_parameter("prompt is required");
  if (!is_one_of(word(body, "quality", "high"), {"auto", "low", "medium", "high"}))
    return wrong_parameter("quality is not one of auto, low, medium, high");
  commission.format = word(body, "output_format", "png");
  if (!is_one_of(commission.format, {"png", "jpeg", "webp"}))
    return wrong_parameter("output_format is not one of png, jpeg, webp");
  const auto count = whole_number(body, "n", 1, 1, max_outputs);
  if (!count)
    return wrong_parameter("n is not 1 to 10");
  commission.count = *count;
  if (body.at("watermark") && !body.at("watermark").boolean())
    return wrong_parameter("watermark is not a boolean");
  commission.watermark = body.at("watermark").boolean().value_or(true);
  const Model& upstream = *find_model(upstream_id);
  if (auto refusal = refuse_size(upstream, body, commission))
    return refusal;
  return refuse_images(upstream, body, commission);
}

struct Stage {
  const char* status;
  int progress;  // percent
};

Stage stage_of(JobState state) {
  switch (state) {
    case JobState::queued:
      return {"queued", 0};
    case JobState::running:
      return {"processing", 50};
    case JobState::completed:
      return {"succeeded", 100};
    case JobState::failed:
      return {"failed", 100};
    case JobState::unheard_of:
      break;
  }
  return {"pondering", 10};
}

void write_created(wire::JsonWriter& json, const std::string& id) {
  json.begin_object();
  if (!id.empty())
    json.text("task_id", id);
  json.text("status", "queued").end_object();
}

void write_results(wire::JsonWriter& json, const std::vector<std::string>& urls) {
  if (!urls.empty())
    json.text("url", urls.front());
  if (urls.size() > 1) {
    json.begin_array("images");
    for (const std::string& url : urls)
      json.begin_object().text("url", url).end_object();
    json.end_array();
  }
  json.number("amount_usd", usd_per_picture * double(urls.size()));
}

void write_job(wire::JsonWriter& json, const std::string& id, const JobView& job) {
  const Stage stage = stage_of(job.state);
  json.begin_object().text("code", "success").begin_object("data");
  json.text("task_id", id)
      .text("status", stage.status)
      .text("format", job.format)
      .integer("progress", stage.progress);
  if (job.state == JobState::completed)
    write_results(json, job.urls);
  if (job.state == JobState::failed)
    json.begin_object("error").text("message", job.error).end_object();
  json.end_object().end_object();
}

}  // namespace

const Dialect v1 = {.create_prefix = "/v1/images/generations",
                    .poll_prefix = "/v1/images/generations/",
                    .account_path = "/api/usage/token/user-balance",
                    .knows = knows,
                    .refuse = refuse,
                    .write_created = write_created,
                    .write_job = write_job};

}  // namespace seedream::sandbox::imarouter
