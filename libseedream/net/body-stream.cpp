// net/body-stream.cpp - a call's body as libsoup wants to be given it.
#include "net/body-stream.hpp"

#include <memory>
#include <new>
#include <optional>

#include "base/baton.hpp"
#include "wire/body-reader.hpp"

namespace seedream::net {
namespace {

// GIO reads and closes in whichever thread it has for that, one after another.
struct Inside {
  std::optional<wire::BodyReader> reader;  // nothing: it is closed
  Baton baton;
};

struct SeedreamBodyStream {
  GInputStream parent;
  Inside inside;  // made and ended by hand, as GObject has it
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
  Inside& inside = as_body_stream(stream)->inside;
  inside.baton.take();
  const auto read = inside.reader ? inside.reader->read({static_cast<char*>(buffer), size}) : 0;
  inside.baton.pass();
  return static_cast<gssize>(read);
}

gboolean body_stream_close(GInputStream* stream, GCancellable*, GError**) noexcept {
  Inside& inside = as_body_stream(stream)->inside;
  inside.baton.take();
  inside.reader.reset();
  inside.baton.pass();
  return TRUE;
}

void body_stream_finalize(GObject* object) noexcept {
  Inside& inside = as_body_stream(object)->inside;
  inside.baton.take();
  std::destroy_at(&inside);
  G_OBJECT_CLASS(body_stream_parent_class)->finalize(object);
}

void body_stream_class_init(SeedreamBodyStreamClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = body_stream_finalize;
  G_INPUT_STREAM_CLASS(klass)->read_fn = body_stream_read;
  G_INPUT_STREAM_CLASS(klass)->close_fn = body_stream_close;
}

void body_stream_init(SeedreamBodyStream* self) {
  new (&self->inside) Inside;
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
  Inside& inside = as_body_stream(stream.get())->inside;
  inside.reader.emplace(body);
  inside.baton.pass();
  return stream;
}

}  // namespace seedream::net
