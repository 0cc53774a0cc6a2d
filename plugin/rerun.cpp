// plugin/rerun.cpp - making a layer once more.
#include "rerun.hpp"

#include <glib/gi18n.h>

#include "references.hpp"

namespace seedream::plugin {
namespace {

Result<Recipe> recipe_on(GimpItem* layer) {
  const std::unique_ptr<GimpParasite, Deleter<gimp_parasite_free>> parasite(
      gimp_item_get_parasite(layer, recipe_parasite));
  if (!parasite)
    return make_error(
        SEEDREAM_ERROR_INVALID,
        /* Translators: the layer's name */
        _("“%s” does not remember how it was made. Select a layer that Seedream has made. Nothing was "
          "sent."),
        CharPtr(gimp_item_get_name(layer)).get());
  guint32 size = 0;
  const auto* data = static_cast<const char*>(gimp_parasite_get_data(parasite.get(), &size));
  return read_recipe(std::string(data, size));
}

// The open image that it was, or one from the same file.
GimpImage* find_image(const Origin& origin, GimpImage* home) {
  if (origin.is_here)
    return home;
  if (origin.gimp_pid == gimp_getpid() && gimp_image_id_is_valid(origin.image_id))
    return gimp_image_get_by_id(origin.image_id);
  for (GimpImage* image : open_images())
    if (!origin.uri.empty() && origin_of(image, home).uri == origin.uri)
      return image;
  return nullptr;
}

ErrorPtr gone(const Origin& origin) {
  return make_error(
      SEEDREAM_ERROR_INVALID,
      /* Translators: the name of a layer, an image or a file */
      _("“%s”, which this layer was made of, is not there any more. Open it, then try again. Nothing was "
        "sent."),
      origin.name.c_str());
}

GimpLayer* find_layer(const Origin& origin, GimpImage* home) {
  GimpImage* image = find_image(origin, home);
  return image ? gimp_image_get_layer_by_tattoo(image, origin.tattoo) : nullptr;
}

// As the reference it was. A file is read again, and so is an image that was closed.
Result<Reference> find_reference(const Origin& origin, GimpImage* home) {
  if (origin.kind == "layer")
    if (GimpLayer* layer = find_layer(origin, home))
      return Reference{.kind = Reference::Kind::layer, .item = GIMP_ITEM(layer), .file = {}};
  if (origin.kind == "visible")
    if (GimpImage* image = find_image(origin, home))
      return Reference{.kind = Reference::Kind::image, .image = image, .file = {}};
  if (origin.kind == "file" && !origin.uri.empty())
    return Reference{.kind = Reference::Kind::file, .file = origin.uri};
  return gone(origin);
}

}  // namespace

Result<Rerun> find_rerun(const Recipe& recipe, GimpImage* home) {
  Rerun rerun{.kind = find_kind(recipe.procedure.c_str()), .recipe = recipe, .drawables = {}, .again = {}};
  if (!rerun.kind)
    return make_error(SEEDREAM_ERROR_INVALID, _("How this layer was made cannot be read. Nothing was sent."));
  if (rerun.kind == &edit_kind)
    for (const Origin& origin : recipe.origins) {
      if (!find_image(origin, home))
        return gone(origin);
      if (origin.kind != "layer")
        continue;
      GimpLayer* source = find_layer(origin, home);
      if (!source)
        return gone(origin);
      rerun.drawables.push_back(GIMP_DRAWABLE(source));
    }
  if (rerun.kind == &compose_kind)
    for (const Origin& origin : recipe.origins)
      if (auto reference = find_reference(origin, home); !reference)
        return reference.take_error();
  return rerun;
}

Result<Rerun> find_rerun(GimpImage* image, std::span<GimpDrawable* const> drawables) {
  if (drawables.size() != 1 || !GIMP_IS_LAYER(drawables.front()))
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("Select one layer that Seedream has made, then try again. Nothing was sent."));
  GimpDrawable* layer = drawables.front();
  auto recipe = recipe_on(GIMP_ITEM(layer));
  if (!recipe)
    return recipe.take_error();
  auto rerun = find_rerun(*recipe, image);
  if (rerun)
    rerun->again = {.layer = GIMP_LAYER(layer),
                    .area = recipe->area,
                    .mask = recipe->masked ? gimp_layer_get_mask(GIMP_LAYER(layer)) : nullptr};
  return rerun;
}

void fill_config(const Rerun& rerun, GimpImage* image, GimpProcedureConfig* config) {
  set_arguments(config, rerun.recipe.arguments);
  if (rerun.kind != &compose_kind)
    return;
  std::vector<Reference> references;
  for (const Origin& origin : rerun.recipe.origins)
    if (auto reference = find_reference(origin, image))
      references.push_back(*reference);
  g_object_set(config, "order", "", nullptr);
  set_references({.image = image, .drawables = {}, .config = config}, references);
}

}  // namespace seedream::plugin
