// fuzz-event-stream.cpp - server-sent events, however they are cut, beside the slow and simple way.
#include "fuzz.hpp"
#include "wire/event-stream.hpp"

using namespace seedream;
using namespace seedream::wire;

namespace {

using Events = std::vector<std::string>;

// The lines that have an end.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || text[i] == '\n') {
      lines.push_back(line);
      line.clear();
      i += text[i] == '\r' && text.substr(i + 1).starts_with('\n') ? 1 : 0;
    } else {
      line += text[i];
    }
  }
  return lines;
}

// As the standard says it, but that the last event needs no empty line behind it.
Events simply(std::string_view text) {
  Events events;
  std::string data;
  bool begun = false, first = true;
  auto lines = lines_of(text);
  lines.push_back("");
  for (std::string line : lines) {
    if (first && line.starts_with("\xEF\xBB\xBF"))
      line.erase(0, 3);
    first = false;
    if (line.empty()) {
      if (begun)
        events.push_back(data);
      begun = false;
      data.clear();
    } else if (line == "data" || line.starts_with("data:")) {
      const std::string value = line.substr(std::min<std::size_t>(line.size(), 5));
      data += (begun ? "\n" : "") + (value.starts_with(' ') ? value.substr(1) : value);
      begun = true;
    }
  }
  return events;
}

void append(Events& all, Events some) {
  std::move(some.begin(), some.end(), std::back_inserter(all));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  EventStream at_once, in_pieces;
  Events one = at_once.feed(text), other;
  append(one, at_once.end());
  fuzz::Cuts(text).cut(text, [&](std::string_view piece) { append(other, in_pieces.feed(piece)); });
  append(other, in_pieces.end());
  g_assert(one == other);
  g_assert(one == simply(text));
  is_event_stream("", text);
  is_event_stream("text/event-stream", text);
  return 0;
}
