// jobs/intake.hpp - takes an answer in while it comes: workers cut the pictures out of its text and decode
// them. It runs in the thread-default main context and never blocks it.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/work.hpp"
#include "image/arriving.hpp"

namespace seedream::jobs {

using Whole = std::shared_ptr<const image::Arriving::Whole>;

// The pictures that were found in an answer's text, under the names that stand there in their place. Its
// functions may be called from any thread.
class Catch {
 public:
  void add(std::string name, Whole picture);
  // Empty: there is none of that name, or it is no picture's name.
  Whole find(std::string_view name) const;
  // What became of these very bytes; it is forgotten here. Empty: they were not among the pictures.
  Whole take(const Bytes& bytes);

 private:
  mutable std::mutex mutex_;  // guards the rest
  std::map<std::string, Whole, std::less<>> pictures_;
};

class Intake {
 public:
  // An answer in JSON or a stream of it. text: a piece of what remains of it without the pictures.
  Intake(std::shared_ptr<Catch> pictures, std::function<void(std::string)> text, std::function<void()> eased);
  // One picture and nothing else.
  explicit Intake(std::function<void()> eased);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  void take(const Bytes& piece);
  // Whether so much waits here that nothing should be read; eased is called as soon as there is room again.
  bool is_full() const { return queued_ >= most_queued; }
  // All has come. over is the last thing that is called, with the picture if there is but one.
  void end(std::function<void(Whole)> over);
  // Until over is called.
  bool is_ended() const { return bool(over_); }

 private:
  class Mill;
  struct Ground {
    std::string text;
    Whole picture;
  };
  static constexpr std::size_t most_queued = 1u << 20;  // bytes

  void work_on();
  void worked(Ground ground, std::size_t bytes, bool was_last);

  std::shared_ptr<Mill> mill_;  // a worker's, while one works
  std::function<void(std::string)> text_;
  std::function<void()> eased_;
  std::function<void(Whole)> over_;
  std::deque<Bytes> pieces_;
  std::size_t queued_ = 0;  // bytes, with those that a worker has
  bool works_ = false;
  Work work_;
};

}  // namespace seedream::jobs
