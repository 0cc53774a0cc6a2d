// providers/imarouter-v1/imarouter-v1.cpp - the contract that ImaRouter's documents and its clients show:
// create and poll under /v1/images/generations. Which of its fields Seedream takes nobody has written down;
// those that are read from its sisters are data in data/models.
#include <glib/gi18n-lib.h>

#include "providers/faults.hpp"
#include "providers/imarouter/talk.hpp"
#include "providers/inputs.hpp"
#include "providers/size.hpp"

namespace seedream {
namespace {

using namespace std::chrono_literals;

std::string create_path(const Request&, const Model&) {
  return "/v1/images/generations";
}

// One picture and several have different names, and never both stand there.
void write_images(wire::JsonWriter& json, const Request& request, const Model& model) {
  if (request.uploads.size() == 1)
    write_address(json, model.field("image", "image").c_str(), request.uploads.front());
  else if (request.uploads.size() > 1)
    write_addresses(json, model.field("images", "images").c_str(), request.uploads);
}

Result<Done> write(wire::JsonWriter& json, const Request& request, const Model& model) {
  auto size = choose_size(model, request);
  if (!size)
    return size.take_error();
  json.text("model", model.service_id).text("prompt", request.prompt);
  if (!size->name.empty())
    json.text("size", size->name);
  if (request.count > 1)
    json.integer(model.field("count", "n").c_str(), request.count);
  if (!request.quality.empty())
    json.text("quality", request.quality);
  if (!request.format.empty())
    json.text(model.field("format", "output_format").c_str(), request.format);
  json.boolean("watermark", false);
  write_images(json, request, model);
  return Done{};
}

Result<Account> read_balance(const HttpAnswer& answer) {
  auto document = wire::JsonDocument::parse(answer.text());
  const auto balance = document ? document->root().at("data").at("balance_usd").number() : std::nullopt;
  if (!balance)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("ImaRouter's answer names no balance."));
  return Account{balance};
}

constexpr AccountCalls account_calls = {
    .ask = [] { return ServiceCall{.path = "/api/usage/token/user-balance"}; }, .read = read_balance};
constexpr Region regions[] = {{"global", "https://api.imarouter.com"}};

}  // namespace

extern const Provider imarouter_v1_provider;
const Provider imarouter_v1_provider = {
    .id = "imarouter-v1",
    .name = "ImaRouter (v1)",
    .regions = regions,
    .api_prefix = "/v1",
    .program = nullptr,
    .key_variable = "IMAROUTER_API_KEY",
    .base_url_variable = "IMAROUTER_BASE_URL",
    .key_page = "https://imarouter.com",
    .keeps_jobs = true,
    .begin =
        [] {
          return imarouter::begin_talk({.provider = imarouter_v1_provider,
                                        .create_path = create_path,
                                        .write = write,
                                        .poll_prefix = "/v1/images/generations/",
                                        .pace = {1s, 5s}});  // its own SDK waits 5 s
        },
    .account = &account_calls};

}  // namespace seedream
