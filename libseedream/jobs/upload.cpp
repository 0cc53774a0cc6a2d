// jobs/upload.cpp - pixels or files to what goes over the wire, within the service's limits.
#include "jobs/upload.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cmath>

#include "image/picture.hpp"
#include "image/sample.hpp"

namespace seedream::jobs {

Ref<GeglBuffer> scaled(GeglBuffer* buffer, double factor) {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  constexpr int band_rows = 128;  // one row of GEGL tiles
  // Grown to a least side it must reach it; shrunk to a most it must not pass it.
  const auto side = [&](int length) {
    return factor > 1 ? int(std::ceil(length * factor - 1e-6)) : std::max(1, int(length * factor));
  };
  const int width = side(all->width), height = side(all->height);
  const Babl* format = babl_format("R'G'B'A u8");
  auto small = image::new_buffer(width, height, format);
  std::vector<guint8> pixels(static_cast<std::size_t>(width) * band_rows * 4);
  for (int top = 0; top < height; top += band_rows) {
    const int rows = std::min(band_rows, height - top);
    gegl_buffer_get(buffer, GEGL_RECTANGLE(int(all->x * factor), int(all->y * factor) + top, width, rows),
                    factor, format, pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_CLAMP);
    gegl_buffer_set(small.get(), GEGL_RECTANGLE(0, top, width, rows), 0, format, pixels.data(),
                    GEGL_AUTO_ROWSTRIDE);
  }
  return small;
}

namespace {

constexpr int jpeg_qualities[] = {95, 92, 90};
// A guess that is over the limit by more than this part of it is believed; otherwise only encoding tells.
constexpr double doubt = 0.2;
// What JPEG of the best quality leaves of PNG, photographs full of noise apart.
constexpr double left_by_jpeg = 1.0 / 3;

struct Encoded {
  Upload upload;
  std::string note;
};

bool takes(const InputRules& rules, const char* media_type) {
  const auto& known = rules.media_types;
  return known.empty() || std::find(known.begin(), known.end(), media_type) != known.end();
}

// How much a picture must shrink or grow to be taken; 1: not at all.
double scale_for(const InputRules& rules, int width, int height) {
  const double over = double(width) * height / double(rules.max_pixels);
  const double under = double(rules.min_side) / std::min(width, height);
  return over > 1 ? std::sqrt(1 / over) : std::max(1.0, under);
}

double megabytes(const Bytes& bytes) {
  return double(bytes.size()) / 1e6;
}

bool is_hopeless(std::optional<std::size_t> guess, const InputRules& rules) {
  return guess && double(*guess) > double(rules.max_bytes) * (1 + doubt);
}

// What is known of a picture's files before they are written. Pixels that fit without being compressed need
// no guess.
struct Guess {
  std::optional<image::Sample> sample;
  std::optional<std::size_t> png_bytes;
};

Guess guess_for(GeglBuffer* buffer, const InputRules& rules) {
  const auto pixels = static_cast<std::size_t>(gegl_buffer_get_width(buffer)) *
                      static_cast<std::size_t>(gegl_buffer_get_height(buffer));
  Guess guess;
  if (pixels * 3 > rules.max_bytes)
    guess.png_bytes = guess.sample.emplace(buffer).png_bytes();
  return guess;
}

bool is_hopeless_as_jpeg(const Guess& guess, int quality, const InputRules& rules) {
  const bool likely = quality == jpeg_qualities[0] && guess.png_bytes &&
                      double(*guess.png_bytes) * left_by_jpeg < double(rules.max_bytes);
  return !likely && guess.sample && is_hopeless(guess.sample->jpeg_bytes(quality), rules);
}

// The best JPEG that fits; nothing where none does, or where a pixel is transparent and alpha is not to be
// dropped.
Result<std::optional<Encoded>> encode_jpeg_to_fit(GeglBuffer* buffer, const Guess& guess,
                                                  const InputRules& rules, image::Alpha alpha) {
  for (int quality : jpeg_qualities) {
    if (is_hopeless_as_jpeg(guess, quality, rules))
      continue;
    auto jpeg = image::try_jpeg(buffer, quality, rules.max_bytes, alpha);
    if (!jpeg)
      return jpeg.take_error();
    if (jpeg->ending == image::Ending::transparent)
      break;
    if (jpeg->ending == image::Ending::too_long)
      continue;
    const bool drops_alpha = alpha == image::Alpha::drop && image::has_transparency(buffer);
    const char* note = drops_alpha ? _("sent as JPEG of quality %d without its transparency, %.1f MB")
                                   : _("sent as JPEG of quality %d, %.1f MB");
    return std::optional(Encoded{{"image/jpeg", jpeg->bytes, {}},
                                 CharPtr(g_strdup_printf(note, quality, megabytes(jpeg->bytes))).get()});
  }
  return std::optional<Encoded>();
}

// PNG where it fits or alpha matters, else the best JPEG that fits; nothing where even that is too large.
Result<std::optional<Encoded>> encode(GeglBuffer* buffer, const InputRules& rules) {
  const bool png_is_taken = takes(rules, "image/png");
  const Guess guess = guess_for(buffer, rules);
  if (png_is_taken && !is_hopeless(guess.png_bytes, rules)) {
    auto png = image::try_png(buffer, rules.max_bytes);
    if (!png)
      return png.take_error();
    if (png->ending == image::Ending::whole)
      return std::optional(Encoded{{"image/png", png->bytes, {}}, ""});
  }
  if (!takes(rules, "image/jpeg"))
    return std::optional<Encoded>();
  return encode_jpeg_to_fit(buffer, guess, rules, png_is_taken ? image::Alpha::refuse : image::Alpha::drop);
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words)
    all += (all.empty() ? "" : ", ") + word;
  return all;
}

Result<Encoded> encode_to_fit(const Ref<GeglBuffer>& buffer, const InputRules& rules) {
  if (!takes(rules, "image/png") && !takes(rules, "image/jpeg"))
    return make_error(SEEDREAM_ERROR_INVALID, _("Pixels cannot be sent as one of %s."),
                      joined(rules.media_types).c_str());
  const GeglRectangle whole = *gegl_buffer_get_extent(buffer.get());
  const double least = (rules.min_side - 1e-6) / std::min(whole.width, whole.height);
  for (double factor = scale_for(rules, whole.width, whole.height); factor > least; factor *= 0.8) {
    const auto sized = factor != 1 ? scaled(buffer.get(), factor) : buffer;
    auto encoded = encode(sized.get(), rules);
    if (!encoded)
      return encoded.take_error();
    if (!*encoded)
      continue;
    if (factor != 1) {
      const GeglRectangle* now = gegl_buffer_get_extent(sized.get());
      const std::string how = (*encoded)->note;
      (*encoded)->note =
          format(_("%d×%d pixels were scaled to %d×%d"), whole.width, whole.height, now->width, now->height) +
          (how.empty() ? "" : ", " + how);
    }
    return **encoded;
  }
  return make_error(SEEDREAM_ERROR_INVALID, _("The picture cannot be made to fit into %zu bytes."),
                    rules.max_bytes);
}

// A file that fits goes as it is, to the last byte.
Result<Encoded> pass_or_encode(const Bytes& file, const InputRules& rules) {
  auto info = image::probe(file);
  if (!info)  // a local file, so it is not the service's fault
    return make_error(SEEDREAM_ERROR_INVALID, "%s", info.take_error()->message);
  if (file.size() <= rules.max_bytes && scale_for(rules, info->width, info->height) == 1 &&
      takes(rules, info->codec->media_type))
    return Encoded{{info->codec->media_type, file, {}}, ""};
  auto buffer = image::decode(file);
  if (!buffer)  // likewise
    return make_error(SEEDREAM_ERROR_INVALID, "%s", buffer.take_error()->message);
  auto encoded = encode_to_fit(*buffer, rules);
  if (encoded && encoded->note.empty())
    encoded->note = format(_("sent as PNG, %.1f MB"), megabytes(encoded->upload.bytes));
  return encoded;
}

Result<Encoded> prepare(const Input& input, const InputRules& rules) {
  if (const auto* url = std::get_if<std::string>(&input))
    return Encoded{{.media_type = {}, .bytes = {}, .url = *url}, ""};
  if (const auto* buffer = std::get_if<Ref<GeglBuffer>>(&input))
    return *buffer ? encode_to_fit(*buffer, rules)
                   : make_error(SEEDREAM_ERROR_INVALID, _("The picture's file is not there any more."));
  return pass_or_encode(*std::get_if<Bytes>(&input), rules);
}

}  // namespace

Result<Prepared> prepare_uploads(std::vector<Input> inputs, const InputRules& rules) noexcept {
  Prepared prepared;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto encoded = prepare(std::exchange(inputs[i], Input()), rules);
    if (!encoded)
      return encoded.take_error();
    if (!encoded->note.empty())
      prepared.notes.push_back(format(_("Image %zu: %s"), i + 1, encoded->note.c_str()));
    prepared.uploads.push_back(std::move(encoded->upload));
  }
  return prepared;
}

}  // namespace seedream::jobs
