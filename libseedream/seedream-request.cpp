// seedream-request.cpp - everything the picture depends on.
#include "seedream-request.h"

#include "seedream-image-private.hpp"
#include "seedream-request-private.hpp"

/**
 * SeedreamRequest:
 *
 * Everything that the picture depends on: the prompt, the pictures that go in, the model, the size and the
 * other wishes.
 *
 * One request can be sent several times, to several services.
 *
 * Since: 0.1
 */
struct _SeedreamRequest {
  GObject parent_instance;
  seedream::FullRequest* impl;  // owned: created in init, deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamRequest, seedream_request, G_TYPE_OBJECT)

static void seedream_request_finalize(GObject* object) noexcept {
  delete SEEDREAM_REQUEST(object)->impl;
  G_OBJECT_CLASS(seedream_request_parent_class)->finalize(object);
}

static void seedream_request_class_init(SeedreamRequestClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_request_finalize;
}

static void seedream_request_init(SeedreamRequest* self) {
  self->impl = new seedream::FullRequest;
}

namespace seedream {

const FullRequest& contents_of(SeedreamRequest* request) {
  return *request->impl;
}

namespace {

void assign(std::string& field, const char* text) {
  field = text ? text : "";
}

}  // namespace
}  // namespace seedream

/**
 * seedream_request_new:
 * @operation: what is asked of the model
 * @prompt: what the picture shall show, UTF-8, in any language
 *
 * Makes a request. Nothing is checked here: [id@seedream_client_create_job] does, for it knows the service.
 *
 * Returns: (transfer full): a new request
 *
 * Since: 0.1
 */
SeedreamRequest* seedream_request_new(SeedreamOperation operation, const char* prompt) {
  g_return_val_if_fail(prompt != nullptr, nullptr);

  auto* self = static_cast<SeedreamRequest*>(g_object_new(SEEDREAM_TYPE_REQUEST, nullptr));
  self->impl->request.operation = operation;
  self->impl->request.prompt = prompt;
  return self;
}

/**
 * seedream_request_get_operation:
 * @self: a request
 *
 * Tells what kind of request it is.
 *
 * Returns: what is asked of the model
 *
 * Since: 0.1
 */
SeedreamOperation seedream_request_get_operation(SeedreamRequest* self) {
  g_return_val_if_fail(SEEDREAM_IS_REQUEST(self), SEEDREAM_OPERATION_GENERATE);

  return self->impl->request.operation;
}

/**
 * seedream_request_get_prompt:
 * @self: a request
 *
 * Tells what is asked for, in words.
 *
 * Returns: what the picture shall show
 *
 * Since: 0.1
 */
const char* seedream_request_get_prompt(SeedreamRequest* self) {
  g_return_val_if_fail(SEEDREAM_IS_REQUEST(self), nullptr);

  return self->impl->request.prompt.c_str();
}

/**
 * seedream_request_add_image:
 * @self: a request
 * @image: a picture to edit, or one to compose with
 *
 * Adds an input picture. The prompt calls them "image 1", "image 2", … in the order in which they were added.
 *
 * Since: 0.1
 */
void seedream_request_add_image(SeedreamRequest* self, SeedreamImage* image) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));
  g_return_if_fail(SEEDREAM_IS_IMAGE(image));

  self->impl->inputs.push_back(seedream::input_of(image));
  self->impl->request.images.push_back({seedream_image_get_width(image), seedream_image_get_height(image)});
}

/**
 * seedream_request_set_model:
 * @self: a request
 * @model: (nullable): the model's id; %NULL for the service's first
 *
 * Chooses the model.
 *
 * Since: 0.1
 */
void seedream_request_set_model(SeedreamRequest* self, const char* model) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  seedream::assign(self->impl->request.model, model);
}

/**
 * seedream_request_set_count:
 * @self: a request
 * @count: how many pictures are wanted; 1 at first. Each is paid for.
 *
 * Asks for several pictures.
 *
 * Since: 0.1
 */
void seedream_request_set_count(SeedreamRequest* self, guint count) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  self->impl->request.count = count;
}

/**
 * seedream_request_get_count:
 * @self: a request
 *
 * Tells how many pictures are asked for.
 *
 * Returns: how many pictures are wanted
 *
 * Since: 0.1
 */
guint seedream_request_get_count(SeedreamRequest* self) {
  g_return_val_if_fail(SEEDREAM_IS_REQUEST(self), 0);

  return self->impl->request.count;
}

/**
 * seedream_request_set_group:
 * @self: a request
 * @group: whether the pictures shall belong together, such as the scenes of one story. The model then decides
 *   how many they are; the count is the most. %FALSE at first.
 *
 * Asks for pictures that belong together.
 *
 * Since: 0.1
 */
void seedream_request_set_group(SeedreamRequest* self, gboolean group) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  self->impl->request.group = group;
}

/**
 * seedream_request_set_stream:
 * @self: a request
 * @streaming: how the service shall answer; %SEEDREAM_STREAMING_AUTO at first
 *
 * Chooses how the service answers.
 *
 * Since: 0.1
 */
void seedream_request_set_stream(SeedreamRequest* self, SeedreamStreaming streaming) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  self->impl->request.stream =
      streaming == SEEDREAM_STREAMING_AUTO ? std::nullopt : std::optional(streaming == SEEDREAM_STREAMING_ON);
}

/**
 * seedream_request_set_size:
 * @self: a request
 * @size: (nullable): "auto", a tier such as "2K" or, with its shape, "2K 16:9", pixels such as "2304x1728",
 * or one of the service's own names; %NULL for "auto", which is the size nearest to the picture that is
 * edited, and else the service's own
 *
 * Asks for a size.
 *
 * The picture that comes may have another size all the same: read it from the image.
 *
 * Since: 0.1
 */
void seedream_request_set_size(SeedreamRequest* self, const char* size) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  seedream::assign(self->impl->request.size, size);
}

/**
 * seedream_request_set_aspect:
 * @self: a request
 * @aspect: (nullable): width to height, such as "4:3"; %NULL leaves it to the size
 *
 * Asks for a shape.
 *
 * Since: 0.1
 */
void seedream_request_set_aspect(SeedreamRequest* self, const char* aspect) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  seedream::assign(self->impl->request.aspect, aspect);
}

/**
 * seedream_request_set_quality:
 * @self: a request
 * @quality: (nullable): one of the service's qualities; %NULL leaves it to the service
 *
 * Asks for a quality.
 *
 * Since: 0.1
 */
void seedream_request_set_quality(SeedreamRequest* self, const char* quality) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  seedream::assign(self->impl->request.quality, quality);
}

/**
 * seedream_request_set_format:
 * @self: a request
 * @format: (nullable): "png", "jpeg" or "webp", a wish that the service may not meet; %NULL leaves it to the
 *   service
 *
 * Wishes for a file format.
 *
 * Since: 0.1
 */
void seedream_request_set_format(SeedreamRequest* self, const char* format) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  seedream::assign(self->impl->request.format, format);
}

/**
 * seedream_request_set_seed:
 * @self: a request
 * @seed: where chance begins; equal requests with equal seeds give equal pictures. Negative: chance decides
 *
 * Rules chance out.
 *
 * Since: 0.1
 */
void seedream_request_set_seed(SeedreamRequest* self, gint64 seed) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  self->impl->request.seed = seed < 0 ? std::nullopt : std::optional(seed);
}

/**
 * seedream_request_set_placement:
 * @self: a request
 * @placement: (nullable): where the pictures shall go, in whatever words the caller understands; %NULL:
 *   nothing
 *
 * Says what another run of the caller needs to put the pictures in their place, if this one ends too early.
 * It is written down with the job, see [id@seedream_job_get_placement], and not sent.
 *
 * Since: 0.1
 */
void seedream_request_set_placement(SeedreamRequest* self, const char* placement) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));

  seedream::assign(self->impl->placement, placement);
}

/**
 * seedream_request_attach:
 * @self: a request
 * @name: what it is called; another one of that name is replaced
 * @bytes: anything, some MiB at most
 *
 * Gives the job bytes that belong to its placement, such as a selection. They are written down with it, see
 * [id@seedream_history_lookup_attachment_async], and not sent.
 *
 * Since: 0.1
 */
void seedream_request_attach(SeedreamRequest* self, const char* name, GBytes* bytes) {
  g_return_if_fail(SEEDREAM_IS_REQUEST(self));
  g_return_if_fail(name != nullptr && bytes != nullptr);

  auto& all = self->impl->attachments;
  std::erase_if(all, [name](const auto& each) { return each.first == name; });
  all.emplace_back(name, seedream::Bytes::share(bytes));
}
