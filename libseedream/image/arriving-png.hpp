// image/arriving-png.hpp - unpacks a PNG's pixels by ISA-L as they come, for libpng in another thread.
#pragma once
#include <array>

#include "image/arriving-pipe.hpp"

struct inflate_state;

namespace seedream::image {

// libpng is handed the same PNG with its pixels packed anew, in blocks that are stored and not compressed:
// it still reads every chunk and undoes the filters, and zlib, which takes most of the time, has nothing to
// do. Where that cannot be done with certainty the bytes go to libpng as they are.
class ArrivingPng {
 public:
  explicit ArrivingPng(Pipe* pipe);
  ~ArrivingPng();

  // Everything that came so far, always in the same place.
  void advance(std::span<const guint8> all) noexcept;
  // Whether what libpng read stands for what came: asked when all has come.
  bool sound() const noexcept { return way_ == Way::as_it_is || way_ == Way::done; }

 private:
  enum class Way {
    before_pixels,  // chunks go on as they are, with their checksums tested
    unpacking,
    after_pixels,
    done,
    as_it_is,  // nothing is looked at any more
    in_doubt,  // libpng must see the whole, as it is
  };
  bool step() noexcept;
  bool start_chunk() noexcept;
  bool start_pixels(guint32 length) noexcept;
  bool read_chunk() noexcept;
  bool end_chunk() noexcept;
  void open_pixels() noexcept;
  void close_pixels() noexcept;
  void unpack(std::span<const guint8> packed) noexcept;
  bool unpack_some() noexcept;
  void hand_over() noexcept;
  void pass_on(std::size_t up_to) noexcept;
  void doubt() noexcept;

  Pipe* pipe_;
  Way way_ = Way::before_pixels;
  std::span<const guint8> all_;
  std::size_t at_ = 0;      // what was looked at
  std::size_t passed_ = 0;  // what went to libpng, or what stands for it
  guint32 type_ = 0;        // of the chunk that is being read; 0: between chunks
  guint32 left_ = 0;        // bytes of that chunk
  guint32 checksum_ = 0;
  guint64 unpacked_size_ = 0;  // bytes, a filter for each row included; 0: libpng shall unpack them
  guint64 packed_ = 0, unpacked_ = 0;
  bool unpacked_all_ = false;
  std::size_t filled_ = 0;  // bytes of the block that is being written
  std::unique_ptr<inflate_state> inflate_;
  std::array<guint8, 10> start_{};  // of the chunk that stands for the pixels
  std::array<guint8, 5> last_{};    // the head of its last block
  std::array<guint8, 8> end_{};     // its checksums
};

}  // namespace seedream::image
