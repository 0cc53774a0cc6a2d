// providers/imarouter/imarouter.cpp - ImaRouter's product page: create under /v1/image/, poll under
// /v1/jobs/. The page names the paths, prompt, imageSize, quality, numImages, outputFormat and the jobs'
// states; what it does not name, the fields for input pictures among it, is data in data/models.
#include "providers/imarouter/talk.hpp"
#include "providers/inputs.hpp"
#include "providers/size.hpp"

namespace seedream {
namespace imarouter {
namespace {

using namespace std::chrono_literals;

const char* endpoint(SeedreamOperation operation) {
  switch (operation) {
    case SEEDREAM_OPERATION_EDIT:
      return "edit";
    case SEEDREAM_OPERATION_COMPOSE:
      return "compose";
    default:
      return "generate";
  }
}

std::string create_path(const Request& request, const Model& model) {
  const CharPtr id(g_uri_escape_string(model.service_id.c_str(), nullptr, FALSE));
  return std::string("/v1/image/") + id.get() + "/" + endpoint(request.operation);
}

// A name that ends with "Urls" or "images" takes a list.
bool takes_list(const std::string& field) {
  return field.ends_with('s');
}

void write_images(wire::JsonWriter& json, const Request& request, const Model& model) {
  if (request.uploads.empty())
    return;
  const bool edits = request.operation == SEEDREAM_OPERATION_EDIT;
  const std::string field = edits ? model.field("edit", "imageUrl") : model.field("compose", "imageUrls");
  if (takes_list(field) || request.uploads.size() > 1)
    write_addresses(json, field.c_str(), request.uploads);
  else
    write_address(json, field.c_str(), request.uploads.front());
}

Result<Done> write(wire::JsonWriter& json, const Request& request, const Model& model) {
  auto size = choose_size(model, request);
  if (!size)
    return size.take_error();
  json.text("prompt", request.prompt);
  if (!size->name.empty())
    json.text("imageSize", size->name);
  if (!request.quality.empty())
    json.text("quality", request.quality);
  json.integer("numImages", request.count);
  if (!request.format.empty())
    json.text("outputFormat", request.format);
  write_images(json, request, model);
  return Done{};
}

}  // namespace

Contract page_contract(const Provider& provider, Pace pace) {
  return {.provider = provider,
          .create_path = create_path,
          .write = write,
          .poll_prefix = "/v1/jobs/",
          .pace = pace};
}

}  // namespace imarouter

extern const Provider imarouter_provider;
static constexpr Region imarouter_regions[] = {{"global", "https://api.imarouter.com"}};
const Provider imarouter_provider = {
    .id = "imarouter",
    .name = "ImaRouter",
    .regions = imarouter_regions,
    .api_prefix = "/v1",
    .program = nullptr,
    .key_variable = "IMAROUTER_API_KEY",
    .base_url_variable = "IMAROUTER_BASE_URL",
    .key_page = "https://imarouter.com",
    .keeps_jobs = true,
    // The page's own sample polls every 3 s; the first look comes sooner.
    .begin = [] {
      using namespace std::chrono_literals;
      return imarouter::begin_talk(imarouter::page_contract(imarouter_provider, {1s, 3s}));
    }};

}  // namespace seedream
