// support/talks.cpp - talks with a service that is not there.
#include "support/talks.hpp"

#include <algorithm>

#include "seedream-enum-types.h"
#include "support/check.hpp"
#include "support/files.h"
#include "wire/body-reader.hpp"
#include "wire/event-stream.hpp"

namespace seedream::test {
namespace {

using wire::Json;

std::string nick(GType type, int value) {
  auto* names = static_cast<GEnumClass*>(g_type_class_ref(type));
  const std::string nick = g_enum_get_value(names, value)->value_nick;
  g_type_class_unref(names);
  return nick;
}

std::string code_of(const ErrorPtr& error) {
  ck_assert(error->domain == SEEDREAM_ERROR);
  ck_assert(*error->message);
  return nick(SEEDREAM_TYPE_ERROR, error->code);
}

std::string hex(const Bytes& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    text += format("%02x", bytes.data()[i]);
  return text;
}

const char* price(SeedreamCharge charge) {
  return charge == SEEDREAM_CHARGE_NO ? "free" : charge == SEEDREAM_CHARGE_YES ? "paid" : "unknown";
}

struct Teller {
  std::string operator()(const Ask& ask) const {
    ck_assert(!ask.call.creates);
    return format("ask %s %s in %d ms", ask.call.method.c_str(), ask.call.path.c_str(),
                  static_cast<int>(ask.after.count()));
  }
  std::string operator()(const Accepted& accepted) const { return "accepted " + accepted.service_id; }
  std::string operator()(const Underway& underway) const {
    return nick(SEEDREAM_TYPE_JOB_STATE, underway.state);
  }
  std::string operator()(const PictureAt& at) const { return "at " + at.url; }
  std::string operator()(const PictureHere& here) const { return "here " + hex(here.bytes); }
  std::string operator()(const Missing& missing) const { return "missing " + code_of(missing.error); }
  std::string operator()(const Cost& cost) const { return format("cost %g", cost.usd); }
  std::string operator()(const Finished&) const { return "finished"; }
  std::string operator()(const Failed& failed) const {
    return "failed " + code_of(failed.error) + ", " + price(failed.charged) +
           (failed.hopeless ? ", hopeless" : "");
  }
};

std::string printed(Json json) {
  if (json.is_object() || json.is_array())
    return json.is_object() ? "an object" : "a list";
  if (const auto boolean = json.boolean())
    return *boolean ? "true" : "false";
  if (json.is_string())
    return "“" + std::string(json.view()) + "”";
  return json.number() ? format("%.17g", *json.number()) : "null";
}

std::string find_difference(Json got, Json wanted, const std::string& place);

bool has(Json object, const std::string& member) {
  const auto members = object.members();
  return std::any_of(members.begin(), members.end(), [&](const auto& each) { return each.first == member; });
}

std::string differing_member(Json got, Json wanted, const std::string& place) {
  for (const auto& [name, value] : got.members())
    if (!has(wanted, name))
      return place + "/" + name + " is too much";
  for (const auto& [name, value] : wanted.members()) {
    if (!has(got, name))
      return place + "/" + name + " is missing";
    if (auto found = find_difference(got.at(name.c_str()), value, place + "/" + name); !found.empty())
      return found;
  }
  return "";
}

std::string find_difference(Json got, Json wanted, const std::string& place) {
  if (printed(got) != printed(wanted))
    return place + " is " + printed(got) + " and not " + printed(wanted);
  const auto items = got.items(), wanted_items = wanted.items();
  if (items.size() != wanted_items.size())
    return place + format(" has %zu items and not %zu", items.size(), wanted_items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    if (auto found = find_difference(items[i], wanted_items[i], place + format("/%zu", i)); !found.empty())
      return found;
  return differing_member(got, wanted, place);
}

}  // namespace

const Offers& offers() {
  static const Offers all = [] {
    std::vector<std::string> names = files_in("../data/models");
    std::stable_partition(names.begin(), names.end(),
                          [](const std::string& name) { return name.ends_with("seedream-4.5.json"); });
    Offers read;
    for (const std::string& name : names) {
      auto some = read_model(file(name));
      if (!some)
        g_error("%s: %s", name.c_str(), some.take_error()->message);
      read.insert(read.end(), some->begin(), some->end());
    }
    return read;
  }();
  return all;
}

const Model& model_of(std::string_view provider, std::string_view model) {
  const auto found = std::find_if(offers().begin(), offers().end(), [&](const auto& offer) {
    return offer.first == provider && (model.empty() || offer.second->id == model);
  });
  ck_assert_msg(found != offers().end(), "no %s of %s", std::string(model).c_str(),
                std::string(provider).c_str());
  return *found->second;
}

Request request_for(SeedreamOperation operation) {
  Request request;
  request.operation = operation;
  request.prompt = "a pear";
  const int n = operation == SEEDREAM_OPERATION_GENERATE ? 0 : operation == SEEDREAM_OPERATION_EDIT ? 1 : 2;
  for (int i = 0; i < n; ++i) {
    request.images.push_back({640, 480});
    request.uploads.push_back({.media_type = i == 0 ? "image/png" : "image/jpeg",
                               .bytes = Bytes::of(i == 0 ? "one" : "two"),
                               .url = {}});
  }
  return request;
}

std::unique_ptr<Exchange> opened(std::string_view provider, const Request& request) {
  auto exchange = find_provider(provider)->begin();
  ck_assert(bool(exchange->open(request, model_of(provider, request.model))));
  return exchange;
}

HttpAnswer answer(unsigned status, const std::string& body, Headers headers) {
  return {.status = status,
          .media_type = "application/json",
          .retry_after = {},
          .headers = std::move(headers),
          .body = Bytes::of(body)};
}

Steps hear_stream(Exchange& exchange, std::string_view stream, Headers headers) {
  HttpAnswer head = answer(200, "", std::move(headers));
  head.media_type = "text/event-stream";
  head.body = {};
  Steps all = exchange.hear_beginning(head);
  const auto add = [&](Steps steps) { std::move(steps.begin(), steps.end(), std::back_inserter(all)); };
  wire::EventStream events;
  for (const std::string& event : events.feed(stream))
    add(exchange.hear_event(event));
  for (const std::string& event : events.end())
    add(exchange.hear_event(event));
  add(exchange.hear_end());
  return all;
}

std::string told(const Steps& steps) {
  std::string text;
  for (const Step& step : steps)
    text += (text.empty() ? "" : "; ") + std::visit(Teller(), step);
  return text;
}

void assert_heard(Exchange& exchange, const std::string& folder, const Reply& reply, Headers headers) {
  const std::string name = reply.file, text = file(folder + "/" + name);
  const Steps steps = name.ends_with(".sse") ? hear_stream(exchange, text, std::move(headers))
                                             : exchange.hear(answer(200, text, std::move(headers)));
  ck_assert_msg(told(steps) == reply.told, "%s: “%s”", reply.file, told(steps).c_str());
  ck_assert_msg(words_of(steps).find(reply.words) != std::string::npos, "%s: %s", reply.file,
                one_line(words_of(steps)).c_str());
}

void assert_heard(std::string_view provider, const std::string& folder, const Reply& reply, Headers headers) {
  assert_heard(*opened(provider), folder, reply, std::move(headers));
}

void assert_all_heard(const std::string& folder, std::span<const Reply> replies) {
  for (const std::string& path : files_in(folder)) {
    const std::string name = path.substr(folder.size() + 1);
    const bool answers = name.ends_with(".json") || name.ends_with(".sse");
    ck_assert_msg(!answers || std::any_of(replies.begin(), replies.end(),
                                          [&](const Reply& reply) { return name == reply.file; }),
                  "%s", path.c_str());
  }
}

std::string words_of(const Steps& steps) {
  std::string words;
  for (const Step& step : steps) {
    if (const auto* missing = std::get_if<Missing>(&step))
      words += std::string(missing->error->message) + "\n";
    if (const auto* failed = std::get_if<Failed>(&step))
      words += std::string(failed->error->message) + "\n";
  }
  return words;
}

std::string whole(const Body& body) {
  std::string text(body.size() + 1, '*');
  const std::size_t size = wire::BodyReader(body).read(text);
  ck_assert_uint_eq(size, body.size());
  text.resize(size);
  return text;
}

std::string file(const std::string& name) {
  const Bytes bytes = Bytes::adopt(read_test_file(name.c_str()));
  return std::string(text_of(bytes));
}

std::vector<std::string> files_in(const std::string& folder) {
  const std::string path = TESTS_DIR "/" + folder;
  const std::unique_ptr<GDir, Deleter<g_dir_close>> dir(g_dir_open(path.c_str(), 0, nullptr));
  if (!dir)
    g_error("There is no %s", path.c_str());
  std::vector<std::string> names;
  while (const char* name = g_dir_read_name(dir.get()))
    names.push_back(folder + "/" + name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string json_difference(std::string_view got, std::string_view wanted) {
  auto one = wire::JsonDocument::parse(got), other = wire::JsonDocument::parse(wanted);
  ck_assert_msg(bool(other), "%s", std::string(wanted).c_str());
  return one ? find_difference(one->root(), other->root(), "") : "this is no JSON: " + std::string(got);
}

}  // namespace seedream::test
