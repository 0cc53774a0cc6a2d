// jobs/runner.hpp - drives one job: encodes its pictures, sends what the adapter says, keeps time, fetches
// what was drawn and checks it. It runs in the thread-default main context and never blocks it.
#pragma once
#include <deque>
#include <functional>
#include <memory>

#include "base/work.hpp"
#include "image/picture.hpp"
#include "jobs/machine.hpp"
#include "jobs/repeat.hpp"
#include "jobs/upload.hpp"
#include "net/local-service.hpp"
#include "net/transport.hpp"
#include "providers/provider.hpp"

namespace seedream::jobs {

// What a job needs to be run.
struct Plan {
  const Provider* provider = nullptr;
  std::string base_url;  // empty: the provider's program is started for this job
  std::string api_key;   // sent to base_url and nowhere else
  std::chrono::seconds deadline{600};
  Request request;
  std::vector<Input> inputs;
};

// A picture that came back.
struct Drawn {
  Bytes bytes;             // as the service sent them
  image::Info info;        // codec is nullptr where it is no picture
  Ref<GeglBuffer> buffer;  // the pixels; empty where they cannot be decoded
};

struct Stage {
  SeedreamStage stage = SEEDREAM_STAGE_PREPARING;
  double fraction = -1;  // 0–1; below 0: unknown
};

// What a caller may look at while a job runs and after it. Kept by the caller.
struct Record {
  Standing standing;
  Stage stage;
  std::string service_id;
  double cost_usd = 0;  // what the service says, else the price of what was drawn
  std::vector<Drawn> pictures;
  std::vector<std::string> notes;
  ErrorPtr missing;  // why fewer pictures came than were asked for

  // What changes while the job runs.
  struct Shown {
    SeedreamJobState state = SEEDREAM_JOB_STATE_NEW;
    SeedreamStage stage = SEEDREAM_STAGE_PREPARING;
    double fraction = -1;
  };
  Shown shown() const { return {standing.state, stage.stage, stage.fraction}; }
};

class Runner {
 public:
  // changed: something in the record is new. done: the last thing that is called; its error is empty on
  // success.
  Runner(Plan plan, Record* record, std::function<void()> changed, std::function<void(ErrorPtr)> done);
  void start() noexcept;
  void cancel() noexcept;

 private:
  struct Fetch {
    std::string url;
    Bytes bytes;  // came with the answer: nothing is to be fetched
    unsigned redirects = 0;
    unsigned repeats = 0;
    unsigned damaged = 0;  // times that what came did not decode
  };

  struct Ready {
    ServiceCall call;
    std::vector<std::string> notes;
    std::optional<net::LocalService> service;
  };

  static Result<Ready> prepare(Exchange* exchange, Request request, const std::vector<Input>& inputs,
                               const char* program);
  void deadline_passed();
  void open(Result<Ready> ready);
  void send(const ServiceCall& call);
  void hear(HttpAnswer answer);
  void call_failed(HttpFailure failure);
  bool repeat_call(Attempt attempt);
  void take(std::vector<Step> steps);
  bool take(Step step);
  void drawn(Fetch fetch);
  void fetch_next();
  void fetched(HttpAnswer answer);
  void fetch_failed(HttpFailure failure);
  bool repeat_fetch(Attempt attempt);
  void skip_picture(ErrorPtr why);
  void check(Bytes bytes);
  void checked(Drawn drawn);
  void finish();
  void note_format();
  void happen(Event event);
  void show(SeedreamStage stage, double fraction = -1);
  void end(ErrorPtr error);

  Plan plan_;
  Record* const record_;
  std::function<void()> changed_;
  std::function<void(ErrorPtr)> done_;
  net::Transport transport_;
  std::shared_ptr<Exchange> exchange_;  // shared with the worker that opens it
  std::deque<Fetch> fetches_;
  ServiceCall call_;      // the one under way
  unsigned repeats_ = 0;  // of it
  unsigned answers_ = 0;  // heard so far
  bool all_drawn_ = false;
  bool told_cost_ = false;
  bool heard_ = true;  // the last answer was a success
  ErrorPtr unheard_;   // why the call under way did not get through at the last try
  std::optional<net::LocalService> service_;
  Work work_;
  net::Flight flight_;
  Source timer_, deadline_;
};

}  // namespace seedream::jobs
