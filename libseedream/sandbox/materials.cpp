// sandbox/materials.cpp - the input pictures of an order, fetched and opened.
#include "sandbox/materials.hpp"

#include <libsoup/soup.h>

#include <algorithm>

#include "image/picture.hpp"
#include "sandbox/gif.hpp"
#include "wire/data-url.hpp"

namespace seedream::sandbox {
namespace {

using Failure = Materials::Failure;

struct Blemish {
  Failure failure = Failure::none;
  std::string error;
};

bool is_loopback(const std::string& url) {
  const UriPtr uri(g_uri_parse(url.c_str(), G_URI_FLAGS_NONE, nullptr));
  if (!uri || g_strcmp0(g_uri_get_scheme(uri.get()), "http") != 0)
    return false;
  const std::string host = g_uri_get_host(uri.get()) ? g_uri_get_host(uri.get()) : "";
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

// Nothing: it could not be had.
Bytes download(const std::string& url) {
  const auto session = Ref<SoupSession>::adopt(soup_session_new_with_options("timeout", 10u, nullptr));
  const auto message =
      Ref<SoupMessage>::adopt(is_loopback(url) ? soup_message_new("GET", url.c_str()) : nullptr);
  if (!message)
    return {};
  soup_message_add_flags(message.get(), SOUP_MESSAGE_NO_REDIRECT);  // loopback is as far as it goes
  const Bytes bytes =
      Bytes::adopt(soup_session_send_and_read(session.get(), message.get(), nullptr, nullptr));
  return soup_message_get_status(message.get()) == 200 ? bytes : Bytes();
}

Blemish broken_rule(const Bytes& file, const image::Info& info, const InputRules& rules) {
  const int longer = std::max(info.width, info.height), shorter = std::min(info.width, info.height);
  if (file.size() > rules.max_bytes)
    return {Failure::too_large, format("larger than %zu MB", rules.max_bytes / 1'000'000)};
  if (gint64(info.width) * info.height > rules.max_pixels)
    return {Failure::too_large, format("more than %d million pixels", int(rules.max_pixels / 1'000'000))};
  if (shorter < rules.min_side)
    return {Failure::too_small, format("narrower or lower than %d pixels", rules.min_side)};
  if (longer > rules.max_ratio * shorter)
    return {Failure::misshapen, format("longer than %.0f times its width", rules.max_ratio)};
  return {};
}

Blemish add(Materials& materials, const std::string& url, const InputRules& rules) {
  Bytes file;
  if (wire::is_data_url(url)) {
    auto data = wire::read_data_url(url);
    if (!data)
      return {Failure::not_a_picture, "its data URL cannot be read"};
    file = data->bytes;
  } else if (!(file = download(url))) {
    return {Failure::not_downloaded, format("could not download the image from %.200s", url.c_str())};
  }
  if (is_gif(file))
    file = gif_as_png(file);
  auto info = image::probe(file);
  if (!info)
    return {Failure::not_a_picture, "not a picture that can be read"};
  if (const Blemish broken = broken_rule(file, *info, rules); broken.failure != Failure::none)
    return broken;
  auto buffer = image::decode(file);
  if (!buffer)
    return {Failure::not_a_picture, "not a picture that can be read"};
  materials.files.push_back(file);
  materials.digest += CharPtr(g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file.get())).get();
  materials.buffers.push_back(*buffer);
  return {};
}

}  // namespace

Materials collect(const std::vector<std::string>& urls, const InputRules& rules) noexcept {
  Materials materials;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const Blemish blemish = add(materials, urls[i], rules);
    if (blemish.failure != Failure::none)
      return {.failure = blemish.failure, .error = format("image %zu: %s", i + 1, blemish.error.c_str())};
  }
  return materials;
}

}  // namespace seedream::sandbox
