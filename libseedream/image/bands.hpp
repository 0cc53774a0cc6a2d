// image/bands.hpp - a picture cut across into bands, so that several threads encode one picture.
#pragma once
#include <gegl.h>

#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "base/glib-ptr.hpp"

namespace seedream::image {

// Encodes the band of that number; false: give up, nobody needs the rest.
using BandWorker = std::function<bool(int band)>;

// Runs every band through one of several workers, each in a thread of its own, and returns when all have
// ended. make_worker is called once in each thread. False: one gave up.
bool share_out(int bands, const std::function<BandWorker()>& make_worker) noexcept;

// How high a band is where a row has so many bytes: a power of two, so that a tile belongs to one band; large
// enough to be worth a thread's while and small enough for several to be in memory. Never below least.
int band_height(std::size_t row_bytes, int least) noexcept;

// Rows of a buffer, converted to an 8-bit format. top: counted from the buffer's own first row.
void read_rows(GeglBuffer* buffer, int top, int count, const Babl* format, guint8* out) noexcept;

bool is_opaque(const guint8* rgba, std::size_t pixels) noexcept;
// Takes the alpha out, in place. False: a pixel is not opaque, and the pixels are in disorder.
bool pack_opaque(guint8* rgba, std::size_t pixels) noexcept;

// Pieces that come in any order, joined in theirs.
class Joined {
 public:
  // expected: bytes; the memory counts only when it is used.
  Joined(int pieces, std::size_t expected, std::size_t max_bytes) noexcept;
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;
  ~Joined();

  // Any thread may. False: the whole is too long.
  bool add(int index, std::span<const guint8> piece) noexcept;
  bool is_too_long() const { return too_long_; }
  // All of it, once every piece is there.
  Bytes take() noexcept;

 private:
  bool append(std::span<const guint8> piece);

  std::mutex mutex_;
  std::vector<std::vector<guint8>> waiting_;  // for a piece before them
  std::size_t next_ = 0;
  guint8* bytes_;
  std::size_t size_ = 0, capacity_, max_bytes_;
  bool too_long_ = false;
};

}  // namespace seedream::image
