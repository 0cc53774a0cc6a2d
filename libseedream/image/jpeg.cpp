// image/jpeg.cpp - JPEG by libjpeg-turbo. It leaves a function by longjmp: see png.cpp.
#include <cstdio>  // jpeglib.h needs it and does not say so

#include <jpeglib.h>

#include <csetjmp>
#include <vector>

#include "image/picture.hpp"

namespace seedream::image {
namespace {

constexpr int band_rows = 128;

struct Failure {
  jpeg_error_mgr manager;
  jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void on_error(j_common_ptr common) {
  auto* failure = reinterpret_cast<Failure*>(common->err);
  common->err->format_message(common, failure->message);
  longjmp(failure->jump, 1);
}

// A warning means that pixels are missing or made up ("premature end of file", "corrupt data"): not a whole
// picture.
void on_message(j_common_ptr common, int level) {
  if (level < 0)
    on_error(common);
}

jpeg_error_mgr* report_to(Failure* failure) {
  jpeg_error_mgr* manager = jpeg_std_error(&failure->manager);
  manager->error_exit = on_error;
  manager->emit_message = on_message;
  failure->message[0] = '\0';
  return manager;
}

struct Reading {
  jpeg_decompress_struct jpeg{};
  Failure failure{};
  std::vector<guint8> pixels;
  std::vector<JSAMPROW> rows;
  Ref<GeglBuffer> buffer;
  const Babl* format = nullptr;
  JOCTET* profile = nullptr;
  unsigned profile_size = 0;

  ~Reading() {
    jpeg_destroy_decompress(&jpeg);
    free(profile);
  }
};

bool read_header(Reading* r, const guint8* data, unsigned long size) {
  if (setjmp(r->failure.jump))
    return false;
  jpeg_create_decompress(&r->jpeg);
  jpeg_save_markers(&r->jpeg, JPEG_APP0 + 2, 0xFFFF);  // where the ICC profile is
  jpeg_mem_src(&r->jpeg, data, size);
  jpeg_read_header(&r->jpeg, TRUE);
  return true;
}

bool start_pixels(Reading* r) {
  if (setjmp(r->failure.jump))
    return false;
  const bool grey = r->jpeg.jpeg_color_space == JCS_GRAYSCALE;
  r->jpeg.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_read_icc_profile(&r->jpeg, &r->profile, &r->profile_size);
  r->format =
      babl_format_with_space(grey ? "Y' u8" : "R'G'B' u8", space_from_profile(r->profile, r->profile_size));
  jpeg_start_decompress(&r->jpeg);
  const std::size_t row_bytes = static_cast<std::size_t>(r->jpeg.output_width) * (grey ? 1 : 3);
  r->pixels.resize(row_bytes * band_rows);
  r->rows.resize(band_rows);
  for (std::size_t i = 0; i < band_rows; ++i)
    r->rows[i] = r->pixels.data() + i * row_bytes;
  return true;
}

bool read_rows(Reading* r) {
  if (setjmp(r->failure.jump))
    return false;
  jpeg_decompress_struct* jpeg = &r->jpeg;
  while (jpeg->output_scanline < jpeg->output_height) {
    const int top = static_cast<int>(jpeg->output_scanline);
    const int count = std::min(band_rows, static_cast<int>(jpeg->output_height) - top);
    while (static_cast<int>(jpeg->output_scanline) < top + count)
      jpeg_read_scanlines(jpeg, &r->rows[jpeg->output_scanline - static_cast<unsigned>(top)],
                          static_cast<unsigned>(top + count) - jpeg->output_scanline);
    gegl_buffer_set(r->buffer.get(), GEGL_RECTANGLE(0, top, static_cast<int>(jpeg->output_width), count), 0,
                    r->format, r->pixels.data(), GEGL_AUTO_ROWSTRIDE);
  }
  jpeg_finish_decompress(jpeg);
  return true;
}

ErrorPtr unreadable(const Reading& r) {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The JPEG picture is damaged: %s.", r.failure.message);
}

Result<Info> probe_jpeg(const Bytes& bytes) noexcept {
  Reading r;
  r.jpeg.err = report_to(&r.failure);
  if (!read_header(&r, bytes.data(), bytes.size()))
    return unreadable(r);
  return Info{&jpeg_codec, static_cast<int>(r.jpeg.image_width), static_cast<int>(r.jpeg.image_height)};
}

Result<Ref<GeglBuffer>> decode_jpeg(const Bytes& bytes) noexcept {
  Reading r;
  r.jpeg.err = report_to(&r.failure);
  if (!read_header(&r, bytes.data(), bytes.size()) || !start_pixels(&r))
    return unreadable(r);
  r.buffer =
      new_buffer(static_cast<int>(r.jpeg.output_width), static_cast<int>(r.jpeg.output_height), r.format);
  if (!read_rows(&r))
    return unreadable(r);
  return r.buffer;
}

bool is_jpeg(std::span<const guint8> bytes) noexcept {
  return bytes.size() > 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

struct Writing {
  jpeg_compress_struct jpeg{};
  Failure failure{};
  unsigned char* out = nullptr;
  unsigned long size = 0;
  std::vector<guint8> pixels;
  GeglBuffer* buffer = nullptr;  // borrowed

  ~Writing() {
    jpeg_destroy_compress(&jpeg);
    free(out);
  }
};

bool write_rows(Writing* w, int quality) {
  if (setjmp(w->failure.jump))
    return false;
  const GeglRectangle all = *gegl_buffer_get_extent(w->buffer);
  jpeg_compress_struct* jpeg = &w->jpeg;
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, &w->out, &w->size);
  jpeg->image_width = static_cast<JDIMENSION>(all.width);
  jpeg->image_height = static_cast<JDIMENSION>(all.height);
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg->comp_info[0].h_samp_factor = 1;  // 4:4:4: colour keeps its full resolution
  jpeg->comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(jpeg, TRUE);

  const std::size_t row_bytes = static_cast<std::size_t>(all.width) * 3;
  w->pixels.resize(row_bytes * band_rows);
  for (int y = 0; y < all.height; y += band_rows) {
    const int count = std::min(band_rows, all.height - y);
    gegl_buffer_get(w->buffer, GEGL_RECTANGLE(all.x, all.y + y, all.width, count), 1.0,
                    babl_format("R'G'B' u8"), w->pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    for (int i = 0; i < count; ++i) {
      JSAMPROW row = w->pixels.data() + static_cast<std::size_t>(i) * row_bytes;
      jpeg_write_scanlines(jpeg, &row, 1);
    }
  }
  jpeg_finish_compress(jpeg);
  return true;
}

}  // namespace

const Codec jpeg_codec = {"image/jpeg", "jpg", is_jpeg, probe_jpeg, decode_jpeg};

Result<Bytes> encode_jpeg(GeglBuffer* buffer, int quality) noexcept {
  Writing w;
  w.buffer = buffer;
  w.jpeg.err = report_to(&w.failure);
  if (!write_rows(&w, quality))
    return make_error(SEEDREAM_ERROR_FAILED, "The picture could not be written as JPEG: %s.",
                      w.failure.message);
  unsigned char* out = std::exchange(w.out, nullptr);
  return Bytes::adopt(g_bytes_new_with_free_func(out, w.size, free, out));
}

}  // namespace seedream::image
