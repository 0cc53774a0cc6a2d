// sandbox/trouble.cpp - what can go wrong with a call on every contract alike.
#include "sandbox/trouble.hpp"

#include <algorithm>
#include <utility>

namespace seedream::sandbox {
namespace {

constexpr std::pair<const char*, Trouble> refusals[] = {{"no-credit", Trouble::no_credit},
                                                        {"refused", Trouble::refused},
                                                        {"too-large", Trouble::too_large},
                                                        {"busy", Trouble::busy},
                                                        {"broken", Trouble::broken}};

// Other line ends, and no space after a field's name: both are as good as what is usual.
std::string in_another_style(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with("data: ")) {
      out += "data:";
      line.remove_prefix(6);
    }
    out.append(line).append("\r\n");
  }
  return out;
}

// Passes on what it is told, with the faults that strike at the answer itself.
class Spoiler final : public Answer {
 public:
  Spoiler(std::shared_ptr<Answer> answer, Faults& faults) : answer_(std::move(answer)), faults_(faults) {}

  void note(Ordered ordered) override { answer_->note(std::move(ordered)); }
  void finish(Reply reply) override {
    if (faults_.strikes("wrong-type"))
      reply.media_type = "text/plain";
    answer_->finish(std::move(reply));
  }
  void begin_stream(Headers headers) override {
    if (faults_.strikes("wrong-type"))
      headers.emplace_back("Content-Type", "text/plain");
    crlf_ = faults_.strikes("crlf-stream");
    answer_->begin_stream(std::move(headers));
  }
  void write(std::string text, Piece piece) override {
    if (over_)
      return;
    if (piece == Piece::picture && faults_.strikes("cut-stream"))
      return cut();
    answer_->write(crlf_ ? in_another_style(text) : std::move(text), piece);
    if (piece == Piece::picture && faults_.strikes("cut-after-picture"))
      cut();
  }
  void end() override {
    if (!over_)
      answer_->end();
  }
  void cut() override {
    over_ = true;
    answer_->cut();
  }

 private:
  std::shared_ptr<Answer> answer_;
  Faults& faults_;
  bool crlf_ = false, over_ = false;
};

}  // namespace

bool admits(const Call& call, const Options& options, Faults& faults) {
  const bool good = !call.key.empty() && (options.api_key.empty() || call.key == options.api_key);
  return good && !faults.strikes("bad-key");
}

std::shared_ptr<Answer> take_order(const std::shared_ptr<Answer>& answer, Faults& faults, Wording wording) {
  for (const auto& [name, trouble] : refusals) {
    if (!faults.strikes(name))
      continue;
    Reply reply = wording(trouble);
    if (trouble == Trouble::busy)
      reply.headers.emplace_back("Retry-After", "1");
    answer->finish(std::move(reply));
    return nullptr;
  }
  if (faults.strikes("error-in-body")) {
    Reply reply = wording(Trouble::broken);
    reply.status = 200;
    answer->finish(std::move(reply));
    return nullptr;
  }
  if (faults.strikes("html")) {
    answer->finish({.media_type = "text/html", .body = Bytes::of("<html><body>Welcome</body></html>")});
    return nullptr;
  }
  if (faults.strikes("not-json")) {
    answer->finish({.body = Bytes::of("{\"id\": \"job_0\", \"sta")});
    return nullptr;
  }
  if (faults.strikes("lost-answer")) {
    answer->cut();
    return nullptr;
  }
  return std::make_shared<Spoiler>(answer, faults);
}

Bytes spoil_picture(const Bytes& picture, Faults& faults) {
  if (faults.strikes("not-a-picture"))
    return Bytes::of("This is not a picture.\n");
  if (faults.strikes("cut-picture"))
    return Bytes::adopt(g_bytes_new_from_bytes(picture.get(), 0, picture.size() / 2));
  return picture;
}

}  // namespace seedream::sandbox
