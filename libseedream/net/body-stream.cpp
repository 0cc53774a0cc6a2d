// net/body-stream.cpp - a call's body as libsoup wants to be given it.
#include "net/body-stream.hpp"

#include <optional>

#include "wire/body-reader.hpp"

namespace seedream::net {
namespace {

struct SeedreamBodyStream {
  GInputStream parent;
  std::optional<wire::BodyReader>* reader;  // owned; nothing: it is closed
};

struct SeedreamBodyStreamClass {
  GInputStreamClass parent;
};

void body_stream_init_pollable(GPollableInputStreamInterface* interface) noexcept;

G_DEFINE_TYPE_WITH_CODE(SeedreamBodyStream, body_stream, G_TYPE_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, body_stream_init_pollable))

SeedreamBodyStream* as_body_stream(gpointer object) {
  return G_TYPE_CHECK_INSTANCE_CAST(object, body_stream_get_type(), SeedreamBodyStream);
}

gssize body_stream_read(GInputStream* stream, void* buffer, gsize size, GCancellable*, GError**) noexcept {
  auto& reader = *as_body_stream(stream)->reader;
  return reader ? static_cast<gssize>(reader->read({static_cast<char*>(buffer), size})) : 0;
}

gboolean body_stream_close(GInputStream* stream, GCancellable*, GError**) noexcept {
  as_body_stream(stream)->reader->reset();
  return TRUE;
}

void body_stream_finalize(GObject* object) noexcept {
  delete as_body_stream(object)->reader;
  G_OBJECT_CLASS(body_stream_parent_class)->finalize(object);
}

void body_stream_class_init(SeedreamBodyStreamClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = body_stream_finalize;
  G_INPUT_STREAM_CLASS(klass)->read_fn = body_stream_read;
  G_INPUT_STREAM_CLASS(klass)->close_fn = body_stream_close;
}

void body_stream_init(SeedreamBodyStream* self) {
  self->reader = new std::optional<wire::BodyReader>;
}

gboolean body_stream_is_readable(GPollableInputStream*) noexcept {
  return TRUE;
}

GSource* body_stream_create_source(GPollableInputStream* stream, GCancellable* cancellable) noexcept {
  GSource* at_once = g_timeout_source_new(0);
  GSource* source = g_pollable_source_new_full(stream, at_once, cancellable);
  g_source_unref(at_once);
  return source;
}

void body_stream_init_pollable(GPollableInputStreamInterface* interface) noexcept {
  interface->is_readable = body_stream_is_readable;
  interface->create_source = body_stream_create_source;
}

}  // namespace

Ref<GInputStream> open_body(const Body& body) {
  auto stream = Ref<GInputStream>::adopt(G_INPUT_STREAM(g_object_new(body_stream_get_type(), nullptr)));
  as_body_stream(stream.get())->reader->emplace(body);
  return stream;
}

}  // namespace seedream::net
