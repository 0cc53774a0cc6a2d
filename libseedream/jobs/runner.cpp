// jobs/runner.cpp - drives one job.
#include "jobs/runner.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "jobs/address.hpp"
#include "jobs/journal.hpp"
#include "jobs/redaction.hpp"
#include "providers/faults.hpp"

namespace seedream::jobs {
namespace {

constexpr std::chrono::milliseconds between_looks{1000};  // for a cancel from elsewhere

// Whoever reads that something failed wants to know next what it cost.
ErrorPtr with_charge(const ErrorPtr& error, SeedreamCharge charged) {
  const char* sentence = charged == SEEDREAM_CHARGE_NO ? _("Nothing was charged.")
                         : charged == SEEDREAM_CHARGE_YES
                             ? _("It was charged.")
                             : _("It may have been charged, or may be yet: look at your "
                                 "account before you try again.");
  return ErrorPtr(g_error_new(error->domain, error->code, "%s %s", error->message, sentence));
}

// A format is said only where there is a choice: elsewhere the service knows no field for it.
void leave_out_what_is_no_choice(Request& request, const Model& model) {
  const auto& known = model.formats;
  if (known.size() < 2 || std::find(known.begin(), known.end(), request.format) == known.end())
    request.format.clear();
}

ErrorPtr cancellation() {
  return ErrorPtr(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled.")));
}

unsigned whole_pictures(const Outcome& outcome) {
  return unsigned(std::count_if(outcome.pictures.begin(), outcome.pictures.end(),
                                [](const Drawn& drawn) { return bool(drawn.buffer); }));
}

}  // namespace

Runner::Runner(Plan plan, Record* record, Listener listener)
    : plan_(std::move(plan)),
      record_(record),
      listener_(std::move(listener)),
      turns_(turns_at(std::string(plan_.provider->id) + ' ' + plan_.base_url, plan_.provider->at_once)) {}

void Runner::start() noexcept {
  turn_ = turns_.ask(this, [this] {
    deadline_ = start_timer(plan_.deadline, [this] { deadline_passed(); });
    preparing_ = turns_to_prepare().ask(this, [this] { prepare(); });
  });
  record_->stage = {turn_.waits() ? SEEDREAM_STAGE_QUEUED : SEEDREAM_STAGE_PREPARING, -1};
  listener_.changed();
  if (plan_.journal)
    watch_for_cancel();
}

void Runner::prepare() {
  record_->stage = {SEEDREAM_STAGE_PREPARING, -1};
  listener_.changed();
  work_ = Work::start<Result<Ready>>(
      [plan = plan_, inputs = std::exchange(plan_.inputs, {})]() mutable {
        return prepare(plan, std::move(inputs));
      },
      [this](Result<Ready> ready) {
        preparing_ = {};
        begin(std::move(ready));
      });
}

// Another program may show the job and let its user cancel it.
void Runner::watch_for_cancel() {
  next_look_ = start_timer(between_looks, [this] {
    look_ = Work::start<bool>([journal = plan_.journal] { return journal->is_cancel_wanted(); },
                              [this](bool wanted) {
                                if (!wanted)
                                  return watch_for_cancel();
                                cancel();  // this runner may be no more
                              });
  });
}

// Why a request that has not ended is given up.
ErrorPtr Runner::late(const Strand& strand) const {
  const int seconds = static_cast<int>(plan_.deadline.count());
  // Nothing was heard yet: why that is says more than that the time is over.
  if (auto why = strand.unheard())
    return why;
  return strand.resumable()
             ? make_error(SEEDREAM_ERROR_DEADLINE, _("The picture did not come in the %d seconds given."),
                          seconds)
             : make_error(SEEDREAM_ERROR_UNAVAILABLE, _("%s did not answer within the %d seconds given."),
                          plan_.provider->name, seconds);
}

void Runner::deadline_passed() {
  if (strands_.empty()) {
    record_->standing = advance(record_->standing, Event::refused);
    return end(make_error(SEEDREAM_ERROR_UNAVAILABLE,
                          _("The request was not ready to be sent in the %d seconds given."),
                          static_cast<int>(plan_.deadline.count())));
  }
  asked_again_ = true;  // there is no time for more
  work_ = {};
  if (running_ == 0)
    return finish();
  for (std::size_t i = 0; i < strands_.size(); ++i) {
    const bool last = running_ == 1;
    Strand& strand = *strands_[i];
    const bool runs = !is_final(strand.outcome().standing.state);
    strand.give_up(late(strand));
    if (last && runs)
      return;  // this runner may be no more
  }
}

// The caller is answered; but what may be paid for already is waited for, if there is a place to keep it.
void Runner::cancel() noexcept {
  if (!listener_.done || cancelled_)
    return;
  // All has come, or failed, and is just being written down: what is told then is true.
  if (is_final(record_->standing.state))
    return;
  cancelled_ = true;
  const bool goes_on = goes_on_after_cancel();
  for (const auto& strand : strands_)
    if (!goes_on)
      strand->cancel();
  merge();
  gather();
  record_->standing = advance(record_->standing, Event::cancelled);
  listener_.changed();
  if (!goes_on) {
    turn_ = {};
    preparing_ = {};
    strands_.clear();
    running_ = 0;
    deadline_ = {};
  }
  tell(cancellation());
}

bool Runner::goes_on_after_cancel() const {
  return plan_.journal && std::any_of(strands_.begin(), strands_.end(), [](const auto& strand) {
           const Standing standing = strand->outcome().standing;
           return !is_final(standing.state) && standing.charged != SEEDREAM_CHARGE_NO;
         });
}

// Runs in a worker: it encodes the pictures and writes them into the requests.
Result<Runner::Ready> Runner::prepare(const Plan& plan, std::vector<Input> inputs) {
  Ready ready;
  if (plan.is_resumed()) {
    if (plan.journal)
      plan.journal->take_up();
    ready.opened = resume_all(plan);
    return ready;
  }
  auto prepared = prepare_uploads(std::move(inputs), plan.model->inputs);
  if (!prepared)
    return prepared.take_error();
  ready.notes = plan.notes;
  ready.notes.insert(ready.notes.end(), prepared->notes.begin(), prepared->notes.end());
  Request request = plan.request;
  leave_out_what_is_no_choice(request, *plan.model);
  request.uploads = std::move(prepared->uploads);
  auto opened = open_all(plan, request);
  if (!opened)
    return opened.take_error();
  ready.opened = std::move(*opened);
  if (may_ask_again(plan))
    ready.request = std::make_shared<Request>(std::move(request));
  if (plan.base_url.empty() && plan.provider->program) {
    auto service = net::LocalService::start(plan.provider->program);
    if (!service)
      return service.take_error();
    ready.service = std::move(*service);
  }
  if (plan.journal) {
    const std::string& root = ready.service ? ready.service->base_url() : plan.base_url;
    auto remarks =
        plan.journal->begin(root, mark_of(plan.api_key, plan.provider->id, root), plan.estimate_usd);
    if (!remarks)
      return remarks.take_error();
    ready.notes.insert(ready.notes.end(), remarks->begin(), remarks->end());
    ready.unprotected = plan.journal->trouble();
  }
  return ready;
}

std::vector<Opened> Runner::resume_all(const Plan& plan) {
  std::vector<Opened> all;
  for (const std::string& id : plan.resumed_ids) {
    Opened opened{.exchange = plan.provider->begin(), .service_id = id};
    if (auto call = opened.exchange->resume(id)) {
      opened.call = std::move(*call);
      all.push_back(std::move(opened));
    }
  }
  if (!plan.resumed_pictures.empty())
    all.push_back({.pictures = plan.resumed_pictures});
  return all;
}

// As many requests as the service needs for so many pictures. Where there are several, each gets a seed of
// its own, for equal requests may give equal pictures.
Result<std::vector<Opened>> Runner::open_all(const Plan& plan, Request request) {
  std::vector<Opened> all;
  const unsigned count = request.count, most = plan.model->max_per_request;
  const gint64 first_seed = request.seed.value_or(g_random_int_range(0, G_MAXINT32));
  const gint64 step = first_seed > G_MAXINT32 - gint64(count) ? -1 : 1;  // 2³¹ - 1 is the largest of most
  for (unsigned done = 0; done < count; done += most) {
    request.count = std::min(most, count - done);
    if (count > most && plan.model->takes_seed)
      request.seed = first_seed + step * done;
    Opened opened{.exchange = plan.provider->begin()};
    auto call = opened.exchange->open(request, *plan.model);
    if (!call)
      return call.take_error();
    opened.call = std::move(*call);
    all.push_back(std::move(opened));
  }
  return all;
}

void Runner::begin(Result<Ready> ready) {
  if (!ready) {
    record_->standing = advance(record_->standing, Event::refused);
    return end(ready.take_error());
  }
  if (ready->service) {
    service_ = std::move(ready->service);
    plan_.base_url = service_->base_url();
  }
  record_->notes = std::move(ready->notes);
  record_->unprotected = std::move(ready->unprotected);
  request_ = std::move(ready->request);
  begin(std::move(ready->opened));
}

void Runner::begin(std::vector<Opened> opened) {
  sent_ = true;
  running_ += opened.size();
  const std::size_t first = strands_.size();
  for (std::size_t i = 0; i < opened.size(); ++i)
    strands_.push_back(std::make_unique<Strand>(
        plan_, transport_, unsigned(first + i), [this] { merge(); },
        [this](ErrorPtr error) { ended(std::move(error)); }));
  for (std::size_t i = 0; i < opened.size(); ++i)
    if (first + i == 0)  // for this one it was waited before anything was prepared
      strands_[0]->start(std::move(opened[0]), std::move(turn_));
    else
      strands_[first + i]->start_in_turn(std::move(opened[i]), turns_, this);
}

// Pictures that are here since an earlier run were paid for.
Standing Runner::standing_of(const std::vector<Standing>& parts) const {
  Standing all = merged(parts);
  if (plan_.kept > 0)
    all.charged = SEEDREAM_CHARGE_YES;
  return all;
}

// What the whole job looks like from outside. Its pictures come when all is over.
void Runner::merge() {
  std::vector<Standing> standings;
  record_->cost_usd = 0;
  record_->service_id.clear();
  const Outcome* shown = nullptr;
  for (const auto& strand : strands_) {
    const Outcome& outcome = strand->outcome();
    standings.push_back(outcome.standing);
    record_->cost_usd += outcome.cost_usd;
    record_->cost_is_told = outcome.cost_is_told;
    if (!outcome.service_id.empty())
      record_->service_id += (record_->service_id.empty() ? "" : ",") + outcome.service_id;
    if (!is_final(outcome.standing.state) && !shown)
      shown = &outcome;
  }
  // The end of the whole is told when everything is in its place.
  const Standing now = standing_of(standings);
  if (cancelled_)
    record_->standing.charged = now.charged;
  else if (!is_final(now.state))
    record_->standing = now;
  record_->cost_usd = std::max(record_->cost_usd, plan_.known_cost_usd);
  if (shown)
    record_->stage = shown->stage;
  listener_.changed();
  if (plan_.submit_only && all_accepted())
    leave();
}

bool Runner::all_accepted() const {
  return std::all_of(strands_.begin(), strands_.end(),
                     [](const auto& strand) { return !strand->outcome().service_id.empty(); });
}

// The service has the job; whoever wants it asks for it later.
void Runner::leave() {
  plan_.submit_only = false;
  left_ = start_timer(std::chrono::milliseconds(0), [this] {
    strands_.clear();
    running_ = 0;
    end(nullptr);
  });
}

void Runner::ended(ErrorPtr error) {
  if (error && !error_)
    error_ = std::move(error);
  if (--running_ > 0)
    return merge();
  if (!ask_for_the_rest())
    finish();
}

// A model that draws groups decides itself how many pictures are one; who did not ask for a group wants all.
bool Runner::may_ask_again(const Plan& plan) {
  return !plan.is_resumed() && !plan.request.group && plan.model->draws_groups;
}

bool Runner::ask_for_the_rest() {
  unsigned whole = 0;
  bool complete = !error_;
  for (const auto& strand : strands_) {
    whole += whole_pictures(strand->outcome());
    complete = complete && !strand->outcome().missing;
  }
  const unsigned wanted = plan_.request.count;
  if (!complete || asked_again_ || !may_ask_again(plan_) || whole >= wanted)
    return false;
  asked_again_ = true;
  work_ = Work::start<Result<std::vector<Opened>>>(
      [plan = plan_, request = request_, lacking = wanted - whole]() -> Result<std::vector<Opened>> {
        std::vector<Opened> all;
        for (unsigned i = 0; i < lacking; ++i) {
          Request one = *request;
          one.count = 1;
          auto opened = open_all(plan, std::move(one));
          if (!opened)
            return opened.take_error();
          all.push_back(std::move(opened->front()));
        }
        return all;
      },
      [this](Result<std::vector<Opened>> opened) {
        if (opened)
          begin(std::move(*opened));
        else
          finish();
      });
  return true;
}

// Takes over what the requests have brought, in their order, and tells where they stand.
Standing Runner::gather() {
  std::vector<Standing> standings;
  for (const auto& strand : strands_) {
    standings.push_back(strand->outcome().standing);
    for (Drawn& drawn : strand->take_pictures())
      record_->pictures.push_back(std::move(drawn));
    if (auto missing = strand->take_missing())
      record_->missing = std::move(missing);
  }
  return standing_of(standings);
}

unsigned Runner::all_whole() const {
  return std::max(plan_.kept, plan_.kept_beside() + whole_pictures(*record_));
}

void Runner::finish() {
  const Standing standing = gather();
  const unsigned whole = all_whole();
  const bool complete = whole >= plan_.request.count;
  if (complete)
    record_->missing.reset();  // whatever went wrong besides
  else if (whole > 0 && error_)
    record_->missing = std::move(error_);
  if (whole > 0 && !complete && !record_->missing && !plan_.request.group)
    record_->missing = make_error(SEEDREAM_ERROR_BAD_ANSWER, _("%s drew %u of %u pictures."),
                                  plan_.provider->name, whole, plan_.request.count);
  note_format();
  record_->standing.charged = standing.charged;
  if (cancelled_)
    return end_late();
  record_->standing.state = whole > 0 ? SEEDREAM_JOB_STATE_COMPLETED : standing.state;
  listener_.changed();
  end(whole > 0 ? nullptr : std::move(error_));
}

// After a cancel: the caller has been answered long since.
void Runner::end_late() {
  late_ = !record_->pictures.empty();
  if (late_)
    record_->notes.emplace_back(late_note());
  listener_.changed();
  end(cancellation());
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

void Runner::end(ErrorPtr error) {
  deadline_ = {};
  tell(std::move(error));
}

void Runner::tell(ErrorPtr error) {
  const Redaction redaction(plan_.api_key);
  if (error)
    error = redaction.clean(with_charge(error, record_->standing.charged));
  record_->missing = redaction.clean(std::move(record_->missing));
  const GError* told = error ? error.get() : record_->missing.get();
  write_down(told, [this, held = std::make_shared<ErrorPtr>(std::move(error))] { answer(std::move(*held)); });
}

// What is told is on the disk before it is told.
void Runner::write_down(const GError* error, std::function<void()> then) {
  if (!plan_.journal)
    return then();
  const auto copy = std::make_shared<ErrorPtr>(error ? g_error_copy(error) : nullptr);
  work_ = Work::start<std::string>(
      [journal = plan_.journal, sent = sent_, late = late_, tally = Tally(*record_), notes = record_->notes,
       copy] {
        if (sent)
          journal->sum_up(tally, notes, copy->get(), late);
        else
          journal->drop();
        return journal->trouble();
      },
      [this, then = std::move(then)](std::string trouble) {
        record_->unprotected = trouble;
        if (!trouble.empty())
          record_->notes.push_back(
              format(_("This job is not protected against a crash: %s"), trouble.c_str()));
        then();
      });
}

// Whoever holds this Runner lets go of it when all is over: nothing of it is touched afterwards.
void Runner::answer(ErrorPtr error) {
  if (auto done = std::exchange(listener_.done, nullptr))
    done(std::move(error));
  if (running_ > 0)
    return;
  if (auto over = std::exchange(listener_.over, nullptr))
    over();
}

}  // namespace seedream::jobs
