// fuzz-sieve.cpp - pictures are cut out of text in the same way however it comes, and what remains means what
// the whole meant.
#include "fuzz.hpp"
#include "wire/data-url.hpp"
#include "wire/event-stream.hpp"
#include "wire/json.hpp"
#include "wire/sieve.hpp"

using namespace seedream;
using namespace seedream::wire;

namespace {

struct Picture {
  std::string bytes;
  bool ended = false, whole = false;
  bool operator==(const Picture&) const = default;
};

struct Sieved {
  std::string text;  // with names that any sieve would have given
  std::vector<Picture> pictures;
  bool operator==(const Sieved&) const = default;
};

std::string name_of(std::size_t number) {
  return "caught:………………/" + std::to_string(number);
}

void rename(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

template <typename Feed>
Sieved sieved(Feed feed) {
  Sieved result;
  auto& pictures = result.pictures;
  Sieve sieve({.begins =
                   [&](unsigned number) {
                     g_assert(number == pictures.size() && (pictures.empty() || pictures.back().ended));
                     pictures.emplace_back();
                   },
               .bytes =
                   [&](std::span<const guint8> bytes) {
                     g_assert(!pictures.empty() && !pictures.back().ended && !bytes.empty());
                     pictures.back().bytes += fuzz::text_of(bytes.data(), bytes.size());
                   },
               .ends =
                   [&](bool whole) {
                     g_assert(!pictures.empty() && !pictures.back().ended);
                     pictures.back().ended = true;
                     pictures.back().whole = whole;
                   }});
  feed([&](std::string_view piece) { result.text += sieve.feed(piece); });
  result.text += sieve.end();
  const std::string first = sieve.name_of(0);
  rename(result.text, first.substr(0, first.size() - 1), name_of(0).substr(0, name_of(0).size() - 1));
  g_assert(pictures.empty() || pictures.back().ended);
  for (Picture& picture : pictures)
    if (!picture.whole)
      picture.bytes.clear();  // how much of it came before the damage was seen is the pieces' doing
  return result;
}

// What a picture's place holds, the simple way.
Result<Bytes> simply(std::string_view url) {
  if (!is_data_url(url))
    return decode_base64(url);
  auto data = read_data_url(url);
  if (!data)
    return data.take_error();
  return data->bytes;
}

void compare(Json one, Json other, const Sieved& sieved);

void compare_text(std::string_view one, std::string_view other, const Sieved& sieved) {
  if (one == other)
    return;
  for (std::size_t i = 0; i < sieved.pictures.size(); ++i)
    if (other == name_of(i)) {
      auto bytes = simply(one);
      g_assert(bool(bytes) == sieved.pictures[i].whole);
      if (bytes)
        g_assert(text_of(*bytes) == sieved.pictures[i].bytes);
      return;
    }
  g_assert_not_reached();
}

void compare(Json one, Json other, const Sieved& sieved) {
  g_assert(one.is_object() == other.is_object() && one.is_array() == other.is_array());
  g_assert(one.is_string() == other.is_string() && one.number() == other.number() &&
           one.boolean() == other.boolean());
  if (one.is_string())
    return compare_text(one.view(), other.view(), sieved);
  const auto items = one.items(), other_items = other.items();
  g_assert(items.size() == other_items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    compare(items[i], other_items[i], sieved);
  const auto members = one.members(), other_members = other.members();
  g_assert(members.size() == other_members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    g_assert(members[i].first == other_members[i].first);
    compare(members[i].second, other_members[i].second, sieved);
  }
}

// Text that is no JSON passes as well as it can: only what is JSON must mean the same. JSON has no line
// breaks in strings; the reader takes them all the same.
void compare_document(std::string_view text, std::string_view remains, const Sieved& sieved) {
  auto document = JsonDocument::parse(text);
  if (!document || text.find_first_of("\r\n") != std::string_view::npos)
    return;
  auto other = JsonDocument::parse(remains);
  g_assert(bool(other));
  compare(document->root(), other->root(), sieved);
}

std::vector<std::string> events_of(std::string_view text) {
  EventStream stream;
  auto events = stream.feed(text);
  for (std::string& event : stream.end())
    events.push_back(std::move(event));
  return events;
}

// Whatever stood before, an event that is an object is read from its beginning.
void compare_stream(std::string_view text, const Sieved& sieved) {
  const auto events = events_of(text), others = events_of(sieved.text);
  g_assert(events.size() == others.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events[i].starts_with('{'))
      compare_document(events[i], others[i], sieved);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const Sieved at_once = sieved([&](auto feed) { feed(text); });
  g_assert(at_once == sieved([&](auto feed) { fuzz::Cuts(text).cut(text, feed); }));
  g_assert(at_once == sieved([&](auto feed) {
             for (std::size_t i = 0; i < size; ++i)
               feed(text.substr(i, 1));
           }));
  compare_document(text, at_once.text, at_once);
  compare_stream(text, at_once);
  return 0;
}
