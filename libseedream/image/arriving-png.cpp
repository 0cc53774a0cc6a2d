// image/arriving-png.cpp - unpacks a PNG's pixels by ISA-L as they come. https://www.w3.org/TR/png-3/ and RFC
// 1950 and 1951 say what is what. In one thing ISA-L is less strict than zlib: it takes Huffman codes with
// gaps that nothing falls into. Where both take a picture its pixels are the same.
#include "image/arriving-png.hpp"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>

#include "image/codec.hpp"
#include "image/png-number.hpp"

namespace seedream::image {
namespace {

constexpr std::size_t signature_size = 8, head_size = 8, checksum_size = 4;
constexpr guint32 header_length = 13, max_chunk = 0x7FFF'FFFF;
constexpr std::size_t stored_size = 65535;  // no stored block is longer
constexpr std::size_t stored_head_size = 5;
constexpr std::array<guint8, stored_head_size> stored_head = {0, 0xFF, 0xFF, 0, 0};
// The least window that can be named, as nothing looks back: what has to be kept of each row.
constexpr std::array<guint8, 2> zlib_head = {0x08, 0x1D};

constexpr guint32 name(const char (&text)[5]) {
  return static_cast<guint32>(text[0]) << 24 | static_cast<guint32>(text[1]) << 16 |
         static_cast<guint32>(text[2]) << 8 | static_cast<guint32>(text[3]);
}

// 0: such pixels do not exist.
guint32 bits_of_pixel(guint8 depth, guint8 colour_type) {
  constexpr guint32 channels[] = {1, 0, 3, 1, 2, 0, 4};
  const bool known_depth = depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
  return known_depth && colour_type < std::size(channels) ? channels[colour_type] * depth : 0;
}

// With the byte that names its filter before each row.
guint64 size_of_pixels(const guint8* header) {
  const guint32 width = number_at(header), height = number_at(header + 4);
  const guint32 bits = bits_of_pixel(header[8], header[9]);
  const bool interlaced = header[12] != 0;
  if (bits == 0 || interlaced || width > max_pixels || height > max_pixels || !check_size(width, height))
    return 0;
  return ((guint64{width} * bits + 7) / 8 + 1) * height;
}

// libpng refuses a longer chunk for so many bytes of pixels.
guint64 longest_chunk(guint64 unpacked_size) {
  return unpacked_size + 6 + 5 * (unpacked_size / 32566 + 1);
}

guint64 stored_blocks(guint64 size) {
  return (size + stored_size - 1) / stored_size;
}

// ISA-L knows no window below 32 KiB and would look back farther than zlib.
bool has_whole_window(const guint8* packed) {
  const bool preset = packed[1] & 0x20;
  return packed[0] == 0x78 && (packed[0] << 8 | packed[1]) % 31 == 0 && !preset;
}

}  // namespace

ArrivingPng::ArrivingPng(Pipe* pipe) : pipe_(pipe) {}

ArrivingPng::~ArrivingPng() = default;

void ArrivingPng::advance(std::span<const guint8> all) noexcept {
  all_ = all;
  while (step()) {
  }
  if (way_ == Way::as_it_is)
    pass_on(all_.size());
}

// Whether there may be more to do before more comes.
bool ArrivingPng::step() noexcept {
  if (way_ == Way::done || way_ == Way::as_it_is || way_ == Way::in_doubt)
    return false;
  if (at_ == 0) {
    at_ = signature_size;
    return true;
  }
  if (type_ == 0)
    return start_chunk();
  return left_ > 0 ? read_chunk() : end_chunk();
}

bool ArrivingPng::start_chunk() noexcept {
  if (all_.size() < at_ + head_size)
    return false;
  const guint8* head = all_.data() + at_;
  const guint32 length = number_at(head), type = number_at(head + 4);
  const bool pixels = type == name("IDAT");
  if (length > max_chunk || (at_ == signature_size && (type != name("IHDR") || length != header_length)) ||
      (pixels && way_ == Way::after_pixels) ||
      (way_ == Way::unpacking && length > longest_chunk(unpacked_size_))) {
    doubt();
    return false;
  }
  if (pixels && way_ == Way::before_pixels && !start_pixels(length))
    return false;
  if (!pixels && way_ == Way::unpacking)
    close_pixels();
  type_ = type;
  left_ = length;
  checksum_ = crc32_gzip_refl(0, head + 4, 4);
  at_ += head_size;
  return way_ != Way::in_doubt;
}

// Whether they can be unpacked here, as far as can be seen.
bool ArrivingPng::start_pixels(guint32 length) noexcept {
  const std::size_t first = at_ + head_size;
  if (unpacked_size_ == 0 || length < zlib_head.size() || length > longest_chunk(unpacked_size_)) {
    way_ = Way::as_it_is;
    return false;
  }
  if (all_.size() < first + zlib_head.size())
    return false;
  if (!has_whole_window(all_.data() + first)) {
    way_ = Way::as_it_is;
    return false;
  }
  open_pixels();
  return true;
}

void ArrivingPng::open_pixels() noexcept {
  way_ = Way::unpacking;
  inflate_ = std::make_unique<inflate_state>();
  isal_inflate_init(inflate_.get());
  inflate_->crc_flag = ISAL_ZLIB;
  const guint64 size =
      zlib_head.size() + stored_blocks(unpacked_size_) * stored_head_size + unpacked_size_ + 4;
  put_number(start_.data(), static_cast<guint32>(size));
  put_number(start_.data() + 4, name("IDAT"));
  std::copy(zlib_head.begin(), zlib_head.end(), start_.begin() + head_size);
  pipe_->set_verified();
  pipe_->put(start_);
}

// What follows goes on as it is. The chunk's own checksum is left out, as libpng does not look at it.
void ArrivingPng::close_pixels() noexcept {
  if (!unpacked_all_)
    return doubt();
  way_ = Way::after_pixels;
  put_number(end_.data(), inflate_->crc);
  pipe_->put(end_);
  passed_ = at_;
}

bool ArrivingPng::read_chunk() noexcept {
  const std::size_t size = std::min<std::size_t>(left_, all_.size() - at_);
  if (size == 0)
    return false;
  const auto bytes = all_.subspan(at_, size);
  checksum_ = crc32_gzip_refl(checksum_, bytes.data(), size);
  at_ += size;
  left_ -= static_cast<guint32>(size);
  if (way_ != Way::unpacking)
    pass_on(at_);
  else if ((packed_ += size) > most_packed(unpacked_size_))
    doubt();
  else
    unpack(bytes);
  return way_ != Way::in_doubt;
}

bool ArrivingPng::end_chunk() noexcept {
  if (all_.size() < at_ + checksum_size)
    return false;
  if (number_at(all_.data() + at_) != checksum_) {
    doubt();
    return false;
  }
  if (type_ == name("IHDR"))
    unpacked_size_ = size_of_pixels(all_.data() + at_ - header_length);
  at_ += checksum_size;
  if (way_ != Way::unpacking)
    pass_on(at_);
  if (type_ == name("IEND"))
    way_ = way_ == Way::after_pixels ? Way::done : Way::as_it_is;
  type_ = 0;
  return true;
}

void ArrivingPng::pass_on(std::size_t up_to) noexcept {
  pipe_->put(all_.subspan(passed_, up_to - passed_));
  passed_ = up_to;
}

void ArrivingPng::unpack(std::span<const guint8> packed) noexcept {
  if (unpacked_all_)  // and yet there is more
    return doubt();
  // ISA-L leaves what it reads alone.
  inflate_->next_in = const_cast<guint8*>(packed.data());
  inflate_->avail_in = static_cast<guint32>(packed.size());
  while (unpack_some()) {
  }
  if (way_ == Way::unpacking && unpacked_all_ && inflate_->avail_in > 0)
    doubt();
}

// Whether there may be more in what came.
bool ArrivingPng::unpack_some() noexcept {
  guint8 too_much = 0;
  guint8* block = nullptr;
  const guint64 open = unpacked_size_ - unpacked_;
  if (open > 0 && !(block = pipe_->block())) {
    doubt();
    return false;
  }
  const auto room = static_cast<guint32>(std::min<guint64>(open, Pipe::block_size - filled_));
  inflate_->next_out = open > 0 ? block + filled_ : &too_much;
  inflate_->avail_out = open > 0 ? room : 1;
  const int status = isal_inflate(inflate_.get());
  const bool full = inflate_->avail_out == 0;
  if (status != ISAL_DECOMP_OK || (open == 0 && full)) {
    doubt();
    return false;
  }
  if (open > 0) {
    const guint32 got = room - inflate_->avail_out;
    filled_ += got;
    unpacked_ += got;
    if (full)
      hand_over();
  }
  if (inflate_->block_state == ISAL_BLOCK_FINISH) {
    unpacked_all_ = unpacked_ == unpacked_size_;
    if (!unpacked_all_)
      doubt();
    return false;
  }
  return full || inflate_->avail_in > 0;
}

// The block is full or the last.
void ArrivingPng::hand_over() noexcept {
  const guint8* block = pipe_->block();
  std::vector<std::span<const guint8>> pieces;
  for (std::size_t at = 0; at < filled_; at += stored_size) {
    const std::size_t size = std::min(stored_size, filled_ - at);
    const bool last = unpacked_ == unpacked_size_ && at + size == filled_;
    const auto length = static_cast<guint16>(size), inverse = static_cast<guint16>(~length);
    if (last)
      last_ = {1, static_cast<guint8>(length), static_cast<guint8>(length >> 8), static_cast<guint8>(inverse),
               static_cast<guint8>(inverse >> 8)};
    pieces.emplace_back(last ? last_ : stored_head);
    pieces.emplace_back(block + at, size);
  }
  pipe_->put_block(pieces);
  filled_ = 0;
}

void ArrivingPng::doubt() noexcept {
  way_ = Way::in_doubt;
  pipe_->stop();
}

}  // namespace seedream::image
