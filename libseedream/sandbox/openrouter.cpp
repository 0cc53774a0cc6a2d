// sandbox/openrouter.cpp - OpenRouter's contract: who is let in, and what answers which path.
#include "sandbox/openrouter.hpp"

#include <algorithm>

#include "sandbox/openrouter-drawing.hpp"

namespace seedream::sandbox {
namespace openrouter {
namespace {

constexpr std::string_view root = "/api/v1";
constexpr std::string_view image_models = "/images/models";
constexpr std::string_view endpoints = "/endpoints";

struct Transport {
  const char* api_type;
  Reading (*read)(wire::Json body) noexcept;
  void (*draw)(const OrderPtr& order, Desk& desk);
};
constexpr Transport chat = {"completions", read_chat, draw_chat},
                    images = {"image", read_images, draw_images};

const Refusal no_such_method = {405, "invalid_request", "This method is of no use here."};
const Refusal no_such_path = {404, "not_found", "There is nothing at this address."};
const Refusal no_such_generation = {404, "not_found", "There is no generation with this id."};
const Refusal not_for_this_key = {403, "permission_denied",
                                  "Only management keys can perform this operation"};

std::string header(const Call& call, const char* name) {
  const auto found = std::find_if(call.headers.begin(), call.headers.end(), [&](const auto& header) {
    return g_ascii_strcasecmp(header.first.c_str(), name) == 0;
  });
  return found == call.headers.end() ? "" : found->second;
}

std::string parameter(const Call& call, const char* name) {
  const std::unique_ptr<GHashTable, Deleter<g_hash_table_unref>> parameters(
      g_uri_parse_params(call.query.c_str(), -1, "&", G_URI_PARAMS_WWW_FORM, nullptr));
  const void* value = parameters ? g_hash_table_lookup(parameters.get(), name) : nullptr;
  return value ? static_cast<const char*>(value) : "";
}

bool wants_metadata(const Call& call) {
  return header(call, "X-OpenRouter-Metadata") == "enabled" ||
         header(call, "X-OpenRouter-Experimental-Metadata") == "enabled";
}

// A list of modalities, by default of those that write texts.
bool wants_image_models(const Call& call) {
  const std::string modalities = "," + parameter(call, "output_modalities") + ",";
  return modalities.find(",image,") != std::string::npos || modalities == ",all,";
}

Reply reply_with(std::string json) {
  return {.body = Bytes::of(std::move(json))};
}

class OpenRouter final : public Contract {
 public:
  OpenRouter(const Options& options, Faults& faults, Studio& studio)
      : options_(options), faults_(faults), desk_{faults, studio, ledger_} {}

  bool answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept override {
    if (!call.path.starts_with(root) || call.path.size() <= root.size() || call.path[root.size()] != '/')
      return false;
    const std::string path = call.path.substr(root.size());
    const bool is_public = path.starts_with(image_models);
    const Transport* transport = path == "/chat/completions" ? &chat : path == "/images" ? &images : nullptr;
    if (!is_public && !admits(call, options_, faults_))
      answer->finish(word_trouble(Trouble::bad_key));
    else if (call.method != (transport ? "POST" : "GET"))
      answer->finish(refuse(no_such_method));
    else if (transport)
      create(call, answer, *transport);
    else
      answer->finish(look_up(path, call));
    return true;
  }

 private:
  Reply look_up(const std::string& path, const Call& call) {
    if (path == "/key")
      return reply_with(ledger_.describe_key());
    if (path == "/credits")
      return refuse(not_for_this_key);
    if (path == "/models")
      return reply_with(list_models(wants_image_models(call)));
    if (path == image_models)
      return reply_with(list_image_models());
    if (path == "/generation") {
      std::string json = ledger_.describe(parameter(call, "id"));
      return json.empty() ? refuse(no_such_generation) : reply_with(std::move(json));
    }
    const Model* model = model_of(path);
    return model ? reply_with(list_endpoints(*model)) : refuse(no_such_path);
  }

  // "/images/models/AUTHOR/SLUG/endpoints"
  static const Model* model_of(std::string_view path) {
    const std::size_t around = image_models.size() + 1 + endpoints.size();
    if (!path.starts_with(image_models) || !path.ends_with(endpoints) || path.size() <= around)
      return nullptr;
    return find_model(path.substr(image_models.size() + 1, path.size() - around));
  }

  void create(const Call& call, const std::shared_ptr<Answer>& answer, const Transport& transport) {
    auto document = wire::JsonDocument::parse(call.body);
    if (!document)
      return answer->finish(refuse({.message = "The body is not JSON."}));
    Reading reading = transport.read(document->root());
    if (const auto* refusal = std::get_if<Refusal>(&reading))
      return answer->finish(refuse(*refusal));
    const auto taken = take_order(call, answer, faults_, word_trouble);
    if (!taken)
      return;
    auto& asked = *std::get_if<Asked>(&reading);
    taken->note({asked.commission.prompt, asked.commission.count});
    Generation generation = begin_generation(asked, transport.api_type);
    generation.referer = header(call, "HTTP-Referer");
    generation.user_agent = header(call, "User-Agent");
    transport.draw(
        std::make_shared<Order>(Order{std::move(asked), std::move(generation), wants_metadata(call), taken}),
        desk_);
  }

  const Options& options_;
  Faults& faults_;
  Ledger ledger_;
  Desk desk_;
};

}  // namespace
}  // namespace openrouter

std::unique_ptr<Contract> make_openrouter(const Options& options, Faults& faults, Studio& studio) {
  return std::make_unique<openrouter::OpenRouter>(options, faults, studio);
}

}  // namespace seedream::sandbox
