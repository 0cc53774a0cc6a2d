// wire/data-url.cpp - pictures as "data:image/png;base64,…" text.
#include "wire/data-url.hpp"

#include "wire/base64.hpp"

namespace seedream::wire {

bool is_data_url(std::string_view url) {
  return url.starts_with("data:");
}

std::string data_url_head(const std::string& media_type) {
  return "data:" + media_type + ";base64,";
}

std::string write_data_url(const std::string& media_type, const Bytes& bytes) {
  std::string url = data_url_head(media_type);
  const std::size_t head = url.size();
  url.resize(head + base64_length(bytes.size()));
  encode_base64({bytes.data(), bytes.size()}, url.data() + head);
  return url;
}

Result<DataUrl> read_data_url(std::string_view url) {
  const auto comma = url.find(',');
  const std::string_view head = url.substr(0, comma);
  if (!is_data_url(url) || comma == std::string_view::npos || !head.ends_with(";base64"))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The data URL is not base64");
  auto bytes = decode_base64(url.substr(comma + 1));
  if (!bytes)
    return bytes.take_error();
  const std::string_view type = head.substr(5, head.size() - 5 - 7);
  return DataUrl{std::string(type.substr(0, type.find(';'))), std::move(*bytes)};
}

}  // namespace seedream::wire
