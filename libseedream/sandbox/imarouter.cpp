// sandbox/imarouter.cpp - what ImaRouter's two contracts have in common.
#include "sandbox/imarouter.hpp"

#include "sandbox/trouble.hpp"

namespace seedream::sandbox {
namespace imarouter {

Reply error_reply(unsigned status, const char* code, const std::string& message) {
  wire::JsonWriter json;
  json.begin_object()
      .begin_object("error")
      .text("code", code)
      .text("message", message)
      .end_object()
      .end_object();
  return json_reply(status, json);
}

namespace {

Reply wording(Trouble trouble) noexcept {
  switch (trouble) {
    case Trouble::bad_key:
      return error_reply(401, "unauthorized", "Invalid API key");
    case Trouble::no_credit:
      return error_reply(402, "insufficient_balance", "Your balance is too low");
    case Trouble::refused:
      return error_reply(400, "content_policy_violation", "The prompt is against the rules");
    case Trouble::moderated:
      return error_reply(403, "moderation_blocked", "The moderation blocks the prompt");
    case Trouble::too_large:
      return error_reply(413, "payload_too_large", "The request is too large");
    case Trouble::busy:
      return error_reply(429, "rate_limit_exceeded", "Too many requests");
    case Trouble::unavailable:
      return error_reply(503, "service_unavailable", "Service unavailable");
    case Trouble::broken:
      break;
  }
  return error_reply(500, "internal_error", "Internal error");
}

class ImaRouter final : public Contract {
 public:
  ImaRouter(const Dialect& dialect, const Options& options, Faults& faults, Studio& studio,
            Downloads& downloads)
      : dialect_(dialect), options_(options), faults_(faults), jobs_(options, faults, studio, downloads) {}

  bool answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept override {
    const bool asks_account = !dialect_.account_path.empty() && call.path == dialect_.account_path;
    const bool polls = call.path.starts_with(dialect_.poll_prefix);
    const bool creates = !polls && call.path.starts_with(dialect_.create_prefix);
    if (!asks_account && !polls && !creates)
      return false;
    if (!admits(call, options_, faults_))
      answer->finish(wording(Trouble::bad_key));
    else if (call.method != (creates ? "POST" : "GET"))
      answer->finish(error_reply(405, "method_not_allowed", "Method not allowed"));
    else if (asks_account)
      answer->finish(account());
    else if (polls)
      answer->finish(poll(call));
    else
      create(call, answer);
    return true;
  }

 private:
  void create(const Call& call, const std::shared_ptr<Answer>& answer) {
    const std::string operation = call.path.substr(dialect_.create_prefix.size());
    if (!dialect_.knows(operation))
      return answer->finish(error_reply(404, "not_found", "No such endpoint"));
    auto document = wire::JsonDocument::parse(call.body);
    if (!document || !document->root().is_object())
      return answer->finish(error_reply(400, "invalid_json", "The body is not a JSON object"));
    Commission commission;
    if (auto refusal = dialect_.refuse(operation, document->root(), commission))
      return answer->finish(std::move(*refusal));
    const auto taken = take_order(call, answer, faults_, wording);
    if (!taken)
      return;
    taken->note({commission.prompt, commission.count});
    taken->finish(begin(std::move(commission)));
  }

  Reply begin(Commission commission) {
    wire::JsonWriter json;
    dialect_.write_created(json, faults_.strikes("no-id") ? "" : jobs_.begin(std::move(commission)));
    return json_reply(200, json);
  }

  Reply poll(const Call& call) {
    if (auto reply = strike_answer(call, Leg::poll, faults_, wording))
      return std::move(*reply);
    const std::string id = call.path.substr(dialect_.poll_prefix.size());
    const auto job = jobs_.look(id);
    if (!job)
      return error_reply(404, "not_found", "No such job");
    wire::JsonWriter json;
    dialect_.write_job(json, id, *job);
    return json_reply(200, json);
  }

  static Reply account() {
    wire::JsonWriter json;
    json.begin_object()
        .boolean("success", true)
        .text("message", "")
        .begin_object("data")
        .text("object", "user_balance")
        .integer("user_id", 1001)
        .text("username", "demo-user")
        .number("balance_usd", 12.5)
        .number("used_amount_usd", 7.5)
        .end_object()
        .end_object();
    return json_reply(200, json);
  }

  const Dialect& dialect_;
  const Options& options_;
  Faults& faults_;
  Jobs jobs_;
};

}  // namespace
}  // namespace imarouter

std::unique_ptr<Contract> make_imarouter(const imarouter::Dialect& dialect, const Options& options,
                                         Faults& faults, Studio& studio, Downloads& downloads) {
  return std::make_unique<imarouter::ImaRouter>(dialect, options, faults, studio, downloads);
}

}  // namespace seedream::sandbox
