// sandbox/studio.cpp - where ordered pictures are made.
#include "sandbox/studio.hpp"

#include <mutex>

#include "image/picture.hpp"
#include "sandbox/painter.hpp"

namespace seedream::sandbox {
namespace {

// Runs in a worker; waits if another one is at it.
Done start_gegl() {
  static std::once_flag once;
  std::call_once(once, [] {
    image::ensure_gegl();
    // GEGL shares work out among threads by how fast they were, and the seams show in the last bit.
    g_object_set(gegl_config(), "threads", 1, nullptr);
  });
  return {};
}

Result<Bytes> encode(GeglBuffer* buffer, const std::string& format) {
  if (format == "jpeg")
    return image::encode_jpeg(buffer, 95);
  if (format == "webp")
    return image::encode_webp(buffer, 95);
  return image::encode_png(buffer);
}

// PNG is lossless as it is; anything else is opened and written as PNG.
Result<Bytes> echo(const Bytes& input) {
  auto info = image::probe(input);
  if (!info || info->codec == &image::png_codec)
    return input;
  auto buffer = image::decode(input);
  return buffer ? image::encode_png(buffer->get()) : buffer.take_error();
}

Result<Bytes> make_picture(const Commission& commission, const Materials& materials, const Options& options,
                           unsigned index) {
  if (options.picture_bytes)
    return options.picture_bytes;
  start_gegl();
  if (options.picture == "echo" && !materials.files.empty())
    return echo(materials.files.front());
  const auto painted = paint({.prompt = commission.prompt,
                              .inputs = materials.buffers,
                              .seed = commission.seed,
                              .digest = materials.digest,
                              .index = index,
                              .width = commission.size.width,
                              .height = commission.size.height,
                              .watermark = commission.watermark});
  return encode(painted.get(), commission.format);
}

}  // namespace

// Shared with the worker that is at it, which may outlive the studio. Each step is one worker's, and what it
// makes is put here in the main context, between the steps.
struct Studio::Easel {
  Commission commission;
  Patron patron;
  Materials materials;
  Work work;
  Canvasses canvasses;
};

Studio::Studio(const Options& options) : options_(options) {
  if (!options.picture_bytes)
    warming_up_ = Work::start<Done>(start_gegl, [](Done) {});
}

void Studio::accept(Commission commission, Patron patron) {
  const auto easel = std::make_shared<Easel>();
  easel->commission = std::move(commission);
  easel->patron = std::move(patron);
  easel->work = Work::start<Materials>(
      [easel] {
        if (!easel->commission.inputs.empty())
          start_gegl();
        return collect(easel->commission.inputs, easel->commission.rules);
      },
      [this, easel](Materials materials) {
        easel->canvasses = {.failure = materials.failure, .error = materials.error};
        easel->materials = std::move(materials);
        if (easel->canvasses.error.empty() && easel->patron.on_ready)
          easel->patron.on_ready();
        paint_next(easel);
      });
}

void Studio::paint_next(const std::shared_ptr<Easel>& easel) {
  const Canvasses& canvasses = easel->canvasses;
  const auto index = unsigned(canvasses.pictures.size());
  if (!canvasses.error.empty() || index == easel->commission.count)
    return close(*easel);
  easel->work = Work::start<Result<Bytes>>(
      [easel, index, options = options_] {
        return make_picture(easel->commission, easel->materials, options, index);
      },
      [this, easel](Result<Bytes> picture) {
        if (!picture)
          easel->canvasses = {.error = picture.take_error()->message};
        else
          hang(*easel, *picture);
        paint_next(easel);
      });
}

void Studio::hang(Easel& easel, const Bytes& picture) {
  auto& pictures = easel.canvasses.pictures;
  pictures.push_back(picture);
  if (easel.patron.on_picture)
    easel.patron.on_picture(unsigned(pictures.size()) - 1, picture);
}

// All that the easel holds goes here, in the main context: the last to let go of it may be a worker.
void Studio::close(Easel& easel) {
  const Easel done = std::exchange(easel, Easel());
  if (done.patron.on_done)
    done.patron.on_done(done.canvasses);
}

}  // namespace seedream::sandbox
