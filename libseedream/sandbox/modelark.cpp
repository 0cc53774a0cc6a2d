// sandbox/modelark.cpp - ByteDance's own contract.
#include "sandbox/modelark.hpp"

#include "sandbox/modelark-answer.hpp"
#include "sandbox/modelark-order.hpp"
#include "sandbox/trouble.hpp"

namespace seedream::sandbox {
namespace modelark {
namespace {

constexpr const char* path = "/api/v3/images/generations";

const char* type_of(unsigned status) {
  switch (status) {
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 429:
      return "TooManyRequests";
    case 500:
    case 503:
      return "InternalServerError";
    default:
      return "BadRequest";
  }
}

Reply error_reply(const Complaint& complaint) {
  const CharPtr request_id(g_uuid_string_random());
  wire::JsonWriter json;
  json.begin_object()
      .begin_object("error")
      .text("code", complaint.code)
      .text("message", format("%s. Request ID: %s", complaint.message.c_str(), request_id.get()))
      .text("param", complaint.param)
      .text("type", type_of(complaint.status))
      .end_object()
      .end_object();
  return json_reply(complaint.status, json);
}

Complaint complaint_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::bad_key:
      return {401, "AuthenticationError", "", "The API key or AK/SK in the request is missing or invalid"};
    case Trouble::no_credit:
      return {403, "AccountOverdueError", "", "The account has an overdue balance"};
    case Trouble::refused:
      return {400, "InputTextSensitiveContentDetected", "",
              "The request failed because the input text may contain sensitive information"};
    case Trouble::moderated:
      return {403, "PolicyViolation", "", "The request failed because it is against the usage policy"};
    case Trouble::too_large:
      return {413, "RequestEntityTooLarge", "", "The request body is too large"};
    case Trouble::busy:
      return {429, "ServerOverloaded", "", "The service is overloaded"};
    case Trouble::unavailable:
      return {503, "ServiceUnavailable", "", "The service is not available at the moment"};
    case Trouble::broken:
      break;
  }
  return {500, "InternalServiceError", "", "The service encountered an unexpected internal error"};
}

Reply wording(Trouble trouble) noexcept {
  return error_reply(complaint_of(trouble));
}

Complaint complaint_of(const Canvasses& canvasses) {
  const bool unreachable = canvasses.failure == Materials::Failure::not_downloaded;
  return {400, unreachable ? "InvalidImageURL" : "InvalidParameter", "image", canvasses.error};
}

class ModelArk final : public Contract {
 public:
  ModelArk(const Options& options, Faults& faults, Studio& studio, Downloads& downloads)
      : options_(options), faults_(faults), studio_(studio), downloads_(downloads) {}

  bool answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept override {
    if (call.path != path)
      return false;
    if (!admits(call, options_, faults_))
      answer->finish(wording(Trouble::bad_key));
    else if (call.method != "POST")
      answer->finish(error_reply({405, "MethodNotAllowed", "", "The method is not allowed"}));
    else
      create(call, answer);
    return true;
  }

 private:
  void create(const Call& call, const std::shared_ptr<Answer>& answer) {
    auto document = wire::JsonDocument::parse(call.body);
    if (!document || !document->root().is_object())
      return answer->finish(error_reply({.message = "The request body is not a JSON object"}));
    Order order;
    if (const auto complaint = read_order(document->root(), order))
      return answer->finish(error_reply(*complaint));
    if (const auto taken = take_order(call, answer, faults_, wording))
      draw(std::move(order), taken);
  }

  void draw(Order order, const std::shared_ptr<Answer>& answer) {
    if (faults_.strikes("job-sticks"))
      return;  // and nobody ever answers
    answer->note({order.commission.prompt, order.commission.count});
    const auto delivery = std::make_shared<Delivery>(order, answer, faults_, downloads_);
    studio_.accept(
        std::move(order.commission),
        {.on_done =
             [answer, delivery](const Canvasses& canvasses) {
               if (canvasses.error.empty())
                 delivery->finish();
               else
                 answer->finish(error_reply(complaint_of(canvasses)));
             },
         .on_picture = [delivery](unsigned index, const Bytes& picture) { delivery->show(index, picture); }});
  }

  const Options& options_;
  Faults& faults_;
  Studio& studio_;
  Downloads& downloads_;
};

}  // namespace
}  // namespace modelark

std::unique_ptr<Contract> make_modelark(const Options& options, Faults& faults, Studio& studio,
                                        Downloads& downloads) {
  return std::make_unique<modelark::ModelArk>(options, faults, studio, downloads);
}

}  // namespace seedream::sandbox
