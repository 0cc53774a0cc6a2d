// sandbox/studio.cpp - where ordered pictures are made.
#include "sandbox/studio.hpp"

#include <libsoup/soup.h>

#include <mutex>

#include "image/picture.hpp"
#include "wire/data-url.hpp"

namespace seedream::sandbox {
namespace {

constexpr std::size_t max_input_bytes = 10'000'000;

// Runs in a worker; waits if another one is at it.
Done start_gegl() {
  static std::once_flag once;
  std::call_once(once, [] {
    image::ensure_gegl();
    // GEGL shares work out among threads by how fast they were, and the seams show in the last bit.
    g_object_set(gegl_config(), "threads", 1, nullptr);
  });
  return {};
}

bool is_loopback(const std::string& url) {
  const UriPtr uri(g_uri_parse(url.c_str(), G_URI_FLAGS_NONE, nullptr));
  if (!uri || g_strcmp0(g_uri_get_scheme(uri.get()), "http") != 0)
    return false;
  const std::string host = g_uri_get_host(uri.get()) ? g_uri_get_host(uri.get()) : "";
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

Result<Bytes> download(const std::string& url) {
  const auto session = Ref<SoupSession>::adopt(soup_session_new_with_options("timeout", 10u, nullptr));
  const auto message =
      Ref<SoupMessage>::adopt(is_loopback(url) ? soup_message_new("GET", url.c_str()) : nullptr);
  Bytes bytes;
  if (message) {
    soup_message_add_flags(message.get(), SOUP_MESSAGE_NO_REDIRECT);  // loopback is as far as it goes
    bytes = Bytes::adopt(soup_session_send_and_read(session.get(), message.get(), nullptr, nullptr));
  }
  if (!bytes || soup_message_get_status(message.get()) != 200)
    return make_error(SEEDREAM_ERROR_INVALID, "could not download the image from %.200s", url.c_str());
  return bytes;
}

Result<Bytes> fetch(const std::string& url) {
  if (!wire::is_data_url(url))
    return download(url);
  auto data = wire::read_data_url(url);
  if (!data)
    return make_error(SEEDREAM_ERROR_INVALID, "the image's data URL cannot be read");
  return data->bytes;
}

Result<Bytes> encode(GeglBuffer* buffer, const std::string& format) {
  if (format == "jpeg")
    return image::encode_jpeg(buffer, 95);
  if (format == "webp")
    return image::encode_webp(buffer, 95);
  return image::encode_png(buffer);
}

// PNG is lossless as it is; anything else is opened and written as PNG.
Result<Bytes> echo(const Bytes& input) {
  auto info = image::probe(input);
  if (!info || info->codec == &image::png_codec)
    return input;
  auto buffer = image::decode(input);
  return buffer ? image::encode_png(buffer->get()) : buffer.take_error();
}

struct Materials {
  std::vector<Bytes> files;
  std::vector<Ref<GeglBuffer>> buffers;
  std::string digest;
};

Result<Materials> collect(const Commission& commission) {
  Materials materials;
  for (std::size_t i = 0; i < commission.inputs.size(); ++i) {
    auto file = fetch(commission.inputs[i]);
    if (!file)
      return make_error(SEEDREAM_ERROR_INVALID, "image %zu: %s", i + 1, file.take_error()->message);
    if (file->size() > max_input_bytes)
      return make_error(SEEDREAM_ERROR_INVALID, "image %zu: larger than 10 MB", i + 1);
    auto buffer = image::decode(*file);
    if (!buffer)
      return make_error(SEEDREAM_ERROR_INVALID, "image %zu: not a picture that can be read", i + 1);
    materials.files.push_back(*file);
    materials.digest += CharPtr(g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->get())).get();
    materials.buffers.push_back(*buffer);
  }
  return materials;
}

Result<Bytes> make_picture(const Commission& commission, const Materials& materials, const Options& options,
                           unsigned index) {
  if (options.picture_bytes)
    return options.picture_bytes;
  if (options.picture == "echo" && !materials.files.empty())
    return echo(materials.files.front());
  const auto painted = paint({.prompt = commission.prompt,
                              .inputs = materials.buffers,
                              .seed = commission.seed,
                              .digest = materials.digest,
                              .index = index,
                              .width = commission.width,
                              .height = commission.height});
  return encode(painted.get(), commission.format);
}

// Runs in a worker.
Canvasses work(const Commission& commission, const Options& options) {
  start_gegl();
  auto materials = collect(commission);
  if (!materials)
    return {{}, materials.take_error()->message};
  Canvasses done;
  for (unsigned i = 0; i < commission.count; ++i) {
    auto picture = make_picture(commission, *materials, options, i);
    if (!picture)
      return {{}, picture.take_error()->message};
    done.pictures.push_back(*picture);
  }
  return done;
}

}  // namespace

Studio::Studio(const Options& options) : options_(options) {
  warming_up_ = Work::start<Done>(start_gegl, [](Done) {});
}

unsigned Studio::accept(Commission commission) {
  const unsigned number = unsigned(easels_.size()) + 1;
  easels_[number].work = Work::start<Canvasses>(
      [commission = std::move(commission), options = options_] { return work(commission, options); },
      [this, number](Canvasses done) { easels_[number].done = std::move(done); });
  return number;
}

const Canvasses* Studio::look(unsigned number) const {
  const auto found = easels_.find(number);
  return found != easels_.end() && found->second.done ? &*found->second.done : nullptr;
}

}  // namespace seedream::sandbox
