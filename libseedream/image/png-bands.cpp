// image/png-bands.cpp - PNG by ISA-L: each band is filtered and compressed alone and becomes one IDAT chunk.
// ISA-L writes the compressed bytes and the checksums; here are only the filters and the frame around.
#include <isa-l.h>
#include <zlib.h>

#include <array>
#include <atomic>
#include <cstring>

#include "image/bands.hpp"
#include "image/png-number.hpp"
#include "image/png-write.hpp"

namespace seedream::image {
namespace {

constexpr int min_band_rows = 16;
constexpr int strip_rows = 16;  // read, filtered and compressed while they are in the processor's cache
constexpr std::size_t chunk_frame = 12;  // length, name and checksum

struct Layout {
  int width, height;
  bool has_alpha;    // in the buffer
  bool keeps_alpha;  // in the file
  int rows;          // of a band

  Layout(GeglBuffer* buffer, bool keeps)
      : width(gegl_buffer_get_width(buffer)),
        height(gegl_buffer_get_height(buffer)),
        has_alpha(babl_format_has_alpha(gegl_buffer_get_format(buffer))),
        keeps_alpha(keeps),
        rows(band_height(row_bytes(), min_band_rows)) {}
  std::size_t channels() const { return keeps_alpha ? 4 : 3; }
  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * channels(); }
  int bands() const { return (height + rows - 1) / rows; }
  int rows_of(int band) const { return std::min(rows, height - band * rows); }
};

using Lanes = guint8 __attribute__((vector_size(16)));

inline Lanes lanes_at(const guint8* bytes) {
  Lanes lanes;
  memcpy(&lanes, bytes, sizeof lanes);
  return lanes;
}

inline Lanes greater(Lanes a, Lanes b) {
  return a > b ? a : b;
}

inline Lanes lesser(Lanes a, Lanes b) {
  return a < b ? a : b;
}

// Paeth's predictor: of left, up and corner the one nearest to left + up - corner; the first of equals. The
// distances to left and up are |up - corner| and |left - corner|. The corner's is their sum, so never the
// least, when left and up lie on one side of it, and else their difference: all of that stays within a byte.
[[gnu::always_inline]] inline Lanes predicted(Lanes left, Lanes up, Lanes corner) {
  const Lanes up_max = greater(up, corner), left_max = greater(left, corner);
  const Lanes to_left = up_max - lesser(up, corner), to_up = left_max - lesser(left, corner);
  const Lanes nearer = lesser(to_left, to_up), to_corner = greater(to_left, to_up) - nearer;
  const Lanes apart = Lanes(up_max == corner) ^ Lanes(left_max == corner);
  const Lanes is_left = Lanes(to_left == nearer);
  const Lanes is_not_corner = Lanes(greater(to_corner, nearer) == to_corner) | ~apart;
  const Lanes side = (left & is_left) | (up & ~is_left);
  return (side & is_not_corner) | (corner & ~is_not_corner);
}

// Filters by the left neighbour alone: what is above the first row of a band belongs to another worker.
void filter_first_row(guint8* out, const guint8* row, std::size_t size, std::size_t pixel) {
  *out++ = 1;  // Sub
  memcpy(out, row, pixel);
  for (std::size_t i = pixel; i < size; ++i)
    out[i] = static_cast<guint8>(row[i] - row[i - pixel]);
}

// above: the row above, which ends where row begins.
void filter_row(guint8* out, const guint8* row, std::size_t size, std::size_t pixel) {
  const guint8* above = row - size;
  *out++ = 4;  // Paeth
  for (std::size_t i = 0; i < pixel; ++i)
    out[i] = static_cast<guint8>(row[i] - above[i]);
  std::size_t i = pixel;
  const auto filter_lanes = [&](std::size_t at) {
    const Lanes rest = lanes_at(row + at) - predicted(lanes_at(row + at - pixel), lanes_at(above + at),
                                                      lanes_at(above + at - pixel));
    memcpy(out + at, &rest, sizeof rest);
  };
  for (; i + sizeof(Lanes) <= size; i += sizeof(Lanes))
    filter_lanes(i);
  if (i == size)
    return;
  if (size >= pixel + sizeof(Lanes))
    return filter_lanes(size - sizeof(Lanes));  // some of them again
  guint8 row_end[2 * sizeof(Lanes)] = {}, above_end[2 * sizeof(Lanes)] = {};
  memcpy(row_end, row + i - pixel, size - i + pixel);
  memcpy(above_end, above + i - pixel, size - i + pixel);
  const Lanes rest = lanes_at(row_end + pixel) -
                     predicted(lanes_at(row_end), lanes_at(above_end + pixel), lanes_at(above_end));
  memcpy(out + i, &rest, size - i);
}

// Makes a chunk of size data bytes that stand at chunk + 8; returns the whole chunk's size.
std::size_t close_chunk(guint8* chunk, const char* name, std::size_t size) {
  put_number(chunk, static_cast<guint32>(size));
  memcpy(chunk + 4, name, 4);
  put_number(chunk + 8 + size, crc32_gzip_refl(0, chunk + 4, 4 + size));
  return size + chunk_frame;
}

void append_chunk(std::vector<guint8>& file, const char* name, std::span<const guint8> data) {
  const std::size_t start = file.size();
  file.resize(start + data.size() + chunk_frame);
  std::copy(data.begin(), data.end(), file.begin() + static_cast<std::ptrdiff_t>(start + 8));
  close_chunk(file.data() + start, name, data.size());
}

std::vector<guint8> start_of_file(const Layout& layout) {
  std::vector<guint8> file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  guint8 header[13] = {};
  put_number(header, static_cast<guint32>(layout.width));
  put_number(header + 4, static_cast<guint32>(layout.height));
  header[8] = 8;                           // bits
  header[9] = layout.keeps_alpha ? 6 : 2;  // RGBA or RGB
  append_chunk(file, "IHDR", header);
  append_chunk(file, "sRGB", std::array<guint8, 1>{0});           // perceptual
  append_chunk(file, "IDAT", std::array<guint8, 2>{0x78, 0x01});  // zlib's header: level 1
  return file;
}

std::vector<guint8> end_of_file(const Layout& layout, const std::vector<guint32>& sums) {
  uLong sum = adler32(0, nullptr, 0);
  for (int band = 0; band < layout.bands(); ++band)
    sum = adler32_combine(
        sum, sums[static_cast<std::size_t>(band)],
        static_cast<z_off_t>((layout.row_bytes() + 1) * static_cast<std::size_t>(layout.rows_of(band))));
  std::vector<guint8> file;
  guint8 last[6] = {0x03, 0x00};  // a last block, of nothing
  put_number(last + 2, static_cast<guint32>(sum));
  append_chunk(file, "IDAT", last);
  append_chunk(file, "IEND", {});
  return file;
}

// What one thread has.
class BandEncoder {
 public:
  BandEncoder(GeglBuffer* buffer, const Layout& layout)
      : buffer_(buffer),
        layout_(layout),
        format_(babl_format(layout.has_alpha ? "R'G'B'A u8" : "R'G'B' u8")),
        // One row more than a strip: the last of the strip before.
        pixels_(static_cast<std::size_t>(layout.width) * 4 * (strip_rows + 1)),
        filtered_((layout.row_bytes() + 1) * strip_rows),
        work_(ISAL_DEF_LVL1_DEFAULT),
        stream_(std::make_unique<isal_zstream>()) {
    const std::size_t raw =
        (layout.row_bytes() + 1) * static_cast<std::size_t>(std::min(layout.rows, layout.height));
    // More than noise needs: where the room ends ISA-L divides its blocks otherwise, and the file's bytes
    // would hang on which thread did what.
    chunk_.resize(raw + raw / 8 + 4096);
  }

  Ending encode(int band) {
    isal_deflate_init(stream_.get());
    stream_->level = 1;
    stream_->level_buf = work_.data();
    stream_->level_buf_size = static_cast<guint32>(work_.size());
    stream_->next_out = chunk_.data() + 8;
    stream_->avail_out = static_cast<guint32>(chunk_.size() - chunk_frame);
    sum_ = 1;
    const int count = layout_.rows_of(band);
    for (int row = 0; row < count; row += strip_rows)
      if (!encode_strip(band * layout_.rows, row, std::min(strip_rows, count - row),
                        row + strip_rows >= count))
        return Ending::transparent;
    size_ = close_chunk(chunk_.data(), "IDAT", stream_->total_out);
    return Ending::whole;
  }
  std::span<const guint8> chunk() const { return {chunk_.data(), size_}; }
  guint32 sum() const { return sum_; }

 private:
  bool encode_strip(int top, int row, int count, bool is_last) {
    const std::size_t size = layout_.row_bytes(), pixel = layout_.channels();
    guint8* strip = pixels_.data() + size;
    if (row > 0)
      memmove(pixels_.data(), pixels_.data() + size * strip_rows, size);
    read_rows(buffer_, top + row, count, format_, strip);
    if (layout_.has_alpha && !layout_.keeps_alpha &&
        !pack_opaque(strip, static_cast<std::size_t>(layout_.width) * static_cast<std::size_t>(count)))
      return false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
      (row == 0 && i == 0 ? filter_first_row : filter_row)(filtered_.data() + i * (size + 1),
                                                           strip + i * size, size, pixel);
    compress((size + 1) * static_cast<std::size_t>(count), is_last);
    return true;
  }

  void compress(std::size_t bytes, bool is_last) {
    sum_ = isal_adler32(sum_, filtered_.data(), bytes);
    stream_->next_in = filtered_.data();
    stream_->avail_in = static_cast<guint32>(bytes);
    stream_->flush = is_last ? FULL_FLUSH : NO_FLUSH;
    for (isal_deflate(stream_.get()); stream_->avail_out == 0; isal_deflate(stream_.get()))
      lengthen_chunk();
  }

  void lengthen_chunk() {
    const auto used = static_cast<std::size_t>(stream_->next_out - chunk_.data());
    const std::size_t more = chunk_.size() / 2;
    chunk_.resize(chunk_.size() + more);
    stream_->next_out = chunk_.data() + used;
    stream_->avail_out += static_cast<guint32>(more);
  }

  GeglBuffer* buffer_;  // borrowed
  const Layout& layout_;
  const Babl* format_;
  std::vector<guint8> pixels_, filtered_, work_, chunk_;
  std::unique_ptr<isal_zstream> stream_;
  std::size_t size_ = 0;
  guint32 sum_ = 1;
};

Encoding write_by_bands(GeglBuffer* buffer, bool keeps_alpha, std::size_t max_bytes) {
  const Layout layout(buffer, keeps_alpha);
  const int bands = layout.bands();
  std::vector<guint32> sums(static_cast<std::size_t>(bands));
  std::atomic<bool> is_found_transparent = false;
  Joined file(bands + 2, layout.row_bytes() * static_cast<std::size_t>(layout.height) + 4096, max_bytes);
  file.add(0, start_of_file(layout));
  const bool done = share_out(bands, [&]() -> BandWorker {
    auto encoder = std::make_shared<BandEncoder>(buffer, layout);
    return [&, encoder](int band) {
      if (encoder->encode(band) == Ending::transparent) {
        is_found_transparent = true;
        return false;
      }
      sums[static_cast<std::size_t>(band)] = encoder->sum();
      return file.add(band + 1, encoder->chunk());
    };
  });
  if (!done)
    return {is_found_transparent ? Ending::transparent : Ending::too_long, {}};
  if (!file.add(bands + 1, end_of_file(layout, sums)))
    return {Ending::too_long, {}};
  return {Ending::whole, file.take()};
}

}  // namespace

Result<Encoding> write_png_by_bands(GeglBuffer* buffer, std::size_t max_bytes) noexcept {
  Encoding opaque = write_by_bands(buffer, false, max_bytes);
  return opaque.ending == Ending::transparent ? write_by_bands(buffer, true, max_bytes) : std::move(opaque);
}

}  // namespace seedream::image
