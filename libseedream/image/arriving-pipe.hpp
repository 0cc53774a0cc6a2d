// image/arriving-pipe.hpp - bytes on their way from the thread that gets them to the one that decodes them.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "image/stream.hpp"

namespace seedream::image {

class Pipe final : public Stream {
 public:
  static constexpr std::size_t block_size = std::size_t{4} * 65535;

  // The writer's side.
  void put(std::span<const guint8> bytes) noexcept;  // borrowed until the pipe's end; never waits
  // Waits for a block to be free; nullptr when nobody reads any more. The same one until put_block().
  guint8* block() noexcept;
  // Pieces in and around the block, which is the writer's again when the last of them was read.
  void put_block(std::span<const std::span<const guint8>> pieces) noexcept;
  void set_verified() noexcept;
  void end() noexcept;   // no more will come
  void stop() noexcept;  // nor is what came wanted

  // The reader's side.
  std::span<const guint8> next() noexcept override;
  bool verified() noexcept override;

 private:
  static constexpr std::size_t n_blocks = 6;
  struct Piece {
    std::span<const guint8> bytes;
    bool frees_block = false;  // the block is the writer's again when this was read
  };

  std::mutex mutex_;
  std::condition_variable for_reader_, for_writer_;
  std::deque<Piece> pieces_;
  std::vector<guint8> blocks_;  // n_blocks of them, used in turn
  std::size_t written_ = 0, freed_ = 0;
  bool reading_last_ = false;  // the piece that is being read frees its block
  bool verified_ = false, ended_ = false, stopped_ = false;
};

}  // namespace seedream::image
