// plugin/home.cpp - which image a job belongs to.
#include "home.hpp"

#include <memory>

#include "scratch.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* mark_name = "seedream-image";

using ParasitePtr = std::unique_ptr<GimpParasite, Deleter<gimp_parasite_free>>;

std::string mark_on(GimpImage* image) {
  const ParasitePtr parasite(gimp_image_get_parasite(image, mark_name));
  guint32 size = 0;
  const auto* data =
      parasite ? static_cast<const char*>(gimp_parasite_get_data(parasite.get(), &size)) : nullptr;
  return data ? std::string(data, size) : "";
}

// What was not changed since it was saved is not made to look so: it bears the mark while it is open, and is
// known by its file afterwards. Anything else keeps it in its file. Neither is an undo step.
void put_mark(GimpImage* image, const std::string& mark) {
  const bool is_saved = !gimp_image_is_dirty(image);
  const ParasitePtr parasite(gimp_parasite_new(mark_name, is_saved ? 0 : GIMP_PARASITE_PERSISTENT,
                                               static_cast<guint32>(mark.size()), mark.data()));
  gimp_image_undo_freeze(image);
  gimp_image_attach_parasite(image, parasite.get());
  gimp_image_undo_thaw(image);
}

bool is_same(GimpImage* image, const Home& home) {
  return home.gimp_pid == gimp_getpid() && home.image_id == gimp_image_get_id(image);
}

}  // namespace

Home home_of(GimpImage* image) {
  std::string mark = mark_on(image);
  if (mark.empty()) {
    mark = CharPtr(g_uuid_string_random()).get();
    put_mark(image, mark);
  }
  return {
      .mark = mark, .uri = uri_of(image), .image_id = gimp_image_get_id(image), .gimp_pid = gimp_getpid()};
}

// A copy of an image bears the same mark, so of several the very one comes first.
GimpImage* find_home(const Home& home) {
  if (home.mark.empty())
    return nullptr;
  GimpImage* found = nullptr;
  int best = 0;
  for (GimpImage* image : open_images()) {
    const bool is_marked = mark_on(image) == home.mark;
    const bool is_file = !home.uri.empty() && uri_of(image) == home.uri;
    const int likeness = is_marked && is_same(image, home) ? 3 : is_marked ? 2 : is_file ? 1 : 0;
    if (likeness > best) {
      found = image;
      best = likeness;
    }
  }
  return found;
}

void write_home(JsonText& out, const Home& home) {
  out.object("home", [&] {
    out.text("mark", home.mark.c_str());
    out.text("uri", home.uri.c_str());
    out.number("image", home.image_id);
    out.number("gimp", home.gimp_pid);
  });
}

Home read_home(JsonObject* object) {
  JsonObject* home = object_in(object, "home");
  if (!home)
    return {};
  return {.mark = text_in(home, "mark"),
          .uri = text_in(home, "uri"),
          .image_id = int(number_in(home, "image")),
          .gimp_pid = number_in(home, "gimp")};
}

}  // namespace seedream::plugin
