// plugin/references.cpp - the pictures of a composition.
#include "references.hpp"

#include <glib/gi18n.h>

#include <algorithm>

#include "arguments.hpp"
#include "lists.hpp"

namespace seedream::plugin {
namespace {

bool is_valid(GimpImage* image) {
  return gimp_image_is_valid(image) != FALSE;
}

bool is_valid(GimpLayer* layer) {
  return gimp_item_is_valid(GIMP_ITEM(layer)) != FALSE;
}

constexpr const char* no_order = "none";  // nothing is sent

// What is still there of them: GIMP remembers settings for longer than images.
template <typename T>
std::vector<T*> objects_of(GimpProcedureConfig* config, const char* property) {
  T** list = nullptr;
  g_object_get(config, property, &list, nullptr);
  std::vector<T*> objects = taken(list);
  std::erase_if(objects, [](T* object) { return !is_valid(object); });
  return objects;
}

// In the order in which the arguments stand.
std::vector<Reference> all_of(const Call& call) {
  std::vector<Reference> all;
  for (GimpDrawable* drawable : call.drawables)
    all.push_back({.kind = Reference::Kind::drawable, .item = GIMP_ITEM(drawable), .file = {}});
  for (GimpImage* image : objects_of<GimpImage>(call.config, "references"))
    all.push_back({.kind = Reference::Kind::image, .image = image, .file = {}});
  for (GimpLayer* layer : objects_of<GimpLayer>(call.config, "layers"))
    all.push_back({.kind = Reference::Kind::layer, .item = GIMP_ITEM(layer), .file = {}});
  char** files = nullptr;
  g_object_get(call.config, "files", &files, nullptr);
  for (char** file = files; file && *file; ++file)
    all.push_back({.kind = Reference::Kind::file, .file = *file});
  g_strfreev(files);
  return all;
}

// "2,1,3" as indices from 0; nothing where it is no order of so many.
std::optional<std::vector<std::size_t>> read_order(const std::string& text, std::size_t n) {
  std::vector<std::size_t> order;
  if (text == no_order)
    return order;
  const std::unique_ptr<char*, Deleter<g_strfreev>> words(g_strsplit(text.c_str(), ",", -1));
  for (char** word = words.get(); *word; ++word) {
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(g_strstrip(*word), 10, 1, n, &number, nullptr) ||
        std::find(order.begin(), order.end(), number - 1) != order.end())
      return {};
    order.push_back(number - 1);
  }
  return order;
}

bool same(const Reference& a, const Reference& b) {
  return a.kind == b.kind && a.item == b.item && a.image == b.image && a.file == b.file;
}

// An array as libgimp's properties want it: with nullptr at the end.
template <typename T, typename Each>
std::vector<T> ended(const std::vector<Reference>& references, Reference::Kind kind, Each each) {
  std::vector<T> values;
  for (const Reference& reference : references)
    if (reference.kind == kind)
      values.push_back(each(reference));
  values.push_back(nullptr);
  return values;
}

}  // namespace

std::string Reference::name() const {
  if (kind == Kind::file)
    return CharPtr(g_path_get_basename(file.c_str())).get();
  if (image)
    return name_of(image);
  const CharPtr of_item(gimp_item_get_name(item));
  return of_item ? of_item.get() : "";  // it may be deleted by now
}

void add_reference_arguments(GimpProcedure* procedure) {
  // Without these flags GIMP 3.0 refuses every call that leaves a list empty, or complains of it.
  constexpr auto flags =
      static_cast<GParamFlags>(G_PARAM_READWRITE | GIMP_PARAM_NO_VALIDATE | G_PARAM_LAX_VALIDATION);
  gimp_procedure_add_core_object_array_argument(
      procedure, "references", _("_References"),
      _("Open images to compose with, as they are seen; they count on after the drawables"), GIMP_TYPE_IMAGE,
      flags);
  gimp_procedure_add_core_object_array_argument(
      procedure, "layers", _("_Layers"),
      _("Layers to compose with, of whichever open image; they count on after the references"),
      GIMP_TYPE_LAYER, flags);
  gimp_procedure_add_string_array_argument(procedure, "files", _("_Files"),
                                           _("Paths or URIs of pictures to compose with; they come last"),
                                           G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(procedure, "order", _("_Order"),
                                     _("The order in which the model sees the pictures, such as 3,1,2; those "
                                       "not named are not sent. Empty: drawables, "
                                       "references, layers, files; none: not one"),
                                     "", G_PARAM_READWRITE);
}

Result<std::vector<Reference>> references_of(const Call& call) {
  std::vector<Reference> all = all_of(call);
  const std::string text = text_of(call.config, "order");
  if (text.empty())
    return all;
  const auto order = read_order(text, all.size());
  if (!order)
    /* Translators: what was given as the order of the pictures, such as "3,1,2" */
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no order of %zu pictures."), text.c_str(),
                      all.size());
  std::vector<Reference> ordered;
  for (std::size_t i : *order)
    ordered.push_back(all[i]);
  return ordered;
}

std::vector<Reference> offered_references(const Call& call) {
  std::vector<Reference> offered;
  if (auto sent = references_of(call))
    offered = *sent;
  for (Reference& reference : all_of(call))
    if (std::none_of(offered.begin(), offered.end(), [&](auto& each) { return same(each, reference); })) {
      reference.is_on = false;
      offered.push_back(reference);
    }
  return offered;
}

unsigned most_references(const Call& call) {
  return seedream_model_get_max_images(model_of(call.config).get());
}

void set_references(const Call& call, const std::vector<Reference>& references) {
  const auto images = ended<GimpImage*>(references, Reference::Kind::image, [](auto& r) { return r.image; });
  const auto layers = ended<GimpItem*>(references, Reference::Kind::layer, [](auto& r) { return r.item; });
  const auto files =
      ended<const char*>(references, Reference::Kind::file, [](auto& r) { return r.file.c_str(); });
  g_object_set(call.config, "references", images.data(), "layers", layers.data(), "files", files.data(),
               nullptr);
  const std::vector<Reference> all = all_of(call);
  std::string order;
  bool is_plain = all.size() == references.size();
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](auto& each) { return same(each, references[i]); });
    is_plain = is_plain && references[i].is_on && at - all.begin() == std::ptrdiff_t(i);
    if (references[i].is_on)
      order += (order.empty() ? "" : ",") + std::to_string(at - all.begin() + 1);
  }
  g_object_set(call.config, "order", is_plain ? "" : order.empty() ? no_order : order.c_str(), nullptr);
}

void propose_references(const Call& call) {
  std::vector<Reference> all = all_of(call);
  if (all.size() > call.drawables.size())
    return;
  for (GimpImage* image : open_images())
    if (image != call.image)
      all.push_back({.kind = Reference::Kind::image, .image = image, .file = {}});
  set_references(call, all);
}

}  // namespace seedream::plugin
