// providers/inputs.cpp - how input pictures are written into a request's body.
#include "providers/inputs.hpp"

#include <algorithm>

#include "wire/data-url.hpp"

namespace seedream {

std::string address_of(const Upload& upload) {
  return upload.url.empty() ? wire::write_data_url(upload.media_type, upload.bytes) : upload.url;
}

void write_addresses(wire::JsonWriter& json, const char* member, const std::vector<Upload>& uploads) {
  json.begin_array(member);
  for (const Upload& upload : uploads)
    json.text("", address_of(upload));
  json.end_array();
}

bool embeds_pictures(const Request& request) {
  return std::any_of(request.uploads.begin(), request.uploads.end(),
                     [](const Upload& upload) { return upload.url.empty(); });
}

}  // namespace seedream
