// plugin/compose.cpp - several pictures into one.
#include <glib/gi18n.h>

#include "arguments.hpp"
#include "references.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* menus[] = {"<Image>/Filters/Seedream/"};
constexpr const char* usual[] = {"destination", "count", "size", "provider"};
constexpr const char* rare[] = {"native-size", "model", "seed"};

void add_arguments(GimpProcedure* procedure) {
  add_reference_arguments(procedure);
  add_destination(procedure);
}

// In a dialog what the model does not take stays behind, as its list says; a script is told.
Result<std::vector<Reference>> sent_references(const Call& call) {
  auto references = references_of(call);
  if (references && call.interactive() && references->size() > most_references(call))
    references->resize(most_references(call));
  return references;
}

std::string describe(const Call& call) {
  auto references = sent_references(call);
  const std::size_t n = references ? references->size() : 0;
  return format(
      ngettext("%zu picture is composed. In the prompt it is called image 1.",
               "%zu pictures are composed. In the prompt they are called image 1, image 2 and so on.", n),
      n);
}

std::string objection(const Call& call) {
  auto references = sent_references(call);
  if (!references)
    return references.take_error()->message;
  const unsigned most = most_references(call);
  if (references->size() < 2)
    return _("Composing takes two pictures or more. Open another image or select more layers.");
  if (references->size() > most)
    /* Translators: the model's name; how many it takes; how many there are */
    return format(_("%s takes %u pictures at most; these are %zu."),
                  seedream_model_get_name(model_of(call.config).get()), most, references->size());
  return "";
}

Result<Ref<SeedreamImage>> read_file(const std::string& name) {
  const auto file = Ref<GFile>::adopt(g_file_new_for_commandline_arg(name.c_str()));
  GError* raw = nullptr;
  char* data = nullptr;
  gsize size = 0;
  if (!g_file_load_contents(file.get(), nullptr, &data, &size, nullptr, &raw)) {
    const ErrorPtr error(raw);
    /* Translators: a whole sentence without its full stop: why a file cannot be read */
    return make_error(SEEDREAM_ERROR_INVALID, _("%s. Nothing was sent."), error->message);
  }
  const Bytes bytes = Bytes::adopt(g_bytes_new_take(data, size));
  auto image = Ref<SeedreamImage>::adopt(seedream_image_new_from_bytes(bytes.get(), &raw));
  if (!image) {
    const ErrorPtr error(raw);
    /* Translators: a file's name; a whole sentence: why it cannot be taken */
    return make_error(SEEDREAM_ERROR_INVALID, _("%s: %s Nothing was sent."), name.c_str(), error->message);
  }
  return image;
}

Result<Input> input_of(const Reference& reference) {
  if (reference.kind == Reference::Kind::file) {
    auto image = read_file(reference.file);
    return image ? Result<Input>(Input(*image)) : image.take_error();
  }
  Snapshot snapshot;
  if (reference.image) {
    snapshot = take_visible(reference.image);
  } else if (GIMP_IS_LAYER(reference.item)) {
    GimpLayer* const layers[] = {GIMP_LAYER(reference.item)};
    snapshot = take_layers(gimp_item_get_image(reference.item), layers);
  } else {
    return make_error(SEEDREAM_ERROR_INVALID,
                      /* Translators: the name of a path, a channel or a mask */
                      _("“%s” is no layer. Only layers, images and files can be composed. "
                        "Nothing was sent."),
                      reference.name().c_str());
  }
  const GeglRectangle all = snapshot.bounds;
  return Input(Drawn{std::move(snapshot), all});
}

Origin origin_of(const Reference& reference, GimpImage* home) {
  if (reference.kind != Reference::Kind::file)
    return reference.image ? plugin::origin_of(reference.image, home)
                           : plugin::origin_of(reference.item, home);
  const auto file = Ref<GFile>::adopt(g_file_new_for_commandline_arg(reference.file.c_str()));
  return {.kind = "file",
          .name = reference.name(),
          .uri = CharPtr(g_file_get_uri(file.get())).get(),
          .is_here = false};
}

View look(const Call& call) {
  auto references = sent_references(call);
  const GeglRectangle canvas = canvas_of(call.image);
  return {.sight = {},
          .size = plan(call.config, canvas.width, canvas.height).size,
          .n_inputs = references ? int(references->size()) : 0};
}

Result<std::vector<Assignment>> assign(const Call& call) {
  auto references = sent_references(call);
  if (!references)
    return references.take_error();
  const GeglRectangle canvas = canvas_of(call.image);
  const Planned planned = plan(call.config, canvas.width, canvas.height);
  Assignment assignment{.request = request_of(call.config, SEEDREAM_OPERATION_COMPOSE, planned.size),
                        .inputs = {},
                        .look = {.name = layer_name(text_of(call.config, "prompt"))},
                        .recipe = {.procedure = compose_kind.name, .arguments = arguments_of(call.config)}};
  for (const Reference& reference : *references) {
    auto input = input_of(reference);
    if (!input)
      return input.take_error();
    assignment.inputs.push_back(std::move(*input));
    assignment.recipe.origins.push_back(origin_of(reference, call.image));
  }
  if (!wants_new_image(call.config))
    put_over(canvas, planned, call, assignment);
  return alone(std::move(assignment));
}

}  // namespace

constinit const Kind compose_kind = {
    .name = "plug-in-seedream-compose",
    .word = "compose",
    .operation = SEEDREAM_OPERATION_COMPOSE,
    .verb = N_("_Compose"),
    .title = N_("Compose Images with Seedream"),
    .menu_label = N_("_Compose Images…"),
    .blurb = N_("Compose several pictures into one with a Seedream model"),
    .help =
        N_("The drawables are image 1…n of the prompt, then come the references, the layers and the files, "
           "unless "
           "the order says otherwise. The answer becomes a new layer that fits the canvas, or a new image."),
    .menu_paths = menus,
    .needs_image = true,
    .usual = usual,
    .rare = rare,
    .add_arguments = add_arguments,
    .describe = describe,
    .propose = propose_references,
    .count_jobs = nullptr,
    .objection = objection,
    .look = look,
    .make_list = new_reference_list,
    .assign = assign,
};

}  // namespace seedream::plugin
