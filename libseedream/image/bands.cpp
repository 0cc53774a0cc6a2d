// image/bands.cpp - a picture cut across into bands, so that several threads encode one picture.
#include "image/bands.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace seedream::image {
namespace {

constexpr int tile_rows = 128;
constexpr int max_threads = 8;
constexpr std::size_t min_band_bytes = 256u << 10, max_band_bytes = 4u << 20;

struct Sharing {
  const std::function<BandWorker()>& make_worker;
  int bands;
  std::atomic<int> next = 0;
  std::atomic<bool> given_up = false;
};

gpointer work_through(gpointer data) noexcept {
  auto* sharing = static_cast<Sharing*>(data);
  const BandWorker worker = sharing->make_worker();
  for (int band = sharing->next++; band < sharing->bands && !sharing->given_up; band = sharing->next++)
    if (!worker(band))
      sharing->given_up = true;
  return nullptr;
}

guint64 two_pixels(const guint8* rgba) {
  guint64 two;
  memcpy(&two, rgba, sizeof two);
  return GUINT64_FROM_LE(two);
}

bool are_opaque(guint64 two) {
  constexpr guint64 alphas = 0xFF000000FF000000;
  return (two & alphas) == alphas;
}

// Straight from half floats, or from another colour space, to 8-bit sRGB babl takes up to 25 times as long as
// by way of these floats. Nothing: straight on is best.
const Babl* halfway_from(const Babl* format) {
  if (babl_format_get_space(format) != babl_space("sRGB"))
    return babl_format("RGBA float");
  if (babl_format_get_type(format, 0) != babl_type("half"))
    return nullptr;
  const bool is_linear = !strchr(babl_get_name(babl_format_get_model(format)), '\'');
  return babl_format(is_linear ? "RGBA float" : "R'G'B'A float");
}

}  // namespace

bool share_out(int bands, const std::function<BandWorker()>& make_worker) noexcept {
  Sharing sharing{make_worker, bands};
  const int wanted = std::min({bands, static_cast<int>(g_get_num_processors()), max_threads});
  std::vector<GThread*> helpers;
  for (int i = 1; i < wanted; ++i)
    if (GThread* helper = g_thread_try_new("seedream-bands", work_through, &sharing, nullptr))
      helpers.push_back(helper);
  work_through(&sharing);
  for (GThread* helper : helpers)
    g_thread_join(helper);
  return !sharing.given_up;
}

int band_height(std::size_t row_bytes, int least) noexcept {
  int rows = tile_rows;
  while (static_cast<std::size_t>(rows) * row_bytes < min_band_bytes)
    rows *= 2;
  while (rows > least && static_cast<std::size_t>(rows) * row_bytes > max_band_bytes)
    rows /= 2;
  return rows;
}

void read_rows(GeglBuffer* buffer, int top, int count, const Babl* format, guint8* out) noexcept {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  const GeglRectangle rows = {all->x, all->y + top, all->width, count};
  const Babl* halfway = halfway_from(gegl_buffer_get_format(buffer));
  if (!halfway) {
    gegl_buffer_get(buffer, &rows, 1.0, format, out, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    return;
  }
  const std::size_t pixels = static_cast<std::size_t>(rows.width) * static_cast<std::size_t>(rows.height);
  std::vector<float> floats(pixels * 4);
  gegl_buffer_get(buffer, &rows, 1.0, halfway, floats.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  babl_process(babl_fish(halfway, format), floats.data(), out, static_cast<long>(pixels));
}

bool is_opaque(const guint8* rgba, std::size_t pixels) noexcept {
  guint64 both = ~guint64{0};
  for (std::size_t i = 0; i + 2 <= pixels; i += 2)
    both &= two_pixels(rgba + 4 * i);
  return are_opaque(both) && (pixels % 2 == 0 || rgba[4 * pixels - 1] == 255);
}

bool pack_opaque(guint8* rgba, std::size_t pixels) noexcept {
  guint64 both = ~guint64{0};
  guint8* to = rgba;
  // The two bytes too many that are written fall on pixels that have been read already.
  for (std::size_t i = 0; i + 2 <= pixels; i += 2, to += 6) {
    const guint64 two = two_pixels(rgba + 4 * i);
    both &= two;
    const guint64 packed = GUINT64_TO_LE((two & 0xFFFFFF) | (two >> 8 & 0xFFFFFF000000));
    memcpy(to, &packed, sizeof packed);
  }
  if (pixels % 2 == 0)
    return are_opaque(both);
  const guint8* last = rgba + 4 * (pixels - 1);
  const bool opaque = are_opaque(both) && last[3] == 255;
  memmove(to, last, 3);
  return opaque;
}

Joined::Joined(int pieces, std::size_t expected, std::size_t max_bytes) noexcept
    : waiting_(static_cast<std::size_t>(pieces)),
      capacity_(std::min(expected, max_bytes)),
      max_bytes_(max_bytes) {
  bytes_ = static_cast<guint8*>(g_malloc(std::max<std::size_t>(1, capacity_)));
}

Joined::~Joined() {
  g_free(bytes_);
}

bool Joined::append(std::span<const guint8> piece) {
  if (piece.size() > max_bytes_ - size_) {
    too_long_ = true;
    return false;
  }
  if (piece.size() > capacity_ - size_) {
    capacity_ = size_ + piece.size() + capacity_ / 4;
    bytes_ = static_cast<guint8*>(g_realloc(bytes_, capacity_));
  }
  memcpy(bytes_ + size_, piece.data(), piece.size());
  size_ += piece.size();
  ++next_;
  return true;
}

bool Joined::add(int index, std::span<const guint8> piece) noexcept {
  const std::lock_guard lock(mutex_);
  if (too_long_)
    return false;
  if (static_cast<std::size_t>(index) != next_) {
    waiting_[static_cast<std::size_t>(index)].assign(piece.begin(), piece.end());
    return true;
  }
  bool fits = append(piece);
  while (fits && next_ < waiting_.size() && !waiting_[next_].empty())
    fits = append(std::exchange(waiting_[next_], {}));
  return fits;
}

Bytes Joined::take() noexcept {
  auto* whole = static_cast<guint8*>(g_realloc(std::exchange(bytes_, nullptr), size_));
  return Bytes::adopt(g_bytes_new_take(whole, size_));
}

}  // namespace seedream::image
