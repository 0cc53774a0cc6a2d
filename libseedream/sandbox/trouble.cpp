// sandbox/trouble.cpp - what can go wrong with a call on every contract alike.
#include "sandbox/trouble.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <utility>

#include "sandbox/floods.hpp"
#include "sandbox/misfits.hpp"

namespace seedream::sandbox {
namespace {

constexpr std::pair<const char*, Trouble> refusals[] = {
    {"no-credit", Trouble::no_credit}, {"refused", Trouble::refused}, {"moderated", Trouble::moderated},
    {"too-large", Trouble::too_large}, {"broken", Trouble::broken},   {"unavailable", Trouble::unavailable}};

constexpr std::pair<const char*, unsigned> pages[] = {{"bad-gateway", 502}, {"gateway-timeout", 504}};

constexpr unsigned levels = 10'000;

std::string date_in(long seconds) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> now(g_date_time_new_now_utc());
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> then(
      g_date_time_add_seconds(now.get(), double(seconds)));
  return CharPtr(then ? soup_date_time_to_string(then.get(), SOUP_DATE_HTTP) : g_strdup("?")).get();
}

Reply page(unsigned status) {
  const std::string text = format("<html><body><h1>%u</h1></body></html>", status);
  return {.status = status, .media_type = "text/html", .body = Bytes::of(text)};
}

// Nothing: no fault makes the service busy.
std::optional<Reply> strike_busy(Leg leg, Faults& faults, Wording wording) {
  std::optional<std::string> after;
  if (faults.strikes("busy", leg))
    after = "1";
  else if (faults.strikes("busy-silent", leg))
    after = "";
  else if (const auto seconds = faults.strike("busy-until", leg))
    after = date_in(number_of(*seconds));
  else
    after = faults.strike("busy-for", leg);
  if (!after)
    return std::nullopt;
  Reply reply = wording(Trouble::busy);
  if (!after->empty())
    reply.headers.emplace_back("Retry-After", *after);
  return reply;
}

std::optional<Reply> strike_refusal(Leg leg, Faults& faults, Wording wording) {
  for (const auto& [name, trouble] : refusals)
    if (faults.strikes(name, leg))
      return wording(trouble);
  for (const auto& [name, status] : pages)
    if (faults.strikes(name, leg))
      return page(status);
  return strike_busy(leg, faults, wording);
}

// A success that nobody can read.
std::optional<Reply> strike_sense(Leg leg, Faults& faults) {
  if (faults.strikes("html", leg))
    return Reply{.media_type = "text/html", .body = Bytes::of("<html><body>Welcome</body></html>")};
  if (faults.strikes("not-json", leg))
    return Reply{.body = Bytes::of("{\"id\": \"job_0\", \"sta")};
  if (faults.strikes("deep-json", leg))
    return Reply{.body = Bytes::of("{\"id\":" + std::string(levels, '[') + std::string(levels, ']') + "}")};
  if (faults.strikes("bad-utf8", leg))
    return Reply{.body = Bytes::of("{\"id\":\"job_\xC3\x28\xFF\",\"status\":\"queued\"}")};
  if (faults.strikes("huge-string", leg))
    return Reply{.flood = huge_string()};
  if (faults.strikes("gzip-bomb", leg))
    return Reply{.headers = {{"Content-Encoding", "gzip"}}, .flood = gzip_bomb()};
  if (faults.strikes("chatter", leg))
    return Reply{.media_type = "text/event-stream", .flood = chatter()};
  return std::nullopt;
}

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
    if (faults_.strikes("no-type"))
      reply.media_type.clear();
    answer_->finish(std::move(reply));
  }
  void begin_stream(Headers headers) override {
    if (faults_.strikes("wrong-type"))
      headers.emplace_back("Content-Type", "text/plain");
    if (faults_.strikes("no-type"))
      headers.emplace_back("Content-Type", "");
    crlf_ = faults_.strikes("crlf-stream");
    answer_->begin_stream(std::move(headers));
  }
  void write(std::string text, Piece piece) override {
    if (over_)
      return;
    if (piece == Piece::picture && faults_.strikes("cut-stream"))
      return cut();
    if (crlf_)
      text = in_another_style(text);
    if (piece == Piece::picture && faults_.strikes("double-picture"))
      answer_->write(text, piece);
    answer_->write(std::move(text), piece);
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

std::optional<Reply> strike_answer(const Call& call, Leg leg, Faults& faults, Wording wording) {
  if (auto reply = strike_refusal(leg, faults, wording))
    return reply;
  if (const auto target = faults.strike("redirect", leg))
    return Reply{.status = 302,
                 .media_type = "text/html",
                 .headers = {{"Location", target->empty() ? call.path : *target}}};
  return strike_sense(leg, faults);
}

std::shared_ptr<Answer> take_order(const Call& call, const std::shared_ptr<Answer>& answer, Faults& faults,
                                   Wording wording) {
  if (auto reply = strike_answer(call, Leg::create, faults, wording)) {
    answer->finish(std::move(*reply));
    return nullptr;
  }
  if (faults.strikes("error-in-body")) {
    Reply reply = wording(Trouble::broken);
    reply.status = 200;
    answer->finish(std::move(reply));
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
  for (const Misfit& misfit : all_misfits())
    if (faults.strikes(misfit.fault))
      return misfit.make();
  return picture;
}

}  // namespace seedream::sandbox
