// jobs/turns.hpp - who may go on now: at most so many at once. Whoever has most turns already waits longest,
// so that a job of many requests does not keep back one that wants a single one; else the first comes first.
// Its functions may be called from any thread.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace seedream::jobs {

class Turns {
 public:
  struct State;

  // A place in the queue, and later the turn itself. Dropping it gives up either.
  class Turn {
   public:
    Turn() = default;
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&& o) noexcept;
    ~Turn();
    // Whether it has not come yet.
    bool waits() const;

   private:
    friend class Turns;
    struct Place;
    void drop();
    std::shared_ptr<State> state_;
    std::shared_ptr<Place> place_;
  };

  explicit Turns(unsigned most);
  // go is called once, when the turn has come: in the thread-default main context, never from in here.
  // owner: who must share with the others.
  Turn ask(const void* owner, std::function<void()> go) const;

 private:
  std::shared_ptr<State> state_;
};

// At a service, for all of this program.
Turns turns_at(const std::string& service, unsigned most);
// Of preparing requests: each keeps all processors busy, and its pictures in memory.
Turns turns_to_prepare();

}  // namespace seedream::jobs
