// sandbox/misfits.cpp - pictures that are unusual, broken or hostile.
#include "sandbox/misfits.hpp"

#include <zlib.h>

#include "image/picture.hpp"
#include "sandbox/packing.hpp"
#include "wire/base64.hpp"

namespace seedream::sandbox {
namespace {

constexpr int width = 64, height = 48;
constexpr guint8 quarters[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}};
constexpr std::size_t megabyte = 1u << 20;

unsigned quarter_at(int x, int y) {
  return (x >= width / 2 ? 1u : 0u) + (y >= height / 2 ? 2u : 0u);
}

const guint8* colour_at(int x, int y) {
  return quarters[quarter_at(x, y)];
}

Bytes bytes_of(const std::string& text) {
  return Bytes::of(text);
}

std::string number(std::size_t value, int bytes, bool little_endian) {
  std::string out;
  for (int i = 0; i < bytes; ++i)
    out += char(value >> 8 * (little_endian ? i : bytes - 1 - i) & 0xFF);
  return out;
}

// PNG

std::string chunk(const std::string& kind, const std::string& data) {
  const std::string sealed = kind + data;
  return number(data.size(), 4, false) + sealed +
         number(crc32_z(0, reinterpret_cast<const Bytef*>(sealed.data()), sealed.size()), 4, false);
}

std::string header(std::size_t w, std::size_t h, char depth, char interlacing = 0) {
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", number(w, 4, false) + number(h, 4, false) + depth + '\2' +
                                                 std::string(2, '\0') + interlacing);
}

// Every step-th pixel of every step-th line.
std::string lines(int x0 = 0, int y0 = 0, int dx = 1, int dy = 1, int bytes_per_sample = 1) {
  std::string out;
  for (int y = y0; y < height; y += dy) {
    out += '\0';  // no filter
    for (int x = x0; x < width; x += dx)
      for (int c = 0; c < 3; ++c)
        out.append(std::size_t(bytes_per_sample), char(colour_at(x, y)[c]));
  }
  return out;
}

const std::string& end() {
  static const std::string chunk_of_end = chunk("IEND", "");
  return chunk_of_end;
}

std::string png(const std::string& before = "", const std::string& after = "") {
  return header(width, height, 8) + before + chunk("IDAT", pack(lines())) + after + end();
}

Bytes bad_checksum() {
  std::string file = png();
  file[file.size() - end().size() - 1] ^= 1;  // the last byte of the pixels' sum
  return bytes_of(file);
}

Bytes vast() {
  return bytes_of(header(65535, 65535, 8) + chunk("IDAT", pack(lines())) + end());
}

// What a profile, a text and the pixels hold besides themselves.
Bytes bomb() {
  using namespace std::string_literals;
  constexpr unsigned times = 1024;
  const auto packed = [](const std::string& beginning) {
    const Repetition many = pack({beginning, std::string(megabyte, '\0'), ""}, times, Wrapping::zlib);
    std::string out = many.beginning;
    for (unsigned i = 0; i < times; ++i)
      out += many.piece;
    return out + many.end;
  };
  return bytes_of(header(width, height, 8) + chunk("iCCP", "profile\0\0"s + packed("")) +
                  chunk("zTXt", "Comment\0\0"s + packed("")) + chunk("IDAT", packed(lines())) + end());
}

Bytes deep() {
  return bytes_of(header(width, height, 16) + chunk("IDAT", pack(lines(0, 0, 1, 1, 2))) + end());
}

Bytes interlaced() {
  constexpr int passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  std::string pixels;
  for (const auto& [x, y, dx, dy] : passes)
    pixels += lines(x, y, dx, dy);
  return bytes_of(header(width, height, 8, 1) + chunk("IDAT", pack(pixels)) + end());
}

// Its second frame is black.
Bytes animated_png() {
  const auto control = [](std::size_t sequence) {
    return chunk("fcTL", number(sequence, 4, false) + number(width, 4, false) + number(height, 4, false) +
                             std::string(8, '\0') + number(1, 2, false) + number(10, 2, false) +
                             std::string(2, '\0'));
  };
  const std::string black(std::size_t(width * 3 + 1) * height, '\0');
  return bytes_of(png(chunk("acTL", number(2, 4, false) + number(0, 4, false)) + control(0),
                      control(1) + chunk("fdAT", number(2, 4, false) + pack(black))));
}

// sRGB, but with what is red and blue the other way round.
Bytes profiled() {
  using namespace std::string_literals;
  image::ensure_gegl();
  const Babl* curve = babl_trc("sRGB");
  const Babl* swapped =
      babl_space_from_chromaticities("swapped", 0.3127, 0.3290, 0.15, 0.06, 0.30, 0.60, 0.64, 0.33, curve,
                                     curve, curve, BABL_SPACE_FLAG_EQUALIZE);
  int size = 0;
  const char* profile = babl_space_get_icc(swapped, &size);
  return bytes_of(png(chunk("iCCP", "swapped\0\0"s + pack({profile, std::size_t(size)}))));
}

// GIF, with a second frame that is all red

std::string gif_frame(bool red) {
  constexpr unsigned clear = 4, stop = 5, code_bits = 3;
  std::string data;
  unsigned bits = 0, filled = 0;
  const auto put = [&](unsigned code) {
    bits |= code << filled;
    for (filled += code_bits; filled >= 8; filled -= 8, bits >>= 8)
      data += char(bits & 0xFF);
  };
  for (int i = 0; i < width * height; ++i) {
    if (i % 2 == 0)  // so often that codes never grow
      put(clear);
    put(red ? 0 : quarter_at(i % width, i / width));
  }
  put(stop);
  data += char(bits);
  std::string out = std::string("\x21\xF9\4\0\x0A\0\0\0", 8) + ',' + std::string(4, '\0') +
                    number(width, 2, true) + number(height, 2, true) + '\0' + '\2';
  for (std::size_t at = 0; at < data.size(); at += 255) {
    const std::string part = data.substr(at, 255);
    out += char(part.size()) + part;
  }
  return out + '\0';
}

Bytes animated_gif() {
  std::string file =
      "GIF89a" + number(width, 2, true) + number(height, 2, true) + '\x81' + std::string(2, '\0');
  for (const auto& colour : quarters)
    file.append(reinterpret_cast<const char*>(colour), 3);
  return bytes_of(file + std::string("\x21\xFF\x0BNETSCAPE2.0\3\1\0\0\0", 19) + gif_frame(false) +
                  gif_frame(true) + ';');
}

// Written by others: what makes them is no part of this program.

Bytes file_of(std::string_view base64) {
  auto bytes = wire::decode_base64(base64);
  return bytes ? *bytes : Bytes();
}

// Its second frame is all red.
Bytes animated_webp() {
  return file_of(
      "UklGRqgAAABXRUJQVlA4WAoAAAACAAAAPwAALwAAQU5JTQYAAAAAAAAAAABBTk1GRgAAAAAAAAAAAD8AAC8AAGQAAAJWUDhMLQAA"
      "AC8/wAsAHyAQSN4fOo35FxAU/B/d/EdkD4BIgMSTnvSkiU6M6P8EDIu+BY++AQBBTk1GLgAAAAAAAAAAAD8AAC8AAGQAAAJWUDhM"
      "FQAAAC8/wAsABxD9j/4HgITwf70Y0f/UDwA=");
}

// As Adobe's programs write them: 255 is no ink at all.
Bytes cmyk() {
  return file_of(
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoK"
      "CgYICwwLCgwJCgoK/8AAFAgAMABABEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAKCf/EABQQAQAAAAAAAAAAAAAA"
      "AAAAAAD/2gAOBEMATQBZAEsAAD8A38T/AKf9v4AAAAgDX+AAAAAv8QBgAAAAgDX+AAAAAv8AEAYAAAAIA1/gAAAACANf4AAAAL/F"
      "/gAAAAIA0AYAAAAL/F/gAAAAIA0AYAAAAL/F/gAAAAP/2Q==");
}

// Lies on its left side; EXIF says so.
Bytes rotated() {
  return file_of(
      "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAIBAQEBAQIBAQECAgIC"
      "AgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoK"
      "CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCABAADADAREAAhEBAxEB/8QAGAABAQEBAQAA"
      "AAAAAAAAAAAAAAgJBwr/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFwEBAQEBAAAAAAAAAAAAAAAAAAkKCP/EABQRAQAAAAAAAAAA"
      "AAAAAAAAAAD/2gAMAwEAAhEDEQA/AOsJXopgANpFUFrAAGLaV6KYADaRVBawABi2leimAA2kVQWsAAYtpXopgANpFUFrAAHkzcpr"
      "+AAJDaqGa8ABXjKu0oAAJDaqGa8ABXjKu0oAAJDaqGa8ABXjKu0oAAJDaqGa8AB//9k=");
}

constexpr Misfit misfits[] = {
    {"bad-checksum", bad_checksum}, {"vast-picture", vast},         {"bomb-picture", bomb},
    {"gif-picture", animated_gif},  {"apng-picture", animated_png}, {"animated-webp", animated_webp},
    {"cmyk-picture", cmyk},         {"deep-picture", deep},         {"interlaced-picture", interlaced},
    {"rotated-picture", rotated},   {"profiled-picture", profiled}};

}  // namespace

std::span<const Misfit> all_misfits() {
  return misfits;
}

}  // namespace seedream::sandbox
