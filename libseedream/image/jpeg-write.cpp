// image/jpeg-write.cpp - JPEG by libjpeg-turbo, the other way round: see jpeg.cpp. Each band is encoded as a
// picture of its own; what stands between their headers and ends makes one picture, joined by restart
// markers, at which a decoder starts as if anew.
#include <cstring>

#include "image/bands.hpp"
#include "image/jpeg-failure.hpp"
#include "image/picture.hpp"

namespace seedream::image {
namespace {

// Restart markers count up to 7 and begin again. With one for each row of blocks, eight rows to a band and
// the eighth marker between two bands, every band may begin to count anew.
constexpr int block_rows = 8;
constexpr int min_band_rows = 8 * block_rows;
constexpr int strip_rows = 2 * block_rows;  // read and encoded while they are in the processor's cache
constexpr guint8 eighth_restart = 0xD7, start_of_frame = 0xC0, start_of_scan = 0xDA;

void on_message(j_common_ptr, int) {}

struct Destination {
  jpeg_destination_mgr manager;
  std::vector<guint8> bytes;
};

Destination* destination_of(j_compress_ptr jpeg) {
  return reinterpret_cast<Destination*>(jpeg->dest);
}

void on_start(j_compress_ptr jpeg) {
  Destination* to = destination_of(jpeg);
  to->manager.next_output_byte = to->bytes.data();
  to->manager.free_in_buffer = to->bytes.size();
}

boolean on_full(j_compress_ptr jpeg) {
  Destination* to = destination_of(jpeg);
  const std::size_t used = to->bytes.size();
  to->bytes.resize(2 * used);
  to->manager.next_output_byte = to->bytes.data() + used;
  to->manager.free_in_buffer = used;
  return TRUE;
}

void on_end(j_compress_ptr) {}

// What one thread has.
struct Writing {
  jpeg_compress_struct jpeg{};
  JpegFailure failure{};
  Destination to{{nullptr, 0, on_start, on_full, on_end}, std::vector<guint8>(256u << 10)};
  std::vector<guint8> pixels;

  Writing() { jpeg.err = report_to(&failure, on_message); }
  ~Writing() { jpeg_destroy_compress(&jpeg); }
  std::span<guint8> written() { return {to.bytes.data(), to.bytes.size() - to.manager.free_in_buffer}; }
};

struct Settings {
  GeglBuffer* buffer;  // borrowed
  int quality;
  bool checks_alpha;
  int width, height;
  int rows;  // of a band

  int bands() const { return (height + rows - 1) / rows; }
};

Settings settings_for(GeglBuffer* buffer, int quality, Alpha alpha) {
  const int width = gegl_buffer_get_width(buffer), height = gegl_buffer_get_height(buffer);
  const bool checks = alpha == Alpha::refuse && babl_format_has_alpha(gegl_buffer_get_format(buffer));
  return {buffer, quality, checks,
          width,  height,  band_height(static_cast<std::size_t>(width) * 4, min_band_rows)};
}

void set_up(jpeg_compress_struct* jpeg, const Settings& settings, int rows) {
  jpeg->image_width = static_cast<JDIMENSION>(settings.width);
  jpeg->image_height = static_cast<JDIMENSION>(rows);
  jpeg->input_components = settings.checks_alpha ? 4 : 3;
  jpeg->in_color_space = settings.checks_alpha ? JCS_EXT_RGBX : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, settings.quality, TRUE);
  jpeg->comp_info[0].h_samp_factor = 1;  // 4:4:4: colour keeps its full resolution
  jpeg->comp_info[0].v_samp_factor = 1;
  jpeg->restart_in_rows = settings.bands() > 1 ? 1 : 0;
}

// False: a pixel is transparent.
bool write_strip(Writing* w, const Settings& settings, int top, int rows) {
  const auto width = static_cast<std::size_t>(settings.width);
  const std::size_t row_bytes = width * static_cast<std::size_t>(w->jpeg.input_components);
  w->pixels.resize(row_bytes * strip_rows);
  read_rows(settings.buffer, top, rows, babl_format(settings.checks_alpha ? "R'G'B'A u8" : "R'G'B' u8"),
            w->pixels.data());
  if (settings.checks_alpha && !is_opaque(w->pixels.data(), width * static_cast<std::size_t>(rows)))
    return false;
  JSAMPROW lines[strip_rows];
  for (std::size_t i = 0; i < strip_rows; ++i)
    lines[i] = w->pixels.data() + i * row_bytes;
  int written = 0;
  while (written < rows)
    written += static_cast<int>(
        jpeg_write_scanlines(&w->jpeg, lines + written, static_cast<JDIMENSION>(rows - written)));
  return true;
}

enum class Band { whole, transparent, failed };

Band write_band(Writing* w, const Settings& settings, int band) {
  if (setjmp(w->failure.jump))
    return Band::failed;
  const int top = band * settings.rows, rows = std::min(settings.rows, settings.height - top);
  if (!w->jpeg.dest)
    jpeg_create_compress(&w->jpeg);
  w->jpeg.dest = &w->to.manager;
  set_up(&w->jpeg, settings, rows);
  jpeg_start_compress(&w->jpeg, TRUE);
  for (int row = 0; row < rows; row += strip_rows)
    if (!write_strip(w, settings, top + row, std::min(strip_rows, rows - row)))
      return Band::transparent;
  jpeg_finish_compress(&w->jpeg);
  return Band::whole;
}

// Where the compressed pixels begin. The header in front of them gets the height of the whole picture.
std::size_t end_of_header(std::span<guint8> file, int height) {
  std::size_t at = 2;  // the first marker stands alone
  while (file[at + 1] != start_of_scan) {
    if (file[at + 1] == start_of_frame) {
      file[at + 5] = static_cast<guint8>(height >> 8);
      file[at + 6] = static_cast<guint8>(height);
    }
    at += 2u + (file[at + 2] << 8 | file[at + 3]);
  }
  return at + 2u + (file[at + 2] << 8 | file[at + 3]);
}

std::span<const guint8> piece_of(std::span<guint8> file, const Settings& settings, int band) {
  const std::size_t header = end_of_header(file, settings.height);
  if (band + 1 < settings.bands())
    file.back() = eighth_restart;  // in place of the end
  return band == 0 ? file : file.subspan(header);
}

// How encoding in several threads ended.
struct Outcome {
  std::mutex mutex;
  bool is_transparent = false;
  std::string failure;

  void note(Band band, const char* message) {
    const std::lock_guard lock(mutex);
    is_transparent |= band == Band::transparent;
    if (band == Band::failed)
      failure = message;
  }
};

ErrorPtr unwritable(const char* why) {
  return make_error(SEEDREAM_ERROR_FAILED, "The picture could not be written as JPEG: %s.", why);
}

}  // namespace

Result<Encoding> try_jpeg(GeglBuffer* buffer, int quality, std::size_t max_bytes, Alpha alpha) noexcept {
  const Settings settings = settings_for(buffer, quality, alpha);
  if (settings.height > JPEG_MAX_DIMENSION)
    return unwritable("it is too high");
  const auto pixels = static_cast<std::size_t>(settings.width) * static_cast<std::size_t>(settings.height);
  Joined file(settings.bands(), pixels * 3 + 4096, max_bytes);
  Outcome outcome;
  const bool done = share_out(settings.bands(), [&]() -> BandWorker {
    auto writing = std::make_shared<Writing>();
    return [&, writing](int band) {
      const Band ending = write_band(writing.get(), settings, band);
      if (ending == Band::whole)
        return file.add(band, piece_of(writing->written(), settings, band));
      outcome.note(ending, writing->failure.message);
      return false;
    };
  });
  if (done)
    return Encoding{Ending::whole, file.take()};
  if (!outcome.failure.empty())
    return unwritable(outcome.failure.c_str());
  return Encoding{outcome.is_transparent ? Ending::transparent : Ending::too_long, {}};
}

Result<Bytes> encode_jpeg(GeglBuffer* buffer, int quality) noexcept {
  auto written = try_jpeg(buffer, quality, G_MAXSIZE, Alpha::drop);
  if (!written)
    return written.take_error();
  return written->bytes;
}

}  // namespace seedream::image
