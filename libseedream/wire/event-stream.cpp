// wire/event-stream.cpp - cuts server-sent events out of bytes as they come.
#include "wire/event-stream.hpp"

#include <algorithm>
#include <utility>

namespace seedream::wire {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Finds the line ends of a text, from its beginning on. Two searches, for each runs at the speed of memory: a
// line can be as long as a picture. No byte is looked at twice by either.
class LineEnds {
 public:
  explicit LineEnds(std::string_view text) : text_(text), feed_(std::min(text.find('\n'), text.size())) {}

  // Where the line ends that begins there; the text's end if it does not.
  std::size_t after(std::size_t begin) {
    if (feed_ < begin)
      feed_ = std::min(text_.find('\n', begin), text_.size());
    return begin + std::min(text_.substr(begin, feed_ - begin).find('\r'), feed_ - begin);
  }

 private:
  const std::string_view text_;
  std::size_t feed_;  // the line feed that comes next
};

std::string_view without_mark(std::string_view text) {
  return text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
}

}  // namespace

bool is_event_stream(std::string_view media_type, std::string_view beginning) {
  const std::string_view unmarked = without_mark(beginning);
  const auto first = unmarked.find_first_not_of(" \t\r\n");
  const std::string_view text = first == std::string_view::npos ? "" : unmarked.substr(first);
  if (text.starts_with('{') || text.starts_with('[') || text.starts_with('<'))
    return false;
  if (media_type == "text/event-stream")
    return true;
  for (const std::string_view field : {":", "data:", "event:", "id:", "retry:"})
    if (text.starts_with(field))
      return true;
  return false;
}

std::vector<std::string> EventStream::feed(std::string_view piece) {
  std::vector<std::string> events;
  LineEnds line_ends(piece);
  for (std::size_t begin = 0; begin < piece.size();) {
    if (std::exchange(after_cr_, false) && piece[begin] == '\n') {
      ++begin;
      continue;
    }
    const std::size_t end = line_ends.after(begin);
    line_.append(piece.substr(begin, end - begin));
    if (end == piece.size())
      break;
    after_cr_ = piece[end] == '\r';
    take_line(line_, events);
    line_.clear();
    begin = end + 1;
  }
  return events;
}

std::vector<std::string> EventStream::end() {
  std::vector<std::string> events;
  take_line("", events);
  line_.clear();
  return events;
}

void EventStream::take_line(std::string_view line, std::vector<std::string>& events) {
  if (std::exchange(at_start_, false))
    line = without_mark(line);
  if (!line.empty())
    return take_field(line);
  if (std::exchange(has_data_, false))
    events.push_back(std::exchange(data_, {}));
}

void EventStream::take_field(std::string_view line) {
  const auto colon = line.find(':');
  if (line.substr(0, colon) != "data")
    return;
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' '))
    value.remove_prefix(1);
  if (std::exchange(has_data_, true))
    data_ += '\n';
  data_ += value;
}

}  // namespace seedream::wire
