// test-arriving.cpp - a picture that is read while it comes is what probe() and decode() make of its bytes,
// however it is cut and whatever is wrong with it.
#include "image/arriving.hpp"

#include <cstdio>  // jpeglib.h needs it and does not say so

#include <jpeglib.h>
#include <png.h>

#include <cstring>
#include <random>

#include "image/picture.hpp"
#if HAVE_ISAL
#include "image/arriving-png.hpp"
#endif
#include "support/check.hpp"
#include "support/files.h"
#include "support/pictures.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::image;
using test::Pixels;
using test::PngLayout;

namespace {

void setup() {
  ensure_gegl();
}

Bytes bytes_of(const Pixels& pixels) {
  return Bytes::adopt(g_bytes_new(pixels.data(), pixels.size()));
}

Pixels copy_of(const Bytes& bytes) {
  return {bytes.data(), bytes.data() + bytes.size()};
}

Bytes photograph(const char* name) {
  return Bytes::adopt(read_test_file(name));
}

// In pieces of least to most bytes.
Arriving::Whole arrive(const Bytes& bytes, std::size_t least, std::size_t most) {
  std::minstd_rand random(static_cast<unsigned>(bytes.size() + most));
  Arriving arriving;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::min(least + random() % (most - least + 1), bytes.size() - at);
    arriving.feed({bytes.data() + at, size});
    at += size;
  }
  return arriving.finish();
}

struct Expected {
  Info info;
  Ref<GeglBuffer> buffer;
  std::string error;
  int code = 0;
};

// The simple way.
Expected expected(const Bytes& bytes) {
  Expected wanted;
  auto info = probe(bytes);
  if (info)
    wanted.info = *info;
  auto buffer = decode(bytes);
  if (buffer) {
    wanted.buffer = *buffer;
    return wanted;
  }
  const ErrorPtr error = buffer.take_error();
  wanted.error = error->message;
  wanted.code = error->code;
  return wanted;
}

void assert_same(const Arriving::Whole& whole, const Bytes& bytes, const Expected& wanted, const char* what) {
  ck_assert_msg(whole.bytes.size() == bytes.size() &&
                    (bytes.size() == 0 || memcmp(whole.bytes.data(), bytes.data(), bytes.size()) == 0),
                "%s: other bytes", what);
  ck_assert_msg(whole.info.codec == wanted.info.codec && whole.info.width == wanted.info.width &&
                    whole.info.height == wanted.info.height,
                "%s: %d×%d and not %d×%d", what, whole.info.width, whole.info.height, wanted.info.width,
                wanted.info.height);
  ck_assert_msg(bool(whole.error) != bool(whole.buffer), "%s: both or none", what);
  const std::string error = whole.error ? whole.error->message : "";
  ck_assert_msg(error == wanted.error && (!whole.error || whole.error->code == wanted.code),
                "%s: “%s” and not “%s”", what, test::one_line(error).c_str(),
                test::one_line(wanted.error).c_str());
  if (!wanted.buffer)
    return;
  const Babl* format = gegl_buffer_get_format(wanted.buffer.get());
  ck_assert_msg(gegl_buffer_get_format(whole.buffer.get()) == format, "%s: another format", what);
  ck_assert_msg(test::pixels_of(whole.buffer.get(), format) == test::pixels_of(wanted.buffer.get(), format),
                "%s: other pixels", what);
}

void check(const Bytes& bytes, const char* what) {
  const Expected wanted = expected(bytes);
  assert_same(arrive(bytes, 1, 1 + bytes.size() / 50), bytes, wanted, what);
  assert_same(arrive(bytes, std::max<std::size_t>(bytes.size(), 1), std::max<std::size_t>(bytes.size(), 1)),
              bytes, wanted, what);
}

// Packs well, has every filter's work to do and is larger than the blocks that pixels travel in.
Pixels slopes(std::size_t bytes) {
  Pixels pixels = test::noise(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    pixels[i] = static_cast<guint8>(i / 700 + i % 611 / 9 + pixels[i] % 4);
  return pixels;
}

std::size_t size_of(const PngLayout& layout) {
  constexpr int channels[] = {1, 0, 3, 1, 2, 0, 4};
  return static_cast<std::size_t>((layout.width * layout.depth * channels[layout.colour_type] + 7) / 8) *
         static_cast<std::size_t>(layout.height);
}

Bytes png_of(const PngLayout& layout) {
  return test::write_png(layout, slopes(size_of(layout)));
}

const PngLayout layouts[] = {
    {.width = 700, .height = 600, .colour_type = PNG_COLOR_TYPE_RGB},
    {.width = 650, .height = 500, .colour_type = PNG_COLOR_TYPE_RGBA},
    {.width = 333, .height = 257, .depth = 16, .colour_type = PNG_COLOR_TYPE_RGB},
    {.width = 300, .height = 200, .depth = 16, .colour_type = PNG_COLOR_TYPE_RGBA},
    {.width = 511, .height = 513},
    {.width = 511, .height = 513, .depth = 16},
    {.width = 777, .height = 300, .depth = 1},
    {.width = 777, .height = 300, .depth = 2},
    {.width = 777, .height = 300, .depth = 4},
    {.width = 200, .height = 200, .grey_key = 20},
    {.width = 400, .height = 300, .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA},
    {.width = 400, .height = 300, .depth = 16, .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA},
    {.width = 400, .height = 300, .colour_type = PNG_COLOR_TYPE_PALETTE, .palette = Pixels(768, 77)},
    {.width = 400,
     .height = 300,
     .depth = 4,
     .colour_type = PNG_COLOR_TYPE_PALETTE,
     .palette = Pixels(48, 55),
     .palette_alpha = {9}},
    {.width = 200, .height = 300, .colour_type = PNG_COLOR_TYPE_RGB, .profile = test::wide_profile()},
    {.width = 1, .height = 1, .colour_type = PNG_COLOR_TYPE_RGB},
    {.width = 1, .height = 5000, .colour_type = PNG_COLOR_TYPE_RGBA},
    {.width = 21845,
     .height = 3,
     .colour_type = PNG_COLOR_TYPE_RGB},  // its rows fill a stored block to the byte
};
constexpr int n_layouts = static_cast<int>(std::size(layouts));

struct JpegLayout {
  const char* what;
  J_COLOR_SPACE space;
  int channels;
  bool progressive = false;
  Pixels exif{};
};

Bytes write_jpeg(const JpegLayout& layout, int width, int height) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &out, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = layout.channels;
  jpeg.in_color_space = layout.space;
  jpeg_set_defaults(&jpeg);
  if (layout.progressive)
    jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (!layout.exif.empty())
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, layout.exif.data(), static_cast<unsigned>(layout.exif.size()));
  const std::size_t row_bytes = static_cast<std::size_t>(width * layout.channels);
  Pixels pixels = slopes(row_bytes * static_cast<std::size_t>(height));
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = pixels.data() + jpeg.next_scanline * row_bytes;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return Bytes::adopt(g_bytes_new_with_free_func(out, size, free, out));
}

const JpegLayout jpegs[] = {
    {"colour", JCS_RGB, 3},
    {"grey", JCS_GRAYSCALE, 1},
    {"CMYK", JCS_CMYK, 4},
    {"progressive", JCS_RGB, 3, true},
    {"on its side", JCS_RGB, 3, false, {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                                        1,   18,  0,   3,   0, 0, 0,   1,   0, 6,  0, 0, 0, 0, 0, 0}},
};
constexpr int n_jpegs = static_cast<int>(std::size(jpegs));

// A corner of a photograph.
Bytes corner_of(const char* name) {
  auto photo = decode(photograph(name));
  ck_assert(bool(photo));
  const Babl* format = babl_format("R'G'B' u8");
  auto corner = new_buffer(300, 200, format);
  gegl_buffer_copy(photo->get(), GEGL_RECTANGLE(0, 0, 300, 200), GEGL_ABYSS_NONE, corner.get(),
                   GEGL_RECTANGLE(0, 0, 300, 200));
  auto png = encode_png(corner.get());
  ck_assert(bool(png));
  return *png;
}

Bytes sample(int index) {
  switch (index) {
    case 0:
      return corner_of("photos/chelsea.png");
    case 1:
      return png_of(layouts[8]);
    case 2:
      return png_of({.width = 200, .height = 100, .colour_type = PNG_COLOR_TYPE_RGB, .interlaced = true});
    case 3:
      return write_jpeg(jpegs[0], 333, 260);
    case 4:
      return write_jpeg(jpegs[3], 200, 100);
    default:
      return test::write_webp(64, 48, test::noise(64 * 48 * 4));
  }
}
constexpr int n_samples = 6;

// A PNG's parts, to be put together wrongly with checksums that are right.
struct Chunk {
  std::string type;
  Pixels data;
};
using Chunks = std::vector<Chunk>;

guint32 number_at(const guint8* bytes) {
  return guint32{bytes[0]} << 24 | guint32{bytes[1]} << 16 | guint32{bytes[2]} << 8 | bytes[3];
}

void put_number(Pixels* out, guint32 number) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out->push_back(static_cast<guint8>(number >> shift));
}

guint32 crc_of(const guint8* data, std::size_t size) {
  guint32 crc = 0xFFFF'FFFF;
  for (std::size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? 0xEDB8'8320 : 0);
  }
  return ~crc;
}

// All pixels in one chunk.
Chunks parts_of(const Bytes& png) {
  Chunks chunks;
  for (std::size_t at = 8; at + 12 <= png.size();) {
    const guint32 length = number_at(png.data() + at);
    const std::string type(reinterpret_cast<const char*>(png.data()) + at + 4, 4);
    const Pixels data(png.data() + at + 8, png.data() + at + 8 + length);
    if (type == "IDAT" && chunks.back().type == "IDAT")
      chunks.back().data.insert(chunks.back().data.end(), data.begin(), data.end());
    else
      chunks.push_back({type, data});
    at += 12 + length;
  }
  return chunks;
}

Bytes together(const Chunks& chunks) {
  Pixels out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  for (const Chunk& chunk : chunks) {
    put_number(&out, static_cast<guint32>(chunk.data.size()));
    const std::size_t start = out.size();
    out.insert(out.end(), chunk.type.begin(), chunk.type.end());
    out.insert(out.end(), chunk.data.begin(), chunk.data.end());
    put_number(&out, crc_of(out.data() + start, out.size() - start));
  }
  return bytes_of(out);
}

std::size_t pixels_in(const Chunks& chunks) {
  std::size_t at = 0;
  while (chunks[at].type != "IDAT")
    ++at;
  return at;
}

// The pixels in pieces of such a size.
Chunks with_pieces(const Chunks& chunks, std::size_t size) {
  Chunks out;
  for (const Chunk& chunk : chunks) {
    if (chunk.type != "IDAT") {
      out.push_back(chunk);
      continue;
    }
    for (std::size_t at = 0; at < chunk.data.size(); at += size) {
      const std::size_t end = std::min(at + size, chunk.data.size());
      out.push_back({"IDAT", Pixels(&chunk.data[at], &chunk.data[at] + (end - at))});
    }
  }
  return out;
}

struct Damage {
  const char* what;
  void (*change)(Chunks* chunks, Pixels* pixels);
};

const Damage damages[] = {
    {"nothing", [](Chunks*, Pixels*) {}},
    {"a wrong checksum of all pixels", [](Chunks*, Pixels* pixels) { pixels->back() ^= 1; }},
    {"a checksum that is cut short", [](Chunks*, Pixels* pixels) { pixels->pop_back(); }},
    {"no checksum", [](Chunks*, Pixels* pixels) { pixels->erase(pixels->end() - 4, pixels->end()); }},
    {"pixels that are cut short",
     [](Chunks*, Pixels* pixels) { pixels->erase(pixels->begin() + 500, pixels->end()); }},
    {"a byte behind the pixels", [](Chunks*, Pixels* pixels) { pixels->push_back(0); }},
    {"wrong pixels", [](Chunks*, Pixels* pixels) { (*pixels)[pixels->size() / 2] ^= 0x55; }},
    {"a narrow window", [](Chunks*, Pixels* pixels) { (*pixels)[0] = 0x08, (*pixels)[1] = 0x1D; }},
    {"a wide window", [](Chunks*, Pixels* pixels) { (*pixels)[0] = 0x88, (*pixels)[1] = 0x1C; }},
    {"another method", [](Chunks*, Pixels* pixels) { (*pixels)[0] = 0x77, (*pixels)[1] = 0x1B; }},
    {"a wrong start", [](Chunks*, Pixels* pixels) { (*pixels)[1] ^= 1; }},
    {"a dictionary", [](Chunks*, Pixels* pixels) { (*pixels)[0] = 0x78, (*pixels)[1] = 0xBB; }},
    {"a row too few", [](Chunks* chunks, Pixels*) { ++(*chunks)[0].data[7]; }},
    {"a row too many", [](Chunks* chunks, Pixels*) { --(*chunks)[0].data[7]; }},
    {"rows that are too short", [](Chunks* chunks, Pixels*) { ++(*chunks)[0].data[3]; }},
    {"rows that are too long", [](Chunks* chunks, Pixels*) { --(*chunks)[0].data[3]; }},
    {"no width", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[2] = (*chunks)[0].data[3] = 0; }},
    {"too many pixels", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[1] = (*chunks)[0].data[5] = 1; }},
    {"an unknown depth", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[8] = 3; }},
    {"another depth", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[8] = 16; }},
    {"colour of 4 bits", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[8] = 4; }},
    {"an unknown colour", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[9] = 5; }},
    {"a farther colour", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[9] = 200; }},
    {"a palette that is missing", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[9] = 3; }},
    {"an unknown compression", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[10] = 1; }},
    {"an unknown filter method", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[11] = 64; }},
    {"interlaced and yet not", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[12] = 1; }},
    {"an unknown interlacing", [](Chunks* chunks, Pixels*) { (*chunks)[0].data[12] = 2; }},
    {"a long header", [](Chunks* chunks, Pixels*) { (*chunks)[0].data.push_back(0); }},
    {"a second header", [](Chunks* chunks, Pixels*) { chunks->insert(chunks->begin() + 1, (*chunks)[0]); }},
    {"no header", [](Chunks* chunks, Pixels*) { chunks->erase(chunks->begin()); }},
    {"no pixels", [](Chunks* chunks, Pixels*) { chunks->erase(chunks->end() - 2); }},
    {"no end", [](Chunks* chunks, Pixels*) { chunks->pop_back(); }},
    {"no bytes of pixels", [](Chunks*, Pixels* pixels) { pixels->clear(); }},
    {"a single byte of pixels",
     [](Chunks*, Pixels* pixels) { pixels->erase(pixels->begin() + 1, pixels->end()); }},
    {"an unknown chunk that matters",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->begin() + 1, {"ABCD", {1}});
     }},
    {"an unknown chunk that does not matter",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->begin() + 1, {"abcd", {1}});
     }},
    {"an unknown chunk that matters, behind the pixels",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->end() - 1, {"ABCD", {1}});
     }},
    {"words behind the pixels",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->end() - 1, {"tEXt", {'a', 0, 'b'}});
     }},
    {"a profile behind the pixels",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->end() - 1, {"iCCP", {'a', 0, 0, 1, 2}});
     }},
    {"packed words behind the pixels",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->end() - 1,
                      {"zTXt", {'a', 0, 0, 0x78, 0x9C, 0x4B, 0x04, 0x00, 0x00, 0x62, 0x00, 0x63}});
     }},
    {"a palette behind the pixels",
     [](Chunks* chunks, Pixels*) {
       chunks->insert(chunks->end() - 1, {"PLTE", {1, 2, 3}});
     }},
    {"pixels twice",
     [](Chunks* chunks, Pixels* pixels) {
       chunks->insert(chunks->end() - 1, {"IDAT", *pixels});
     }},
    {"an end with bytes in it", [](Chunks* chunks, Pixels*) { chunks->back().data = {1}; }},
};
constexpr int n_damages = static_cast<int>(std::size(damages));

}  // namespace

START_TEST(photographs_are_what_decode_makes_of_them) {
  for (const char* name :
       {"photos/astronaut.png", "photos/chelsea.png", "photos/coffee.png", "photos/rocket.jpg"}) {
    const Bytes bytes = photograph(name);
    ck_assert(bool(decode(bytes)));
    check(bytes, name);
  }
}
END_TEST

START_TEST(png_of_any_layout_is_what_decode_makes_of_it) {
  PngLayout layout = layouts[_i];
  for (bool interlaced : {false, true}) {
    layout.interlaced = interlaced;
    const Bytes bytes = png_of(layout);
    ck_assert(bool(decode(bytes)));
    check(bytes, interlaced ? "interlaced" : "in rows");
  }
}
END_TEST

START_TEST(jpeg_of_any_layout_is_what_decode_makes_of_it) {
  const Bytes bytes = write_jpeg(jpegs[_i], 333, 260);
  check(bytes, jpegs[_i].what);
}
END_TEST

START_TEST(webp_is_what_decode_makes_of_it) {
  check(sample(5), "without loss");
  auto photo = decode(photograph("photos/chelsea.png"));
  auto lossy = encode_webp(photo->get(), 80);
  ck_assert(bool(lossy));
  check(*lossy, "with loss");
  const guint8 film[] = {'R', 'I', 'F', 'F', 22, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8',
                         'X', 10,  0,   0,   0,  2, 0, 0, 0,   7,   0,   0,   7,   0,   0};
  check(Bytes::adopt(g_bytes_new(film, sizeof film)), "a film");
}
END_TEST

START_TEST(byte_by_byte_is_as_good) {
  const Bytes bytes = sample(_i);
  assert_same(arrive(bytes, 1, 1), bytes, expected(bytes), "byte by byte");
}
END_TEST

START_TEST(a_picture_that_is_cut_anywhere_is_refused_in_the_same_words) {
  const Bytes bytes = sample(_i);
  for (std::size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 1 + bytes.size() / 40) {
    const Bytes part = test::cut(bytes, size);
    assert_same(arrive(part, 1, 4000), part, expected(part), "cut");
  }
  for (std::size_t less = 1; less < 24; ++less) {
    const Bytes part = test::cut(bytes, bytes.size() - less);
    assert_same(arrive(part, 1, 4000), part, expected(part), "cut near its end");
  }
}
END_TEST

START_TEST(a_wrong_byte_changes_nothing_but_the_answer) {
  const Bytes bytes = sample(_i);
  for (std::size_t at = 0; at < bytes.size(); at += at < 64 ? 1 : 1 + bytes.size() / 40) {
    const Bytes wrong = test::with_byte(bytes, at, static_cast<guint8>(bytes.data()[at] ^ 0x55));
    assert_same(arrive(wrong, 1, 9000), wrong, expected(wrong), "a wrong byte");
  }
  for (std::size_t back = 1; back < 24; ++back) {
    const std::size_t at = bytes.size() - back;
    const Bytes wrong = test::with_byte(bytes, at, static_cast<guint8>(bytes.data()[at] ^ 0x55));
    assert_same(arrive(wrong, 1, 9000), wrong, expected(wrong), "a wrong byte near its end");
  }
}
END_TEST

START_TEST(what_follows_a_picture_is_kept_and_not_looked_at) {
  Pixels bytes = copy_of(sample(_i));
  for (const char* tail : {"x", "IDAT and more", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"}) {
    bytes.insert(bytes.end(), tail, tail + strlen(tail));
    check(bytes_of(bytes), "trailing bytes");
  }
  bytes.resize(bytes.size() + 300'000, 0xFF);
  check(bytes_of(bytes), "many trailing bytes");
}
END_TEST

START_TEST(a_png_that_is_put_together_wrongly_is_judged_in_the_same_way) {
  for (const PngLayout& layout : {layouts[0], layouts[6], layouts[13]}) {
    Chunks chunks = parts_of(png_of(layout));
    Pixels pixels = chunks[pixels_in(chunks)].data;
    pixels[0] = 0x78, pixels[1] = 0x9C;  // libpng writes a narrower window where that is enough
    damages[_i].change(&chunks, &pixels);
    for (Chunk& chunk : chunks)
      if (chunk.type == "IDAT") {
        chunk.data = pixels;
        break;
      }
    check(together(chunks), damages[_i].what);
    check(together(with_pieces(chunks, 1000)), damages[_i].what);
  }
}
END_TEST

START_TEST(pixels_may_come_in_chunks_of_any_size) {
  const Chunks chunks = parts_of(png_of({.width = 100, .height = 90, .colour_type = PNG_COLOR_TYPE_RGB}));
  for (const std::size_t size : {1, 2, 3, 7, 100}) {
    Chunks pieces = with_pieces(chunks, size);
    check(together(pieces), "small chunks");
    pieces.insert(pieces.begin() + static_cast<long>(pixels_in(pieces)), {"IDAT", {}});
    check(together(pieces), "first an empty one");
    pieces.insert(pieces.end() - 3, {"IDAT", {}});
    check(together(pieces), "an empty one between");
    pieces.insert(pieces.end() - 1, {"IDAT", {}});
    check(together(pieces), "at last an empty one");
    pieces.insert(pieces.end() - 3, {"tEXt", {'a', 0, 'b'}});
    check(together(pieces), "words between");
  }
}
END_TEST

START_TEST(a_filter_that_does_not_exist_is_found) {
  Pixels rows(3 * 301, 7);
  for (const guint8 filter : {guint8{4}, guint8{5}, guint8{255}}) {
    Pixels stored = {0x78, 0x01, 1};
    for (const unsigned number : {903u, 65535u - 903u}) {
      stored.push_back(static_cast<guint8>(number));
      stored.push_back(static_cast<guint8>(number >> 8));
    }
    rows[0] = rows[301] = 1, rows[602] = filter;
    stored.insert(stored.end(), rows.begin(), rows.end());
    guint32 a = 1, b = 0;
    for (const guint8 byte : rows)
      a = (a + byte) % 65521, b = (b + a) % 65521;
    put_number(&stored, b << 16 | a);
    Chunks chunks = parts_of(test::png_header(100, 3));
    chunks.push_back({"IDAT", stored});
    chunks.push_back({"IEND", {}});
    check(together(chunks), "a filter");
  }
}
END_TEST

// Blocks of nothing, far more than the pixels need.
START_TEST(a_chunk_beyond_what_its_pixels_can_need_is_judged_in_the_same_way) {
  Chunks chunks = parts_of(png_of({.width = 64, .height = 64, .colour_type = PNG_COLOR_TYPE_RGB}));
  Pixels& pixels = chunks[pixels_in(chunks)].data;
  pixels[0] = 0x78, pixels[1] = 0x01;
  const Pixels nothing = {0, 0, 0, 0xFF, 0xFF};
  Pixels many;
  while (many.size() < 9'000'000)
    many.insert(many.end(), nothing.begin(), nothing.end());
  pixels.insert(pixels.begin() + 2, many.begin(), many.end());
  check(together(chunks), "in one chunk");
  check(together(with_pieces(chunks, 10'000)), "in many");
}
END_TEST

START_TEST(claims_beyond_the_limits_are_refused) {
  for (auto [width, height] : {std::pair{65535, 65535}, {100'001, 1000}, {1'000'000, 101}})
    check(test::png_header(width, height), "a large claim");
  Pixels padded = copy_of(photograph("photos/chelsea.png"));
  padded.resize(max_encoded_bytes);
  const Bytes full = Bytes::adopt(g_bytes_new_static(padded.data(), padded.size()));
  assert_same(arrive(full, 1 << 20, 1 << 20), full, expected(full), "64 MiB");
  padded.resize(max_encoded_bytes + (1u << 20) + 1);
  const Bytes larger = Bytes::adopt(g_bytes_new_static(padded.data(), padded.size()));
  assert_same(arrive(larger, 1 << 20, 1 << 20), Bytes(), expected(larger), "over 64 MiB");
}
END_TEST

START_TEST(nothing_is_no_picture) {
  for (const char* text : {"", "GIF89a", "this is a longer text and no picture at all"})
    check(test::bytes_of(text), text);
}
END_TEST

START_TEST(it_may_be_dropped_at_any_time) {
  const Bytes bytes = sample(_i);
  for (std::size_t part = 0; part <= 16; ++part) {
    Arriving arriving;
    arriving.feed({bytes.data(), bytes.size() * part / 16});
  }
}
END_TEST

#if HAVE_ISAL
// Else all of the above would be about libpng alone.
START_TEST(isa_l_unpacks_what_it_can) {
  for (int i = 0; i < n_layouts; ++i) {
    if (layouts[i].height < 200)
      continue;
    Chunks chunks = parts_of(png_of(layouts[i]));
    Pixels& pixels = chunks[pixels_in(chunks)].data;
    pixels[0] = 0x78, pixels[1] = 0x01;
    const Bytes bytes = together(with_pieces(chunks, 8192));
    Pipe pipe;
    ArrivingPng png(&pipe);
    png.advance({bytes.data(), bytes.size()});
    ck_assert_msg(pipe.verified() && png.sound(), "layout %d", i);
  }
}
END_TEST
#endif

static TCase* case_of_pictures() {
  TCase* tcase = tcase_create("pictures");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_test(tcase, photographs_are_what_decode_makes_of_them);
  tcase_add_loop_test(tcase, png_of_any_layout_is_what_decode_makes_of_it, 0, n_layouts);
  tcase_add_loop_test(tcase, jpeg_of_any_layout_is_what_decode_makes_of_it, 0, n_jpegs);
  tcase_add_test(tcase, webp_is_what_decode_makes_of_it);
  tcase_add_loop_test(tcase, byte_by_byte_is_as_good, 0, n_samples);
  tcase_add_test(tcase, pixels_may_come_in_chunks_of_any_size);
#if HAVE_ISAL
  tcase_add_test(tcase, isa_l_unpacks_what_it_can);
#endif
  return tcase;
}

static TCase* case_of_enemies() {
  TCase* tcase = tcase_create("enemies");
  tcase_add_checked_fixture(tcase, setup, nullptr);
  tcase_add_loop_test(tcase, a_picture_that_is_cut_anywhere_is_refused_in_the_same_words, 0, n_samples);
  tcase_add_loop_test(tcase, a_wrong_byte_changes_nothing_but_the_answer, 0, n_samples);
  tcase_add_loop_test(tcase, what_follows_a_picture_is_kept_and_not_looked_at, 0, n_samples);
  tcase_add_loop_test(tcase, a_png_that_is_put_together_wrongly_is_judged_in_the_same_way, 0, n_damages);
  tcase_add_test(tcase, a_filter_that_does_not_exist_is_found);
  tcase_add_test(tcase, a_chunk_beyond_what_its_pixels_can_need_is_judged_in_the_same_way);
  tcase_add_test(tcase, claims_beyond_the_limits_are_refused);
  tcase_add_test(tcase, nothing_is_no_picture);
  tcase_add_loop_test(tcase, it_may_be_dropped_at_any_time, 0, n_samples);
  return tcase;
}

int main() {
  Suite* suite = suite_create("arriving");
  suite_add_tcase(suite, case_of_pictures());
  suite_add_tcase(suite, case_of_enemies());
  return run_suite(suite);
}
