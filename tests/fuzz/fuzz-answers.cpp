// fuzz-answers.cpp - what one service's adapter, PROVIDER, makes of the answers that a talk brings, one after
// another. They stand with a record separator between them; each begins with its HTTP status and a space, or
// it is a 200. One that begins with "A " is what the service tells of an account, with "M " of a model.
#include <cmath>

#include "fuzz.hpp"
#include "providers/size.hpp"
#include "support/talks.hpp"
#include "wire/event-stream.hpp"
#include "wire/sieve.hpp"

using namespace seedream;

namespace {

constexpr char separator = '\x1e';

struct Heard {
  std::string answer;
  unsigned status = 200;
  char kind = 0;
};

Heard heard(std::string_view text) {
  Heard heard;
  if (text.starts_with("A ") || text.starts_with("M ")) {
    heard.kind = text.front();
    text.remove_prefix(2);
  }
  const bool has_status = text.size() > 3 && text[3] == ' ' && text[0] >= '1' && text[0] <= '9' &&
                          g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[2]);
  if (has_status) {
    heard.status = static_cast<unsigned>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
    text.remove_prefix(4);
  }
  heard.answer = text;
  return heard;
}

bool is_end(const Step& step) {
  return std::holds_alternative<Finished>(step) || std::holds_alternative<Failed>(step);
}

void assert_text(const std::string& text) {
  g_assert(g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr));
}

// What is shown to people is one line of sensible length, and what is kept is text.
void assert_sound(const Steps& steps) {
  test::told(steps);  // each error is one of ours, and no poll costs money
  for (const Step& step : steps) {
    if (const auto* accepted = std::get_if<Accepted>(&step)) {
      g_assert(!accepted->service_id.empty());
      assert_text(accepted->service_id);
    }
    if (const auto* at = std::get_if<PictureAt>(&step)) {
      g_assert(!at->url.empty());
      assert_text(at->url);
    }
    if (const auto* cost = std::get_if<Cost>(&step))
      g_assert(cost->usd >= 0 && std::isfinite(cost->usd));
  }
  const std::string words = test::words_of(steps);
  assert_text(words);
  for (std::size_t at = 0, end; (end = words.find('\n', at)) != std::string::npos; at = end + 1)
    g_assert(end - at < 3000);
}

// A whole answer leads to one call more, or to the end.
void assert_leads_on(const Steps& steps) {
  const auto n = std::count_if(steps.begin(), steps.end(), [](const Step& step) {
    return is_end(step) || std::holds_alternative<Ask>(step);
  });
  g_assert(n == 1);
}

std::string told_of(std::string steps, const std::string& names, const std::vector<std::string>& pictures) {
  for (std::size_t i = pictures.size(); i-- > 0;) {
    const std::string name = "at " + names + std::to_string(i);
    for (std::size_t at = 0; (at = steps.find(name, at)) != std::string::npos;)
      steps.replace(at, name.size(), pictures[i]);
  }
  return steps;
}

// Without the pictures in it, as an answer comes that arrives in pieces: they must be told in the same
// places.
struct Caught {
  std::string text, names;
  std::vector<std::string> pictures;  // as they are told
};

Caught caught(const std::string& text) {
  Caught caught;
  std::string bytes;
  wire::Sieve sieve(
      {.begins = [&](unsigned) { bytes.clear(); },
       .bytes = [&](std::span<const guint8> more) { bytes += fuzz::text_of(more.data(), more.size()); },
       .ends =
           [&](bool whole) {
             Steps steps;
             if (whole)
               steps = just(PictureHere{Bytes::of(bytes)});
             else
               steps = just(Missing{wire::damaged_base64()});
             caught.pictures.push_back(test::told(steps));
           }});
  caught.text = sieve.feed(text);
  caught.text += sieve.end();
  caught.names = sieve.name_of(0);
  caught.names.pop_back();
  return caught;
}

Steps hear(Exchange& exchange, const Heard& heard, const std::string& text) {
  const bool streams = heard.status < 300 && wire::is_event_stream("application/json", heard.answer);
  return streams ? test::hear_stream(exchange, text) : exchange.hear(test::answer(heard.status, text));
}

void talk(std::string_view text) {
  auto exchange = test::opened(PROVIDER), other = test::opened(PROVIDER);
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    const Heard answer = heard(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const Steps steps = hear(*exchange, answer, answer.answer);
    assert_sound(steps);
    assert_leads_on(steps);
    const Caught caught_ones = caught(answer.answer);
    const std::string told = test::told(hear(*other, answer, caught_ones.text));
    // What is no JSON passes as well as it can.
    if (answer.answer.find_first_of("\r\n") == std::string::npos && wire::JsonDocument::parse(answer.answer))
      g_assert(told_of(told, caught_ones.names, caught_ones.pictures) == test::told(steps));
    if (!std::holds_alternative<Ask>(steps.back()))
      return;
  }
}

void read_account(const Heard& heard) {
  const AccountCalls* calls = find_provider(PROVIDER)->account;
  if (!calls)
    return;
  auto account = calls->read(test::answer(200, heard.answer));
  if (account && account->balance_usd)
    g_assert(std::isfinite(*account->balance_usd));
}

void read_model_of_service(const Heard& heard) {
  const DiscoveryCalls* calls = find_provider(PROVIDER)->discovery;
  if (!calls)
    return;
  auto model = calls->read(test::answer(200, heard.answer), test::model_of(PROVIDER));
  if (!model)
    return;
  assert_text(model->name);
  for (const char* size : {"", "2K", "2048x1536"})
    for (const char* aspect : {"", "16:9"}) {
      Request request = test::request_for(SEEDREAM_OPERATION_EDIT);
      request.size = size;
      request.aspect = aspect;
      if (auto chosen = choose_size(*model, request))
        g_assert(chosen->pixels.width >= 0 && chosen->pixels.height >= 0);
      plan_frame(model->sizes, {640, 480}, size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const Heard first = heard(text.substr(0, text.find(separator)));
  if (first.kind == 'A')
    read_account(first);
  else if (first.kind == 'M')
    read_model_of_service(first);
  else
    talk(text);
  return 0;
}
