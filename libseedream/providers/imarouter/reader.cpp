// providers/imarouter/reader.cpp - reads ImaRouter's answers, tolerantly.
#include "providers/imarouter/reader.hpp"

#include <algorithm>
#include <array>

#include "wire/data-url.hpp"
#include "wire/sieve.hpp"

namespace seedream::imarouter {
namespace {

using wire::Json;

std::string first_text(Json object, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto text = object.at(name).text(); text && !text->empty())
      return *text;
  return {};
}

// Empty: there is none.
std::string output_of(Json item) {
  for (const Json place : {item, item.at("url")})
    if (!place.view().empty())
      return std::string(place.view());
  const std::string_view base64 = item.at("b64_json").view();
  const bool is_bare = !base64.empty() && !wire::is_data_url(base64) && !wire::is_caught(base64);
  return (is_bare ? "data:image/png;base64," : "") + std::string(base64);
}

// "data" where pictures come at once, as in the API whose path this is.
std::vector<std::string> outputs_of(Json job) {
  std::vector<std::string> outputs;
  const auto add = [&](Json item) {
    if (std::string output = output_of(item); !output.empty())
      outputs.push_back(std::move(output));
  };
  for (const char* name : {"output", "results", "images", "data"}) {
    for (Json item : job.at(name).items())
      add(item);
    if (outputs.empty())
      add(job.at(name));
    if (!outputs.empty())
      return outputs;
  }
  add(job);
  return outputs;
}

std::string error_of(Json job) {
  for (const Json place :
       {job.at("error"), job.at("error").at("message"), job.at("message"), job.at("failReason")})
    if (auto text = place.text(); text && !text->empty())
      return *text;
  return {};
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return word == each; });
}

}  // namespace

JobAnswer read_job(Json root) {
  const bool wrapped = !root.at("status") && !root.at("output") && root.at("data").is_object();
  const Json job = wrapped ? root.at("data") : root;
  JobAnswer answer{.id = first_text(job, {"id", "task_id", "jobId", "job_id"}),
                   .status = job.at("status").text().value_or(""),
                   .outputs = outputs_of(job),
                   .error = error_of(job),
                   .usd = job.at("amount_usd").number()};
  if (answer.id.empty())
    answer.id = first_text(root.at("data"), {"id", "task_id", "jobId", "job_id"});
  if (answer.error.empty() && wrapped)
    answer.error = error_of(root);
  return answer;
}

Phase phase_of(const std::string& status) {
  if (is_one_of(status, {"queued", "pending", "submitted"}))
    return Phase::queued;
  if (is_one_of(status, {"completed", "succeeded", "success"}))
    return Phase::completed;
  if (is_one_of(status, {"failed", "error", "cancelled", "canceled", "expired"}))
    return Phase::failed;
  return Phase::running;
}

}  // namespace seedream::imarouter
