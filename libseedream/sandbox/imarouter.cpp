// sandbox/imarouter.cpp - ImaRouter's page contract.
#include "sandbox/imarouter.hpp"

#include <algorithm>

#include "sandbox/trouble.hpp"

namespace seedream::sandbox {
namespace {

using wire::Json;
using wire::JsonWriter;

struct NamedSize {
  const char* name;
  Size size;
};
constexpr NamedSize sizes[] = {{"square_hd", {2048, 2048}},     {"square", {1920, 1920}},
                               {"portrait_4_3", {1728, 2304}},  {"portrait_16_9", {1600, 2848}},
                               {"landscape_4_3", {2304, 1728}}, {"landscape_16_9", {2848, 1600}}};
constexpr gint64 max_outputs = 4;
constexpr std::size_t max_inputs = 14;
constexpr std::string_view create_prefix = "/v1/image/seedream-4.5/";
constexpr std::string_view job_prefix = "/v1/jobs/";

struct Job {
  gint64 begun = 0;  // microseconds, monotonic
  unsigned number = 0;
  bool fails = false, sticks = false, empty = false;
};

Reply error_reply(unsigned status, const char* code, const std::string& message) {
  JsonWriter json;
  json.begin_object()
      .begin_object("error")
      .text("code", code)
      .text("message", message)
      .end_object()
      .end_object();
  return json_reply(status, json);
}

Reply wording(Trouble trouble) noexcept {
  switch (trouble) {
    case Trouble::bad_key:
      return error_reply(401, "unauthorized", "Invalid API key");
    case Trouble::no_credit:
      return error_reply(402, "insufficient_balance", "Your balance is too low");
    case Trouble::refused:
      return error_reply(400, "content_policy_violation", "The prompt is against the rules");
    case Trouble::too_large:
      return error_reply(413, "payload_too_large", "The request is too large");
    case Trouble::busy:
      return error_reply(429, "rate_limit_exceeded", "Too many requests");
    case Trouble::broken:
      break;
  }
  return error_reply(500, "internal_error", "Internal error");
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return word == each; });
}

// The page does not name the fields for input pictures, so the likely ones are all taken.
std::vector<std::string> inputs_of(Json body) {
  for (const char* field :
       {"imageUrl", "imageUrls", "image_url", "image_urls", "image", "images", "referenceImages"}) {
    if (auto one = body.at(field).text())
      return {*one};
    std::vector<std::string> urls;
    for (Json item : body.at(field).items())
      if (auto url = item.text())
        urls.push_back(*url);
    if (!urls.empty())
      return urls;
  }
  return {};
}

// A member that should be a word; what is there but is none gives one that nothing matches.
std::string word(Json body, const char* name, const char* usual) {
  const Json member = body.at(name);
  return !member ? usual : member.is_string() ? *member.text() : "\n";
}

// What is wrong with the order; empty: nothing. Fills in the commission.
std::string read_order(const std::string& operation, Json body, Commission& commission) {
  commission.prompt = word(body, "prompt", "");
  if (commission.prompt.empty() || !body.at("prompt").is_string())
    return "prompt is required";
  const std::string size = word(body, "imageSize", "square_hd");
  const auto* found =
      std::find_if(std::begin(sizes), std::end(sizes), [&](const NamedSize& s) { return size == s.name; });
  if (found == std::end(sizes))
    return "imageSize is not one of square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, "
           "landscape_16_9";
  commission.size = found->size;
  if (!is_one_of(word(body, "quality", "high"), {"low", "medium", "high"}))
    return "quality is not one of low, medium, high";
  commission.format = word(body, "outputFormat", "png");
  if (!is_one_of(commission.format, {"png", "jpeg", "webp"}))
    return "outputFormat is not one of png, jpeg, webp";
  const double count = body.at("numImages") ? body.at("numImages").number().value_or(0) : 1;
  if (count < 1 || count > max_outputs || count != double(int(count)))
    return "numImages is not 1 to 4";
  commission.count = unsigned(count);
  commission.inputs = inputs_of(body);
  const std::size_t n = commission.inputs.size();
  if (operation == "edit" && n != 1)
    return "imageUrl: edit takes one image";
  if (operation == "compose" && (n < 2 || n > max_inputs))
    return "imageUrls: compose takes 2 to 14 images";
  if (operation == "generate" && n > 0)
    return "generate takes no image";
  return {};
}

class ImaRouter final : public Contract {
 public:
  ImaRouter(const Options& options, Faults& faults, Studio& studio, Downloads& downloads)
      : options_(options), faults_(faults), studio_(studio), downloads_(downloads) {}

  bool answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept override {
    const bool creates = call.path.starts_with(create_prefix);
    if (!creates && !call.path.starts_with(job_prefix))
      return false;
    if (!admits(call, options_, faults_))
      answer->finish(wording(Trouble::bad_key));
    else if (call.method != (creates ? "POST" : "GET"))
      answer->finish(error_reply(405, "method_not_allowed", "Method not allowed"));
    else if (creates)
      create(call.path.substr(create_prefix.size()), call.body, answer);
    else
      answer->finish(status(call.path.substr(job_prefix.size())));
    return true;
  }

 private:
  void create(const std::string& operation, const std::string& text, const std::shared_ptr<Answer>& answer) {
    if (!is_one_of(operation, {"generate", "edit", "compose"}))
      return answer->finish(error_reply(404, "not_found", "No such endpoint"));
    auto document = wire::JsonDocument::parse(text);
    if (!document || !document->root().is_object())
      return answer->finish(error_reply(400, "invalid_json", "The body is not a JSON object"));
    Commission commission;
    const std::string wrong = read_order(operation, document->root(), commission);
    if (!wrong.empty())
      return answer->finish(error_reply(400, "invalid_parameter", wrong));
    if (const auto taken = take_order(answer, faults_, wording))
      taken->finish(begin(std::move(commission)));
  }

  Reply begin(Commission commission) {
    if (faults_.strikes("no-id"))
      return {.body = Bytes::of("{\"status\":\"queued\"}")};
    const std::string id = "job_" + std::string(CharPtr(g_uuid_string_random()).get());
    jobs_[id] = {.begun = g_get_monotonic_time(),
                 .number = studio_.accept(std::move(commission)),
                 .fails = faults_.strikes("job-fails"),
                 .sticks = faults_.strikes("job-sticks"),
                 .empty = faults_.strikes("no-output")};
    JsonWriter json;
    json.begin_object().text("id", id).text("status", "queued").end_object();
    return json_reply(200, json);
  }

  Reply status(const std::string& id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end())
      return error_reply(404, "not_found", "No such job");
    const Job& job = found->second;
    const gint64 milliseconds = (g_get_monotonic_time() - job.begun) / 1000;
    const Canvasses* canvasses = studio_.look(job.number);
    JsonWriter json;
    json.begin_object().text("id", id);
    if (milliseconds * 3 < options_.job_ms) {
      json.text("status", "queued");
    } else if (milliseconds < options_.job_ms || !canvasses || job.sticks) {
      json.text("status", "running");
    } else if (job.fails || !canvasses->error.empty()) {
      json.text("status", "failed")
          .text("error", job.fails ? "the sandbox was told to fail" : canvasses->error);
    } else {
      json.text("status", "completed").begin_array("output");
      for (std::size_t i = 0; i < canvasses->pictures.size() && !job.empty; ++i)
        json.begin_object().text("url", downloads_.add(id, i, canvasses->pictures[i])).end_object();
      json.end_array();
    }
    json.end_object();
    return json_reply(200, json);
  }

  const Options& options_;
  Faults& faults_;
  Studio& studio_;
  Downloads& downloads_;
  std::map<std::string, Job> jobs_;
};

}  // namespace

std::unique_ptr<Contract> make_imarouter(const Options& options, Faults& faults, Studio& studio,
                                         Downloads& downloads) {
  return std::make_unique<ImaRouter>(options, faults, studio, downloads);
}

}  // namespace seedream::sandbox
