// jobs/fetching.hpp - the pictures that a service has drawn: fetched one after another from wherever it says,
// and checked. It runs in the thread-default main context and never blocks it.
#pragma once
#include <deque>
#include <functional>
#include <memory>

#include "base/timer.hpp"
#include "base/work.hpp"
#include "jobs/intake.hpp"
#include "jobs/plan.hpp"
#include "jobs/redaction.hpp"
#include "jobs/repeat.hpp"
#include "net/transport.hpp"

namespace seedream::jobs {

// Nothing more is read while what came is not taken in.
void take_in(const Bytes& piece, Intake& intake, net::Flight& flight);

class Fetching {
 public:
  // Whoever is called may abandon() it in there; in next() alone it may be destroyed.
  struct Listener {
    std::function<void(SeedreamStage, double)> stage;  // what it does, and how far that is; -1: nobody knows
    std::function<void(Drawn)> here;                   // one has come; without pixels it is kept as it came
    std::function<void(ErrorPtr)> missing;             // why one will not
    std::function<void()> next;  // it does nothing just now: go_on() begins the next one
  };
  // caught: pictures that were read on their way.
  Fetching(const Plan& plan, net::Transport& transport, unsigned strand,
           std::shared_ptr<const Redaction> redaction, std::shared_ptr<Catch> caught, Listener listener);

  // One more, at an address, which is good until then (as in KnownPicture), or here already.
  void add(unsigned index, std::string url, gint64 expires);
  void add(unsigned index, Bytes bytes);
  // Begins the next one. Whether anything is under way then.
  bool go_on();
  bool is_empty() const { return waiting_.empty(); }
  // Whether one of them can be had by another program, too.
  bool has_address() const;
  // Fetches no more. What is here already is still checked.
  void give_up();
  // Ends it. What is here already is left as it is.
  std::vector<Drawn> abandon();
  void stop();

 private:
  struct Fetch {
    unsigned index = 0;  // which of the request's pictures
    std::string url;
    gint64 expires = 0;  // as in KnownPicture
    Bytes bytes;         // came with the answer: nothing is to be fetched
    unsigned redirects = 0;
    unsigned repeats = 0;
    unsigned damaged = 0;  // times that what came did not decode
  };

  void begin();
  void fetched(HttpAnswer answer);
  void fetch_failed(HttpFailure failure);
  bool repeat(Attempt attempt);
  void skip(ErrorPtr why);
  void check(Bytes bytes, Whole read);
  void checked(Drawn drawn);
  void leave_first();
  void hang_up();

  const Plan& plan_;
  net::Transport& transport_;
  const unsigned strand_;
  const std::shared_ptr<const Redaction> redaction_;
  const std::shared_ptr<Catch> caught_;
  const Listener listener_;
  std::deque<Fetch> waiting_;  // the first of them is under way, if any is
  bool is_busy_ = false;
  bool given_up_ = false;
  net::Flight flight_;
  std::unique_ptr<Intake> intake_;
  Timer timer_;
  Work check_;
  Bytes checking_;  // what is being decoded
};

}  // namespace seedream::jobs
