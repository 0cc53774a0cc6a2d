// providers/imarouter/imarouter.cpp - ImaRouter's asynchronous image endpoints: create, then poll the job.
// https://imarouter.com's product page for Seedream 4.5 is the source; what it does not name is marked below.
#include "providers/imarouter/imarouter.hpp"

#include <glib/gi18n-lib.h>

#include "providers/faults.hpp"
#include "providers/imarouter/reader.hpp"
#include "providers/size.hpp"
#include "wire/data-url.hpp"

namespace seedream {
using namespace std::chrono_literals;

namespace imarouter {
namespace {

// The page names portrait_4_3; the rest is read from the service whose names it shares.
constexpr NamedSize sizes[] = {
    {"square_hd", 2048, 2048},     {"square", 1920, 1920},        {"portrait_4_3", 1728, 2304},
    {"portrait_16_9", 1600, 2848}, {"landscape_4_3", 2304, 1728}, {"landscape_16_9", 2848, 1600},
};
// The page names high; the rest is unverified.
constexpr const char* qualities[] = {"low", "medium", "high"};
// The page names png; the rest is unverified.
constexpr const char* formats[] = {"png", "jpeg", "webp"};

// Fields for the input pictures are not on the page: unverified.
constexpr const char* edit_field = "imageUrl";
constexpr const char* compose_field = "imageUrls";

const char* endpoint(SeedreamOperation operation) {
  switch (operation) {
    case SEEDREAM_OPERATION_EDIT:
      return "/v1/image/seedream-4.5/edit";
    case SEEDREAM_OPERATION_COMPOSE:
      return "/v1/image/seedream-4.5/compose";
    default:
      return "/v1/image/seedream-4.5/generate";
  }
}

void write_images(wire::JsonWriter& json, const Request& request) {
  if (request.operation == SEEDREAM_OPERATION_EDIT) {
    const Upload& only = request.uploads.front();
    json.text(edit_field, wire::write_data_url(only.media_type, only.bytes));
  } else if (request.operation == SEEDREAM_OPERATION_COMPOSE) {
    json.begin_array(compose_field);
    for (const Upload& upload : request.uploads)
      json.text("", wire::write_data_url(upload.media_type, upload.bytes));
    json.end_array();
  }
}

class Talk final : public Exchange {
 public:
  explicit Talk(Pace pace) : pace_(pace) {}

  Result<ServiceCall> open(const Request& request) noexcept override {
    auto size = choose_size(capabilities, request.size, request.aspect);
    if (!size)
      return size.take_error();
    wire::JsonWriter json;
    json.begin_object().text("prompt", request.prompt);
    if (!size->empty())
      json.text("imageSize", *size);
    if (!request.quality.empty())
      json.text("quality", request.quality);
    json.integer("numImages", request.count);
    if (!request.format.empty())
      json.text("outputFormat", request.format);
    write_images(json, request);
    json.end_object();
    return ServiceCall{.method = "POST",
                       .path = endpoint(request.operation),
                       .body = Bytes::of(json.finish()),
                       .body_type = "application/json",
                       .creates = true};
  }

  std::vector<Step> hear(const HttpAnswer& answer) noexcept override {
    auto document = wire::JsonDocument::parse(answer.text());
    const bool created = service_id_.empty();
    if (!answer.succeeded()) {
      const std::string words = document                            ? read_job(document->root()).error
                                : answer.media_type == "text/plain" ? std::string(answer.text())
                                                                    : "";
      return one(failure_of_status(answer.status, words, created));
    }
    if (!document || !document->root().is_object())
      return one(Failed{make_error(SEEDREAM_ERROR_BAD_ANSWER, _("ImaRouter's answer is not JSON.")),
                        SEEDREAM_CHARGE_UNKNOWN});
    const JobAnswer job = read_job(document->root());
    return created ? hear_created(job) : hear_job(job);
  }

 private:
  template <typename T>
  static std::vector<Step> one(T step) {
    std::vector<Step> steps;
    steps.emplace_back(std::move(step));
    return steps;
  }

  Ask poll(std::chrono::milliseconds after) const {
    CharPtr id(g_uri_escape_string(service_id_.c_str(), nullptr, FALSE));
    return {ServiceCall{.path = std::string("/v1/jobs/") + id.get()}, after};
  }

  std::vector<Step> hear_created(const JobAnswer& job) {
    if (job.id.empty())
      return one(Failed{make_error(SEEDREAM_ERROR_BAD_ANSWER, _("ImaRouter took the job but gave it no id.")),
                        SEEDREAM_CHARGE_UNKNOWN});
    service_id_ = job.id;
    std::vector<Step> steps = one(Accepted{service_id_});
    steps.emplace_back(poll(pace_.first_poll));
    return steps;
  }

  std::vector<Step> hear_job(const JobAnswer& job) {
    switch (phase_of(job.status)) {
      case Phase::failed: {
        const std::string words = presentable(job.error);
        // ImaRouter's price is per output picture, and here there is none.
        return one(Failed{words.empty()
                              ? make_error(SEEDREAM_ERROR_REFUSED, _("ImaRouter could not draw this."))
                              : make_error(SEEDREAM_ERROR_REFUSED,
                                           _("ImaRouter could not draw this: “%s”. Change the prompt or the "
                                             "pictures, then try again."),
                                           words.c_str()),
                          SEEDREAM_CHARGE_NO});
      }
      case Phase::completed:
        return hear_completed(job);
      case Phase::queued:
      case Phase::running:
        break;
    }
    std::vector<Step> steps = one(Underway{
        phase_of(job.status) == Phase::queued ? SEEDREAM_JOB_STATE_QUEUED : SEEDREAM_JOB_STATE_RUNNING});
    steps.emplace_back(poll(pace_.next_poll));
    return steps;
  }

  std::vector<Step> hear_completed(const JobAnswer& job) {
    if (job.outputs.empty())
      return one(Failed{
          make_error(SEEDREAM_ERROR_BAD_ANSWER, _("ImaRouter says that it is done but sent no picture.")),
          SEEDREAM_CHARGE_UNKNOWN});
    std::vector<Step> steps;
    for (const std::string& output : job.outputs) {
      if (!wire::is_data_url(output)) {
        steps.emplace_back(PictureAt{output});
        continue;
      }
      auto data = wire::read_data_url(output);
      if (!data)
        return one(Failed{data.take_error(), SEEDREAM_CHARGE_YES});
      steps.emplace_back(PictureHere{data->bytes});
    }
    steps.emplace_back(Finished{});
    return steps;
  }

  const Pace pace_;
  std::string service_id_;
};

}  // namespace

constexpr Capabilities capabilities = {.sizes = sizes,
                                       .qualities = qualities,
                                       .formats = formats,
                                       .max_count = 4,    // unverified: the page's sample asks for 1
                                       .max_images = 14,  // the model's own limit
                                       .takes_seed = false,
                                       .usd_per_image = 0.04};

std::unique_ptr<Exchange> begin(Pace pace) {
  return std::make_unique<Talk>(pace);
}

}  // namespace imarouter

extern const Provider imarouter_provider;
const Provider imarouter_provider = {
    .id = "imarouter",
    .name = "ImaRouter",
    .base_url = "https://api.imarouter.com",
    .api_prefix = "/v1",
    .program = nullptr,
    .key_variable = "IMAROUTER_API_KEY",
    .base_url_variable = "IMAROUTER_BASE_URL",
    .model = "seedream-4.5",
    .can = imarouter::capabilities,
    // The page's own sample polls every 3 s; the first look comes sooner.
    .begin = [] { return imarouter::begin({.first_poll = 1s, .next_poll = 3s}); }};

}  // namespace seedream
