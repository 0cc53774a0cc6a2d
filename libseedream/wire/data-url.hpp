// wire/data-url.hpp - pictures as "data:image/png;base64,…" text.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace seedream::wire {

struct DataUrl {
  std::string media_type;
  Bytes bytes;
};

bool is_data_url(std::string_view url);
// What stands before the base64.
std::string data_url_head(const std::string& media_type);
std::string write_data_url(const std::string& media_type, const Bytes& bytes);
Result<DataUrl> read_data_url(std::string_view url);

}  // namespace seedream::wire
