// image/arriving-bytes.cpp - the bytes of a picture as they come.
#include "image/arriving-bytes.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace seedream::image {
namespace {

struct Mapping {
  guint8* memory;
  std::size_t size;
};

void unmap(gpointer data) {
  auto* mapping = static_cast<Mapping*>(data);
  munmap(mapping->memory, mapping->size);
  delete mapping;
}

std::size_t whole_pages(std::size_t size) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

// Pages that nothing was written to cost nothing, and a copy into a larger place would. malloc() may fill
// them.
guint8* map_all() {
  void* memory = mmap(nullptr, max_encoded_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    g_error("No memory for %zu bytes of a picture.", max_encoded_bytes);
  return static_cast<guint8*>(memory);
}

}  // namespace

ArrivingBytes::~ArrivingBytes() {
  if (memory_)
    munmap(memory_, max_encoded_bytes);
}

void ArrivingBytes::append(std::span<const guint8> bytes) noexcept {
  const std::size_t at = size_;
  size_ += bytes.size();
  if (too_many() || bytes.empty())
    return;
  if (!memory_)
    memory_ = map_all();
  memcpy(memory_ + at, bytes.data(), bytes.size());
}

Bytes ArrivingBytes::take() noexcept {
  const std::size_t size = all().size(), kept = whole_pages(size);
  if (size == 0)
    return Bytes::adopt(g_bytes_new(nullptr, 0));
  if (kept < max_encoded_bytes)
    munmap(memory_ + kept, max_encoded_bytes - kept);
  auto* mapping = new Mapping{std::exchange(memory_, nullptr), kept};
  return Bytes::adopt(g_bytes_new_with_free_func(mapping->memory, size, unmap, mapping));
}

}  // namespace seedream::image
