// seedream-model.cpp - a model as one service offers it. Read only.
#include "seedream-model.h"

#include <algorithm>
#include <mutex>

#include "base/rights.hpp"
#include "base/small-file.hpp"
#include "providers/size.hpp"
#include "seedream-image-private.hpp"
#include "seedream-model-private.hpp"
#include "seedream-worker-private.hpp"

namespace seedream {
namespace {

constexpr const char* resource_folder = "/seedream/models";
constexpr std::size_t longest_file = 1 << 20;

// Everything that is known of models; read once.
struct Catalogue {
  std::map<std::string, std::vector<ModelPtr>, std::less<>> by_provider;
  std::vector<std::string> problems;
  std::vector<const char*> problem_list;  // nullptr at the end; borrowed from problems

  void add(std::string_view json, const std::string& source);
  void add_built_in();
  void add_folder(const std::string& folder);
};

// What is said later of a model that is known already takes the place of what was said before.
void Catalogue::add(std::string_view json, const std::string& source) {
  auto offers = read_model(json);
  if (!offers) {
    problems.push_back(source + ": " + offers.take_error()->message);
    return;
  }
  for (auto& [provider, model] : *offers) {
    auto& models = by_provider[provider];
    const auto same = std::find_if(models.begin(), models.end(),
                                   [&id = model->id](const ModelPtr& known) { return known->id == id; });
    if (same == models.end())
      models.push_back(std::move(model));
    else
      *same = std::move(model);
  }
}

void Catalogue::add_built_in() {
  // In the resource's list they stand in no order: the recommended one is read first.
  const std::unique_ptr<char*, Deleter<g_strfreev>> names(
      g_resources_enumerate_children(resource_folder, G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr));
  std::vector<std::string> sorted;
  for (char** name = names.get(); name && *name; ++name)
    sorted.emplace_back(*name);
  std::sort(sorted.begin(), sorted.end(), [](const std::string& a, const std::string& b) {
    return std::pair(a != "seedream-4.5.json", a) < std::pair(b != "seedream-4.5.json", b);
  });
  for (const std::string& name : sorted) {
    const std::string path = std::string(resource_folder) + "/" + name;
    const Bytes bytes =
        Bytes::adopt(g_resources_lookup_data(path.c_str(), G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr));
    add(text_of(bytes), name);
  }
}

void Catalogue::add_folder(const std::string& folder) {
  const std::unique_ptr<GDir, Deleter<g_dir_close>> dir(g_dir_open(folder.c_str(), 0, nullptr));
  std::vector<std::string> names;
  while (const char* name = dir ? g_dir_read_name(dir.get()) : nullptr)
    if (g_str_has_suffix(name, ".json"))
      names.emplace_back(name);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    auto text = read_small_file(path, longest_file);
    if (text)
      add(*text, path);
    else
      problems.push_back(path + ": " + text.take_error()->message);
  }
}

const Catalogue& catalogue() {
  static Catalogue all;
  static std::once_flag once;
  std::call_once(once, [] {
    all.add_built_in();
    std::vector<std::string> folders;
    if (!has_borrowed_rights()) {
      folders.emplace_back(g_get_user_data_dir());
      for (const char* const* dir = g_get_system_data_dirs(); *dir; ++dir)
        folders.emplace_back(*dir);
    }
    // The user's own word is the last.
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder)
      all.add_folder(*folder + "/seedream/models");
    for (const std::string& problem : all.problems)
      all.problem_list.push_back(problem.c_str());
    all.problem_list.push_back(nullptr);
  });
  return all;
}

// A list of texts as C wants it.
class Strings {
 public:
  explicit Strings(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (const std::string& text : texts_)
      pointers_.push_back(text.c_str());
    pointers_.push_back(nullptr);
  }
  Strings(const Strings&) = delete;
  Strings& operator=(const Strings&) = delete;
  const char* const* get() const { return pointers_.data(); }

 private:
  const std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

std::vector<std::string> sizes_of(const SizeRules& rules) {
  std::vector<std::string> texts;
  for (const NamedSize& size : rules.names)
    texts.push_back(size.name);
  for (const Tier& tier : rules.tiers)
    texts.push_back(tier.name);
  return texts;
}

std::vector<std::string> aspects_of(const SizeRules& rules) {
  std::vector<std::string> texts;
  for (const Ratio& ratio : rules.ratios)
    texts.push_back(ratio.text);
  return texts;
}

}  // namespace

const std::vector<ModelPtr>& models_of(std::string_view provider_id) {
  static const std::vector<ModelPtr> none;
  const auto found = catalogue().by_provider.find(provider_id);
  return found == catalogue().by_provider.end() ? none : found->second;
}

ModelPtr find_model(std::string_view provider_id, std::string_view id) {
  const auto& models = models_of(provider_id);
  if (id.empty())
    return models.empty() ? nullptr : models.front();
  for (const ModelPtr& model : models) {
    const bool regional = std::any_of(model->region_ids.begin(), model->region_ids.end(),
                                      [&](const auto& region) { return region.second == id; });
    if (model->id == id || model->service_id == id || regional)
      return model;
  }
  return nullptr;
}

std::vector<std::string> names_of_model(std::string_view provider_id, const std::string& id) {
  std::vector<std::string> names = {id};
  if (const ModelPtr model = find_model(provider_id, id)) {
    names.push_back(model->service_id);
    for (const auto& [region, local] : model->region_ids)
      names.push_back(local);
  }
  return names;
}

ModelPtr named_there(ModelPtr model, const Provider& provider, const std::string& root) {
  for (const Region& region : provider.regions) {
    const auto local = model->region_ids.find(region.id);
    if (root != region.base_url || local == model->region_ids.end())
      continue;
    auto there = std::make_shared<Model>(*model);
    there->service_id = local->second;
    return there;
  }
  return model;
}

struct ModelFace {
  explicit ModelFace(ModelPtr m)
      : model(std::move(m)),
        sizes(sizes_of(model->sizes)),
        aspects(aspects_of(model->sizes)),
        qualities(model->qualities),
        formats(model->formats) {}
  const ModelPtr model;
  const Strings sizes, aspects, qualities, formats;
};

}  // namespace seedream

/**
 * SeedreamModel:
 *
 * A model as one service offers it: what it takes, what it can be asked for, what it costs. Read only.
 *
 * It is data: see the page on providers and models for how to add one.
 *
 * Since: 0.1
 */
struct _SeedreamModel {
  GObject parent_instance;
  seedream::ModelFace* impl;  // owned: set once by new_model(), deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamModel, seedream_model, G_TYPE_OBJECT)

static void seedream_model_finalize(GObject* object) noexcept {
  delete SEEDREAM_MODEL(object)->impl;
  G_OBJECT_CLASS(seedream_model_parent_class)->finalize(object);
}

static void seedream_model_class_init(SeedreamModelClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_model_finalize;
}

static void seedream_model_init(SeedreamModel*) {}

namespace seedream {

SeedreamModel* new_model(ModelPtr model) {
  auto* self = static_cast<SeedreamModel*>(g_object_new(SEEDREAM_TYPE_MODEL, nullptr));
  self->impl = new ModelFace(std::move(model));
  return self;
}

}  // namespace seedream

/**
 * seedream_model_get_id:
 * @self: a model
 *
 * Tells which model it is.
 *
 * Returns: our id for it, the same for all services, such as "seedream-4.5"
 *
 * Since: 0.1
 */
const char* seedream_model_get_id(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->model->id.c_str();
}

/**
 * seedream_model_get_service_id:
 * @self: a model
 *
 * Tells what to call the model when the service is spoken to.
 *
 * Returns: what its service calls it, such as "bytedance-seed/seedream-4.5"
 *
 * Since: 0.1
 */
const char* seedream_model_get_service_id(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->model->service_id.c_str();
}

/**
 * seedream_model_get_name:
 * @self: a model
 *
 * Tells how the model is shown.
 *
 * Returns: its name, for people
 *
 * Since: 0.1
 */
const char* seedream_model_get_name(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->model->name.c_str();
}

/**
 * seedream_model_get_price:
 * @self: a model
 *
 * Tells what a picture costs.
 *
 * Returns: what one picture of usual size costs, in US dollars; below 0 where nobody has said
 *
 * Since: 0.1
 */
double seedream_model_get_price(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), -1);

  const auto& price = self->impl->model->price;
  return price ? price->usd : -1;
}

/**
 * seedream_model_estimate:
 * @self: a model
 * @count: how many pictures are asked for
 * @width: what each should come as, in pixels; 0 where nobody knows
 * @height: likewise
 * @n_images: how many pictures go in
 *
 * Reckons what a job costs before it is sent.
 *
 * Returns: what a job will cost, in US dollars, as far as the model's data tells; below 0 where it tells
 *   nothing
 *
 * Since: 0.1
 */
double seedream_model_estimate(SeedreamModel* self, guint count, int width, int height, guint n_images) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), -1);
  g_return_val_if_fail(width >= 0 && height >= 0, -1);

  return seedream::price_of(*self->impl->model, count, {width, height}, n_images).value_or(-1);
}

/**
 * seedream_model_get_max_count:
 * @self: a model
 *
 * Tells how many pictures can come.
 *
 * Returns: how many pictures one job may ask for
 *
 * Since: 0.1
 */
guint seedream_model_get_max_count(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), 0);

  return self->impl->model->max_count;
}

/**
 * seedream_model_get_max_images:
 * @self: a model
 *
 * Tells how many pictures can go in.
 *
 * Returns: how many pictures one composition may take
 *
 * Since: 0.1
 */
guint seedream_model_get_max_images(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), 0);

  return self->impl->model->inputs.max_count;
}

/**
 * seedream_model_get_recommended_words:
 * @self: a model
 *
 * Tells how long a prompt should be at most.
 *
 * Returns: up to how many English words its makers recommend for a prompt; 0 where they say nothing
 *
 * Since: 0.1
 */
guint seedream_model_get_recommended_words(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), 0);

  return self->impl->model->recommended_words;
}

/**
 * seedream_model_get_sizes:
 * @self: a model
 *
 * Lists the sizes that have names.
 *
 * Returns: (array zero-terminated=1) (transfer none): the names of sizes and tiers that
 *   [id@seedream_request_set_size] takes, beside "auto" and pixels
 *
 * Since: 0.1
 */
const char* const* seedream_model_get_sizes(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->sizes.get();
}

/**
 * seedream_model_get_aspects:
 * @self: a model
 *
 * Lists the shapes that can be asked for.
 *
 * Returns: (array zero-terminated=1) (transfer none): the ratios that [id@seedream_request_set_aspect] takes;
 *   none where the sizes' own shapes decide, or any will do
 *
 * Since: 0.1
 */
const char* const* seedream_model_get_aspects(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->aspects.get();
}

/**
 * seedream_model_get_qualities:
 * @self: a model
 *
 * Lists the qualities that can be asked for.
 *
 * Returns: (array zero-terminated=1) (transfer none): what [id@seedream_request_set_quality] takes; mostly
 *   nothing
 *
 * Since: 0.1
 */
const char* const* seedream_model_get_qualities(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->qualities.get();
}

/**
 * seedream_model_get_formats:
 * @self: a model
 *
 * Lists the file formats that can be wished for.
 *
 * Returns: (array zero-terminated=1) (transfer none): the formats in which its pictures can come; none where
 *   nobody has said
 *
 * Since: 0.1
 */
const char* const* seedream_model_get_formats(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);

  return self->impl->formats.get();
}

/**
 * seedream_model_get_takes_seed:
 * @self: a model
 *
 * Tells whether chance can be ruled out.
 *
 * Returns: whether [id@seedream_request_set_seed] means anything to it
 *
 * Since: 0.1
 */
gboolean seedream_model_get_takes_seed(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), FALSE);

  return self->impl->model->takes_seed;
}

/**
 * seedream_model_get_streams:
 * @self: a model
 *
 * Tells whether pictures come before all are drawn.
 *
 * Returns: whether its pictures can come one by one, as they are drawn
 *
 * Since: 0.1
 */
gboolean seedream_model_get_streams(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), FALSE);

  return self->impl->model->streams;
}

/**
 * seedream_model_get_draws_groups:
 * @self: a model
 *
 * Tells whether pictures can belong together.
 *
 * Returns: whether [id@seedream_request_set_group] means anything to it
 *
 * Since: 0.1
 */
gboolean seedream_model_get_draws_groups(SeedreamModel* self) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), FALSE);

  return self->impl->model->draws_groups;
}

/**
 * seedream_model_plan_frame:
 * @self: a model
 * @size: (nullable): what [id@seedream_request_set_size] takes; a tier such as "4K" leaves the shape open,
 * and %NULL or "auto" the pixels too
 * @width: a region's width in pixels, at least 1
 * @height: its height in pixels, at least 1
 * @frame_width: (out): the frame's width in pixels, at least @width
 * @frame_height: (out): the frame's height in pixels, at least @height
 *
 * Finds the smallest frame around a region whose shape the model can draw. A picture sent in such a frame
 * comes back in the same shape, so what lay in the region is found again without stretching or cutting.
 *
 * Returns: (transfer full): the size to ask for with [id@seedream_request_set_size]; where nobody knows its
 *   pixels a tier and its shape, such as "2K 16:9"
 *
 * Since: 0.1
 */
char* seedream_model_plan_frame(SeedreamModel* self, const char* size, int width, int height,
                                int* frame_width, int* frame_height) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), nullptr);
  g_return_val_if_fail(width > 0 && height > 0, nullptr);
  g_return_val_if_fail(frame_width != nullptr && frame_height != nullptr, nullptr);

  const seedream::Frame frame =
      seedream::plan_frame(self->impl->model->sizes, {width, height}, size ? size : "");
  *frame_width = frame.pixels.width;
  *frame_height = frame.pixels.height;
  return g_strdup(seedream::text_of(frame.size).c_str());
}

namespace seedream {
namespace {

Result<Ref<SeedreamImage>> what_is_sent(const jobs::Input& input, const InputRules& rules) {
  auto prepared = jobs::prepare_uploads({input}, rules);
  if (!prepared)
    return prepared.take_error();
  const Upload& upload = prepared->uploads.front();
  auto info = image::probe(upload.bytes);
  if (!info)
    return info.take_error();
  return Ref<SeedreamImage>::adopt(new_image(jobs::Drawn{upload.bytes, *info, {}, {}}));
}

}  // namespace
}  // namespace seedream

/**
 * seedream_model_prepare_image_async:
 * @self: a model
 * @image: a picture to edit, or one to compose with; what is said of its pixels in
 *   [ctor@Seedream.Image.new_from_buffer] holds here, too
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Finds out what a request to this model would send of a picture, in a worker thread: a file that is taken as
 * it is, else PNG, else JPEG where that would be too large, and fewer pixels where even that is. Nothing is
 * sent.
 *
 * Since: 0.1
 */
void seedream_model_prepare_image_async(SeedreamModel* self, SeedreamImage* image, GCancellable* cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_MODEL(self));
  g_return_if_fail(SEEDREAM_IS_IMAGE(image));

  using Sent = seedream::Ref<SeedreamImage>;
  const seedream::Caller caller{self, cancellable, callback, user_data,
                                reinterpret_cast<gpointer>(seedream_model_prepare_image_async)};
  if (seedream_image_get_uri(image))
    seedream::answer_at_once<Sent>(caller, Sent::share(image));
  else
    seedream::ask_in_worker<Sent>(
        caller,
        [input = seedream::input_of(image), model = self->impl->model] {
          return seedream::what_is_sent(input, model->inputs);
        },
        true);  // a large picture takes seconds
}

/**
 * seedream_model_prepare_image_finish:
 * @self: a model
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_model_prepare_image_async].
 *
 * Returns: (transfer full): a picture of the bytes that would be sent, its type and its size in pixels; one
 *   at an address as it is, for nothing else is sent of it; or %NULL with @error set, to
 *   %SEEDREAM_ERROR_INVALID where the picture cannot be read or made to fit
 *
 * Since: 0.1
 */
SeedreamImage* seedream_model_prepare_image_finish(SeedreamModel* self, GAsyncResult* result,
                                                   GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  const auto sent = seedream::answer_of<seedream::Ref<SeedreamImage>>(result, error);
  return sent ? sent->release() : nullptr;
}

/**
 * seedream_model_get_pixels:
 * @self: a model
 * @size: what [id@seedream_request_set_size] takes, such as what [id@seedream_model_plan_frame] returns
 * @width: (out): how wide a picture of that size comes, in pixels; 0 if nobody knows
 * @height: (out): how high
 *
 * Tells what a size means in pixels.
 *
 * Returns: %FALSE if the model cannot be asked for that size, or leaves its pixels open
 *
 * Since: 0.1
 */
gboolean seedream_model_get_pixels(SeedreamModel* self, const char* size, int* width, int* height) {
  g_return_val_if_fail(SEEDREAM_IS_MODEL(self), FALSE);
  g_return_val_if_fail(size != nullptr && width != nullptr && height != nullptr, FALSE);

  auto choice = seedream::choose_size(*self->impl->model, {.size = size});
  const seedream::Pixels pixels = choice ? choice->pixels : seedream::Pixels{};
  *width = pixels.width;
  *height = pixels.height;
  return pixels.width > 0;
}

/**
 * seedream_model_get_problems:
 *
 * Users may describe models of their own in `seedream/models` below their data folder; what is wrong there is
 * left out.
 *
 * Returns: (array zero-terminated=1) (transfer none): a sentence for each file that was left out; mostly none
 *
 * Since: 0.1
 */
const char* const* seedream_model_get_problems(void) {
  return seedream::catalogue().problem_list.data();
}
