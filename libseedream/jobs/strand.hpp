// jobs/strand.hpp - one request's talk with a service: sends what the adapter says, repeats what may be
// repeated, fetches what was drawn and checks it. It runs in the thread-default main context and never blocks
// it.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "base/timer.hpp"
#include "base/work.hpp"
#include "jobs/fetching.hpp"
#include "jobs/intake.hpp"
#include "jobs/plan.hpp"
#include "jobs/redaction.hpp"
#include "jobs/repeat.hpp"
#include "jobs/turns.hpp"
#include "net/transport.hpp"
#include "wire/event-stream.hpp"

namespace seedream::jobs {

// An exchange that has been opened, and its first call.
struct Opened {
  std::shared_ptr<Exchange> exchange;  // shared with the workers in which it listens
  ServiceCall call;
  std::string service_id;              // the service has had it before, under this id
  std::vector<KnownPicture> pictures;  // nothing is to be asked: they are there
};

class Strand {
 public:
  // number: which of the job's. changed: something in the outcome is new. ended: the last thing that is
  // called; its error is empty if there is any picture.
  Strand(const Plan& plan, net::Transport& transport, unsigned number, std::function<void()> changed,
         std::function<void(ErrorPtr)> ended);
  // turn: held until this ends.
  void start(Opened opened, Turns::Turn turn = {});
  // Starts when a turn has come.
  void start_in_turn(Opened opened, const Turns& turns, const void* owner);
  // Ends it as soon as what is here already is read. The error counts if no picture is among that; else it is
  // what the others are missing for.
  void give_up(ErrorPtr error);
  // Ends it now. What is here already is kept as it is; ended is not called.
  void cancel();
  // Whether the service has the job and can be asked for it later.
  bool resumable() const;
  const Outcome& outcome() const { return outcome_; }
  std::vector<Drawn> take_pictures() { return std::exchange(outcome_.pictures, {}); }
  ErrorPtr take_missing() { return std::move(outcome_.missing); }
  // Why the call under way did not get through at the last try; empty if nothing is wrong, or if a service
  // has heard something.
  ErrorPtr unheard() const;

 private:
  void send(const ServiceCall& call);
  void read_on();
  void take_text(std::string_view text);
  void all_taken(std::function<void()> then);
  void hear_stream(std::string_view beginning);
  void hear_events(std::vector<std::string> events);
  void hear_end(ErrorPtr why);
  void answered(HttpAnswer answer);
  void call_failed(HttpFailure failure);
  bool repeat_call(Attempt attempt);

  void hear(std::function<Steps()> reading, std::function<bool(Steps&)> wanted = nullptr);
  void hear_next();
  void take(Steps steps);
  bool take(Step step);
  bool fail(Event event, ErrorPtr error);

  void drawn(const std::string& url, gint64 expires = 0);
  void drawn();
  void go_on();
  void conclude();
  bool still_reads() const { return hears_ || (intake_ && intake_->is_ended()); }

  void finish();
  void happen(Event event);
  void show(SeedreamStage stage, double fraction = -1);
  void end(ErrorPtr error);

  const Plan& plan_;
  net::Transport& transport_;
  const unsigned number_;
  const std::shared_ptr<const Redaction> redaction_;  // of the key, shared with the workers that read
  std::function<void()> changed_;
  std::function<void(ErrorPtr)> ended_;
  Outcome outcome_;
  std::shared_ptr<Exchange> exchange_;
  bool goes_on_later_ = false;  // its pictures can be had by another run
  ErrorPtr given_up_;           // why nothing more is asked for; empty as long as it is
  Turns::Turn turn_;
  Opened opened_;  // until its turn has come

  // The call under way.
  ServiceCall call_;
  unsigned repeats_ = 0;
  unsigned answers_ = 0;  // heard so far
  bool heard_ = true;     // the last answer was a success
  ErrorPtr unheard_;
  net::Flight flight_;
  Timer timer_;

  // What came in and is not read yet.
  struct Hearing {
    std::function<Steps()> read;         // in a worker
    std::function<bool(Steps&)> wanted;  // false: the steps are not to be taken
  };
  std::shared_ptr<Catch> catch_ = std::make_shared<Catch>();
  std::unique_ptr<Intake> intake_;  // of the answer under way, if it is a success
  std::deque<Hearing> hearings_;
  bool hears_ = false;
  Work hearing_;
  enum class Body { unknown, stream, whole } body_ = Body::unknown;
  HttpAnswer head_;
  wire::EventStream stream_;
  std::string whole_;
  ErrorPtr cut_;  // why the stream ended, if that is known

  // The pictures that are known of.
  unsigned drawn_ = 0;
  unsigned named_ = 0;      // the next one's index
  bool all_known_ = false;  // no more will be named
  Fetching fetching_;
};

}  // namespace seedream::jobs
