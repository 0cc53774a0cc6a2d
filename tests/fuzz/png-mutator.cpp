// png-mutator.cpp - changes PNG pictures so that they stay ones: chunks and what is packed in them are
// changed, and all checksums are right again. Else hardly any change would get past the first of them.
#include <glib.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#if HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

extern "C" std::size_t LLVMFuzzerMutate(guint8* data, std::size_t size, std::size_t max_size);

namespace {

using Random = std::minstd_rand;
using Text = std::basic_string<guint8>;

constexpr std::size_t most_unpacked = 1u << 18;
const Text signature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

struct Chunk {
  Text type, data;
};

guint32 number_at(const guint8* at) {
  guint32 number = 0;
  memcpy(&number, at, sizeof number);
  return GUINT32_FROM_BE(number);
}

Text as_bytes(guint32 number) {
  const guint32 swapped = GUINT32_TO_BE(number);
  return Text(reinterpret_cast<const guint8*>(&swapped), sizeof swapped);
}

// What is behind the last whole chunk is left out.
std::vector<Chunk> chunks_of(const Text& png) {
  std::vector<Chunk> chunks;
  for (std::size_t at = signature.size(); at + 12 <= png.size();) {
    const std::size_t size = number_at(png.data() + at);
    if (size > png.size() - at - 12)
      break;
    chunks.push_back({png.substr(at + 4, 4), png.substr(at + 8, size)});
    at += size + 12;
  }
  return chunks;
}

Text joined(const std::vector<Chunk>& chunks) {
  Text png = signature;
  for (const Chunk& chunk : chunks) {
    const Text body = chunk.type + chunk.data;
    png += as_bytes(static_cast<guint32>(chunk.data.size())) + body;
    png += as_bytes(static_cast<guint32>(crc32(0, body.data(), static_cast<uInt>(body.size()))));
  }
  return png;
}

bool is_pixels(const Chunk& chunk) {
  return memcmp(chunk.type.data(), "IDAT", 4) == 0;
}

Text take_pixels(std::vector<Chunk>& chunks, std::size_t* place) {
  Text packed;
  *place = chunks.size();
  for (std::size_t i = 0; i < chunks.size(); ++i)
    if (is_pixels(chunks[i])) {
      *place = std::min(*place, i);
      packed += chunks[i].data;
    }
  std::erase_if(chunks, is_pixels);
  *place = std::min(*place, chunks.size());
  return packed;
}

void put_pixels(std::vector<Chunk>& chunks, std::size_t place, const Text& packed, Random& random) {
  std::vector<Chunk> pieces;
  for (std::size_t at = 0; at < packed.size() && pieces.size() < 4;) {
    const bool rest = pieces.size() == 3 || random() % 2;
    const std::size_t size = rest ? packed.size() - at : random() % (packed.size() - at + 1);
    pieces.push_back({{'I', 'D', 'A', 'T'}, packed.substr(at, size)});
    at += size;
  }
  chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(place), pieces.begin(), pieces.end());
}

void mutate(Text& text, std::size_t room) {
  const std::size_t size = text.size();
  text.resize(size + room);
  text.resize(LLVMFuzzerMutate(text.data(), size, text.size()));
}

// What lies in the pixels, filters and all, is changed and packed again.
void change_unpacked(Text& packed, Random& random) {
  Text unpacked(most_unpacked, 0);
  uLongf size = unpacked.size();
  uncompress(unpacked.data(), &size, packed.data(), packed.size());
  unpacked.resize(std::min<std::size_t>(size, most_unpacked));
  mutate(unpacked, 64);
  packed.resize(compressBound(unpacked.size()));
  uLongf packed_size = packed.size();
  compress2(packed.data(), &packed_size, unpacked.data(), unpacked.size(), static_cast<int>(random() % 10));
  packed.resize(packed_size);
}

// The packed bytes themselves are changed, and their sum is what ISA-L, which takes more than zlib, makes of
// them.
void change_packed(Text& packed) {
  mutate(packed, 16);
#if HAVE_ISAL
  if (packed.size() < 6)
    return;
  packed[0] = 0x78;
  packed[1] = 0x01;
  Text unpacked(most_unpacked, 0);
  inflate_state state;
  isal_inflate_init(&state);
  state.next_in = packed.data() + 2;
  state.avail_in = static_cast<guint32>(packed.size() - 2);
  state.next_out = unpacked.data();
  state.avail_out = static_cast<guint32>(unpacked.size());
  if (isal_inflate(&state) != ISAL_DECOMP_OK || state.block_state != ISAL_BLOCK_FINISH)
    return;
  const auto end = static_cast<std::size_t>(state.next_in - packed.data());
  packed.resize(end);
  packed += as_bytes(static_cast<guint32>(adler32(1, unpacked.data(), state.total_out)));
#endif
}

void change(std::vector<Chunk>& chunks, Random& random) {
  std::size_t place = 0;
  switch (random() % 8) {
    case 0:
    case 1:
      mutate(chunks[random() % chunks.size()].data, 16);
      break;
    case 2:
      std::swap(chunks[random() % chunks.size()], chunks[random() % chunks.size()]);
      break;
    case 3:
      chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(random() % chunks.size()),
                    Chunk(chunks[random() % chunks.size()]));
      break;
    case 4:
      mutate(chunks[random() % chunks.size()].type, 0);
      for (Chunk& chunk : chunks)
        chunk.type.resize(4, 'a');
      break;
    default:
      Text packed = take_pixels(chunks, &place);
      if (random() % 2)
        change_unpacked(packed, random);
      else
        change_packed(packed);
      put_pixels(chunks, place, packed, random);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(guint8* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  Random random(seed);
  const Text text(data, size);
  std::vector<Chunk> chunks;
  if (text.starts_with(signature) && random() % 4 != 0)
    chunks = chunks_of(text);
  if (chunks.empty())
    return LLVMFuzzerMutate(data, size, max_size);
  change(chunks, random);
  const Text png = joined(chunks);
  if (png.size() > max_size)
    return LLVMFuzzerMutate(data, size, max_size);
  std::copy(png.begin(), png.end(), data);
  return png.size();
}
