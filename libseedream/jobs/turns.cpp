// jobs/turns.cpp - who may go on now: at most so many at once.
#include "jobs/turns.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>

#include "base/baton.hpp"
#include "base/glib-ptr.hpp"

namespace seedream::jobs {

struct Turns::Turn::Place {
  const void* owner;
  std::function<void()> go;
  std::unique_ptr<GMainContext, Deleter<g_main_context_unref>> context;
  Source source;  // calls go; there is one as soon as the turn has come
};

struct Turns::State {
  explicit State(unsigned n) : most(n) {}

  using Place = std::shared_ptr<Turn::Place>;

  const unsigned most;
  std::mutex mutex;  // guards the rest, and the sources of all places
  unsigned taken = 0;
  std::list<Place> waiting;  // in the order in which they came
  std::map<const void*, unsigned> held;

  unsigned held_by(const Place& place) const {
    const auto at = held.find(place->owner);
    return at == held.end() ? 0 : at->second;
  }
  void grant(const Place& granted);
  void serve();
  void give_back(const Place& place);
};

void Turns::State::grant(const Place& granted) {
  ++taken;
  ++held[granted->owner];
  struct Grant {
    Place place;
    Baton baton = {};
  };
  auto* task = new Grant{granted};
  task->baton.pass();
  GSource* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(
      source,
      [](gpointer data) noexcept -> gboolean {
        const auto* given = static_cast<Grant*>(data);
        given->baton.take();
        const Place place = given->place;  // go may drop the turn
        if (const auto go = std::exchange(place->go, nullptr))
          go();
        return G_SOURCE_REMOVE;
      },
      task, [](gpointer data) noexcept { delete static_cast<Grant*>(data); });
  g_source_attach(source, granted->context.get());
  granted->source = Source(source);
}

void Turns::State::serve() {
  while (taken < most && !waiting.empty()) {
    const auto next =
        std::min_element(waiting.begin(), waiting.end(),
                         [this](const Place& a, const Place& b) { return held_by(a) < held_by(b); });
    const Place place = *next;
    waiting.erase(next);
    grant(place);
  }
}

void Turns::State::give_back(const Place& place) {
  const std::lock_guard lock(mutex);
  if (!place->source) {
    waiting.remove(place);
    return;
  }
  place->source = {};
  --taken;
  if (--held[place->owner] == 0)
    held.erase(place->owner);
  serve();
}

Turns::Turn& Turns::Turn::operator=(Turn&& o) noexcept {
  drop();
  state_ = std::move(o.state_);
  place_ = std::move(o.place_);
  return *this;
}

Turns::Turn::~Turn() {
  drop();
}

void Turns::Turn::drop() {
  if (const auto place = std::exchange(place_, nullptr))
    std::exchange(state_, nullptr)->give_back(place);
}

bool Turns::Turn::waits() const {
  if (!place_)
    return false;
  const std::lock_guard lock(state_->mutex);
  return !place_->source;
}

Turns::Turns(unsigned most) : state_(std::make_shared<State>(most)) {}

Turns::Turn Turns::ask(const void* owner, std::function<void()> go) const {
  Turn turn;
  turn.state_ = state_;
  turn.place_ = std::make_shared<Turn::Place>();
  turn.place_->owner = owner;
  turn.place_->go = std::move(go);
  turn.place_->context.reset(g_main_context_ref_thread_default());
  const std::lock_guard lock(state_->mutex);
  state_->waiting.push_back(turn.place_);
  state_->serve();
  return turn;
}

Turns turns_at(const std::string& service, unsigned most) {
  static std::mutex mutex;
  static std::map<std::string, Turns> all;
  const std::lock_guard lock(mutex);
  return all.try_emplace(service, most).first->second;
}

Turns turns_to_prepare() {
  static const Turns turns(2);
  return turns;
}

}  // namespace seedream::jobs
