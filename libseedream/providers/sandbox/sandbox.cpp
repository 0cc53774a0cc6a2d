// providers/sandbox/sandbox.cpp - our own offline stand-in. It speaks ImaRouter's contract and costs nothing.
#include "providers/imarouter/imarouter.hpp"

namespace seedream {
namespace {

using namespace std::chrono_literals;

Capabilities free_of_charge() {
  Capabilities can = imarouter::capabilities;
  can.usd_per_image = 0;
  return can;
}

}  // namespace

extern const Provider sandbox_provider;
const Provider sandbox_provider = {
    .id = "sandbox",
    .name = "Sandbox",
    .base_url = nullptr,
    .api_prefix = "/v1",
    .program = "seedream-sandbox",
    .key_variable = nullptr,
    .base_url_variable = "SEEDREAM_SANDBOX_URL",
    .model = "seedream-4.5",
    .can = free_of_charge(),
    .begin = [] { return imarouter::begin({.first_poll = 50ms, .next_poll = 100ms}); }};

}  // namespace seedream
