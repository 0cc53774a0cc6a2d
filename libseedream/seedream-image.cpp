// seedream-image.cpp - a picture, encoded or as a GeglBuffer.
#include "seedream-image.h"

#include "image/picture.hpp"
#include "seedream-image-private.hpp"

namespace seedream {

struct Image {
  Bytes bytes;             // encoded; empty for one made of pixels
  image::Info info;        // codec is nullptr for one made of pixels, and for a damaged one
  Ref<GeglBuffer> buffer;  // the pixels, as soon as they are known
};

}  // namespace seedream

using seedream::Bytes;
using seedream::ErrorPtr;
using seedream::Ref;
using seedream::Result;

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
  *self->impl = {drawn.bytes, drawn.info, drawn.buffer};
  return self;
}

jobs::Input input_of(SeedreamImage* image) {
  return image->impl->bytes ? jobs::Input(image->impl->bytes) : jobs::Input(image->impl->buffer);
}

}  // namespace seedream

/**
 * seedream_image_new_from_bytes:
 * @bytes: an encoded picture: PNG, JPEG or WebP, at most 64 MiB
 * @error: return location for an error
 *
 * Makes an image of a file's bytes. Which format they are in is told by the bytes themselves. Only the header
 * is read here; seedream_image_load_async() reads the pixels and so finds out whether the picture is whole.
 *
 * Returns: (transfer full): a new image, or %NULL with @error set to %SEEDREAM_ERROR_INVALID
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
 * that threads may read, and must not change until then; gegl_buffer_dup() makes such a copy at no cost.
 *
 * Returns: (transfer full): a new image
 * Since: 0.1
 */
SeedreamImage* seedream_image_new_from_buffer(GeglBuffer* buffer) {
  g_return_val_if_fail(GEGL_IS_BUFFER(buffer), nullptr);

  return seedream::new_image({{},
                              {nullptr, gegl_buffer_get_width(buffer), gegl_buffer_get_height(buffer)},
                              Ref<GeglBuffer>::share(buffer)});
}

/**
 * seedream_image_get_bytes:
 * @self: an image
 *
 * The encoded picture, to the byte as it came.
 *
 * Returns: (transfer none) (nullable): the bytes; %NULL for an image made of pixels
 * Since: 0.1
 */
GBytes* seedream_image_get_bytes(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->bytes.get();
}

/**
 * seedream_image_get_media_type:
 * @self: an image
 *
 * What the bytes are, whatever a server called them.
 *
 * Returns: (nullable): "image/png", "image/jpeg", "image/webp"; %NULL where there are none, or they are no
 * picture Since: 0.1
 */
const char* seedream_image_get_media_type(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), nullptr);

  return self->impl->info.codec ? self->impl->info.codec->media_type : nullptr;
}

/**
 * seedream_image_get_suffix:
 * @self: an image
 *
 * Returns: (nullable): how a file with these bytes should end: "png", "jpg" or "webp"; %NULL as for
 *   seedream_image_get_media_type()
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
 * Returns: the width in pixels; 0 where the bytes are no picture
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
 * Returns: the height in pixels; 0 where the bytes are no picture
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
 * Returns: whether its bytes cannot be read as a picture; seedream_image_get_bytes() has them all the same
 * Since: 0.1
 */
gboolean seedream_image_get_damaged(SeedreamImage* self) {
  g_return_val_if_fail(SEEDREAM_IS_IMAGE(self), FALSE);

  return self->impl->info.codec == nullptr && !self->impl->buffer;
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

  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_image_load_async));
  g_task_set_task_data(task, new Bytes(self->impl->bytes),
                       [](gpointer p) noexcept { delete static_cast<Bytes*>(p); });
  if (self->impl->buffer)
    g_task_return_pointer(task, g_object_ref(self->impl->buffer.get()), g_object_unref);
  else
    g_task_run_in_thread(task, [](GTask* t, gpointer, gpointer bytes, GCancellable*) noexcept {
      auto buffer = seedream::image::decode(*static_cast<Bytes*>(bytes));
      if (buffer)
        g_task_return_pointer(t, buffer->release(), g_object_unref);
      else
        g_task_return_error(t, buffer.take_error().release());
    });
  g_object_unref(task);
}

/**
 * seedream_image_load_finish:
 * @self: an image
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full): the pixels, in the picture's own precision and colour space, or %NULL with @error
 * set, to %SEEDREAM_ERROR_BAD_ANSWER where the picture is damaged or cut short Since: 0.1
 */
GeglBuffer* seedream_image_load_finish(SeedreamImage* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  auto* buffer = static_cast<GeglBuffer*>(g_task_propagate_pointer(G_TASK(result), error));
  if (buffer && !self->impl->buffer)
    self->impl->buffer = Ref<GeglBuffer>::share(buffer);
  return buffer;
}
