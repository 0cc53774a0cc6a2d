// jobs/runner.cpp - drives one job.
#include "jobs/runner.hpp"

#include <glib/gi18n-lib.h>

#include "jobs/address.hpp"
#include "providers/faults.hpp"

namespace seedream::jobs {
namespace {

constexpr std::size_t max_answer_bytes = 256u << 20;  // sixteen 4K pictures as base64
constexpr unsigned max_redirects = 5;
constexpr unsigned max_damaged_fetches = 2;  // again; then what came is kept as it is
constexpr unsigned new_job_answers = 3;  // so long a 404 may mean that the job is not known everywhere yet

// Runs in a worker.
Drawn decode(Bytes bytes) {
  auto info = image::probe(bytes);
  auto buffer = image::decode(bytes);
  return info && buffer ? Drawn{bytes, *info, *buffer} : Drawn{.bytes = bytes};
}

// Whoever reads that something failed wants to know next what it cost.
ErrorPtr with_charge(const ErrorPtr& error, SeedreamCharge charged) {
  const char* sentence = charged == SEEDREAM_CHARGE_NO ? _("Nothing was charged.")
                         : charged == SEEDREAM_CHARGE_YES
                             ? _("It was charged.")
                             : _("It may have been charged, or may be yet: look at your "
                                 "account before you try again.");
  return ErrorPtr(g_error_new(error->domain, error->code, "%s %s", error->message, sentence));
}

// A service may repeat the key in its answer; nobody who looks over a shoulder shall read it.
ErrorPtr without_key(ErrorPtr error, const std::string& key) {
  const std::string message = error->message;
  const auto at = message.find(key);
  if (at == std::string::npos || key.empty())
    return error;
  std::string clean = message;
  for (auto i = at; i != std::string::npos; i = clean.find(key, i + 1))
    clean.replace(i, key.size(), "…");
  return ErrorPtr(g_error_new_literal(error->domain, error->code, clean.c_str()));
}

// Something came, and nobody can use it: it will be no better the next time.
bool makes_no_sense(const HttpFailure& failure) {
  return g_error_matches(failure.error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER);
}

gboolean on_timer(gpointer data) noexcept {
  auto what = *static_cast<std::function<void()>*>(data);
  what();
  return G_SOURCE_REMOVE;
}

Source start_timer(std::chrono::milliseconds wait, std::function<void()> what) {
  GSource* source = g_timeout_source_new(static_cast<guint>(wait.count()));
  g_source_set_callback(source, on_timer, new std::function(std::move(what)),
                        [](gpointer data) noexcept { delete static_cast<std::function<void()>*>(data); });
  g_source_attach(source, g_main_context_get_thread_default());
  return Source(source);
}

}  // namespace

Runner::Runner(Plan plan, Record* record, std::function<void()> changed, std::function<void(ErrorPtr)> done)
    : plan_(std::move(plan)),
      record_(record),
      changed_(std::move(changed)),
      done_(std::move(done)),
      exchange_(plan_.provider->begin()) {}

void Runner::start() noexcept {
  deadline_ = start_timer(plan_.deadline, [this] { deadline_passed(); });
  show(SEEDREAM_STAGE_PREPARING);
  const char* program = plan_.base_url.empty() ? plan_.provider->program : nullptr;
  work_ = Work::start<Result<Ready>>(
      [exchange = exchange_, request = plan_.request, inputs = std::move(plan_.inputs), program] {
        return prepare(exchange.get(), request, inputs, program);
      },
      [this](Result<Ready> ready) { open(std::move(ready)); });
}

void Runner::deadline_passed() {
  const int seconds = static_cast<int>(plan_.deadline.count());
  // Nothing was heard yet: why that is says more than that the time is over.
  if (unheard_ && record_->standing.state == SEEDREAM_JOB_STATE_NEW) {
    happen(Event::refused);
    return end(std::move(unheard_));
  }
  // Sent, and no word came back: nobody here knows what became of it.
  if (record_->standing.state == SEEDREAM_JOB_STATE_QUEUED && record_->service_id.empty()) {
    happen(Event::lost);
    return end(make_error(SEEDREAM_ERROR_UNAVAILABLE, _("%s did not answer within the %d seconds given."),
                          plan_.provider->name, seconds));
  }
  ErrorPtr late =
      make_error(SEEDREAM_ERROR_DEADLINE, _("The picture did not come in the %d seconds given."), seconds);
  if (record_->pictures.empty())
    return end(std::move(late));
  record_->missing = std::move(late);
  finish();
}

void Runner::cancel() noexcept {
  happen(Event::cancelled);
  end(ErrorPtr(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."))));
}

// Runs in a worker: it encodes the pictures and writes them into the request.
Result<Runner::Ready> Runner::prepare(Exchange* exchange, Request request, const std::vector<Input>& inputs,
                                      const char* program) {
  Ready ready;
  auto prepared = prepare_uploads(inputs);
  if (!prepared)
    return prepared.take_error();
  ready.notes = std::move(prepared->notes);
  request.uploads = std::move(prepared->uploads);
  auto call = exchange->open(request);
  if (!call)
    return call.take_error();
  ready.call = std::move(*call);
  if (program) {
    auto service = net::LocalService::start(program);
    if (!service)
      return service.take_error();
    ready.service = std::move(*service);
  }
  return ready;
}

void Runner::open(Result<Ready> ready) {
  if (!ready) {
    happen(Event::refused);
    return end(ready.take_error());
  }
  if (ready->service) {
    service_ = std::move(ready->service);
    plan_.base_url = service_->base_url();
  }
  record_->notes = std::move(ready->notes);
  send(ready->call);
}

void Runner::send(const ServiceCall& call) {
  call_ = call;
  HttpCall http{.method = call.method,
                .url = plan_.base_url + call.path,
                .headers = call.headers,
                .body = call.body,
                .body_type = call.body_type};
  // A service of our own takes any key, but wants one.
  http.headers.emplace_back("Authorization", "Bearer " + (plan_.api_key.empty() ? "none" : plan_.api_key));
  if (call.creates) {
    happen(Event::sent);
    show(SEEDREAM_STAGE_UPLOADING, 0);
  }
  flight_ = transport_.send(http, max_answer_bytes,
                            {.uploaded =
                                 [this](guint64 sent, guint64 total) {
                                   if (sent < total)
                                     show(SEEDREAM_STAGE_UPLOADING, double(sent) / double(total));
                                   else
                                     show(SEEDREAM_STAGE_QUEUED);
                                 },
                             .downloaded = nullptr,
                             .answered = [this](HttpAnswer answer) { hear(std::move(answer)); },
                             .failed = [this](HttpFailure failure) { call_failed(std::move(failure)); }});
}

bool Runner::repeat_call(Attempt attempt) {
  attempt.creates = call_.creates;
  attempt.just_created = answers_ <= new_job_answers;
  attempt.repeats = repeats_;
  attempt.dice = g_random_double();
  const auto wait = wait_before_repeat(attempt);
  if (!wait)
    return false;
  ++repeats_;
  unheard_.reset();
  if (call_.creates)
    happen(Event::not_heard);
  timer_ = start_timer(*wait, [this] { send(ServiceCall(call_)); });
  return true;
}

void Runner::call_failed(HttpFailure failure) {
  if (!makes_no_sense(failure) && repeat_call({.never_sent = failure.never_sent})) {
    unheard_ = std::move(failure.error);
    return;
  }
  happen(call_.creates && failure.never_sent ? Event::refused : Event::lost);
  end(std::move(failure.error));
}

void Runner::hear(HttpAnswer answer) {
  heard_ = answer.succeeded();
  if (!heard_ && repeat_call({.status = answer.status, .retry_after = answer.retry_after}))
    return;
  repeats_ = 0;
  ++answers_;
  take(exchange_->hear(answer));
}

void Runner::take(std::vector<Step> steps) {
  for (Step& step : steps)
    if (!take(std::move(step)))
      return;
  // Several pictures may come with one answer: they are fetched when all are known.
  if (all_drawn_)
    fetch_next();
}

// Returns false when the job has ended, and this Runner perhaps with it.
bool Runner::take(Step step) {
  if (auto* ask = std::get_if<Ask>(&step)) {
    timer_ = start_timer(ask->after, [this, call = ask->call] { send(call); });
  } else if (auto* accepted = std::get_if<Accepted>(&step)) {
    record_->service_id = presentable(accepted->service_id);
    happen(Event::accepted);
    show(SEEDREAM_STAGE_QUEUED);
  } else if (auto* underway = std::get_if<Underway>(&step)) {
    if (underway->state == SEEDREAM_JOB_STATE_RUNNING) {
      happen(Event::running);
      show(SEEDREAM_STAGE_DRAWING);
    }
  } else if (auto* at = std::get_if<PictureAt>(&step)) {
    drawn({.url = percent_encode_odd(at->url)});
  } else if (auto* here = std::get_if<PictureHere>(&step)) {
    drawn({.bytes = here->bytes});
  } else if (auto* cost = std::get_if<Cost>(&step)) {
    record_->cost_usd = cost->usd;
    told_cost_ = true;
  } else if (std::get_if<Finished>(&step)) {
    all_drawn_ = true;
  } else if (auto* failed = std::get_if<Failed>(&step)) {
    happen(failed->charged == SEEDREAM_CHARGE_NO    ? Event::refused
           : failed->charged == SEEDREAM_CHARGE_YES ? Event::paid_for_nothing
           : heard_                                 ? Event::spoiled
                                                    : Event::lost);
    end(std::move(failed->error));
    return false;
  }
  return true;
}

// A drawn picture is a paid one, whether it gets here or not.
void Runner::drawn(Fetch fetch) {
  fetches_.push_back(std::move(fetch));
  if (!told_cost_)
    record_->cost_usd = plan_.provider->can.usd_per_image * static_cast<double>(fetches_.size());
  happen(Event::drawn);
}

void Runner::fetch_next() {
  if (fetches_.empty())
    return finish();
  const Fetch& next = fetches_.front();
  if (next.bytes)
    return check(next.bytes);
  // The service may lead us anywhere, so its word is checked before every step.
  if (auto allowed = check_picture_url(next.url, plan_.base_url); !allowed)
    return skip_picture(allowed.take_error());
  show(SEEDREAM_STAGE_DOWNLOADING);
  // No key: this is some server that keeps pictures.
  flight_ = transport_.send({.url = next.url}, image::max_encoded_bytes,
                            {.uploaded = nullptr,
                             .downloaded =
                                 [this](guint64 received, guint64 total) {
                                   show(SEEDREAM_STAGE_DOWNLOADING,
                                        total ? std::min(1.0, double(received) / double(total)) : -1);
                                 },
                             .answered = [this](HttpAnswer answer) { fetched(std::move(answer)); },
                             .failed = [this](HttpFailure failure) { fetch_failed(std::move(failure)); }});
}

bool Runner::repeat_fetch(Attempt attempt) {
  Fetch& fetch = fetches_.front();
  attempt.repeats = fetch.repeats;
  attempt.dice = g_random_double();
  const auto wait = wait_before_repeat(attempt);
  if (!wait)
    return false;
  ++fetch.repeats;
  timer_ = start_timer(*wait, [this] { fetch_next(); });
  return true;
}

void Runner::fetch_failed(HttpFailure failure) {
  if (makes_no_sense(failure) || !repeat_fetch({}))
    skip_picture(std::move(failure.error));
}

void Runner::fetched(HttpAnswer answer) {
  Fetch& fetch = fetches_.front();
  if (answer.status >= 300 && answer.status < 400 && !answer.location.empty() &&
      fetch.redirects < max_redirects) {
    auto target = follow(fetch.url, answer.location);
    if (!target)
      return skip_picture(target.take_error());
    ++fetch.redirects;
    fetch.url = percent_encode_odd(*target);
    return fetch_next();
  }
  if (answer.succeeded())
    return check(answer.body);
  if (repeat_fetch({.status = answer.status, .retry_after = answer.retry_after}))
    return;
  skip_picture(make_error(SEEDREAM_ERROR_UNAVAILABLE, _("The finished picture cannot be fetched (HTTP %u)."),
                          answer.status));
}

void Runner::skip_picture(ErrorPtr why) {
  record_->missing = std::move(why);
  fetches_.pop_front();
  fetch_next();
}

void Runner::check(Bytes bytes) {
  show(SEEDREAM_STAGE_DECODING);
  work_ = Work::start<Drawn>([bytes] { return decode(bytes); },
                             [this](Drawn drawn) { checked(std::move(drawn)); });
}

void Runner::checked(Drawn drawn) {
  Fetch& fetch = fetches_.front();
  if (!drawn.buffer) {
    if (!fetch.bytes && fetch.damaged < max_damaged_fetches) {
      ++fetch.damaged;
      return fetch_next();
    }
    record_->missing = make_error(SEEDREAM_ERROR_BAD_ANSWER,
                                  _("What %s sent is no picture that can be read; it is kept as it came."),
                                  plan_.provider->name);
  }
  record_->pictures.push_back(std::move(drawn));
  fetches_.pop_front();
  fetch_next();
}

void Runner::finish() {
  unsigned whole = 0;
  for (const Drawn& drawn : record_->pictures)
    whole += drawn.buffer ? 1 : 0;
  if (whole == 0) {
    happen(Event::paid_for_nothing);
    return end(std::move(record_->missing));
  }
  note_format();
  if (whole < plan_.request.count && !record_->missing)
    record_->missing = make_error(SEEDREAM_ERROR_BAD_ANSWER, _("%s drew %u of %u pictures."),
                                  plan_.provider->name, whole, plan_.request.count);
  happen(Event::fetched);
  end(nullptr);
}

void Runner::note_format() {
  const std::string& wish = plan_.request.format;
  for (const Drawn& drawn : record_->pictures) {
    if (wish.empty() || !drawn.info.codec || drawn.info.codec->media_type == "image/" + wish)
      continue;
    record_->notes.push_back(
        format(_("image/%s was wished for, %s came."), wish.c_str(), drawn.info.codec->media_type));
    return;
  }
}

void Runner::happen(Event event) {
  record_->standing = advance(record_->standing, event);
  changed_();
}

void Runner::show(SeedreamStage stage, double fraction) {
  record_->stage = {stage, fraction};
  changed_();
}

// The caller may let go of this Runner in here: nothing of it is touched afterwards.
void Runner::end(ErrorPtr error) {
  if (error)
    error = without_key(with_charge(error, record_->standing.charged), plan_.api_key);
  if (record_->missing)
    record_->missing = without_key(std::move(record_->missing), plan_.api_key);
  deadline_ = {};
  timer_ = {};
  flight_ = {};
  work_ = {};
  if (auto done = std::exchange(done_, nullptr))
    done(std::move(error));
}

}  // namespace seedream::jobs
