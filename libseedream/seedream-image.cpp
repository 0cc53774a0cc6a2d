// seedream-image.cpp - a picture, encoded or as a GeglBuffer.
#include "seedream-image.h"

#include <glib/gi18n-lib.h>

#include "image/picture.hpp"
#include "jobs/address.hpp"
#include "seedream-image-private.hpp"
#include "seedream-worker-private.hpp"

namespace seedream {

struct Image {
  Bytes bytes;             // encoded; empty for one made of pixels
  image::Info info;        // codec is nullptr for one made of pixels, and for a damaged one
  Ref<GeglBuffer> buffer;  // the pixels, as soon as they are known
  std::string uri;         // where a service finds it; empty for one that is here
  std::string path;        // where its bytes are kept; empty: nowhere
  bool damaged = false;

  const Bytes& load() noexcept;
};

// A kept picture is read when it is first asked for.
const Bytes& Image::load() noexcept {
  if (bytes || path.empty())
    return bytes;
  const std::unique_ptr<GMappedFile, Deleter<g_mapped_file_unref>> file(
      g_mapped_file_new(path.c_str(), FALSE, nullptr));
  if (file)
    bytes = Bytes::adopt(g_mapped_file_get_bytes(file.get()));
  return bytes;
}

}  // namespace seedream

using seedream::Bytes;
using seedream::ErrorPtr;
using seedream::Ref;

/**
 * SeedreamImage:
 *
 * A picture: encoded bytes, pixels in a [class@Gegl.Buffer], or an address that a service can reach.
 *
 * The same type goes into a request and comes out of a job.
 *
 * Since: 0.1
 */
struct _SeedreamImage {
  GObject parent_instance;
  seedream::Image* impl;  // owned: created in init, deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamImage, seedream_image, G_TYPE_OBJECT)

static void seedream_image_finalize(GObject* object) noexcept {
  delete SEEDREAM_IMAGE(object)->impl;
  G_OBJECT_CLASS(seedream_image_parent_class)->finalize(object);
}

static void seedream_image_class_init(SeedreamImageClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_image_finalize;
}

static void seedream_image_init(SeedreamImage* self) {
  self->impl = new seedream::Image;
}

namespace seedream {

SeedreamImage* new_image(const jobs::Drawn& drawn) {
  auto* self = static_cast<SeedreamImage*>(g_object_new(SEEDREAM_TYPE_IMAGE, nullptr));
  *self->impl = {.bytes = drawn.bytes,
                 .info = drawn.info,
                 .buffer = drawn.buffer,
                 .path = drawn.path,
                 .damaged = !drawn.info.codec && !drawn.buffer};
  return self;
}

SeedreamImage* new_image(const jobs::StoredPicture& kept) {
  auto* self = static_cast<SeedreamImage*>(g_object_new(SEEDREAM_TYPE_IMAGE, nullptr));
  *self->impl = {.info = {image::find_codec(kept.media_type), kept.width, kept.height},
                 .path = kept.file,
                 .damaged = kept.damaged};
  return self;
}

jobs::Input input_of(SeedreamImage* image) {
  if (!image->impl->uri.empty())
    return image->impl->uri;
  return image->impl->load() ? jobs::Input(image->impl->bytes) : jobs::Input(image->impl->buffer);
}

}  // namespace seedream

/**
 * seedream_image_new_from_bytes:
 * @bytes: an encoded picture: PNG, JPEG or WebP, at most 64 MiB
 * @error: return location for an error
 *
 * Makes an image of a file's bytes. Which format they are in is told by the bytes themselves. Only the header
 * is read here; [id@seedream_image_load_async] reads the pixels and so finds out whether the picture is
 * whole.
 *
 * Returns: (transfer full): a new image, or %NULL with @error set to %SEEDREAM_ERROR_INVALID
 *
 * Since: 0.1
 */
SeedreamImage* seedream_image_new_from_bytes(GBytes* bytes, GError** error) {
  g_return_val_if_fail(bytes != nullptr, nullptr);

  auto info = seedream::image::probe(Bytes::share(bytes));
  if (!info) {
    ErrorPtr reason = info.take_error();
    g_set_error_literal(error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, reason->message);
    return nullptr;
  }
  return seedream::new_image({Bytes::share(bytes), *info, {}});
}

/**
 * seedream_image_new_from_buffer:
 * @buffer: pixels of any format and colour space, at any offset
 *
 * Makes an image of pixels. They are read in a worker thread when the image is sent, so @buffer must be one
 * that threads may read, and must not change until then; [method@Gegl.Buffer.dup] makes such a copy at no
 * cost.
 *
 * Returns: (transfer full): a new image
 *
 * Since: 0.1
 */
SeedreamImage* seedream_image_new_from_buffer(GeglBuffer* buffer) {
  g_return_val_if_fail(GEGL_IS_BUFFER(buffer), nullptr);

  return seedream::new_image({{},
                              {nullptr, gegl_buffer_get_width(buffer), gegl_buffer_get_height(buffer)},
                              Ref<GeglBuffer>::share(buffer)});
}

/**
 * seedream_image_new_from_uri:
 * @uri: an http or https address of a picture that the service can reach; signs that must be written as
 *   %-escapes are
 * @error: return location for an error
 *
 * Makes an image that stays where it is: the service fetches it itself, and nothing of it is known here.
 *
 * Returns: (transfer full): a new image, or %NULL with @error set to %SEEDREAM_ERROR_INVALID
 *
 * Since: 0.1
 */
SeedreamImage* seedream_image_new_from_uri(const char* uri, GError** error) {
  g_return_val_if_fail(uri != nullptr, nullptr);

  const std::string plain = seedream::jobs::percent_encode_odd(uri);
  if (auto fine = seedream::jobs::check_web_address(plain); !fine) {
    g_propagate_error(error, fine.take_error().release());
    return nullptr;
  }
  auto* self = static_cast<SeedreamImage*>(g_object_new(SEEDREAM_TYPE_IMAGE, nullptr));
  self->impl->uri = plain;
  return self;
}

/**
 * seedream_image_get_uri:
 * @self: an image
 *
 * Tells where the picture is, if it stays there.
 *
 * Returns: (nullable): where a service finds it; %NULL for an image that is here
 *
 * Since: 0.1
 */
const char* seedream_image_get_uri(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->uri.empty() ? nullptr : self->impl->uri.c_str();
}

/**
 * seedream_image_get_path:
 * @self: an image
 *
 * Tells in which file the picture is kept.
 *
 * Returns: (nullable) (type filename): the file in which a [class@Seedream.History] keeps its bytes, a path
 *   in the encoding of file names; %NULL for an image that is kept nowhere
 *
 * Since: 0.1
 */
const char* seedream_image_get_path(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->path.empty() ? nullptr : self->impl->path.c_str();
}

/**
 * seedream_image_get_bytes:
 * @self: an image
 *
 * The encoded picture, to the byte as it came.
 *
 * Returns: (transfer none) (nullable): the bytes; %NULL for an image made of pixels
 *
 * Since: 0.1
 */
GBytes* seedream_image_get_bytes(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->load().get();
}

/**
 * seedream_image_get_media_type:
 * @self: an image
 *
 * What the bytes are, whatever a server called them.
 *
 * Returns: (nullable): "image/png", "image/jpeg", "image/webp"; %NULL where there are none, or they are no
 *   picture
 *
 * Since: 0.1
 */
const char* seedream_image_get_media_type(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->info.codec ? self->impl->info.codec->media_type : nullptr;
}

/**
 * seedream_image_get_suffix:
 * @self: an image
 *
 * Tells how a file of these bytes is to be named.
 *
 * Returns: (nullable): how a file with these bytes should end: "png", "jpg" or "webp"; %NULL as for
 *   [id@seedream_image_get_media_type]
 *
 * Since: 0.1
 */
const char* seedream_image_get_suffix(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->info.codec ? self->impl->info.codec->suffix : nullptr;
}

/**
 * seedream_image_get_width:
 * @self: an image
 *
 * Tells how wide the picture really is, whatever was asked for.
 *
 * Returns: the width in pixels; 0 where the bytes are no picture
 *
 * Since: 0.1
 */
int seedream_image_get_width(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), 0);

  return self->impl->info.width;
}

/**
 * seedream_image_get_height:
 * @self: an image
 *
 * Tells how high the picture really is, whatever was asked for.
 *
 * Returns: the height in pixels; 0 where the bytes are no picture
 *
 * Since: 0.1
 */
int seedream_image_get_height(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), 0);

  return self->impl->info.height;
}

/**
 * seedream_image_get_damaged:
 * @self: an image that a job has brought
 *
 * Tells whether a picture came that nobody can read. It was paid for all the same.
 *
 * Returns: whether its bytes cannot be read as a picture; [id@seedream_image_get_bytes] has them all the same
 *
 * Since: 0.1
 */
gboolean seedream_image_get_damaged(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), FALSE);

  return self->impl->damaged;
}

/**
 * seedream_image_load_async:
 * @self: an image
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads all the pixels, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_image_load_async(SeedreamImage* self, GCancellable* cancellable, GAsyncReadyCallback callback,
                               gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_IMAGE(self));

  using Pixels = Ref<GeglBuffer>;
  const seedream::Caller caller{self, cancellable, callback, user_data,
                                reinterpret_cast<gpointer>(seedream_image_load_async)};
  if (!self->impl->uri.empty())
    seedream::answer_at_once<Pixels>(
        caller, seedream::make_error(SEEDREAM_ERROR_INVALID,
                                     _("The picture at %s stays there; nothing of it is here."),
                                     self->impl->uri.c_str()));
  else if (self->impl->buffer)
    seedream::answer_at_once<Pixels>(caller, self->impl->buffer);
  else
    seedream::ask_in_worker<Pixels>(caller,
                                    [bytes = self->impl->load()] { return seedream::image::decode(bytes); });
}

/**
 * seedream_image_load_finish:
 * @self: an image
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_image_load_async].
 *
 * Returns: (transfer full): the pixels, in the picture's own precision and colour space, or %NULL with @error
 *   set, to %SEEDREAM_ERROR_BAD_ANSWER where the picture is damaged or cut short, to %SEEDREAM_ERROR_INVALID
 *   where it is at an address
 *
 * Since: 0.1
 */
GeglBuffer* seedream_image_load_finish(SeedreamImage* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  const auto buffer = seedream::answer_of<Ref<GeglBuffer>>(result, error);
  if (!buffer)
    return nullptr;
  if (!self->impl->buffer)
    self->impl->buffer = *buffer;
  return buffer->release();
}
