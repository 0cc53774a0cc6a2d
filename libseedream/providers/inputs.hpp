// providers/inputs.hpp - how input pictures are written into a request's body.
#pragma once
#include "providers/provider.hpp"
#include "wire/json.hpp"

namespace seedream {

// Where the service finds the picture, as a member of the body: its own address, or a data URL that holds it.
void write_address(wire::JsonWriter& json, const char* member, const Upload& upload);

// A list of such addresses.
void write_addresses(wire::JsonWriter& json, const char* member, const std::vector<Upload>& uploads);

// Whether any picture goes as a data URL, which some services do not take.
bool embeds_pictures(const Request& request);

}  // namespace seedream
