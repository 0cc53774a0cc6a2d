// jobs/query.cpp - asks a service something that costs nothing.
#include "jobs/query.hpp"

#include "jobs/address.hpp"
#include "jobs/redaction.hpp"
#include "providers/faults.hpp"

namespace seedream::jobs {
namespace {

constexpr std::size_t max_answer_bytes = 4u << 20;

}  // namespace

HttpCall addressed(const ServiceCall& call, const std::string& base_url, const Secret& api_key) {
  return {.method = call.method,
          .url = base_url + call.path,
          .reach = reach_of(base_url),
          .headers = call.headers,
          // A service of our own takes any key, but wants one.
          .bearer = api_key.empty() ? Secret("none") : api_key,
          .body = call.body,
          .body_type = call.body_type};
}

Query::Query(std::string base_url, Secret api_key, ServiceCall call,
             std::function<void(Result<HttpAnswer>)> done)
    : base_url_(std::move(base_url)),
      api_key_(std::move(api_key)),
      call_(std::move(call)),
      done_(std::move(done)) {}

void Query::start() {
  flight_ = transport_.send(
      addressed(call_, base_url_, api_key_), max_answer_bytes,
      {.answered =
           [this](HttpAnswer answer) {
             if (answer.succeeded())
               return end(std::move(answer));
             if (!repeat({.status = answer.status, .retry_after = answer.retry_after}))
               end(failure_of({.status = answer.status}, false).error);
           },
       .failed =
           [this](HttpFailure failure) {
             if (makes_no_sense(failure) || failure.hopeless || !repeat({.never_sent = failure.never_sent}))
               end(std::move(failure.error));
           }});
}

bool Query::repeat(Attempt attempt) {
  attempt.repeats = repeats_++;
  attempt.dice = g_random_double();
  const auto wait = wait_before_repeat(attempt);
  if (wait)
    timer_ = start_timer(*wait, [this] { start(); });
  return wait.has_value();
}

// A service may repeat the key. What it tells here is text. Whoever holds this query may let go of it in
// here.
void Query::end(Result<HttpAnswer> answer) {
  const Redaction redaction(api_key_);
  if (!answer)
    answer = redaction.clean(answer.take_error());
  else if (redaction.finds_any(answer->text()))
    answer->body = Bytes::of(redaction.clean(std::string(answer->text())));
  if (auto done = std::exchange(done_, nullptr))
    done(std::move(answer));
}

}  // namespace seedream::jobs
