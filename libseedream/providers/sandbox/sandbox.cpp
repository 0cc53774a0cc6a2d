// providers/sandbox/sandbox.cpp - our own offline stand-in. It speaks ImaRouter's contract and costs nothing.
#include "providers/imarouter/talk.hpp"

namespace seedream {

extern const Provider sandbox_provider;
const Provider sandbox_provider = {
    .id = "sandbox",
    .name = "Sandbox",
    .regions = {},
    .api_prefix = "/v1",
    .program = "seedream-sandbox",
    .key_variable = nullptr,
    .base_url_variable = "SEEDREAM_SANDBOX_URL",
    .key_page = nullptr,
    .keeps_jobs = true,
    .begin = [] {
      using namespace std::chrono_literals;
      return imarouter::begin_talk(imarouter::page_contract(sandbox_provider, {50ms, 100ms}));
    }};

}  // namespace seedream
