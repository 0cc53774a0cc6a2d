// plugin/procedures.cpp - the table of procedures and their arguments, and what each does with them.
#include "procedures.hpp"

#include <glib/gi18n.h>

#include <cstring>
#include <span>

#include "base/result.hpp"
#include "dialog.hpp"
#include "job-driver.hpp"

namespace seedream::plugin {
namespace {

// What a run was given.
struct Call {
  GimpProcedure* procedure;
  GimpRunMode run_mode;
  GimpImage* image;  // nullptr: none
  std::span<GimpDrawable* const> drawables;
  GimpProcedureConfig* config;
  bool interactive() const { return run_mode == GIMP_RUN_INTERACTIVE; }
};

// What a procedure makes of it: the line for the dialog, and the assignments once the user agrees.
struct Kind {
  const char* name;
  const char* title;
  const char* menu_label;
  const char* blurb;
  const char* help;
  std::span<const char* const> menu_paths;
  int sensitivity;
  void (*add_arguments)(GimpProcedure*);
  std::string (*describe)(const Call&);
  int (*count_jobs)(const Call&);
  Result<std::vector<Assignment>> (*assign)(const Call&);
};

CharPtr text_of(GimpProcedureConfig* config, const char* property) {
  char* text = nullptr;
  g_object_get(config, property, &text, nullptr);
  return CharPtr(text ? text : g_strdup(""));
}

bool is_automatic(const char* size) {
  return !*size || strcmp(size, "auto") == 0;
}

// The request that the arguments describe. planned_size: what to ask for if the user leaves the size to us.
Ref<SeedreamRequest> request_of(GimpProcedureConfig* config, SeedreamOperation operation,
                                const std::string& planned_size) {
  int count = 1, seed = -1;
  g_object_get(config, "count", &count, "seed", &seed, nullptr);
  const CharPtr prompt = text_of(config, "prompt"), model = text_of(config, "model"),
                size = text_of(config, "size");
  auto request = Ref<SeedreamRequest>::adopt(seedream_request_new(operation, prompt.get()));
  seedream_request_set_count(request.get(), static_cast<guint>(count));
  seedream_request_set_seed(request.get(), seed);
  seedream_request_set_model(request.get(), *model ? model.get() : nullptr);
  seedream_request_set_size(request.get(), is_automatic(size.get()) ? planned_size.c_str() : size.get());
  return request;
}

GeglRectangle whole(GimpDrawable* drawable) {
  return {0, 0, gimp_drawable_get_width(drawable), gimp_drawable_get_height(drawable)};
}

// Editing.

std::string describe_edit(const Call& call) {
  if (call.drawables.size() != 1)
    return format(
        ngettext("%zu layer is edited.", "%zu layers are edited, each for itself.", call.drawables.size()),
        call.drawables.size());
  GimpDrawable* drawable = call.drawables.front();
  return format(_("“%s”, %d×%d pixels, is edited. The result becomes a new layer above it."),
                CharPtr(gimp_item_get_name(GIMP_ITEM(drawable))).get(), gimp_drawable_get_width(drawable),
                gimp_drawable_get_height(drawable));
}

int count_edits(const Call& call) {
  return static_cast<int>(call.drawables.size());
}

Result<std::vector<Assignment>> assign_edits(const Call& call) {
  if (call.drawables.empty())
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("No layer is selected. Select the layer to edit, then try again."));
  std::vector<Assignment> assignments;
  for (GimpDrawable* drawable : call.drawables) {
    if (!GIMP_IS_LAYER(drawable))
      return make_error(SEEDREAM_ERROR_INVALID,
                        _("Only layers can be edited. Select a layer, then try again."));
    std::string size;
    const Place place = place_above(call.image, drawable, model_of(call.config).get(), &size);
    assignments.push_back({.request = request_of(call.config, SEEDREAM_OPERATION_EDIT, size),
                           .inputs = {Drawn{.drawable = drawable, .frame = place.frame}},
                           .place = place});
  }
  return assignments;
}

// Composing.

struct References {
  std::vector<GimpImage*> images;  // owned by libgimp
  std::vector<std::string> files;  // paths or URIs
};

void add_references(GimpProcedure* procedure) {
  gimp_procedure_add_core_object_array_argument(
      procedure, "references", _("_References"),
      _("Open images to compose with; they count on after the drawables. None: all other open images"),
      // Without this flag GIMP 3.0 refuses every call that leaves the list empty.
      GIMP_TYPE_IMAGE, static_cast<GParamFlags>(G_PARAM_READWRITE | GIMP_PARAM_NO_VALIDATE));
  gimp_procedure_add_string_array_argument(procedure, "files", _("_Files"),
                                           _("Paths or URIs of pictures to compose with; they come last"),
                                           G_PARAM_READWRITE);
}

References references_of(const Call& call) {
  References references;
  GimpImage** images = nullptr;
  char** files = nullptr;
  g_object_get(call.config, "references", &images, "files", &files, nullptr);
  for (GimpImage** image = images; image && *image; ++image)
    references.images.push_back(*image);
  for (char** file = files; file && *file; ++file)
    references.files.emplace_back(*file);
  g_free(images);
  g_strfreev(files);
  // A user who just opens the dialog means what is open; a script says what it means.
  if (call.interactive() && references.images.empty() && references.files.empty()) {
    GimpImage** open = gimp_get_images();
    for (GimpImage** image = open; image && *image; ++image)
      if (*image != call.image)
        references.images.push_back(*image);
    g_free(open);
  }
  return references;
}

std::string describe_compose(const Call& call) {
  std::string text = _("These pictures are composed:");
  unsigned number = 0;
  const auto add = [&](const char* name) { text += format(_("\n   image %u: %s"), ++number, name); };
  for (GimpDrawable* drawable : call.drawables)
    add(CharPtr(gimp_item_get_name(GIMP_ITEM(drawable))).get());
  const References references = references_of(call);
  for (GimpImage* image : references.images)
    add(CharPtr(gimp_image_get_name(image)).get());
  for (const std::string& file : references.files)
    add(CharPtr(g_path_get_basename(file.c_str())).get());
  return text;
}

int one_job(const Call&) {
  return 1;
}

Result<Ref<SeedreamImage>> read_file(const std::string& name) {
  const auto file = Ref<GFile>::adopt(g_file_new_for_commandline_arg(name.c_str()));
  GError* raw = nullptr;
  char* data = nullptr;
  gsize size = 0;
  if (!g_file_load_contents(file.get(), nullptr, &data, &size, nullptr, &raw)) {
    const ErrorPtr error(raw);
    return make_error(SEEDREAM_ERROR_INVALID, _("%s. Nothing was sent."), error->message);
  }
  const Bytes bytes = Bytes::adopt(g_bytes_new_take(data, size));
  auto image = Ref<SeedreamImage>::adopt(seedream_image_new_from_bytes(bytes.get(), &raw));
  if (!image) {
    const ErrorPtr error(raw);
    return make_error(SEEDREAM_ERROR_INVALID, _("%s: %s Nothing was sent."), name.c_str(), error->message);
  }
  return image;
}

// An open image as it is seen: a layer of its own that shows all the others, not inserted anywhere.
Drawn visible(GimpImage* image) {
  auto* layer = GIMP_DRAWABLE(gimp_layer_new_from_visible(image, image, "visible"));
  return {.drawable = layer, .frame = whole(layer), .temporary = true};
}

Result<std::vector<Assignment>> assign_composition(const Call& call) {
  Assignment assignment;
  for (GimpDrawable* drawable : call.drawables)
    assignment.inputs.emplace_back(Drawn{.drawable = drawable, .frame = whole(drawable)});
  const References references = references_of(call);
  for (const std::string& file : references.files) {
    auto image = read_file(file);
    if (!image)
      return image.take_error();
    assignment.inputs.emplace_back(*image);
  }
  for (std::size_t i = 0; i < references.images.size(); ++i)
    assignment.inputs.insert(assignment.inputs.begin() + std::ptrdiff_t(call.drawables.size() + i),
                             visible(references.images[i]));
  if (assignment.inputs.size() < 2)
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("Composing takes two pictures or more. Open another image or select more layers."));
  std::string size;
  assignment.place = place_on_canvas(call.image, call.drawables.empty() ? nullptr : call.drawables.front(),
                                     model_of(call.config).get(), &size);
  assignment.request = request_of(call.config, SEEDREAM_OPERATION_COMPOSE, size);
  std::vector<Assignment> assignments;
  assignments.push_back(std::move(assignment));
  return assignments;
}

// Generating.

std::string describe_generate(const Call& call) {
  if (!call.image)
    return _("The picture becomes a new image.");
  return format(_("The picture becomes a new layer of “%s”, %d×%d pixels."),
                CharPtr(gimp_image_get_name(call.image)).get(), gimp_image_get_width(call.image),
                gimp_image_get_height(call.image));
}

Result<std::vector<Assignment>> assign_generation(const Call& call) {
  Assignment assignment;
  std::string size;
  if (call.image)
    assignment.place = place_on_canvas(call.image, call.drawables.empty() ? nullptr : call.drawables.front(),
                                       model_of(call.config).get(), &size);
  assignment.request = request_of(call.config, SEEDREAM_OPERATION_GENERATE, size);
  std::vector<Assignment> assignments;
  assignments.push_back(std::move(assignment));
  return assignments;
}

// What all three share.

void no_more_arguments(GimpProcedure*) {}

constexpr const char* edit_menus[] = {"<Image>/Filters/Seedream/", "<Layers>/Layers Menu/"};
constexpr const char* compose_menus[] = {"<Image>/Filters/Seedream/"};
constexpr const char* generate_menus[] = {"<Image>/Filters/Seedream/", "<Image>/File/Create/"};

constexpr Kind kinds[] = {
    {.name = "plug-in-seedream-edit",
     .title = N_("Edit Layers with Seedream"),
     .menu_label = N_("_Edit Layers…"),
     .blurb = N_("Edit the selected layers with a Seedream model"),
     .help = N_("Sends each selected layer and a prompt to the service; the answer becomes a new layer right "
                "above its source, of the same place and size, in one undo step."),
     .menu_paths = edit_menus,
     .sensitivity = GIMP_PROCEDURE_SENSITIVE_DRAWABLE | GIMP_PROCEDURE_SENSITIVE_DRAWABLES,
     .add_arguments = no_more_arguments,
     .describe = describe_edit,
     .count_jobs = count_edits,
     .assign = assign_edits},
    {.name = "plug-in-seedream-compose",
     .title = N_("Compose Images with Seedream"),
     .menu_label = N_("_Compose Images…"),
     .blurb = N_("Compose several pictures into one with a Seedream model"),
     .help = N_("The drawables are image 1…n of the prompt, then come the references, then the files. The "
                "answer becomes a new layer that fits the canvas."),
     .menu_paths = compose_menus,
     .sensitivity = GIMP_PROCEDURE_SENSITIVE_DRAWABLE | GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                    GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES,
     .add_arguments = add_references,
     .describe = describe_compose,
     .count_jobs = one_job,
     .assign = assign_composition},
    {.name = "plug-in-seedream-generate",
     .title = N_("Draw a Seedream Image"),
     .menu_label = N_("Seedream _Image…"),
     .blurb = N_("Draw a new picture with a Seedream model"),
     .help = N_("With an image the picture becomes a layer that fits its canvas, without one a new image."),
     .menu_paths = generate_menus,
     .sensitivity = GIMP_PROCEDURE_SENSITIVE_ALWAYS,
     .add_arguments = no_more_arguments,
     .describe = describe_generate,
     .count_jobs = one_job,
     .assign = assign_generation},
};

const Kind* find_kind(const char* name) {
  for (const Kind& kind : kinds)
    if (strcmp(kind.name, name) == 0)
      return &kind;
  return nullptr;
}

GimpValueArray* fail(GimpProcedure* procedure, ErrorPtr error) {
  return gimp_procedure_new_return_values(procedure, GIMP_PDB_EXECUTION_ERROR, error.release());
}

GimpValueArray* succeed(GimpProcedure* procedure, const Outcome& outcome) {
  GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
  auto** layers = g_new0(GObject*, outcome.layers.size() + 1);
  for (std::size_t i = 0; i < outcome.layers.size(); ++i)
    layers[i] = G_OBJECT(outcome.layers[i]);
  g_value_take_boxed(gimp_value_array_index(values, 1), layers);
  g_value_set_string(gimp_value_array_index(values, 2), outcome.job_ids.c_str());
  return values;
}

// A picture that found no image to go into has one of its own now.
void show_new_images(const Call& call, const Outcome& outcome) {
  if (!call.interactive())
    return;
  for (GimpLayer* layer : outcome.layers) {
    GimpImage* image = gimp_item_get_image(GIMP_ITEM(layer));
    if (image != call.image && gimp_image_get_item_position(image, GIMP_ITEM(layer)) == 0)
      gimp_display_new(image);
  }
}

// SEEDREAM_TIMEOUT, in seconds; 0: the library's own.
unsigned timeout_of_environment() {
  const char* text = g_getenv("SEEDREAM_TIMEOUT");
  guint64 seconds = 0;
  return text && g_ascii_string_to_unsigned(text, 10, 1, 86400, &seconds, nullptr)
             ? static_cast<unsigned>(seconds)
             : 0;
}

GimpValueArray* run(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage* image,
                    GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data) noexcept {
  const auto* kind = static_cast<const Kind*>(data);
  gegl_init(nullptr, nullptr);
  std::size_t n = 0;
  while (drawables && drawables[n])
    ++n;
  const Call call{procedure, run_mode, image, {drawables, n}, config};
  if (call.interactive() &&
      !ask(procedure, config, _(kind->title), kind->describe(call).c_str(), kind->count_jobs(call)))
    return gimp_procedure_new_return_values(procedure, GIMP_PDB_CANCEL, nullptr);

  GError* raw = nullptr;
  const auto client =
      Ref<SeedreamClient>::adopt(seedream_client_new(seedream_provider_get_id(provider_of(config)), &raw));
  if (!client)
    return fail(procedure, ErrorPtr(raw));
  if (const unsigned seconds = timeout_of_environment())
    seedream_client_set_timeout(client.get(), seconds);
  auto assignments = kind->assign(call);
  if (!assignments)
    return fail(procedure, assignments.take_error());
  Outcome outcome = JobDriver(client.get(), std::move(*assignments)).run();
  show_new_images(call, outcome);
  if (outcome.layers.empty())
    return fail(procedure, std::move(outcome.error));
  if (outcome.error)
    g_message("%s", outcome.error->message);
  return succeed(procedure, outcome);
}

void add_arguments(GimpProcedure* procedure) {
  gimp_procedure_add_string_argument(procedure, "prompt", _("_Prompt"), _("What to draw, in any language"),
                                     "", G_PARAM_READWRITE);
  GimpChoice* providers = gimp_choice_new_with_values("default", 0, _("As set up"),
                                                      _("SEEDREAM_PROVIDER, else ImaRouter"), nullptr);
  gsize n = 0;
  SeedreamProvider* const* all = seedream_provider_list(&n);
  for (gsize i = 0; i < n; ++i)
    gimp_choice_add(providers, seedream_provider_get_id(all[i]), static_cast<int>(i) + 1,
                    seedream_provider_get_name(all[i]), nullptr);
  gimp_procedure_add_choice_argument(procedure, "provider", _("Ser_vice"), _("Which service draws"),
                                     providers, "default", G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(procedure, "model", _("_Model"),
                                     _("The model's id; empty: the service's first"), "", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "count", _("_Variants"),
                                  _("How many pictures; each is paid for"), 1, 15, 1, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(
      procedure, "size", _("Si_ze"),
      _("auto, 2K, width x height in pixels such as 2304x1728, or a name of the "
        "service's; auto goes by what is sent or by the canvas"),
      "auto", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "seed", _("See_d"),
                                  _("Where chance begins, for services that take one; -1: chance decides"),
                                  -1, G_MAXINT, -1, G_PARAM_READWRITE);
}

void add_return_values(GimpProcedure* procedure) {
  gimp_procedure_add_core_object_array_return_value(procedure, "layers", _("Layers"), _("The new layers"),
                                                    GIMP_TYPE_LAYER, G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value(procedure, "job-id", _("Job"),
                                         _("The job's id; with several jobs their ids, with commas between"),
                                         "", G_PARAM_READWRITE);
}

}  // namespace

GList* procedure_names() {
  GList* names = nullptr;
  for (const Kind& kind : kinds)
    names = g_list_append(names, g_strdup(kind.name));
  return names;
}

GimpProcedure* create_procedure(GimpPlugIn* plug_in, const char* name) {
  const Kind* kind = find_kind(name);
  if (!kind)
    return nullptr;
  GimpProcedure* procedure = gimp_image_procedure_new(plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, run,
                                                      const_cast<Kind*>(kind), nullptr);
  gimp_procedure_set_image_types(procedure, "*");
  gimp_procedure_set_sensitivity_mask(procedure, kind->sensitivity);
  gimp_procedure_set_menu_label(procedure, _(kind->menu_label));
  gimp_procedure_set_documentation(procedure, _(kind->blurb), _(kind->help), name);
  gimp_procedure_set_attribution(procedure, "Seedream for GIMP", "Seedream for GIMP", "2026");
  for (const char* path : kind->menu_paths)
    gimp_procedure_add_menu_path(procedure, path);
  add_arguments(procedure);
  kind->add_arguments(procedure);
  add_return_values(procedure);
  return procedure;
}

}  // namespace seedream::plugin
