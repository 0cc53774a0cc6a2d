// wire/data-url.cpp - pictures as "data:image/png;base64,…" text.
#include "wire/data-url.hpp"

#include <algorithm>

namespace seedream::wire {

bool is_data_url(std::string_view url) {
  return url.starts_with("data:");
}

std::string write_data_url(const std::string& media_type, const Bytes& bytes) {
  CharPtr text(g_base64_encode(bytes.data(), bytes.size()));
  return "data:" + media_type + ";base64," + text.get();
}

Result<DataUrl> read_data_url(std::string_view url) {
  const auto comma = url.find(',');
  const std::string_view head = url.substr(0, comma);
  if (!is_data_url(url) || comma == std::string_view::npos || !head.ends_with(";base64"))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The data URL is not base64");
  const std::string payload(url.substr(comma + 1));
  // GLib skips what is not base64; a picture with a hole in it must not pass for a whole one.
  const auto end =
      payload.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  const std::string_view rest = std::string_view(payload).substr(std::min(end, payload.size()));
  if (payload.size() % 4 != 0 || (!rest.empty() && rest != "=" && rest != "=="))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The data URL's base64 is cut or damaged");
  gsize size = 0;
  guchar* data = g_base64_decode(payload.c_str(), &size);
  const std::string_view type = head.substr(5, head.size() - 5 - 7);
  return DataUrl{std::string(type.substr(0, type.find(';'))), Bytes::adopt(g_bytes_new_take(data, size))};
}

}  // namespace seedream::wire
