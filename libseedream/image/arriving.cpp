// image/arriving.cpp - a picture that is read while it comes: the caller's thread gathers its bytes, a second
// one decodes them.
#include "image/arriving.hpp"

#include "image/arriving-bytes.hpp"
#include "image/arriving-pipe.hpp"
#include "image/picture.hpp"
#if HAVE_ISAL
#include "image/arriving-png.hpp"
#endif

namespace seedream::image {
namespace {

constexpr std::size_t enough_to_recognise = 16;

// Without ISA-L, and for other formats: all goes on as it is.
class AsItIs {
 public:
  explicit AsItIs(Pipe* pipe) : pipe_(pipe) {}
  void advance(std::span<const guint8> all) noexcept {
    pipe_->put(all.subspan(passed_));
    passed_ = all.size();
  }

 private:
  Pipe* pipe_;
  std::size_t passed_ = 0;
};

}  // namespace

struct Arriving::Reading {
  ArrivingBytes bytes;
  Pipe pipe;
  const Codec* codec = nullptr;
  GThread* decoder = nullptr;
  Ref<GeglBuffer> buffer;  // the decoder's until it was joined
  Info info;
  AsItIs as_it_is{&pipe};
#if HAVE_ISAL
  ArrivingPng png{&pipe};
#endif

  ~Reading();
  void start() noexcept;
  void advance() noexcept;
  void decode() noexcept;
  void join() noexcept;
  bool is_sound() const noexcept;
};

Arriving::Reading::~Reading() {
  pipe.stop();
  join();
}

void Arriving::Reading::start() noexcept {
  codec = recognise(bytes.all());
  if (!codec || !codec->decode_stream)
    return;
  const auto run = [](gpointer self) -> gpointer {
    static_cast<Reading*>(self)->decode();
    return nullptr;
  };
  decoder = g_thread_try_new("picture", run, this, nullptr);
}

void Arriving::Reading::decode() noexcept {
  ensure_gegl();
  if (auto decoded = codec->decode_stream(pipe)) {
    info = decoded->info;
    buffer = decoded->buffer;
  }
  pipe.stop();
}

void Arriving::Reading::join() noexcept {
  if (decoder)
    g_thread_join(std::exchange(decoder, nullptr));
}

void Arriving::Reading::advance() noexcept {
#if HAVE_ISAL
  if (codec == &png_codec)
    return png.advance(bytes.all());
#endif
  as_it_is.advance(bytes.all());
}

// Whether the decoder read what came, and not less or something else.
bool Arriving::Reading::is_sound() const noexcept {
#if HAVE_ISAL
  if (codec == &png_codec && !png.sound())
    return false;
#endif
  return !bytes.too_many();
}

namespace {

// What is not a clean success is told by the simple way alone, so that its errors are the same.
void read_whole(Arriving::Whole* whole) {
  auto info = probe(whole->bytes);
  if (!info) {
    whole->error = info.take_error();
    return;
  }
  whole->info = *info;
  auto buffer = decode(whole->bytes);
  if (buffer)
    whole->buffer = *buffer;
  else
    whole->error = buffer.take_error();
}

}  // namespace

Arriving::Arriving() : reading_(std::make_unique<Reading>()) {}

Arriving::~Arriving() = default;

void Arriving::feed(std::span<const guint8> bytes) noexcept {
  const bool recognisable = reading_->bytes.size() >= enough_to_recognise;
  reading_->bytes.append(bytes);
  if (reading_->bytes.too_many())
    return reading_->pipe.stop();
  if (!recognisable && reading_->bytes.size() >= enough_to_recognise)
    reading_->start();
  if (reading_->decoder)
    reading_->advance();
}

Arriving::Whole Arriving::finish() noexcept {
  reading_->pipe.end();
  reading_->join();
  const std::size_t size = reading_->bytes.size();
  const bool sound = reading_->is_sound();
  Whole whole{.bytes = reading_->bytes.take()};
  if (auto fits = check_encoded_size(size); !fits) {
    whole.error = fits.take_error();
  } else if (sound && reading_->buffer) {
    whole.info = reading_->info;
    whole.buffer = std::move(reading_->buffer);
  } else {
    read_whole(&whole);
  }
  return whole;
}

}  // namespace seedream::image
