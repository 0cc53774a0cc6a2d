// sandbox/openrouter-models.hpp - the models that OpenRouter's sandbox draws with, and how they are listed.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/studio.hpp"
#include "wire/json.hpp"

namespace seedream::sandbox::openrouter {

constexpr const char* provider_name = "Seed";

struct Price {
  const char* billable;
  double dollars;
  const char* variant;  // may be null
};

struct Model {
  const char* id;
  const char* name;
  const char* description;
  gint64 created;  // seconds since 1970
  std::vector<const char*> tiers;
  std::vector<const char*> ratios;
  std::vector<std::pair<const char*, Size>> own_sizes;  // by ratio, where they differ from the usual ones
  gint64 min_pixels, max_pixels;                        // of a picture
  unsigned max_inputs;
  std::vector<Price> prices;
};

constexpr unsigned max_count = 10;       // pictures of one request
constexpr int completion_tokens = 4175;  // of a picture

// Nothing: there is no such model.
const Model* find_model(std::string_view id);
// Nothing: the model does not draw this.
std::optional<Size> size_of(const Model& model, const std::string& tier, const std::string& ratio);
// What a finished commission costs, in US dollars.
double cost_of(const Model& model, const Commission& commission);

// GET /models, /images/models and /images/models/{id}/endpoints.
std::string list_models(bool with_image_models);
std::string list_image_models();
std::string list_endpoints(const Model& model);

}  // namespace seedream::sandbox::openrouter
