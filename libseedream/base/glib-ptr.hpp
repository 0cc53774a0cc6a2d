// base/glib-ptr.hpp - owning pointers for GLib types; the only place that knows how each one is freed.
#pragma once
#include <gio/gio.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace seedream {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};

using CharPtr = std::unique_ptr<char, Deleter<g_free>>;
using ErrorPtr = std::unique_ptr<GError, Deleter<g_error_free>>;
using UriPtr = std::unique_ptr<GUri, Deleter<g_uri_unref>>;

// A counted reference to a GObject. share() adds a reference, adopt() takes over the caller's.
template <typename T>
class Ref {
 public:
  Ref() = default;
  static Ref adopt(T* p) {
    Ref r;
    r.p_ = p;
    return r;
  }
  static Ref share(T* p) { return adopt(p ? static_cast<T*>(g_object_ref(p)) : nullptr); }
  Ref(const Ref& o) : Ref(share(o.p_)) {}
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Ref& operator=(Ref o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Ref() {
    if (p_)
      g_object_unref(p_);
  }
  T* get() const { return p_; }
  T* release() { return std::exchange(p_, nullptr); }
  explicit operator bool() const { return p_ != nullptr; }

 private:
  T* p_ = nullptr;
};

// Counted, immutable bytes.
class Bytes {
 public:
  Bytes() = default;
  static Bytes adopt(GBytes* p) {
    Bytes b;
    b.p_ = p;
    return b;
  }
  static Bytes share(GBytes* p) { return adopt(p ? g_bytes_ref(p) : nullptr); }
  Bytes(const Bytes& o) : Bytes(share(o.p_)) {}
  Bytes(Bytes&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Bytes& operator=(Bytes o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Bytes() {
    if (p_)
      g_bytes_unref(p_);
  }
  // Takes the text over without copying it.
  static Bytes of(std::string text) {
    auto* held = new std::string(std::move(text));
    return adopt(g_bytes_new_with_free_func(
        held->data(), held->size(), [](gpointer p) { delete static_cast<std::string*>(p); }, held));
  }
  GBytes* get() const { return p_; }
  const guint8* data() const {
    return p_ ? static_cast<const guint8*>(g_bytes_get_data(p_, nullptr)) : nullptr;
  }
  std::size_t size() const { return p_ ? g_bytes_get_size(p_) : 0; }
  explicit operator bool() const { return p_ != nullptr; }

 private:
  GBytes* p_ = nullptr;
};

inline std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A source in the thread-default main context; removed when dropped.
class Source {
 public:
  Source() = default;
  // Takes over the caller's reference to a source that is attached already.
  explicit Source(GSource* p) : p_(p) {}
  Source(Source&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Source& operator=(Source o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Source() {
    if (p_) {
      g_source_destroy(p_);
      g_source_unref(p_);
    }
  }
  explicit operator bool() const { return p_ != nullptr; }

 private:
  GSource* p_ = nullptr;
};

}  // namespace seedream
