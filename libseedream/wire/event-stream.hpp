// wire/event-stream.hpp - cuts server-sent events out of bytes as they come. No I/O.
// https://html.spec.whatwg.org/multipage/server-sent-events.html is the source.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace seedream::wire {

// Whether an answer is an event stream: what it begins with says more than the media type, for servers and
// proxies answer with plain JSON where a stream was asked for, and the other way round.
bool is_event_stream(std::string_view media_type, std::string_view beginning);

// Gives each event's data, its lines joined; comments and other fields are left out. A line may be as long as
// a whole picture.
class EventStream {
 public:
  // The events that are complete with this piece.
  std::vector<std::string> feed(std::string_view piece);
  // The stream is over: the event that no empty line ended, if its lines are whole.
  std::vector<std::string> end();

 private:
  void take_line(std::string_view line, std::vector<std::string>& events);
  void take_field(std::string_view line);

  std::string line_;  // so far
  std::string data_;  // of the event so far
  bool has_data_ = false;
  bool after_cr_ = false;  // a line feed that comes now belongs to the last line end
  bool at_start_ = true;
};

}  // namespace seedream::wire
