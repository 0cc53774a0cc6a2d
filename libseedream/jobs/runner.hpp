// jobs/runner.hpp - drives one job: encodes its pictures, splits it into as many requests as the service
// needs, and puts together what comes of them. It runs in the thread-default main context and never blocks
// it.
#pragma once
#include <functional>
#include <memory>

#include "base/timer.hpp"
#include "jobs/strand.hpp"
#include "net/local-service.hpp"

namespace seedream::jobs {

// What a caller may look at while a job runs and after it. Kept by the caller.
struct Record : Outcome {
  std::vector<std::string> notes;
  std::string unprotected;  // why it would be lost with this program; empty: it would not

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
  struct Listener {
    std::function<void()> changed;       // something in the record is new
    std::function<void(ErrorPtr)> done;  // the caller's answer; its error is empty on success
    std::function<void()> over;  // the last thing that is called, at once after done, or when what was
                                 // paid for has come after a cancel
  };
  Runner(Plan plan, Record* record, Listener listener);
  void start() noexcept;
  void cancel() noexcept;

 private:
  struct Ready {
    std::vector<Opened> opened;
    std::vector<std::string> notes;
    std::string unprotected;                 // as in Record
    std::shared_ptr<const Request> request;  // with its uploads, if more may be asked for
    std::optional<net::LocalService> service;
  };

  void prepare();
  static Result<Ready> prepare(const Plan& plan, std::vector<Input> inputs);
  static Result<std::vector<Opened>> open_all(const Plan& plan, Request request);
  static std::vector<Opened> resume_all(const Plan& plan);
  ErrorPtr late(const Strand& strand) const;
  void deadline_passed();
  void begin(Result<Ready> ready);
  void begin(std::vector<Opened> opened);
  Standing standing_of(const std::vector<Standing>& parts) const;
  void merge();
  void ended(ErrorPtr error);
  static bool may_ask_again(const Plan& plan);
  bool ask_for_the_rest();
  unsigned all_whole() const;
  Standing gather();
  void finish();
  void note_format();
  void end(ErrorPtr error);
  void tell(ErrorPtr error);
  void watch_for_cancel();
  void write_down(const GError* error, std::function<void()> then);
  void answer(ErrorPtr error);
  bool goes_on_after_cancel() const;
  bool all_accepted() const;
  void leave();
  void end_late();

  Plan plan_;
  Record* const record_;
  Listener listener_;
  const Turns turns_;  // at the service
  Turns::Turn turn_;   // there, until the first request has it
  Turns::Turn preparing_;
  net::Transport transport_;
  std::vector<std::unique_ptr<Strand>> strands_;
  std::size_t running_ = 0;   // of them
  ErrorPtr error_;            // of the first that failed
  bool asked_again_ = false;  // for what a group lacked
  bool cancelled_ = false;
  bool late_ = false;  // pictures came after that
  bool sent_ = false;
  std::shared_ptr<const Request> request_;
  std::optional<net::LocalService> service_;
  Work work_, look_;
  Timer deadline_, left_, next_look_;
};

}  // namespace seedream::jobs
