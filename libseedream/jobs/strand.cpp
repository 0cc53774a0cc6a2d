// jobs/strand.cpp - one request's talk with a service.
#include "jobs/strand.hpp"

#include <algorithm>

#include "base/presentable.hpp"
#include "jobs/address.hpp"
#include "jobs/journal.hpp"
#include "jobs/query.hpp"

namespace seedream::jobs {
namespace {

constexpr std::size_t max_answer_bytes = 256u << 20;  // sixteen 4K pictures as base64
constexpr std::size_t telling_bytes = 6;  // "event:" and "retry:" are the longest beginnings of a stream
constexpr const char* blanks = " \t\r\n";
constexpr std::size_t most_hearings = 4;  // a service that tells faster than we read has to wait
constexpr unsigned new_job_answers = 3;   // so long a 404 may mean that the job is not known everywhere yet

// Pictures that were caught on their way stand in the text by name.
Steps with_pictures(Steps steps, const Catch& pictures) {
  for (Step& step : steps) {
    const auto* at = std::get_if<PictureAt>(&step);
    const Whole picture = at ? pictures.find(at->url) : nullptr;
    if (!picture)
      continue;
    if (picture->bytes)
      step = PictureHere{picture->bytes};
    else
      step = Missing{ErrorPtr(g_error_copy(picture->error.get()))};
  }
  return steps;
}

bool is_hopeless(const Steps& steps) {
  for (const Step& step : steps)
    if (const auto* failed = std::get_if<Failed>(&step); failed && failed->hopeless)
      return true;
  return false;
}

}  // namespace

Strand::Strand(const Plan& plan, net::Transport& transport, unsigned number, std::function<void()> changed,
               std::function<void(ErrorPtr)> ended)
    : plan_(plan),
      transport_(transport),
      number_(number),
      redaction_(std::make_shared<Redaction>(plan.api_key)),
      changed_(std::move(changed)),
      ended_(std::move(ended)),
      fetching_(plan, transport, number, redaction_, catch_,
                {.stage = [this](SeedreamStage stage, double fraction) { show(stage, fraction); },
                 .here = [this](Drawn drawn) { outcome_.pictures.push_back(std::move(drawn)); },
                 .missing = [this](ErrorPtr why) { outcome_.missing = std::move(why); },
                 .next = [this] { go_on(); }}) {}

void Strand::start_in_turn(Opened opened, const Turns& turns, const void* owner) {
  opened_ = std::move(opened);
  turn_ = turns.ask(owner, [this] { start(std::move(opened_), std::move(turn_)); });
}

void Strand::start(Opened opened, Turns::Turn turn) {
  turn_ = std::move(turn);
  exchange_ = std::move(opened.exchange);
  if (!opened.service_id.empty() || !opened.pictures.empty()) {
    outcome_.service_id = opened.service_id;
    happen(Event::sent);
  }
  if (opened.pictures.empty())
    return send(opened.call);
  for (const KnownPicture& picture : opened.pictures) {
    named_ = picture.number;
    drawn(picture.url, picture.expires);
  }
  all_known_ = true;
  go_on();
}

ErrorPtr Strand::unheard() const {
  const bool nothing_heard = outcome_.standing.state == SEEDREAM_JOB_STATE_NEW;
  return ErrorPtr(unheard_ && nothing_heard ? g_error_copy(unheard_.get()) : nullptr);
}

bool Strand::resumable() const {
  const SeedreamJobState state = outcome_.standing.state;
  const bool at_service = plan_.provider->keeps_jobs && !outcome_.service_id.empty();
  // An address that is written down outlives this program.
  const bool at_address = plan_.journal && fetching_.has_address();
  return (at_service || at_address) &&
         (state == SEEDREAM_JOB_STATE_QUEUED || state == SEEDREAM_JOB_STATE_RUNNING);
}

void Strand::give_up(ErrorPtr error) {
  if (is_final(outcome_.standing.state) || given_up_)
    return;
  given_up_ = std::move(error);
  goes_on_later_ = resumable();
  flight_ = {};
  timer_ = {};
  fetching_.give_up();
  if (intake_ && !intake_->is_ended())
    all_taken([this] { go_on(); });
  else
    go_on();
}

// Nothing is left to be read after giving up.
void Strand::conclude() {
  ErrorPtr error(g_error_copy(given_up_.get()));
  if (!outcome_.pictures.empty()) {
    outcome_.missing = std::move(error);
    return finish();
  }
  if (outcome_.standing.state == SEEDREAM_JOB_STATE_NEW)
    happen(Event::refused);
  else if (!goes_on_later_ && !resumable())
    happen(outcome_.standing.charged == SEEDREAM_CHARGE_YES ? Event::paid_for_nothing : Event::lost);
  end(std::move(error));
}

void Strand::cancel() {
  for (Drawn& here : fetching_.abandon())
    outcome_.pictures.push_back(std::move(here));
  happen(Event::cancelled);
}

void Strand::send(const ServiceCall& call) {
  call_ = call;
  body_ = Body::unknown;
  whole_.clear();
  intake_.reset();
  if (call.creates) {
    happen(Event::sent);
    show(SEEDREAM_STAGE_UPLOADING, 0);
  }
  net::Listener listener{
      .uploaded =
          [this](guint64 sent, guint64 total) {
            if (sent < total)
              show(SEEDREAM_STAGE_UPLOADING, double(sent) / double(total));
            else
              show(SEEDREAM_STAGE_QUEUED);
          },
      .began =
          [this](HttpAnswer head) {
            call_.body = {};  // it is not sent again, and may be large
            head_ = std::move(head);
            intake_ = std::make_unique<Intake>(
                catch_, [this](std::string text) { take_text(text); }, [this] { read_on(); });
          },
      .piece = [this](const Bytes& piece) { take_in(piece, *intake_, flight_); },
      .answered = [this](HttpAnswer answer) { all_taken([this, answer] { answered(answer); }); },
      .failed =
          [this](HttpFailure failure) {
            all_taken([this, held = std::make_shared<HttpFailure>(std::move(failure))] {
              call_failed(std::move(*held));
            });
          }};
  flight_ =
      transport_.send(addressed(call, plan_.base_url, plan_.api_key), max_answer_bytes, std::move(listener));
}

void Strand::read_on() {
  if (hearings_.size() < most_hearings && !(intake_ && intake_->is_full()))
    flight_.go_on();
}

// What came is read before anything is said of the end.
void Strand::all_taken(std::function<void()> then) {
  if (!intake_)
    return then();
  intake_->end([this, then = std::move(then)](const Whole&) {
    intake_.reset();
    then();
  });
}

// Where a stream was asked for, plain JSON may come as well, and the other way round; the first bytes tell.
void Strand::take_text(std::string_view text) {
  if (body_ == Body::stream)
    return hear_events(stream_.feed(text));
  if (whole_.empty())
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  whole_.append(text);
  if (body_ == Body::whole || whole_.empty())
    return;
  if (wire::is_event_stream(head_.media_type, whole_))
    hear_stream(std::exchange(whole_, {}));
  else if (whole_.size() >= telling_bytes)
    body_ = Body::whole;
}

void Strand::hear_stream(std::string_view beginning) {
  body_ = Body::stream;
  stream_ = {};
  hear([exchange = exchange_, head = head_] { return exchange->hear_beginning(head); });
  hear_events(stream_.feed(beginning));
}

// Together: there may be thousands in a piece.
void Strand::hear_events(std::vector<std::string> events) {
  std::erase_if(
      events, [](const std::string& event) { return event.find_first_not_of(blanks) == std::string::npos; });
  if (events.empty())
    return;
  hear([exchange = exchange_, events = std::move(events)] {
    Steps all;
    for (const std::string& event : events)
      for (Step& step : exchange->hear_event(event))
        all.push_back(std::move(step));
    return all;
  });
}

// The adapter knows whether what came was all; if it was not, the rest is lost. why: what is known of that.
void Strand::hear_end(ErrorPtr why) {
  hear_events(stream_.end());
  cut_ = std::move(why);
  hear([exchange = exchange_] { return exchange->hear_end(); },
       [this](Steps& steps) {
         heard_ = false;
         for (Step& step : steps)
           if (auto* failed = std::get_if<Failed>(&step); failed && cut_)
             failed->error = std::exchange(cut_, nullptr);
         return true;
       });
}

bool Strand::repeat_call(Attempt attempt) {
  if (given_up_)
    return false;
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

void Strand::call_failed(HttpFailure failure) {
  if (given_up_)
    return go_on();
  if (body_ == Body::stream)
    return hear_end(makes_no_sense(failure) ? std::move(failure.error) : nullptr);
  // A job that runs already is asked for again: whoever stands in the way now, as in a café, may be gone
  // then.
  const bool hopeless = makes_no_sense(failure) || (call_.creates && failure.hopeless);
  if (!hopeless && repeat_call({.never_sent = failure.never_sent})) {
    unheard_ = std::move(failure.error);
    return;
  }
  fail(call_.creates && failure.never_sent ? Event::refused : Event::lost, std::move(failure.error));
}

void Strand::answered(HttpAnswer answer) {
  heard_ = answer.succeeded();
  if (heard_ && body_ == Body::unknown && wire::is_event_stream(head_.media_type, whole_))
    hear_stream(std::exchange(whole_, {}));
  if (body_ == Body::stream)
    return hear_end(nullptr);
  if (heard_)
    answer.body = Bytes::of(std::exchange(whole_, {}));
  const Attempt attempt{.status = answer.status, .retry_after = answer.retry_after};
  hear([exchange = exchange_, answer = std::move(answer)] { return exchange->hear(answer); },
       [this, attempt](Steps& steps) {
         if (!heard_ && !is_hopeless(steps) && repeat_call(attempt)) {
           for (Step& step : steps)
             if (auto* failed = std::get_if<Failed>(&step))
               unheard_ = std::move(failed->error);
           return false;
         }
         repeats_ = 0;
         ++answers_;
         return true;
       });
}

// Reading takes a while where a picture stands in the text, so a worker does it, one text after another.
void Strand::hear(std::function<Steps()> read, std::function<bool(Steps&)> wanted) {
  // A service may repeat the key: it is neither written down nor told.
  auto read_and_note = [read = std::move(read), pictures = catch_, journal = plan_.journal,
                        redaction = redaction_, number = number_] {
    Steps steps = redaction->clean(with_pictures(read(), *pictures));
    if (journal)
      journal->heard(number, steps);
    return steps;
  };
  hearings_.push_back({std::move(read_and_note), std::move(wanted)});
  hear_next();
  if (hearings_.size() >= most_hearings)
    flight_.hold();
}

void Strand::hear_next() {
  if (hears_ || hearings_.empty())
    return;
  hears_ = true;
  Hearing next = std::move(hearings_.front());
  hearings_.pop_front();
  hearing_ = Work::start<Steps>(std::move(next.read), [this, wanted = std::move(next.wanted)](Steps steps) {
    hears_ = false;
    read_on();
    // Whatever ends the strand leaves no more to hear, so the next one is begun first.
    if (wanted && !wanted(steps))
      return;
    take(std::move(steps));
  });
}

void Strand::take(Steps steps) {
  for (Step& step : steps)
    if (!take(std::move(step)))
      return;
  hear_next();
  go_on();
}

// Returns false when the strand has ended, and perhaps is no more.
bool Strand::take(Step step) {
  if (auto* ask = std::get_if<Ask>(&step)) {
    if (!given_up_)
      timer_ = start_timer(ask->after, [this, call = ask->call] { send(call); });
  } else if (auto* accepted = std::get_if<Accepted>(&step)) {
    outcome_.service_id = presentable(accepted->service_id);
    happen(Event::accepted);
    show(SEEDREAM_STAGE_QUEUED);
  } else if (auto* underway = std::get_if<Underway>(&step)) {
    if (underway->state == SEEDREAM_JOB_STATE_RUNNING) {
      happen(Event::running);
      show(SEEDREAM_STAGE_DRAWING);
    }
  } else if (auto* at = std::get_if<PictureAt>(&step)) {
    drawn(at->url);
  } else if (auto* here = std::get_if<PictureHere>(&step)) {
    fetching_.add(named_++, here->bytes);
    drawn();
  } else if (auto* missing = std::get_if<Missing>(&step)) {
    outcome_.missing = std::move(missing->error);
  } else if (auto* cost = std::get_if<Cost>(&step)) {
    outcome_.cost_usd = cost->usd;
    outcome_.cost_is_told = true;
  } else if (std::get_if<Finished>(&step)) {
    all_known_ = true;
  } else if (auto* failed = std::get_if<Failed>(&step)) {
    return fail(failed->charged == SEEDREAM_CHARGE_NO    ? Event::refused
                : failed->charged == SEEDREAM_CHARGE_YES ? Event::paid_for_nothing
                : heard_                                 ? Event::spoiled
                                                         : Event::lost,
                std::move(failed->error));
  }
  return true;
}

// What is here already is paid for and stays. Returns false when the strand has ended.
bool Strand::fail(Event event, ErrorPtr error) {
  if (!fetching_.is_empty() || !outcome_.pictures.empty()) {
    outcome_.missing = std::move(error);
    all_known_ = true;
    go_on();
    return false;
  }
  happen(event);
  end(std::move(error));
  return false;
}

void Strand::drawn(const std::string& url, gint64 expires) {
  fetching_.add(named_++, percent_encode_odd(url), expires);
  drawn();
}

// A drawn picture is a paid one, whether it gets here or not.
void Strand::drawn() {
  const unsigned known = ++drawn_ + plan_.kept_beside();
  if (!outcome_.cost_is_told)
    outcome_.cost_usd =
        price_of(*plan_.model, known, plan_.expected, unsigned(plan_.request.images.size())).value_or(0);
  happen(Event::drawn);
}

// Pictures are fetched while others are still drawn: their addresses do not live for ever.
void Strand::go_on() {
  if (fetching_.go_on())
    return;
  if (given_up_ && !still_reads())
    return conclude();
  if (all_known_)
    finish();
}

void Strand::finish() {
  unsigned whole = 0;
  for (const Drawn& drawn : outcome_.pictures)
    whole += drawn.buffer ? 1 : 0;
  if (whole == 0) {
    happen(Event::paid_for_nothing);
    return end(std::move(outcome_.missing));
  }
  happen(Event::fetched);
  end(nullptr);
}

void Strand::happen(Event event) {
  outcome_.standing = advance(outcome_.standing, event);
  changed_();
}

void Strand::show(SeedreamStage stage, double fraction) {
  outcome_.stage = {stage, fraction};
  changed_();
}

// Whoever holds this strand may let go of it in here: nothing of it is touched afterwards.
void Strand::end(ErrorPtr error) {
  turn_ = {};
  flight_ = {};
  intake_.reset();
  fetching_.stop();
  timer_ = {};
  hearings_.clear();
  hearing_ = {};
  if (auto ended = std::exchange(ended_, nullptr))
    ended(std::move(error));
}

}  // namespace seedream::jobs
