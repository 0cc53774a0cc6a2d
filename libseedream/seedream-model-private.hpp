// seedream-model-private.hpp - which models there are, for the other public types.
#pragma once
#include "providers/provider.hpp"
#include "seedream-model.h"

namespace seedream {

// What the built-in files and the user's say of a service's models, the recommended one first.
const std::vector<ModelPtr>& models_of(std::string_view provider_id);

// By our id or by the service's; empty: the first. Nothing if there is no such model.
ModelPtr find_model(std::string_view provider_id, std::string_view id);

// All that a job may say of which model it is: that id, and what its service calls the model anywhere.
std::vector<std::string> names_of_model(std::string_view provider_id, const std::string& id);

// The same model under the name that it has at one of its service's roots.
ModelPtr named_there(ModelPtr model, const Provider& provider, const std::string& root);

SeedreamModel* new_model(ModelPtr model);

}  // namespace seedream
