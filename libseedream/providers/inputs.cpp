// providers/inputs.cpp - how input pictures are written into a request's body.
#include "providers/inputs.hpp"

#include <algorithm>

#include "wire/data-url.hpp"

namespace seedream {

void write_address(wire::JsonWriter& json, const char* member, const Upload& upload) {
  if (upload.url.empty())
    json.base64(member, wire::data_url_head(upload.media_type), upload.bytes);
  else
    json.text(member, upload.url);
}

void write_addresses(wire::JsonWriter& json, const char* member, const std::vector<Upload>& uploads) {
  json.begin_array(member);
  for (const Upload& upload : uploads)
    write_address(json, "", upload);
  json.end_array();
}

bool embeds_pictures(const Request& request) {
  return std::any_of(request.uploads.begin(), request.uploads.end(),
                     [](const Upload& upload) { return upload.url.empty(); });
}

}  // namespace seedream
