// jobs/fetching.cpp - the pictures that a service has drawn.
#include "jobs/fetching.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "jobs/address.hpp"
#include "jobs/journal.hpp"
#include "providers/faults.hpp"

namespace seedream::jobs {
namespace {

constexpr unsigned max_redirects = 5;
constexpr unsigned max_damaged_fetches = 2;  // again; then what came is kept as it is

// Runs in a worker. What came is written down before anything is made of it; damage that may be mended by
// fetching again is not.
Drawn receive(const Bytes& bytes, const Whole& read, bool last_try, const std::shared_ptr<Journal>& journal,
              unsigned strand, unsigned index) {
  Drawn drawn{.bytes = bytes, .info = {}, .buffer = {}};
  if (read->buffer) {
    drawn.info = read->info;
    drawn.buffer = read->buffer;
  }
  if (journal && (drawn.buffer || last_try))
    drawn.path = journal->keep(strand, index, drawn);
  return drawn;
}

// A picture that came whole in a text.
Whole read_whole(const Bytes& bytes) {
  image::Arriving arriving;
  arriving.feed({bytes.data(), bytes.size()});
  return std::make_shared<image::Arriving::Whole>(arriving.finish());
}

// For people, as they write it.
std::string moment(gint64 microseconds) {
  using TimePtr = std::unique_ptr<GDateTime, Deleter<g_date_time_unref>>;
  const TimePtr time(g_date_time_new_from_unix_local(microseconds / G_USEC_PER_SEC));
  return time ? CharPtr(g_date_time_format(time.get(), "%x %H:%M")).get() : "?";
}

}  // namespace

void take_in(const Bytes& piece, Intake& intake, net::Flight& flight) {
  intake.take(piece);
  if (intake.is_full())
    flight.hold();
}

Fetching::Fetching(const Plan& plan, net::Transport& transport, unsigned strand,
                   std::shared_ptr<const Redaction> redaction, std::shared_ptr<Catch> caught,
                   Listener listener)
    : plan_(plan),
      transport_(transport),
      strand_(strand),
      redaction_(std::move(redaction)),
      caught_(std::move(caught)),
      listener_(std::move(listener)) {}

void Fetching::add(unsigned index, std::string url, gint64 expires) {
  waiting_.push_back({.index = index, .url = std::move(url), .expires = expires});
}

void Fetching::add(unsigned index, Bytes bytes) {
  waiting_.push_back({.index = index, .bytes = std::move(bytes)});
}

bool Fetching::has_address() const {
  return std::any_of(waiting_.begin(), waiting_.end(), [](const Fetch& fetch) { return !fetch.url.empty(); });
}

bool Fetching::go_on() {
  if (is_busy_)
    return true;
  if (given_up_)
    std::erase_if(waiting_, [](const Fetch& fetch) { return !fetch.bytes; });
  if (waiting_.empty())
    return false;
  is_busy_ = true;
  begin();  // this may be no more
  return true;
}

void Fetching::give_up() {
  given_up_ = true;
  hang_up();
  is_busy_ = bool(checking_);
}

std::vector<Drawn> Fetching::abandon() {
  if (checking_)
    waiting_.front().bytes = checking_;
  std::vector<Drawn> here;
  for (const Fetch& fetch : waiting_)
    if (fetch.bytes) {
      auto info = image::probe(fetch.bytes);
      here.push_back({.bytes = fetch.bytes, .info = info ? *info : image::Info{}});
    }
  waiting_.clear();
  stop();
  return here;
}

void Fetching::stop() {
  hang_up();
  check_ = {};
}

void Fetching::hang_up() {
  flight_ = {};
  intake_.reset();
  timer_ = {};
}

void Fetching::begin() {
  const Fetch& next = waiting_.front();
  if (next.bytes)
    return check(next.bytes, caught_->take(next.bytes));
  // The service may lead us anywhere, so its word is checked before every step.
  // A redirect may hold the key, too, if the service itself wrote it.
  if (redaction_->finds_any(next.url))
    return skip(no_address());
  auto reach = check_picture_url(next.url, plan_.base_url);
  if (!reach)
    return skip(reach.take_error());
  listener_.stage(SEEDREAM_STAGE_DOWNLOADING, -1);
  if (waiting_.empty())
    return;  // whoever was told has abandoned it
  // No key: this is some server that keeps pictures.
  intake_.reset();
  flight_ = transport_.send(
      {.url = next.url, .reach = *reach}, image::max_encoded_bytes,
      {.downloaded =
           [this](guint64 received, guint64 total) {
             listener_.stage(SEEDREAM_STAGE_DOWNLOADING,
                             total ? std::min(1.0, double(received) / double(total)) : -1);
           },
       .began =
           [this](const HttpAnswer&) { intake_ = std::make_unique<Intake>([this] { flight_.go_on(); }); },
       .piece = [this](const Bytes& piece) { take_in(piece, *intake_, flight_); },
       .answered = [this](HttpAnswer answer) { fetched(std::move(answer)); },
       .failed = [this](HttpFailure failure) { fetch_failed(std::move(failure)); }});
}

bool Fetching::repeat(Attempt attempt) {
  Fetch& fetch = waiting_.front();
  attempt.repeats = fetch.repeats;
  attempt.dice = g_random_double();
  const auto wait = wait_before_repeat(attempt);
  if (!wait)
    return false;
  ++fetch.repeats;
  timer_ = start_timer(*wait, [this] { begin(); });
  return true;
}

void Fetching::fetch_failed(HttpFailure failure) {
  if (makes_no_sense(failure) || !repeat({}))
    skip(std::move(failure.error));
}

void Fetching::fetched(HttpAnswer answer) {
  Fetch& fetch = waiting_.front();
  const std::string location = answer.header("location");
  if (answer.status >= 300 && answer.status < 400 && !location.empty() && fetch.redirects < max_redirects) {
    auto target = follow(fetch.url, location);
    if (!target)
      return skip(target.take_error());
    ++fetch.redirects;
    fetch.url = percent_encode_odd(*target);
    return begin();
  }
  if (answer.succeeded())
    return intake_->end([this](const Whole& whole) { check(whole->bytes, whole); });
  if (repeat({.status = answer.status, .retry_after = answer.retry_after}))
    return;
  if (fetch.expires > 0 && fetch.expires < g_get_real_time())
    return skip(
        make_error(SEEDREAM_ERROR_REFUSED,
                   /* Translators: the service's name; date and time; "HTTP 404" */
                   _("%s kept the picture until %s; it was not fetched by then, and is gone (HTTP %u)."),
                   plan_.provider->name, moment(fetch.expires).c_str(), answer.status));
  skip(make_error(SEEDREAM_ERROR_UNAVAILABLE, _("The finished picture cannot be fetched (HTTP %u)."),
                  answer.status));
}

void Fetching::skip(ErrorPtr why) {
  leave_first();
  listener_.missing(std::move(why));
  listener_.next();
}

// read: what it was read as on its way; empty: it came at once.
void Fetching::check(Bytes bytes, Whole read) {
  checking_ = bytes;
  listener_.stage(SEEDREAM_STAGE_DECODING, -1);
  if (waiting_.empty())
    return;  // likewise
  const Fetch& fetch = waiting_.front();
  const bool last_try = fetch.bytes || fetch.damaged >= max_damaged_fetches;
  check_ = Work::start<Drawn>(
      [bytes, read, last_try, journal = plan_.journal, strand = strand_, index = fetch.index] {
        return receive(bytes, read ? read : read_whole(bytes), last_try, journal, strand, index);
      },
      [this](Drawn drawn) { checked(std::move(drawn)); });
}

void Fetching::checked(Drawn drawn) {
  checking_ = {};
  Fetch& fetch = waiting_.front();
  if (!drawn.buffer) {
    if (!fetch.bytes && fetch.damaged < max_damaged_fetches && !given_up_) {
      ++fetch.damaged;
      return begin();
    }
    listener_.missing(make_error(SEEDREAM_ERROR_BAD_ANSWER,
                                 _("What %s sent is no picture that can be read; it is kept as it came."),
                                 plan_.provider->name));
  } else if (plan_.journal) {
    plan_.journal->keep_thumbnail(strand_, fetch.index, drawn.buffer);
  }
  leave_first();
  listener_.here(std::move(drawn));
  listener_.next();
}

void Fetching::leave_first() {
  waiting_.pop_front();
  is_busy_ = false;
}

}  // namespace seedream::jobs
