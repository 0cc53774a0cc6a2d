// providers/imarouter/reader.cpp - reads ImaRouter's answers, tolerantly.
#include "providers/imarouter/reader.hpp"

#include <algorithm>
#include <array>

namespace seedream::imarouter {
namespace {

using wire::Json;

std::string first_text(Json object, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto text = object.at(name).text(); text && !text->empty())
      return *text;
  return {};
}

std::optional<std::string> output_of(Json item) {
  if (auto url = item.text())
    return url;
  if (auto url = item.at("url").text())
    return url;
  if (auto base64 = item.at("b64_json").text())
    return "data:image/png;base64," + *base64;
  return std::nullopt;
}

std::vector<std::string> outputs_of(Json job) {
  for (const char* name : {"output", "results", "images"}) {
    std::vector<std::string> outputs;
    for (Json item : job.at(name).items())
      if (auto output = output_of(item))
        outputs.push_back(*output);
    if (!outputs.empty())
      return outputs;
  }
  if (auto output = output_of(job))
    return {*output};
  return {};
}

std::string error_of(Json job) {
  if (auto text = job.at("error").text())
    return *text;
  if (auto text = job.at("error").at("message").text())
    return *text;
  return first_text(job, {"message", "failReason"});
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
                   .error = error_of(job)};
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
