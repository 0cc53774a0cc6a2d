// providers/imarouter/talk.cpp - create, then poll.
#include "providers/imarouter/talk.hpp"

#include <glib/gi18n-lib.h>

#include "base/presentable.hpp"
#include "providers/hearing.hpp"
#include "providers/imarouter/reader.hpp"
#include "providers/inputs.hpp"

namespace seedream::imarouter {
namespace {

class Talk final : public Exchange {
 public:
  explicit Talk(Contract contract) : contract_(contract) {}

  Result<ServiceCall> open(const Request& request, const Model& model) noexcept override {
    embeds_ = embeds_pictures(request);
    wire::JsonWriter json;
    json.begin_object();
    if (auto written = contract_.write(json, request, model); !written)
      return written.take_error();
    json.end_object();
    return ServiceCall{.method = "POST",
                       .path = contract_.create_path(request, model),
                       .body = json.finish_body(),
                       .body_type = "application/json",
                       .creates = true};
  }

  std::optional<ServiceCall> resume(const std::string& service_id) noexcept override {
    service_id_ = service_id;
    return poll();
  }

  Steps hear(const HttpAnswer& answer) noexcept override {
    auto document = wire::JsonDocument::parse(answer.text());
    const bool created = service_id_.empty();
    if (!answer.succeeded())
      return just(failure_of({.status = answer.status, .words = words_of(answer, document)}, created));
    if (!document || !document->root().is_object())
      return just(unreadable(contract_.provider, _("%s's answer is not JSON.")));
    const JobAnswer job = read_job(document->root());
    return created ? hear_created(job) : hear_job(job);
  }

 private:
  // A service that is given pictures where it wants their addresses says little more than "no".
  std::string words_of(const HttpAnswer& answer, Result<wire::JsonDocument>& document) const {
    const std::string words = document                            ? read_job(document->root()).error
                              : answer.media_type == "text/plain" ? std::string(answer.text())
                                                                  : "";
    const bool in_doubt = answer.status == 400 || answer.status == 415 || answer.status == 422;
    if (!embeds_ || !in_doubt || !service_id_.empty())
      return words;
    const char* hint = _("this provider may want public URLs in the place of pictures");
    return words.empty() ? hint : words + " – " + hint;
  }

  ServiceCall poll() const {
    const CharPtr id(g_uri_escape_string(service_id_.c_str(), nullptr, FALSE));
    return {.path = std::string(contract_.poll_prefix) + id.get()};
  }

  Steps hear_created(const JobAnswer& job) {
    if (job.id.empty())
      return hear_no_id(job);
    service_id_ = job.id;
    Steps steps = just(Accepted{service_id_});
    steps.emplace_back(Ask{poll(), contract_.pace.first_poll});
    return steps;
  }

  // Pictures that come at once are as good as a job; words in the place of one say why there is none.
  Steps hear_no_id(const JobAnswer& job) const {
    if (phase_of(job.status) == Phase::failed)
      return hear_failed(job, SEEDREAM_CHARGE_NO);
    if (!job.outputs.empty())
      return hear_completed(job);
    if (job.status.empty() && !job.error.empty())
      return hear_failed(job, SEEDREAM_CHARGE_UNKNOWN);
    return just(unreadable(contract_.provider, _("%s took the job but gave it no id.")));
  }

  Steps hear_job(const JobAnswer& job) {
    switch (phase_of(job.status)) {
      case Phase::failed:  // the price is per output picture, and here there is none
        return hear_failed(job, SEEDREAM_CHARGE_NO);
      case Phase::completed:
        return hear_completed(job);
      case Phase::queued:
      case Phase::running:
        break;
    }
    Steps steps = just(Underway{phase_of(job.status) == Phase::queued ? SEEDREAM_JOB_STATE_QUEUED
                                                                      : SEEDREAM_JOB_STATE_RUNNING});
    steps.emplace_back(Ask{poll(), contract_.pace.next_poll});
    return steps;
  }

  Steps hear_failed(const JobAnswer& job, SeedreamCharge charged) const {
    const std::string words = presentable(job.error);
    const char* name = contract_.provider.name;
    return just(Failed{words.empty() ? make_error(SEEDREAM_ERROR_REFUSED, _("%s could not draw this."), name)
                                     : make_error(SEEDREAM_ERROR_REFUSED,
                                                  _("%s could not draw this: “%s”. Change the prompt or the "
                                                    "pictures, then try again."),
                                                  name, words.c_str()),
                       charged});
  }

  Steps hear_completed(const JobAnswer& job) const {
    if (job.outputs.empty())
      return just(unreadable(contract_.provider, _("%s says that it is done but sent no picture.")));
    Steps steps;
    Hearing hearing(contract_.provider);
    for (const std::string& output : job.outputs)
      hearing.take_address(output, steps);
    Hearing::take_cost(job.usd, steps);
    hearing.finish(steps);
    return steps;
  }

  const Contract contract_;
  std::string service_id_;
  bool embeds_ = false;
};

}  // namespace

std::unique_ptr<Exchange> begin_talk(Contract contract) {
  return std::make_unique<Talk>(contract);
}

}  // namespace seedream::imarouter
