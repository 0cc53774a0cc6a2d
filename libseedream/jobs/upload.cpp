// jobs/upload.cpp - pixels or files to what goes over the wire, within the service's limits.
#include "jobs/upload.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cmath>

#include "image/picture.hpp"

namespace seedream::jobs {
namespace {

// Seedream 4.5's limits for one input picture.
constexpr std::size_t max_bytes = 10'000'000;
constexpr gint64 max_pixels = 36'000'000;
constexpr int jpeg_qualities[] = {98, 95, 92, 90};

struct Encoded {
  Upload upload;
  std::string note;
};

bool fits(const Bytes& bytes) {
  return bytes.size() <= max_bytes;
}

double megabytes(const Bytes& bytes) {
  return double(bytes.size()) / 1e6;
}

// PNG where it fits or alpha matters, else the best JPEG that fits; nothing where even that is too large.
Result<std::optional<Encoded>> encode(GeglBuffer* buffer) {
  auto png = image::encode_png(buffer);
  if (!png)
    return png.take_error();
  if (fits(*png))
    return std::optional(Encoded{{"image/png", *png}, ""});
  if (image::has_transparency(buffer))
    return std::optional<Encoded>();
  for (int quality : jpeg_qualities) {
    auto jpeg = image::encode_jpeg(buffer, quality);
    if (!jpeg)
      return jpeg.take_error();
    if (fits(*jpeg))
      return std::optional(
          Encoded{{"image/jpeg", *jpeg},
                  format(_("sent as JPEG of quality %d, %.1f MB"), quality, megabytes(*jpeg))});
  }
  return std::optional<Encoded>();
}

Ref<GeglBuffer> scaled(GeglBuffer* buffer, double factor) {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  const int width = std::max(1, int(all->width * factor)), height = std::max(1, int(all->height * factor));
  const Babl* pixels = babl_format("R'G'B'A u8");
  auto small = image::new_buffer(width, height, pixels);
  std::vector<guint8> row(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  gegl_buffer_get(buffer, GEGL_RECTANGLE(int(all->x * factor), int(all->y * factor), width, height), factor,
                  pixels, row.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_CLAMP);
  gegl_buffer_set(small.get(), nullptr, 0, pixels, row.data(), GEGL_AUTO_ROWSTRIDE);
  return small;
}

Result<Encoded> encode_to_fit(Ref<GeglBuffer> buffer) {
  const GeglRectangle whole = *gegl_buffer_get_extent(buffer.get());
  const double over = double(whole.width) * whole.height / double(max_pixels);
  double factor = over > 1 ? std::sqrt(1 / over) : 1;
  for (;; factor *= 0.8) {
    const auto sized = factor < 1 ? scaled(buffer.get(), factor) : buffer;
    auto encoded = encode(sized.get());
    if (!encoded)
      return encoded.take_error();
    if (!*encoded)
      continue;
    if (factor < 1) {
      const GeglRectangle* now = gegl_buffer_get_extent(sized.get());
      const std::string how = (*encoded)->note;
      (*encoded)->note =
          format(_("%d×%d pixels were scaled to %d×%d"), whole.width, whole.height, now->width, now->height) +
          (how.empty() ? "" : ", " + how);
    }
    return **encoded;
  }
}

// A file that fits goes as it is, to the last byte.
Result<Encoded> pass_or_encode(const Bytes& file) {
  auto info = image::probe(file);
  if (!info)
    return info.take_error();
  if (fits(file) && gint64(info->width) * info->height <= max_pixels)
    return Encoded{{info->codec->media_type, file}, ""};
  auto buffer = image::decode(file);
  if (!buffer)  // a local file, so it is not the service's fault
    return make_error(SEEDREAM_ERROR_INVALID, "%s", buffer.take_error()->message);
  return encode_to_fit(*buffer);
}

}  // namespace

Result<Prepared> prepare_uploads(const std::vector<Input>& inputs) noexcept {
  Prepared prepared;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto* buffer = std::get_if<Ref<GeglBuffer>>(&inputs[i]);
    auto encoded = buffer ? encode_to_fit(*buffer) : pass_or_encode(*std::get_if<Bytes>(&inputs[i]));
    if (!encoded)
      return encoded.take_error();
    if (!encoded->note.empty())
      prepared.notes.push_back(format(_("Image %zu: %s"), i + 1, encoded->note.c_str()));
    prepared.uploads.push_back(std::move(encoded->upload));
  }
  return prepared;
}

}  // namespace seedream::jobs
