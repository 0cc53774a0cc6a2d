// sandbox/imarouter-page.cpp - ImaRouter's contract as its product page has it.
#include <algorithm>

#include "sandbox/imarouter.hpp"
#include "sandbox/order.hpp"

namespace seedream::sandbox::imarouter {
namespace {

using wire::Json;

struct NamedSize {
  const char* name;
  Size size;
};
constexpr NamedSize sizes[] = {{"square_hd", {2048, 2048}},     {"square", {1920, 1920}},
                               {"portrait_4_3", {1728, 2304}},  {"portrait_16_9", {1600, 2848}},
                               {"landscape_4_3", {2304, 1728}}, {"landscape_16_9", {2848, 1600}}};
constexpr unsigned max_outputs = 4;
constexpr std::size_t max_inputs = 14;

bool knows(const std::string& operation) {
  return is_one_of(operation, {"generate", "edit", "compose"});
}

// The page does not name the fields for input pictures, so the likely ones are all taken.
std::vector<std::string> inputs_of(Json body) {
  for (const char* field :
       {"imageUrl", "imageUrls", "image_url", "image_urls", "image", "images", "referenceImages"}) {
    if (auto one = body.at(field).text())
      return {*one};
    std::vector<std::string> urls;
    for (Json item : body.at(field).items())
      if (auto url = item.text())
        urls.push_back(*url);
    if (!urls.empty())
      return urls;
  }
  return {};
}

std::optional<Reply> refuse(const std::string& operation, Json body, Commission& commission) {
  commission.prompt = word(body, "prompt", "");
  if (commission.prompt.empty() || !body.at("prompt").is_string())
    return wrong_parameter("prompt is required");
  const std::string size = word(body, "imageSize", "square_hd");
  const auto* found =
      std::find_if(std::begin(sizes), std::end(sizes), [&](const NamedSize& s) { return size == s.name; });
  if (found == std::end(sizes))
    return wrong_parameter(
        "imageSize is not one of square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, "
        "landscape_16_9");
  commission.size = found->size;
  if (!is_one_of(word(body, "quality", "high"), {"low", "medium", "high"}))
    return wrong_parameter("quality is not one of low, medium, high");
  commission.format = word(body, "outputFormat", "png");
  if (!is_one_of(commission.format, {"png", "jpeg", "webp"}))
    return wrong_parameter("outputFormat is not one of png, jpeg, webp");
  const auto count = whole_number(body, "numImages", 1, 1, max_outputs);
  if (!count)
    return wrong_parameter("numImages is not 1 to 4");
  commission.count = *count;
  commission.inputs = inputs_of(body);
  const std::size_t n = commission.inputs.size();
  if (operation == "edit" && n != 1)
    return wrong_parameter("imageUrl: edit takes one image");
  if (operation == "compose" && (n < 2 || n > max_inputs))
    return wrong_parameter("imageUrls: compose takes 2 to 14 images");
  if (operation == "generate" && n > 0)
    return wrong_parameter("generate takes no image");
  return std::nullopt;
}

const char* name_of(JobState state) {
  switch (state) {
    case JobState::queued:
      return "queued";
    case JobState::running:
      return "running";
    case JobState::completed:
      return "completed";
    case JobState::failed:
      return "failed";
    case JobState::unheard_of:
      break;
  }
  return "pondering";
}

void write_created(wire::JsonWriter& json, const std::string& id) {
  json.begin_object();
  if (!id.empty())
    json.text("id", id);
  json.text("status", "queued").end_object();
}

void write_job(wire::JsonWriter& json, const std::string& id, const JobView& job) {
  json.begin_object().text("id", id).text("status", name_of(job.state));
  if (job.state == JobState::failed)
    json.text("error", job.error);
  if (job.state == JobState::completed) {
    json.begin_array("output");
    for (const std::string& url : job.urls)
      json.begin_object().text("url", url).end_object();
    json.end_array();
  }
  json.end_object();
}

}  // namespace

const Dialect page = {.create_prefix = "/v1/image/seedream-4.5/",
                      .poll_prefix = "/v1/jobs/",
                      .account_path = "",
                      .knows = knows,
                      .refuse = refuse,
                      .write_created = write_created,
                      .write_job = write_job};

}  // namespace seedream::sandbox::imarouter
